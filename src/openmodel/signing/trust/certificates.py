# SPDX-License-Identifier: Apache-2.0
"""X.509 certificates (RFC 5280): whom one names, and whether a chain of them leads to a root that is trusted.

What has to hold of a chain, at a given time:

- Each certificate is signed by the next, up to one of the roots, all are valid then, the path lengths and name
  constraints hold, and no critical extension is unknown. Of constraints, those on e-mail addresses, DNS names and IP
  addresses are known.
- No two have the same subject, so that there is one way up: the search for one among many that could follow each other
  takes a tenth of a second a line. Certificates that are their own issuers are passed over, because roots are never
  taken from a line.
- That of the signer is no authority, is for digital signatures and not for signing certificates (key usage), for
  code signing by name (extended key usage; "any" is not enough), and has subject alternative names.
- The others are authorities (critical basic constraints) that may sign certificates; one that limits the extended key
  usages allows code signing.
- Signatures on certificates are ECDSA or RSA with SHA-256 or longer; that of a root proves nothing. The signer's key is
  ECDSA on P-256, P-384 or P-521.

Nothing asks anybody whether a certificate was revoked: no CRL, no OCSP. Revocations are listed in the trust file.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from openmodel.errors import KeyFileError, Problem
from openmodel.inventory.naming import shown
from openmodel.signing.keys import PublicKey
from openmodel.signing.keys.algorithms import algorithm_of
from openmodel.signing.keys.armour import read_file, refused
from openmodel.signing.keys.key import public_key_of
from openmodel.signing.statement import time_text
from openmodel.signing.trust.spellings import require_one_spelling

__all__ = [
    "MAX_CHAIN",
    "UNREADABLE",
    "leaf_key",
    "load_chain",
    "names_in",
    "roots_in",
    "strictly",
    "untrusted_because",
    "verified",
]

MAX_CHAIN = 6
"""The most certificates in a line, and without the signer's and the root, in a chain two less."""
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    CryptographyDeprecationWarning,
)
"""What `cryptography` raises when it reads a certificate that somebody else made."""
_CHAIN = "a chain of X.509 certificates in PEM, that of the signing key first, each issued by the next"
_WHOLE = "Ask who issued the certificate for the whole chain, and put it into one file in this order."
_NAME_KINDS: dict[type[x509.GeneralName], str] = {
    x509.RFC822Name: "email",
    x509.UniformResourceIdentifier: "uri",
    x509.DNSName: "dns",
}


@contextmanager
def strictly() -> Iterator[None]:
    """Makes an exception of what is read today only, with a warning: negative serial numbers, odd encodings."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        yield


def leaf_key(certificates: Sequence[bytes]) -> PublicKey | None:
    """The key in the first certificate, which nothing is believed of; None without one, or if it cannot sign here."""
    try:
        with strictly():
            key = x509.load_der_x509_certificate(certificates[0]).public_key()
    except UNREADABLE:
        return None
    if not isinstance(key, ec.EllipticCurvePublicKey) or algorithm_of(key) is None:
        return None
    return public_key_of(Path(), key)


def names_in(certificate: x509.Certificate) -> set[tuple[str, str]]:
    """The e-mail addresses, URIs and DNS names in the subject alternative names, with their kinds."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {(kind, name.value) for name in names for form, kind in _NAME_KINDS.items() if isinstance(name, form)}


def verified(
    certificates: Sequence[bytes], roots: Sequence[x509.Certificate], at: datetime
) -> tuple[x509.Certificate, ...]:
    """The chain from the first certificate to one of the roots.

    Args:
        certificates: DER, the signer's first, the others in any order; the root need not be there.
        roots: at least one.
        at: the time at which all of it has to be valid.

    Raises:
        VerificationError: there is no such chain.
        ValueError: there are too many certificates, two of one subject, or one is not valid at that time.
        Exception: those of `UNREADABLE`.
    """
    if len(certificates) > MAX_CHAIN:
        raise ValueError(f"{len(certificates)} certificates; at most {MAX_CHAIN} are read")
    with strictly():
        leaf, *others = map(x509.load_der_x509_certificate, certificates)
        for certificate in (leaf, *others):
            require_one_spelling(certificate)
        others = [one for one in others if one.subject != one.issuer]
        if len({one.subject for one in others}) < len(others):
            raise ValueError("two certificates above the first have the same subject")
        builder = PolicyBuilder().store(Store(list(roots))).time(at).max_chain_depth(MAX_CHAIN - 2)
        builder = builder.extension_policies(ca_policy=_AUTHORITY, ee_policy=_SIGNER)
        try:
            return tuple(builder.build_client_verifier().verify(leaf, others).chain)
        except VerificationError as error:
            if _OUT_OF_TIME in str(error):
                above = {one.issuer for one in (leaf, *others)}
                _require_time([leaf, *others, *(one for one in roots if one.subject in above)], at)
            raise


