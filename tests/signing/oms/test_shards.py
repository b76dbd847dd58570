# SPDX-License-Identifier: Apache-2.0
"""Lists of parts of files: as the specification has them, and as `model-signing` 1.1.1 writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openmodel.errors import DocumentError
from openmodel.signing import KeyPair, PrivateKey
from openmodel.signing.oms.file_list import read
from tests.signing.oms.model_files import MODEL, Json, sha256, sign_payload, statement
from tests.signing.oms.test_reading import alone


def shard_entries(size: int, *, ranges: bool) -> list[Json]:
    entries = []
    for path, content in sorted(MODEL.items()):
        for number, start in enumerate(range(0, len(content), size) or [0]):
            part = content[start : start + size]
            name = f"{path}:{start}:{start + len(part)}" if ranges else f"{path}:shard-{number}"
            if part or not ranges:
                algorithm = f"sha256-sharded-{size}" if ranges else "sha256"
                entries.append({"name": name, "algorithm": algorithm, "digest": sha256(part)})
    return entries


@pytest.mark.parametrize("size", [1, 2, 4, 7, 1000])
def test_shards_of_the_specification_are_read(size: int, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, statement(shard_entries(size, ranges=False), method=f"file-shard-{size}"))
    assert alone(model, key).ok
    (model / "a.txt").write_bytes(b"alphA")
    (row,) = alone(model, key).files
    assert (row.path, row.kind) == ("a.txt", "altered")


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize("kind", [int, float])
def test_shards_of_the_program_are_read(size: int, kind: type, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    value = statement(shard_entries(size, ranges=True), method="shards", shard_size=kind(size))
    sign_payload(model, secret, value)
    assert [(row.path, row.kind) for row in alone(model, key).files] == [("empty", "extra")]
    (model / "empty").unlink()
    assert alone(model, key).ok
    for content in (b"alph", b"alphaa", b""):
        (model / "a.txt").write_bytes(content)
        assert [(row.path, row.kind) for row in alone(model, key).files] == [("a.txt", "altered")]


@pytest.mark.parametrize(
    ("method", "size", "names"),
    [
        ("shards", 4, ["ab:0:4", "ab:4:8", "ab:0:4"]),
        ("shards", 4, ["ab:0:4", "ab:8:12"]),
        ("shards", 4, ["ab:4:8"]),
        ("shards", 4, ["ab:0:3", "ab:4:8"]),
        ("shards", 4, ["ab:0:5"]),
        ("shards", 4, ["ab:0:0"]),
        ("shards", 4, ["ab:4:0"]),
        ("shards", 4, ["ab:1:4"]),
        ("shards", 4, ["ab"]),
        ("shards", 4, ["ab:0"]),
        ("shards", 4, [":0:4"]),
        ("shards", 4, ["../a:0:4"]),
        ("shards", 4, ["ab/:0:4"]),
        ("shards", 4, ["ab:00:4"]),
        ("shards", 4, ["ab:0:4", "ab/b:0:4"]),
        ("shards", 4.5, ["ab:0:4"]),
        ("shards", 0, ["ab:0:4"]),
        ("shards", True, ["ab:0:1"]),
        ("shards", "4", ["ab:0:4"]),
        ("shards", 1e300, ["ab:0:4"]),
        ("shards", 2**53, ["ab:0:4"]),
        ("file-shard-4", None, ["ab:shard-0", "ab:shard-2"]),
        ("file-shard-4", None, ["ab:shard-1"]),
        ("file-shard-4", None, ["ab:shard-0", "ab:shard-0"]),
        ("file-shard-4", None, ["ab"]),
        ("file-shard-4", None, ["ab:shard-00"]),
        ("file-shard-4", None, [":shard-0"]),
        ("file-shard-4", None, ["ab:0:4"]),
        ("file-shard-04", None, ["ab:shard-0"]),
        ("file-shard-4", 4, ["ab:shard-0"]),
    ],
)
def test_shards_that_are_not_all_of_a_file_are_refused(method: str, size: object, names: list[str]) -> None:
    entries = [{"name": name, "algorithm": "sha256", "digest": "0" * 64} for name in names]
    with pytest.raises(DocumentError):
        read(json.dumps(statement(entries, method=method, shard_size=size)).encode())


def test_a_colon_in_a_name_does_not_end_it() -> None:
    entry = {"algorithm": "sha256", "digest": "0" * 64}
    ranges = statement([entry | {"name": "ab:1:2:0:4"}], method="shards", shard_size=4)
    assert list(read(json.dumps(ranges).encode()).files) == ["ab:1:2"]
    shards = statement([entry | {"name": "ab:shard-1:shard-0"}], method="file-shard-4")
    assert list(read(json.dumps(shards).encode()).files) == ["ab:shard-1"]


def test_the_largest_shard() -> None:
    entry = {"name": "ab:0:4", "algorithm": f"sha256-sharded-{2**53 - 1}", "digest": "0" * 64}
    for size in (2**53 - 1, float(2**53 - 1)):
        assert read(json.dumps(statement([entry], method="shards", shard_size=size)).encode()).shard_size == 2**53 - 1


@pytest.mark.parametrize(
    ("method", "name", "algorithm"),
    [
        ("files", "ab", "sha256-sharded-None"),
        ("files", "ab", "sha256-sharded-4"),
        ("file-shard-4", "ab:shard-0", "sha256-sharded-4"),
        ("shards", "ab:0:4", "sha256-sharded-5"),
        ("shards", "ab:0:4", "sha512"),
    ],
)
def test_an_algorithm_of_another_method_is_refused(method: str, name: str, algorithm: str) -> None:
    entry = {"name": name, "algorithm": algorithm, "digest": "0" * 64}
    with pytest.raises(DocumentError, match="another algorithm"):
        read(json.dumps(statement([entry], method=method, shard_size=4 if method == "shards" else None)).encode())


def test_a_larger_shard_is_refused() -> None:
    entry = {"name": "ab:0:4", "algorithm": f"sha256-sharded-{2**53}", "digest": "0" * 64}
    with pytest.raises(DocumentError, match="a number of bytes"):
        read(json.dumps(statement([entry], method="shards", shard_size=float(2**53))).encode())


@pytest.mark.parametrize("path", ["../c", "", "/c", "c//d"])
def test_one_part_of_what_is_no_path_is_enough(path: str) -> None:
    for names in (["ab", path], [path, "ab"]):
        entries = [{"name": f"{name}:shard-0", "algorithm": "sha256", "digest": "0" * 64} for name in names]
        with pytest.raises(DocumentError):
            read(json.dumps(statement(entries, method="file-shard-4")).encode())
