# SPDX-License-Identifier: Apache-2.0
"""NumPy's `.npy`: whether its elements are Python objects, which are stored as a pickle.

Source: NumPy, `numpy/lib/_format_impl.py`, "Format Version 1.0" and later. NumPy gives the header to
`ast.literal_eval`; this reads the few literals that NumPy writes, and what it cannot read may hold objects.
"""

from __future__ import annotations

import re
from typing import NoReturn

from openmodel.inventory.formats.pickles import find_pickles, why_unsafe
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["npy_defect", "recognise_npy"]

_MAGIC = b"\x93NUMPY"
_MAX_HEADER = 64 * 1024  # NumPy's own bound is 10,000 unless it may unpickle.
_MAX_DEPTH = 16
_LENGTHS = {1: 2, 2: 4, 3: 4}
_TOKEN = re.compile(r"\s*(?:'([^'\\]*)'|\"([^\"\\]*)\"|(-?\d{1,20}L?|True|False|None)|([\[\](){},:]))")
_CLOSING = {"[": "]", "(": ")", "{": "}"}


def recognise_npy(view: View) -> Recognised | None:
    """An array of NumPy, or None.

    Raises:
        OSError: the system does not give the bytes.
    """
    head = view.read(0, 12)
    width = _LENGTHS.get(head[6]) if head.startswith(_MAGIC) and head[6:] else None
    if width is None or len(head) < 8 + width:
        return None
    length = int.from_bytes(head[8 : 8 + width], "little")
    if 8 + width + length > view.size:
        return None
    if length > _MAX_HEADER:
        return Recognised("npy", "it is an array with a header too long to be read, and may hold pickled objects")
    text = view.read(8 + width, length).decode("utf-8" if head[6] == 3 else "latin-1", "replace")  # noqa: PLR2004
    what = "it is an array of Python objects, kept as a pickle"
    pickles = find_pickles(view.part(8 + width + length, view.size))
    try:
        unsafe = _holds_objects(_Literals(text).read())
    except _UnreadableError:
        unsafe, what = True, "it is an array with a header that cannot be read, and may hold a pickle"
    if not unsafe:
        return Recognised("npy", None)
    return Recognised("npy", why_unsafe(pickles, what) if pickles else what)


def npy_defect(view: View) -> str | None:
    """Why an array holds no numbers, a phrase that starts with "it"; None where there is something behind its header.

    Raises:
        OSError: the system does not give the bytes.
    """
    head = view.read(0, 12)
    width = _LENGTHS[head[6]]
    is_empty = 8 + width + int.from_bytes(head[8 : 8 + width], "little") == view.size
    return "it is an array of nothing" if is_empty else None


def _holds_objects(header: object) -> bool:
    descr = header.get("descr") if isinstance(header, dict) else None
    if descr is None:
        raise _UnreadableError
    return _has_objects(descr)


def _has_objects(descr: object) -> bool:
    """Whether a type of elements has objects: `|O`, `i4,O`, `object`, or a structure with one of them.

    The names of fields are looked at like types, so that a field with a capital O in its name counts as well: a
    structure can be nested in more ways than are worth telling apart.
    """
    if isinstance(descr, str):
        return "O" in descr or "obj" in descr
    if isinstance(descr, list | tuple):
        return any(map(_has_objects, descr))
    return not isinstance(descr, int)  # NumPy reads a mapping as well, which it never writes.


class _UnreadableError(Exception):
    """The header is not made of the literals that NumPy writes."""


class _Literals:
    """A position in the text of a header. Lists and tuples both become lists."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> object:
        """The value of the whole text.

        Raises:
            _UnreadableError: it is not one of the literals that NumPy writes.
        """
        value = self._value(*self._token(), depth=0)
        return value if not self._text[self._at :].strip(" \n\0") else self._refuse()

    def _token(self) -> tuple[object, bool]:
        """A value, or a punctuation mark and True."""
        found = _TOKEN.match(self._text, self._at)
        if not found:
            self._refuse()
        self._at = found.end()
        single, double, word, mark = found.groups()
        if mark is not None:
            return mark, True
        return (single if single is not None else double) if word is None else len(word), False

    def _value(self, first: object, is_mark: bool, *, depth: int) -> object:
        if not is_mark:
            return first
        if first not in _CLOSING or depth > _MAX_DEPTH:
            self._refuse()
        end = (_CLOSING[str(first)], True)
        items: list[object] = []
        keys: dict[object, object] = {}
        following = self._token()
        while following != end:
            item = self._value(*following, depth=depth + 1)
            if first == "{":
                if not isinstance(item, str) or self._token() != (":", True) or item in keys:
                    self._refuse()
                keys[item] = self._value(*self._token(), depth=depth + 1)
            items.append(item)
            following = self._token()
            if following == (",", True):
                following = self._token()
            elif following != end:
                self._refuse()
        return keys if first == "{" else items

    def _refuse(self) -> NoReturn:
        raise _UnreadableError
