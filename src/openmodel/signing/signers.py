# SPDX-License-Identifier: Apache-2.0
"""Who signed: the lines of `openmodel.sig` against given keys. Steps 3 and 4 of `verification`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openmodel.errors import DocumentError
from openmodel.inventory.naming import shown
from openmodel.signing.bundle import Bundle
from openmodel.signing.dsse import pae
from openmodel.signing.keys import PublicKey
from openmodel.signing.results import Signer
from openmodel.signing.signature_file import Line
from openmodel.signing.statement import ReleaseStatement, kind_of, read

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from openmodel.signing.timestamps import Dated

__all__ = ["Signed", "check_lines", "holds"]

_KEY_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What the lines of a file of signatures come to."""

    signers: tuple[Signer, ...]
    """One a line."""
    payloads: frozenset[bytes]
    """The distinct payloads that given keys signed and that are not of another kind."""
    statement: ReleaseStatement | None
    """What the last of them says."""
    malformed: str
    """Why one of them is no release statement, although it is not of another kind; empty when all are."""


def holds(bundle: Bundle, key: PublicKey) -> bool:
    """Whether the key signed the payload of the bundle."""
    return key.verifies(bundle.signature, pae(bundle.payload_type, bundle.payload))


def check_lines(
    lines: Iterable[Line], trusted: Mapping[str, PublicKey], timestamp_roots: Sequence[Certificate] = ()
) -> Signed:
    """Checks each line, first its signature, then its timestamp, and only if these hold what was signed.

    Args:
        lines: of `openmodel.sig`.
        trusted: the given keys by id.
        timestamp_roots: of timestamp authorities; if there are some, signatures without a timestamp of one of them do
            not count.
    """
    signers, payloads = [], set()
    statement, malformed = None, ""
    for line in lines:
        bundle = line.bundle
        if bundle is None:
            signers.append(Signer(line.number, "", "", trusted=False, problem=line.problem))
            continue
        key_id = bundle.hint if _KEY_ID.fullmatch(bundle.hint) else ""
        key = trusted.get(key_id)
        problem = _distrust(bundle, key)
        dated = _dated(bundle, timestamp_roots) if timestamp_roots and not problem else None
        problem = problem or (dated.problem if dated else "")
        if not problem:
            try:
                said = read(bundle.payload_type, bundle.payload, line.file)
                problem = "" if said else f"{kind_of(bundle)}, which does not count"
            except DocumentError as error:
                said, problem = None, shown(str(error.problems[0]), 300)
                malformed = malformed or problem
                payloads.add(bundle.payload)
            if said:
                statement = said
                payloads.add(bundle.payload)
        time = dated.time if dated and not problem else None
        file = str(key.file) if key else ""
        signers.append(Signer(line.number, key_id, file, trusted=not problem, problem=problem, timestamp=time))
    return Signed(tuple(signers), frozenset(payloads), statement, malformed)


def _dated(bundle: Bundle, roots: Sequence[Certificate]) -> Dated:
    from openmodel.signing.timestamps import timestamp_of  # noqa: PLC0415  # Most have no use for certificates.

    return timestamp_of(bundle, roots)


def _distrust(bundle: Bundle, key: PublicKey | None) -> str:
    if key is None:
        return "signed with a key that was not given" if bundle.hint else "names no key, which is all that is checked"
    return "" if holds(bundle, key) else "the signature is not one of this key on this payload"
