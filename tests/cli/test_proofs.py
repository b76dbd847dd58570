# SPDX-License-Identifier: Apache-2.0
"""`prove` and `verify-proof` on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from openmodel.manifest.tensor_proof import loads_proof
from openmodel.signing import KeyPair, new_key, sign
from tests.cli.test_cli import run
from tests.releases import write_release
from tests.weights.weighed import write_part, write_weighed

ROOT = "e3fda972dbd82f069c077b25049c98bfe0e8ac58c696a40078aee55a4e129f57"
SHARD = "model-1.safetensors"


@pytest.fixture
def key(tmp_path: Path) -> KeyPair:
    return new_key(tmp_path / "one.key")


@pytest.fixture
def release(tmp_path: Path, key: KeyPair) -> Path:
    root = write_weighed(tmp_path / "release")
    sign(root, keys=[key.private])
    return root


@pytest.fixture
def proof(release: Path, tmp_path: Path) -> Path:
    file = tmp_path / "layer3.proof.json"
    assert run("prove", release, "--tensor", "layers.3.*", "--output", file).returncode == 0
    return file


@pytest.fixture
def part(release: Path, tmp_path: Path) -> Path:
    return write_part(release, tmp_path / "part", SHARD)


def test_a_proof_is_written_or_printed(release: Path, tmp_path: Path) -> None:
    file = tmp_path / "shard.json"
    ended = run("prove", release, "--file", "model-2*", "--output", file)
    assert ended.returncode == 0
    assert ended.stdout == f"{file} is written: 3 of 8 tensors of w, tensor root {ROOT}.\n"
    printed = run("prove", "--file", "model-2.safetensors", "--component", "w", cwd=release)
    assert (printed.returncode, printed.stdout) == (0, file.read_text())
    assert len(loads_proof(file.read_bytes(), "").tensors) == 3
    again = run("prove", release, "--tensor", "norm", "--tensor", "embed", "--output", file)
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert run("prove", release, "--tensor", "norm", "--output", file, "--force").returncode == 0
    assert len(loads_proof(file.read_bytes(), "").tensors) == 1


@pytest.mark.parametrize(
    "asked", [[], ["--tensor", "layers.9.*"], ["--file", "x"], ["--component", "v", "--tensor", "*"]]
)
def test_what_is_not_there_cannot_be_proved(release: Path, tmp_path: Path, asked: list[str]) -> None:
    ended = run("prove", release, *asked, "--output", tmp_path / "p.json")
    assert ended.returncode == 2
    assert "found" in ended.stderr
    assert not (tmp_path / "p.json").exists()


def test_a_layer_holds_in_a_part(part: Path, proof: Path, key: KeyPair) -> None:
    signed = "  Signed: toy 1.0, sequence 3; w of it\n"
    for trusted, of in (("--key", key.public), signed), (("--tensor-root", ROOT), ""):
        ended = run("verify-proof", proof, part, *trusted)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == (
            "✓ Verified: 1 tensor of these weights, and no others.\n"
            f"{of}"
            "  1 of 1 held, 24 bytes hashed. All 8 tensors have the root\n"
            f"  {ROOT}\n"
            "  ✓ layers.3.weight in model-1.safetensors\n"
        )
    value = json.loads(run("verify-proof", proof, "--tensor-root", ROOT, "--format", "json", cwd=part).stdout)
    assert value["ok"] is True
    assert value["tensors"] == [{"name": "layers.3.weight", "outcome": "holds", "files": [SHARD], "problem": ""}]
    assert value["bytes_read"] == 24


def test_what_does_not_hold_is_status_1(part: Path, proof: Path, key: KeyPair, tmp_path: Path) -> None:
    ended = run("verify-proof", proof, part, "--tensor-root", "0" * 64)
    assert ended.returncode == 1
    assert "NOT verified" in ended.stdout
    assert "- layers.3.weight not looked at" in ended.stdout
    assert "publisher" in ended.stdout
    other = new_key(tmp_path / "other.key")
    ended = run("verify-proof", proof, part, "--key", other.public, "--format", "json")
    assert (ended.returncode, json.loads(ended.stdout)["ok"]) == (1, False)
    (part / SHARD).rename(part / "x.bin")
    content = bytearray((part / "x.bin").read_bytes())
    (part / "x.bin").write_bytes(content[:-1])
    assert "missing: no file here holds it" in " ".join(
        run("verify-proof", proof, part, "--key", key.public).stdout.split()
    )
    text = proof.read_text()
    proof.write_text(text.replace('"index": 4', '"index": 5'))
    ended = run("verify-proof", proof, part, "--key", key.public)
    assert ended.returncode == 1
    assert "✗ layers.3.weight not in the tensor root: place, count and path" in ended.stdout
    assert "openmodel prove" in ended.stdout


def test_an_altered_tensor_and_a_broken_file_are_told(part: Path, proof: Path, key: KeyPair) -> None:
    (part / "broken.safetensors").write_bytes(b"<html>")
    ended = run("verify-proof", proof, part, "--key", key.public)
    assert ended.returncode == 1
    assert "broken.safetensors" in ended.stdout
    assert "✓ layers.3.weight in" in ended.stdout
    assert "name a directory without them" in " ".join(ended.stdout.split())
    (part / "broken.safetensors").unlink()
    content = (part / SHARD).read_bytes()
    (part / SHARD).write_bytes(content[:-24] + bytes(24))
    for tensor in ("layers.3.weight", "layers.4.weight"):
        made = run("prove", part.parent / "release", "--tensor", tensor, "--output", proof, "--force")
        assert made.returncode == 0
        ended = run("verify-proof", proof, part, "--key", key.public)
        is_last = tensor == "layers.4.weight"
        assert ended.returncode == int(is_last)
        assert ("altered: model-1.safetensors: its content digest is" in " ".join(ended.stdout.split())) == is_last


def test_a_name_that_is_long_is_cut(tmp_path: Path) -> None:
    root = write_weighed(tmp_path / "long", {"w": {"m.safetensors": {"\x1b" + "n" * 9000: np.ones(1, np.int8)}}})
    file = tmp_path / "p.json"
    digest = run("prove", root, "--file", "m*", "--output", file).stdout.split()[-1].rstrip(".")
    ended = run("verify-proof", file, root, "--tensor-root", digest)
    assert ended.returncode == 0
    assert f"\\x1b{'n' * 199}…" in ended.stdout
    assert "n" * 200 not in ended.stdout


def test_many_tensors_are_not_all_told(tmp_path: Path) -> None:
    names = [f"{number:03}" for number in range(60)]
    root = write_weighed(tmp_path / "many", {"w": {"m.safetensors": {name: np.ones(1, np.int8) for name in names}}})
    file = tmp_path / "p.json"
    made = run("prove", root, "--tensor", "*", "--output", file)
    digest = made.stdout.split()[-1].rstrip(".")
    ended = run("verify-proof", file, root, "--tensor-root", digest)
    assert ended.returncode == 0
    assert ended.stdout.endswith("  and 10 more; `--format json` lists them all\n")
    assert (
        len(json.loads(run("verify-proof", file, root, "--tensor-root", digest, "--format", "json").stdout)["tensors"])
        == 60
    )


@pytest.mark.parametrize("wrong", ["nothing trusted", "two", "no proof", "bad proof", "bad root"])
def test_what_cannot_be_answered_is_status_2(part: Path, proof: Path, key: KeyPair, wrong: str) -> None:
    arguments: dict[str, tuple[object, ...]] = {
        "nothing trusted": (proof, part),
        "two": (proof, part, "--key", key.public, "--tensor-root", ROOT),
        "no proof": (part / "nowhere.json", part, "--tensor-root", ROOT),
        "bad proof": (part / "openmodel.json", part, "--tensor-root", ROOT),
        "bad root": (proof, part, "--tensor-root", "xyz"),
    }
    ended = run("verify-proof", *arguments[wrong])  # type: ignore[arg-type]
    assert ended.returncode == 2
    assert "openmodel:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_built_and_signed_release(tmp_path: Path, key: KeyPair) -> None:
    root = write_release(tmp_path / "toy")
    for arguments in (("build", root), ("sign", root, "--key", key.private)):
        assert run(*arguments).returncode == 0
    part = tmp_path / "part"
    part.mkdir()
    for name in ("openmodel.json", "openmodel.sig"):
        shutil.copy(root / name, part)
    shutil.copy(root / "model.safetensors", part / "renamed.safetensors")
    file = tmp_path / "bias.json"
    assert run("prove", root, "--tensor", "*.bias", "--output", file).returncode == 0
    ended = run("verify-proof", file, part, "--key", key.public)
    assert ended.returncode == 0, ended.stdout
    assert "Signed: toy 1.0, sequence 1; weights of it" in ended.stdout
    assert "✓ layer.bias in renamed.safetensors" in ended.stdout
