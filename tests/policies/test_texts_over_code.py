# SPDX-License-Identifier: Apache-2.0
"""Licence texts that lie over the code of a release, and the terms that the code is said to be under."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged
from tests.policies.test_licence_texts import WEIGHTS, found

CODE: dict[str, Any] = {
    "id": "c",
    "name": "C",
    "kinds": ["training_code"],
    "files": ["code/**"],
    "terms": {"expression": "MIT"},
}
NONE: list[str] = []
FILES = {"code/train.py": NONE, "weights.bin": NONE}


def report(paths: dict[str, list[str]], id: str, components: list[dict[str, Any]]) -> RequirementReport:
    digest = "0" * 64
    files = [
        {"path": path, "size": 100, "sha256": digest, "blake3": digest} | ({"license_ids": ids} if ids else {})
        for path, ids in sorted(paths.items())
    ]
    measured = {"built_from": {"declaration_sha256": digest}, "files": files, "excluded": []}
    return judged(id, components=components, measured=measured)


def of_code(paths: dict[str, list[str]], *components: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    given = report(FILES | paths, "OSAID-TERMS-CODE", components=list(components or (CODE,)))
    return given.outcome, found(given)


@pytest.mark.parametrize(
    ("paths", "outcome"),
    [
        ({}, "met"),
        ({"code/LICENSE": ["MIT"]}, "met"),
        ({"code/LICENSE": NONE}, "undetermined"),
        ({"code/LICENSE": ["CC-BY-NC-4.0"]}, "undetermined"),
        ({"code/LICENSE": ["Apache-2.0"]}, "undetermined"),
        ({"LICENSE": NONE}, "undetermined"),
        ({"LICENSE": ["Apache-2.0"]}, "undetermined"),
        ({"LICENSE": NONE, "code/LICENSE": ["MIT"]}, "met"),
        ({"LICENSE": NONE, "code/vendor/LICENSE": ["MIT"], "code/vendor/a.py": NONE}, "undetermined"),
        ({"code/vendor/LICENSE": NONE, "code/vendor/a.py": NONE}, "undetermined"),
        ({"code/vendor/LICENSE": ["BSD-3-Clause"], "code/vendor/a.py": NONE}, "met"),
        ({"code/vendor/LICENSE": ["CC-BY-NC-4.0"], "code/vendor/a.py": NONE}, "undetermined"),
        ({"data/LICENSE": NONE, "data/a.csv": NONE}, "met"),
        ({"codes/LICENSE": NONE}, "met"),
        ({"code/licenses.py": NONE}, "met"),
    ],
)
def test_a_text_over_code_that_is_not_what_the_code_is_said_to_be_under(
    paths: dict[str, list[str]], outcome: str
) -> None:
    assert of_code(paths)[0] == outcome


def test_what_it_says() -> None:
    given = report(FILES | {"code/LICENSE": ["GPL-3.0-only"]}, "OSAID-TERMS-CODE", components=[CODE])
    (finding,) = given.findings
    assert finding.message == (
        "code/LICENSE, over code, is the text of GPL-3.0-only, and nothing there is said to be under it."
    )
    assert finding.where == "/measured/files/0/license_ids"


def test_what_something_elsewhere_is_under_does_not_claim_it() -> None:
    other = {"id": "d", "name": "D", "kinds": ["data_card"], "files": ["DATA.md"], "terms": {"expression": "CC-BY-4.0"}}
    text = {"DATA.md": NONE, "code/LICENSE": ["CC-BY-4.0"]}
    assert of_code(text, CODE, other)[0] == "undetermined"
    assert of_code(text, CODE, other | {"files": ["code/train.py"]})[0] == "met"


def test_terms_of_anything_claim_a_text_at_the_top() -> None:
    assert of_code({"LICENSE": ["Apache-2.0"]}, CODE, WEIGHTS)[0] == "met"


@pytest.mark.parametrize(("expression", "is_told"), [("MIT", True), ("LicenseRef-own", False)])
def test_a_text_that_terms_of_the_code_name_wherever_it_is(expression: str, is_told: bool) -> None:
    code = CODE | {"terms": {"expression": expression, "text": "legal/own.txt"}}
    given = report(FILES | {"legal/own.txt": NONE}, "OSAID-TERMS-CODE", components=[code])
    assert given.outcome == "undetermined"
    assert ("is not the text of a licence" in str(given.findings)) is is_told


def test_a_text_that_another_requirement_asks_about_is_told_once() -> None:
    components = [CODE | {"files": ["train.py"]}, WEIGHTS | {"files": ["weights.bin"]}]
    paths = {"LICENSE": NONE, "COPYING": NONE, "train.py": NONE, "weights.bin": NONE}
    code = report(paths, "OSAID-TERMS-CODE", components=components)
    parameters = report(paths, "OSAID-TERMS-PARAM", components=components)
    assert (code.outcome, len(code.findings)) == ("undetermined", 1)
    assert (parameters.outcome, len(parameters.findings)) == ("undetermined", 2)
    assert code.findings[0].message == (
        "COPYING and 1 more, which OSAID-TERMS-PARAM asks about, may hold for code here, too."
    )
    del paths["LICENSE"]
    (finding,) = report(paths, "OSAID-TERMS-CODE", components=components).findings
    assert finding.message == "COPYING, which OSAID-TERMS-PARAM asks about, may hold for code here, too."


def test_very_deep_folders_are_looked_at_soon() -> None:
    deep = "a/" * 50_000
    paths = {f"{deep}LICENSE": NONE, f"{deep}b/train.py": NONE}
    assert report(paths, "OSAID-TERMS-CODE", components=[CODE | {"files": ["**"]}]).outcome == "undetermined"


def test_a_vocabulary_is_no_code() -> None:
    tokenizer = CODE | {"id": "t", "kinds": ["tokenizer"], "files": ["tok/**"]}
    paths = {"tok/LICENSE": NONE, "tok/vocab.txt": NONE}
    assert report(FILES | paths, "OSAID-TERMS-CODE", [CODE, tokenizer]).outcome == "met"


@pytest.mark.parametrize(
    ("paths", "outcome"),
    [
        ({"THIRD_PARTY_LICENSES.txt": NONE}, "met"),
        ({"code/licenses_bundled.md": NONE}, "met"),
        ({"code/THIRD_PARTY_LICENSES.txt": ["CC-BY-NC-4.0"]}, "undetermined"),
        ({"LICENSE-MODEL": NONE}, "undetermined"),
    ],
)
def test_notices_for_bundled_code_are_a_note(paths: dict[str, list[str]], outcome: str) -> None:
    assert of_code(paths)[0] == outcome
    kinds = {finding.kind for finding in report(FILES | paths, "OSAID-TERMS-CODE", [CODE]).findings}
    assert kinds == ({"note"} if outcome == "met" else {"judge"})


@pytest.mark.parametrize("requirement", ["OSAID-TERMS-CODE", "OSAID-TERMS-PARAM"])
@pytest.mark.parametrize(
    ("path", "is_named", "is_asked"),
    [
        ("LICENSE-DATA", True, False),
        ("dataset_LICENSE.txt", True, False),
        ("LICENSE-DATA", False, True),  # Nothing says that it is of a source.
        ("LICENSE", True, True),  # A reader takes it for the terms of everything.
    ],
)
def test_a_text_that_is_of_data_by_its_name_and_by_terms_of_a_source(
    requirement: str, path: str, is_named: bool, is_asked: bool
) -> None:
    digest = "0" * 64
    paths = sorted((*FILES, path))
    files = [{"path": one, "size": 100, "sha256": digest, "blake3": digest} for one in paths]
    measured = {"built_from": {"declaration_sha256": digest}, "files": files, "excluded": []}
    terms = {"expression": "CC0-1.0"} | ({"text": path} if is_named else {})
    sources = [{"id": "s", "name": "S", "class": "open", "terms": terms}]
    components = [CODE, WEIGHTS | {"files": ["weights.bin"]}]
    given = judged(requirement, components=components, sources=sources, measured=measured)
    assert given.outcome == ("undetermined" if is_asked else "met")


def test_the_fix_does_not_ask_for_what_is_said_already() -> None:
    said = report(FILES | {"code/LICENSE": NONE}, "OSAID-TERMS-CODE", [CODE])
    assert "as a review" in str(said.findings)
    assert "Say in `terms`" not in str(said.findings)
    unsaid = report(FILES | {"code/LICENSE": NONE}, "OSAID-TERMS-CODE", [CODE | {"terms": {"note": "Ours."}}])
    assert "Say in `terms` of the code" in str(unsaid.findings)


@pytest.mark.parametrize(("ids", "fix"), [(NONE, "Read it; if it is the"), (["GPL-3.0-only"], "Say in `terms` of the")])
def test_one_fix_for_several_texts_holds_for_all_of_them(ids: list[str], fix: str) -> None:
    components = [CODE | {"files": ["train.py"]}, WEIGHTS | {"files": ["weights.bin"]}]
    paths = {"COPYING": NONE, "LICENSE": ids, "train.py": NONE, "weights.bin": NONE}
    (finding,) = report(paths, "OSAID-TERMS-CODE", components=components).findings
    assert finding.message.startswith("COPYING and 1 more, ")
    assert finding.fix.startswith(fix)


@pytest.mark.parametrize(
    ("expression", "ids", "outcome"),
    [
        ("LicenseRef-Wiki", [], "undetermined"),
        ("CC-BY-NC-4.0", ["CC-BY-NC-4.0"], "undetermined"),
        ("CC-BY-4.0", ["CC-BY-4.0"], "met"),
    ],
)
def test_a_source_explains_a_text_over_code_only_where_it_restricts_nothing(
    expression: str, ids: list[str], outcome: str
) -> None:
    digest = "0" * 64
    paths = FILES | {"code/LICENSE": ids, "code/sample.txt": NONE}
    files = [
        {"path": path, "size": 100, "sha256": digest, "blake3": digest} | ({"license_ids": found} if found else {})
        for path, found in sorted(paths.items())
    ]
    measured = {"built_from": {"declaration_sha256": digest}, "files": files, "excluded": []}
    terms = {"expression": expression, "text": "code/LICENSE"}
    sources = [{"id": "s", "name": "S", "class": "open", "terms": terms, "files": [{"path": "code/sample.txt"}]}]
    given = judged("OSAID-TERMS-CODE", components=[CODE], sources=sources, measured=measured)
    assert given.outcome == outcome


def test_terms_of_weights_that_are_on_no_list_are_judged_with_their_text() -> None:
    terms = {"expression": "LicenseRef-own", "text": "LICENSE"}
    weights = WEIGHTS | {"files": ["weights.bin"], "terms": terms}
    assert of_code({"LICENSE": NONE}, CODE, weights)[0] == "met"
    sample = {"id": "o", "name": "O", "kinds": ["sample_outputs"], "files": ["code/out.txt"], "terms": terms}
    assert of_code({"LICENSE": NONE, "code/out.txt": NONE}, CODE, sample)[0] == "undetermined"
