# SPDX-License-Identifier: Apache-2.0
"""Files that only stand for the weights are not the weights: absent shards, pointers of git LFS, empty files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.policies.availability import shards
from openmodel.policies.report import Report, RequirementReport
from openmodel.policies.requirement import Finding
from tests.policies.test_disclosure import judged, judged_code
from tests.policies.test_osaid import found

DIGEST = "0" * 64
INDEX = "model.safetensors.index.json"
SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
HASHED = {"url": "https://e.org/w", "sha256": DIGEST}
WEIGHTS: dict[str, Any] = {"id": "w", "name": "Weights", "kinds": ["weights"], "files": ["*.safetensors"]}


def file(path: str, size: int = 80, format: str | None = None) -> dict[str, Any]:
    record = {"path": path, "size": size, "sha256": DIGEST, "blake3": DIGEST}
    return record | ({"format": format} if format else {})


def pointer(path: str) -> dict[str, Any]:
    return file(path, 130, "git-lfs-pointer")


def measured(*files: dict[str, Any], absent: list[str] | None = None, index: str = INDEX) -> dict[str, Any]:
    listed = [{"path": path, "named_by": index} for path in absent or []]
    block = {"built_from": {"declaration_sha256": DIGEST}, "files": list(files), "excluded": [], "absent": listed}
    return {"measured": block, "release": {"name": "toy", "publisher": "Lab"}}


def both(component: dict[str, Any], block: dict[str, Any]) -> list[RequirementReport]:
    return [judged(id, components=[component], **block) for id in ("PROV-WEIGHTS", "OSAID-PARAM-AVAILABLE")]


PARTIAL = measured(file(INDEX), file(SHARDS[0]), absent=SHARDS[1:])


@pytest.mark.parametrize(
    "files",
    [
        ["*.safetensors"],
        ["**"],
        [INDEX],
        [SHARDS[0]],  # called as the absent ones are, but for its number
        [SHARDS[0], INDEX],
        [SHARDS[0], SHARDS[2]],
        ["*-of-*"],
    ],
)
def test_weights_whose_index_names_what_is_not_there_are_incomplete(files: list[str]) -> None:
    for report in both(WEIGHTS | {"files": files}, PARTIAL):
        assert report.outcome == "unmet"
        assert found(report, "unmet") == ["/components/0/files"]
        (finding,) = report.findings
        assert finding.message.startswith(
            f"The release lacks 2 shards of Weights that {INDEX} names: {SHARDS[1]}, {SHARDS[2]}"
        )
        assert "openmodel build" in finding.fix


def test_a_download_without_any_shard_is_incomplete() -> None:
    block = measured(file(INDEX), absent=SHARDS)
    for report in both(WEIGHTS, block):
        assert "lacks 3 shards" in report.findings[0].message
        assert report.outcome == "unmet"


def test_a_long_list_of_absent_shards_is_cut() -> None:
    absent = [f"model-{number}.safetensors" for number in range(1000, 2500)]
    (report, _) = both(WEIGHTS, measured(file(INDEX), absent=absent))
    assert report.findings[0].message.endswith(f"{', '.join(absent[:5])} and 1,495 more.")


@pytest.mark.parametrize(
    ("files", "index", "absent"),
    [
        (["model.safetensors"], "pytorch_model.bin.index.json", "pytorch_model-00001-of-00002.bin"),
        (["model.safetensors"], INDEX, SHARDS[0]),
        (["model-1.safetensors"], f"old/{INDEX}", "old/model-2.safetensors"),
    ],
)
def test_an_index_of_other_weights_is_none_of_theirs(files: list[str], index: str, absent: str) -> None:
    block = measured(*map(file, files), absent=[absent], index=index)
    assert [report.outcome for report in both(WEIGHTS | {"files": files}, block)] == ["met", "met"]


def test_where_decides_when_shards_are_absent() -> None:
    hashed, available = both(WEIGHTS | {"where": [HASHED]}, PARTIAL)
    assert (hashed.outcome, hashed.grade, available.outcome) == ("met", "declared", "met")
    hashed, available = both(WEIGHTS | {"where": [{"url": "https://e.org/w"}]}, PARTIAL)
    assert (hashed.outcome, available.outcome) == ("unmet", "met")
    gated = WEIGHTS | {"where": [{"url": "https://e.org/w", "access": "request"}]}
    assert both(gated, PARTIAL)[1].outcome == "unmet"
    gone = WEIGHTS | {"where": [{"url": "https://e.org/w", "access": "gone"}]}
    assert both(gone, PARTIAL)[1].outcome == "unmet"


def test_a_third_party_is_not_accused_of_what_it_did_not_download() -> None:
    block = PARTIAL | {"release": {"name": "toy", "described_by": {"role": "third_party"}}}
    assert [report.outcome for report in both(WEIGHTS, block)] == ["undetermined", "undetermined"]


@pytest.mark.parametrize(
    ("files", "message", "fix"),
    [
        (
            [pointer("a.safetensors")],
            "Git LFS pointers and not the weights were measured of Weights: a",
            "git lfs pull",
        ),
        ([pointer("a.safetensors"), file("b.safetensors")], "Git LFS pointers and not the weights", "git lfs pull"),
        ([file("a.safetensors", 0)], "Empty files and not the weights were measured of Weights: a", "Put the weights"),
        ([file("a.safetensors", 0), file("b.safetensors", 0)], "Empty files", "openmodel build"),
    ],
)
def test_what_stands_for_the_weights_is_not_the_weights(files: list[dict[str, Any]], message: str, fix: str) -> None:
    for report in both(WEIGHTS, measured(*files)):
        assert report.outcome == "unmet"
        assert report.findings[0].message.startswith(message)
        assert fix in report.findings[0].fix


def test_an_empty_file_among_others_is_no_fault() -> None:
    block = measured(file("w/.gitkeep", 0), file("w/model.safetensors"))
    assert [report.outcome for report in both(WEIGHTS | {"files": ["w/**"]}, block)] == ["met", "met"]


PAGE = "it is an HTML page and not the model that its name says"
NOT_ALL = [
    # What is measured, and what is said of it.
    ([file(SHARDS[0])], f"lacks 2 shards of Weights that belong to {SHARDS[0]}: {SHARDS[1]}, {SHARDS[2]}"),
    ([file(SHARDS[0]), file(SHARDS[2])], f"lacks 1 shard of Weights that belong to {SHARDS[0]}: {SHARDS[1]}"),
    ([file("m-00000-of-00002.gguf")], "m-00001-of-00002.gguf"),
    ([file("d/pytorch_model-00002-of-00002.bin")], "d/pytorch_model-00001-of-00002.bin"),
    ([file("v/variables.data-00000-of-00002")], "v/variables.data-00001-of-00002"),
    ([file("m.gguf.part1of3"), file("m.gguf.part3of3")], "m.gguf.part2of3"),
    (
        [file("m-00001-of-999999999.bin")],
        "lacks 999,999,998 shards of Weights that belong to m-00001-of-999999999.bin: m-00002-of-9",
    ),
    ([file("m-00003-of-00002.bin")], "lacks 2 shards"),
    ([file("m-00002-of-00001.bin")], "lacks 1 shard of Weights that belong to m-00002-of-00001.bin: m-00001-of-00001"),
    ([file("m.zip.002")], "lacks 1 shard of Weights that belong to m.zip.002: m.zip.001"),
    ([file("m.part1.rar"), file("m.part3.rar")], "m.part2.rar"),
    (
        [file(SHARDS[0]), file(SHARDS[1], 0), file(SHARDS[2])],
        f"Empty files and not the weights were measured of Weights: {SHARDS[1]}",
    ),
    (
        [file("a.bin", 0), file("b.bin"), file("c.txt", 0)],
        "Empty files and not the weights were measured of Weights: a.bin",
    ),
    ([file("a.bin") | {"defect": PAGE}], f"What was measured of Weights is not what people can load: a.bin ({PAGE})"),
    ([file("a.bin") | {"defect": PAGE}, file("b.bin")], "a.bin (it is an HTML page"),
    ([file("consolidated.01.pth")], "lacks 1 shard of Weights that belong to consolidated.01.pth: consolidated.00.pth"),
    ([file("mp_rank_01_model_states.pt")], "mp_rank_00_model_states.pt"),
    ([file("weights.00.npz"), file("weights.02.npz")], "lacks 1 shard of Weights that belong to weights.00.npz"),
    ([file("a.pdmodel"), file("b.pdiparams")], "lacks a.pdiparams, without which a.pdmodel of Weights holds no"),
    ([file("d/__0_0.distcp"), file("d/__1_0.distcp")], "lacks d/.metadata, without which d/__0_0.distcp of Weights"),
    ([file("openvino_model.xml")], "lacks openvino_model.bin, without"),
    ([file("m.ckpt.index", format="tensorflow-checkpoint"), file("n.ckpt.data-00000-of-00001")], "lacks m.ckpt.data-*"),
    (
        [pointer(INDEX), file("a.safetensors")],
        "nobody knows which shards Weights has, as the index is a git LFS pointer",
    ),
]
"""Weights of which something is missing or is something else."""


@pytest.mark.parametrize(("files", "message"), NOT_ALL)
def test_what_is_not_all_of_the_weights(files: list[dict[str, Any]], message: str) -> None:
    component = WEIGHTS | {"files": [item["path"] for item in files if item["path"] != INDEX]}
    for report in both(component, measured(*files)):
        assert report.outcome == "unmet"
        (finding,) = report.findings
        assert message.casefold() in finding.message.casefold()
        assert "Then run `openmodel build`." in finding.fix


ALL = [
    [file(name) for name in SHARDS],
    [file("m-00000-of-00002.gguf"), file("m-00001-of-00002.gguf")],
    [file("m-1-of-1.bin"), file("m-00001-of-00000.bin")],
    [file("m.zip.001"), file("m.zip.002"), file("m.gguf-split-a"), file("m.gguf-split-b")],
    [file("checkpoint.100"), file("epoch-7.pt"), file("model.v1.2.bin"), file("consolidated.00.pth")],
    [file("weights.01.npz"), file("weights.02.npz"), file("weights.09.h5"), file("model.05.pt")],
    [file("a.pdmodel"), file("a.pdiparams"), file("d/__0_0.distcp"), file("d/.metadata")],
    [file("m.ckpt.index", format="tensorflow-checkpoint"), file("m.ckpt.data-00000-of-00001")],
    [file("weights_300.safetensors"), file("best_weights_12.safetensors"), file("weights.02.safetensors")],
    [file("fold_1of5.safetensors"), file("model-epoch-10-of-10.safetensors"), file("step-1000-of-2000.bin")],
    [file("consolidated_10.safetensors"), file("model.safetensors"), file("eval.npy", 0)],
    [file("fingerprint.index"), file("model.safetensors")],
    [pointer("pytorch_model.bin.index.json"), file("model.safetensors")],
    [pointer(f"old/{INDEX}"), file("model.safetensors")],
]
"""Weights of which nothing is known to be missing."""


@pytest.mark.parametrize("files", ALL)
def test_what_is_all_of_the_weights(files: list[dict[str, Any]]) -> None:
    named = [item["path"] for item in files if not item["path"].endswith(".json")]
    assert [report.outcome for report in both(WEIGHTS | {"files": named}, measured(*files))] == ["met", "met"]


PERHAPS = [
    ([file("m-1-of-3.bin")], [], "lacks 2 shards of Weights that by its name may belong to m-1-of-3.bin: m-2-of-3.bin"),
    ([file("model-2of3-mix.safetensors")], [], "by its name may belong to model-2of3-mix.safetensors"),
    ([file("epoch-00001-of-00002.safetensors")], [], "by its name may belong to epoch-00001-of-00002.safetensors"),
    ([file("encoder.safetensors")], ["decoder.safetensors"], "may be of an index that names others"),
]
"""Weights of which something may be missing: their names are not those that tools give to shards."""


@pytest.mark.parametrize(("files", "absent", "message"), PERHAPS)
def test_what_may_be_a_part_of_the_weights(files: list[dict[str, Any]], absent: list[str], message: str) -> None:
    block = measured(*files, file(INDEX), absent=absent)
    component = WEIGHTS | {"files": [item["path"] for item in files]}
    for report in both(component, block):
        assert (report.outcome, found(report, "judge")) == ("undetermined", ["/components/0/files"])
        assert message in report.findings[0].message
    places = [{"url": "https://e.org/w", "sha256": DIGEST}]
    assert [report.outcome for report in both(component | {"where": places}, block)] == ["met", "met"]


@pytest.mark.parametrize("path", ["model.safetensors", "encoder.bin", "other/encoder.safetensors"])
def test_an_index_says_nothing_of_what_it_cannot_name(path: str) -> None:
    block = measured(file(path), file(INDEX), absent=["decoder.safetensors"])
    assert [report.outcome for report in both(WEIGHTS | {"files": [path]}, block)] == ["met", "met"]


def test_an_array_of_nothing_is_for_a_person() -> None:
    array = file("w.npy", format="npy") | {"defect": "it is an array of nothing"}
    block = measured(array, file("b.npy", format="npy"))
    assert [report.outcome for report in both(WEIGHTS | {"files": ["w.npy"]}, block)] == ["undetermined"] * 2
    assert [report.outcome for report in both(WEIGHTS | {"files": ["*.npy"]}, block)] == ["met", "met"]


def test_shards_that_are_there_and_not_named_are_not_missing() -> None:
    component = WEIGHTS | {"files": [SHARDS[1]]}
    assert [report.outcome for report in both(component, measured(*map(file, SHARDS)))] == ["met", "met"]


def test_shards_that_an_index_names_are_told_once() -> None:
    (report, _) = both(WEIGHTS, PARTIAL)
    assert "belong to" not in report.findings[0].message


def test_all_reasons_are_said_at_once() -> None:
    (report, _) = both(WEIGHTS, measured(file(INDEX), pointer(SHARDS[0]), absent=SHARDS[1:]))
    assert "lacks 2 shards" in report.findings[0].message
    assert "; git LFS pointers" in report.findings[0].message
    assert report.findings[0].fix.endswith("Run `git lfs pull`. Then run `openmodel build`.")


def test_code_may_hold_pointers() -> None:
    code = {"id": "c", "name": "Code", "kinds": ["training_code", "inference_code"], "files": ["code/**"]}
    with_pointer = measured(file("code/train.py"), pointer("code/picture.png"))
    without = measured(file("code/train.py"), file("code/picture.png"))
    first, second = (judged_code(components=[code], **block) for block in (with_pointer, without))
    assert first == second


def notes(report: Report) -> list[str]:
    return [finding.message for finding in report.findings("note") if finding.where == "/measured/files"]


def test_names_that_are_trouble_elsewhere_are_noted_and_fail_nothing(release: Path) -> None:
    for name in ("A.txt", "a.txt", "aux.txt", "readme.md"):
        (release / name).write_text(name)
    openmodel.build(release)
    report = openmodel.check(release, policies=["provenance-1"])
    assert report.outcome == "met"
    assert notes(report) == [
        "A.txt, a.txt: one file on systems that ignore case.",
        "README.md, readme.md: one file on systems that ignore case.",
        "aux.txt: a name that Windows keeps for a device.",
    ]


def test_the_list_of_such_names_is_cut(release: Path) -> None:
    for number in range(13):
        (release / f"{number:02}:").touch()
    openmodel.build(release)
    listed = notes(openmodel.check(release, policies=["provenance-1"]))
    assert listed[9:] == [
        "09:: a name with a character that Windows does not allow.",
        "3 more names are trouble on other systems.",
    ]


def test_a_built_release_without_a_shard_is_not_met(release: Path) -> None:
    (release / "model.safetensors").unlink()
    (release / SHARDS[0]).write_bytes(save({"a": np.zeros(1, "f4")}))
    (release / INDEX).write_text(json.dumps({"weight_map": {"a": SHARDS[0], "b": SHARDS[1], "c": SHARDS[2]}}))
    openmodel.build(release)
    report = openmodel.check(release)
    unmet: list[Finding] = list(report.findings("unmet"))
    assert [finding.where for finding in unmet] == ["/components/0/files", "/components/0/files"]
    for name, shard in (("b", SHARDS[1]), ("c", SHARDS[2])):
        (release / shard).write_bytes(save({name: np.zeros(1, "f4")}))
    openmodel.build(release)
    assert not list(openmodel.check(release).findings("unmet"))


def test_what_is_absent_is_looked_up_once_for_all_components() -> None:
    names = [f"{letter}-{number}.bin" for letter in ("x", "y") for number in range(300)]
    block = measured(*map(file, names), absent=[f"z-{number}.pt" for number in range(300)])
    components = [WEIGHTS | {"id": f"w{number}", "files": [name, "*.bin"]} for number, name in enumerate(names)]
    shards._shape.cache_clear()
    assert judged("PROV-WEIGHTS", components=components, **block).outcome == "met"
    assert shards._shape.cache_info().misses <= 900


def test_a_file_with_the_name_of_a_glob_is_that_file() -> None:
    block = measured(file("*.bin"), file("a.bin"), pointer("b.bin"))
    assert [report.outcome for report in both(WEIGHTS | {"files": ["*.bin"]}, block)] == ["met", "met"]
    assert [report.outcome for report in both(WEIGHTS | {"files": ["?.bin"]}, block)] == ["unmet", "unmet"]
    block = measured(file("*.bin"), absent=["a.bin"])
    assert [report.outcome for report in both(WEIGHTS | {"files": ["*.bin"]}, block)] == ["met", "met"]


@pytest.mark.parametrize(
    ("access", "places"), [("request", ["/components/0/where"]), ("fee", ["/components/0/where"]), ("open", [])]
)
def test_weights_that_one_place_keeps_behind_a_gate_may_be_kept_so_in_their_repository(
    access: str, places: list[str]
) -> None:
    pin = {"repository": "https://h.org/w", "kind": "commit", "ref": "0" * 40}
    weights: dict[str, Any] = {"id": "w", "name": "W", "kinds": ["weights"], "pin": pin}
    weights["where"] = [{"url": "https://e.org/w", "access": access}]
    assert found(judged("OSAID-PARAM-AVAILABLE", components=[weights]), "judge") == places


def test_what_several_files_need_is_told_once_for_each_folder() -> None:
    shards = [file(f"{folder}/__{number}_0.distcp") for folder in ("a", "b") for number in range(3)]
    for report in both(WEIGHTS | {"files": ["**"]}, measured(*shards)):
        (finding,) = report.findings
        assert [finding.message.count(f"lacks {folder}/.metadata,") for folder in ("a", "b")] == [1, 1]


def test_a_place_that_counts_for_nothing_is_told_before_a_repository_that_is_none() -> None:
    pin = {"repository": "TODO", "kind": "branch", "ref": "main"}
    gone = [{"url": "https://e.org/code", "access": "gone"}]
    code = {"id": "t", "name": "T", "kinds": ["training_code"], "pin": pin}
    (both,) = judged("OSAID-CODE-TRAINING", components=[code | {"where": gone}]).findings
    (alone,) = judged("OSAID-CODE-TRAINING", components=[code]).findings
    assert "https://e.org/code, is said to be gone" in both.message
    assert "TODO, is none that others can reach" in alone.message
