# SPDX-License-Identifier: Apache-2.0
"""The small values of a manifest in plain words, and what is said where there is no answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from pydantic import JsonValue

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest
from openmodel.manifest.parent import Parent
from openmodel.manifest.source import Source
from openmodel.manifest.values import FileReference, Pin, Quantity, Terms, Where
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.rendering.markdown import at_line_start, code, escape, link, prose

T = TypeVar("T")

Lines: TypeAlias = list[str]
"""The lines of an answer. The first stands behind its label; an empty first line means that a list follows."""

ABSENT = "*Not disclosed: nobody has answered this.*"
"""What is said where the manifest says nothing."""

REST = "[`openmodel.json`](openmodel.json)"
"""Where everything is that a card leaves out."""

_MOST_SETTINGS, _LONGEST_SETTING = 40, 200


@dataclass(frozen=True, slots=True)
class Voice:
    """Who gives the answers, as Markdown."""

    speaker: str
    """Who does not know what is unknown."""
    keeper: str
    """Who keeps back what is withheld."""


class Words:
    """A manifest with the names and voices in it."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.parents = {parent.id: parent for parent in answered(manifest.parents)}
        named: list[Component | Source | Parent] = [*answered(manifest.components), *answered(manifest.sources)]
        self._names = {item.id: item.name for item in (*named, *self.parents.values())}
        self.voice = _release_voice(manifest)

    def voice_of(self, parent: str | None) -> Voice:
        """Who states the facts that carry `of` this parent; of the release itself without one."""
        return _parent_voice(self.parents[parent]) if parent else self.voice

    def name(self, identifier: str) -> str:
        """What people call the component, source or parent of this id, as Markdown."""
        return escape(self._names.get(identifier, identifier))

    def names(self, identifiers: Iterable[str]) -> str:
        """Several of them."""
        return ", ".join(map(self.name, identifiers))

    def belonging(self, parent: str | None) -> str:
        """The words that say that something is a parent's and not the release's own."""
        return f" (of the parent {self.name(parent)})" if parent else ""


def publisher_name(manifest: Manifest) -> str | None:
    """The publisher's name, where one is given."""
    publisher = manifest.release.publisher
    return publisher if isinstance(publisher, str) and not is_placeholder(publisher) else None


def _release_voice(manifest: Manifest) -> Voice:
    publisher, describer = publisher_name(manifest), manifest.release.described_by
    keeper = escape(publisher) if publisher else "the publisher"
    if describer and describer.role == "third_party":
        return _third_party(describer.name, keeper)
    if not publisher and describer and describer.name:
        keeper = escape(describer.name)
    return Voice(keeper, keeper)


def _parent_voice(parent: Parent) -> Voice:
    describer, keeper = parent.described_by, f"the publisher of {escape(parent.name)}"
    if describer and describer.role == "publisher":
        named = escape(describer.name) if describer.name else keeper
        return Voice(named, named)
    return _third_party(describer.name if describer else None, keeper)


def _third_party(name: str | None, keeper: str) -> Voice:
    speaker = escape(name) if name else "the third party that describes this"
    return Voice(speaker, f"{keeper}, as {speaker} reports")


def told(value: T | Undisclosed | None, voice: Voice, show: Callable[[T], str | Lines]) -> Lines:
    """An answer, or in words that and why there is none."""
    if value is None:
        return [ABSENT]
    if isinstance(value, Undisclosed):
        return [f"*{_undisclosed(value, voice)}*"]
    if value in ((), {}):
        return ["*Not disclosed: the list is empty.*"]
    shown = show(value)
    return [shown] if isinstance(shown, str) else shown


def listing(value: tuple[T, ...] | Undisclosed | None, voice: Voice, nothing: str, shown: Lines) -> Lines:
    """What is shown of a list, or in words why there is nothing to show; `nothing` is said of an empty one."""
    return [nothing] if value == () else told(value, voice, lambda _: shown)


def told_text(value: str | Undisclosed | None, voice: Voice) -> Lines:
    """As `told`, for text: a placeholder is no answer."""
    if isinstance(value, str) and is_placeholder(value):
        return ["*Not disclosed: the text is empty or a placeholder.*"]
    return told(value, voice, prose)


def told_items(value: tuple[T, ...] | Undisclosed | None, voice: Voice, show: Callable[[T], str]) -> Lines:
    """As `told`, for a list whose items each take a line."""
    return told(value, voice, lambda items: items_below([show(item) for item in items]))


def items_below(items: Sequence[str]) -> Lines:
    """Items as they follow a label: one on its line, several as a list below it."""
    return list(items) if len(items) == 1 else ["", *(f"- {at_line_start(item)}" for item in items)]


def _undisclosed(value: Undisclosed, voice: Voice) -> str:
    what = {
        "unknown": f"Unknown to {voice.speaker}",
        "withheld": f"Withheld by {voice.keeper}",
        "not_applicable": "Does not apply",
    }[value.undisclosed]
    if value.reason is None or is_placeholder(value.reason):
        return f"{what}; no reason is given."
    return f"{what}: {escape(value.reason)}"


