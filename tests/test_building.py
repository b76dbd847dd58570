# SPDX-License-Identifier: Apache-2.0
"""Declaration + inventory -> manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import blake3
import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.built import read_built
from openmodel.inventory import component_tensors
from openmodel.inventory.header import Header
from openmodel.inventory.tensors import TensorSummary, weights_summary
from openmodel.manifest.measured import Measured
from tests.releases import DECLARATION, write_release


def measured(directory: Path) -> Measured:
    block = openmodel.build(directory).manifest.measured
    assert block is not None
    return block


def test_what_is_measured_is_what_is_there(release: Path) -> None:
    block = measured(release)
    assert [file.path for file in block.files] == ["code/train.py", "data/table.csv", "model.safetensors"]
    for file in block.files:
        content = (release / file.path).read_bytes()
        assert file.size == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert file.blake3 == blake3.blake3(content).hexdigest()
    assert [file.role for file in block.files] == ["training_code", None, "weights"]
    assert [file.format for file in block.files] == [None, None, "safetensors"]
    assert block.excluded == ("openmodel.yaml",)
    weights = block.weights[0]
    assert (weights.component, weights.tensors, weights.parameters) == ("weights", 2, 8)
    assert weights.dtypes == {"F16": 2, "F32": 6}


def test_the_declaration_is_bound_and_kept(release: Path) -> None:
    built = openmodel.build(release)
    declared = openmodel.load(release / "openmodel.yaml")
    content = json.loads(built.content)
    digest = hashlib.sha256((release / "openmodel.yaml").read_bytes()).hexdigest()
    assert content.pop("measured")["built_from"]["declaration_sha256"] == digest
    assert content == json.loads(openmodel.dump(declared))
    assert built.sha256 == hashlib.sha256((release / "openmodel.json").read_bytes()).hexdigest()


def test_equal_inputs_give_equal_bytes_wherever_and_whenever(tmp_path: Path) -> None:
    first = openmodel.build(write_release(tmp_path / "a"))
    second = openmodel.build(write_release(tmp_path / "elsewhere" / "b c"))
    assert first.content == second.content
    assert openmodel.build(tmp_path / "a").content == first.content


def test_card_and_signature_do_not_change_the_manifest(built_release: Path, tmp_path: Path) -> None:
    before = (built_release / "openmodel.json").read_bytes()
    key = openmodel.new_key(tmp_path / "key")
    openmodel.card(built_release)
    openmodel.sign(built_release, keys=[key.private])
    assert openmodel.build(built_release).content == before


def test_a_current_manifest_is_not_written_again(built_release: Path) -> None:
    file = built_release / "openmodel.json"
    before = file.stat()
    openmodel.build(built_release)
    assert file.stat().st_ino == before.st_ino
    assert openmodel.build(built_release, check=True).path == file


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ('"*.safetensors"', '"*.bin"', "/components/0/files/0"),
        ('"code/**"', '"cod/**"', "/components/1/files/0"),
        ("data/table.csv", "data/tabel.csv", "/sources/0/files/0/path"),
        ("Apache-2.0 OR MIT", "Apache-2.0, text: LICENSE", "/components/1/terms/text"),
        ("class: open", "class: open, terms: {text: LICENSE}", "/sources/0/terms/text"),
    ],
)
def test_files_that_are_named_must_be_there(release: Path, old: str, new: str, pointer: str) -> None:
    text = (release / "openmodel.yaml").read_text()
    new = new.replace(", ", "\n    ", 1) if pointer == "/sources/0/terms/text" else new
    (release / "openmodel.yaml").write_text(text.replace(old, new))
    with pytest.raises(openmodel.DocumentError) as raised:
        openmodel.build(release)
    (problem,) = raised.value.problems
    assert problem.pointer == pointer
    assert problem.line
    assert not (release / "openmodel.json").exists()


def test_people_do_not_write_what_is_measured(release: Path) -> None:
    block = json.loads(openmodel.build(release).content)["measured"]
    with (release / "openmodel.yaml").open("a") as declaration:
        declaration.write(f"measured: {json.dumps(block)}\n")
    with pytest.raises(openmodel.DocumentError, match="measured"):
        openmodel.build(release)


@pytest.mark.parametrize(("field", "value", "observed"), [("size", 3, 12), ("sha256", "0" * 64, None)])
def test_a_declared_digest_that_differs_is_a_conflict(
    release: Path, field: str, value: object, observed: object
) -> None:
    text = (release / "openmodel.yaml").read_text()
    reference = f"{{path: data/table.csv, {field}: {json.dumps(value)}}}"
    (release / "openmodel.yaml").write_text(text.replace("{path: data/table.csv}", reference))
    (conflict,) = measured(release).conflicts
    assert conflict.at == f"/sources/0/files/0/{field}"
    assert conflict.declared == value
    assert conflict.observed == (observed or hashlib.sha256(b"1,2\n3,4\n5,6\n").hexdigest())


def test_a_declaration_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(openmodel.DocumentError, match="no such file"):
        openmodel.build(tmp_path)


def test_a_release_without_components_is_built_all_the_same(tmp_path: Path) -> None:
    block = measured(write_release(tmp_path / "r", "openmodel: 1-draft\nrelease: {name: bare}\n"))
    assert len(block.files) == 3
    assert block.weights == ()


def test_read_built_takes_the_directory_or_the_file(built_release: Path) -> None:
    assert read_built(built_release).content == read_built(built_release / "openmodel.json").content


def test_read_built_refuses_what_was_not_built(release: Path, tmp_path: Path) -> None:
    for path in (release, release / "openmodel.json", release / "openmodel.yaml"):
        with pytest.raises(openmodel.StageError, match="openmodel build"):
            read_built(path)
    for path in (tmp_path / "nowhere", release / "nowhere", tmp_path / "nowhere" / "openmodel.json"):
        with pytest.raises(openmodel.DocumentError, match=r"Check the path\.$"):
            read_built(path)


def test_a_manifest_without_its_declaration_can_be_read(built_release: Path) -> None:
    (built_release / "openmodel.yaml").unlink()
    assert read_built(built_release).manifest.release.name == "toy"


def test_changed_files_make_it_stale(built_release: Path) -> None:
    (built_release / "more.txt").write_text("more")
    with pytest.raises(openmodel.StageError, match="openmodel build"):
        openmodel.build(built_release, check=True)
    assert DECLARATION in (built_release / "openmodel.yaml").read_text()


def stale(release: Path) -> dict[str, str]:
    """What was found, by path in the release."""
    with pytest.raises(openmodel.StageError) as raised:
        openmodel.build(release, check=True)
    assert {problem.fix for problem in raised.value.problems} == {f"Run `openmodel build '{release}'`."}
    return {str(Path(problem.file).relative_to(release)): problem.got for problem in raised.value.problems}


def test_the_files_that_make_it_stale_are_listed(tmp_path: Path) -> None:
    release = write_release(tmp_path / "a release")
    content = openmodel.build(release).content
    (release / "code" / "more.py").touch()
    (release / "code" / "train.py").write_text("print('t r a i n')\n")
    (release / "model.safetensors").rename(release / "other.safetensors")
    assert stale(release) == {
        "code/more.py": "a file that was added since the manifest was built",
        "code/train.py": "other bytes than when the manifest was built",
        "model.safetensors": "no such file",
        "other.safetensors": "a file that was added since the manifest was built",
    }
    assert (release / "openmodel.json").read_bytes() == content


def test_a_manifest_that_was_edited_is_not_current(tmp_path: Path) -> None:
    release = write_release(tmp_path / "a release")
    content = openmodel.build(release).content
    (release / "openmodel.json").write_bytes(content.replace(b"Example Lab", b"Another Lab"))
    assert stale(release) == {"openmodel.json": "a manifest that was edited, or built by another version"}
    openmodel.build(release)
    assert (release / "openmodel.json").read_bytes() == content


@pytest.mark.parametrize("target", ["nowhere", "../outside"])
@pytest.mark.parametrize("name", ["openmodel.yaml", "openmodel.json"])
def test_links_that_lead_nowhere_or_out_are_refused(built_release: Path, name: str, target: str) -> None:
    (built_release / name).rename(built_release.parent / "outside")
    (built_release / name).symlink_to(target)
    for path in (built_release, built_release / "openmodel.json"):
        with pytest.raises(openmodel.InventoryError, match="outside the release" if ".." in target else "No such file"):
            read_built(path)
    with pytest.raises(openmodel.InventoryError):
        openmodel.build(built_release)


@pytest.mark.parametrize("name", ["openmodel.yaml", "openmodel.json"])
def test_what_is_no_regular_file_is_refused_without_waiting(built_release: Path, name: str) -> None:
    (built_release / name).unlink()
    os.mkfifo(built_release / name)
    for function in (openmodel.build, read_built):
        with pytest.raises(openmodel.InventoryError, match=r"FIFO|not a regular file"):
            function(built_release)


@pytest.mark.parametrize("name", ["openmodel.yaml", "openmodel.json"])
def test_a_file_that_is_too_large_is_not_read(built_release: Path, name: str) -> None:
    os.truncate(built_release / name, 2**42)
    with pytest.raises(openmodel.InventoryError, match="4,398,046,511,104 bytes"):
        read_built(built_release)
    (built_release / "openmodel.yaml").write_text(DECLARATION)
    openmodel.build(built_release)
    assert read_built(built_release).manifest.release.name == "toy"


@pytest.mark.parametrize("path", ["a" * 5000, "a\0b", "a\0b/openmodel.json", "a" * 5000 + "/openmodel.json"])
def test_a_path_that_cannot_be_one(tmp_path: Path, path: str) -> None:
    for function in (openmodel.build, openmodel.load, read_built):
        with pytest.raises(openmodel.DocumentError, match="Check the path"):
            function(tmp_path / path)


@pytest.mark.parametrize("path", ["openmodel.records/run-1.json", "openmodel.tensors.json"])
def test_files_that_nothing_would_bind_are_refused(release: Path, path: str) -> None:
    (release / path).parent.mkdir(exist_ok=True)
    (release / path).write_text("{}")
    with pytest.raises(openmodel.InventoryError) as raised:
        openmodel.build(release)
    (problem,) = raised.value.problems
    assert problem.file == str(release / path)
    assert problem.fix == "Remove it."
    assert not (release / "openmodel.json").exists()


def test_a_release_without_files_can_be_described(tmp_path: Path) -> None:
    (tmp_path / "openmodel.yaml").write_text("openmodel: 1-draft\nrelease: {name: described}\n")
    block = measured(tmp_path)
    assert block.files == ()
    assert block.release_root is None
    assert openmodel.check(tmp_path).outcome == "unmet"


INDEX = "model.safetensors.index.json"


def shards(release: Path, weight_map: dict[str, str], index: str = INDEX) -> None:
    """Writes an index of the release's two tensors, and makes its only file the first of two shards."""
    (release / index).write_text(json.dumps({"metadata": {"total_size": 28}, "weight_map": weight_map}))
    (release / "model.safetensors").rename(release / "model-1.safetensors")


