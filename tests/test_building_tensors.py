# SPDX-License-Identifier: Apache-2.0
"""The tensors of weights in manifest and table: what is written, what is refused, and what is found again."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save
from typer.testing import CliRunner

import openmodel
from openmodel.cli.verbs import app
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.manifest.measured import FileRecord, Measured, Weights
from openmodel.manifest.tensor_table import TensorTable
from openmodel.rendering.remarks import remarks_on_weights
from tests.inventory.formats.looking import FILES
from tests.inventory.ggufs import Stored, gguf
from tests.inventory.test_tensor_root import Arrays, as_gguf

TENSORS = "openmodel.tensors.json"
A: Arrays = {"a": np.arange(6, dtype="f4").reshape(2, 3)}
B: Arrays = {"b": np.ones(3, "f2"), "c": np.zeros((0, 2), "i8")}
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n".encode()
PADDED = gguf([Stored(b"a", (1,), 0, b"1234"), Stored(b"b", (1,), 0, b"1234")], padding=b"\1")


def release(root: Path, files: Mapping[str, bytes], *globs: str) -> Path:
    """A declared release of these files, with a component for each glob."""
    root.mkdir(exist_ok=True)
    components = "".join(
        f"  - {{id: w{number}, name: W, kinds: [weights], files: ['{glob}']}}\n" for number, glob in enumerate(globs)
    )
    declaration = f"openmodel: 1-draft\nrelease: {{name: x}}\ncomponents:\n{components}"
    (root / "openmodel.yaml").write_text(declaration if globs else "openmodel: 1-draft\nrelease: {name: x}\n")
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def measured(root: Path) -> Measured:
    block = openmodel.build(root).manifest.measured
    assert block is not None
    return block


def weights(root: Path) -> list[Weights]:
    return [*measured(root).weights]


def record(root: Path, path: str) -> FileRecord:
    (found,) = [file for file in measured(root).files if file.path == path]
    return found


def table(root: Path) -> TensorTable:
    digests = {item.table for item in weights(root) if item.table}
    (digest,) = digests
    return read_tensor_table(root, digest)


def test_each_component_has_a_root_and_all_have_one_table(tmp_path: Path) -> None:
    root = release(tmp_path, {"1.safetensors": save(A), "d/2.gguf": as_gguf(B)}, "**", "1.*", "d/*.gguf")
    both, first, second = weights(root)
    assert (both.tensors, both.parameters, both.dtypes) == (3, 9, {"F16": 3, "F32": 6, "I64": 0})
    assert (first.tensors, second.dtypes) == (1, {"F16": 3, "I64": 0})
    listed = table(root).weights
    assert [(one.component, one.tensor_root) for one in listed] == [
        (item.component, item.tensor_root) for item in (both, first, second)
    ]
    assert [(row.name, row.dtype, row.shape, row.file) for row in listed[0].tensors] == [
        ("a", "F32", (2, 3), "1.safetensors"),
        ("b", "F16", (3,), "d/2.gguf"),
        ("c", "I64", (0, 2), "d/2.gguf"),
    ]
    assert listed[0].tensors == (*listed[1].tensors, *listed[2].tensors)
    assert len({item.tensor_root for item in (both, first, second)}) == 3
    assert (root / TENSORS).read_bytes().count(b"\n") == 2 + 3 * 2 + 6


def test_how_files_are_cut_and_named_does_not_change_the_root(tmp_path: Path) -> None:
    index = {"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors", "c": "m-2.safetensors"}}
    layouts: list[dict[str, bytes]] = [
        {"model.safetensors": save(A | B)},
        {"x/y.safetensors": save(B | A, {"format": "pt"})},
        {
            "m-1.safetensors": save(A),
            "m-2.safetensors": save(B),
            "m.safetensors.index.json": json.dumps(index).encode(),
        },
        {"model.gguf": as_gguf(A | B)},
        {"m-00001-of-00003.gguf": gguf([]), "m-00002-of-00003.gguf": as_gguf(B), "m-00003-of-00003.gguf": as_gguf(A)},
        {"1.gguf": as_gguf(A), "2.safetensors": save(B)},
    ]
    roots = {
        item.tensor_root
        for number, files in enumerate(layouts)
        for item in weights(release(tmp_path / str(number), files, "**"))
    }
    assert len(roots) == 1
    assert None not in roots


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    root = release(tmp_path, {"1.safetensors": save(A)}, "*")
    assert openmodel.build(root).changed
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.iterdir()}
    assert not openmodel.build(root).changed
    assert not openmodel.build(root, check=True).changed
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.iterdir()} == before


@pytest.mark.parametrize("other", ["2.safetensors", "2.gguf"])
def test_a_tensor_in_two_files_is_refused(tmp_path: Path, other: str) -> None:
    root = release(tmp_path, {"1.gguf": as_gguf(A), other: as_gguf(A) if "gguf" in other else save(A)}, "*")
    with pytest.raises(
        openmodel.InventoryError, match=r'tensor "a", which 1\.gguf holds too; expected every tensor in one'
    ):
        openmodel.build(root)
    assert not (root / TENSORS).exists()


def test_several_quantisations_in_one_component_are_told_by_file(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    content = as_gguf({name: np.zeros(1, "f4") for name in names})
    root = release(tmp_path, {"x-F32.gguf": content, "x-Q8_0.gguf": content}, "*")
    with pytest.raises(openmodel.InventoryError) as caught:
        openmodel.build(root)
    (problem,) = caught.value.problems
    assert (problem.file, problem.got) == ("x-Q8_0.gguf", '3 tensors, such as "a", which x-F32.gguf holds too')
    assert problem.fix.startswith("Make a component of each model or quantisation")


@pytest.mark.parametrize("ending", ["safetensors", "gguf"])
@pytest.mark.parametrize("content", [POINTER, b""])
def test_a_shard_that_was_not_downloaded_leaves_no_root_of_the_rest(
    tmp_path: Path, ending: str, content: bytes
) -> None:
    root = release(tmp_path, {"1.safetensors": save(A), f"2.{ending}": content}, "*", "1.*")
    (item,) = weights(root)
    assert item.component == "w1"
    document = json.loads((root / "openmodel.json").read_text())
    document["measured"]["weights"].insert(0, document["measured"]["weights"][0] | {"component": "w0"})
    (root / "openmodel.json").write_text(json.dumps(document))
    (report,) = openmodel.check(root, verify_bytes=True).releases
    assert report.evidence is not None
    assert "/measured/weights/1/tensor_root" in report.evidence.verified
    assert "/measured/weights/0/tensor_root" not in report.evidence.verified
    assert any(f"2.{ending} cannot be read strictly" in item.message for item in report.evidence.remarks)


STRANGE = {
    "big-endian": ((FILES / "big.gguf").read_bytes(), None),
    "another type": (gguf([Stored(b"a", (1,), 99, b"1234")]), None),
    "a long name": (gguf([Stored(b"a" * 65, (1,), 0, b"1234")]), None),
    "a name twice": (gguf([Stored(b"a", (1,), 0, b"1234")] * 2), 'it has tensor "a" twice'),
    "bytes after": (as_gguf(A) + b"more", "it has bytes after its last tensor"),
    "padding that is none": (PADDED, "it has bytes other than zeros between its tensors"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_gguf_that_cannot_be_read_strictly_has_no_root(tmp_path: Path, name: str) -> None:
    content, defect = STRANGE[name]
    root = release(tmp_path, {"1.safetensors": save(B), "m.gguf": content}, "*", "*.safetensors")
    assert [item.component for item in weights(root)] == ["w1"]
    assert record(root, "m.gguf").defect == defect
    (remark,) = remarks_on_weights(openmodel.load(root / "openmodel.json"))
    assert remark.startswith("w0: its tensors have no root, as it has GGUF files that are broken, big-endian")
    result = CliRunner().invoke(app(), ["build", str(root)])
    assert "w0: its tensors have no root" in " ".join(result.stderr.split())
    (release_,) = openmodel.check(root, verify_bytes=True).releases
    assert release_.evidence is not None
    assert not release_.contradictions
    assert {"/measured/weights/0/tensor_root", "/measured/weights/0/table"} <= set(release_.evidence.verified)
    assert not any(item.where.endswith("/defect") for item in release_.evidence.remarks)


def test_weights_without_tensors_have_no_root(tmp_path: Path) -> None:
    root = release(tmp_path, {"1.safetensors": save({}), "2.gguf": gguf([])}, "*")
    (item,) = weights(root)
    assert (item.tensors, item.tensor_root, item.table) == (0, None, None)
    assert not (root / TENSORS).exists()
    (report,) = openmodel.check(root, verify_bytes=True).releases
    assert "/measured/weights/0/tensor_root" not in {item.where for item in report.contradictions}


def test_a_table_that_is_not_needed_any_more_is_removed(tmp_path: Path) -> None:
    root = release(tmp_path, {"1.safetensors": save(A), "x": b""}, "*.safetensors")
    openmodel.build(root)
    old = (root / TENSORS).read_bytes()
    (root / "1.safetensors").unlink()
    release(root, {})
    openmodel.build(root)
    assert not (root / TENSORS).exists()
    (root / TENSORS).write_bytes(old)  # As when the build was killed before it removed it.
    with pytest.raises(openmodel.StageError, match="another table of tensors; expected none"):
        openmodel.build(root, check=True)
    assert openmodel.build(root).changed
    assert not (root / TENSORS).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"openmodel_tensors"', b'\n{"openmodel_tensors": "1-draft"}'])
@pytest.mark.parametrize("globs", [(), ("*.safetensors",)])
def test_what_was_not_written_by_build_is_kept(tmp_path: Path, content: bytes, globs: tuple[str, ...]) -> None:
    root = release(tmp_path, {"1.safetensors": save(A), TENSORS: content}, *globs)
    with pytest.raises(openmodel.InventoryError, match="Remove it") as caught:
        openmodel.build(root)
    assert [problem.file for problem in caught.value.problems] == [str(root / TENSORS)]
    assert (root / TENSORS).read_bytes() == content
    assert not (root / "openmodel.json").exists()


def test_a_link_in_place_of_the_table(tmp_path: Path) -> None:
    root = release(tmp_path / "release", {"1.safetensors": save(A)}, "*")
    openmodel.build(root)
    outside = tmp_path / "table.json"
    (root / TENSORS).rename(outside)
    (root / TENSORS).symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(openmodel.InventoryError, match="outside the release"):
        openmodel.build(root)
    assert outside.read_bytes() == before


def test_check_tells_of_another_table(tmp_path: Path) -> None:
    root = release(tmp_path, {"1.safetensors": save(A)}, "*")
    openmodel.build(root)
    content = (root / TENSORS).read_bytes()
    (root / TENSORS).write_bytes(content + b"\n")
    with pytest.raises(openmodel.StageError, match="another table of tensors; expected what `openmodel build` writes"):
        openmodel.build(root, check=True)
    (root / TENSORS).unlink()
    with pytest.raises(openmodel.StageError, match=rf"{TENSORS}: found no such file"):
        openmodel.build(root, check=True)
    assert openmodel.build(root).changed
    assert (root / TENSORS).read_bytes() == content


def test_sign_and_verify_bind_the_table(tmp_path: Path) -> None:
    root = release(tmp_path / "release", {"1.safetensors": save(A)}, "*")
    key = openmodel.new_key(tmp_path / "k")
    openmodel.build(root)
    openmodel.sign(root, keys=[key.private])
    listed = json.loads((root / "model.sig").read_text())["dsseEnvelope"]["payload"]
    resources = json.loads(base64.b64decode(listed))["predicate"]["resources"]
    digest = hashlib.sha256((root / TENSORS).read_bytes()).hexdigest()
    assert {"name": TENSORS, "algorithm": "sha256", "digest": digest} in resources
    assert openmodel.verify(root, keys=[key.public]).ok
    content = (root / TENSORS).read_bytes()
    for change in (lambda: (root / TENSORS).write_bytes(content + b" "), (root / TENSORS).unlink):
        change()
        result = openmodel.verify(root, keys=[key.public])
        assert [(row.path, row.kind) for row in result.files] in ([(TENSORS, "altered")], [(TENSORS, "missing")])
        with pytest.raises(openmodel.StageError, match=TENSORS):
            openmodel.sign(root, keys=[key.private], force=True)
    (root / TENSORS).write_bytes(content)
    assert openmodel.verify(root, keys=[key.public]).ok


def test_a_configuration_is_not_held_against_gguf(tmp_path: Path) -> None:
    """Converters name tensors in another way, and quantise them: the file has its own settings."""
    tensors: Arrays = {"model.embed_tokens.weight": np.zeros((3, 2), "f2")}
    configuration = {"vocab_size": 9, "hidden_size": 7, "num_hidden_layers": 2, "torch_dtype": "bfloat16"}
    files = {"config.json": json.dumps(configuration).encode(), "m.gguf": as_gguf(tensors)}
    root = release(tmp_path, files, "*.gguf", "config.json")
    openmodel.build(root)
    (report,) = openmodel.check(root, verify_bytes=True).releases
    assert not report.contradictions


def test_weights_that_are_swapped_for_others_are_found(tmp_path: Path) -> None:
    """Somebody who changes a tensor, and writes its file's digests into the manifest, is found by its root."""
    root = release(tmp_path, {"1.safetensors": save(A)}, "*")
    openmodel.build(root)
    old = json.loads((root / "openmodel.json").read_text())
    kept = (root / TENSORS).read_bytes()
    release(root, {"1.safetensors": save({"a": A["a"] + 1})}, "*")
    openmodel.build(root)
    new = json.loads((root / "openmodel.json").read_text())
    new["measured"]["weights"] = old["measured"]["weights"]
    (root / "openmodel.json").write_text(json.dumps(new))
    (root / TENSORS).write_bytes(kept)
    (report,) = openmodel.check(root, verify_bytes=True).releases
    assert {item.where for item in report.contradictions} == {
        "/measured/weights/0/tensor_root",
        "/measured/weights/0/table",
    }


