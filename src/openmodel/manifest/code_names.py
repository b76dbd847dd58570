# SPDX-License-Identifier: Apache-2.0
"""Names by which a file is source code. A vocabulary, settings and parameters are none, whatever reads them."""

from __future__ import annotations

import re

_SOURCE = re.compile(
    r".+\.(bash|c|cc|clj|cpp|cs|cuh?|cxx|erl|exs?|f90|go|h|hpp|hs|ipynb|java|jl|jsx?|kt|lua|m|metal|mjs|ml|mm|php|pl|ps1"
    r"|py|pyi|pyx|r|rb|rs|scala|sh|sql|swift|tsx?|zig)",
    re.IGNORECASE | re.DOTALL,
)


def is_source_code(path: str) -> bool:
    """Whether a file is source code by the ending of its name, in whatever case."""
    return _SOURCE.fullmatch(path.rpartition("/")[2]) is not None
