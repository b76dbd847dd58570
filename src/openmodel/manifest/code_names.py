# SPDX-License-Identifier: Apache-2.0
"""Names by which a file is source code, or an archive of it. A vocabulary, settings and parameters are no source code,
whatever reads them."""

from __future__ import annotations

import re

_SOURCE = re.compile(
    r".+\.(ado|awk|bash|c|cc|clj|cpp|cs|cuh?|cxx|do|erl|exs?|f90|go|h|hpp|hs|ipynb|java|jl|jsx?|kt|lua|m|metal|mjs|mk|ml|mm|mojo|nf"
    r"|php|pl|ps1|py|pyi|pyx|qmd|r|rb|rmd|rs|sas|scala|sh|smk|sps|sql|stan|swift|tsx?|wls|zig)|(gnu)?makefile|justfile|snakefile",
    re.IGNORECASE | re.DOTALL,
)
_ARCHIVE = re.compile(
    r".+\.(7z|crate|egg|jar|rar|tar(\.(bz2|gz|lz4|xz|zst))?|tbz2|tgz|txz|whl|zip)", re.IGNORECASE | re.DOTALL
)


def is_source_code(path: str) -> bool:
    """Whether a file is source code by its name or the ending of it, in whatever case."""
    return _SOURCE.fullmatch(path.rpartition("/")[2]) is not None


def is_archive(path: str) -> bool:
    """Whether a file is by the ending of its name an archive, in which there may be source code."""
    return _ARCHIVE.fullmatch(path.rpartition("/")[2]) is not None
