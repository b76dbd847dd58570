# SPDX-License-Identifier: Apache-2.0
"""Run by `test_killing`: works on copies of a release, each time in a process that is killed at another system call.

Arguments: a release, a folder for the copies, a private key, and the verbs to run one after the other. Prints the
copies, as JSON; the last one was not killed. Nothing is killed before the first call that could write: until then
nothing in the directory can change.

Source: ptrace(2). Ends with 77 where a system does not let a process trace its own child.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import openmodel

NOT_PERMITTED = 77
MOST = 5000
"""More system calls than the verbs make."""
TRACE_ME, UNTIL_SYSTEM_CALL = 0, 24
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = {"os.rename", "os.link", "os.remove", "os.truncate", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod"}


class StopOnce:
    """Stops the process, so that its parent takes over, at the first call that could change a directory."""

    def __init__(self) -> None:
        self.done = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        flags = arguments[2] if event == "open" and len(arguments) > 2 else 0
        if not self.done and (event in EVENTS or (isinstance(flags, int) and flags & WRITES)):
            self.done = True
            os.kill(os.getpid(), signal.SIGSTOP)


def ptrace(request: int, process: int) -> bool:
    call = ctypes.CDLL(None).ptrace
    call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    call.restype = ctypes.c_long
    return bool(call(request, process, None, None) == 0)


def killed(run: Callable[[], object], at: int) -> bool:
    """Whether a process that does this was killed before it had made so many more system calls."""
    child = os.fork()
    if child == 0:
        if not ptrace(TRACE_ME, 0):
            os._exit(NOT_PERMITTED)
        sys.addaudithook(StopOnce())
        run()
        os._exit(0)
    stops = 0
    while os.WIFSTOPPED(status := os.waitpid(child, 0)[1]):
        if stops == 2 * at:  # Every call stops it before and after.
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        stops += 1
        ptrace(UNTIL_SYSTEM_CALL, child)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))
    return False


def run(release: Path, key: Path, verbs: Sequence[str]) -> None:
    for verb in verbs:
        if verb == "build":
            openmodel.build(release)
        elif verb == "card":
            openmodel.card(release)
        else:
            openmodel.sign(release, keys=[key], force=True)


def main(release: Path, folder: Path, key: Path, *verbs: str) -> None:
    """Until one is not killed any more."""
    run(shutil.copytree(release, folder / "imports" / release.name), key, verbs)  # So that no child has to import.
    copies = []
    for at in range(MOST):
        copy = shutil.copytree(release, folder / str(at) / release.name)
        copies.append(str(copy))
        if not killed(partial(run, copy, key, verbs), at):
            break
    print(json.dumps(copies))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
