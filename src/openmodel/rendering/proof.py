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
        yield from wrapped(f"✓ Verified: {total}, and no others, of {visible(result.component)}.", width)
    else:
        yield from wrapped("✗ NOT verified. Do not rely on these tensors.", width)
    for problem in result.problems:
        yield from wrapped(f"✗ {visible(problem)}", width, "  ", "    ")
    hashed = f"{len(held):,} of {total} hold, {result.bytes_read:,} bytes hashed"
    yield from wrapped(
        f"{hashed}; the weights have {result.count:,} tensors, with the tensor root", width, "  ", "    "
    )
    yield f"  {result.tensor_root}"
    shown = [*wrong, *held][:_MOST_TENSORS]
    for tensor in shown:
        yield from _tensor(tensor, width)
    if len(shown) < len(result.tensors):
        yield f"  and {len(result.tensors) - len(shown):,} more; `--format json` lists them all"


def _tensor(tensor: TensorVerification, width: int) -> Iterator[str]:
    name = visible(tensor.name) or '""'
    if tensor.outcome == "holds":
        yield from wrapped(f"✓ {name} in {visible(', '.join(tensor.files))}", width, "  ", "    ")
        return
    problem = f": {visible(tensor.problem)}" if tensor.problem else ""
    mark = "-" if tensor.outcome == "not_looked_at" else "✗"
    yield from wrapped(f"{mark} {name} {_WORDS[tensor.outcome]}{problem}", width, "  ", "    ")
