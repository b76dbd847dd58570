# SPDX-License-Identifier: Apache-2.0
"""What OSAID 1.0 asks about the manifest of a parent: that it was read, that it is the parent's, and that what is said
of the parent here does not contradict it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Literal

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.parent import ManifestReference, Parent
from openmodel.policies.availability.places import places
from openmodel.policies.availability.presence import is_pinned
from openmodel.policies.disclosure import Question, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.lineage import ReadParent, UnreadParent
from openmodel.policies.requirement import Doubt, Finding, Result

_JOINING = ("of", "the", "by", "from")
"""Words between a name and who publishes it."""
_LONGEST = 1000
"""Characters of a name that are compared."""


def unread(
    facts: Facts, question: Question, pointer: str, parent: Parent, read: UnreadParent, *, described: bool
) -> Iterator[Result]:
    """The finding for a manifest that was not read. No review stands in for it.

    Args:
        facts: the facts.
        question: what is asked about the parent.
        pointer: pointer of the parent.
        parent: the parent.
        read: why its manifest was not read.
        described: whether the facts that the manifest would have are here, too.
    """
    message = f"the manifest of {short(parent.name)} {read.message}"
    place = f"{pointer}/manifest"
    if read.why == "other_bytes":
        yield Finding(place, f"T{message[1:]}.", read.fix, "unmet")
    elif described and read.why == "elsewhere":
        yield Finding(place, f"T{message[1:]}; what is said of it here counts.", "", "note")
    elif read.why == "absent" and not described:
        yield missing(facts, Question(place, question.asked, read.fix, of=parent.id), message)
    else:
        yield Finding(place, f"T{message[1:]}.", read.fix, "judge")


def is_the_parents(facts: Facts, pointer: str, parent: Parent, read: ReadParent) -> Iterator[Result]:
    """Findings where the manifest that was read may be another model's, or counts files that nobody can find."""
    release, measured = read.facts.manifest.release, read.facts.manifest.measured
    roots = {weights.tensor_root for weights in (measured.weights if measured else ())} - {None}
    if parent.tensor_root is not None and roots and parent.tensor_root not in roots:
        message = (
            f"{short(parent.name)} has the tensor root {parent.tensor_root}, and the weights of its manifest have "
        )
        message += f"{', '.join(sorted(root for root in roots if root))}."
        yield Finding(f"{pointer}/tensor_root", message, "Name the manifest of the model that was used.", "unmet")
    elif parent.tensor_root is not None and not roots:
        message = f"{short(parent.name)} has the tensor root {parent.tensor_root}, and its manifest records none."
        fix = "Name the manifest that `build` wrote beside those weights."
        yield Doubt(f"{pointer}/tensor_root", message, fix, (f"{pointer}/tensor_root", f"{pointer}/manifest"))
    called = f"{release.name} {release.version or ''}".strip()
    publisher = release.publisher if isinstance(release.publisher, str) else ""
    if not _are_one_name(parent.name, release.name, release.version or "", publisher):
        message = f"The manifest of {short(parent.name)} is that of a release called {short(called)}."
        fix = "Name the manifest of the model that was used, or give the parent the name of its release."
        yield Doubt(f"{pointer}/name", message, fix, (f"{pointer}/name", f"{pointer}/manifest"))
    if not answered(places(parent.where)) and _counts_files(read.facts) and not _is_here(facts, parent, read):
        message = f"The manifest of {short(parent.name)} counts files of its release, and nothing says where that is."
        yield Doubt(f"{pointer}/where", message, "Add `where` with the address of that release.")


def contradictions(pointer: str, parent: Parent, read: ReadParent, field: Literal["data", "code"]) -> Iterator[Result]:
    """A doubt when data or code of a parent are said not to be disclosed, and its manifest has some."""
    theirs = read.facts.training_sources if field == "data" else read.facts.training_code
    said = getattr(parent, field)
    if isinstance(said, Undisclosed) and theirs:
        message = f"The {field} of {short(parent.name)} is said to be undisclosed ({said.undisclosed}), and its own "
        message += f"manifest describes some at {theirs[0][0]}."
        fix = f"Delete `{field}`, or name another manifest."
        yield Doubt(f"{pointer}/{field}", message, fix, (f"{pointer}/{field}", f"{pointer}/manifest"))


def _are_one_name(said: str, name: str, version: str, publisher: str) -> bool:
    """Whether a name is that of a release, whole or from its start, with or without the version and who publishes it.
    "125m" alone is a part of the names of many models, and with "instruct" behind it a name is that of another."""
    called, around = _words(f"{name} {version}"), {*_words(publisher), *_JOINING}
    for one in (_words(said), _words(said.rpartition("/")[2])):
        spelt = "".join(one)
        if one and (one == called[: len(one)] or spelt in ("".join(_words(name)), "".join(called))):
            return True
        if any(around.issuperset(rest) for whole in (called, _words(name)) for rest in _without(one, whole)):
            return True
    return False


def _without(words: list[str], some: list[str]) -> Iterator[list[str]]:
    """What is left of some words wherever others are taken out that stand there together."""
    for start in range(len(words) - len(some) + 1 if some else 0):
        if words[start : start + len(some)] == some:
            yield words[:start] + words[start + len(some) :]


def _words(name: str) -> list[str]:
    return [re.sub(r"^v(?=\d)", "", word) for word in re.findall(r"[^\W_]+", name[:_LONGEST].casefold())]


def _counts_files(facts: Facts) -> bool:
    """Whether some component is had from the files of the release alone."""
    components = answered(facts.manifest.components)
    return any(facts.has_files(one) and not is_pinned(one) and not answered(one.where) for one in components)


def _is_here(facts: Facts, parent: Parent, read: ReadParent) -> bool:
    """Whether the files of the parent's release are in this one, around its manifest."""
    named, measured = parent.manifest, read.facts.manifest.measured
    if not isinstance(named, ManifestReference) or named.path is None or measured is None:
        return False
    directory = posixpath.dirname(named.path)
    return all(facts.measured_sha256(posixpath.join(directory, file.path)) == file.sha256 for file in measured.files)
