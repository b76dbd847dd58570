# SPDX-License-Identifier: Apache-2.0
"""Both roots, computed a second time from their pages alone, are those of this package."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.errors import InventoryError
from openmodel.inventory import release_root as our_release_root
from openmodel.inventory import tensor_root as our_tensor_root
from openmodel.inventory.gguf_tensors import read_gguf_header
from openmodel.inventory.safetensors import read_open_header
from openmodel.inventory.tensor_digests import TensorDigests
from tests.inventory.by_the_page import release_root_plain, tensor_root_plain
from tests.inventory.by_the_page.blake3_plain import blake3, derive_key
from tests.inventory.by_the_page.edges_plain import REFUSED, WITH_ROOT
from tests.inventory.by_the_page.files_plain import (
    BLOCKS,
    gguf_files,
    safetensors_files,
    spoilt_gguf,
    spoilt_safetensors,
    tensors_of,
)
from tests.inventory.by_the_page.gguf_plain import read_gguf
from tests.inventory.by_the_page.release_root_plain import File, files_below, release_root
from tests.inventory.by_the_page.safetensors_plain import BITS_OF, read_safetensors
from tests.inventory.by_the_page.tensor_root_plain import Tensor, content, tensor_root
from tests.inventory.by_the_page.tree_plain import RefusedError, tree_head

VECTORS = Path(__file__).parents[1] / "vectors"
READ = {"safetensors": read_safetensors, "gguf": read_gguf}
READ_HEADER = {"safetensors": read_open_header, "gguf": read_gguf_header}
WRITTEN = {"safetensors": safetensors_files, "gguf": gguf_files}
SPOILT = {"safetensors": spoilt_safetensors, "gguf": spoilt_gguf}
CODES = {"safetensors": set(BITS_OF), "gguf": set(BLOCKS)}

UNHURRIED = settings(deadline=None)  # Hashing in plain Python takes its time.

T = TypeVar("T")
Stored = tuple[str, bytes]
"""The format of a file, and the file."""


def published(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def counting(length: int) -> bytes:
    return bytes(i % 251 for i in range(length))


def named(vector: dict[str, Any]) -> str:
    return str(vector["name"])


@pytest.mark.parametrize(("length", "plain", "derived"), published("blake3")["cases"])
def test_blake3(length: int, plain: str, derived: str) -> None:
    context = published("blake3")["context_string"].encode()
    assert blake3(counting(length)).hex() == plain
    assert derive_key(context, counting(length)).hex() == derived


@pytest.mark.parametrize("vector", published("tensor-root")["vectors"], ids=named)
def test_vectors_of_the_tensor_root(vector: dict[str, Any]) -> None:
    tensors = [
        Tensor(
            entry["name"],
            entry["dtype"],
            tuple(entry["shape"]),
            counting(entry["bytes"]["mod_251"]) if isinstance(entry["bytes"], dict) else bytes.fromhex(entry["bytes"]),
        )
        for entry in vector["tensors"]
    ]
    assert [content(tensor).hex() for tensor in tensors] == [entry["content_digest"] for entry in vector["tensors"]]
    digests = {tensor.name: content(tensor) for tensor in tensors}
    leaves = [tensor_root_plain.leaf(entry["name"], digests[entry["name"]]) for entry in vector["leaves"]]
    assert [leaf.hex() for leaf in leaves] == [entry["hash"] for entry in vector["leaves"]]
    assert tree_head(leaves).hex() == vector["tree_head"]
    assert tensor_root(tensors) == vector["tensor_root"]
    for file in vector.get("files", []):
        assert tensor_root(READ[file["format"]](bytes.fromhex(file["bytes"]))) == vector["tensor_root"]


@pytest.mark.parametrize("vector", published("release-root")["vectors"], ids=named)
def test_vectors_of_the_release_root(vector: dict[str, Any]) -> None:
    files = {
        entry["path"]: File(entry["path"], entry["size"], bytes.fromhex(entry["sha256"])) for entry in vector["files"]
    }
    leaves = [release_root_plain.leaf(files[entry["path"]]) for entry in vector["leaves"]]
    assert [leaf.hex() for leaf in leaves] == [entry["hash"] for entry in vector["leaves"]]
    assert tree_head(leaves).hex() == vector["tree_head"]
    assert release_root(list(files.values())) == vector["release_root"]


def ours_of_tensors(files: Iterable[Stored]) -> str:
    """The tensor root of files as this package computes it."""
    digests: list[tuple[str, bytes]] = []
    for kind, file in files:
        reading = TensorDigests(READ_HEADER[kind](io.BytesIO(file), len(file), "x"), "x")
        rest = io.BytesIO(file)
        while part := rest.read(1000):
            reading.update(part)
        digests += reading.digests().items()
    return our_tensor_root.tensor_root(digests)


def plainly(files: Iterable[Stored]) -> str:
    """The same by the page."""
    return tensor_root([tensor for kind, file in files for tensor in READ[kind](file)])


def or_refused(root: Callable[[list[T]], str], of: list[T]) -> str:
    try:
        return root(of)
    except (RefusedError, InventoryError):
        return "refused"


@st.composite
def sharded(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[list[Tensor], list[Stored]]:
    """Tensors, and one to three files that hold them between them."""
    tensors = draw(tensors_of(set.intersection(*(CODES[kind] for kind in kinds)), gguf="gguf" in kinds))
    rest = iter(tensors)
    lengths = [*draw(st.lists(st.integers(0, 8), max_size=2)), len(tensors)]
    shards = [list(islice(rest, length)) for length in lengths]
    chosen = [draw(st.sampled_from(kinds)) for _ in shards]
    return tensors, [(kind, draw(WRITTEN[kind](shard))) for kind, shard in zip(chosen, shards, strict=True)]


@UNHURRIED
@given(st.sampled_from([("safetensors",), ("gguf",), ("safetensors", "gguf")]).flatmap(sharded))
def test_files_have_the_tensor_root_of_their_tensors(case: tuple[list[Tensor], list[Stored]]) -> None:
    tensors, files = case
    assert tensor_root(tensors) == plainly(files) == ours_of_tensors(files)


@pytest.mark.parametrize("file", WITH_ROOT.values(), ids=list(WITH_ROOT))
def test_files_at_the_edge_have_a_root(file: Stored) -> None:
    assert plainly([file]) == ours_of_tensors([file])


@pytest.mark.parametrize("file", REFUSED.values(), ids=list(REFUSED))
def test_files_beyond_the_edge_are_refused(file: Stored) -> None:
    with pytest.raises(RefusedError):
        plainly([file])
    with pytest.raises(InventoryError):
        ours_of_tensors([file])


def test_a_name_in_two_files_is_refused() -> None:
    both = [WITH_ROOT["plain"], WITH_ROOT["gguf"]]
    assert or_refused(plainly, both) == or_refused(ours_of_tensors, both) == "refused"


@st.composite
def spoilt(draw: st.DrawFn, kind: str) -> list[Stored]:
    tensors = draw(tensors_of(CODES[kind], gguf=kind == "gguf"))
    file = draw(WRITTEN[kind](tensors))
    return [(kind, draw(SPOILT[kind](file))), *draw(st.sampled_from([[], [], [(kind, file)]]))]


@UNHURRIED
@given(st.sampled_from(["safetensors", "gguf"]).flatmap(spoilt))
def test_both_refuse_the_same_files(files: list[Stored]) -> None:
    assert or_refused(plainly, files) == or_refused(ours_of_tensors, files)


def ours_of_files(files: list[File]) -> str:
    return our_release_root.release_root((file.path, file.size, file.sha256.hex()) for file in files)


NAMES = st.one_of(
    st.text("ab.-0:C\u00e9\uff21\U0001f0a1", min_size=1, max_size=3).filter(lambda name: name.strip(".")),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1, max_size=5),
)
ODD_NAMES = st.text("a:\\/e\u0301\x00\x7f\x85\u2028\ud800", max_size=3)
PATHS = st.lists(st.one_of(NAMES, NAMES, NAMES, ODD_NAMES), min_size=1, max_size=3).map("/".join)
SIZES = st.one_of(st.integers(0, 2**53 - 1), st.sampled_from([0, 2**53 - 1]))
ODD_SIZES = st.sampled_from([-1, 2**53, 2**64])
FILES = st.builds(File, PATHS, st.one_of(SIZES, SIZES, SIZES, ODD_SIZES), st.binary(min_size=32, max_size=32))


@UNHURRIED
@given(st.lists(FILES, max_size=8))
def test_files_have_the_same_release_root(files: list[File]) -> None:
    assert or_refused(release_root, files) == or_refused(ours_of_files, files)
    taken = {}
    for file in files:
        root = or_refused(release_root, [file])
        assert root == or_refused(ours_of_files, [file])
        if root != "refused":
            taken[file.path] = file
    assert or_refused(release_root, [*taken.values()]) == or_refused(ours_of_files, [*taken.values()])


def test_a_release_has_the_root_of_its_files(release: Path) -> None:
    left_out = ("README.md", ".gitignore", ".github/a", ".cache/huggingface/a", ".git/a")
    for path in (*left_out, *(f"code/{path}" for path in (*left_out, "openmodel.yaml", "openmodel.records/a"))):
        (release / path).parent.mkdir(parents=True, exist_ok=True)
        (release / path).write_text(path)
    (release / "link").symlink_to("code/README.md")
    measured = openmodel.build(release).manifest.measured
    assert measured is not None
    assert len(measured.files) == 3 + len(left_out) + 2 + 1
    assert measured.release_root == release_root(files_below(release))
