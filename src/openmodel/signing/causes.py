# SPDX-License-Identifier: Apache-2.0
"""What an error says, for an answer that says itself what to do: whoever verifies can correct nothing in what others
signed.
"""

from __future__ import annotations

from openmodel.errors import OpenModelError
from openmodel.inventory.naming import shown

__all__ = ["why"]


def why(error: OpenModelError) -> str:
    """Where, found and expected of the first problem of an error, on one line, safe to print."""
    problem = error.problems[0]
    more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
    return shown(f"{problem.where}: found {problem.got}; expected {problem.expected}{more}", 500)
