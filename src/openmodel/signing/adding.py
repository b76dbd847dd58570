# SPDX-License-Identifier: Apache-2.0
"""Adding lines to a file of signatures: one for each signer who has none on the payload yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from openmodel.errors import DocumentError, Problem
from openmodel.signing import bundle
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys import PrivateKey
from openmodel.signing.recognition import holds
from openmodel.signing.signature_file import MAX_LINE_BYTES, Line

if TYPE_CHECKING:
    from openmodel.signing.timestamps.authority import Timestamp

__all__ = ["Added", "Stamp", "add_line", "add_lines"]

Stamp: TypeAlias = "Callable[[bytes], Timestamp]"


@dataclass(frozen=True, slots=True)
class Added:
    """The lines afterwards, and what is new."""

    lines: tuple[Line, ...]
    """All of them, in order."""
    signed: tuple[str, ...]
    """Ids of the keys that signed now."""
    stamped: dict[str, datetime] = field(default_factory=dict)
    """Ids of the keys whose signatures an authority dated now, and when."""


def add_lines(
    lines: Sequence[Line],
    payload: bytes,
    signers: Mapping[str, PrivateKey],
    stamp: Stamp | None = None,
    chains: Mapping[str, tuple[bytes, ...]] = MappingProxyType({}),
) -> Added:
    """One more line for each signer who has not signed the payload yet; the others stay as they are.

    Args:
        lines: those that are there.
        payload: an in-toto statement.
        signers: keys by their ids.
        stamp: has a signature dated. A signature that was there and is not dated gets its timestamp, too.
        chains: by the id of a key, certificates in DER that its line names in its place.

    Raises:
        NetworkError: `stamp` gave none. Nothing is changed.
        DocumentError: a line would be longer than what is read again.
    """
    result, signed, stamped = list(lines), [], {}
    for key_id, key in signers.items():
        chain = chains.get(key_id, ())
        place = next((index for index, line in enumerate(result) if _is_by(line, key, chain, payload)), len(result))
        if place == len(result):
            signature = key.sign(pae(IN_TOTO, payload))
            made = bundle.Bundle("" if chain else key_id, IN_TOTO, payload, signature, certificates=chain)
            result.append(Line(place + 1, bundle.encode(made), made))
            signed.append(key_id)
        line = result[place]
        if stamp and line.bundle and not line.bundle.timestamps:
            dated = stamp(line.bundle.signature)
            content = bundle.with_timestamp(line.content, dated.content)
            result[place] = Line(line.number, content, bundle.decode(content, line.file))
            stamped[key_id] = dated.time
        _require_length(result[place])
    return Added(tuple(result), tuple(signed), stamped)


def add_line(lines: Sequence[Line], content: bytes) -> tuple[Line, ...]:
    """One more line that somebody else made; the others stay as they are.

    Raises:
        DocumentError: it would not be read again.
    """
    line = Line(len(lines) + 1, content, None)
    _require_length(line)
    return (*lines, replace(line, bundle=bundle.decode(content, line.file)))


def _is_by(line: Line, key: PrivateKey, chain: tuple[bytes, ...], payload: bytes) -> bool:
    found, hint = line.bundle, "" if chain else key.public.key_id
    if found is None or (found.hint, found.certificates, found.payload) != (hint, chain, payload):
        return False
    return holds(found, key.public)


def _require_length(line: Line) -> None:
    if len(line.content) > MAX_LINE_BYTES:
        raise DocumentError(
            Problem(
                line.file,
                f"a line of {len(line.content):,} bytes",
                f"at most {MAX_LINE_BYTES:,}, because longer ones are not read again",
                "Keep long settings in a file of the release and name that file in the declaration.",
            )
        )
