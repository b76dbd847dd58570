# SPDX-License-Identifier: Apache-2.0
"""The opcodes of pickles, followed without doing what they say.

Each opcode only moves marks and place-holders on a stack, as the unpickler of CPython would move objects. That tells
pickles without a magic number from text, and finds the names that are imported. Long strings are passed by without
reading them, so that what comes after a gigabyte of array is seen too. Source: CPython, `Modules/_pickle.c` and
`Lib/pickletools.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from openmodel.inventory.formats.views import WINDOW, View

__all__ = ["MAX_PICKLE_BYTES", "Followed", "follow"]

MAX_PICKLE_BYTES = 4 * 2**20
"""The most bytes that are read of one pickle, strings that are passed by not counted."""

MAX_IMPORTS = 1000
"""The most imports of one pickle that are kept."""

COMPUTED = "a name that is computed"
"""Stands for an import whose name is not written in the pickle."""

_MAX_NAME = 256  # A longer string is no name of anything; it is not kept.
_MARK = object()
_PROTO = 0x80
_STOP = ord(".")
_UNKNOWN = -1  # Stands for an index of the memo that is written too long to be kept.

# No less than either unpickler reads, the one in C or the one in Python, which joblib uses.
_LINES = {
    "int": re.compile(rb"\s*[+-]?\d\w*\s*"),
    "long": re.compile(rb"\s*[+-]?\d\w*\s*L?\s*"),
    "float": re.compile(rb"\s*[+-]?(?:[\d.][\d._e+-]*|nan|inf|infinity)\s*", re.IGNORECASE),
    "quoted": re.compile(rb"""\s*(?:'.*'|".*")\s*""", re.DOTALL),
    "any": re.compile(rb".*", re.DOTALL),
}

_NUMBERS = frozenset({"int", "long", "float"})

# Opcode: its argument, how many values it takes from the stack, whether it takes all to the last mark as well, how
# many it leaves. An argument is a number of bytes, n and the number of bytes of a length, or a kind of line.
_OPCODES: dict[int, tuple[str, int, bool, int]] = {
    ord("F"): ("float", 0, False, 1),
    ord("I"): ("int", 0, False, 1),
    ord("J"): ("4", 0, False, 1),
    ord("K"): ("1", 0, False, 1),
    ord("L"): ("long", 0, False, 1),
    ord("M"): ("2", 0, False, 1),
    ord("N"): ("", 0, False, 1),
    ord("P"): ("any", 0, False, 1),
    ord("Q"): ("", 1, False, 1),
    ord("R"): ("", 2, False, 1),
    ord("S"): ("quoted", 0, False, 1),
    ord("T"): ("n4", 0, False, 1),
    ord("U"): ("n1", 0, False, 1),
    ord("V"): ("any", 0, False, 1),
    ord("X"): ("n4", 0, False, 1),
    ord("a"): ("", 2, False, 1),
    ord("b"): ("", 2, False, 1),
    ord("d"): ("", 0, True, 1),
    ord("}"): ("", 0, False, 1),
    ord("e"): ("", 1, True, 1),
    ord("l"): ("", 0, True, 1),
    ord("]"): ("", 0, False, 1),
    ord("s"): ("", 3, False, 1),
    ord("t"): ("", 0, True, 1),
    ord(")"): ("", 0, False, 1),
    ord("u"): ("", 1, True, 1),
    ord("1"): ("", 0, True, 0),
    ord("G"): ("8", 0, False, 1),
    _PROTO: ("1", 0, False, 0),
    0x81: ("", 2, False, 1),  # NEWOBJ
    0x82: ("1", 0, False, 1),  # EXT1, EXT2, EXT4
    0x83: ("2", 0, False, 1),
    0x84: ("4", 0, False, 1),
    0x85: ("", 1, False, 1),  # TUPLE1, TUPLE2, TUPLE3
    0x86: ("", 2, False, 1),
    0x87: ("", 3, False, 1),
    0x88: ("", 0, False, 1),  # NEWTRUE, NEWFALSE
    0x89: ("", 0, False, 1),
    0x8A: ("n1", 0, False, 1),  # LONG1, LONG4
    0x8B: ("n4", 0, False, 1),
    ord("B"): ("n4", 0, False, 1),
    ord("C"): ("n1", 0, False, 1),
    0x8C: ("n1", 0, False, 1),  # SHORT_BINUNICODE, BINUNICODE8
    0x8D: ("n8", 0, False, 1),
    0x8E: ("n8", 0, False, 1),  # BINBYTES8
    0x8F: ("", 0, False, 1),  # EMPTY_SET
    0x90: ("", 1, True, 1),  # ADDITEMS
    0x91: ("", 0, True, 1),  # FROZENSET
    0x92: ("", 3, False, 1),  # NEWOBJ_EX
    0x95: ("8", 0, False, 0),  # FRAME: an unpickler that reads ahead cannot see what another one does not.
    0x96: ("n8", 0, False, 1),  # BYTEARRAY8
    0x97: ("", 0, False, 1),  # NEXT_BUFFER
    0x98: ("", 1, False, 1),  # READONLY_BUFFER
}
_CALLS = frozenset(map(ord, "Rbo")) | {0x81, 0x92}
_CONTAINERS = frozenset(map(ord, "ldt}])")) | {0x85, 0x86, 0x87, 0x8F, 0x91}
_STRINGS = frozenset(map(ord, "SUTVX")) | {0x8C, 0x8D}
_EXTENSIONS = frozenset({0x82, 0x83, 0x84})
_PUTS = {ord("p"): "int", ord("q"): "1", ord("r"): "4"}
_GETS = {ord("g"): "int", ord("h"): "1", ord("j"): "4"}


@dataclass(slots=True)
class Followed:
    """What one pickle was seen to do. It is filled while the opcodes are followed."""

    start: int
    """Position of its first byte."""
    end: int = 0
    """Position after the last byte that was followed."""
    ended: Literal["stop", "broken", "cut"] = "broken"
    """At its opcode STOP; where no unpickler goes on; or where the bounds of this module are."""
    marked: bool = False
    """Whether it begins with the opcode PROTO, as all do since protocol 2."""
    opcodes: int = 0
    called: bool = False
    """Whether it calls something."""
    holds: bool = False
    """Whether it makes a list, tuple, dictionary or set."""
    imports: dict[str, bool] = field(default_factory=dict)
    """Module and name with a dot between, in the order of appearance; whether they look like names of Python."""


def follow(view: View, start: int = 0) -> Followed:
    """Follows the opcodes of the pickle that starts at `start`, whether there is one or not.

    Raises:
        OSError: the system does not give the bytes.
    """
    machine = _Machine(view, start)
    try:
        machine.run()
    except _BrokenError:
        machine.seen.ended = "broken"
    except _CutError:
        machine.seen.ended = "cut"
    machine.seen.end = machine.at
    return machine.seen


class _BrokenError(Exception):
    """No unpickler goes on here."""


class _CutError(Exception):
    """Nothing more may be read."""


class _Reader:
    """A position in a view. Nothing is held but a window and the beginnings of lines and strings."""

    def __init__(self, view: View, at: int) -> None:
        self.view = view
        self.at = at
        self._left = MAX_PICKLE_BYTES
        self._window = b""
        self._window_at = at

    def _more(self) -> None:
        if self.at >= self.view.size:
            raise _BrokenError
        self._window = self.view.read(self.at, WINDOW)
        self._window_at = self.at
        self._left -= len(self._window)
        if self._left < 0 or not self._window:
            raise _CutError

    def take(self, count: int) -> bytes:
        """Exactly so many bytes, at most `_MAX_NAME`."""
        taken = b""
        while len(taken) < count:
            offset = self.at - self._window_at
            if not 0 <= offset < len(self._window):
                self._more()
                offset = 0
            part = self._window[offset : offset + count - len(taken)]
            self.at += len(part)
            taken += part
        return taken

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "little")

    def string(self, length: int) -> bytes | None:
        """A string of that length; None, and passed by, when it is too long for a name."""
        if length > self.view.size - self.at:
            raise _BrokenError
        if length <= _MAX_NAME:
            return self.take(length)
        self.at += length
        return None

    def line(self) -> bytes | None:
        """The rest of a line without its end; None when it is too long for a name."""
        kept = b""
        while True:
            offset = self.at - self._window_at
            if not 0 <= offset < len(self._window):
                self._more()
                offset = 0
            end = self._window.find(b"\n", offset)
            part = self._window[offset : None if end < 0 else end]
            kept += part[: _MAX_NAME + 1 - len(kept)]
            self.at += len(part) + (end >= 0)
            if end >= 0:
                return kept if len(kept) <= _MAX_NAME else None


class _Machine(_Reader):
    """The stack of an unpickler with nothing on it but marks, short strings and place-holders."""

    def __init__(self, view: View, start: int) -> None:
        super().__init__(view, start)
        self.seen = Followed(start)
        self.stack: list[object] = []
        self.memo: dict[int, object] = {}

    def run(self) -> None:
        seen, budget = self.seen, self.view.budget
        while True:
            if budget.opcodes <= 0:
                budget.spent = True
                raise _CutError
            budget.opcodes -= 1
            code = self.take(1)[0]
            if code == _STOP:
                self._pop(1)
                seen.ended = "stop"
                return
            known = _OPCODES.get(code)
            if known is not None:
                self._plain(code, *known)
            elif (special := _SPECIAL.get(code)) is not None:
                special(self)
            else:
                raise _BrokenError
            seen.opcodes += 1
            seen.marked = seen.marked or (code == _PROTO and seen.opcodes == 1)
            seen.called = seen.called or code in _CALLS
            seen.holds = seen.holds or code in _CONTAINERS

    def _plain(self, code: int, argument: str, takes: int, to_mark: bool, gives: int) -> None:
        text = self._argument(argument) if argument else None
        if to_mark:
            self._pop_mark()
        self._pop(takes)
        if code in _EXTENSIONS:  # A number that the registry of `copyreg` turns into a module and a name.
            self._import(f"extension {int.from_bytes(text or b'', 'little')} of copyreg", plausible=True)
        if gives:
            self.stack.append(_decoded(code, text) if text is not None and code in _STRINGS else None)

    def _argument(self, kind: str) -> bytes | None:
        if kind.isdigit():
            return self.take(int(kind))
        if kind[0] == "n":
            return self.string(self.number(int(kind[1:])))
        line = self.line()
        if line is not None and kind in _NUMBERS and b"\0" in line:
            return line.split(b"\0")[0]  # The unpickler in C sees no more of a number, and takes nothing for zero.
        if line is not None and not _LINES[kind].fullmatch(line):
            raise _BrokenError
        return line.strip()[1:-1] if line is not None and kind == "quoted" else line

    def _pop(self, count: int) -> list[object]:
        if not count:
            return []
        popped = self.stack[-count:]
        if len(popped) < count or any(value is _MARK for value in popped):
            raise _BrokenError
        del self.stack[-count:]
        return popped

    def _pop_mark(self) -> int:
        """Takes all to the last mark and the mark, and returns how many values those were."""
        for count, value in enumerate(reversed(self.stack)):
            if value is _MARK:
                del self.stack[-count - 1 :]
                return count
        raise _BrokenError

    def mark(self) -> None:
        self.stack.append(_MARK)

    def pop(self) -> None:
        if not self.stack:
            raise _BrokenError
        self.stack.pop()

    def duplicate(self) -> None:
        self.stack += self._pop(1) * 2

    def construct(self) -> None:
        if self._pop_mark() < 1:
            raise _BrokenError
        self.stack.append(None)

    def put(self, kind: str) -> None:
        self.memo[self._index(kind)] = self._top()

    def memoize(self) -> None:
        self.memo[len(self.memo)] = self._top()

    def get(self, kind: str) -> None:
        index = self._index(kind)
        if index == _UNKNOWN or _UNKNOWN in self.memo:
            # What was put there may have been overwritten, so that a name from here counts as computed.
            self.stack.append(None)
        elif index in self.memo:
            self.stack.append(self.memo[index])
        else:
            raise _BrokenError

    def _top(self) -> object:
        (value,) = self._pop(1)
        self.stack.append(value)
        return value

    def _index(self, kind: str) -> int:
        found = self._argument(kind)
        if kind != "int":
            return int.from_bytes(found or b"", "little")
        if found is None:
            return _UNKNOWN
        try:
            return int(found)
        except ValueError:
            raise _BrokenError from None

    def import_lines(self) -> None:
        module, name = self.line(), self.line()
        texts = [COMPUTED if text is None else text.decode("utf-8", "replace") for text in (module, name)]
        self._import(".".join(texts), plausible=all(map(_is_name, texts)))
        self.stack.append(None)

    def instance(self) -> None:
        self.import_lines()
        self.stack.pop()
        self._pop_mark()
        self.seen.called = True
        self.stack.append(None)

    def import_stack(self) -> None:
        texts = [text for text in self._pop(2) if isinstance(text, str)]
        if len(texts) == 2:  # noqa: PLR2004
            self._import(".".join(texts), plausible=all(map(_is_name, texts)))
        else:
            self._import(COMPUTED, plausible=True)
        self.stack.append(None)

    def _import(self, name: str, *, plausible: bool) -> None:
        if len(self.seen.imports) < MAX_IMPORTS:
            self.seen.imports[name] = plausible


def _decoded(code: int, text: bytes) -> str | None:
    """A string as unpicklers read it; None for one with escapes of Python, which no name is written with."""
    if code == ord("V"):
        return text.decode("raw-unicode-escape", "replace")
    return None if code == ord("S") and b"\\" in text else text.decode("utf-8", "replace")


def _is_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


_SPECIAL: dict[int, Callable[[_Machine], None]] = {
    ord("("): _Machine.mark,
    ord("0"): _Machine.pop,
    ord("2"): _Machine.duplicate,
    ord("o"): _Machine.construct,
    ord("c"): _Machine.import_lines,
    ord("i"): _Machine.instance,
    0x93: _Machine.import_stack,
    0x94: _Machine.memoize,
    **{code: partial(_Machine.put, kind=kind) for code, kind in _PUTS.items()},
    **{code: partial(_Machine.get, kind=kind) for code, kind in _GETS.items()},
}
