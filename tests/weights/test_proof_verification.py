# SPDX-License-Identifier: Apache-2.0
"""Proofs of a part, verified where only a part is: what holds, what does not, and what is read."""

from __future__ import annotations

import json
import os
import shutil
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save, save_file

import openmodel
from openmodel import DocumentError, InventoryError, ProofVerification, StageError, UsageError
from openmodel.inventory import reading
from openmodel.inventory.reading import OpenFile
from openmodel.manifest.tensor_proof import Proof, dump_proof
from openmodel.signing import KeyPair, new_key, sign
from openmodel.weights.stored import stored_tensors
from tests.inventory.ggufs import Stored, gguf
from tests.inventory.shards import shard, tensor
from tests.weights.weighed import LAYERS, OTHERS, write_part, write_weighed

LAYER = "layers.3.weight"
SHARD = "model-1.safetensors"


def root_of(release: Path, component: int = 0) -> str:
    document = json.loads((release / "openmodel.json").read_bytes())
    root: str = document["measured"]["weights"][component]["tensor_root"]
    return root


@pytest.fixture
def proof(weighed_once: Path) -> Proof:
    """Of one layer."""
    return openmodel.prove(weighed_once, tensors=["layers.3.*"])


@pytest.fixture
def part(weighed_once: Path, tmp_path: Path) -> Path:
    """What somebody has who downloaded one shard, and what says who signed."""
    return write_part(weighed_once, tmp_path / "part", SHARD)


def outcomes(result: ProofVerification) -> dict[str, str]:
    return {tensor.name: tensor.outcome for tensor in result.tensors}


def span_of(file: Path, name: str) -> range:
    """The bytes of a tensor in a safetensors file."""
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    offsets = json.loads(content[8:start])[name]["data_offsets"]
    return range(start + offsets[0], start + offsets[1])


def flip(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)


def test_a_layer_holds_by_key_trust_file_and_root(
    part: Path, proof: Proof, key: KeyPair, weighed_once: Path, tmp_path: Path
) -> None:
    trust = tmp_path / "trust.json"
    trusted = {"openmodel_trust": "1-draft", "keys": [{"name": "Ada", "file": str(key.public)}]}
    trust.write_text(json.dumps(trusted))
    file = tmp_path / "layer.proof.json"
    file.write_bytes(dump_proof(proof))
    (part / "layer.proof.json").write_bytes(dump_proof(proof))
    for given in ({"key": key.public}, {"key": [key.public]}, {"trust": trust}, {"tensor_root": root_of(part)}):
        for source in (proof, file, str(file), part / file.name):
            result = openmodel.verify_proof(source, part, **given)
            assert result.ok
            assert outcomes(result) == {LAYER: "holds"}
            assert result.tensors[0].files == (SHARD,)
            assert (result.component, result.tensor_root, result.count) == ("w", root_of(weighed_once), 8)
            assert result.bytes_read == LAYERS[LAYER].nbytes
            signed = (None, None, None) if "tensor_root" in given else ("toy", "1.0", 3)
            assert (result.name, result.version, result.sequence) == signed


def test_with_the_root_nothing_but_the_shard_is_needed(part: Path, weighed: Path) -> None:
    shard_proof = openmodel.prove(weighed, files=[SHARD])
    for name in ("openmodel.json", "openmodel.sig"):
        (part / name).unlink()
    result = openmodel.verify_proof(shard_proof, part, tensor_root=root_of(weighed))
    assert result.ok
    assert outcomes(result) == dict.fromkeys(LAYERS, "holds")


