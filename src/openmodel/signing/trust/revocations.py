# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates that do not count any more."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from openmodel.inventory.naming import shown
from openmodel.signing.statement import time_text
from openmodel.signing.trust.spellings import fingerprints
from openmodel.signing.trust.times import When

__all__ = ["Revoked", "issuer_parts", "revoked_from", "serial_number"]


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry."""

    kind: Literal["key", "certificate", "fingerprint"]
    name: str
    """A key id, an issuer as it is written, or a fingerprint."""
    effective: datetime
    reason: str
    issuer: frozenset[tuple[str, str]] = frozenset()
    """As `issuer_parts` gives it."""
    serial: int = 0
    """With an issuer."""


def issuer_parts(text: str) -> frozenset[tuple[str, str]]:
    """What an issuer consists of, whichever program wrote it.

    Some write the most general part first and some last, with spaces or without, and names of attributes or numbers. A
    revocation that never matches, because of that, would be believed to hold. So neither order nor case nor spaces
    count: together with the serial number it is still one certificate.

    Raises:
        ValueError: it cannot be read.
    """
    tight = re.sub(r"(?<!\\)\s*([,+=])\s*", r"\1", text.strip())
    return _parts(x509.Name.from_rfc4514_string(tight, _ATTRIBUTES))


def _parts(name: x509.Name) -> frozenset[tuple[str, str]]:
    return frozenset((one.oid.dotted_string, " ".join(str(one.value).split()).casefold()) for one in name)


_ATTRIBUTES = {
    "emailAddress": NameOID.EMAIL_ADDRESS,
    "E": NameOID.EMAIL_ADDRESS,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
}
"""Names that openssl writes for some, beside those of RFC 4514."""


def serial_number(text: str) -> int:
    """The serial number that hexadecimal digits, with or without colons, stand for."""
    return int(text.replace(":", ""), 16)


def revoked_from(
    rows: Sequence[Revoked],
    time: When,
    *,
    key_ids: Collection[str],
    certificates: Sequence[x509.Certificate] = (),
) -> tuple[str, datetime | None]:
    """Why a signature by these keys and certificates does not count, and from when on they are revoked.

    A thief dates a statement as he likes. So what the signer says about the time counts against a signature and never
    for it: only a trusted timestamp, or a revocation that is still to come, shows that it was made before.

    Args:
        rows: the revocations.
        time: when the signature was there.
        key_ids: of all keys that it rests on.
        certificates: the chain that it rests on.
    """
    prints = {text for one in certificates for text in fingerprints(one)}
    numbers = {(_parts(one.issuer), one.serial_number) for one in certificates}
    matching = (
        row
        for row in rows
        if (row.kind == "key" and row.name in key_ids)
        or (row.kind == "fingerprint" and row.name in prints)
        or (row.kind == "certificate" and (row.issuer, row.serial) in numbers)
    )
    found = sorted(matching, key=lambda row: row.effective)
    if not found:
        return "", None
    first = found[0]
    if time.at < first.effective:
        return "", first.effective
    what = "key" if first.kind == "key" else "certificate"
    reason = f" ({shown(first.reason, 100)})" if first.reason else ""
    by = "it signed later" if time.dated else time.undated("that it signed before")
    return f"its {what} is revoked from {time_text(first.effective)} on{reason}, and {by}", first.effective
