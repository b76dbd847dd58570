# SPDX-License-Identifier: Apache-2.0
"""Licence texts in the tree: recognised by `build`, and compared with the terms that are declared."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel import building
from openmodel.inventory.whole import read_whole
from openmodel.licences import texts
from openmodel.manifest.measured import Measured
from openmodel.policies.osaid import licence_texts

TEXTS = Path(__file__).parent / "licences" / "texts"
MIT = (TEXTS / "MIT.txt").read_text(encoding="utf-8")
APACHE = (TEXTS / "Apache-2.0.txt").read_text(encoding="utf-8")
GPL = (TEXTS / "GPL-3.0.txt").read_text(encoding="utf-8")


def measured(directory: Path) -> Measured:
    block = openmodel.build(directory).manifest.measured
    assert block is not None
    return block


def recognised(directory: Path) -> dict[str, tuple[str, ...]]:
    return {file.path: file.license_ids for file in measured(directory).files if file.license_ids}


def declare(directory: Path, old: str, new: str) -> None:
    file = directory / "openmodel.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def outcomes(directory: Path) -> dict[str, str]:
    (one,) = openmodel.check(directory, policies=["osaid-1.0"]).releases[0].policies
    return {requirement.id: requirement.outcome for requirement in one.requirements}


def test_texts_are_recognised_by_name_and_where_terms_name_them(release: Path) -> None:
    (release / "LICENSE").write_text(APACHE)
    (release / "data" / "COPYING.txt").write_text(GPL)
    (release / "code" / "terms-of-the-code").write_text(MIT)
    (release / "code" / "README").write_text(MIT)
    declare(release, "{expression: Apache-2.0 OR MIT}", "{expression: Apache-2.0 OR MIT, text: code/terms-of-the-code}")
    assert recognised(release) == {
        "LICENSE": ("Apache-2.0",),
        "code/terms-of-the-code": ("MIT",),
        "data/COPYING.txt": ("GPL-3.0-only", "GPL-3.0-or-later"),
    }
    assert measured(release).conflicts == ()


def test_a_text_that_is_none_has_no_ids(release: Path) -> None:
    (release / "LICENSE").write_bytes(b"\xff\xfe All rights reserved; ask us.")
    (release / "COPYING").write_text(f"{MIT}\nThe Software may not be used for military purposes.\n")
    assert recognised(release) == {}
    assert b"license_ids" not in openmodel.build(release).content


@pytest.mark.parametrize(
    ("old", "new", "pointer", "declared"),
    [
        (
            "    terms: {expression: Apache-2.0}\n",
            "    terms: {expression: Apache-2.0, text: LICENSE}\n",
            "/components/0/terms/expression",
            "Apache-2.0",
        ),
        (
            "    class: open\n",
            "    class: open\n    terms: {expression: LicenseRef-House, text: LICENSE}\n",
            "/sources/0/terms/expression",
            "LicenseRef-House",
        ),
        (
            "{expression: CC-BY-4.0}",
            "{expression: CC-BY-4.0, text: LICENSE}",
            "/release/disclosure_terms/expression",
            "CC-BY-4.0",
        ),
        (
            "environments:\n",
            "parents: [{id: p, name: P, terms: {expression: not one of ours, text: LICENSE}}]\nenvironments:\n",
            "/parents/0/terms/expression",
            "not one of ours",
        ),
    ],
)
def test_a_text_of_another_licence_is_a_conflict(
    release: Path, old: str, new: str, pointer: str, declared: str
) -> None:
    (release / "LICENSE").write_text(GPL)
    declare(release, old, new)
    (conflict,) = measured(release).conflicts
    assert conflict.at == pointer
    assert conflict.declared == declared
    assert conflict.observed == "GPL-3.0-only OR GPL-3.0-or-later"
    assert conflict.by == "openmodel build, LICENSE"


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "GPL-3.0-or-later WITH GCC-exception-3.1", "MIT OR GPL-3.0+"])
def test_an_expression_that_names_it_agrees(release: Path, expression: str) -> None:
    (release / "LICENSE").write_text(GPL)
    declare(release, "{expression: Apache-2.0 OR MIT}", f"{{expression: {expression}, text: LICENSE}}")
    assert measured(release).conflicts == ()


def test_terms_that_are_only_a_text_declare_nothing_to_differ_from(release: Path) -> None:
    (release / "LICENSE").write_text(GPL)
    declare(release, "{expression: Apache-2.0 OR MIT}", "{text: LICENSE}")
    assert measured(release).conflicts == ()


def test_a_conflict_fails_the_requirement_that_rests_on_the_terms(release: Path) -> None:
    (release / "LICENSE").write_text(MIT)
    declare(release, "    terms: {expression: Apache-2.0}\n", "    terms: {expression: Apache-2.0, text: LICENSE}\n")
    openmodel.build(release)
    assert outcomes(release)["OSAID-TERMS-PARAM"] == "unmet"
    assert outcomes(release)["OSAID-TERMS-CODE"] == "met"
    findings = openmodel.check(release, policies=["osaid-1.0"]).findings("unmet")
    assert [(one.where, one.message) for one in findings] == [
        (
            "/components/0/terms/expression",
            "Declared 'Apache-2.0', but openmodel build, LICENSE says 'MIT'.",
        )
    ]


def test_a_text_that_nothing_is_under_is_left_to_a_person(release: Path) -> None:
    (release / "LICENSE").write_text(GPL)
    openmodel.build(release)
    assert outcomes(release)["OSAID-TERMS-PARAM"] == "undetermined"
    (release / "LICENSE").write_text(MIT)
    openmodel.build(release)
    assert outcomes(release)["OSAID-TERMS-PARAM"] == "met"


def test_texts_of_terms_must_be_there_wherever_they_are_named(release: Path) -> None:
    declare(release, "{expression: CC-BY-4.0}", "{expression: CC-BY-4.0, text: LICENSE}")
    with pytest.raises(openmodel.DocumentError) as raised:
        openmodel.build(release)
    assert [problem.pointer for problem in raised.value.problems] == ["/release/disclosure_terms/text"]


def test_a_file_that_changes_after_it_was_inventoried_is_refused(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release / "LICENSE").write_text(MIT)

    def another(root: Path, path: str, limit: int) -> bytes:
        return APACHE.encode() if path == "LICENSE" else read_whole(root, path, limit)

    monkeypatch.setattr(building, "read_whole", another)
    with pytest.raises(openmodel.InventoryError, match="changed"):
        openmodel.build(release)


def test_the_work_is_bounded_by_size_content_and_number(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def counted(text: str) -> tuple[str, ...]:
        looked_at.append(text)
        return ()

    monkeypatch.setattr(texts, "identify", counted)
    (release / "LICENSE").write_bytes(b" " * 10_000_000)
    for number in range(30):
        (release / f"LICENSE-{number}").write_text("the same")
    openmodel.build(release)
    assert looked_at == ["the same"]
    looked_at.clear()
    declare(release, "{expression: Apache-2.0 OR MIT}", "{expression: Apache-2.0 OR MIT, text: terms}")
    (release / "terms").write_text("named")
    for number in range(texts.MAX_TEXTS + 10):
        (release / f"LICENSE-{number}").write_text(str(number))
    openmodel.build(release)
    assert len(looked_at) == texts.MAX_TEXTS
    assert looked_at[0] == "named"


@pytest.mark.parametrize(("folder", "kind"), [("", "judge"), ("vendored/", "note")])
def test_texts_beyond_the_limit_are_told(
    release: Path, folder: str, kind: Literal["judge", "note"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MAX_TEXTS", 3)
    monkeypatch.setattr(licence_texts, "MAX_TEXTS", 3)
    (release / "vendored").mkdir()
    for number in range(5):
        (release / f"{folder}LICENSE-{number}").write_text(f"number {number}")
    (release / "LICENSE").write_text(MIT)
    assert recognised(release) == {"LICENSE": ("MIT",)}
    found = [
        one for one in openmodel.check(release, policies=["osaid-1.0"]).findings(kind) if "`build` read" in one.message
    ]
    (finding,) = found
    assert finding.message == (
        "The release has 6 different files that are named like licences, and `build` read 3 of them; "
        f"{folder}LICENSE-2 is the first that it did not."
    )
    (release / "COPYING").write_text(MIT)  # The same content takes no room.
    openmodel.build(release)
    assert "has 6 different files" in str(openmodel.check(release, policies=["osaid-1.0"]))


def test_a_text_at_the_top_is_looked_at_before_those_below(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_TEXTS", 1)
    (release / "a" / "b").mkdir(parents=True)
    (release / "a" / "b" / "LICENSE").write_text(GPL)
    (release / "z-LICENSE").write_text(MIT)
    assert recognised(release) == {"z-LICENSE": ("MIT",)}


def test_the_licence_in_the_metadata_of_weights_is_compared(release: Path) -> None:
    content = save({"w": np.zeros(2, np.float32)}, metadata={"license": "CC-BY-NC-4.0"})
    (release / "model.safetensors").write_bytes(content)
    (conflict,) = measured(release).conflicts
    assert conflict.at.endswith("/terms/expression")
    assert (conflict.observed, conflict.by) == ("CC-BY-NC-4.0", "openmodel build, the metadata of model.safetensors")
    assert outcomes(release)["OSAID-TERMS-PARAM"] != "met"
    (release / "model.safetensors").write_bytes(content.replace(b"CC-BY-NC-4.0", b"Apache  2.0 "))
    assert measured(release).conflicts == ()


@pytest.mark.parametrize("key", ["License", "LICENCE", "license_name"])
def test_a_licence_counts_under_each_key_that_metadata_have_for_it(release: Path, key: str) -> None:
    metadata = {"license": "other", key: "CC-BY-NC-4.0"} if key == "license_name" else {key: "CC-BY-NC-4.0"}
    (release / "model.safetensors").write_bytes(save({"w": np.zeros(2, np.float32)}, metadata=metadata))
    (conflict,) = measured(release).conflicts
    assert conflict.observed == "CC-BY-NC-4.0"
    found = "openmodel build found 'CC-BY-NC-4.0' in the metadata of model.safetensors."
    assert found in str(openmodel.check(release, policies=["osaid-1.0"]))


@pytest.mark.parametrize("name", ["https://www.apache.org/licenses/LICENSE-2.0", "see LICENSE", "other", "null"])
def test_metadata_that_name_the_same_licence_or_none_are_no_conflict(release: Path, name: str) -> None:
    content = save({"w": np.zeros(2, np.float32)}, metadata={"license": name})
    (release / "model.safetensors").write_bytes(content)
    assert measured(release).conflicts == ()