def test_only_headers_and_the_proved_bytes_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = {"a": np.zeros(1_000_000, np.int8), "b": np.ones(3_000_000, np.int8), "c": np.zeros(9_000_000, np.int8)}
    root = write_weighed(tmp_path / "r", {"w": {"m.safetensors": large, "n.safetensors": {"d": large["a"]}}})
    proof = openmodel.prove(root, tensors=["b"])
    places: list[range] = []
    others: list[int] = []
    told: list[tuple[int, int]] = []
    read_at = OpenFile.read_at

    def counted(self: OpenFile, view: memoryview, start: int) -> int:
        count = read_at(self, view, start)
        places.append(range(start, start + count))
        return count

    class Counted(FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            content = super().read(-1 if size is None else size)
            others.append(len(content or b""))
            return content or b""

    monkeypatch.setattr(OpenFile, "read_at", counted)
    monkeypatch.setattr(reading, "FileIO", Counted)
    result = openmodel.verify_proof(
        proof, root, tensor_root=root_of(root), progress=lambda done, total: told.append((done, total))
    )
    span = span_of(root / "m.safetensors", "b")
    starts = [(root / path).read_bytes()[:8] for path in ("m.safetensors", "n.safetensors")]
    assert result.ok
    assert (min(place.start for place in places), max(place.stop for place in places)) == (span.start, span.stop)
    assert result.bytes_read == sum(map(len, places)) == len(span)
    assert sum(others) == sum(8 + int.from_bytes(start, "little") for start in starts)
    assert told[-1] == (len(span), len(span))


def test_other_tensors_may_be_anything(part: Path, proof: Proof, key: KeyPair) -> None:
    file = part / SHARD
    span = span_of(file, LAYER)
    content = file.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    others = bytes(255 - byte for byte in content)
    file.write_bytes(
        content[:start] + others[start : span.start] + content[span.start : span.stop] + others[span.stop :]
    )
    assert openmodel.verify_proof(proof, part, key=key.public).ok
    for at in (span.start, span.stop - 1):
        file.write_bytes(content)
        flip(file, at)
        result = openmodel.verify_proof(proof, part, key=key.public)
        assert not result.ok
        assert outcomes(result) == {LAYER: "altered"}
        assert "its content digest is" in result.tensors[0].problem


def test_a_tensor_that_is_not_there_is_missing(part: Path, weighed: Path, key: KeyPair) -> None:
    result = openmodel.verify_proof(openmodel.prove(weighed, tensors=[LAYER, "norm"]), part, key=key.public)
    assert not result.ok
    assert outcomes(result) == {LAYER: "holds", "norm": "missing"}
    assert result.tensors[1].problem == "no file here holds it; it was in model-2.safetensors"


def test_files_may_be_named_and_sharded_anew(part: Path, weighed: Path, key: KeyPair) -> None:
    everything = openmodel.prove(weighed, tensors=["*"])
    (part / SHARD).unlink()
    (part / "deep").mkdir()
    save_file({**LAYERS, "embed": OTHERS["embed"]}, part / "deep" / "weights", metadata={"format": "np"})
    save_file({name: OTHERS[name] for name in ("norm", "none")}, part / "z.safetensors")
    result = openmodel.verify_proof(everything, part, key=key.public)
    assert result.ok
    assert {tensor.files for tensor in result.tensors} == {("deep/weights",), ("z.safetensors",)}


def test_a_gguf_file_holds_what_a_safetensors_file_held(part: Path, weighed: Path, key: KeyPair) -> None:
    tensors = [Stored(name.encode(), (3, 2), 0, array.tobytes()) for name, array in LAYERS.items()]
    (part / SHARD).unlink()
    (part / "m.gguf").write_bytes(gguf(tensors))
    proof = openmodel.prove(weighed, tensors=["layers.*"])
    assert openmodel.verify_proof(proof, part, key=key.public).ok
    (part / "m.gguf").write_bytes(gguf(tensors)[:-40])
    result = openmodel.verify_proof(proof, part, key=key.public)
    assert "missing" in outcomes(result).values()
    assert "m.gguf" in result.problems[0]


def test_another_type_or_shape_of_the_same_bytes(part: Path, proof: Proof, key: KeyPair) -> None:
    for other in (LAYERS[LAYER].view(np.int32), LAYERS[LAYER].reshape(3, 2), LAYERS[LAYER].reshape(-1)):
        save_file({**LAYERS, LAYER: other}, part / SHARD)
        result = openmodel.verify_proof(proof, part, key=key.public)
        assert outcomes(result) == {LAYER: "altered"}
        assert "and not F32 [2, 3]" in result.tensors[0].problem
        assert result.bytes_read == 0


def test_what_is_said_of_a_long_shape_is_short(part: Path, proof: Proof, key: KeyPair) -> None:
    (row,) = proof.tensors
    lying = proof.model_copy(update={"tensors": (row.model_copy(update={"shape": (1,) * 10_000}),)})
    result = openmodel.verify_proof(lying, part, key=key.public)
    assert outcomes(result) == {LAYER: "altered"}
    assert len(result.tensors[0].problem) < 500


def test_a_proof_that_says_another_type_of_the_digest(part: Path, proof: Proof, key: KeyPair) -> None:
    for lie in ({"dtype": "I32"}, {"shape": (3, 2)}):
        (row,) = proof.tensors
        lying = proof.model_copy(update={"tensors": (row.model_copy(update=lie),)})
        result = openmodel.verify_proof(lying, part, key=key.public)
        assert outcomes(result) == {LAYER: "altered"}


def test_a_header_that_points_elsewhere(part: Path, proof: Proof, key: KeyPair) -> None:
    content = (part / SHARD).read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    one, other = header[LAYER]["data_offsets"], header["layers.2.weight"]["data_offsets"]
    header[LAYER]["data_offsets"], header["layers.2.weight"]["data_offsets"] = other, one
    (part / SHARD).write_bytes(shard(header, content[start:]))
    assert outcomes(openmodel.verify_proof(proof, part, key=key.public)) == {LAYER: "altered"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.safetensors", shard({LAYER: tensor("F32", [2, 3], 0, 24)}, bytes(23))),
        ("x.safetensors", b"text"),
        ("x.gguf", b"GGUF" + bytes(40)),
        ("weights", gguf([Stored(LAYER.encode(), (3, 2), 0, bytes(24))])[:-30]),
    ],
)
def test_a_file_whose_tensors_cannot_be_told_is_a_problem(
    part: Path, proof: Proof, key: KeyPair, name: str, content: bytes
) -> None:
    (part / name).write_bytes(content)
    result = openmodel.verify_proof(proof, part, key=key.public)
    assert not result.ok
    assert outcomes(result) == {LAYER: "holds"}
    assert name in result.problems[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.safetensors", b""),
        ("x.safetensors", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"),
        ("x.txt", b"GGUF is a format."),
        ("x.bin", (20).to_bytes(8, "little") + b"{" + bytes(40)),
        ("x.gguf", b"not there yet"),
    ],
)
def test_files_without_tensors_do_not_matter(part: Path, proof: Proof, key: KeyPair, name: str, content: bytes) -> None:
    (part / name).write_bytes(content)
    assert openmodel.verify_proof(proof, part, key=key.public).ok


