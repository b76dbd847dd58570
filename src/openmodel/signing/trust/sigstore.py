# SPDX-License-Identifier: Apache-2.0
"""Signatures that a Sigstore instance vouches for, offline, with the extra `sigstore`. Imported only when it is used.

Its library checks the chain to the instance's authority, the certificate's place in the transparency log of
certificates, the signature's place in that of signatures, that the certificate was valid at that time, and the
identity with its issuer. Everything that it goes by is in the file of the trusted root; nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from openmodel.errors import DocumentError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.manifest.loading import read_file
from openmodel.signing.bundle import Bundle
from openmodel.signing.signatory import Signatory
from openmodel.signing.trust.certificates import UNREADABLE, names_in, strictly

if TYPE_CHECKING:
    from openmodel.signing.trust.policy import Named, Trust

__all__ = ["Verifier", "recognise", "require_library", "verifier_of"]

MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Verifier:
    """What signatures are checked with."""

    theirs: Any
    """The library's."""
    authorities: Sequence[Certificate]
    """The certificates of the instance's authority, which it does not name in its answer."""


def verifier_of(path: Path) -> Verifier:
    """What signatures are checked with.

    Args:
        path: `trusted_root.json` of the instance.

    Raises:
        UsageError: the extra is not installed.
        DocumentError: the file cannot be read or is none.
    """
    require_library()
    from sigstore.models import TrustedRoot
    from sigstore.verify import Verifier as TheirVerifier

    content = read_file(path, MAX_BYTES)  # It has to be a regular file; the library opens anything.
    try:
        if len(content) > MAX_BYTES:
            raise ValueError
        root = TrustedRoot.from_file(str(path))
        return Verifier(TheirVerifier(trusted_root=root), tuple(root.get_fulcio_certs()))
    except Exception as error:
        fix = "Get trusted_root.json of the instance from whom you trust."
        got = "a file that the library sigstore cannot read"
        raise DocumentError(Problem(shown(str(path)), got, "a trusted root of Sigstore", fix)) from error


def recognise(bundle: Bundle, trust: Trust, found: Signatory) -> Signatory:
    """Whose signature it is, by an identity of the trust file that has an issuer.

    Args:
        bundle: with `logged`, the line that the library reads.
        trust: with `sigstore`.
        found: what is known; its signature holds.
    """
    found = replace(found, how="sigstore")
    rows = [row for row in trust.identities if row.issuer is not None]
    try:
        with strictly():
            certificate, rows = _verified(bundle, trust.sigstore, rows)
    except Exception as error:  # noqa: BLE001  # Whatever the library makes of a line that somebody else wrote.
        return replace(found, problem=f"Sigstore does not vouch for it: {shown(str(error), 200)}")
    chain = _with_issuers(certificate, trust.sigstore.authorities)
    return trust.as_identity(found, rows, chain, trust.time_of(bundle))


def _with_issuers(certificate: Certificate, authorities: Sequence[Certificate]) -> list[Certificate]:
    """The certificate and all that it can rest on, so that one of these can be revoked, too."""
    found = [certificate]
    for one in found:
        found += [above for above in authorities if above not in found and _issued(above, one)]
    return found


def _issued(issuer: Certificate, certificate: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _verified(bundle: Bundle, verifier: Verifier, rows: Sequence[Named]) -> tuple[Any, list[Named]]:
    """The signer's certificate, and which of the identities are in it."""
    from sigstore.models import Bundle as TheirBundle
    from sigstore.verify.policy import AnyOf, Identity

    theirs = TheirBundle.from_json(bundle.logged)
    policies: list[Any] = [Identity(identity=row.value, issuer=row.issuer) for row in rows]
    kind, payload = verifier.theirs.verify_dsse(theirs, AnyOf(policies))
    certificate = theirs.signing_certificate
    read = (kind, payload, certificate.public_bytes(Encoding.DER))
    if read != (bundle.payload_type, bundle.payload, bundle.certificates[0]):
        raise ValueError("it reads the line in another way")
    named = names_in(certificate)
    return certificate, [
        row
        for row, policy in zip(rows, policies, strict=True)
        if (row.kind, row.value) in named and _is(policy, certificate)
    ]


def _is(policy: Any, certificate: Any) -> bool:
    from sigstore.errors import VerificationError

    try:
        policy.verify(certificate)
    except VerificationError:
        return False
    return True


def require_library() -> None:
    """Refuses to go on without the library.

    Raises:
        UsageError: the extra is not installed.
    """
    try:
        import sigstore.models  # noqa: F401
    except ImportError as error:
        fix = "Install it: pip install 'openmodel-provenance[sigstore]'."
        raise UsageError(
            Problem("", "that the library sigstore is not installed", "the extra `sigstore`", fix)
        ) from error
