# SPDX-License-Identifier: Apache-2.0
"""The release root against its page, a plain second implementation, and inputs that have none."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import InventoryError
from openmodel.inventory.naming import path_defect
from openmodel.inventory.release_root import release_root

Listed = tuple[str, int, str]

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "spec" / "release-root.md"
VECTORS: list[dict[str, Any]] = json.loads((HERE / "vectors" / "release-root.json").read_text("utf-8"))["vectors"]
DIGEST = hashlib.sha256(b"").hexdigest()


# The page again, slowly: recursive as RFC 9162, section 2.1.1, writes it down.


def plain_root(files: list[Listed]) -> str:
    entries = sorted((path.encode("utf-8"), size, bytes.fromhex(sha256)) for path, size, sha256 in files)
    head = tree_head([leaf_input(*entry) for entry in entries])
    return sha256(bytes([2]) + b"openmodel release root v1" + len(entries).to_bytes(8, "big") + head).hex()


def leaf_input(path: bytes, size: int, digest: bytes) -> bytes:
    domain = b"openmodel release root v1"
    written = len(domain).to_bytes(8, "big") + domain
    written += len(path).to_bytes(8, "big") + path
    written += (8).to_bytes(8, "big") + size.to_bytes(8, "big")
    return written + (32).to_bytes(8, "big") + digest


def tree_head(inputs: list[bytes]) -> bytes:
    if len(inputs) == 1:
        return sha256(bytes([0]) + inputs[0])
    k = max(2**i for i in range(len(inputs).bit_length()) if 2**i < len(inputs))
    return sha256(bytes([1]) + tree_head(inputs[:k]) + tree_head(inputs[k:]))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


segments = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"], exclude_characters="/\\"), min_size=1)
paths = st.lists(segments, min_size=1, max_size=3).map("/".join)
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def file_lists(draw: st.DrawFn) -> list[Listed]:
    names = draw(st.lists(paths.map(lambda path: unicodedata.normalize("NFC", path)), min_size=1, unique=True))
    kept = [name for name in names if not path_defect(name)] or ["a"]
    return [(name, draw(st.integers(0, 2**53 - 1)), draw(digests)) for name in kept]


@settings(deadline=None)
@given(file_lists(), st.randoms(use_true_random=False))
def test_a_plain_implementation_agrees_and_order_does_not_matter(files: list[Listed], random: Any) -> None:
    root = release_root(files)
    assert root == plain_root(files)
    random.shuffle(files)
    assert release_root(iter(files)) == root


@pytest.mark.parametrize("count", range(1, 70))
def test_every_shape_of_tree_agrees(count: int) -> None:
    files = [(f"f{i}", i, DIGEST) for i in range(count)]
    assert release_root(files) == plain_root(files)


@settings(deadline=None)
@given(file_lists(), st.data())
def test_every_field_of_every_file_matters(files: list[Listed], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(files) - 1))
    path, size, digest = files[at]
    flipped = f"{int(digest[0], 16) ^ 1:x}{digest[1:]}"
    for other in [(path + "x" * 100, size, digest), (path, size ^ 1, digest), (path, size, flipped)]:
        assert release_root([*files[:at], other, *files[at + 1 :]]) != release_root(files)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vector(vector: dict[str, Any]) -> None:
    files = [(file["path"], file["size"], file["sha256"]) for file in vector["files"]]
    assert release_root(files) == vector["release_root"] == plain_root(files)


def test_the_page_shows_every_vector() -> None:
    page = PAGE.read_text("utf-8")
    assert len(VECTORS) >= 4
    for vector in VECTORS:
        hashes = [file["sha256"] for file in vector["files"]] + [leaf["hash"] for leaf in vector["leaves"]]
        for value in [*hashes, vector["tree_head"], vector["release_root"]]:
            assert value in page, vector["name"]


def test_no_files_have_no_root() -> None:
    with pytest.raises(InventoryError, match="found no files; expected at least one file"):
        release_root([])


@pytest.mark.parametrize(
    ("file", "got"),
    [
        (("", 0, DIGEST), "an empty"),
        (("/a", 0, DIGEST), "an empty"),
        (("a//b", 0, DIGEST), "an empty"),
        (("a/", 0, DIGEST), "an empty"),
        (("../a", 0, DIGEST), "segment"),
        (("a/./b", 0, DIGEST), "segment"),
        (("a\\b", 0, DIGEST), "backslash"),
        (("a\x00b", 0, DIGEST), "control character"),
        (("a\x85b", 0, DIGEST), "control character"),
        (("e\u0301", 0, DIGEST), "NFC"),
        (("a\udcff", 0, DIGEST), "UTF-8"),
        (("a", -1, DIGEST), "the size -1"),
        (("a", 2**53, DIGEST), "the size 9007199254740992"),
        (("a", 0, DIGEST.upper()), "SHA-256"),
        (("a", 0, DIGEST[1:]), "SHA-256"),
        (("a", 0, DIGEST + "\n"), "SHA-256"),
        (("a", 0, "sha256:" + DIGEST), "SHA-256"),
    ],
)
def test_a_malformed_file_is_refused(file: Listed, got: str) -> None:
    with pytest.raises(InventoryError, match=got):
        release_root([("fine", 1, DIGEST), file])


def test_all_problems_are_listed() -> None:
    with pytest.raises(InventoryError) as caught:
        release_root([("b", 0, DIGEST), ("a", -1, "?"), ("b", 1, DIGEST)])
    assert [(problem.file, problem.got) for problem in caught.value.problems] == [
        ("a", "the size -1"),
        ("a", "the SHA-256 '?'"),
        ("b", "this path twice"),
    ]
