# SPDX-License-Identifier: Apache-2.0
"""`verify` by cases, a folder each; `verify_cases` writes them, and `verify/README.md` says what is in them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from openmodel.building import build
from openmodel.errors import OpenModelError
from openmodel.rendering.remarks import remarks
from openmodel.signing import Verification, verify
from tests.conformance.verify_cases import ALL, CASES, KEYS, write

NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
MOST_BYTES = 3_000_000


def loaded(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def parameters() -> list[Any]:
    """The cases; holes that are known are marked in `expected.json`."""
    marked = []
    for name in NAMES:
        reason = loaded(CASES / name / "expected.json").get("xfail")
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        marked.append(pytest.param(name, marks=marks))
    return marked


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


def meanwhile(target: Path, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts on a file each time after it was opened, before it is read."""
    before, fstat = target.stat(), os.fstat

    def acting(descriptor: int) -> os.stat_result:
        found = fstat(descriptor)
        if os.path.samestat(found, before):
            changed(target, act)
        return found

    monkeypatch.setattr(os, "fstat", acting)


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


def found_in(root: Path, wanted: Any) -> dict[str, Any]:
    """What `build` makes of a release."""
    measured = build(root).manifest.measured
    told = "\n".join(remarks(measured)) if measured else ""
    return {"outcome": "built", "steps": [], "files": [], "place": wanted["place"] if wanted["place"] in told else told}


@pytest.mark.parametrize("name", parameters())
def test_a_case_is_answered_as_expected(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(CASES / name, tmp_path / name)
    wanted = loaded(folder / "expected.json")
    if (folder / "recipe.json").exists():
        for step in loaded(folder / "recipe.json"):
            if step[0] == "meanwhile":
                meanwhile(folder / step[1], step[2], monkeypatch)
            else:
                make(folder, step)
    arguments = wanted["arguments"] | {
        member: folder / wanted["arguments"][member] for member in ("trust", "state") if member in wanted["arguments"]
    }
    keys = [KEYS / key for key in wanted["keys"]]
    root = folder / "release" / arguments.pop("below", "")
    if "first" in arguments:  # Nothing of one answer may be left over in the next.
        assert verify(folder / "release" / arguments.pop("first"), keys=keys, **arguments).ok
    if wanted["error"]:
        with pytest.raises(OpenModelError) as caught:
            answer(root, keys, arguments, wanted)
        assert type(caught.value).__name__ == wanted["error"]
        assert wanted["place"] in str(caught.value)
    else:
        members = ("outcome", "steps", "files", "place")
        assert answer(root, keys, arguments, wanted) == {member: wanted[member] for member in members}


def answer(root: Path, keys: list[Path], arguments: dict[str, Any], wanted: Any) -> dict[str, Any]:
    if arguments.pop("verb", "verify") == "build":
        return found_in(root, wanted)
    result = verify(root, keys=keys, **arguments)
    told = named(result)
    return {
        "outcome": result.outcome,
        "steps": [step.number for step in result.steps if step.ok is False],
        "files": sorted([row.path, row.kind] for row in result.files),
        "place": wanted["place"] if wanted["place"] in told else told,
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_builder_writes_the_same_again(tmp_path: Path) -> None:
    for case in ALL:
        write(case, tmp_path / case.name)
    assert contents(tmp_path) == contents(CASES)


def test_every_case_that_does_not_verify_names_a_place() -> None:
    assert [case.name for case in ALL if case.outcome not in {"verified", "built"} and not case.place] == []


def test_the_cases_are_small() -> None:
    assert sum(path.stat().st_size for path in CASES.rglob("*") if path.is_file()) < MOST_BYTES
