# SPDX-License-Identifier: Apache-2.0
"""What a model takes over from the manifests of the models that it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.built import Built
from openmodel.policies import POLICIES, engine, resolving
from openmodel.policies.engine import judge
from openmodel.policies.report import PolicyReport, RequirementReport
from openmodel.policies.requirement import Claim, Failing, Finding, Policy, Requirement, Result
from openmodel.policies.resolving import facts_of
from openmodel.policies.subject import subject_sha256

OSAID, PROVENANCE = (next(one for one in POLICIES if one.id == id) for id in ("osaid-1.0", "provenance-1"))
PIN = {"repository": "https://git.example/code", "kind": "commit", "ref": "59a53e3e0f0c1d2b3a4958677685940312233445"}
PLACE = [{"url": "https://models.example/model", "access": "open"}]
TERMS = {"expression": "Apache-2.0"}
INHERITED = sorted(OSAID.inherits)
WRITTEN_TEXTS = {
    "provenance": "Measured in the hall of the lab by its own staff in 2024.",
    "scope": "One machine in one week; nights are left out.",
    "characteristics": "Three thousand rows of two numbers each.",
    "obtained": "Read from the log of the machine over a serial line.",
    "selected": "All rows of the week were taken.",
    "labelled": "The second number is the label; the machine wrote it.",
    "processed": "Used as it was written, without any change.",
    "filtered": "Nothing was removed from it.",
}


def measured(**files: str) -> dict[str, Any]:
    """The block that `build` writes, over files given as path=sha256."""
    records = [{"path": path, "size": 300, "sha256": sha256, "blake3": "0" * 64} for path, sha256 in files.items()]
    return {"built_from": {"declaration_sha256": "0" * 64}, "files": records, "excluded": []}


def trained(name: str = "base", **fields: Any) -> dict[str, Any]:
    """A model that was trained from scratch and meets all, but for the judgement that only a person can give."""
    code = ["training_code", "inference_code", "architecture", "validation_code", "data_processing_code"]
    return {
        "openmodel": "1-draft",
        "release": {"name": name, "publisher": "Lab", "disclosure_terms": {"expression": "CC-BY-4.0"}},
        "assertions": [{"statement": "all_training_data_listed", "by": "Lab", "date": "2025-01-31"}],
        "components": [
            {"id": "weights", "name": "Weights", "kinds": ["weights"], "where": PLACE, "terms": TERMS},
            {"id": "code", "name": "Code", "kinds": code, "pin": PIN, "terms": TERMS},
            {"id": "words", "name": "Tokenizer", "kinds": ["tokenizer", "library"], "pin": PIN, "terms": TERMS},
        ],
        "not_offered": {"hyperparameter_search_code": {"undisclosed": "not_applicable", "reason": "Chosen by hand."}},
        "sources": [{"id": "log", "name": "Log", "class": "open", "where": PLACE, **WRITTEN_TEXTS}],
        "stages": [
            {
                "id": "training",
                "kind": "train",
                "data": [{"source": "log", "role": "train"}],
                "code": ["code"],
                "settings": {"learning_rate": 0.1, "epochs": 1},
                "result": "weights",
            }
        ],
        "measured": measured(),
    } | fields


def quantised(*parents: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A model that only was made from others. It brings code for its derivation, and all else is theirs."""
    models = [{"model": parent["id"], "role": "initial" if len(parents) == 1 else "merged"} for parent in parents]
    kind = "quantize" if len(parents) == 1 else "merge"
    return {
        "openmodel": "1-draft",
        "release": {
            "name": fields.pop("name", "small"),
            "publisher": "Group",
            "disclosure_terms": {"expression": "CC-BY-4.0"},
        },
        "components": [
            {"id": "weights", "name": "Weights", "kinds": ["weights"], "where": PLACE, "terms": TERMS},
            {
                "id": "making",
                "name": "Making",
                "kinds": ["conversion_code", "merging_code"],
                "pin": PIN,
                "terms": TERMS,
            },
        ],
        "parents": list(parents),
        "stages": [{"id": "making-it", "kind": kind, "models": models, "code": ["making"], "result": "weights"}],
        "measured": measured(),
    } | fields


def named(id: str = "base", **manifest: str) -> dict[str, Any]:
    """A parent that names its manifest."""
    return {"id": id, "name": id, "where": PLACE, "manifest": manifest}


