# SPDX-License-Identifier: Apache-2.0
"""What was verified before: by release name and publisher, the highest sequence and the manifest that had it.

Without it, an older release with its own valid signature verifies. It is one JSON file that belongs to whoever
verifies; it is changed only after everything else held, as a whole, and by one program at a time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from openmodel.errors import DocumentError, InventoryError, Problem
from openmodel.inventory.naming import shown
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.json_text import read_json
from openmodel.manifest.loading import read_file
from openmodel.signing.shapes import shaped
from openmodel.signing.statement import ReleaseStatement, time_text
from openmodel.signing.trust.times import now

__all__ = ["Seen", "State", "locked", "read", "write"]

VERSION = "1-draft"
MAX_BYTES = 4 * 2**20
_CLOCK_TOLERANCE = timedelta(days=1)  # As in step 9: a clock that is set back by more is wrong, or was turned.


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one release name by one publisher."""

    sequence: int
    """The highest."""
    manifest_sha256: str
    """Of the manifest that had it."""
    issued: datetime
    """From the statement about it."""
    seen: datetime
    """When that was verified last."""


@dataclass(frozen=True, slots=True)
class State:
    """All that was seen."""

    checked: datetime | None
    """When anything was verified last; None: nothing was."""
    releases: Mapping[str, Mapping[str, Seen]]
    """By release name and publisher."""

    def knows(self, name: str, publishers: Collection[str]) -> bool:
        """Whether a release of this name by one of these was seen."""
        return not self.releases.get(name, {}).keys().isdisjoint(publishers)

    def rollback(self, claim: ReleaseStatement, publishers: Collection[str]) -> str:
        """Why a release is older than what was seen by one of these, or another of the same sequence; else empty."""
        if claim.sequence is None:
            return "the release has no sequence, so nobody can tell whether it is older than another"
        for row in self._rows(claim, publishers):
            when = f"on {time_text(row.seen)}, sequence {row.sequence} was seen"
            if claim.sequence < row.sequence:
                return f"this is sequence {claim.sequence}, and {when} (openmodel.json {row.manifest_sha256})"
            if claim.sequence == row.sequence and claim.manifest_sha256 != row.manifest_sha256:
                return f"{when} with another openmodel.json, {row.manifest_sha256}"
        return ""

    def staleness(self, claim: ReleaseStatement, publishers: Collection[str]) -> str:
        """Why what is there may be kept from being renewed: an older statement, or a clock that was set back."""
        time = now()
        if self.checked and time < self.checked - _CLOCK_TOLERANCE:
            return f"the clock says {time_text(time)}, and the last check was at {time_text(self.checked)}"
        for row in self._rows(claim, publishers):
            if claim.sequence == row.sequence and claim.issued < row.issued:
                there = f"a statement of {time_text(row.issued)} was seen on {time_text(row.seen)}"
                return f"it was issued at {time_text(claim.issued)}, and {there} about the same release"
        return ""

    def with_release(self, claim: ReleaseStatement, publishers: Collection[str]) -> State:
        """The state after this release was verified."""
        time = now()
        if claim.sequence is None:
            raise AssertionError
        row = Seen(claim.sequence, claim.manifest_sha256, claim.issued, time)
        rows = {**self.releases.get(claim.name, {}), **dict.fromkeys(publishers, row)}
        return State(max(time, self.checked or time), {**self.releases, claim.name: rows})

    def _rows(self, claim: ReleaseStatement, publishers: Collection[str]) -> list[Seen]:
        """What was seen of this name, the highest sequence first."""
        rows = self.releases.get(claim.name, {})
        found = [rows[publisher] for publisher in publishers if publisher in rows]
        return sorted(found, key=lambda row: (row.sequence, row.issued, row.seen), reverse=True)


def read(path: Path) -> State:
    """Reads the file; one that is not there yet is empty.

    Raises:
        DocumentError: it cannot be read. It is never taken for empty: then an older release would pass.
    """
    if not os.path.lexists(path):
        return State(None, {})
    file = shown(str(path))
    try:
        content = read_file(path, MAX_BYTES)
        if len(content) > MAX_BYTES:
            raise DocumentError(Problem(file, f"more than {MAX_BYTES:,} bytes", "a state file", "Check the path."))
        data = shaped(read_json(content, file).data, "state", file)
        releases = {
            name: {publisher: _seen(row) for publisher, row in rows.items()} for name, rows in data["releases"].items()
        }
        return State(datetime.fromisoformat(data["checked"]), releases)
    except (DocumentError, ValueError) as error:
        why = error.problems[0].got if isinstance(error, DocumentError) else "a time that does not exist"
        fix = "Restore it from a copy; without one, delete it, and compare the next release with what you expect."
        raise DocumentError(Problem(file, why, "the file that `verify --state` keeps", fix)) from error


def write(path: Path, state: State) -> None:
    """Writes the file as a whole.

    Raises:
        InventoryError: it cannot be written.
    """
    value = {
        "openmodel_state": VERSION,
        "checked": time_text(state.checked or now()),
        "releases": {
            name: {publisher: _plain(row) for publisher, row in rows.items()} for name, rows in state.releases.items()
        },
    }
    content = (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    if len(content) > MAX_BYTES:
        fix = "Use another state file for other releases."
        raise InventoryError(Problem(shown(str(path)), "a file that grew too large", f"{MAX_BYTES:,} bytes", fix))
    write_atomically(path, content, overwrite=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other programs that verify from changing the file meanwhile; they wait.

    The lock is on the directory, because the file is replaced, and leaves nothing behind. Where the system has no such
    locks (Windows) there is none, and of two that verify at the same moment one may be forgotten.

    Raises:
        InventoryError: the directory cannot be locked.
    """
    try:
        import fcntl  # noqa: PLC0415  # Not on Windows.
    except ImportError:
        yield
        return
    try:
        descriptor = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise _unlockable(path, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            raise _unlockable(path, error) from error
        yield
    finally:
        os.close(descriptor)  # Which gives up the lock.


def _unlockable(path: Path, error: OSError) -> InventoryError:
    got = f"that its directory cannot be locked: {error.strerror}"
    return InventoryError(Problem(shown(str(path)), got, "a file in a directory that exists", "Check the path."))


def _seen(row: Mapping[str, object]) -> Seen:
    issued, seen = (datetime.fromisoformat(str(row[name])) for name in ("issued", "seen"))
    return Seen(int(str(row["sequence"])), str(row["manifest_sha256"]), issued, seen)


def _plain(row: Seen) -> dict[str, object]:
    return {
        "sequence": row.sequence,
        "manifest_sha256": row.manifest_sha256,
        "issued": time_text(row.issued),
        "seen": time_text(row.seen),
    }
