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

MAX_FIELDS = 1_000_000
"""The most fields of one model that are looked at, which cost some seconds."""
MAX_FILES = 10_000
"""The most files that one model may name; the manifest lists those that are not there."""

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
    found = set[str]()
    waiting = [("model", 0, view.size, 0)]
    count = 0
    while waiting:
        message, start, end, depth = waiting.pop()
        try:
            for field in fields(view, start, end):
                count += 1
                inner = _INSIDE[message].get(field.number)
                if count > MAX_FIELDS or depth > _MAX_DEPTH or len(found) > MAX_FILES:
                    raise UnreadableError("it has more parts than are looked at")
                if inner is None or field.wire != LENGTH or not _may_name_one(view, field):
                    continue
                if inner != _ENTRY:
                    waiting.append((inner, field.start, field.end, depth + 1))
                elif location := _location(view, field):
                    found.add(location)
        except MalformedError as error:
            raise UnreadableError("it has a graph that is damaged") from error
    return tuple(sorted(found))


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
