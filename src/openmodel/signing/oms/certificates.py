# SPDX-License-Identifier: Apache-2.0
"""Chains of X.509 certificates (RFC 5280) to sign `model.sig` with, and the keys in them.

Source of what a certificate must allow: `_verify_certificates` of `model-signing` 1.1.1, which is to accept it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from openmodel.errors import DocumentError, KeyFileError, Problem
from openmodel.signing.keys import PublicKey
from openmodel.signing.keys.algorithms import algorithm_of
from openmodel.signing.keys.armour import read_file
from openmodel.signing.keys.key import public_key_of

__all__ = ["MAX_CERTIFICATES", "leaf_key", "load_chain"]

MAX_CERTIFICATES = 64
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What `cryptography` raises when it reads a certificate that somebody else made."""
_EXPECTED = "a chain of X.509 certificates in PEM, that of the signing key first, each issued by the next"


def leaf_key(content: bytes) -> PublicKey:
    """The key in the certificate of a signer, which nothing is believed of.

    Args:
        content: DER.

    Raises:
        DocumentError: it is no certificate, or its key cannot have signed `model.sig`.
    """
    try:
        return _key_of(x509.load_der_x509_certificate(content))
    except _UNREADABLE as error:
        got = "a certificate that cannot be read, or with a key of another kind"
        expected = "an X.509 certificate with an ECDSA key on the curve P-256, P-384 or P-521"
        raise DocumentError(Problem("model.sig", got, expected, "Sign again with another key.")) from error


def load_chain(path: str | Path) -> tuple[PublicKey, tuple[bytes, ...]]:
    """Reads the certificates to sign with: the key of the first, and all of them in DER.

    Raises:
        KeyFileError: the file cannot be read, is no such chain, or verifiers would not accept it now.
    """
    file = Path(path)
    try:
        chain = x509.load_pem_x509_certificates(read_file(file, _EXPECTED))
        key = _key_of(chain[0])
    except _UNREADABLE as error:
        raise _refused(
            file, "something else, or a key that is not ECDSA on P-256, P-384 or P-521", _EXPECTED
        ) from error
    if len(chain) > MAX_CERTIFICATES:
        raise _refused(file, f"{len(chain):,} certificates", f"at most {MAX_CERTIFICATES}")
    for number, (one, issuer) in enumerate(pairwise(chain), 1):
        try:
            one.verify_directly_issued_by(issuer)
        except (*_UNREADABLE, InvalidSignature) as error:
            raise _refused(file, f"certificate {number} not issued by certificate {number + 1}", _EXPECTED) from error
    now = datetime.now(UTC)
    for number, one in enumerate(chain, 1):
        if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            until = f"{one.not_valid_before_utc.isoformat()} to {one.not_valid_after_utc.isoformat()}"
            raise _refused(file, f"certificate {number} valid from {until}", "certificates that are valid now")
    if not _is_for_signing(chain[0]):
        expected = "a certificate with the key usage digitalSignature, which existing verifiers ask for"
        raise _refused(file, "a certificate that is not for signing", expected)
    return key, tuple(one.public_bytes(Encoding.DER) for one in chain)


def _key_of(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not algorithm_of(key):
        raise ValueError(type(key).__name__)
    return public_key_of(Path("model.sig"), key)


def _is_for_signing(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except (*_UNREADABLE, x509.ExtensionNotFound):
        return False


def _refused(file: Path, got: str, expected: str) -> KeyFileError:
    fix = "Ask who issued the certificate for the whole chain, and put it into one file in this order."
    return KeyFileError(Problem(str(file), got, expected, fix))
