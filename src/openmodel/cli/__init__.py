# SPDX-License-Identifier: Apache-2.0
"""The command `openmodel`. Each verb is: parse, one public call, render, exit status.

Exit status: 0 yes, 1 no, 2 the question could not be answered, 130 interrupted. Verbs import what they need when they
run, so that `--help` and typing mistakes answer at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from io import TextIOWrapper

__all__ = ["ALLOCATIONS", "INTERRUPTED", "main"]

INTERRUPTED = 130

ALLOCATIONS = 500_000
"""Between two searches for cycles: a command makes many objects, drops few in cycles and ends soon."""


def main() -> None:
    """Runs the command line and exits."""
    gc.set_threshold(ALLOCATIONS)
    # What is there at the end goes with the process. Searching it for cycles takes a fifth of the time of `verify`.
    atexit.register(gc.freeze)
    # What other packages hook into validation has no part in a command, and looking for it takes time at each start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # A terminal without UTF-8 gets escapes and no crash.

    try:
        from openmodel.cli.verbs import VERBS, app

        asked = [name for name in sys.argv[1:2] if name in VERBS]
        app(asked or VERBS)(prog_name="openmodel")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
