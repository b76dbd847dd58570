# SPDX-License-Identifier: Apache-2.0
"""Trees that change while they are walked and read, and disks that fail."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import InventoryError, Problem
from openmodel.inventory import files, walking
from openmodel.inventory.digests import digest_file, digest_open_file
from openmodel.inventory.files import take_inventory
from openmodel.inventory.naming import name_defect
from openmodel.inventory.walking import walk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "release"
    for path in ("a", "d/inside", "e/inside", "z"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())
    return root


def problems_of(function: Callable[[Path], object], root: Path) -> list[Problem]:
    with pytest.raises(InventoryError) as caught:
        function(root)
    return list(caught.value.problems)


def when_considered(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Acts after a name was listed and before anything is asked about it."""

    def acting(considered: str) -> str | None:
        if considered == name:
            act()
        return name_defect(considered)

    monkeypatch.setattr(walking, "name_defect", acting)


def before_listing(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Acts once, before the directory of that name is opened to be listed."""
    scandir, waiting = os.scandir, [act]

    def acting(location: Path) -> Any:
        if Path(location).name == name and waiting:
            waiting.pop()()
        return scandir(location)

    monkeypatch.setattr(os, "scandir", acting)


def while_hashing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Acts once, when the first file is hashed."""
    waiting = [act]

    def acting(*arguments: Any, **named: Any) -> Any:
        if waiting:
            waiting.pop()()
        return digest_open_file(*arguments, **named)

    monkeypatch.setattr(files, "digest_open_file", acting)


def test_a_file_that_is_deleted_between_listing_and_looking(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    when_considered(monkeypatch, "a", (root / "a").unlink)
    (problem,) = problems_of(walk, root)
    assert (problem.file, "No such file" in problem.got) == (str(root / "a"), True)


def test_a_directory_that_is_deleted_between_looking_and_listing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def delete() -> None:
        (root / "d" / "inside").unlink()
        (root / "d").rmdir()

    before_listing(monkeypatch, "d", delete)
    (problem,) = problems_of(walk, root)
    assert (problem.file, "No such file" in problem.got) == (str(root / "d"), True)


def test_a_link_that_takes_the_place_of_a_directory_between_looking_and_listing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files are listed, which only shows when the tree is walked again."""
    (root.parent / "outside").mkdir()
    (root.parent / "outside" / "secret").touch()

    def swap() -> None:
        (root / "d").rename(root.parent / "gone")
        (root / "d").symlink_to("../outside")

    before_listing(monkeypatch, "d", swap)
    (problem,) = problems_of(take_inventory, root)
    assert (problem.file, problem.got) == (str(root / "d"), "a symbolic link to something outside the release")


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (lambda root: (root / "d" / "new").touch(), "d/new"),
        (lambda root: (root / "z").unlink(), None),
        (lambda root: (root / "a").rename(root / "b"), "a"),
        (lambda root: (root / "README.md").touch(), "README.md"),
        (lambda root: (root / ".git").mkdir(), ".git"),
    ],
    ids=["added", "deleted before it is read", "renamed", "card", "sealed"],
)
def test_what_comes_or_goes_while_files_are_read_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object], path: str | None
) -> None:
    while_hashing(monkeypatch, lambda: act(root))
    problems = problems_of(take_inventory, root)
    if path is None:
        assert "No such file" in problems[0].got
    else:
        assert problems[0].file == str(root / path)
        assert problems[0].got in (
            "what came, went or moved while the release was read",
            "a file that changed while it was read",
        )


def test_a_directory_that_becomes_a_link_to_its_like_while_files_are_read_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap() -> None:
        (root / "e" / "inside").unlink()
        (root / "e").rmdir()
        (root / "e").symlink_to("d")

    while_hashing(monkeypatch, swap)
    (problem,) = problems_of(take_inventory, root)
    assert problem.file == str(root / "e" / "inside")
    assert problem.got == "what came, went or moved while the release was read"


def test_a_tree_that_holds_still_is_walked_twice_and_read_once(root: Path) -> None:
    assert take_inventory(root) == take_inventory(root)
    walking.require_same(root, walk(root))


def test_a_directory_that_the_disk_does_not_give(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    class Failing:
        def __enter__(self) -> Iterator[os.DirEntry[str]]:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(os, "scandir", lambda place: Failing() if Path(place).name == "d" else scandir(place))
    (problem,) = problems_of(walk, root)
    assert (problem.file, "Input/output error" in problem.got) == (str(root / "d"), True)


@pytest.mark.parametrize("size", [1, 2**20])
def test_a_file_that_the_disk_does_not_give(root: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    os.truncate(root / "a", size)
    monkeypatch.setattr(os, "read", fail)
    monkeypatch.setattr(os, "pread", fail, raising=False)
    monkeypatch.setattr(os, "preadv", fail, raising=False)
    (problem,) = problems_of(digest_file, root / "a")
    assert (problem.file, "Input/output error" in problem.got) == (str(root / "a"), True)
    problem = problems_of(take_inventory, root)[0]
    assert (problem.file, "Input/output error" in problem.got) == (str(root / "a"), True)


def test_a_sparse_file_is_read_like_any_other(root: Path) -> None:
    os.truncate(root / "a", 2**25)
    sizes = {file.path: file.size for file in take_inventory(root).files}
    assert sizes["a"] == 2**25


def test_a_directory_without_files_leaves_no_trace(root: Path) -> None:
    before = take_inventory(root)
    (root / "empty" / "below").mkdir(parents=True)
    assert take_inventory(root) == before
