# SPDX-License-Identifier: Apache-2.0
"""What was signed is what is loaded: every type, from whatever files, and only what was asked for."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.errors import InventoryError
from openmodel.inventory import parallel
from openmodel.inventory.ggml_types import TYPES
from openmodel.inventory.reading import OpenFile
from openmodel.inventory.safetensors import DTYPE_BITS
from openmodel.weights import arrays, loading
from openmodel.weights.fresh_memory import fresh, populate
from tests.inventory import ggufs
from tests.signing.trust.authorities import trust_file
from tests.weights.tensor_files import (
    ALL,
    FILES,
    TABLE,
    SignedWeights,
    Stored,
    Tensors,
    root_of,
    safetensors_file,
    sign_weights,
    weight_tensors,
    write_weights,
)

Arrays = Mapping[str, "np.ndarray[Any, Any]"]

ML_DTYPES = {
    "BF16": ml_dtypes.bfloat16,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E5M2": ml_dtypes.float8_e5m2,
    "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz,
    "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz,
    "F8_E8M0": ml_dtypes.float8_e8m0fnu,
}
PACKED = {code for code, bits in DTYPE_BITS.items() if bits % 8}


def stored(dtype: str, *shape: int, seed: int = 0) -> Stored:
    size = prod(shape) * DTYPE_BITS[dtype] // 8
    data = random.Random(seed).randbytes(size)
    return Stored(dtype, shape, bytes(byte & 1 for byte in data) if dtype == "BOOL" else data)


def require_equal(loaded: Arrays, expected: Tensors) -> None:
    assert list(loaded) == sorted(expected)
    for name, array in loaded.items():
        assert array.tobytes() == expected[name].data, name
        assert array.flags.c_contiguous, name
        assert array.flags.writeable, name
        assert array.flags.owndata, name


@pytest.mark.parametrize("dtype", sorted(DTYPE_BITS.keys() - ML_DTYPES.keys() - PACKED))
def test_types_that_numpy_has_are_those_of_the_library(dtype: str, tmp_path: Path) -> None:
    tensors = {"matrix": stored(dtype, 3, 5), "scalar": stored(dtype, seed=1), "empty": stored(dtype, 2, 0, 3)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root)
    require_equal(loaded, tensors)
    library = safetensors.numpy.load_file(tmp_path / "m.safetensors")
    for name, array in library.items():
        assert (loaded[name].dtype, loaded[name].shape) == (array.dtype, array.shape)
        assert loaded[name].tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", sorted(ML_DTYPES))
def test_types_that_numpy_has_not_are_those_of_ml_dtypes(dtype: str, tmp_path: Path) -> None:
    tensors = {"matrix": stored(dtype, 16, 16), "scalar": stored(dtype, seed=1), "empty": stored(dtype, 0)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root)
    require_equal(loaded, tensors)
    for name, array in loaded.items():
        assert (array.dtype, array.shape) == (np.dtype(ML_DTYPES[dtype]), tensors[name].shape)


@pytest.mark.parametrize(("dtype", "shape"), [("F4", (3, 2)), ("F6_E2M3", (3, 3)), ("F6_E3M2", (3, 3))])
def test_packed_elements_are_bytes(dtype: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    tensors = {"packed": stored(dtype, 3, 4)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root)
    require_equal(loaded, tensors)
    assert (loaded["packed"].dtype, loaded["packed"].shape) == (np.uint8, shape)


def test_every_type_is_loaded_or_named(tmp_path: Path) -> None:
    """None was forgotten when one came to the format."""
    tensors = {dtype: stored(dtype, 8) for dtype in DTYPE_BITS}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    require_equal(openmodel.load_verified(tmp_path, tensor_root=root), tensors)


@pytest.mark.parametrize("number", TYPES)
def test_blocks_of_gguf_are_the_bytes_of_their_rows(number: int, tmp_path: Path) -> None:
    code, elements, size = TYPES[number]
    data = random.Random(number).randbytes(2 * 3 * size)
    # A second tensor shows that its place is found.
    tensors = [ggufs.Stored(b"a", (1,), 24, b"\7"), ggufs.Stored(b"w", (3 * elements, 2), number, data)]
    (tmp_path / "m.gguf").write_bytes(ggufs.gguf(tensors))
    expected = {"a": Stored("I8", (1,), b"\7"), "w": Stored(code, (2, 3 * elements), data)}
    loaded = openmodel.load_verified(tmp_path, tensor_root=root_of(expected))
    require_equal(loaded, expected)
    assert loaded["w"].shape == ((2, 3) if elements == 1 else (2, 3 * size))
    assert elements == 1 or loaded["w"].dtype == np.uint8


def test_what_was_built_and_signed(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "lab.key")
    openmodel.sign(built_release, keys=[key.private])
    loaded = openmodel.load_verified(built_release, key=key.public)
    library = safetensors.numpy.load_file(built_release / "model.safetensors")
    assert list(loaded) == sorted(library) == ["layer.bias", "layer.weight"]
    for name, array in library.items():
        np.testing.assert_array_equal(loaded[name], array, strict=True)
    measured = openmodel.load(built_release / "openmodel.json").measured
    assert measured
    root = measured.weights[0].tensor_root
    assert openmodel.load_verified(built_release, tensor_root=root, names="*.bias").keys() == {"layer.bias"}


def test_signed_by_a_key_or_as_a_trust_file_says(signed: SignedWeights, tmp_path: Path) -> None:
    other = openmodel.new_key(tmp_path / "other.key").public
    require_equal(openmodel.load_verified(signed.directory, key=signed.key), ALL)
    require_equal(openmodel.load_verified(str(signed.directory), key=[other, str(signed.key)]), ALL)
    trust = trust_file(tmp_path, keys=[{"name": "Lab", "file": str(signed.key)}])
    require_equal(openmodel.load_verified(signed.directory, trust=trust), ALL)


def test_a_tensor_root_needs_no_signature(signed: SignedWeights) -> None:
    (signed.directory / "openmodel.sig").unlink()
    (signed.directory / "openmodel.json").unlink()
    require_equal(openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root), ALL)


def test_without_a_table_the_root_is_that_of_all_tensors(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    require_equal(openmodel.load_verified(signed.directory, tensor_root=signed.tensor_root), ALL)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("lm_head", {"lm_head"}),
        (["model.layers.1.w", "lm_head"], {"model.layers.1.w", "lm_head"}),
        ("model.layers.0.*", {"model.layers.0.w", "model.layers.0.b"}),
        (("*.b", "*.b", "lm_hea?"), {"model.layers.0.b", "model.layers.1.b", "lm_head"}),
        (iter(["*[01].w"]), {"model.layers.0.w", "model.layers.1.w"}),
    ],
)
def test_names_and_globs(names: Any, expected: set[str], signed: SignedWeights) -> None:
    loaded = openmodel.load_verified(signed.directory, key=signed.key, names=names)
    require_equal(loaded, {name: ALL[name] for name in expected})


def test_the_name_that_reads_the_same_comes_before_a_glob(tmp_path: Path) -> None:
    tensors = {"w*": stored("U8", 1), "w1": stored("U8", 2), "[w]": stored("U8", 3)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    assert list(openmodel.load_verified(tmp_path, tensor_root=root, names=["w*", "[w]"])) == ["[w]", "w*"]


def test_only_what_is_asked_for_is_read(signed: SignedWeights, monkeypatch: pytest.MonkeyPatch) -> None:
    (signed.directory / "model-1.safetensors").unlink()  # As in a download of a part.
    file = signed.directory / "deep/model-2.safetensors"
    content = bytearray(file.read_bytes())
    at = content.index(ALL["model.layers.1.w"].data)
    content[at] ^= 1  # Nobody looks at that tensor.
    file.write_bytes(content)
    read: list[int] = []
    read_at = OpenFile.read_at

    def noting(self: OpenFile, view: memoryview, start: int) -> int:
        read.append(len(view))
        return read_at(self, view, start)

    monkeypatch.setattr(OpenFile, "read_at", noting)
    told: list[tuple[int, int]] = []
    loaded = openmodel.load_verified(
        signed.directory,
        key=signed.key,
        names=["*.1.b", "lm_head"],
        progress=lambda done, total: told.append((done, total)),
    )
    require_equal(loaded, {name: ALL[name] for name in ("model.layers.1.b", "lm_head")})
    assert sum(read) == 6 + 8
    assert told[-1] == (14, 14)


def test_components_are_told_apart(signed: SignedWeights) -> None:
    ema: dict[str, Tensors] = {"ema.safetensors": {"lm_head": stored("F32", 4)}}
    (signed.directory / "ema.safetensors").write_bytes(safetensors_file(ema["ema.safetensors"]))
    sign_weights(signed.directory, signed.keys, [signed.table, weight_tensors("ema", ema)])
    require_equal(openmodel.load_verified(signed.directory, key=signed.key, component="w"), ALL)
    require_equal(
        openmodel.load_verified(signed.directory, key=signed.key, component="ema"), dict(ema["ema.safetensors"])
    )
    root = root_of(ema["ema.safetensors"])
    loaded = openmodel.load_verified(signed.directory, tensor_root=root)
    require_equal(loaded, ema["ema.safetensors"])
    loaded = openmodel.load_verified(signed.directory, tensor_root=root, component="ema")
    require_equal(loaded, ema["ema.safetensors"])
    with pytest.raises(openmodel.VerificationError, match=f"expected weights w with {root}"):
        openmodel.load_verified(signed.directory, tensor_root=root, component="w")


def test_links_of_a_hub_cache_are_followed(signed: SignedWeights, tmp_path: Path) -> None:
    repository = tmp_path / "models--lab--toy"
    snapshot, blobs = repository / "snapshots" / "abc", repository / "blobs"
    (snapshot / "deep").mkdir(parents=True)
    blobs.mkdir()
    for number, path in enumerate([*FILES, TABLE, "openmodel.json", "openmodel.sig", "README.md"]):
        (blobs / str(number)).write_bytes((signed.directory / path).read_bytes())
        (snapshot / path).symlink_to(blobs / str(number))
    require_equal(openmodel.load_verified(snapshot, key=signed.key), ALL)


def test_large_tensors_by_several_threads_among_small_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_cores", lambda: 4)
    monkeypatch.setattr(parallel, "_WORTH_A_THREAD", 1)
    tensors = {f"t.{number}": stored("U8", number % 7, seed=number) for number in range(1000)}
    tensors |= {f"large.{size}": stored("U8", size) for size in (2**18 - 1, 2**18, 2**19, 2**19 + 1, 2**21 + 5)}
    files = {f"{part}.safetensors": dict(list(tensors.items())[part::3]) for part in range(3)}
    root = write_weights(tmp_path, files).tensor_root
    require_equal(openmodel.load_verified(tmp_path, tensor_root=root), tensors)


@pytest.mark.parametrize("dtype", ["F32", "BF16", "F8_E4M3"])
def test_large_tensors_are_in_memory_that_is_asked_for(
    dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    populated = 0

    def noting(size: int) -> Any:
        made.append(size)
        return fresh(size)

    def counting(view: memoryview) -> None:
        nonlocal populated
        populated += len(view)
        populate(view)

    monkeypatch.setattr(arrays, "fresh", noting)
    monkeypatch.setattr(loading, "populate", counting)
    tensors = {"large": stored(dtype, 1100, 4100), "small": stored(dtype, 2)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root)
    assert made == [len(tensors["large"].data)]
    assert populated == sum(len(tensor.data) for tensor in tensors.values())
    large = loaded["large"]
    assert large.tobytes() == tensors["large"].data
    assert large.shape == (1100, 4100)
    assert large.flags.c_contiguous
    assert large.flags.writeable


dtypes = st.sampled_from(sorted(DTYPE_BITS.keys() - {"BOOL"}))
shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@st.composite
def any_tensors(draw: st.DrawFn) -> dict[str, Stored]:
    names = draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=1, max_size=5, unique=True))
    found = {}
    for name in names:
        dtype = draw(dtypes)
        shape = (*draw(shapes), 4) if dtype in PACKED else draw(shapes)
        found[name if name != "__metadata__" else "m"] = stored(dtype, *shape, seed=draw(st.integers(0, 99)))
    return found


@settings(deadline=None)
@given(any_tensors(), st.integers(1, 3), st.randoms(use_true_random=False), st.booleans())
def test_any_tensors_in_any_files(
    tensors: dict[str, Stored], count: int, order: random.Random, has_table: bool
) -> None:
    shuffled = list(tensors.items())
    order.shuffle(shuffled)
    files = {f"{part}.safetensors": dict(shuffled[part::count]) for part in range(count)}
    with tempfile.TemporaryDirectory() as directory:
        root = write_weights(Path(directory), files).tensor_root
        if not has_table:
            (Path(directory) / TABLE).unlink()
        loaded = openmodel.load_verified(directory, tensor_root=root)
    require_equal(loaded, tensors)
    for name, array in loaded.items():
        assert array.size == prod(tensors[name].shape) or tensors[name].dtype in PACKED


def test_no_file_stays_open(signed: SignedWeights) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    openmodel.load_verified(signed.directory, key=signed.key)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    assert after == before


def test_a_directory_of_no_weights(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(InventoryError, match="no tensors"):
        openmodel.load_verified(tmp_path, tensor_root="0" * 64)
