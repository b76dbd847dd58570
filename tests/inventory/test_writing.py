# SPDX-License-Identifier: Apache-2.0
"""A reader finds the old bytes or the new ones, and nothing is left lying about."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import InventoryError, OverwriteError
from openmodel.inventory.walking import walk
from openmodel.inventory.writing import write_atomically


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def fail(error: BaseException) -> Any:
    def failing(*_: object, **__: object) -> None:
        raise error

    return failing


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("data", [b"", b"new", b"x" * 3_000_000])
def test_a_new_file(tmp_path: Path, data: bytes, overwrite: bool) -> None:
    write_atomically(tmp_path / "f", data, overwrite=overwrite)
    assert (tmp_path / "f").read_bytes() == data
    assert names_in(tmp_path) == ["f"]


@pytest.mark.usefixtures("umask")
def test_the_umask_applies_to_a_new_file_only(tmp_path: Path) -> None:
    write_atomically(tmp_path / "f", b"", overwrite=False, mode=0o666)
    assert mode_of(tmp_path / "f") == 0o640
    write_atomically(tmp_path / "key", b"", overwrite=False, mode=0o600)
    assert mode_of(tmp_path / "key") == 0o600
    (tmp_path / "f").chmod(0o4757)
    write_atomically(tmp_path / "f", b"new", overwrite=True, mode=0o600)
    assert mode_of(tmp_path / "f") == 0o757  # neither the umask nor the set-user-id bit


@pytest.mark.parametrize("kind", ["file", "directory", "link", "dangling link"])
def test_anything_of_that_name_is_kept_without_overwrite(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "f"
    match kind:
        case "file":
            path.write_bytes(b"old")
        case "directory":
            path.mkdir()
        case _:
            path.symlink_to("target")
    if kind == "link":
        (tmp_path / "target").write_bytes(b"old")
    before = names_in(tmp_path)
    with pytest.raises(OverwriteError) as caught:
        write_atomically(path, b"new", overwrite=False)
    assert caught.value.problems[0].file == str(path)
    assert names_in(tmp_path) == before
    if kind in {"file", "link"}:
        assert path.read_bytes() == b"old"


@pytest.mark.parametrize("has_hard_links", [True, False])
def test_a_file_that_appears_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_hard_links: bool
) -> None:
    link = os.link

    def another_is_faster(source: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        if not has_hard_links:
            raise OSError(errno.EPERM, "no hard links here")
        link(source, target)

    monkeypatch.setattr(os, "link", another_is_faster)
    with pytest.raises(OverwriteError):
        write_atomically(tmp_path / "f", b"ours", overwrite=False)
    assert (tmp_path / "f").read_bytes() == b"theirs"
    assert names_in(tmp_path) == ["f"]


def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", fail(OSError(errno.EPERM, "no hard links here")))
    write_atomically(tmp_path / "f", b"new", overwrite=False, mode=0o600)
    assert (tmp_path / "f").read_bytes() == b"new"
    assert mode_of(tmp_path / "f") == 0o600
    monkeypatch.setattr(os, "replace", fail(KeyboardInterrupt()))
    monkeypatch.setattr(os, "rename", fail(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "g", b"new", overwrite=False)
    assert names_in(tmp_path) == ["f"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
@pytest.mark.parametrize("step", ["fsync", "replace", "fchmod"])
def test_a_failure_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    (tmp_path / "f").write_bytes(b"old")
    monkeypatch.setattr(os, step, fail(error))
    with pytest.raises(InventoryError if isinstance(error, OSError) else KeyboardInterrupt):
        write_atomically(tmp_path / "f", b"new", overwrite=True)
    assert (tmp_path / "f").read_bytes() == b"old"
    assert names_in(tmp_path) == ["f"]


def test_a_killed_process_leaves_the_old_file_and_a_trace_that_the_walk_reports(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    script = (
        "import os, pathlib, signal, sys\n"
        "from openmodel.inventory.writing import write_atomically\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_atomically(pathlib.Path(sys.argv[1]), b'new', overwrite=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "f"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "f").read_bytes() == b"old"
    with pytest.raises(InventoryError, match="an interrupted write left"):
        walk(tmp_path)


def test_the_directory_is_synced_after_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(stat.S_ISDIR(os.fstat(number).st_mode)))
    write_atomically(tmp_path / "f", b"new", overwrite=False)
    assert synced == [False, True]


@pytest.mark.parametrize(("number", "is_fatal"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_directory_that_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_fatal: bool
) -> None:
    def refuse_directories(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse_directories)
    if is_fatal:
        with pytest.raises(InventoryError, match=os.strerror(number)):
            write_atomically(tmp_path / "f", b"new", overwrite=False)
    else:
        write_atomically(tmp_path / "f", b"new", overwrite=False)
    assert (tmp_path / "f").read_bytes() == b"new"


def test_a_system_that_opens_no_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY")
    write_atomically(tmp_path / "f", b"new", overwrite=False)
    assert (tmp_path / "f").read_bytes() == b"new"


@pytest.mark.parametrize("target", ["target", "below/target"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_to_a_file_beside_or_below_it_stays(tmp_path: Path, target: str, exists: bool) -> None:
    (tmp_path / "below").mkdir()
    if exists:
        (tmp_path / target).write_bytes(b"old")
        (tmp_path / target).chmod(0o600)
    (tmp_path / "f").symlink_to(target)
    write_atomically(tmp_path / "f", b"new", overwrite=True)
    assert (tmp_path / "f").readlink() == Path(target)
    assert (tmp_path / target).read_bytes() == b"new"
    if exists:
        assert mode_of(tmp_path / target) == 0o600


def test_a_link_out_of_its_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "precious").write_bytes(b"old")
    (tmp_path / "release" / "f").symlink_to(tmp_path / "precious")
    with pytest.raises(InventoryError, match="outside its own directory"):
        write_atomically(tmp_path / "release" / "f", b"new", overwrite=True)
    assert (tmp_path / "precious").read_bytes() == b"old"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").symlink_to("f")
    with pytest.raises(InventoryError, match="cannot be written"):
        write_atomically(tmp_path / "f", b"new", overwrite=True)


def test_what_is_not_a_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "directory").mkdir()
    for name in ("fifo", "directory"):
        with pytest.raises(InventoryError, match="not a regular file"):
            write_atomically(tmp_path / name, b"new", overwrite=True)


def test_a_directory_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="No such file or directory") as caught:
        write_atomically(tmp_path / "no" / "f", b"new", overwrite=False)
    assert caught.value.problems[0].file == str(tmp_path / "no" / "f")


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_a_name_that_cannot_be_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(InventoryError, match="cannot be written"):
        write_atomically(tmp_path / name, b"", overwrite=True)
