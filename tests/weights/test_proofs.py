# SPDX-License-Identifier: Apache-2.0
"""Proofs of a part: what `prove` makes, and that nothing else holds."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

import openmodel
from openmodel import DocumentError, InventoryError, OverwriteError, StageError, UsageError
from openmodel.inventory.tensor_root import tensor_root
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.manifest import tensor_proof
from openmodel.manifest.measured import FileDigest
from openmodel.manifest.schema import proof_schema
from openmodel.manifest.tensor_proof import Proof, dump_proof, loads_proof
from tests.inventory.shards import shard, tensor
from tests.weights.weighed import LAYERS, OTHERS, rows_of, weight_tensors, write_table, write_weighed

Json = dict[str, Any]


def names(proof: Proof) -> list[str]:
    return [tensor.name for tensor in proof.tensors]


@pytest.mark.parametrize(
    ("asked", "proved"),
    [
        ({"tensors": ["layers.3.*"]}, ["layers.3.weight"]),
        ({"tensors": ["layers.?.weight"]}, list(LAYERS)),
        ({"tensors": ["norm", "embed", "*m*"]}, ["embed", "norm"]),
        ({"files": ["model-2.safetensors"]}, sorted(OTHERS)),
        ({"files": ["*-1.*"], "tensors": ["norm"]}, [*LAYERS, "norm"]),
        ({"tensors": ["*"], "component": "w"}, sorted([*LAYERS, *OTHERS])),
    ],
)
def test_what_is_named_is_proved(weighed: Path, asked: Any, proved: list[str]) -> None:
    for path in weighed.glob("*.safetensors"):
        path.unlink()  # No weights are read.
    proof = openmodel.prove(weighed, **asked)
    assert names(proof) == proved
    assert (proof.component, proof.count) == ("w", 8)
    jsonschema.validate(json.loads(dump_proof(proof)), proof_schema())
    assert loads_proof(dump_proof(proof), "p") == proof


def test_a_tensor_may_be_called_like_a_glob(tmp_path: Path) -> None:
    ones = np.ones(1, np.int8)
    root = write_weighed(tmp_path / "r", {"w": {"m.safetensors": {"*": ones, "a[0]": ones, "a/b.c": ones, "": ones}}})
    assert names(openmodel.prove(root, tensors=["*"])) == ["*"]
    assert names(openmodel.prove(root, tensors=["a[0]"])) == ["a[0]"]
    assert names(openmodel.prove(root, tensors=["a*"])) == ["a/b.c", "a[0]"]
    assert names(openmodel.prove(root, tensors=[""])) == [""]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "no tensor and no file"),
        ({"tensors": ["layers.9.*"]}, r'the tensor "layers.9.*", which names no tensor; expected some of w'),
        ({"tensors": ["norm"], "files": ["model-3*"]}, r'the file "model-3*"'),
        ({"tensors": ["Norm"]}, r'the tensor "Norm"'),
        ({"tensors": ["norm"], "component": "v"}, "no tensor root of 'v'; expected w"),
    ],
)
def test_what_is_named_has_to_be_there(weighed: Path, asked: Any, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        openmodel.prove(weighed, **asked)


def test_a_proof_is_of_one_component(tmp_path: Path) -> None:
    components = {
        "w": {"a.safetensors": LAYERS},
        "v": {"b.safetensors": OTHERS, "c.safetensors": {"extra": LAYERS["layers.1.weight"]}},
    }
    root = write_weighed(tmp_path / "r", components)
    assert openmodel.prove(root, tensors=["norm"]).component == "v"
    assert openmodel.prove(root, files=["a.*"]).component == "w"
    with pytest.raises(UsageError, match="tensors of w, v"):
        openmodel.prove(root, tensors=["e*", "layers.*"])
    with pytest.raises(UsageError, match=r'"e\*", which names no tensor; expected some of w'):
        openmodel.prove(root, tensors=["e*", "layers.*"], component="w")
    with pytest.raises(UsageError, match="expected some of w, v"):
        openmodel.prove(root, tensors=["x"])


def test_a_table_of_another_release_is_not_believed(weighed: Path, tmp_path: Path) -> None:
    other = write_weighed(tmp_path / "other", {"w": {"m.safetensors": LAYERS}})
    table = (other / "openmodel.tensors.json").read_bytes()
    (weighed / "openmodel.tensors.json").write_bytes(table)
    with pytest.raises(InventoryError, match="as the manifest says"):
        openmodel.prove(weighed, tensors=["layers.1.*"])
    manifest = json.loads((weighed / "openmodel.json").read_bytes())
    manifest["measured"]["weights"][0]["table"]["sha256"] = hashlib.sha256(table).hexdigest()
    (weighed / "openmodel.json").write_text(json.dumps(manifest))
    with pytest.raises(InventoryError, match="no such tensors; expected those of w, with the tensor root"):
        openmodel.prove(weighed, tensors=["layers.1.*"])


def test_a_table_whose_rows_do_not_give_its_root(tmp_path: Path) -> None:
    root = write_weighed(tmp_path / "r")
    right = weight_tensors("w", [*rows_of(root, "model-1.safetensors"), *rows_of(root, "model-2.safetensors")])
    rows = tuple(row.model_copy(update={"blake3": "0" * 64}) if row.name == "norm" else row for row in right.tensors)
    write_table(root, [right.model_copy(update={"tensors": rows})], {"w": {"model-1.safetensors": b""}})
    with pytest.raises(InventoryError, match="which follows from its tensors"):
        openmodel.prove(root, tensors=["layers.1.*"])


def test_a_release_without_a_root_has_no_proofs(built_release: Path) -> None:
    manifest = json.loads((built_release / "openmodel.json").read_bytes())
    for weights in manifest["measured"]["weights"]:
        weights.pop("tensor_root", None)
    (built_release / "openmodel.json").write_text(json.dumps(manifest))
    with pytest.raises(StageError, match="without a tensor root"):
        openmodel.prove(built_release, tensors=["*"])


def test_the_file_is_written_once(weighed: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    proof = openmodel.prove(weighed, tensors=["norm"], output=file)
    assert loads_proof(file.read_bytes(), "p") == proof
    with pytest.raises(OverwriteError):
        openmodel.prove(weighed, tensors=["embed"], output=file)
    assert loads_proof(file.read_bytes(), "p") == proof
    openmodel.prove(weighed, tensors=["embed"], output=file, force=True)
    assert names(loads_proof(file.read_bytes(), "p")) == ["embed"]


def test_bounds(weighed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = dump_proof(proof := openmodel.prove(weighed, tensors=["*"]))
    monkeypatch.setattr("openmodel.weights.proofs.MAX_PROVED", 7)
    with pytest.raises(UsageError, match="8 tensors; expected at most 7"):
        openmodel.prove(weighed, tensors=["*"])
    for limit, value in (("MAX_PROOF_BYTES", 500), ("MAX_VALUES", 20)):
        with monkeypatch.context() as patch:
            patch.setattr(tensor_proof, limit, value)
            with pytest.raises(DocumentError, match="a proof of"):
                dump_proof(proof)
            with pytest.raises(DocumentError, match="at most"):
                loads_proof(content, "p")
    monkeypatch.setattr(tensor_proof, "MAX_PROVED", 7)
    with pytest.raises(DocumentError, match="at least one tensor and at most 7"):
        loads_proof(content, "p")


def first(**fields: Any) -> Callable[[Json], object]:
    return lambda proof: proof["tensors"][0].update(fields)


WRONG: dict[str, tuple[Callable[[Json], object], str]] = {
    "another version": (lambda proof: proof.update(openmodel_proof="2"), "'1-draft'"),
    "no tensors": (lambda proof: proof.update(tensors=[]), "at least one tensor"),
    "a tensor twice": (lambda proof: proof["tensors"].append(proof["tensors"][-1]), "every tensor once"),
    "another order": (lambda proof: proof["tensors"].reverse(), "every tensor once, sorted"),
    "no count": (lambda proof: proof.pop("count"), "no `count`"),
    "a field more": (lambda proof: proof.update(signature="x"), "the unknown field `signature`"),
    "a negative index": (first(index=-1), "a number of at least 0"),
    "a huge index": (first(index=2**53), "9007199254740992"),
    "a fraction": (first(index=1.0), "an integer"),
    "a long path": (first(path=["0" * 64] * 65), "a path of at most 64 nodes"),
    "a node that is none": (first(path=["0" * 63]), "64 lower-case"),
    "a path that leads out": (first(file="../m"), "a relative path"),
    "a negative dimension": (first(shape=[-1]), "at least 0"),
    "no text": (first(name=1), "text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_proof(weighed_once: Path, name: str) -> None:
    change, said = WRONG[name]
    proof = json.loads(dump_proof(openmodel.prove(weighed_once, files=["model-2*"])))
    change(proof)
    with pytest.raises(DocumentError) as caught:
        loads_proof(json.dumps(proof).encode(), "p.json")
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


stored = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.lists(st.integers(0, 255), max_size=4).map(lambda values: np.array(values, np.uint8)),
    min_size=1,
    max_size=20,
).filter(lambda arrays: "__metadata__" not in arrays)

BOUND = ("tensor_root", "count", "name", "dtype", "shape", "blake3", "index", "path", "step", "longer", "shorter")
OTHER_DIGEST = "f" * 64


def changed(proof: Json, field: str, data: st.DataObject) -> Json | None:
    """The proof with one field of it other than it was; None if there is nothing to change."""
    new = copy.deepcopy(proof)
    (row,) = new["tensors"]
    match field:
        case "tensor_root":
            new["tensor_root"] = OTHER_DIGEST
        case "count":
            new["count"] += data.draw(st.integers(-new["count"], 2**50).filter(bool))
        case "name":
            row["name"] += "x"
        case "dtype":
            row["dtype"] = "I8"
        case "shape":
            row["shape"].append(1)
        case "blake3":
            row["blake3"] = OTHER_DIGEST
        case "index":
            row["index"] = data.draw(st.integers(0, 2**50).filter(lambda index: index != row["index"]))
        case "longer":
            row["path"].append(OTHER_DIGEST)
        case "shorter" if row["path"]:
            row["path"].pop()
        case "step" if row["path"]:
            row["path"][data.draw(st.integers(0, len(row["path"]) - 1))] = OTHER_DIGEST
        case "path" if len({*row["path"]}) > 1:
            row["path"].reverse()
    return None if new == proof else new


@settings(deadline=None, max_examples=60)
@given(stored, st.data())
def test_every_tensor_has_a_proof_and_no_change_of_it_holds(arrays: Any, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        root = write_weighed(directory / "r", {"w": {"m.safetensors": arrays}})
        trusted = json.loads((root / "openmodel.json").read_bytes())["measured"]["weights"][0]["tensor_root"]
        whole = openmodel.prove(root, tensors=["*"]) if "*" not in arrays else None
        assert whole is None or openmodel.verify_proof(whole, root, tensor_root=trusted).ok
        name = data.draw(st.sampled_from(sorted(arrays)))
        proof = openmodel.prove(root, files=["m.safetensors"])
        one = proof.model_copy(update={"tensors": tuple(row for row in proof.tensors if row.name == name)})
        assert openmodel.verify_proof(one, root, tensor_root=trusted).ok
        other = changed(json.loads(dump_proof(one)), data.draw(st.sampled_from(BOUND)), data)
        if other is not None:
            read = loads_proof(json.dumps(other).encode(), "p")
            assert not openmodel.verify_proof(read, root, tensor_root=trusted).ok


def test_the_rows_of_a_proof_are_those_of_the_table(weighed: Path) -> None:
    proof = openmodel.prove(weighed, tensors=["*"])
    manifest = json.loads((weighed / "openmodel.json").read_bytes())["measured"]["weights"][0]
    (table,) = read_tensor_table(weighed, FileDigest(**manifest["table"])).weights
    assert proof.tensor_root == table.tensor_root == manifest["tensor_root"]
    assert proof.tensor_root == tensor_root((row.name, bytes.fromhex(row.blake3)) for row in proof.tensors)
    for place, (row, proved) in enumerate(zip(table.tensors, proof.tensors, strict=True)):
        assert proved.index == place
        assert dict(row) == {key: value for key, value in dict(proved).items() if key not in ("index", "path")}
    assert all(one.name < following.name for one, following in pairwise(proof.tensors))


def test_a_file_of_safetensors_from_the_library_is_proved(tmp_path: Path) -> None:
    save_file(dict(OTHERS), tmp_path / "x.safetensors", metadata={"format": "pt"})
    root = write_weighed(tmp_path / "r", {"w": {"x.safetensors": (tmp_path / "x.safetensors").read_bytes()}})
    assert names(openmodel.prove(root, tensors=["n*"])) == ["none", "norm"]


PAGE = (Path(__file__).parents[2] / "docs" / "spec" / "tensor-proof.md").read_text("utf-8")


def test_the_vector_of_the_page(tmp_path: Path) -> None:
    (content,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    header: Json = {}
    data = b""
    for number in range(5):
        element = bytes.fromhex(f"8{number}3f80bf")
        header[f"layers.{number}.weight"] = tensor("BF16", [1, 2], len(data), len(data) + len(element))
        data += element
    root = write_weighed(tmp_path / "r", {"weights": {"model-2.safetensors": shard(header, data)}})
    proof = openmodel.prove(root, tensors=["layers.1.*", "layers.4.*"])
    assert dump_proof(proof).decode() == content
    for row in json.loads(content)["tensors"]:
        assert plainly(row, proof.count) == proof.tensor_root


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def plainly(row: Json, count: int) -> str:
    """The root that a row gives, as the page says it."""
    domain, name = b"openmodel tensor root v1", row["name"].encode()
    fields = [
        field for part in (domain, name, bytes.fromhex(row["blake3"])) for field in (len(part).to_bytes(8, "big"), part)
    ]
    node, path, i, last = (
        sha256(b"\x00", *fields),
        [bytes.fromhex(step) for step in row["path"]],
        row["index"],
        count - 1,
    )
    assert i < count
    while last > 0:
        if i % 2:
            node = sha256(b"\x01", path.pop(0), node)
        elif i < last:
            node = sha256(b"\x01", node, path.pop(0))
        i, last = i // 2, last // 2
    assert path == []
    return sha256(b"\x02", domain, count.to_bytes(8, "big"), node).hex()
