# SPDX-License-Identifier: Apache-2.0
"""Where the files lie that say whom to trust, or that sign: nowhere in the release, which others publish or read."""

from __future__ import annotations

import os
from pathlib import Path

from openmodel.errors import Problem, UsageError

__all__ = ["lies_in", "outside"]


def lies_in(release: str | Path, file: str | Path) -> bool:
    """Whether a file is in a release, by way of symbolic links too. What is no path is nowhere."""
    try:
        return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(release))
    except ValueError:  # A NUL character, of which whoever opens the file tells.
        return False


def outside(release: Path, file: str | Path, what: str) -> Path:
    """The path of a file that says whom to trust: whoever publishes the release must not decide that.

    Raises:
        UsageError: it leads into the release.
    """
    if lies_in(release, file):
        fix = "Keep it elsewhere; a copy from a release says only what its publisher wants."
        raise UsageError(Problem(str(file), f"{what} inside the release", "one from elsewhere", fix))
    return Path(file)
