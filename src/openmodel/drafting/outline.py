# SPDX-License-Identifier: Apache-2.0
"""A declaration in the making: what was found, each with where it was found, and blanks for what was not.

It is written as text, because the comments are half of it. Taking the `# ` away before a blank, and filling it, gives
the field at its place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from openmodel.manifest.values import MAX_INTEGER
from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value]"
"""What a fact may be; lists and mappings are written on one line."""

MAX_COMMENT = 240
"""The longest comment beside a value, in characters."""

MAX_REMARK = 4000
"""The longest comment of its own, in characters."""

WIDTH = 200
"""Where a comment of its own goes on in the next line, in columns."""

MAX_INLINE = 100
"""The longest list that is written on one line, in characters."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]*|1-draft")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "nan"})


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was found."""

    key: str
    value: Value
    origin: str
    """Where it was found; empty where that is plain, as for an id that was made up."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A field that nothing was found for. It is written as a comment."""

    key: str
    shape: str
    """What to put after the key, in YAML, with nothing said in it: `""` or `[{url: ""}]`."""
    hint: str
    """What belongs there, and why a reader needs it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment of its own."""

    text: str


@dataclass(slots=True)
class Section:
    """A mapping: facts, blanks, remarks and further sections, in the order in which they are written."""

    entries: list[Fact | Blank | Remark | tuple[str, Section | list[Section]]] = field(default_factory=list)

    def fact(self, key: str, value: Value | None, origin: str = "") -> bool:
        """Adds a fact, unless there is none; says whether it did."""
        if value is None or value in ("", [], {}, ()):
            return False
        self.entries.append(Fact(key, value, origin))
        return True

    def blank(self, key: str, hint: tuple[str, str]) -> None:
        """Adds a blank; the hint is its shape and its words."""
        self.entries.append(Blank(key, *hint))

    def remark(self, text: str) -> None:
        """Adds a comment of its own."""
        self.entries.append(Remark(text))

    def nest(self, key: str, inner: Section | list[Section]) -> None:
        """Adds a mapping, or a list of mappings that each begin with a fact."""
        if inner:
            self.entries.append((key, inner))

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def says_something(self) -> bool:
        """Whether there is a fact in it, at any depth."""
        return any(_says_something(entry) for entry in self.entries)


def _says_something(entry: Fact | Blank | Remark | tuple[str, Section | list[Section]]) -> bool:
    if isinstance(entry, tuple):
        inner = entry[1]
        return any(item.says_something for item in (inner if isinstance(inner, list) else [inner]))
    return isinstance(entry, Fact)


def text_of(section: Section) -> str:
    """The section as a YAML document, with a line break at the end."""
    return "".join(f"{line}\n" for line in _lines(section, ""))


def _lines(section: Section, indent: str, blank: str = "# ") -> Iterator[str]:
    """The lines of a section; `blank` is what stands before its blanks."""
    for entry in section.entries:
        if isinstance(entry, Fact):
            yield from _fact(entry, indent)
        elif isinstance(entry, Blank):
            yield f"{indent}{blank}{entry.key}: {entry.shape}  # {_comment(entry.hint, MAX_REMARK)}"
        elif isinstance(entry, Remark):
            yield from wrapped(_comment(entry.text, MAX_REMARK), WIDTH, f"{indent}# ", f"{indent}#   ")
        elif _says_something(entry):
            yield f"{indent}{entry[0]}:"
            yield from _nested(entry[1], indent, blank)
        else:  # A key with nothing but comments below it would be null, so that the block is one comment.
            yield f"{indent}# {entry[0]}:"
            yield from (f"{indent}# {line}" for line in _nested(entry[1], "", ""))


def _fact(fact: Fact, indent: str) -> Iterator[str]:
    origin = f"  # {_comment(fact.origin)}" if fact.origin else ""
    value = written(fact.value)
    if len(value) > MAX_INLINE and isinstance(fact.value, list | tuple):
        yield f"{indent}{fact.key}:{origin}"
        yield from (f"{indent}  - {written(item)}" for item in fact.value)
    else:
        yield f"{indent}{fact.key}: {value}{origin}"


def _nested(inner: Section | list[Section], indent: str, blank: str) -> Iterator[str]:
    if isinstance(inner, Section):
        yield from _lines(inner, f"{indent}  ", blank)
        return
    for item in inner:
        first, *rest = _lines(item, f"{indent}    ", blank)
        yield f"{indent}  - {first.lstrip()}"
        yield from rest


def _comment(text: str, most: int = MAX_COMMENT) -> str:
    """A text on one line; a longer one is cut between two words."""
    line = visible(text)
    if len(line) <= most:
        return line
    cut = line[: most + 1].rpartition(" ")[0] or line[:most]
    return f"{cut} …"


def written(value: Value) -> str:
    """A value in YAML on one line, such that YAML 1.2 and 1.1 read what it is."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {written(member)}" for key, member in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(mark if mark.isprintable() else _escape(mark) for mark in quoted)


def _escape(mark: str) -> str:
    """A character as YAML escapes it; JSON would make two of those beyond U+FFFF."""
    return f"\\U{ord(mark):08x}" if ord(mark) > 0xFFFF else json.dumps(mark)[1:-1]  # noqa: PLR2004


def storable(number: object) -> int | float | None:
    """The number, if a manifest can hold it: no truth value, finite, no integer beyond 2^53-1."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if isinstance(number, float):
        return number if math.isfinite(number) else None
    return number if abs(number) <= MAX_INTEGER else None


def ids(taken: set[str], name: str, fallback: str) -> str:
    """An id for something of this name that is not taken yet; it is then taken."""
    slug = re.sub(r"[^a-z0-9._]+", "-", name.lower()[:80]).strip("-._") or fallback
    slug = slug if slug[0].isalnum() else f"{fallback}-{slug}"
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def listed(names: Iterable[str], most: int = 5) -> str:
    """Some names in words: "a, b, c and 4 more"."""
    every = list(names)
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown
