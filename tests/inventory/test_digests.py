# SPDX-License-Identifier: Apache-2.0
"""One pass gives size and digests, and a file that does not hold still gives none."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3

from openmodel.errors import InventoryError, UsageError
from openmodel.inventory.digests import Algorithm, FileDigests, digest_file
from openmodel.inventory.reading import open_regular

# FIPS 180-4 example values, and test_vectors.json of the BLAKE3 team (inputs are 0, 1, .. 250, 0, 1, ..).
KNOWN_SHA256 = [
    (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
]
KNOWN_BLAKE3 = [
    (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
]


@pytest.mark.parametrize(("data", "expected"), KNOWN_SHA256)
def test_known_sha256(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "f").write_bytes(data)
    assert digest_file(tmp_path / "f").digests["sha256"] == expected


@pytest.mark.parametrize(("size", "expected"), KNOWN_BLAKE3)
def test_known_blake3(tmp_path: Path, size: int, expected: str) -> None:
    (tmp_path / "f").write_bytes(bytes(i % 251 for i in range(size)))
    assert digest_file(tmp_path / "f").digests["blake3"] == expected


@pytest.mark.parametrize("size", [1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (3 << 20) + 7])
def test_reads_that_end_beside_the_buffer(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "f").write_bytes(data)
    assert digest_file(tmp_path / "f") == FileDigests(
        size, {"sha256": hashlib.sha256(data).hexdigest(), "blake3": blake3(data).hexdigest()}
    )


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
def test_only_what_is_asked_for_is_computed(tmp_path: Path, algorithm: Algorithm) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert digest_file(tmp_path / "f", [algorithm]).digests.keys() == {algorithm}


def test_algorithms_that_do_not_exist(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    with pytest.raises(UsageError, match="md5"):
        digest_file(tmp_path / "f", ["md5"])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="no algorithm"):
        digest_file(tmp_path / "f", [])


def when_reading_starts(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Acts between the opening of a file and its first read, where its hashes are made."""
    make = hashlib.sha256

    def make_and_act(*args: Any) -> Any:
        act()
        return make(*args)

    monkeypatch.setattr(hashlib, "sha256", make_and_act)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def replace_later(source: Path, target: Path) -> None:
    time.sleep(0.02)  # what changes is ctime, and that moves with the clock's ticks
    source.replace(target)


@pytest.mark.parametrize("defect", ["grown", "shrunk", "rewritten", "replaced", "touched"])
def test_a_change_while_reading_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, defect: str) -> None:
    path, other = tmp_path / "f", tmp_path / "other"
    path.write_bytes(b"abc")
    other.write_bytes(b"xyz")
    os.utime(path, ns=(0, 0))
    changes: dict[str, Callable[[], object]] = {
        "grown": lambda: append(path, b"d"),
        "shrunk": lambda: os.truncate(path, 2),
        "rewritten": lambda: path.write_bytes(b"xyz"),
        "replaced": lambda: replace_later(other, path),
        "touched": lambda: os.utime(path),
    }
    when_reading_starts(monkeypatch, changes[defect])
    with pytest.raises(InventoryError, match="changed while it was read"):
        digest_file(path)


@pytest.mark.parametrize("size", [1, 2**16, 2**16 + 1, 2**20])
def test_a_file_that_grows_as_fast_as_it_is_read_comes_to_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"a" * size)

    class Growing:
        def update(self, _data: bytes | memoryview) -> None:
            append(path, b"a")

        def hexdigest(self) -> str:
            return "a" * 64

    monkeypatch.setattr(hashlib, "sha256", Growing)
    with pytest.raises(InventoryError, match="changed while it was read"):
        digest_file(path)


def test_a_file_that_the_system_takes_away_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    with pytest.raises(InventoryError, match="cannot be read"), open_regular(tmp_path / "f") as opened:
        os.close(opened.descriptor)


def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")  # opening this for reading would wait for a writer
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "directory").mkdir()
    for name, got in [
        ("fifo", "not a regular file"),
        ("link", "cannot be read"),
        ("directory", "not a regular file"),
        ("nothing", "No such file"),
    ]:
        with pytest.raises(InventoryError, match=got) as caught:
            digest_file(tmp_path / name)
        assert caught.value.problems[0].file == str(tmp_path / name)


def test_a_hard_link_has_the_digests_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    (tmp_path / "g").hardlink_to(tmp_path / "f")
    assert digest_file(tmp_path / "f") == digest_file(tmp_path / "g")