def _require_time(certificates: Sequence[x509.Certificate], at: datetime) -> None:
    """Says which certificate is not valid at a time; the library does not."""
    for one in certificates:
        start, end = one.not_valid_before_utc, one.not_valid_after_utc
        if not start <= at <= end:
            whose, when = shown(one.subject.rfc4514_string(), 60), f"{time_text(start)} to {time_text(end)}"
            raise ValueError(f"a certificate is expired or not yet valid: that of {whose}, valid from {when}")


def untrusted_because(error: Exception) -> str:
    """Why a chain does not hold, in words; the library's end with what it was looking at."""
    text = str(error).removeprefix("validation failed: ").removeprefix("candidates exhausted: ")
    text = text.partition(" (encountered processing")[0].rpartition("ValueError: ")[2]
    if _UNACCOUNTED in text:
        known = text.removeprefix("invalid extension: ").partition(":")[0]
        return f"a certificate has the critical extension {shown(known, 100)}, which is not known here"
    for theirs, ours in _REASONS.items():
        if theirs in text:
            return ours
    return shown(text, 200)


_UNCHECKED = "an authority above it is limited to names of a kind that is not checked here (name constraints)"
_OUT_OF_TIME = "not valid at validation time"
_UNACCOUNTED = "unaccounted-for critical extensions"
_REASONS = {
    "all candidates exhausted": "it leads to no root in the trust file; is a certificate in between missing?",
    "exceeds max depth": f"it leads to no root in the trust file, or by more than {MAX_CHAIN - 2} others",
    "2.5.29.37: Certificate is missing": "the certificate is not for code signing: it has no extended key usage",
    "2.5.29.17: Certificate is missing": "the certificate has no subject alternative name",
    "2.5.29.15: Certificate is missing": "a certificate has no key usage",
    "path length constraint": "there are more authorities between than one allows (path length)",
    "cA must be asserted": "an authority above it is none (basic constraints)",
    "CA certificate has no basicConstraints": "an authority above it is none (basic constraints)",
    "matched SAN": "it has a name that an authority above it may not give (name constraints)",
    "signature does not match": "a certificate is not signed by the authority that it names as its issuer",
    "ParseError": "a certificate in the line cannot be read",
    "ASN.1 parsing": "a certificate in the line cannot be read",
    "RSA key is too weak": "an RSA key of an authority has fewer than 2,048 bits",
    "name constraint": _UNCHECKED,
    "nameConstraints": _UNCHECKED,
    "Forbidden signature algorithm": "a certificate is signed otherwise than by ECDSA or RSA with SHA-256 or longer",
    "Forbidden public key algorithm": "an authority has a key of a kind that is not taken; ECDSA and RSA are",
}


def _signer_purpose(_: Policy, __: x509.Certificate, usage: x509.ExtendedKeyUsage) -> None:
    if ExtendedKeyUsageOID.CODE_SIGNING not in usage:
        raise ValueError("the certificate is not for code signing")


