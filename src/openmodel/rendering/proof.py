# SPDX-License-Identifier: Apache-2.0
"""The result of `verify-proof`, as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from openmodel.rendering.lines import wrapped
from openmodel.rendering.untrusted import visible
from openmodel.weights.proof_verification import ProofVerification, TensorVerification

__all__ = ["proof_json", "proof_text"]

_MOST_TENSORS = 50
_WORDS = {
    "missing": "missing",
    "altered": "altered",
    "not_in_root": "not in the tensor root",
    "not_looked_at": "not looked at",
}


def proof_json(result: ProofVerification) -> str:
    """The result as one JSON value in ASCII, with a newline at the end."""
    return json.dumps(asdict(result), indent=2) + "\n"


def proof_text(result: ProofVerification, width: int) -> str:
    """The result for a terminal of `width` columns: the verdict, of what, and every tensor, wrong ones first."""
    return "\n".join(_lines(result, max(width, 40))) + "\n"


def _lines(result: ProofVerification, width: int) -> Iterator[str]:
    wrong = [one for one in result.tensors if one.outcome != "holds"]
    held = [one for one in result.tensors if one.outcome == "holds"]
    total = f"{len(result.tensors):,} tensor{'s' * (len(result.tensors) != 1)}"
    if result.ok:
        yield from wrapped(f"✓ Verified: {total} of these weights, and no others.", width)
    else:
        yield from wrapped("✗ NOT verified. Do not rely on these tensors.", width)
    for problem in result.problems:
        yield from wrapped(f"✗ {visible(problem)}", width, "  ", "    ")
    if result.name is not None:
        name = " ".join(filter(None, [visible(result.name), visible(result.version or "")]))
        sequence = "" if result.sequence is None else f", sequence {result.sequence}"
        yield from wrapped(f"Signed: {name}{sequence}; {visible(result.component)} of it", width, "  ", "    ")
    if held:
        said = f"{len(held):,} of {len(result.tensors):,} held, {result.bytes_read:,} bytes hashed."
        said += f" All {result.count:,} tensors have the root"
        yield from wrapped(said, width, "  ", "    ")
        yield f"  {result.tensor_root}"
    shown = [*wrong, *held][:_MOST_TENSORS]
    for tensor in shown:
        yield from _tensor(tensor, width)
    if len(shown) < len(result.tensors):
        yield f"  and {len(result.tensors) - len(shown):,} more; `--format json` lists them all"
    if not result.ok:
        yield from wrapped(f"→ {_advice(result)}", width, "  ", "    ")


def _advice(result: ProofVerification) -> str:
    outcomes = {one.outcome for one in result.tensors}
    if "not_looked_at" in outcomes:
        return "Get a proof of this release from its publisher, and their key or tensor root from whom you trust."
    if "not_in_root" in outcomes:
        return "Get the proof again; whoever has openmodel.json and its table makes one with `openmodel prove`."
    if outcomes == {"holds"}:
        return "Get those files again, or name a directory without them."
    return "Get the files of these tensors again from the publisher, and leave no others of their names there."


def _tensor(tensor: TensorVerification, width: int) -> Iterator[str]:
    name = visible(tensor.name) or '""'
    if tensor.outcome == "holds":
        yield from wrapped(f"✓ {name} in {visible(', '.join(tensor.files))}", width, "  ", "    ")
        return
    problem = f": {visible(tensor.problem)}" if tensor.problem else ""
    mark = "-" if tensor.outcome == "not_looked_at" else "✗"
    yield from wrapped(f"{mark} {name} {_WORDS[tensor.outcome]}{problem}", width, "  ", "    ")
