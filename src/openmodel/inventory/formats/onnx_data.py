# SPDX-License-Identifier: Apache-2.0
"""The files beside an ONNX model that hold its tensors. A model of a few kilobytes can have all its weights there.

Source: ONNX, `onnx/onnx.proto`, TensorProto.data_location and external_data, and "External Data". A tensor can be in
the graph, in a node of it, in a graph in a node, and in a function.
"""

from __future__ import annotations

import posixpath

from openmodel.inventory.formats.protobuf import LENGTH, Field, MalformedError, fields
from openmodel.inventory.formats.views import View
from openmodel.inventory.naming import path_defect

__all__ = ["MAX_FIELDS", "MAX_FILES", "UnreadableError", "external_files"]

MAX_FIELDS = 500_000
"""The most fields of one model that are looked at, which cost some seconds."""
MAX_FILES = 10_000
"""The most files that one model may name; the manifest lists those that are not there."""

_TOO_MUCH = "it has more parts than are looked at"
_MAX_DEPTH = 32
_SMALL = 4096
_ENTRY, _LOCATION, _MAX_NAME = "entry", b"location", 4096
# By message, the fields in which there can be a tensor, and their messages.
_INSIDE = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {13: _ENTRY},
}


class UnreadableError(Exception):
    """Nobody can say which files there must be; the message is a phrase that starts with "it"."""


def external_files(view: View) -> tuple[str, ...]:
    """The files that the tensors of an ONNX model are in, relative to its folder, sorted.

    Raises:
        UnreadableError: the model is damaged, has more than is looked at, or names what is not in its folder.
        OSError: the system does not give the bytes.
    """
    search = _Search(view)
    try:
        search.through("model", 0, view.size, 0)
    except MalformedError as error:
        if view.budget.spent:
            raise UnreadableError(_TOO_MUCH) from error
        raise UnreadableError("it has a graph that is damaged") from error
    return tuple(sorted(search.found))


class _Search:
    """Goes through a model from its beginning to its end."""

    def __init__(self, view: View) -> None:
        self.found: set[str] = set()
        self._view = view
        self._count = 0

    def through(self, message: str, start: int, end: int, depth: int) -> None:
        for field in fields(self._view, start, end):
            self._count += 1
            if self._count > MAX_FIELDS or depth > _MAX_DEPTH or len(self.found) > MAX_FILES:
                raise UnreadableError(_TOO_MUCH)
            inner = _INSIDE[message].get(field.number)
            if inner is None or field.wire != LENGTH or not _may_name_one(self._view, field):
                continue
            if inner != _ENTRY:
                self.through(inner, field.start, field.end, depth + 1)
            elif location := _location(self._view, field):
                self.found.add(location)


def _may_name_one(view: View, field: Field) -> bool:
    """Whether a part can have a location in it: that of most is seen at once."""
    size = field.end - field.start
    return size > _SMALL or _LOCATION in view.read(field.start, size)


def _location(view: View, entry: Field) -> str | None:
    """The location that an entry of `external_data` gives, if it is that."""
    content = {field.number: field for field in fields(view, entry.start, entry.end) if field.wire == LENGTH}
    key, value = content.get(1), content.get(2)
    if key is None or view.read(key.start, min(key.end - key.start, _MAX_NAME)) != _LOCATION:
        return None
    name = view.read(value.start, min(value.end - value.start, _MAX_NAME)) if value else b""
    try:
        location = posixpath.normpath(name.decode())
    except UnicodeDecodeError as error:
        raise UnreadableError("it names a file whose name is not UTF-8") from error
    if location == "." or path_defect(location):
        raise UnreadableError("it names a file of tensors that is not in its folder")
    return location
