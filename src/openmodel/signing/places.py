# SPDX-License-Identifier: Apache-2.0
"""Where the files lie that say whom to trust, or that sign: nowhere in the release, which others publish or read."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["lies_in"]


def lies_in(release: str | Path, file: str | Path) -> bool:
    """Whether a file is in a release, by way of symbolic links too. What is no path is nowhere."""
    try:
        return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(release))
    except ValueError:  # A NUL character, of which whoever opens the file tells.
        return False
