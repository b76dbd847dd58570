# SPDX-License-Identifier: Apache-2.0
"""Licence texts in a release that nothing is said to be under."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.licences.texts import MAX_TEXTS
from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged

WEIGHTS: dict[str, Any] = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "Apache-2.0"}}


def report(paths: dict[str, list[str]], id: str = "OSAID-TERMS-PARAM", **fields: Any) -> RequirementReport:
    digest = "0" * 64
    files = [
        {"path": path, "size": 1, "sha256": digest, "blake3": digest} | ({"license_ids": ids} if ids else {})
        for path, ids in sorted(paths.items())
    ]
    measured = {"built_from": {"declaration_sha256": digest}, "files": files, "excluded": []}
    return judged(id, **({"components": [WEIGHTS], "measured": measured} | fields))


def found(report: RequirementReport) -> list[tuple[str, str]]:
    return [(finding.kind, finding.where) for finding in report.findings]


def test_a_text_at_the_top_that_nothing_is_under_is_a_doubt() -> None:
    given = report({"LICENSE": ["MIT"], "weights.bin": []})
    assert given.outcome == "undetermined"
    (finding,) = given.findings
    assert (finding.kind, finding.where) == ("judge", "/measured/files/0/license_ids")
    assert finding.message == "LICENSE is the text of MIT, and nothing here is said to be under it."
    assert finding.fix.startswith("Say in `terms` what it covers, or take it out of the release.")
    assert "/measured/files/0/sha256" in finding.fix


def test_one_further_down_is_a_note() -> None:
    given = report({"vendored/LICENSE": ["GPL-3.0-only", "GPL-3.0-or-later"]})
    assert given.outcome == "met"
    assert found(given) == [("note", "/measured/files/0/license_ids")]
    assert "GPL-3.0-only or GPL-3.0-or-later" in given.findings[0].message


def test_it_is_reported_once() -> None:
    for id in ("OSAID-TERMS-DATA", "OSAID-TERMS-CODE"):
        assert "is the text of" not in str(report({"LICENSE": ["MIT"]}, id).findings)


SOURCE: dict[str, Any] = {"id": "s", "name": "S", "terms": {"expression": "MIT OR LicenseRef-House"}}
ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"sources": [SOURCE]},
    {"sources": [SOURCE | {"terms": {"text": "LICENSE"}}]},
    {"sources": [SOURCE | {"terms": {"expression": "LicenseRef-web", "text": "LICENSE"}}]},
    {"parents": [{"id": "p", "name": "P", "terms": {"expression": "MIT"}}]},
    {"release": {"name": "toy", "disclosure_terms": {"expression": "MIT", "text": "LICENSE"}}},
)


def test_terms_of_a_component_claim_it() -> None:
    library = {"id": "l", "name": "L", "kinds": ["library"], "terms": {"expression": "mit"}}
    assert found(report({"LICENSE": ["MIT"]}, components=[WEIGHTS, library])) == []


@pytest.mark.parametrize("fields", ELSEWHERE, ids=str)
@pytest.mark.parametrize("ids", [["MIT"], []])
def test_terms_of_what_lies_elsewhere_do_not_claim_what_is_beside_the_weights(
    fields: dict[str, Any], ids: list[str]
) -> None:
    assert [kind for kind, _ in found(report({"LICENSE": ids}, **fields))] == ["judge"]
    assert "judge" not in [kind for kind, _ in found(report({"a/LICENSE": ids}, **fields))]


@pytest.mark.parametrize(("expression", "kinds"), [("CC-BY-4.0", []), ("CC-BY-NC-4.0", ["judge"])])
def test_data_in_the_release_may_have_a_text_of_its_own_that_restricts_nothing(
    expression: str, kinds: list[str]
) -> None:
    source = SOURCE | {"files": [{"path": "data.csv"}], "terms": {"expression": expression, "text": "LICENSE-DATA"}}
    given = report({"LICENSE-DATA": [expression], "data.csv": []}, sources=[source])
    assert [kind for kind, _ in found(given)] == kinds


def test_a_text_that_terms_name_is_compared_by_build_and_not_reported_again() -> None:
    weights = WEIGHTS | {"terms": {"expression": "Apache-2.0", "text": "LICENSE"}}
    assert found(report({"LICENSE": ["MIT"]}, components=[weights])) == []


def test_a_family_claims_all_of_it() -> None:
    weights = WEIGHTS | {"terms": {"expression": "GPL-3.0-or-later"}}
    assert found(report({"COPYING": ["GPL-3.0-only", "GPL-3.0-or-later"]}, components=[weights])) == []


@pytest.mark.parametrize(
    ("path", "files", "kind"),
    [
        ("LICENSE", ["weights.bin"], "judge"),
        ("MODEL_LICENSE.txt", ["weights.bin"], "judge"),
        ("USE_POLICY.md", ["weights.bin"], "judge"),
        ("TERMS.md", ["weights.bin"], "judge"),
        ("EULA", ["weights.bin"], "judge"),
        ("a/LICENSE", ["a/b/weights.bin"], "judge"),
        ("a/b/LICENSE.weights", ["a/b/weights.bin"], "judge"),
        ("a/b/c/LICENSE", ["a/b/weights.bin"], None),
        ("licenses.py", ["weights.bin"], None),
        ("search-terms.txt", ["weights.bin"], None),
        ("policy.md", ["weights.bin"], None),
    ],
)
def test_a_file_named_like_a_licence_that_is_none_that_is_known(path: str, files: list[str], kind: str | None) -> None:
    none: list[str] = []
    given = report(dict.fromkeys([path, *files], none), components=[WEIGHTS | {"files": files}])
    assert [finding[0] for finding in found(given)] == ([kind] if kind else [])
    assert given.outcome == ("undetermined" if kind else "met")


@pytest.mark.parametrize(
    ("path", "ids", "outcome"),
    [
        ("THIRD_PARTY_LICENSES.txt", [], "met"),
        ("LICENSE-3rd-party.md", [], "met"),
        ("LICENSES_bundled.txt", ["BSD-3-Clause"], "met"),
        ("THIRD_PARTY_LICENSES.txt", ["CC-BY-NC-4.0"], "undetermined"),
        ("THIRD_PARTY_LICENSES.txt", ["BSD-3-Clause", "CC-BY-NC-4.0"], "undetermined"),
        ("LICENSE_OF_OUR_PARTNERS.txt", [], "undetermined"),
        ("NOTICE", [], "met"),
        ("NOTICE.txt", [], "met"),
    ],
)
def test_notices_for_bundled_code_are_no_terms_of_the_weights(path: str, ids: list[str], outcome: str) -> None:
    given = report({path: ids, "weights.bin": []})
    assert given.outcome == outcome
    assert all(finding.where.startswith("/measured/files/0/") for finding in given.findings)
    assert len(given.findings) == (not path.startswith("NOTICE"))


def test_a_text_for_bundled_code_that_terms_name_is_read_as_theirs() -> None:
    weights = WEIGHTS | {"terms": {"expression": "MIT", "text": "THIRD_PARTY_LICENSES.txt"}}
    assert report({"THIRD_PARTY_LICENSES.txt": []}, components=[weights]).outcome == "undetermined"


@pytest.mark.parametrize(
    ("expression", "is_told"), [("MIT", True), ("Apache-2.0 OR MIT", True), ("LicenseRef-own", False)]
)
def test_a_text_that_terms_name_and_nobody_knows(expression: str, is_told: bool) -> None:
    terms = {"expression": expression, "text": "own.txt"}
    messages = str(report({"own.txt": []}, components=[WEIGHTS | {"terms": terms}]).findings)
    assert (f"own.txt is not the text of {expression}, as far as a program tells" in messages) is is_told


def test_a_text_beside_the_weights_that_nothing_is_under_is_a_doubt() -> None:
    weights = WEIGHTS | {"files": ["a/weights.bin"]}
    given = report({"a/LICENSE": ["CC-BY-NC-4.0"], "a/weights.bin": []}, components=[weights])
    assert (given.outcome, [kind for kind, _ in found(given)]) == ("undetermined", ["judge"])


@pytest.mark.parametrize(("folder", "kind"), [("", "judge"), ("vendored/", "note")])
def test_texts_beyond_those_that_are_read_are_told(folder: str, kind: str) -> None:
    def told(count: int) -> list[str]:
        paths = [f"{folder}LICENSE-{number:03}" for number in range(count)]
        files = [
            {"path": path, "size": 1, "sha256": f"{at:064x}", "blake3": f"{at:064x}", "license_ids": ["Apache-2.0"]}
            for at, path in enumerate(paths)
        ]
        measured = {"built_from": {"declaration_sha256": "0" * 64}, "files": files, "excluded": []}
        given = judged("OSAID-TERMS-PARAM", components=[WEIGHTS], measured=measured)
        return [finding.kind for finding in given.findings if finding.where == "/measured/files"]

    assert told(MAX_TEXTS) == []
    assert told(MAX_TEXTS + 1) == [kind]