def _signer_usage(_: Policy, __: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.digital_signature:
        raise ValueError("the certificate is not for digital signatures")
    if usage.key_cert_sign:
        raise ValueError("the certificate is that of an authority, for signing certificates")


def _no_authority(_: Policy, __: x509.Certificate, constraints: x509.BasicConstraints | None) -> None:
    if constraints is not None and constraints.ca:
        raise ValueError("the certificate is that of an authority (CA:TRUE)")


def _authority_purpose(_: Policy, __: x509.Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    allowed = {ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if usage is not None and allowed.isdisjoint(usage):
        raise ValueError("an authority above it may not issue certificates for code signing")


def _authority_usage(_: Policy, __: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.key_cert_sign:
        raise ValueError("an authority above it may not sign certificates (key usage)")


def _authority(_: Policy, __: x509.Certificate, constraints: x509.BasicConstraints) -> None:
    if not constraints.ca:
        raise ValueError("an authority above it is none (basic constraints)")


def _names(_: Policy, __: x509.Certificate, constraints: x509.NameConstraints | None) -> None:
    """The library refuses what it does not check only if it is marked critical."""
    limits = [*(constraints.permitted_subtrees or ()), *(constraints.excluded_subtrees or ())] if constraints else []
    if any(isinstance(one, x509.DirectoryName) for one in limits):
        raise ValueError(_UNCHECKED)


_ANY, _MUST = Criticality.AGNOSTIC, Criticality.CRITICAL
_SIGNER = (
    ExtensionPolicy.permit_all()
    .require_present(x509.SubjectAlternativeName, _ANY, None)
    .require_present(x509.KeyUsage, _ANY, _signer_usage)
    .require_present(x509.ExtendedKeyUsage, _ANY, _signer_purpose)
    .may_be_present(x509.BasicConstraints, _ANY, _no_authority)
)
_AUTHORITY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, _MUST, _authority)
    .require_present(x509.KeyUsage, _ANY, _authority_usage)
    .may_be_present(x509.ExtendedKeyUsage, _ANY, _authority_purpose)
    .may_be_present(x509.NameConstraints, _ANY, _names)
)


def roots_in(content: bytes, *, authorities: bool = True) -> tuple[x509.Certificate, ...]:
    """The certificates in PEM text.

    Args:
        content: one or more certificates.
        authorities: whether each has to be one that may issue certificates.

    Raises:
        ValueError: there is none, one cannot be read, or one is no authority.
    """
    try:
        with strictly():
            found = tuple(x509.load_pem_x509_certificates(content))
        for certificate in found if authorities else ():
            if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise ValueError("a certificate that is no authority (CA:TRUE)")
    except x509.ExtensionNotFound as error:
        raise ValueError("a certificate that is no authority (no basic constraints)") from error
    except UNREADABLE as error:
        own = str(error) if str(error).startswith("a certificate") else "what is no certificate in PEM"
        raise ValueError(own) from error
    return found


def load_chain(path: str | Path) -> tuple[PublicKey, tuple[bytes, ...]]:
    """Reads the certificates to sign with: the key of the first, and all of them in DER.

    Raises:
        KeyFileError: the file cannot be read or is no such chain.
    """
    file = Path(path)
    try:
        with strictly():
            chain = x509.load_pem_x509_certificates(read_file(file, _CHAIN))
    except UNREADABLE as error:
        raise refused(file, "what is no certificate in PEM", _CHAIN, _WHOLE) from error
    if len(chain) > MAX_CHAIN:
        raise refused(file, f"{len(chain)} certificates", f"at most {MAX_CHAIN}", _WHOLE)
    ders = tuple(one.public_bytes(Encoding.DER) for one in chain)
    key = leaf_key(ders)
    if key is None:
        expected = "a key on the curve P-256, P-384 or P-521"
        raise refused(file, "a certificate with a key that is not ECDSA", expected, "Use another certificate.")
    for number, (one, issuer) in enumerate(pairwise(chain), 1):
        try:
            one.verify_directly_issued_by(issuer)
        except (*UNREADABLE, InvalidSignature) as error:
            got = f"certificate {number} not issued by certificate {number + 1}"
            raise refused(file, got, _CHAIN, _WHOLE) from error
    _require_accepted(file, ders)
    return key, ders


def _require_accepted(file: Path, chain: Sequence[bytes]) -> None:
    """Refuses what no verifier would take now: better said to the signer than to everybody else."""
    certificates = [x509.load_der_x509_certificate(one) for one in chain]
    try:
        certificates[0].extensions.get_extension_for_class(x509.SubjectAlternativeName)
        usage = certificates[0].extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = certificates[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        fits = usage.digital_signature and ExtendedKeyUsageOID.CODE_SIGNING in purposes
    except (*UNREADABLE, x509.ExtensionNotFound):
        fits = False
    if not fits:
        expected = "one for digital signatures and code signing, with a subject alternative name"
        fix = "Ask for a certificate for code signing."
        raise KeyFileError(Problem(shown(str(file)), "a certificate that verifiers refuse", expected, fix))
    now = datetime.now().astimezone()
    for number, one in enumerate(certificates, 1):
        if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            until = f"{one.not_valid_before_utc.isoformat()} to {one.not_valid_after_utc.isoformat()}"
            expected = "certificates that are valid now"
            raise refused(file, f"certificate {number}, valid from {until}", expected, "Ask for a new one.")
    if len(certificates) == 1:
        return  # Its issuer is needed to say more.
    try:
        verified(chain, certificates[-1:], now)
    except (VerificationError, *UNREADABLE) as error:
        got = f"certificates that verifiers refuse: {untrusted_because(error)}"
        raise refused(file, got, "a chain as docs/trust.md describes it", _WHOLE) from error
