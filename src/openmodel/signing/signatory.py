# SPDX-License-Identifier: Apache-2.0
"""Who a signature is by, as far as somebody is trusted to have made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

__all__ = ["How", "Signatory"]

How: TypeAlias = Literal["", "key", "certificate", "sigstore"]
"""What says who signed; empty when nothing does."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """One signature, judged without a look at what was signed."""

    key_id: str
    """The key that it names, 64 lower-case hexadecimal digits; empty when it names none in that form."""
    problem: str
    """Why it does not count, safe to print; empty when it does."""
    how: How = ""
    identity: str = ""
    """The name in the trust file, or the id of a key that was given by itself."""
    key_file: str = ""
    """The file of the key, where it has one."""
    revoked_from: datetime | None = None
    """It was made before this time; what says that it was issued later does not count."""
    timestamp: datetime | None = None
    """When an authority of the trust file dated it; None when none did."""
