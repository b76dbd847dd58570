# SPDX-License-Identifier: Apache-2.0
"""How a case in `verify/cases` is made in a folder and asked: for the tests and `benchmarks/verify_cases.py`."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import openmodel
from openmodel.rendering.remarks import remarks
from openmodel.signing import Verification

HERE = Path(__file__).parent / "verify"
CASES = HERE / "cases"
KEYS = HERE / "keys"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Made:
    """A case that is ready to be asked."""

    folder: Path
    wanted: dict[str, Any]
    """`expected.json`."""

    def answer(self) -> dict[str, Any]:
        """What is compared with `wanted`; the place is the wanted one if the answer names it, and else all it says.

        Raises:
            OpenModelError: where that is the answer.
        """
        arguments = dict(self.wanted["arguments"])
        for member in arguments.keys() & {"trust", "state"}:
            arguments[member] = self.folder / arguments[member]
        keys = [KEYS / key for key in self.wanted["keys"]]
        root = self.folder / "release" / arguments.pop("below", "")
        if "first" in arguments:  # Nothing of one answer may be left over in the next.
            assert openmodel.verify(self.folder / "release" / arguments.pop("first"), keys=keys, **arguments).ok
        with contextlib.ExitStack() as stack:
            for _, path, act in self._meanwhile():
                stack.enter_context(mock.patch.object(os, "fstat", acting(self.folder / path, act)))
            if arguments.pop("verb", "verify") == "build":
                return self._built(root)
            return self._verified(openmodel.verify(root, keys=keys, **arguments))

    def _meanwhile(self) -> list[list[str]]:
        return [step for step in recipe(self.folder) if step[0] == "meanwhile"]

    def _built(self, root: Path) -> dict[str, Any]:
        measured = openmodel.build(root).manifest.measured
        told = "\n".join(remarks(measured)) if measured else ""
        return {"outcome": "built", "steps": [], "files": [], "place": self._place(told)}

    def _verified(self, result: Verification) -> dict[str, Any]:
        return {
            "outcome": result.outcome,
            "steps": [step.number for step in result.steps if step.ok is False],
            "files": sorted([row.path, row.kind] for row in result.files),
            "place": self._place(named(result)),
        }

    def _place(self, told: str) -> str:
        wanted: str = self.wanted["place"]
        return wanted if wanted in told else told


def made(name: str, parent: Path) -> Made:
    """The case of that name, in a new folder below `parent`."""
    folder = shutil.copytree(CASES / name, parent / name)
    for step in recipe(folder):
        if step[0] != "meanwhile":
            make(folder, step)
    return Made(folder, loaded(folder / "expected.json"))


def recipe(folder: Path) -> list[list[Any]]:
    file = folder / "recipe.json"
    steps: list[list[Any]] = loaded(file) if file.exists() else []
    return steps


def make(root: Path, step: list[Any]) -> None:
    """Makes what git cannot hold. Paths are below the folder of the case, so that `..` can be shown, too."""
    verb, path, *more = step
    target = Path(os.fsdecode(os.fsencode(root) + b"/" + bytes.fromhex(path))) if verb == "hex name" else root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if verb in {"symlink", "hard link", "fifo", "socket", "folder"} and target.is_file():
        target.unlink()
    if verb == "symlink":
        target.symlink_to(more[0])
    elif verb == "hard link":
        target.hardlink_to(root / more[0])
    elif verb == "fifo":
        os.mkfifo(target)
    elif verb == "socket":
        with contextlib.chdir(target.parent), socket.socket(socket.AF_UNIX) as bound:  # Such a path has to be short.
            bound.bind(target.name)
    elif verb == "sparse":
        target.touch()
        os.truncate(target, more[0])
    elif verb == "hex name":
        target.touch()
    else:
        assert verb == "folder"
        target.mkdir()


def acting(target: Path, act: str) -> Any:
    """`os.fstat`, and something happens to a file each time after it was opened, before it is read."""
    before, fstat = target.stat(), os.fstat

    def fstat_and_act(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        if os.path.samestat(found, before):
            changed(target, act)
        return found

    return fstat_and_act


def changed(target: Path, act: str) -> None:
    content, found = target.read_bytes(), target.stat()
    if act == "replace":
        other = target.with_name("other")
        other.write_bytes(content)
        other.replace(target)
    else:
        target.write_bytes({"grow": content + b"x", "shrink": content[:-1], "rewrite": content[::-1]}[act])
    if act == "rewrite":
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def named(result: Verification) -> str:
    """Everything that the answer says about what does not hold, is not covered, or is well here only."""
    steps = [step.detail for step in result.steps if step.ok is not True]
    signers, files = [signer.problem for signer in result.signers], [f"{row.path} {row.found}" for row in result.files]
    return "\n".join([*steps, *signers, *files, *result.not_covered, *result.remarks])