def test_a_name_in_two_files_has_to_be_the_same_tensor(part: Path, proof: Proof, key: KeyPair) -> None:
    copy = part / "also.safetensors"
    copy.write_bytes(save({LAYER: LAYERS[LAYER]}))
    result = openmodel.verify_proof(proof, part, key=key.public)
    assert result.ok
    assert result.tensors[0].files == ("also.safetensors", SHARD)
    copy.write_bytes(save({LAYER: LAYERS["layers.2.weight"]}))
    result = openmodel.verify_proof(proof, part, key=key.public)
    assert outcomes(result) == {LAYER: "altered"}
    assert result.tensors[0].problem.startswith("also.safetensors: its content digest is")


def test_another_component_may_have_a_tensor_of_the_name(tmp_path: Path, key: KeyPair) -> None:
    other = {LAYER: LAYERS["layers.2.weight"]}
    root = write_weighed(tmp_path / "r", {"w": {"w.safetensors": LAYERS}, "old": {"old/w.safetensors": other}})
    sign(root, keys=[key.private])
    proof = openmodel.prove(root, tensors=[LAYER], component="w")
    assert openmodel.verify_proof(proof, root, key=key.public).ok
    by_root = openmodel.verify_proof(proof, root, tensor_root=root_of(root))
    assert outcomes(by_root) == {LAYER: "altered"}  # Nothing says whose the other file is.
    lying = proof.model_copy(update={"component": "old"})
    result = openmodel.verify_proof(lying, root, key=key.public)
    assert (result.ok, outcomes(result)) == (False, {LAYER: "not_looked_at"})
    assert result.problems == ("The tensor root is signed for w, and not for old.",)