def test_a_stale_manifest_names_the_tensors_that_changed(tmp_path: Path) -> None:
    old = {"a": np.zeros((2, 3), np.float32), "b": np.ones(4, np.float32), "c": np.arange(3.0), "d": np.arange(5)}
    root = release(tmp_path / "release", {"m.safetensors": save(old)}, "m.safetensors")
    openmodel.build(root)
    new = {"a": old["a"].astype(np.float16), "b": old["b"] + 1, "cc": old["c"], "e": np.arange(6)}
    (root / "m.safetensors").write_bytes(save(new))
    with pytest.raises(openmodel.StageError) as caught:
        openmodel.build(root, check=True)
    first, *others = caught.value.problems
    assert first.file == str(root / "m.safetensors")
    assert [problem.got.split(" in m")[0] for problem in others] == [
        'tensor "a" of w0 cast: F16 [2, 3]',
        'tensor "b" of w0 altered: F32 [4]',
        'tensor "c" of w0 renamed: "cc", F64 [3]',
        'tensor "d" of w0 removed',
        'tensor "e" of w0 added: I64 [6]',
    ]
    assert {problem.file for problem in others} == {str(root / "openmodel.tensors.json")}
    with (root / "openmodel.tensors.json").open("a") as stream:
        stream.write("\n")
    with pytest.raises(openmodel.StageError, match="SHA-256"):
        openmodel.build(root, check=True)


def test_of_very_many_tensors_that_changed_some_are_named(tmp_path: Path) -> None:
    names = [f"{index:03d}" for index in range(120)]
    root = release(
        tmp_path / "release", {"m.safetensors": save({name: np.zeros(1) for name in names})}, "m.safetensors"
    )
    openmodel.build(root)
    (root / "m.safetensors").write_bytes(save({name: np.ones(1) for name in names}))
    with pytest.raises(openmodel.StageError) as caught:
        openmodel.build(root, check=True)
    assert len(caught.value.problems) == 52
    assert caught.value.problems[-1].got == "70 more tensors changed"