def inline(lines: Lines) -> str:
    """Lines as one, for a table."""
    return " ".join(line.removeprefix("- ") for line in lines if line)


def labelled(rows: Iterable[tuple[str, Lines]]) -> Lines:
    """Answers as a list, each behind its label. What nobody answered is named in one item at the end: not all of it is
    asked for by a requirement, so that is no reproach."""
    lines, unanswered = [], []
    for label, answer in rows:
        if answer == [ABSENT]:
            unanswered.append(label)
            continue
        lines.append(f"- **{label}:** {answer[0]}".rstrip())
        lines += [f"  {line}".rstrip() for line in answer[1:]]
    if unanswered:
        labels = (label if label[:2].isupper() else label[0].lower() + label[1:] for label in unanswered)
        lines.append(f"- {'Also not' if lines else 'Not'} answered: {', '.join(labels)}.")
    return lines


def number(value: float) -> str:
    """A number as people write it."""
    return f"{value:,}" if isinstance(value, int) else repr(value)


def quantity(amount: Quantity, voice: Voice) -> str:
    """How much, with its unit."""
    if not isinstance(amount.value, int | float):
        return f"{inline(told(amount.value, voice, number))} (counted in {amount.unit})"
    about = "about " if amount.approximate else ""
    return f"{about}{number(amount.value)} {amount.unit}"


def terms(value: Terms, voice: Voice) -> str:
    """What somebody states about terms."""
    parts = []
    if value.expression is None:
        parts.append(f"licence: {inline([ABSENT])}")
    elif value.expression.strip().upper() == "NONE":
        parts.append("no licence is stated (`NONE`)")
    else:
        parts.append(code(value.expression))
    parts += [f"text in {code(value.text)}"] if value.text else []
    parts += [link(value.url)] if value.url else []
    parts += [f"granted by {voice.speaker} with the words “{escape(value.grant)}”"] if value.grant else []
    parts += [f"note: {escape(value.note)}"] if value.note else []
    return "; ".join(parts)


def where(place: Where, voice: Voice) -> str:
    """A place with what is there and how to get it."""
    parts = []
    if place.holds:
        parts.append(
            {"copy": "a copy", "index": "an index", "derived": "derived from it"}.get(place.holds, place.holds)
        )
    parts += [f"revision {code(place.revision)}"] if place.revision else []
    parts += [f"SHA-256 {code(place.sha256)}"] if place.sha256 else []
    if place.access:
        parts.append("no longer there" if place.access == "gone" else f"access: {place.access}")
    if place.access == "fee" or place.fee is not None:
        parts.append(f"fee: {inline(told(place.fee, voice, escape))}")
    if place.gone_since is not None:
        parts.append(f"gone since: {inline(told(place.gone_since, voice, escape))}")
    return f"{link(place.url)} ({'; '.join(parts)})" if parts else link(place.url)


def pin(value: Pin, voice: Voice) -> str:
    """Which state of which repository."""
    parts = [link(value.repository)]
    if value.ref is not None or value.kind != "none":
        parts.append(_ref(value, voice))
    if value.path is not None:
        parts.append(f"path {inline(told(value.path, voice, code))}")
    if isinstance(value.dirty_sha256, str):
        parts.append(f"with changes that are not committed (SHA-256 of the diff {code(value.dirty_sha256)})")
    return ", ".join(parts)


def _ref(value: Pin, voice: Voice) -> str:
    exact = value.kind not in (None, "none")
    if isinstance(value.ref, Undisclosed):
        why = _undisclosed(value.ref, voice).removesuffix(".")
        return f"{value.kind if exact else 'commit'} *{why[0].lower()}{why[1:]}*"
    return f"{value.kind if exact else 'ref'} {inline(told(value.ref, voice, code))}"


def file_reference(file: FileReference) -> str:
    """A file of a data source."""
    parts = [link(file.url) if file.url else code(file.path or "")]
    parts += [f"{file.size:,} bytes"] if file.size is not None else []
    parts += [f"SHA-256 {code(file.sha256)}"] if file.sha256 else []
    return ", ".join(parts)


def mapping(values: dict[str, JsonValue]) -> str:
    """Settings, each as its name and JSON value."""
    shown = [f"{code(name)} = {code(json_value(value))}" for name, value in list(values.items())[:_MOST_SETTINGS]]
    return ", ".join(shown) + rest(len(values), _MOST_SETTINGS, " ")


def json_value(value: JsonValue) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST_SETTING else f"{text[:_LONGEST_SETTING]}…"


def rest(count: int, most: int, before: str = "") -> str:
    """The pointer to what was cut from a list of `count`; empty when nothing was."""
    return f"{before}and {count - most:,} more in {REST}" if count > most else ""