def test_a_file_of_two_components_is_looked_into(tmp_path: Path, key: KeyPair) -> None:
    root = write_weighed(tmp_path / "r", {"w": {"w.safetensors": LAYERS}, "also": {"w.safetensors": LAYERS}})
    sign(root, keys=[key.private])
    with pytest.raises(UsageError, match="tensors of w, also"):
        openmodel.prove(root, tensors=[LAYER])
    for component in ("w", "also"):
        proof = openmodel.prove(root, tensors=[LAYER], component=component)
        assert openmodel.verify_proof(proof, root, key=key.public).ok


def change_root(proof: Proof) -> Proof:
    return proof.model_copy(update={"tensor_root": "0" * 64})


def change_component(proof: Proof) -> Proof:
    return proof.model_copy(update={"component": "v"})


def test_a_root_that_is_not_the_trusted_one(part: Path, proof: Proof, key: KeyPair) -> None:
    result = openmodel.verify_proof(change_root(proof), part, key=key.public)
    assert not result.ok
    assert result.problems[0] == f"The tensor root {'0' * 64} is not signed. The signed one of w is {root_of(part)}."
    assert outcomes(result) == {LAYER: "not_looked_at"}
    result = openmodel.verify_proof(proof, part, tensor_root="0" * 64)
    assert (result.ok, outcomes(result), result.bytes_read) == (False, {LAYER: "not_looked_at"}, 0)
    assert result.problems == (f"The proof is of another tensor root: {root_of(part)}.",)


def test_a_component_that_is_not_signed(part: Path, proof: Proof, key: KeyPair, weighed: Path) -> None:
    result = openmodel.verify_proof(change_root(change_component(proof)), part, key=key.public)
    assert result.problems[0].endswith("is not signed. Signed are those of w.")
    document = json.loads((weighed / "openmodel.json").read_bytes())
    for weights in document["measured"]["weights"]:
        del weights["tensor_root"]
    (weighed / "openmodel.json").write_text(json.dumps(document))
    for name in ("openmodel.sig", "model.sig"):
        (weighed / name).unlink()
    sign(weighed, keys=[key.private])
    result = openmodel.verify_proof(proof, weighed, key=key.public)
    assert result.problems[0].endswith("is not signed. The signed manifest states none.")


def test_what_nobody_trusted_signed(part: Path, proof: Proof, key: KeyPair, tmp_path: Path) -> None:
    other = new_key(tmp_path / "other.key")
    result = openmodel.verify_proof(proof, part, key=other.public)
    assert not result.ok
    assert "a given key signed this release" in result.problems[0]
    assert outcomes(result) == {LAYER: "not_looked_at"}
    assert openmodel.verify_proof(proof, part, key=[other.public, key.public]).ok
    (part / "openmodel.json").write_bytes((part / "openmodel.json").read_bytes() + b" ")
    assert "openmodel.json is the signed one" in openmodel.verify_proof(proof, part, key=key.public).problems[0]
    (part / "openmodel.sig").unlink()
    assert not openmodel.verify_proof(proof, part, key=key.public).ok


