# SPDX-License-Identifier: Apache-2.0
"""ONNX: a protobuf message without a magic number, recognised by walking over its outermost fields.

Source: ONNX, `onnx/onnx.proto`, message ModelProto; Protocol Buffers, "Encoding".
"""

from __future__ import annotations

from openmodel.inventory.formats.protobuf import LENGTH, MalformedError, fields, varint
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View

__all__ = ["is_cut_onnx", "recognise_onnx"]

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
        key, at = varint(view, at)
        field, wire = key >> 3, key & 7
        if _FIELDS.get(field) != wire:
            return None
        value, at = varint(view, at)
        if wire == LENGTH:
            at += value
        if at > view.size or (field == _IR_VERSION and not 0 < value < _MAX_IR_VERSION):
            return None
        if field != _GRAPH or value:
            seen.add(field)
    return None


def is_cut_onnx(view: View) -> bool:
    """Whether a file that is not recognised begins as an ONNX model does, and ends in the middle of it.

    Raises:
        OSError: the system does not give the bytes.
    """
    seen = 0
    try:
        for field in fields(view, 0, view.size):
            if _FIELDS.get(field.number) != field.wire or seen > _MAX_FIELDS:
                return False
            if seen == 0 and not (field.number == _IR_VERSION and 0 < field.value < _MAX_IR_VERSION):
                return False
            seen += 1
    except MalformedError:
        return seen > 0
    return seen > 0  # It lacks the graph or its operators.
