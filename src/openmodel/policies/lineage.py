# SPDX-License-Identifier: Apache-2.0
"""What is at hand of the manifests of parents. The caller reads them; judging them needs no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from openmodel.policies.facts import Facts


@dataclass(frozen=True, slots=True, eq=False)
class ReadParent:
    """A parent whose manifest was read."""

    facts: Facts
    """Its own facts, with its own parents."""
    sha256: str
    """SHA-256 of the bytes that were read, 64 hex digits."""
    path: str
    """Where they were read."""


@dataclass(frozen=True, slots=True)
class UnreadParent:
    """A parent whose manifest is named and was not read."""

    why: Literal["elsewhere", "absent", "other_bytes", "unusable"]
    """`elsewhere`: only an address or a digest leads to it; `absent`: the release lacks the file; `other_bytes`: the
    file is not the one that is named; `unusable`: it is no manifest that can be judged."""
    message: str
    """Words that continue "the manifest of the parent ..."."""
    fix: str
    """What to do, a sentence."""


Lineage = Mapping[str, ReadParent | UnreadParent]
"""By id, the parents of a manifest that name manifests of their own."""

NOT_LOOKED_FOR = UnreadParent("elsewhere", "was not looked for", "Check that release too.")