@pytest.mark.parametrize(
    "change", [{"index": 7}, {"index": 8}, {"index": 2**53 - 1}, {"path": ()}, {"blake3": "0" * 64}]
)
def test_a_row_that_does_not_give_the_root(part: Path, proof: Proof, key: KeyPair, change: dict[str, Any]) -> None:
    (row,) = proof.tensors
    lying = proof.model_copy(update={"tensors": (row.model_copy(update=change),)})
    result = openmodel.verify_proof(lying, part, key=key.public)
    assert outcomes(result) == {LAYER: "not_in_root"}
    assert result.bytes_read == 0


@pytest.mark.parametrize("count", [0, 1, 7, 9, 2**53 - 1])
def test_another_count(part: Path, proof: Proof, key: KeyPair, count: int) -> None:
    result = openmodel.verify_proof(proof.model_copy(update={"count": count}), part, key=key.public)
    assert outcomes(result) == {LAYER: "not_in_root"}


def test_a_row_beside_a_right_one_of_the_name_is_judged_by_itself(part: Path, proof: Proof, key: KeyPair) -> None:
    (row,) = proof.tensors
    for lie in ({"index": 0}, {"dtype": "I32"}):
        rows = (row, row.model_copy(update=lie))
        for both in (rows, rows[::-1]):
            result = openmodel.verify_proof(proof.model_copy(update={"tensors": both}), part, key=key.public)
            assert sorted(one.outcome for one in result.tensors)[::-1] != ["holds", "holds"]
            assert not result.ok


def test_a_proof_of_nothing_does_not_hold(part: Path, proof: Proof, key: KeyPair) -> None:
    empty = proof.model_copy(update={"tensors": ()})  # Not validated.
    assert not openmodel.verify_proof(empty, part, key=key.public).ok


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"key": "the key", "tensor_root": "0" * 64},
        {"key": "the key", "trust": "trust.json"},
        {"key": []},
        {"tensor_root": "0" * 63},
        {"tensor_root": "A" * 64},
        {"tensor_root": ""},
        {"key": "a copy"},
    ],
)
def test_one_thing_has_to_be_trusted(part: Path, proof: Proof, key: KeyPair, given: dict[str, Any]) -> None:
    keys = {"the key": key.public, "a copy": shutil.copy(key.public, part / "key.pub")}
    if given.get("key"):
        given = given | {"key": keys[given["key"]]}
    with pytest.raises(UsageError):
        openmodel.verify_proof(proof, part, **given)


def test_what_cannot_be_answered(part: Path, proof: Proof, key: KeyPair, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no directory"):
        openmodel.verify_proof(proof, part / "nowhere", tensor_root="0" * 64)
    with pytest.raises(DocumentError, match="no such file"):
        openmodel.verify_proof(tmp_path / "nowhere.json", part, key=key.public)
    for name in ("openmodel.json", "openmodel.sig"):
        (part / name).unlink()
    with pytest.raises(StageError):
        openmodel.verify_proof(proof, part, key=key.public)


def test_a_link_out_of_the_directory_is_refused(part: Path, proof: Proof, key: KeyPair, weighed: Path) -> None:
    (part / SHARD).unlink()
    (part / SHARD).symlink_to(weighed / SHARD)
    with pytest.raises(InventoryError, match="outside the release"):
        openmodel.verify_proof(proof, part, key=key.public)
    (part / SHARD).unlink()
    shutil.copy(weighed / SHARD, part / "here")
    (part / SHARD).symlink_to("here")
    result = openmodel.verify_proof(proof, part, key=key.public)
    assert result.ok
    assert result.tensors[0].files == ("here", SHARD)


def test_a_file_that_changes_after_its_header_was_read(
    part: Path, proof: Proof, key: KeyPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_changed(*arguments: Any) -> Any:
        found = stored_tensors(*arguments)
        os.utime(part / SHARD, (1, 1))
        return found

    monkeypatch.setattr("openmodel.weights.proof_verification.stored_tensors", then_changed)
    with pytest.raises(InventoryError, match="changed while it was read"):
        openmodel.verify_proof(proof, part, key=key.public)
