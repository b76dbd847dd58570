# SPDX-License-Identifier: Apache-2.0
"""What the tensors of each component are, counted again."""

from __future__ import annotations

from openmodel.errors import InventoryError
from openmodel.evidence.files import Files, by
from openmodel.evidence.findings import Collected
from openmodel.inventory import weights_summary

__all__ = ["compare_weights"]


def compare_weights(files: Files, collected: Collected) -> None:
    """Compares the sums in `measured.weights` with the headers of the files. Tensors without a file in safetensors
    format cannot be counted without running code, and nothing is said of them."""
    components = {component.id: component for _, component in files.components}
    for index, stated in enumerate(files.measured.weights):
        where = f"/measured/weights/{index}"
        component = components.get(stated.component)
        paths = files.of(component) if component else []
        if not files.bad.keys().isdisjoint(paths):
            message = f"The tensors of {stated.component} were not counted: not all files are as measured."
            collected.remark(where, message)
            continue
        headers = {path: files.headers[path] for path in paths if path in files.headers}
        try:
            found = weights_summary(headers)
        except InventoryError as error:
            collected.contradict(where, "every tensor in one file", error.problems[0].got, by(stated.component))
            continue
        for field in ("tensors", "parameters", "dtypes"):
            declared, observed = getattr(stated, field), getattr(found, field)
            if declared == observed:
                collected.verify(f"{where}/{field}")
            else:
                collected.contradict(f"{where}/{field}", declared, observed, by(f"the tensors of {stated.component}"))
        if stated.tensor_root is not None:
            message = "This version does not compute tensor roots, so that this one was not compared."
            collected.remark(f"{where}/tensor_root", message)
