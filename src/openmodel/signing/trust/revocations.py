# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates that do not count any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryptography import x509

from openmodel.inventory.naming import shown
from openmodel.signing.statement import time_text
from openmodel.signing.trust.spellings import fingerprints

__all__ = ["Revoked", "revoked_from", "serial_number"]


@dataclass(frozen=True, slots=True)
class Revoked:
    """One entry."""

    kind: Literal["key", "certificate", "fingerprint"]
    name: str
    """A key id, an issuer in the form of RFC 4514, or a fingerprint."""
    effective: datetime
    reason: str
    serial: int = 0
    """With an issuer."""

    def matches(self, key_ids: Collection[str], certificates: Sequence[x509.Certificate]) -> bool:
        """Whether it is about one of these."""
        if self.kind == "key":
            return self.name in key_ids
        if self.kind == "fingerprint":
            return any(self.name in fingerprints(one) for one in certificates)
        return any(
            one.serial_number == self.serial and one.issuer.rfc4514_string() == self.name for one in certificates
        )


def serial_number(text: str) -> int:
    """The serial number that hexadecimal digits, with or without colons, stand for."""
    return int(text.replace(":", ""), 16)


def revoked_from(
    rows: Sequence[Revoked],
    at: datetime,
    dated: bool,
    *,
    key_ids: Collection[str],
    certificates: Sequence[x509.Certificate] = (),
) -> tuple[str, datetime | None]:
    """Why a signature by these keys and certificates does not count, and from when on they are revoked.

    A thief dates a statement as he likes. So what the signer says about the time counts against a signature and never
    for it: only a trusted timestamp, or a revocation that is still to come, shows that it was made before.

    Args:
        rows: the revocations.
        at: when the signature was there.
        dated: whether a timestamp says so; otherwise it is now.
        key_ids: of all keys that it rests on.
        certificates: the chain that it rests on.
    """
    found = sorted((row for row in rows if row.matches(key_ids, certificates)), key=lambda row: row.effective)
    if not found:
        return "", None
    first = found[0]
    if at < first.effective:
        return "", first.effective
    what = "key" if first.kind == "key" else "certificate"
    reason = f" ({shown(first.reason, 100)})" if first.reason else ""
    by = "it signed later" if dated else "no trusted timestamp says that it signed before"
    return f"its {what} is revoked from {time_text(first.effective)} on{reason}, and {by}", first.effective
