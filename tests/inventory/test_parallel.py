# SPDX-License-Identifier: Apache-2.0
"""Several threads read what one would have read, and whatever goes wrong in one of them ends the whole."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory import parallel, pool
from openmodel.inventory.digests import FileDigests, digest_open_file
from openmodel.inventory.files import take_inventory
from openmodel.inventory.parallel import LARGE, for_each
from openmodel.inventory.pool import ALONE, PIECE, Pool
from openmodel.inventory.reading import OpenFile, open_regular

SIZES = (0, 1, LARGE - 1, LARGE, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 3)


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four threads, whatever the machine has and however little there is to read."""
    monkeypatch.setattr(parallel, "_cores", lambda: 4)
    monkeypatch.setattr(parallel, "_WORTH_A_THREAD", 1)


def digest(path: Path, pool: Pool) -> FileDigests:
    with open_regular(path) as opened:
        return digest_open_file(path, opened, pool=pool)


def files(folder: Path, sizes: Sequence[int] = SIZES) -> list[Path]:
    paths = [folder / f"{index}.bin" for index in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(os.urandom(size))
    return paths


def digests_of(data: bytes) -> FileDigests:
    return FileDigests(len(data), {"sha256": hashlib.sha256(data).hexdigest(), "blake3": blake3(data).hexdigest()})


def open_files() -> int:
    """How many this process has open; 0 where the system does not tell."""
    here = Path("/proc/self/fd")
    return len(list(here.iterdir())) if here.is_dir() else 0


def all_threads_ended() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name == "openmodel-read"]


def test_digests_are_those_of_the_bytes_in_the_order_of_the_files(tmp_path: Path) -> None:
    paths = files(tmp_path)
    assert for_each(paths, SIZES, digest) == [digests_of(path.read_bytes()) for path in paths]
    assert all_threads_ended()


def test_systems_that_cannot_read_from_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pread", raising=False)
    monkeypatch.delattr(os, "preadv", raising=False)
    paths = files(tmp_path)
    assert for_each(paths, SIZES, digest) == [digests_of(path.read_bytes()) for path in paths]


def test_a_single_file_is_read_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readers: set[int] = set()
    read_at = OpenFile.read_at

    def noting(self: OpenFile, view: memoryview, start: int) -> int:
        readers.add(threading.get_ident())
        time.sleep(0.001)  # So that the others come to it.
        return read_at(self, view, start)

    monkeypatch.setattr(OpenFile, "read_at", noting)
    (path,) = files(tmp_path, [64 * PIECE])
    assert for_each([path], [64 * PIECE], digest) == [digests_of(path.read_bytes())]
    assert len(readers) > 1


@pytest.mark.parametrize(("feeds", "held"), [(1, 3), (2, 1)])
def test_who_waits_for_its_turn_reads_a_few_pieces_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feeds: int, held: int
) -> None:
    """And not all of them, which memory has no room for; and none where others would wait for several feeds then."""
    reads = Counting(monkeypatch)
    fed = [bytearray() for _ in range(feeds)]
    most = 0

    def slow(feed: int, view: bytes | memoryview) -> None:
        nonlocal most
        reads.wait_until_no_more()
        most = max(most, reads.count - min(map(len, fed)) // PIECE)
        fed[feed] += view

    (path,) = files(tmp_path, [24 * PIECE])

    def read(path: Path, pool: Pool) -> None:
        with open_regular(path) as opened:
            pool.read(opened, [partial(slow, feed) for feed in range(feeds)])

    for_each([path], [24 * PIECE], read)
    assert set(map(bytes, fed)) == {path.read_bytes()}
    threads = min(4, feeds + 2)
    assert most == threads * held


def test_an_error_while_others_wait_for_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = Counting(monkeypatch)

    def failing(_: bytes | memoryview) -> None:
        reads.wait_until_no_more()
        raise ValueError("a feed")

    (path,) = files(tmp_path, [24 * PIECE])

    def read(path: Path, pool: Pool) -> None:
        with open_regular(path) as opened:
            pool.read(opened, [failing])

    with pytest.raises(ValueError, match="a feed"):
        for_each([path], [24 * PIECE], read)
    assert all_threads_ended()


class Counting:
    """Counts how often files are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        read_at = OpenFile.read_at

        def counting(opened: OpenFile, view: memoryview, start: int) -> int:
            self.count += 1
            return read_at(opened, view, start)

        monkeypatch.setattr(OpenFile, "read_at", counting)

    def wait_until_no_more(self) -> None:
        """Until all threads wait for this one."""
        before = -1
        while before != self.count:
            before = self.count
            time.sleep(0.05)


def test_no_more_threads_read_a_file_than_its_digests_keep_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On 64 cores, 60 would do nothing but wake each other."""
    monkeypatch.setattr(parallel, "_cores", lambda: 16)
    readers: set[int] = set()
    read_at = OpenFile.read_at

    def noting(self: OpenFile, view: memoryview, start: int) -> int:
        readers.add(threading.get_ident())
        time.sleep(0.001)
        return read_at(self, view, start)

    monkeypatch.setattr(OpenFile, "read_at", noting)
    (path,) = files(tmp_path, [64 * PIECE])
    assert for_each([path], [64 * PIECE], digest) == [digests_of(path.read_bytes())]
    assert 1 < len(readers) <= 4


@pytest.mark.parametrize("most", [0, 1])
def test_a_system_that_has_room_for_few_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    paths, left, start = files(tmp_path), [most], threading.Thread.start

    def scarce(self: threading.Thread) -> None:
        if not left[0]:
            raise RuntimeError("can't start new thread")
        left[0] -= 1
        start(self)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    assert for_each(paths, SIZES, digest) == [digests_of(path.read_bytes()) for path in paths]
    assert all_threads_ended()


def test_a_system_that_gives_fewer_bytes_than_were_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_at = OpenFile.read_at
    monkeypatch.setattr(OpenFile, "read_at", lambda self, view, start: read_at(self, view[:70_001], start))
    (path,) = files(tmp_path, [3 * PIECE + 1])
    assert for_each([path], [3 * PIECE], digest) == [digests_of(path.read_bytes())]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 6), st.integers(0, 5), st.data())
