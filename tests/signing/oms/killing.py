# SPDX-License-Identifier: Apache-2.0
"""Run by `test_killing`: signs copies of a release, each in a process of its own that ends at another system call.

Arguments: a release, a folder for the copies, a private key. Prints the copies, as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import openmodel

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = {"os.rename", "os.link", "os.remove", "os.truncate"}


class End:
    """Ends the process, without any clean-up, at a given call that changes the directory."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
        if event in EVENTS or (isinstance(flags, int) and flags & WRITES):
            if self.left == 0:
                os._exit(9)
            self.left -= 1


def main(release: Path, folder: Path, key: Path) -> None:
    """Until one is not killed any more."""
    copies = []
    for at in range(1000):
        copy = folder / str(at) / release.name
        shutil.copytree(release, copy)
        child = os.fork()
        if child == 0:
            sys.addaudithook(End(at))
            openmodel.sign(copy, keys=[key], force=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        copies.append(str(copy))
        if status == 0:
            break
    print(json.dumps(copies))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
