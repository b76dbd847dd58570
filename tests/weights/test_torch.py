# SPDX-License-Identifier: Apache-2.0
"""Tensors of torch. It is not in the lock, as it is larger than all the rest: `pip install torch` runs these."""

from __future__ import annotations

import random
import warnings
from math import prod
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.errors import UsageError, VerificationError
from openmodel.inventory import parallel
from openmodel.inventory.safetensors import DTYPE_BITS
from tests.inventory import ggufs
from tests.weights.tensor_files import ALL, SignedWeights, Stored, root_of, write_weights

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # It warns where NumPy is not installed.
    torch: Any = pytest.importorskip("torch", reason="torch is not installed")

CODES = sorted(DTYPE_BITS)
PAIRS = "F4"
SIX_BITS = {"F6_E2M3", "F6_E3M2"}


def stored(dtype: str, *shape: int, seed: int = 0) -> Stored:
    data = random.Random(seed).randbytes(prod(shape) * DTYPE_BITS[dtype] // 8)
    return Stored(dtype, shape, bytes(byte & 1 for byte in data) if dtype == "BOOL" else data)


def bytes_of(tensor: Any) -> bytes:
    flat = tensor.reshape(-1)
    return bytes(flat.view(torch.uint8).tolist()) if flat.numel() else b""


@pytest.mark.parametrize("dtype", CODES)
def test_every_type(dtype: str, tmp_path: Path) -> None:
    tensors = {"matrix": stored(dtype, 3, 8), "empty": stored(dtype, 2, 0, 8)}
    if DTYPE_BITS[dtype] % 8 == 0:
        tensors["scalar"] = stored(dtype, seed=1)
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root, framework="torch")
    assert list(loaded) == sorted(tensors)
    for name, tensor in loaded.items():
        assert bytes_of(tensor) == tensors[name].data
        assert tensor.is_contiguous()
        assert tensor.dtype == loaded["matrix"].dtype
    if dtype == PAIRS:
        assert (loaded["matrix"].dtype, loaded["matrix"].shape) == (torch.float4_e2m1fn_x2, (3, 4))
    elif dtype in SIX_BITS:
        assert (loaded["matrix"].dtype, loaded["matrix"].shape) == (torch.uint8, (3, 6))
    else:
        assert loaded["matrix"].shape == (3, 8)
        assert loaded["matrix"].dtype.itemsize * 8 == DTYPE_BITS[dtype]


def test_the_library_gives_the_same(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    tensors = {code: stored(code, 4, 8) for code in CODES if code not in SIX_BITS}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root, framework="torch")
    expected = library.load_file(tmp_path / "m.safetensors")
    assert loaded.keys() == expected.keys()
    for name, tensor in expected.items():
        assert (loaded[name].dtype, loaded[name].shape) == (tensor.dtype, tensor.shape), name
        assert bytes_of(loaded[name]) == bytes_of(tensor), name


def test_blocks_of_gguf(tmp_path: Path) -> None:
    data = random.Random(0).randbytes(2 * 3 * 34)
    (tmp_path / "m.gguf").write_bytes(ggufs.gguf([ggufs.Stored(b"w", (96, 2), 8, data)]))
    root = root_of({"w": Stored("Q8_0", (2, 96), data)})
    loaded = openmodel.load_verified(tmp_path, tensor_root=root, framework="torch")["w"]
    assert (loaded.dtype, loaded.shape, bytes_of(loaded)) == (torch.uint8, (2, 102), data)


def test_signed_and_named(signed: SignedWeights) -> None:
    loaded = openmodel.load_verified(signed.directory, key=signed.key, names="model.layers.0.*", framework="torch")
    assert {name: bytes_of(tensor) for name, tensor in loaded.items()} == {
        name: ALL[name].data for name in ("model.layers.0.b", "model.layers.0.w")
    }
    loaded["model.layers.0.w"].add_(1)  # It can be written to.


def test_a_bit_of_a_tensor(signed: SignedWeights) -> None:
    file = signed.directory / "model-1.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(VerificationError, match=r'tensor "model.layers.0.b" with the content digest'):
        openmodel.load_verified(signed.directory, key=signed.key, framework="torch")


def test_large_tensors_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_cores", lambda: 4)
    monkeypatch.setattr(parallel, "_WORTH_A_THREAD", 1)
    tensors = {f"t.{size}": stored("BF16", size) for size in (0, 1, 2**18 - 1, 2**18, 2**18 + 1)}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    loaded = openmodel.load_verified(tmp_path, tensor_root=root, framework="torch")
    assert {name: bytes_of(tensor) for name, tensor in loaded.items()} == {
        name: tensor.data for name, tensor in tensors.items()
    }


def test_a_version_without_a_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch, "float8_e8m0fnu")
    root = write_weights(tmp_path, {"m.safetensors": {"w": stored("F8_E8M0", 4)}}).tensor_root
    with pytest.raises(UsageError, match="which has no float8_e8m0fnu for tensors of F8_E8M0"):
        openmodel.load_verified(tmp_path, tensor_root=root, framework="torch")