def test_shards_that_an_index_names_and_that_are_not_there_are_listed(release: Path) -> None:
    names = {"layer.bias": "model-1.safetensors", "layer.weight": "model-1.safetensors"}
    shards(release, names | {"x": "model-3.safetensors", "y": "model-2.safetensors"})
    (release / "pytorch_model.bin.index.json").write_text('{"weight_map": {"z": "model-2.safetensors"}}')
    block = measured(release)
    assert [(item.path, item.named_by) for item in block.absent] == [
        ("model-2.safetensors", INDEX),
        ("model-2.safetensors", "pytorch_model.bin.index.json"),
        ("model-3.safetensors", INDEX),
    ]
    assert block.weights == ()  # the sums would be of a part
    assert openmodel.build(release, check=True).manifest.measured == block


def test_the_weights_of_whole_shards_are_summed(release: Path) -> None:
    shards(release, {"layer.bias": "model-1.safetensors", "layer.weight": "model-1.safetensors"})
    content = openmodel.build(release).content
    assert b'"absent"' not in content
    assert measured(release).weights[0].parameters == 8


def test_a_release_without_any_of_its_shards_is_built(release: Path) -> None:
    shards(release, {"a": "model-1.safetensors"})
    (release / "model-1.safetensors").unlink()
    assert [item.path for item in measured(release).absent] == ["model-1.safetensors"]


