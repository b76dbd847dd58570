# SPDX-License-Identifier: Apache-2.0
"""Whether a TensorFlow Lite file is as long as its tables say.

Source: TensorFlow Lite, `tflite/schema/schema.fbs`, tables Model and Buffer; FlatBuffers, "Internals".
"""

from __future__ import annotations

import struct

from openmodel.inventory.formats.views import View

__all__ = ["MAX_BUFFERS", "tflite_defect"]

MAX_BUFFERS = 100_000
"""The most buffers of one file that are looked at; models have some hundred."""

_SUBGRAPHS, _BUFFERS = 2, 4
_DATA, _OFFSET, _SIZE = 0, 1, 2
_CUT = "it is cut off"


def tflite_defect(view: View) -> str | None:
    """Why a TensorFlow Lite file does not hold what it announces, a phrase that starts with "it"; None where it does.

    Raises:
        OSError: the system does not give the bytes.
    """
    try:
        model = _number(view, 0, 4)
        subgraphs, buffers = _field(view, model, _SUBGRAPHS), _field(view, model, _BUFFERS)
        if not subgraphs or not buffers or not _length(view, subgraphs):
            return "it holds no graph"
        end, count = 0, _length(view, buffers)
        if count > MAX_BUFFERS:
            return "it has more parts than are looked at"
        place = _follow(view, buffers) + 4
        for number in range(count):
            end = max(end, _end(view, _follow(view, place + 4 * number)))
    except EOFError:
        return _CUT
    return _CUT if end > view.size else None


def _end(view: View, buffer: int) -> int:
    """The end of the content of a buffer, which is in it, or behind all tables."""
    data, offset, size = (_field(view, buffer, number) for number in (_DATA, _OFFSET, _SIZE))
    inside = _follow(view, data) + 4 + _length(view, data) if data else 0
    behind = _number(view, offset, 8) + _number(view, size, 8) if offset and size else 0
    return max(inside, behind)


def _field(view: View, table: int, number: int) -> int:
    """The position of a field of a table; 0 where the table does not have it."""
    layout = table - struct.unpack("<i", _read(view, table, 4))[0]
    at = 4 + 2 * number
    if at + 2 > _number(view, layout, 2) or not (offset := _number(view, layout + at, 2)):
        return 0
    return table + offset


def _length(view: View, field: int) -> int:
    return _number(view, _follow(view, field), 4)


def _follow(view: View, at: int) -> int:
    """What the offset at a position leads to."""
    return at + _number(view, at, 4)


def _number(view: View, at: int, width: int) -> int:
    return int.from_bytes(_read(view, at, width), "little")


def _read(view: View, at: int, count: int) -> bytes:
    content = view.read(at, count)
    if len(content) < count:
        raise EOFError
    return content
