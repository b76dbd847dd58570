# SPDX-License-Identifier: Apache-2.0
"""When a signature was there at the latest, as a timestamp authority says whose root is trusted. Offline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from openmodel.inventory.naming import shown
from openmodel.signing.bundle import Bundle
from openmodel.signing.keys.armour import read_file, refused
from openmodel.signing.timestamps.response import (
    RefusedError,
    decoded,
    guarded,
    library,
    require_authority,
    require_past,
)

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

__all__ = ["Dated", "load_roots", "timestamp_of"]

_IsRevoked = Callable[[Sequence[x509.Certificate]], bool]
_MOST_ROOTS = 64
_GET_ONE = "Get the root certificate from the authority, in PEM."


@dataclass(frozen=True, slots=True)
class Dated:
    """What the timestamps of a signature come to."""

    time: datetime | None
    """The signature was there then, UTC; None when no timestamp of it holds."""
    problem: str = ""
    """Why none holds, safe to print; empty when one does."""


def load_roots(path: str | Path) -> tuple[x509.Certificate, ...]:
    """Reads certificates of timestamp authorities to trust: roots, and intermediate ones that answers leave out.

    Raises:
        KeyFileError: the file cannot be read, or is no list of certificates in PEM.
    """
    file = Path(path)
    try:
        certificates = tuple(x509.load_pem_x509_certificates(read_file(file, "certificates in PEM")))
    except ValueError as error:
        raise refused(file, "a file without a PEM certificate", "one or more", _GET_ONE) from error
    if len(certificates) > _MOST_ROOTS:
        raise refused(file, f"{len(certificates)} certificates", f"at most {_MOST_ROOTS}", _GET_ONE)
    return tuple(dict.fromkeys(certificates))


def timestamp_of(bundle: Bundle, roots: Sequence[x509.Certificate], revoked: _IsRevoked = lambda _: False) -> Dated:
    """When the signature of a bundle was there at the latest.

    A timestamp is about the bytes of the signature, and proves that they existed at its time. Of several that hold the
    earliest says most. Those that do not hold do not matter besides: whoever can add one can as well take all away.

    What has to hold of one:

    1. The authority granted it, for SHA-256, SHA-384 or SHA-512 of just these bytes.
    2. Exactly one certificate signed it, which is in it, and is for timestamps alone (critical).
    3. Its chain leads to one of the roots, and all of it was valid at the time that the timestamp states.
    4. That time is at most a day later than now.
    5. None of its certificates is revoked.

    Args:
        bundle: its signature need not have been checked; what was signed is not looked at.
        roots: certificates of the authorities to believe.
        revoked: whether one of some certificates of authorities is.

    Raises:
        UsageError: the extra `timestamps` is not installed.
    """
    believed = [root for root in roots if not revoked([root])]
    if not believed:
        return Dated(None, "no authority for timestamps is trusted")
    if not bundle.timestamps:
        return Dated(None, "it has no timestamp")
    if len(set(bundle.timestamps)) < len(bundle.timestamps):
        return Dated(None, "it has the same timestamp twice")
    library()
    times, problem = [], ""
    for content in bundle.timestamps:
        try:
            times.append(guarded(partial(_time, content, bundle.signature, believed, revoked)))
        except RefusedError as error:
            problem = problem or f"its timestamp {error}"
    return Dated(min(times)) if times else Dated(None, shown(problem, 300))


def _time(content: bytes, signature: bytes, roots: Sequence[x509.Certificate], revoked: _IsRevoked) -> datetime:
    response = decoded(content)
    if revoked(require_authority(response)):
        raise RefusedError("is by an authority that is revoked")
    _require_chain(response, signature, roots)
    return require_past(response)


def _require_chain(response: TimeStampResponse, signature: bytes, roots: Sequence[x509.Certificate]) -> None:
    found = library()
    try:
        found.VerifierBuilder(roots=list(roots)).build().verify_message(response, signature)
    except found.VerificationError as error:
        raise RefusedError(f"does not hold: {_why(str(error))}") from error


def _why(message: str) -> str:
    """What went wrong, from a message that quotes the internals of OpenSSL."""
    if "Mismatch between messages" in message:
        return "it is about another signature"
    if "unable to get" in message or "self-signed" in message:
        return "it is by an authority that is not trusted"
    if "expired" in message or "not yet valid" in message:
        return "a certificate of the authority was not valid at its time"
    if "Unsupported hash" in message:
        return "it is about a digest other than SHA-256, SHA-384 and SHA-512"
    return "its signature or its chain of certificates is wrong"