def test_only_components_may_name_what_is_absent(release: Path) -> None:
    shards(release, {"layer.bias": "model-1.safetensors", "layer.weight": "model-1.safetensors", "x": "table.csv"})
    (release / INDEX).rename(release / "pytorch_model.bin.index.json")
    text = (release / "openmodel.yaml").read_text().replace("data/table.csv", "table.csv")
    (release / "openmodel.yaml").write_text(text)
    with pytest.raises(openmodel.DocumentError) as raised:
        openmodel.build(release)
    assert [problem.pointer for problem in raised.value.problems] == ["/sources/0/files/0/path"]


def test_an_index_that_contradicts_its_shards_is_refused(release: Path) -> None:
    shards(release, {"layer.bias": "model-1.safetensors"})
    with pytest.raises(openmodel.InventoryError, match=r'tensor "layer\.weight", which .* does not know'):
        openmodel.build(release)
    assert not (release / "openmodel.json").exists()


def test_files_with_the_names_of_globs(tmp_path: Path) -> None:
    for name, key in (("*.safetensors", "a"), ("b.safetensors", "a"), ("[a].bin", None), ("?", None)):
        (tmp_path / name).write_bytes(save({key: np.zeros(2, "f4")}) if key else b"\x93")
    kinds = {"weights": '"*.safetensors"', "checkpoint": "b.safetensors", "tokenizer": '"[a].bin"', "metadata": '"?"'}
    components = [f"  - {{id: {kind}, name: x, kinds: [{kind}], files: [{files}]}}\n" for kind, files in kinds.items()]
    (tmp_path / "openmodel.yaml").write_text(
        f"openmodel: 1-draft\nrelease: {{name: x}}\ncomponents:\n{''.join(components)}"
    )
    openmodel.build(tmp_path)
    assert {file.path: file.role for file in measured(tmp_path).files} == {
        "*.safetensors": "weights",
        "?": "metadata",
        "[a].bin": "tokenizer",
        "b.safetensors": "checkpoint",
    }
    assert [weights.component for weights in measured(tmp_path).weights] == ["weights", "checkpoint"]