def write(path: Path, document: dict[str, Any]) -> str:
    """Writes a document and returns its digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content := json.dumps(document).encode())
    return hashlib.sha256(content).hexdigest()


def built(path: Path) -> Built:
    content = path.read_bytes()
    return Built(openmodel.loads(content, "openmodel.json"), path, content)


def judged(path: Path, *given: Path, policy: Any = OSAID) -> PolicyReport:
    others = [built(other) for other in given]
    return judge(facts_of(built(path), {other.sha256: other for other in others}), policy)


def checked(directory: Path, base: dict[str, Any], **parent: Any) -> PolicyReport:
    """The report of a quantised model with the manifest of its base inside the release."""
    sha256 = write(directory / "base" / "openmodel.json", base)
    reference = named(path="base/openmodel.json", sha256=sha256) | parent
    extra = {"measured": measured(**{"base/openmodel.json": sha256})}
    write(directory / "openmodel.json", quantised(reference, **extra))
    return judged(directory / "openmodel.json")


def requirement(report: PolicyReport, id: str) -> RequirementReport:
    return next(item for item in report.requirements if item.id == id)


def findings(report: PolicyReport, *kinds: str) -> list[Finding]:
    return [item for one in report.requirements for item in one.findings if item.kind in kinds]


def outcomes(report: PolicyReport) -> dict[str, str]:
    return {item.id: item.outcome for item in report.requirements}


def without(field: str) -> dict[str, Any]:
    (source,) = trained()["sources"]
    return trained(sources=[{key: value for key, value in source.items() if key != field}])


def test_what_is_made_from_a_model_that_meets_all_meets_all_but_a_persons_judgement(tmp_path: Path) -> None:
    report = checked(tmp_path, trained())
    doubtful = {id for id, outcome in outcomes(report).items() if outcome not in ("met", "not_applicable")}
    assert doubtful == {"OSAID-DATA-DETAIL"}
    assert outcomes(report)["OSAID-DATA-LABELLED"] == outcomes(report)["OSAID-CODE-SETTINGS"] == "met"
    assert outcomes(report)["OSAID-CODE-INFERENCE"] == outcomes(report)["OSAID-CODE-ARCHITECTURE"] == "met"


def with_terms(expression: str, component: int) -> dict[str, Any]:
    base = trained()
    base["components"][component]["terms"] = {"expression": expression}
    return base


@pytest.mark.parametrize(
    ("base", "id", "outcome", "quoted"),
    [
        (without("labelled"), "OSAID-DATA-LABELLED", "unmet", "/sources/0/labelled: The manifest does not say"),
        (without("class"), "OSAID-DATA-CLASS", "undetermined", "/sources/0/class"),
        (trained(sources=[], stages=[]), "OSAID-DATA-LISTED", "unmet", "/sources: "),
        (trained(sources={"undisclosed": "withheld"}, stages=[]), "OSAID-DATA-LISTED", "unmet", "withheld"),
        (trained(assertions=[]), "OSAID-DATA-LISTED", "undetermined", "/assertions: Nobody asserts"),
        (trained(components=[], stages=[]), "OSAID-CODE-PROCESSING", "undetermined", "/components: "),
        (trained(stages=[]), "OSAID-CODE-SETTINGS", "unmet", "/stages: "),
        (trained(not_offered={}), "OSAID-CODE-SEARCH", "undetermined", "/components: "),
        (trained(evaluations=[], release={"name": "base"}), "OSAID-TERMS-DATA", "unmet", "/release/disclosure_terms"),
        (with_terms("CC-BY-NC-4.0", 1), "OSAID-TERMS-CODE", "unmet", "/components/1/terms"),
        (with_terms("CC-BY-NC-4.0", 0), "OSAID-TERMS-PARAM", "undetermined", "/components/0/terms"),
        (with_terms("gemma", 0), "OSAID-TERMS-PARAM", "undetermined", "/components/0/terms"),
    ],
)
def test_what_a_base_fails_the_derived_model_fails_by_the_same_rule(
    tmp_path: Path, base: dict[str, Any], id: str, outcome: str, quoted: str
) -> None:
    report = checked(tmp_path, base)
    assert outcomes(report)[id] == outcome
    (finding,) = [item for item in requirement(report, id).findings if item.where == "/parents/0/manifest"]
    assert finding.message.startswith(("base does not meet this", "Of base a person must judge this"))
    assert quoted in finding.message
    assert finding.kind == ("unmet" if outcome == "unmet" else "judge")


@pytest.mark.parametrize("base", [without("class"), with_terms("gemma", 0), trained(assertions=[])])
def test_how_to_judge_what_a_base_leaves_open_is_said_once(tmp_path: Path, base: dict[str, Any]) -> None:
    report = checked(tmp_path, base)
    fixes = [item.fix for item in findings(report, "judge") if item.message.startswith("Of base a person must judge")]
    assert fixes
    assert all(fix.count("under `reviews`") == 1 for fix in fixes)


CLOSED = {
    "id": "closed",
    "name": "Closed",
    "described_by": {"role": "publisher", "name": "Lab"},
    "data": {"undisclosed": "withheld", "reason": "Secret."},
    "code": {"undisclosed": "withheld", "reason": "Secret."},
}


def test_a_closed_model_further_down_fails_all_that_are_made_from_it(tmp_path: Path) -> None:
    report = checked(tmp_path, quantised(CLOSED, name="base"))
    unmet = {id for id, outcome in outcomes(report).items() if outcome == "unmet"}
    assert {"OSAID-DATA-LISTED", "OSAID-CODE-TRAINING"} <= unmet
    assert "which is withheld (Secret)" in findings(report, "unmet")[0].message


def test_the_clause_on_passing_on_is_in_the_table_of_freedoms(tmp_path: Path) -> None:
    report = checked(tmp_path, with_terms("bigscience-openrail-m", 0))
    message = next(item.message for item in requirement(report, "OSAID-TERMS-PARAM").findings)
    assert "section 5 and Attachment A: forbids the uses that are listed there; 3 more clauses restrict" in message
    clauses = [
        clause for row in report.freedoms or () if row.where == "/parents/0/manifest" for clause in row.share.clauses
    ]
    assert any("section 4.a: whoever passes it on must impose the same restrictions" in clause for clause in clauses)
    document = quantised({"id": "base", "name": "base", "terms": {"expression": "bigscience-openrail-m"}})
    write(tmp_path / "openmodel.json", document)
    told = requirement(judged(tmp_path / "openmodel.json"), "OSAID-TERMS-PARAM").findings
    assert "section 4.a: whoever passes it on must impose the same restrictions." in told[0].message


def test_what_the_base_has_of_its_own_is_not_asked_of_what_is_made_from_it(tmp_path: Path) -> None:
    base = trained()
    base["components"] = [item for item in base["components"] if item["id"] != "weights"]
    base["stages"][0].pop("result")
    report = checked(tmp_path, base)
    assert outcomes(report)["OSAID-PARAM-AVAILABLE"] == "met"
    assert requirement(report, "OSAID-PARAM-AVAILABLE").findings == ()
    assert judge(facts_of(built(tmp_path / "openmodel.json")), PROVENANCE).parents is None


@pytest.mark.parametrize("id", ["OSAID-CODE-ARCHITECTURE", "OSAID-CODE-INFERENCE", "OSAID-CODE-LIBRARIES"])
def test_code_that_runs_the_base_runs_what_is_made_from_it_only_where_it_can_be_had(tmp_path: Path, id: str) -> None:
    base = trained()
    assert outcomes(checked(tmp_path / "open", base))[id] == "met"
    for component in base["components"][1:]:
        component.pop("pin")
    assert outcomes(checked(tmp_path / "closed", base))[id] != "met"


def test_terms_of_the_base_do_not_stand_in_for_terms_of_the_weights(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    document = quantised(named(sha256=sha256))
    document["components"][0].pop("terms")
    write(tmp_path / "openmodel.json", document)
    assert outcomes(judged(tmp_path / "openmodel.json", tmp_path / "base.json"))["OSAID-TERMS-PARAM"] == "unmet"


def chain(directory: Path, length: int, first: dict[str, Any]) -> list[Path]:
    """Releases of which each names the one before by digest; the last is made from all others."""
    paths = [directory / "0" / "openmodel.json"]
    sha256 = write(paths[0], first)
    for number in range(1, length):
        paths.append(directory / str(number) / "openmodel.json")
        sha256 = write(paths[-1], quantised(named("base", sha256=sha256), name=f"base-{number}"))
    return paths


def test_a_chain_is_followed_by_digest_among_what_was_given(tmp_path: Path) -> None:
    *given, last = chain(tmp_path, 4, without("labelled"))
    report = judged(last, *given)
    assert outcomes(report)["OSAID-DATA-LABELLED"] == "unmet"
    assert "/sources/0/labelled" in requirement(report, "OSAID-DATA-LABELLED").findings[0].message
    assert report.parents is not None
    assert [(one.name, one.where) for one in report.parents] == [
        ("base-2", "/parents/0/manifest"),
        ("base-1", "/parents/0/manifest"),
        ("base", "/parents/0/manifest"),
    ]
    digests = [one.manifest_sha256 for one in report.parents]
    assert digests == [hashlib.sha256(path.read_bytes()).hexdigest() for path in reversed(given)]
    assert [one.named_by for one in report.parents] == [None, *digests[:-1]]
    assert outcomes(judged(last, *given[1:]))["OSAID-DATA-LISTED"] == "undetermined"


def test_code_that_runs_an_ancestor_runs_what_is_made_from_it(tmp_path: Path) -> None:
    *given, last = chain(tmp_path, 3, trained())
    assert outcomes(judged(last, *given))["OSAID-CODE-INFERENCE"] == "met"
    gated = trained()
    gated["components"][1] = gated["components"][1] | {"where": [{"url": "https://a.example/code", "access": "fee"}]}
    gated["components"][1].pop("pin")
    *given, last = chain(tmp_path, 3, gated)
    assert outcomes(judged(last, *given))["OSAID-CODE-INFERENCE"] == "unmet"


def test_code_that_trained_the_base_is_not_that_of_a_training_of_its_own(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    tuned = trained("tuned", parents=[named(sha256=sha256)])
    tuned["stages"][0] |= {"kind": "finetune", "models": [{"model": "base", "role": "initial"}]}
    tuned["components"][1]["kinds"] = ["training_code", "inference_code"]
    write(tmp_path / "openmodel.json", tuned)
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert outcomes(report)["OSAID-CODE-ARCHITECTURE"] == "met"
    assert outcomes(report)["OSAID-CODE-VALIDATION"] == outcomes(report)["OSAID-CODE-PROCESSING"] == "undetermined"
    assert outcomes(report)["OSAID-DATA-CLASS"] == "met"


def test_a_long_list_of_findings_is_quoted_in_part(tmp_path: Path) -> None:
    (source,) = without("labelled")["sources"]
    base = trained(sources=[source | {"id": f"s{number}"} for number in range(9)], stages=[])
    finding = requirement(checked(tmp_path, base), "OSAID-DATA-LABELLED").findings[0]
    assert finding.message.count("/labelled") == 3
    assert finding.message.endswith("; and 6 more.")


def test_a_line_of_parents_is_followed_so_far_and_no_further(tmp_path: Path) -> None:
    paths = chain(tmp_path, resolving.MAX_DEPTH + 2, trained())
    assert outcomes(judged(paths[-2], *paths))["OSAID-DATA-SCOPE"] == "met"
    report = judged(paths[-1], *paths)
    assert outcomes(report)["OSAID-DATA-LISTED"] == "undetermined"
    assert report.parents is not None
    assert len(report.parents) == resolving.MAX_DEPTH
    assert max(len(item.message) for item in findings(report, "judge")) < 2000


def test_a_release_that_is_an_ancestor_twice_is_judged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / "0" / "openmodel.json"]
    digests = [write(paths[0], trained("m"))] * 2
    for layer in range(1, 15):  # Two in each layer, both made from both below: 2^14 ways down.
        row = [tmp_path / f"{layer}-{side}" / "openmodel.json" for side in "ab"]
        parents = [named(f"m{number}", sha256=digest) | {"name": "m"} for number, digest in enumerate(digests)]
        digests = [write(path, quantised(*parents, name=f"m-{path.parent.name}")) for path in row]
        paths += row
    calls: list[str] = []
    rule = engine._policy_report

    def counting(facts: Any, *rest: Any) -> PolicyReport:
        calls.append(facts.manifest.release.name)
        return rule(facts, *rest)

    monkeypatch.setattr(engine, "_policy_report", counting)
    report = judged(paths[-1], *paths)
    assert outcomes(report)["OSAID-DATA-SCOPE"] == "met"
    assert report.parents is not None
    assert len(report.parents) == len(paths) - 2 == len(set(calls)) - 1
    assert len(calls) == len(set(calls))


def test_a_base_that_lies_beside_two_parents_has_one_row_in_the_table_of_freedoms(tmp_path: Path) -> None:
    base = write(tmp_path / "base" / "openmodel.json", trained())
    write(tmp_path / "chat" / "base" / "openmodel.json", trained())
    chat = quantised(named("base", path="base/openmodel.json"), name="chat")
    chat["measured"] = measured(**{"base/openmodel.json": base})
    digest = write(tmp_path / "chat" / "openmodel.json", chat)
    merge = quantised(named("base", path="base/openmodel.json"), named("chat", path="chat/openmodel.json"))
    merge["measured"] = measured(**{"base/openmodel.json": base, "chat/openmodel.json": digest})
    write(tmp_path / "openmodel.json", merge)
    freedoms = judged(tmp_path / "openmodel.json").freedoms
    assert freedoms is not None
    names = [row.name for row in freedoms if row.where.endswith("/manifest")]
    assert sorted(names) == ["base: Weights", "chat: Weights"]


def test_a_manifest_that_names_itself_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path / "openmodel.json", quantised(named(path="openmodel.json")))
    report = judged(tmp_path / "openmodel.json")
    assert outcomes(report)["OSAID-DATA-LISTED"] == outcomes(report)["OSAID-CODE-TRAINING"] == "undetermined"
    assert "is said to be made from this one" in findings(report, "judge")[0].message


def test_two_manifests_that_name_each_other_are_a_finding(tmp_path: Path) -> None:
    base = quantised(named("small", path="up.json"), name="base")
    report = cycle(tmp_path, base)
    listed = requirement(report, "OSAID-DATA-LISTED")
    assert listed.outcome == "undetermined"
    assert "is said to be made from this one" in listed.findings[0].message


def cycle(directory: Path, base: dict[str, Any]) -> PolicyReport:
    (directory / "base").mkdir()
    (directory / "base" / "up.json").symlink_to("../openmodel.json")
    return checked(directory, base)


SHA = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("reference", "outcome", "words"),
    [
        ({"sha256": SHA}, "undetermined", f"is known by its sha256 {SHA} only"),
        ({"url": "https://models.example/openmodel.json"}, "undetermined", "nothing is fetched"),
        ({"path": "gone.json", "sha256": SHA}, "undetermined", f"is known by its sha256 {SHA} only"),
        ({"path": "gone.json"}, "undetermined", "that is no file of the release"),
        ({"path": "base.json", "sha256": SHA}, "unmet", f"is said to have the sha256 {SHA}, and base.json has "),
        ({"path": "unmeasured.json"}, "undetermined", "that is no file of the release"),
        ({"path": "changed.json"}, "undetermined", "is not the file that was measured"),
        ({"path": "broken.json"}, "undetermined", "cannot be read"),
        ({"path": "list.json"}, "undetermined", "cannot be read"),
        ({"path": "declaration.json"}, "undetermined", "is a declaration"),
        ({"path": "folder"}, "undetermined", "cannot be read"),
        ({"path": "outside.json"}, "undetermined", "outside the release"),
        ({"path": "n" * 300}, "undetermined", "that is no file of the release"),
    ],
)
def test_a_manifest_that_cannot_be_judged_is_a_finding(
    tmp_path: Path, reference: dict[str, str], outcome: str, words: str
) -> None:
    release = tmp_path / "release"
    files = {"base.json": write(release / "base.json", trained())}
    files["declaration.json"] = write(
        release / "declaration.json", {key: value for key, value in trained().items() if key != "measured"}
    )
    for name in ("broken.json", "list.json"):
        (release / name).write_text({"broken.json": "{", "list.json": "[" * 100_000}[name])
        files[name] = hashlib.sha256((release / name).read_bytes()).hexdigest()
    write(release / "unmeasured.json", trained())
    files["changed.json"], files["folder"], files["outside.json"] = SHA, SHA, write(tmp_path / "other.json", trained())
    write(release / "changed.json", trained())
    (release / "folder").mkdir()
    (release / "outside.json").symlink_to("../other.json")
    write(release / "openmodel.json", quantised(named(**reference), measured=measured(**files)))
    report = judged(release / "openmodel.json")
    assert report.parents == ()
    for id in ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING"):
        found = requirement(report, id)
        assert found.outcome == outcome
        (finding,) = [item for item in found.findings if item.kind != "note"]
        assert finding.where == "/parents/0/manifest"
        assert words in finding.message
        assert finding.fix
        assert "subject_sha256" not in finding.fix


def test_a_reference_that_names_nothing_is_none(tmp_path: Path) -> None:
    parent = named() | {"described_by": {"role": "publisher", "name": "Group"}}
    write(tmp_path / "openmodel.json", quantised(parent))
    assert requirement(judged(tmp_path / "openmodel.json"), "OSAID-DATA-LISTED").findings[0].where == "/parents/0/data"


@pytest.mark.parametrize("path", ["broken.json", "gone.json"])
def test_facts_here_do_not_hide_a_manifest_that_is_out_of_order(tmp_path: Path, path: str) -> None:
    (tmp_path / "broken.json").write_text("{")
    files = {"broken.json": hashlib.sha256(b"{").hexdigest()}
    parent = named(path=path) | {"described_by": {"role": "publisher", "name": "Group"}}
    source = trained()["sources"][0] | {"of": "base"}
    document = quantised(parent, sources=[source], measured=measured(**files), assertions=trained()["assertions"])
    write(tmp_path / "openmodel.json", document)
    listed = requirement(judged(tmp_path / "openmodel.json"), "OSAID-DATA-LISTED")
    assert listed.outcome == "undetermined"
    assert next(item.where for item in listed.findings if item.kind == "judge") == "/parents/0/manifest"


def test_a_publisher_who_names_a_file_that_is_not_there_has_said_nothing(tmp_path: Path) -> None:
    parent = named(path="gone.json") | {"described_by": {"role": "publisher", "name": "Group"}}
    write(tmp_path / "openmodel.json", quantised(parent))
    assert outcomes(judged(tmp_path / "openmodel.json"))["OSAID-DATA-LISTED"] == "unmet"


def test_a_digest_is_found_among_the_files_of_the_release(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "kept" / "base.json", trained())
    files = {"kept/base.json": sha256}
    write(tmp_path / "openmodel.json", quantised(named(sha256=sha256), measured=measured(**files)))
    assert outcomes(judged(tmp_path / "openmodel.json"))["OSAID-DATA-SCOPE"] == "met"
    moved = quantised(named(sha256=sha256, path="gone.json"), measured=measured(**files))
    write(tmp_path / "openmodel.json", moved)
    assert outcomes(judged(tmp_path / "openmodel.json"))["OSAID-DATA-SCOPE"] == "met"
    (tmp_path / "kept" / "base.json").write_text("{}")
    assert outcomes(judged(tmp_path / "openmodel.json"))["OSAID-DATA-LISTED"] == "undetermined"


@pytest.mark.parametrize("limit", ["MAX_MANIFESTS", "MAX_PARENTS"])
def test_a_wide_release_reads_no_more_than_so_many_manifests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(resolving, limit, 8)
    files = {f"{number}.json": write(tmp_path / f"{number}.json", trained("m")) for number in range(12)}
    parents = [named(f"m{number}", path=f"{number}.json") | {"name": "m"} for number in range(12)]
    write(tmp_path / "openmodel.json", quantised(*parents, measured=measured(**files)))
    report = judged(tmp_path / "openmodel.json")
    assert outcomes(report)["OSAID-DATA-LISTED"] == "undetermined"
    unread = [item for item in requirement(report, "OSAID-DATA-LISTED").findings if "was not read: 8 " in item.message]
    assert len(unread) == 4


def test_what_is_read_is_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(trained())
    monkeypatch.setattr(resolving, "MAX_BYTES", int(1.5 * len(content)))
    files = {name: write(tmp_path / name, trained()) for name in ("a.json", "b.json")}
    parents = [named(name[0], path=name) | {"name": "base"} for name in files]
    write(tmp_path / "openmodel.json", quantised(*parents, measured=measured(**files)))
    report = judged(tmp_path / "openmodel.json")
    assert [one.where for one in report.parents or ()] == ["/parents/0/manifest"]
    assert outcomes(report)["OSAID-DATA-LISTED"] == "undetermined"


def reviewed(document: dict[str, Any], at: list[str], id: str = "OSAID-DATA-DETAIL", **fields: Any) -> dict[str, Any]:
    review = {
        "requirement": id,
        "policy": f"{OSAID.id}@{OSAID.version}",
        "at": at,
        "subject_sha256": subject_sha256(document, at),
        "judgement": "met",
        "by": "Jo Reader",
        "affiliation": "Elsewhere",
        "date": "2025-02-01",
        "reason": "I rebuilt the data from this.",
    }
    return document | {"reviews": [review | fields]}


def test_a_review_in_the_manifest_of_the_base_settles_it_for_both(tmp_path: Path) -> None:
    report = checked(tmp_path, reviewed(trained(), ["/sources"]))
    assert report.outcome == "met"
    (note,) = [item for item in requirement(report, "OSAID-DATA-DETAIL").findings if item.kind == "note" and item.where]
    assert "reviewed independently: Jo Reader, Elsewhere, 2025-02-01" in note.message


def test_reviewed_terms_of_the_base_say_nothing_of_weights_that_are_not_there(tmp_path: Path) -> None:
    base = reviewed(with_terms("LicenseRef-Odd", 0), ["/components/0/terms"], "OSAID-TERMS-PARAM")
    sha256 = write(tmp_path / "base.json", base)
    document = quantised(named(sha256=sha256))
    document["components"][0]["kinds"] = ["configuration"]
    write(tmp_path / "openmodel.json", document)
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert outcomes(report)["OSAID-TERMS-PARAM"] == "not_applicable"
    assert outcomes(report)["OSAID-PARAM-AVAILABLE"] == "unmet"


def test_a_review_of_the_base_in_the_derived_manifest_is_bound_to_its_bytes(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    document = reviewed(quantised(named(sha256=sha256)), ["/parents/0/manifest"])
    write(tmp_path / "openmodel.json", document)
    assert judged(tmp_path / "openmodel.json", tmp_path / "base.json").outcome == "met"
    document["parents"][0]["manifest"]["sha256"] = write(tmp_path / "base.json", trained() | {"evaluations": []})
    write(tmp_path / "openmodel.json", document)
    assert judged(tmp_path / "openmodel.json", tmp_path / "base.json").outcome == "undetermined"


def test_a_review_here_does_not_stand_in_for_a_rule_that_found_nothing_there(tmp_path: Path) -> None:
    def silent(facts: Any) -> Iterator[Result]:
        yield from [Claim("/release")] if facts.manifest.parents else []

    silence = Requirement("A", "Silence", "a", "definition", silent, "", Failing("", ""))
    policy = Policy("test", "1", "Test", ("a",), (silence,), inherits={"A": "unmet"})
    sha256 = write(tmp_path / "base.json", trained())
    document = reviewed(quantised(named(sha256=sha256)), ["/parents/0/manifest"], "A", policy="test@1")
    write(tmp_path / "openmodel.json", document)
    assert judged(tmp_path / "openmodel.json", tmp_path / "base.json", policy=policy).outcome == "undetermined"


def test_what_a_policy_does_not_say_is_inherited_is_the_parents_own_matter(tmp_path: Path) -> None:
    def only_here(facts: Any) -> Iterator[Result]:
        yield Claim("/release") if facts.manifest.parents else Finding("/release", "Missing.", "Add it.", "unmet")

    rules = tuple(Requirement(id, id, "a", "definition", only_here, "", Failing("", "")) for id in ("A", "B"))
    policy = Policy("test", "1", "Test", ("a",), rules, inherits={"A": "judge"})
    sha256 = write(tmp_path / "base.json", trained())
    write(tmp_path / "openmodel.json", quantised(named(sha256=sha256)))
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json", policy=policy)
    assert outcomes(report) == {"A": "undetermined", "B": "met"}
    assert not requirement(report, "B").findings


def test_a_review_here_of_a_path_covers_the_measured_file_too(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    document = quantised(named(path="base.json"), measured=measured(**{"base.json": sha256}))
    for at, outcome in (
        (["/parents/0/manifest"], "undetermined"),
        (["/parents/0/manifest", "/measured/files/0/sha256"], "met"),
    ):
        write(tmp_path / "openmodel.json", reviewed(document, at))
        assert judged(tmp_path / "openmodel.json").outcome == outcome
    document.pop("measured")  # Before `build`, nothing binds a review to the file.
    write(tmp_path / "openmodel.json", reviewed(document, ["/parents/0/manifest"]))
    assert judged(tmp_path / "openmodel.json").outcome == "undetermined"


def test_a_review_here_settles_nothing_that_one_there_could_not(tmp_path: Path) -> None:
    third = {"name": "base", "described_by": {"role": "third_party", "name": "Reader"}, "publisher": "Lab"}
    second = trained()["sources"][0] | {"id": "second", "labelled": {"document": {"url": "https://a.example/card"}}}
    two = trained(sources=[*trained()["sources"], second], stages=[])
    for number, base in enumerate(
        (
            without("labelled") | {"release": third},
            reviewed(trained(), ["/sources/0/labelled"], "OSAID-DATA-LABELLED", judgement="unmet"),
            reviewed(two, ["/sources/0/labelled"], "OSAID-DATA-LABELLED", judgement="unmet"),
        )
    ):
        sha256 = write(tmp_path / "base.json", base)
        document = quantised(named(sha256=sha256))
        document = reviewed(document, ["/parents/0/manifest"], "OSAID-DATA-LABELLED")
        write(tmp_path / "openmodel.json", document)
        report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
        assert outcomes(report)["OSAID-DATA-LABELLED"] == "undetermined", number


def test_the_describer_of_the_base_speaks_in_its_manifest(tmp_path: Path) -> None:
    third = {"name": "base", "described_by": {"role": "third_party", "name": "Reader"}, "publisher": "Lab"}
    report = checked(tmp_path, without("labelled") | {"release": third})
    assert outcomes(report)["OSAID-DATA-LABELLED"] == "undetermined"
    assert outcomes(checked(tmp_path, without("labelled")))["OSAID-DATA-LABELLED"] == "unmet"


def test_no_fact_is_known_better_than_in_the_manifest_of_the_base(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    evidence = [{"at": "/parents/0/manifest", "grade": "recorded", "by": "a log"}]
    write(tmp_path / "openmodel.json", quantised(named(sha256=sha256), measured=measured() | {"evidence": evidence}))
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert requirement(report, "OSAID-DATA-SCOPE").grade == "declared"


def with_weights_of_another(expression: str) -> dict[str, Any]:
    """A base that lists weights of what it was made from, under other terms."""
    document = trained(parents=[{"id": "first", "name": "First", "tensor_root": SHA}])
    theirs = {"id": "theirs", "of": "first", "name": "Theirs", "kinds": ["weights"], "where": PLACE}
    document["components"].append(theirs | {"terms": {"expression": expression}})
    return document


def with_files(**elsewhere: Any) -> dict[str, Any]:
    """A base whose code is a file of its release, and elsewhere as given."""
    document = trained(measured=measured(**{"train.py": SHA}))
    document["components"][1].pop("pin")
    document["components"][1] |= {"files": ["train.py"], **elsewhere}
    return document


ROOT, OTHER_ROOT = "1" * 64, "2" * 64
WEIGHTS = [{"component": "weights", "tensor_root": ROOT, "tensors": 1, "parameters": 1, "dtypes": {"F32": 1}}]


@pytest.mark.parametrize(
    ("base", "parent", "id", "found"),
    [
        (trained("Quite another"), {}, "OSAID-DATA-LISTED", "judge /parents/0/name"),
        (trained("BASE 125m"), {}, "OSAID-DATA-LISTED", ""),
        (trained("???"), {}, "OSAID-DATA-LISTED", "judge /parents/0/name"),
        (trained("???"), {"name": "!!!"}, "OSAID-DATA-LISTED", "judge /parents/0/name"),
        (
            with_weights_of_another("MIT"),
            {"terms": {"expression": "MIT"}},
            "OSAID-TERMS-PARAM",
            "judge /parents/0/terms",
        ),
        (trained(), {"where": []}, "OSAID-CODE-TRAINING", ""),
        (with_files(pin=PIN), {"where": []}, "OSAID-CODE-TRAINING", ""),
        (with_files(where=PLACE), {"where": []}, "OSAID-CODE-TRAINING", ""),
        (with_files(), {"where": []}, "OSAID-CODE-TRAINING", "judge /parents/0/where"),
        (
            trained(measured=measured() | {"weights": WEIGHTS}),
            {"tensor_root": OTHER_ROOT},
            "OSAID-CODE-TRAINING",
            "unmet /parents/0/tensor_root",
        ),
        (trained(measured=measured() | {"weights": WEIGHTS}), {"tensor_root": ROOT}, "OSAID-CODE-TRAINING", ""),
        (trained(), {"tensor_root": OTHER_ROOT}, "OSAID-CODE-TRAINING", "judge /parents/0/tensor_root"),
        *(
            (trained("wren-125m"), {"name": name}, "OSAID-DATA-LISTED", "judge /parents/0/name")
            for name in ("m", "1", "125", "125m", "w", "ren 125m", "Eagle 125M")
        ),
        *(
            (trained("wren-125m"), {"name": name}, "OSAID-DATA-LISTED", "")
            for name in ("Wren 125M", "Wren125M", "lab/wren-125m", "Wren", "Wren 125M of the lab", "Lab Wren v125m")
        ),
        *(
            (trained("wren-125m"), {"name": name}, "OSAID-DATA-LISTED", "judge /parents/0/name")
            for name in ("wren-125m-instruct", "lab/wren-125m-chat", "Wren 125M 2.0", "Wren 125M (tuned on chats)")
        ),
        (trained("70B"), {"name": "Closed Model 70B"}, "OSAID-DATA-LISTED", "judge /parents/0/name"),
        (trained(), {"terms": {"expression": "MIT"}}, "OSAID-TERMS-PARAM", "judge /parents/0/terms"),
        (trained(), {"terms": TERMS}, "OSAID-TERMS-PARAM", ""),
        (trained(), {"data": {"undisclosed": "unknown"}}, "OSAID-DATA-LISTED", "judge /parents/0/data"),
        (trained(), {"code": {"undisclosed": "unknown"}}, "OSAID-CODE-TRAINING", "judge /parents/0/code"),
    ],
)
def test_what_is_said_of_the_base_here_and_there_is_compared(
    tmp_path: Path, base: dict[str, Any], parent: dict[str, Any], id: str, found: str
) -> None:
    report = requirement(checked(tmp_path, base, **parent), id)
    assert {f"{item.kind} {item.where}" for item in report.findings if item.kind != "note"} == ({found} - {""})


def test_data_of_the_base_that_is_kept_back_here_fails_whatever_its_manifest_says(tmp_path: Path) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    parent = named(sha256=sha256) | {"data": {"undisclosed": "withheld", "reason": "Secret."}}
    citation = {"at": "/parents/0/data", "where": {"url": "https://models.example/card"}}
    write(tmp_path / "openmodel.json", quantised(parent, citations=[citation]))
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert outcomes(report)["OSAID-DATA-LISTED"] == "unmet"
    assert any("is said to be undisclosed (withheld)" in item.message for item in findings(report, "judge"))


def test_facts_of_the_base_here_and_in_its_manifest_both_count(tmp_path: Path) -> None:
    source = trained()["sources"][0] | {"id": "again", "of": "base", "class": "public"}
    source.pop("filtered")
    mine = source | {"id": "mine", "filtered": "Nothing was removed from it."}
    mine.pop("of")
    sha256 = write(tmp_path / "base.json", without("labelled"))
    document = quantised(named(sha256=sha256) | {"described_by": {"role": "publisher"}}, sources=[source, mine])
    write(tmp_path / "openmodel.json", document)
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert outcomes(report)["OSAID-DATA-LABELLED"] == outcomes(report)["OSAID-DATA-FILTERED"] == "unmet"
    (finding,) = [item for item in requirement(report, "OSAID-DATA-CLASS").findings if item.kind == "judge"]
    assert (finding.where, "public" in finding.message, "open" in finding.message) == ("/sources/0/class", True, True)


def test_facts_here_stand_where_the_manifest_is_out_of_reach(tmp_path: Path) -> None:
    source = trained()["sources"][0] | {"of": "base"}
    parent = named(url="https://models.example/openmodel.json")
    write(tmp_path / "openmodel.json", quantised(parent, sources=[source]))
    report = judged(tmp_path / "openmodel.json")
    (note,) = [
        item for item in requirement(report, "OSAID-DATA-LISTED").findings if item.where == "/parents/0/manifest"
    ]
    assert (note.kind, "what is said of it here counts" in note.message) == ("note", True)
    assert requirement(report, "OSAID-CODE-TRAINING").outcome == "undetermined"


def test_files_of_a_base_that_nobody_can_find_wait_for_a_person(tmp_path: Path) -> None:
    base = with_files()
    report = checked(tmp_path / "lost", base, where=[])
    assert requirement(report, "OSAID-CODE-TRAINING").findings[0].where == "/parents/0/where"
    assert outcomes(checked(tmp_path / "found", base))["OSAID-CODE-TRAINING"] == "met"
    here = tmp_path / "here"
    sha256 = write(here / "base" / "openmodel.json", base)
    files = {"base/openmodel.json": sha256, "base/train.py": SHA}
    parent = named(path="base/openmodel.json") | {"where": []}
    write(here / "openmodel.json", quantised(parent, measured=measured(**files)))
    assert outcomes(judged(here / "openmodel.json"))["OSAID-CODE-TRAINING"] == "met"


def test_a_teacher_hands_on_nothing(tmp_path: Path) -> None:
    document = trained("pupil", parents=[named("teacher", sha256=SHA)])
    document["stages"][0] |= {"kind": "distill", "models": [{"model": "teacher", "role": "teacher"}]}
    write(tmp_path / "openmodel.json", document)
    assert not [
        item for item in findings(judged(tmp_path / "openmodel.json"), "unmet", "judge") if "parents" in item.where
    ]


@pytest.mark.parametrize(
    "stages",
    [[], [{"id": "s", "kind": "process"}], [{"id": "s", "kind": "train", "of": "base"}], {"undisclosed": "withheld"}],
)
def test_how_a_model_was_made_from_its_parents_has_to_be_said(tmp_path: Path, stages: Any) -> None:
    sha256 = write(tmp_path / "base.json", trained())
    write(tmp_path / "openmodel.json", quantised(named(sha256=sha256), stages=stages))
    report = judged(tmp_path / "openmodel.json", tmp_path / "base.json")
    assert outcomes(report)["OSAID-DATA-LISTED"] == outcomes(report)["OSAID-CODE-TRAINING"] == "unmet"
    assert "how this model was made from base" in findings(report, "unmet")[0].message


def test_every_part_of_the_data_and_of_the_training_is_inherited() -> None:
    own = {"OSAID-CODE-INFERENCE", "OSAID-CODE-ARCHITECTURE", "OSAID-PARAM-AVAILABLE"}
    assert set(OSAID.inherits) == {item.id for item in OSAID.requirements} - own
    assert {id for id, means in OSAID.inherits.items() if means == "judge"} == {"OSAID-TERMS-PARAM"}
    assert not PROVENANCE.inherits


@pytest.mark.parametrize(("terms", "outcome"), [("Apache-2.0", "met"), ("CC-BY-NC-4.0", "unmet")])
def test_the_checklist_judges_parents_too(tmp_path: Path, terms: str, outcome: str) -> None:
    checked(tmp_path, with_terms(terms, 1))
    report = openmodel.check(tmp_path / "openmodel.json", policies=["osaid-checklist-1.0"]).releases[0].policies[0]
    assert outcomes(report)["CHECKLIST-CODE-TRAINING"] == outcome
