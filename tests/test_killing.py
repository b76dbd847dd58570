# SPDX-License-Identifier: Apache-2.0
"""What writes a release is killed at every system call: each file is the old or the new one, and a mix is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.errors import OpenModelError
from openmodel.signing import KeyPair, new_key, sign, verify
from tests import killing
from tests.signing import small_release
from tests.signing.small_release import DECLARATION, FILES

WRITTEN = ("openmodel.json", "README.md", "model.sig", "openmodel.sig")
TABLE = "openmodel.tensors.json"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs ptrace as Linux has it")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "one.key")


@pytest.fixture(scope="module")
def other_key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "two.key")


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    """A release that was not built yet."""
    root = tmp_path / "declared"
    for path, content in {**FILES, "openmodel.yaml": DECLARATION}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def change(root: Path) -> None:
    """Makes everything that was written before be about another state."""
    (root / "config.json").write_bytes(b"[]")
    (root / "openmodel.yaml").write_bytes(DECLARATION + b"# More.\n")


def copies(release: Path, folder: Path, key: KeyPair, *verbs: str) -> list[Path]:
    """What each kill left; last what is there when nothing is killed."""
    command = [sys.executable, killing.__file__, str(release), str(folder), str(key.private), *verbs]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode == killing.NOT_PERMITTED:
        pytest.skip("ptrace is not permitted here")
    assert ended.returncode == 0, ended.stderr
    found = [Path(copy) for copy in json.loads(ended.stdout)]
    assert len(found) > 10 * len(verbs)
    return found


def swept(left: list[Path], old: dict[str, bytes], *reading: Callable[[Path], str]) -> Iterator[tuple[Path, set[str]]]:
    """Each copy with the names of the files that are new in it; what was not to be written is as it was.

    Half a file can be left under a temporary name. Whatever reads the directory tells that, and what to do about it; it
    is done here.
    """
    told = 0
    for copy in left:
        for temporary in copy.glob(".openmodel-*.tmp"):
            for read in reading:
                assert re.search(f"{temporary}: found what an interrupted write left.*(Delete|remove) it", read(copy))
            temporary.unlink()
            told += 1
        now = contents(copy)
        new = {name for name in now if now[name] != old.get(name)}
        assert new <= {*WRITTEN, TABLE}
        assert old.keys() <= now.keys()
        yield copy, new
    assert told


def refusal(call: Callable[..., object], *arguments: object, **more: object) -> str:
    """What is said instead of an answer; empty when there is one."""
    try:
        call(*arguments, **more)
    except OpenModelError as error:
        return str(error)
    return ""


def signing(release: Path, key: KeyPair) -> str:
    return refusal(sign, release, keys=[key.private], force=True)


@pytest.mark.parametrize("before", ["nothing", "signed"])
def test_a_killed_build(before: str, declared: Path, key: KeyPair, tmp_path: Path) -> None:
    if before == "signed":
        openmodel.build(declared)
        openmodel.card(declared)
        sign(declared, keys=[key.private])
        change(declared)
    old, states = contents(declared), set()
    left = copies(declared, tmp_path / "copies", key, "build")
    whole = contents(left[-1])
    build, compare = partial(refusal, openmodel.build), partial(refusal, openmodel.build, check=True)
    for copy, new in swept(left, old, build, compare, partial(signing, key=key)):
        states.add(tuple(new))
        assert contents(copy) == old | {name: whole[name] for name in new}
        if not new:
            for read in (compare, partial(refusal, openmodel.check), partial(signing, key=key)):
                assert f"Run `openmodel build {copy}`." in read(copy)
        elif before == "signed":  # Whatever was built, nobody signed it.
            assert "If you built it again, sign it again." in verify(copy, keys=[key.public]).steps[4].detail
            assert f"Run `openmodel card {copy}`. Then sign." in signing(copy, key)
        assert before == "nothing" or verify(copy, keys=[key.public]).outcome == "failed"
        assert openmodel.build(copy).changed == (not new)
        assert contents(copy) == whole
    assert states == {(), ("openmodel.json",)}


@pytest.mark.parametrize("before", ["nothing", "signed"])
def test_a_killed_build_of_weights(before: str, declared: Path, key: KeyPair, tmp_path: Path) -> None:
    weights = DECLARATION.replace(b"name: W", b"name: W, kinds: [weights], files: ['*.safetensors']")
    (declared / "openmodel.yaml").write_bytes(weights)
    (declared / "m.safetensors").write_bytes(save({"a": np.zeros(2, "f4")}))
    if before == "signed":
        openmodel.build(declared)
        sign(declared, keys=[key.private])
        (declared / "m.safetensors").write_bytes(save({"a": np.ones(2, "f4")}))
    old, states = contents(declared), set()
    left = copies(declared, tmp_path / "copies", key, "build")
    whole = contents(left[-1])
    compare = partial(refusal, openmodel.build, check=True)
    for copy, new in swept(left, old, compare, partial(refusal, openmodel.build), partial(signing, key=key)):
        states.add(tuple(sorted(new)))
        assert contents(copy) == old | {name: whole[name] for name in new}
        if len(new) < 2:
            for read in (compare, partial(signing, key=key)):
                assert f"Run `openmodel build {copy}`." in read(copy)
        assert before == "nothing" or verify(copy, keys=[key.public]).outcome == "failed"
        assert openmodel.build(copy).changed == (len(new) < 2)
        assert contents(copy) == whole
    assert states == {(), (TABLE,), ("openmodel.json", TABLE)}


def test_a_killed_build_without_weights_any_more(declared: Path, key: KeyPair, tmp_path: Path) -> None:
    weights = DECLARATION.replace(b"name: W", b"name: W, kinds: [weights], files: ['*.safetensors']")
    (declared / "openmodel.yaml").write_bytes(weights)
    (declared / "m.safetensors").write_bytes(save({"a": np.zeros(2, "f4")}))
    openmodel.build(declared)
    (declared / "openmodel.yaml").write_bytes(DECLARATION)
    old, states = contents(declared), set()
    left = copies(declared, tmp_path / "copies", key, "build")
    whole = contents(left[-1])
    for copy in left:
        for temporary in copy.glob(".openmodel-*.tmp"):
            temporary.unlink()
        now = contents(copy)
        states.add((now["openmodel.json"] == old["openmodel.json"], TABLE in now))
        is_done = now == whole
        assert is_done or f"Run `openmodel build {copy}`." in refusal(openmodel.build, copy, check=True)
        assert openmodel.build(copy).changed != is_done
        assert contents(copy) == whole
    assert states == {(True, True), (False, True), (False, False)}


@pytest.mark.parametrize(
    "before",
    ["unsigned", "signed by the same key", pytest.param("signed by another key", marks=pytest.mark.slow)],
)
def test_a_killed_signing(before: str, key: KeyPair, other_key: KeyPair, tmp_path: Path) -> None:
    built = small_release.write_release(tmp_path / "release")
    if before != "unsigned":
        sign(built, keys=[(key if "same" in before else other_key).private])
        (built / "config.json").write_bytes(b"[]")
        small_release.build(built)
    left = copies(built, tmp_path / "copies", key, "sign")
    states = set()
    for copy, new in swept(left, contents(built), partial(signing, key=key)):
        states.add(tuple(sorted(new)))
        result = verify(copy, keys=[key.public])
        assert result.ok == (len(new) == 2), copy
        if new == {"model.sig"}:
            assert "`sign` was interrupted" in result.steps[14].detail
            assert "sign again" in result.steps[14].detail
        assert not signing(copy, key)
        assert verify(copy, keys=[key.public]).ok
    assert states == {(), ("model.sig",), ("model.sig", "openmodel.sig")}


@pytest.mark.slow
@pytest.mark.parametrize("before", ["nothing", "signed"])
def test_all_in_a_row(before: str, declared: Path, key: KeyPair, tmp_path: Path) -> None:
    if before == "signed":
        openmodel.build(declared)
        openmodel.card(declared)
        sign(declared, keys=[key.private])
        change(declared)
    states = set()
    left = copies(declared, tmp_path / "copies", key, "build", "card", "sign")
    for copy, new in swept(left, contents(declared), partial(signing, key=key)):
        states.add(frozenset(new))
        if new:
            result = verify(copy, keys=[key.public])
            assert result.ok == (len(new) == 4), copy
            assert "model.sig" not in new or result.ok or "`sign` was interrupted" in result.steps[14].detail
        else:
            assert "Run `openmodel build" in signing(copy, key)
    assert states == {frozenset(WRITTEN[:number]) for number in range(5)}