def test_every_feed_gets_all_bytes_in_order(
    tmp_path_factory: pytest.TempPathFactory, pieces: int, feeds: int, data: st.DataObject
) -> None:
    size = pieces * PIECE + data.draw(st.integers(1, PIECE))
    (path,) = files(tmp_path_factory.mktemp("any"), [size])
    received = [bytearray() for _ in range(feeds)]

    def read(path: Path, pool: Pool) -> None:
        with open_regular(path) as opened:
            pool.read(opened, [one.__iadd__ for one in received])

    for_each([path], [size], read)
    assert list(map(bytes, received)) == [path.read_bytes()] * feeds
    path.unlink()


@pytest.mark.parametrize("start", [0, 1, PIECE + 5])
@pytest.mark.parametrize("size", [0, 1, PIECE, 3 * PIECE + 7])
def test_a_part_of_a_file_is_read_into_the_memory_that_is_given(tmp_path: Path, start: int, size: int) -> None:
    (path,) = files(tmp_path, [6 * PIECE])
    room = bytearray(size)
    hasher = hashlib.sha256()

    def read(path: Path, pool: Pool) -> None:
        with open_regular(path) as opened:
            pool.fill(memoryview(room), opened, start, [hasher.update])

    for_each([path], [6 * PIECE], read)
    expected = path.read_bytes()[start : start + size]
    assert (bytes(room), hasher.digest()) == (expected, hashlib.sha256(expected).digest())


@pytest.mark.parametrize("span", [range(0), range(5, 6), range(7, PIECE + 9), range(PIECE, 6 * PIECE)])
def test_a_part_of_a_file_is_fed(tmp_path: Path, span: range) -> None:
    (path,) = files(tmp_path, [6 * PIECE])
    received = bytearray()

    def read(path: Path, pool: Pool) -> None:
        with open_regular(path) as opened:
            pool.read(opened, [received.extend], span)

    for_each([path], [6 * PIECE], read)
    assert received == path.read_bytes()[span.start : span.stop]


def test_a_part_that_the_file_does_not_have(tmp_path: Path) -> None:
    (path,) = files(tmp_path, [PIECE])
    with pytest.raises(InventoryError, match="changed"), open_regular(path) as opened:
        ALONE.fill(memoryview(bytearray(10)), opened, PIECE - 9, [])


def test_progress_is_told_to_the_caller_and_reaches_the_end(tmp_path: Path) -> None:
    paths, caller, told = files(tmp_path), threading.get_ident(), []

    def progress(done: int, total: int) -> None:
        assert threading.get_ident() == caller
        told.append((done, total))

    for_each(paths, SIZES, digest, progress)
    assert told == sorted(told)
    assert {total for _, total in told} == {sum(SIZES)}
    assert told[-1][0] == sum(SIZES)


