# SPDX-License-Identifier: Apache-2.0
"""The answer of a timestamp authority, read without trusting it.

Source: RFC 3161, sections 2.3 and 2.4.2; RFC 5652 for the signed data in it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from openmodel.errors import Problem, UsageError

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

__all__ = ["MAX_BYTES", "RefusedError", "decoded", "guarded", "library", "require_authority", "require_past"]

T = TypeVar("T")

MAX_BYTES = 24 * 2**10
"""The largest answer that is taken, in bytes. One has 800 to 7,000, and a line of signatures holds 48 KiB of such."""

_CLOCK = timedelta(days=1)
"""How far the clock of an authority may be ahead of this one: the same as that of a signer."""
_SHA_2 = {"2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"}
_DIGESTS = {"sha256", "sha384", "sha512", None}
"""Of certificates; Ed25519 names none."""
_MOST_CERTIFICATES = 8


class RefusedError(Exception):
    """The answer proves nothing; the text says why."""


def library() -> ModuleType:
    """The package that reads answers.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import rfc3161_client  # noqa: PLC0415  # An extra: nobody else needs it.
    except ImportError as error:
        raise UsageError(
            Problem(
                "",
                "no package rfc3161-client, which reads timestamps",
                "openmodel with its extra `timestamps`",
                "Install it: pip install 'openmodel-provenance[timestamps]'",
            )
        ) from error
    return rfc3161_client


def guarded(step: Callable[[], T]) -> T:
    """What `step` gives; whatever the library raises on bytes that it cannot read becomes a `RefusedError`.

    The library is Rust: where it did not expect something it panics, and a panic is no `Exception`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", CryptographyDeprecationWarning)  # Certificates that are barely taken today.
            return step()
    except RefusedError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise RefusedError("cannot be read as an answer of a timestamp authority (RFC 3161)") from error


def decoded(content: bytes) -> TimeStampResponse:
    """The answer, which says that the timestamp was granted. To be called in `guarded`, like the next two.

    Raises:
        RefusedError: it does not grant, or is larger than any is.
    """
    if len(content) > MAX_BYTES:
        raise RefusedError(f"has {len(content):,} bytes; at most {MAX_BYTES:,} are read")
    response: TimeStampResponse = library().decode_timestamp_response(content)
    if response.status != 0:  # Granted with changes is not what was asked for.
        raise RefusedError(f"grants no timestamp (status {response.status})")
    return response


def require_authority(response: TimeStampResponse) -> list[x509.Certificate]:
    """The certificates of an answer whose signer may issue timestamps; refuses others.

    It has to be clear who that is: two certificates under one issuer and serial number would let a signer be taken for
    another.
    """
    signed = response.signed_data
    digests = {oid.dotted_string for oid in signed.digest_algorithms}
    if not digests or not digests <= _SHA_2:
        raise RefusedError("is signed over another digest than SHA-256, SHA-384 and SHA-512")
    signers = list(signed.signer_infos)
    if len(signers) != 1:
        raise RefusedError(f"has {len(signers)} signers; exactly one is wanted")
    if len(signed.certificates) > _MOST_CERTIFICATES:
        raise RefusedError(f"holds {len(signed.certificates)} certificates; at most {_MOST_CERTIFICATES} are read")
    certificates = [x509.load_der_x509_certificate(content) for content in signed.certificates]
    named = (signers[0].issuer, signers[0].serial_number)
    own = [one for one in certificates if (one.issuer, one.serial_number) == named]
    if len(own) != 1:
        raise RefusedError(f"holds {len(own)} certificates of its signer; exactly one is wanted")
    _require_purpose(own[0])
    for one in certificates:
        if one.subject != one.issuer and getattr(one.signature_hash_algorithm, "name", None) not in _DIGESTS:
            raise RefusedError("comes with a certificate that is signed over another digest than SHA-256 and longer")
    return certificates


def require_past(response: TimeStampResponse) -> datetime:
    """The time in the answer, UTC, which is at most a day later than now."""
    time = response.tst_info.gen_time.astimezone(UTC)
    if time > datetime.now(UTC) + _CLOCK:
        raise RefusedError(f"is dated {time.isoformat()}, later than now")
    return time


def _require_purpose(certificate: x509.Certificate) -> None:
    """Refuses all purposes but this one. Source: RFC 3161, section 2.3."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise RefusedError("is by a certificate without extended key usage; timeStamping is wanted") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise RefusedError("is by a certificate that is not, as a critical extension, for timeStamping alone")
    try:
        allowed = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (allowed.digital_signature or allowed.content_commitment):
        raise RefusedError("is by a certificate whose key may not sign")
