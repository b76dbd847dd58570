# SPDX-License-Identifier: Apache-2.0
"""Whether the graph of a SavedModel of TensorFlow is whole, and whether its parameters are in other files.

Source: TensorFlow, `core/protobuf/saved_model.proto` and "Using the SavedModel format".
"""

from __future__ import annotations

from itertools import islice

from openmodel.inventory.formats.protobuf import MalformedError, fields
from openmodel.inventory.formats.views import View

__all__ = ["VARIABLES", "has_variables", "saved_model_defect"]

VARIABLES = "variables/variables.index"
"""Where a SavedModel with variables keeps what leads to them, relative to its folder."""

_VARIABLE = (b"VarHandleOp", b"VariableV2", b"VariableOp")
_CONSTANT = (b"Const",)
_MAX_FIELDS = 1000  # There are two, or one more for each variant of the graph.
_CHUNK = 2**20
_OVERLAP = 16


def has_variables(view: View) -> bool:
    """Whether an operator of the graph makes a variable, whose value is not in the graph.

    Raises:
        OSError: the system does not give the bytes.
    """
    return _has_any(view, _VARIABLE)


def saved_model_defect(view: View) -> str | None:
    """Why it cannot be the graph of a model, a phrase that starts with "it"; None where it can.

    Raises:
        OSError: the system does not give the bytes.
    """
    try:
        for _ in islice(fields(view, 0, view.size), _MAX_FIELDS):
            pass
    except MalformedError:
        return "it is cut off"
    return None if _has_any(view, (*_VARIABLE, *_CONSTANT)) else "it holds neither constants nor variables"


def _has_any(view: View, names: tuple[bytes, ...]) -> bool:
    for at in range(0, view.size, _CHUNK):
        content = view.read(at, _CHUNK + _OVERLAP)
        if any(name in content for name in names):
            return True
    return False
