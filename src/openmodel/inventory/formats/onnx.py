# SPDX-License-Identifier: Apache-2.0
"""ONNX: a protobuf message without a magic number, recognised by walking over its outermost fields.

Source: ONNX, `onnx/onnx.proto`, message ModelProto; Protocol Buffers, "Encoding".
"""

from __future__ import annotations

from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["recognise_onnx"]

_LENGTH = 2
# The numbers and wire types of the fields that are called ir_version, producer_name, producer_version, domain,
# model_version, doc_string, graph, opset_import, metadata_props, training_info, functions and configuration.
_FIELDS = {1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2}
_IR_VERSION, _GRAPH, _OPSET = 1, 7, 8
_MAX_FIELDS = 100_000
_MAX_IR_VERSION = 1000  # 13 in 2025.


def recognise_onnx(view: View) -> Recognised | None:
    """An ONNX model, or None: known fields only, among them a version, a graph and its operators, to the last byte.

    Raises:
        OSError: the system does not give the bytes.
    """
    at = 0
    seen: set[int] = set()
    for _ in range(_MAX_FIELDS):
        if at == view.size:
            return Recognised("onnx", None) if {_IR_VERSION, _GRAPH, _OPSET} <= seen else None
        if not view.budget.pay_field():
            break
        key, at = _varint(view, at)
        field, wire = key >> 3, key & 7
        if _FIELDS.get(field) != wire:
            return None
        value, at = _varint(view, at)
        if wire == _LENGTH:
            at += value
        if at > view.size or (field == _IR_VERSION and not 0 < value < _MAX_IR_VERSION):
            return None
        if field != _GRAPH or value:
            seen.add(field)
    return None


def _varint(view: View, at: int) -> tuple[int, int]:
    """A number and the position after it. One that does not end puts the position behind the view."""
    value = 0
    for index, byte in enumerate(view.read(at, 10)):
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:  # noqa: PLR2004
            return value, at + index + 1
    return 0, view.size + 1