def test_the_role_of_a_file_is_that_of_the_first_component_that_says_what_it_is(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text("x")
    (tmp_path / "openmodel.yaml").write_text("""
openmodel: 1-draft
release: {name: x}
components:
  - {id: none, name: x, files: [a]}
  - {id: first, name: x, kinds: [tokenizer, metadata], files: [a, b]}
  - {id: second, name: x, kinds: [metadata], files: ["*", a]}
""")
    openmodel.build(tmp_path)
    assert {file.path: file.role for file in measured(tmp_path).files} == {
        "a": "tokenizer",
        "b": "tokenizer",
        "c": "metadata",
    }


def test_the_tensors_of_the_same_files_are_summed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summed: list[int] = []

    def counting(headers: Mapping[str, Header]) -> TensorSummary:
        summed.append(len(headers))
        return weights_summary(headers)

    monkeypatch.setattr(component_tensors, "weights_summary", counting)
    (tmp_path / "a.safetensors").write_bytes(save({"a": np.zeros(2, "f4")}))
    components = "".join(f"  - {{id: w{n}, name: x, kinds: [weights], files: ['**']}}\n" for n in range(50))
    (tmp_path / "openmodel.yaml").write_text(f"openmodel: 1-draft\nrelease: {{name: x}}\ncomponents:\n{components}")
    openmodel.build(tmp_path)
    assert summed == [1]
    assert len(measured(tmp_path).weights) == 50