@pytest.mark.parametrize("act", ["shrinks", "grows", "is replaced"])
def test_a_large_file_that_changes_while_threads_read_it(tmp_path: Path, act: str) -> None:
    paths = files(tmp_path, [8 * PIECE, 8 * PIECE])

    def disturb(_: object) -> None:
        if act == "shrinks":
            os.truncate(paths[1], PIECE)
        elif act == "grows":
            os.truncate(paths[1], 9 * PIECE)
        else:
            other = tmp_path / "other"
            other.write_bytes(bytes(8 * PIECE))
            other.replace(paths[1])

    def work(path: Path, pool: Pool) -> FileDigests:
        with open_regular(path) as opened:
            return digest_open_file(path, opened, pool=pool, also=[disturb] if path == paths[1] else [])

    with pytest.raises(InventoryError, match=r"1\.bin.*changed while it was read"):
        for_each(paths, [8 * PIECE] * 2, work)
    assert all_threads_ended()


@pytest.mark.parametrize("where", ["before it is read", "while it is read"])
def test_an_error_in_one_file_ends_the_reading_of_all(tmp_path: Path, where: str) -> None:
    paths = files(tmp_path, [40 * PIECE, *SIZES])

    def fail(_: object) -> None:
        raise ValueError(where)

    def work(path: Path, pool: Pool) -> FileDigests:
        if path != paths[0]:
            return digest(path, pool)
        with open_regular(path) as opened:
            if where == "before it is read":
                fail(opened)
            return digest_open_file(path, opened, pool=pool, also=[fail])

    with pytest.raises(ValueError, match=where):
        for_each(paths, [40 * PIECE, *SIZES], work)
    assert all_threads_ended()


def test_of_several_errors_the_first_file_is_named(tmp_path: Path) -> None:
    paths = files(tmp_path, [2 * PIECE] * 3)
    barrier = threading.Barrier(3)

    def work(path: Path, _: Pool) -> None:
        barrier.wait(60)
        raise ValueError(path.name)

    with pytest.raises(ValueError, match=r"0\.bin"):
        for_each(paths, [2 * PIECE] * 3, work)


def test_an_interruption_ends_all_threads_and_closes_all_files(tmp_path: Path) -> None:
    paths = files(tmp_path, [40 * PIECE] * 4)
    before = open_files()

    def interrupt(done: int, _: int) -> None:
        if done > 4 * PIECE:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        for_each(paths, [40 * PIECE] * 4, digest, interrupt)
    assert all_threads_ended()
    assert open_files() == before


@pytest.mark.parametrize("cores", [1, 4])
def test_an_interruption_at_any_line_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    """A thread that waits for what the interrupted one does not give back any more would never end."""
    monkeypatch.setattr(parallel, "_cores", lambda: cores)
    sizes = [1, LARGE, 2 * PIECE]
    paths = files(tmp_path, sizes)
    left = 0

    def strike(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in {parallel.__file__, pool.__file__}:
            return None
        left -= event == "line"
        if left == 0:
            left = -1_000_000
            raise KeyboardInterrupt
        return strike

    tracing = sys.gettrace()
    for line in range(1, 1000):
        left = line
        sys.settrace(strike)
        try:
            for_each(paths, sizes, digest, lambda *_: None)
            break
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(tracing)
        until = time.monotonic() + 60
        while not all_threads_ended() and time.monotonic() < until:
            time.sleep(0.001)
        assert all_threads_ended()
    assert 20 < line < 999


@pytest.mark.parametrize("cores", [1, 4])
@pytest.mark.parametrize("error", [BrokenPipeError("the pipe"), InventoryError([]), ValueError("a bar")])
def test_what_telling_of_progress_raises_is_no_error_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, error: Exception
) -> None:
    monkeypatch.setattr(parallel, "_cores", lambda: cores)
    paths = files(tmp_path, [PIECE, 1])
    before = open_files()

    def tell(*_: int) -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        for_each(paths, [PIECE, 1], digest, tell)
    assert raised.value is error
    assert all_threads_ended()
    assert open_files() == before


def test_an_inventory_by_several_threads_is_that_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = files(tmp_path)
    (tmp_path / "weights.safetensors").write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    found = take_inventory(tmp_path)
    monkeypatch.setattr(parallel, "_cores", lambda: 1)
    assert take_inventory(tmp_path) == found
    assert len(found.files) == len(paths) + 1
