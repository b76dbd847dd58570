# SPDX-License-Identifier: Apache-2.0
"""Pins against the repository that the release itself lies in: its own clone, in or above the directory.

No other repository is looked at, and nothing is fetched. A commit that is here proves which code is meant, and not that
it ran; that the tree is clean now does not prove that it was.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from openmodel.evidence.files import Files
from openmodel.evidence.findings import Collected
from openmodel.inventory.exclusion import DECLARATION, WRITTEN_FILES
from openmodel.inventory.git import ask, diff_of, is_harmless, public_address
from openmodel.inventory.naming import shown
from openmodel.manifest.base import Undisclosed
from openmodel.manifest.stage import SettingsFile
from openmodel.manifest.values import Pin

__all__ = ["compare_pins"]

MAX_PINS = 200
"""The most pins that git is asked about; each takes up to four questions."""

_BY = "openmodel check, the git repository here"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REVISION = re.compile(r"swh:1:rev:([0-9a-f]{40})")
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True)
class _Clone:
    """The repository that the release lies in."""

    root: Path
    head: str
    addresses: frozenset[str]
    """Of its remotes, in a form that can be compared."""
    is_shallow: bool
    prefix: str
    """The release directory in it, with a slash at the end; empty at the top."""

    def has(self, object: str, kind: str = "") -> bool:
        """Whether an object is here, and of a kind."""
        found = ask(self.root, "rev-parse", "--verify", "--quiet", f"{object}{kind}")
        return found is not None and (not kind or found.strip().decode("ascii", "replace") == object)


def compare_pins(files: Files, collected: Collected) -> None:
    """Compares the pin of each component whose repository is the one that the release lies in."""
    pinned = [(f"{pointer}/pin", one.pin) for pointer, one in files.components if isinstance(one.pin, Pin)]
    if not pinned:
        return
    clone = _clone(files.root)
    for number, (where, pin) in enumerate(pinned):
        if isinstance(clone, str) or number >= MAX_PINS:
            reason = clone if isinstance(clone, str) else f"there are more than {MAX_PINS} pins"
            collected.remark(where, f"The repository was not looked at: {reason}.")
        elif isinstance(pin.ref, str) and pin.kind == "commit" and _COMMIT.fullmatch(pin.ref):
            if _is_of(clone, pin):
                _compare(clone, where, pin, pin.ref, collected)
                _compare_settings(files, clone, where, pin.ref, collected)
            else:
                named = shown(pin.repository, 200)
                collected.remark(where, f"{named} is not the repository here, and was not looked at.")
        else:
            collected.remark(where, "It names no commit that could be looked up.")


def _clone(root: Path) -> _Clone | str:
    """The repository, or why it cannot be asked."""
    head = ask(root, "rev-parse", "--verify", "--quiet", "HEAD")
    if head is None:
        return "the release lies in no git repository that git reads here"
    if not is_harmless(root):
        return "its own configuration could make git run programs"
    listed = ask(root, "config", "--local", "-z", "--get-regexp", r"^remote\..*\.url$") or b""
    urls = (entry.partition("\n")[2] for entry in listed.decode("utf-8", "replace").split("\0"))
    public = filter(None, map(public_address, urls))
    prefix = (ask(root, "rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").removesuffix("\n")
    shallow = (ask(root, "rev-parse", "--is-shallow-repository") or b"").strip() != b"false"
    name = head.strip().decode("ascii", "replace")
    return _Clone(root, name, frozenset(map(_comparable, public)), shallow, prefix)


def _comparable(address: str) -> str:
    """Host and path of an address, whatever the protocol and spelling."""
    parts = urlsplit(address)
    return f"{parts.hostname}/{parts.path.strip('/').removesuffix('.git')}".casefold()


def _is_of(clone: _Clone, pin: Pin) -> bool:
    """Whether a pin is of this repository. A SWHID names the commit wherever it is kept."""
    if named := _REVISION.match(pin.repository):
        return named[1] == pin.ref and clone.has(named[1], "^{commit}")
    address = public_address(pin.repository)
    return address is not None and _comparable(address) in clone.addresses


def _compare(clone: _Clone, where: str, pin: Pin, ref: str, collected: Collected) -> None:
    if not clone.has(ref, "^{commit}"):
        if clone.is_shallow:
            collected.remark(where, "The repository here is shallow and does not hold this commit.")
        else:
            collected.contradict(f"{where}/ref", ref, "no such commit", _BY)
        return
    collected.verify(f"{where}/ref")
    if not isinstance(pin.path, str):
        collected.verify(where)
    elif (found := _path(clone, ref, pin.path)) is not None:
        collected.verify(f"{where}/path", where) if found else collected.contradict(
            f"{where}/path", pin.path, f"nothing at this path in {ref}", _BY
        )
    else:
        collected.remark(f"{where}/path", "It may be in a submodule, which was not looked into.")
    _compare_changes(clone, where, pin, ref, collected)


def _path(clone: _Clone, ref: str, path: str) -> bool | None:
    """Whether a path is in a commit; None where it may be in a submodule."""
    normal = posixpath.normpath(path)
    if normal == ".":
        return True
    if normal.startswith(("/", "../")) or normal == "..":
        return False
    if clone.has(f"{ref}:{normal}"):
        return True
    return None if clone.has(f"{ref}:.gitmodules") else False


def _compare_changes(clone: _Clone, where: str, pin: Pin, ref: str, collected: Collected) -> None:
    """Whether files of the commit are changed, where it is the one that is checked out."""
    place, stated = f"{where}/dirty_sha256", pin.dirty_sha256
    if stated is None:
        return
    if not isinstance(stated, Undisclosed):
        collected.remark(place, "The changes that it is the digest of were not looked for.")
    elif stated.undisclosed == "not_applicable" and clone.head != ref:
        collected.remark(place, "Another commit is checked out here, so that changes were not looked for.")
    elif stated.undisclosed == "not_applicable":
        changed = _changed(clone)
        if changed:
            names = ", ".join(shown(name, 100) for name in changed[:_MOST_NAMES])
            more = f" and {len(changed) - _MOST_NAMES:,} more" if len(changed) > _MOST_NAMES else ""
            collected.contradict(place, "no changes", f"changes in {names}{more}", _BY)
        elif changed is not None:
            collected.verify(place)
        else:
            collected.remark(place, "Git did not say whether there are changes.")


def _changed(clone: _Clone) -> list[str] | None:
    """The files of the repository that are not as in the commit, without what this tool writes; None if git fails."""
    listed = diff_of(clone.root, "--name-only", "-z")
    if listed is None:
        return None
    ours = {f"{clone.prefix}{name}" for name in (DECLARATION, *WRITTEN_FILES)}
    names = listed.decode("utf-8", "replace").split("\0")
    return sorted({name for name in names if name} - ours)


def _compare_settings(files: Files, clone: _Clone, where: str, ref: str, collected: Collected) -> None:
    """Files with settings that a component has in its repository only."""
    pointer = where.removesuffix("/pin")
    component = dict(files.components)[pointer]
    if files.of(component):
        return
    for place, settings in files.settings:
        if isinstance(settings, SettingsFile) and settings.component == component.id and settings.path:
            found = _path(clone, ref, settings.path)
            if found:
                collected.verify(place, f"{place}/path")
            elif found is False:
                collected.contradict(place, settings.path, f"nothing at this path in {ref}", _BY)
