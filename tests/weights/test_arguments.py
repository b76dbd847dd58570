# SPDX-License-Identifier: Apache-2.0
"""What `load_verified` is asked with, and what is said where that makes no sense."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.errors import StageError, UsageError
from tests.weights.tensor_files import FILES, TABLE, SignedWeights, Stored, sign_weights, weight_tensors, write_weights


def refusal(directory: Path, **asked: Any) -> str:
    with pytest.raises(UsageError) as caught:
        openmodel.load_verified(directory, **asked)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ((), "nothing to trust"),
        (("key", "trust"), "key and trust"),
        (("key", "tensor_root"), "key and tensor_root"),
        (("key", "trust", "tensor_root"), "key and trust and tensor_root"),
    ],
)
def test_one_thing_to_check_against(given: tuple[str, ...], found: str, signed: SignedWeights) -> None:
    values = {"key": signed.key, "trust": "trust.json", "tensor_root": signed.tensor_root}
    said = refusal(signed.directory, **{name: values[name] for name in given})
    assert f"found {found}; expected just one of key, trust and tensor_root" in said


@pytest.mark.parametrize("root", ["", "0", "G" * 64, "A" * 64, "0" * 64 + "\n"])
def test_a_root_is_64_digits(root: str, signed: SignedWeights) -> None:
    assert "expected 64 lower-case hexadecimal digits" in refusal(signed.directory, tensor_root=root)


def test_no_keys(signed: SignedWeights) -> None:
    assert "found no key" in refusal(signed.directory, key=[])


def test_a_key_from_the_release(signed: SignedWeights) -> None:
    inside = signed.directory / "lab.pub"
    inside.write_bytes(signed.key.read_bytes())
    with pytest.raises(openmodel.OpenModelError, match=r"lab\.pub"):
        openmodel.load_verified(signed.directory, key=inside)


def test_names_that_match_nothing_are_listed(signed: SignedWeights) -> None:
    said = refusal(signed.directory, key=signed.key, names=["lm_head", "model.layers.9.*", "lm_hea", "\x1b"])
    assert "'model.layers.9.*', which no tensor matches" in said
    assert "'lm_hea', which no tensor matches" in said
    assert 'The first of the 5 names is "lm_head".' in said
    assert "'lm_head'" not in said
    assert "\x1b" not in said


def test_an_empty_list_of_names(signed: SignedWeights) -> None:
    assert "found no names" in refusal(signed.directory, key=signed.key, names=[])


def test_what_needs_the_table(signed: SignedWeights) -> None:
    (signed.directory / TABLE).unlink()
    for asked in ("names", "component"):
        said = refusal(signed.directory, tensor_root=signed.tensor_root, **{asked: "w"})
        assert f"found no {TABLE}, and `{asked}`; expected the table of tensors beside the weights" in said


def test_which_of_several_weights(signed: SignedWeights) -> None:
    ema = weight_tensors("ema", FILES)
    sign_weights(signed.directory, signed.keys, [signed.table, ema])
    said = refusal(signed.directory, key=signed.key)
    assert "found weights of 2 components; expected one of w, ema. Name one of them as `component`." in said
    said = refusal(signed.directory, key=signed.key, component="x")
    assert "found no weights 'x'; expected one of w, ema" in said


def test_a_release_without_weights(signed: SignedWeights) -> None:
    sign_weights(signed.directory, signed.keys, [])
    assert "expected weights in safetensors or GGUF files" in refusal(signed.directory, key=signed.key)


def test_a_manifest_that_binds_no_tensors(signed: SignedWeights) -> None:
    sign_weights(signed.directory, signed.keys, [signed.table], bound=False)
    with pytest.raises(StageError, match="no tensor root for the weights 'w'"):
        openmodel.load_verified(signed.directory, key=signed.key)


def test_no_directory(tmp_path: Path) -> None:
    assert "no directory" in refusal(tmp_path / "none", tensor_root="0" * 64)


def test_an_unknown_framework(signed: SignedWeights) -> None:
    assert "found the framework 'jax'" in refusal(signed.directory, key=signed.key, framework="jax")


def test_a_big_endian_machine(signed: SignedWeights, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would give other numbers under the same digest."""
    monkeypatch.setattr(sys, "byteorder", "big")
    assert "found a machine that is big-endian" in refusal(signed.directory, key=signed.key)


def test_rows_that_do_not_end_with_a_byte(tmp_path: Path) -> None:
    tensors = {"w": Stored("F4", (2, 3), bytes(3))}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    assert 'tensor "w" of F4 with rows of 3 elements' in refusal(tmp_path, tensor_root=root)


@pytest.mark.parametrize(
    ("library", "extra", "dtype"), [("numpy", "numpy", "U8"), ("ml_dtypes", "numpy", "BF16"), ("torch", "torch", "U8")]
)
def test_an_extra_that_is_missing(
    library: str, extra: str, dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    tensors = {"w": Stored(dtype, (2,), bytes(2 if dtype == "U8" else 4))}
    root = write_weights(tmp_path, {"m.safetensors": tensors}).tensor_root
    said = refusal(tmp_path, tensor_root=root, framework=extra)
    assert re.search(rf"no package {library}; .*pip install 'openmodel-provenance\[{extra}\]'", said)


def test_libraries_are_imported_when_they_are_used(tmp_path: Path) -> None:
    root = write_weights(tmp_path, {"m.safetensors": {"w": Stored("U8", (2,), b"ab")}}).tensor_root
    code = f"""
import sys, openmodel
libraries = ('numpy', 'ml_dtypes', 'torch', 'safetensors')
load = openmodel.load_verified
print([one for one in libraries if one in sys.modules])
load({str(tmp_path)!r}, tensor_root={root!r})
print([one for one in libraries if one in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n['numpy']\n"
