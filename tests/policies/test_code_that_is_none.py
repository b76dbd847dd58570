# SPDX-License-Identifier: Apache-2.0
"""Files that are no source code do not meet what is asked of code, whatever kind they are said to be of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.manifest.code_names import is_source_code
from openmodel.policies.report import RequirementReport
from tests.policies.readings import edit, read, remarks, requirements
from tests.policies.test_disclosure import judged, judged_code
from tests.policies.test_osaid import CODE, NO_SEARCH, found
from tests.policies.test_presence import file, measured, pointer
from tests.releases import DECLARATION, write_release

MIT = {"expression": "MIT"}
PIN = {"repository": "https://e.org/code.git", "kind": "commit", "ref": "1" * 40}
TOKENIZER: dict[str, Any] = {"id": "t", "name": "T", "kinds": ["tokenizer"], "files": ["tok/**"], "terms": MIT}
VOCABULARY = (file("tok/tokenizer.json"), file("tok/vocab.txt"), file("tok/tokenizer.model"))


def complete(component: dict[str, Any], **block: Any) -> RequirementReport:
    """Whether all code is there, when of one kind only this component is."""
    rest = CODE | {"kinds": [kind for kind in CODE["kinds"] if kind not in ("library", *component["kinds"])]}
    if "tokenizer" not in component["kinds"]:
        rest["kinds"].append("library")
    stages = [{"id": "s", "kind": "train", "settings": {"lr": 1, "bs": 1}}]
    given = {"components": [rest, component], "stages": stages, "not_offered": NO_SEARCH} | block
    return judged_code(**given)


@pytest.mark.parametrize("kind", ["architecture", "training_code", "inference_code"])
@pytest.mark.parametrize("url", ["https://huggingface.co", "https://github.com/your-org/x"])
def test_files_that_are_none_do_not_pass_by_an_address_that_nobody_finished(kind: str, url: str) -> None:
    """Each of the two alone waits for a person."""
    component = {"id": "it", "name": "It", "kinds": [kind], "files": ["README.md"], "terms": MIT}
    block = measured(file("README.md"))
    assert complete(component | {"where": [{"url": url}]}, **block).outcome == "undetermined"
    assert complete(component | {"where": [{"url": "https://e.org/code"}]}, **block).outcome == "met"


@pytest.mark.parametrize(
    ("files", "changes", "is_code"),
    [
        (VOCABULARY, {}, False),
        ((*VOCABULARY, file("tok/tokenize.py")), {}, True),
        ((*VOCABULARY, file("tok/__init__.py", size=0)), {}, False),
        ((*VOCABULARY, file("tok/tokenize.py", size=19)), {}, False),
        ((*VOCABULARY, file("tok/tokenize.py", size=20)), {}, True),
        ((*VOCABULARY, pointer("tok/tokenize.py")), {}, False),
        ((*VOCABULARY, file("tok/tokenize.py", format="pickle")), {}, False),
        ((*VOCABULARY, file("tok/tokenize.py") | {"defect": "it has no code"}), {}, False),
        ((*VOCABULARY, file("tok/tokenize.py"), file("tok/__init__.py") | {"defect": "it has no code"}), {}, True),
        (VOCABULARY, {"pin": PIN}, True),
        (VOCABULARY, {"pin": PIN | {"repository": "TODO"}}, False),
        (VOCABULARY, {"where": [{"url": "https://e.org/tokenizers"}]}, True),
        ((file("tok/settings.json"),), {"kinds": ["training_code"]}, False),
        ((file("tok/train.py"),), {"kinds": ["training_code"]}, True),
    ],
)
def test_only_code_meets_what_is_asked_of_code(files: Any, changes: dict[str, Any], *, is_code: bool) -> None:
    component, block = TOKENIZER | changes, measured(*files)
    report = complete(component, **block)
    enough = is_code or "tokenizer" in component["kinds"]  # Its files are what a common library reads.
    assert report.outcome == ("met" if enough else "undetermined")
    assert found(report, "judge") == ([] if enough else ["/components/1/files"])
    terms = judged("OSAID-TERMS-CODE", components=[component], **block)
    assert terms.outcome == ("met" if is_code else "not_applicable")


@pytest.mark.parametrize(
    ("terms", "outcome", "places"),
    [
        (MIT, "not_applicable", []),
        ({"expression": "LicenseRef-House"}, "undetermined", ["/components/0/terms"]),
        ({"expression": "CC-BY-NC-4.0"}, "unmet", ["/components/0/terms"]),
    ],
)
def test_what_does_not_apply_is_not_doubted_too(terms: dict[str, Any], outcome: str, places: list[str]) -> None:
    report = judged("OSAID-TERMS-CODE", components=[TOKENIZER | {"terms": terms}], **measured(*VOCABULARY))
    assert report.outcome == outcome
    assert found(report, "judge") + found(report, "unmet") == places
    assert found(report, "note") == ([] if places else [""])


def test_a_vocabulary_beside_its_library_is_no_lack() -> None:
    library = {"id": "l", "name": "L", "kinds": ["library"], "where": [{"url": "https://e.org/tokenizers"}]}
    rest = CODE | {"kinds": [kind for kind in CODE["kinds"] if kind != "library"]}
    given = {"stages": [{"id": "s", "kind": "train", "settings": {"lr": 1, "bs": 1}}], "not_offered": NO_SEARCH}
    block = measured(*VOCABULARY, file("notes.txt"))
    report = judged_code(components=[rest, library, TOKENIZER], **given, **block)
    assert report.outcome == "met"
    empty = library | {"files": ["notes.txt"]}
    del empty["where"]
    report = judged_code(components=[rest, empty, TOKENIZER], **given, **block)
    assert found(report, "judge") == ["/components/1/files"]


README = file("TRAINING.md")
OLD = {"url": "https://e.org/old", "access": "gone"}


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        (None, "undetermined"),
        ([], "undetermined"),
        ([OLD], "undetermined"),
        ([{"url": "mailto:code@e.org"}], "undetermined"),
        ({"undisclosed": "withheld", "reason": "ours"}, "undetermined"),
        ([OLD | {"access": "request"}], "unmet"),
        ([OLD | {"access": "open"}], "met"),
    ],
)
def test_a_place_where_nothing_is_makes_no_code_of_a_readme(where: Any, outcome: str) -> None:
    component = {"id": "t", "name": "T", "kinds": ["training_code"], "files": ["TRAINING.md"]}
    component |= {} if where is None else {"where": where}
    report = judged("OSAID-CODE-TRAINING", components=[component], **measured(README))
    assert report.outcome == outcome


@pytest.mark.parametrize(
    ("where", "outcome"),
    [
        ([], "met"),
        ([OLD], "met"),
        ([{"url": "https://e.org/code.zip", "access": "request"}], "met"),
        ([{"url": "git@e.org:code.git", "access": "request"}], "unmet"),
        ([{"url": "https://www.e.org/code/tree/main", "access": "gone"}], "unmet"),
        ({"undisclosed": "withheld", "reason": "ours"}, "unmet"),
    ],
)
def test_a_good_pin_is_enough_unless_its_own_address_is_said_to_be_closed(where: Any, outcome: str) -> None:
    component = {"id": "t", "name": "T", "kinds": ["training_code"], "pin": PIN, "where": where}
    assert judged("OSAID-CODE-TRAINING", components=[component]).outcome == outcome
    beside_a_text = component | {"files": ["TRAINING.md"]}
    assert judged("OSAID-CODE-TRAINING", components=[beside_a_text], **measured(README)).outcome == outcome
    if where and outcome == "met" and where != [OLD]:  # Weights behind a gate are mostly so everywhere.
        weights = component | {"kinds": ["weights"]}
        assert judged("OSAID-PARAM-AVAILABLE", components=[weights]).outcome == "undetermined"


def test_before_the_build_names_decide() -> None:
    for files, outcome in ((["vocab.txt"], "undetermined"), (["tok/**"], "met"), (["*.py"], "met")):
        assert complete(TOKENIZER | {"kinds": ["training_code"], "files": files}).outcome == outcome


def test_terms_that_are_not_approved_are_found_all_the_same() -> None:
    kept = TOKENIZER | {"terms": {"expression": "CC-BY-NC-4.0"}}
    report = judged("OSAID-TERMS-CODE", components=[kept], **measured(*VOCABULARY))
    assert (report.outcome, found(report, "unmet")) == ("unmet", ["/components/0/terms"])


def test_an_architecture_may_be_described_by_data_but_is_no_code_then() -> None:
    shape = TOKENIZER | {"kinds": ["architecture"], "files": ["shape.json"]}
    block = measured(file("shape.json"))
    assert complete(shape, **block).outcome == "met"
    assert judged("OSAID-TERMS-CODE", components=[shape], **block).outcome == "not_applicable"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([file("code.zip")], "T is in an archive, which nothing here looks into (code.zip); a person must see"),
        ([file("src.tar.gz"), file("notes.md")], "T is in an archive, which nothing here looks into (src.tar.gz)"),
        ([file("train.py", size=18)], "source code by its name and content (train.py has 18 bytes); nothing says"),
        ([file("corpus.txt.gz")], "No file of T is source code by its name and content; nothing says"),
    ],
)
def test_what_stands_where_code_should_be_is_told(files: list[Any], said: str) -> None:
    code = TOKENIZER | {"kinds": ["training_code"], "files": ["**"]}
    report = complete(code, **measured(*files))
    assert report.outcome == "undetermined"
    assert said in next(finding.message for finding in report.findings if finding.kind == "judge")


def test_code_that_is_of_a_kind_and_ran_is_doubted_once() -> None:
    script = TOKENIZER | {"kinds": ["training_code", "conversion_code"], "files": ["quantize.sh"]}
    stages = [{"id": "quantize", "kind": "quantize", "code": ["t"], "models": [{"model": "p", "role": "initial"}]}]
    parents = [{"id": "p", "name": "P", "code": {"undisclosed": "not_applicable", "reason": "none"}}]
    given = {"components": [script], "stages": stages, "parents": parents} | measured(file("quantize.sh", size=18))
    report = judged("OSAID-CODE-TRAINING", **given)
    assert found(report, "judge").count("/components/0/files") == 1


@pytest.mark.parametrize("kinds", [["data_processing_code"], ["training_code"]])
def test_code_that_ran_in_several_stages_is_missed_once(kinds: list[str]) -> None:
    cleaner = {"id": "c", "name": "C", "kinds": kinds}
    stages = [{"id": id, "kind": "process", "code": ["c"]} for id in ("clean", "filter")]
    report = judged("OSAID-CODE-PROCESSING", components=[cleaner], stages=stages)
    assert found(report, "unmet").count("/components/0/where") == 1


def test_a_vocabulary_that_a_stage_names_is_enough_of_a_tokenizer() -> None:
    stages = [{"id": "count", "kind": "process", "code": ["t", "c"]}]
    script = {"id": "c", "name": "C", "kinds": ["data_processing_code"], "where": [{"url": "https://e.org/clean"}]}
    report = judged("OSAID-CODE-PROCESSING", components=[TOKENIZER, script], stages=stages, **measured(*VOCABULARY))
    assert (report.outcome, report.findings) == ("met", ())


@pytest.mark.parametrize(
    "name", ["Makefile", "GNUmakefile", "workflow/Snakefile", "rules/train.smk", "Report.Rmd", "kernel.mojo", "main.nf"]
)
def test_names_of_source_code_without_an_ending_and_of_fewer_people(name: str) -> None:
    assert is_source_code(name)


@pytest.mark.parametrize(
    "name",
    [
        "train.py",
        "a/b/run.SH",
        "kernel.cu",
        "Analysis.R",
        "x.ipynb",
        "lib.rs",
        "main.cpp",
        "fit.stan",
        "fit.do",
        "fit.sas",
        "fit.sps",
        "rows.awk",
        "justfile",
    ],
)
def test_names_of_source_code(name: str) -> None:
    assert is_source_code(name)


@pytest.mark.parametrize(
    "name",
    [
        "tokenizer.json",
        "vocab.txt",
        "py",
        ".py",
        "a.py/vocab.txt",
        "x.pyc",
        "train.py.bak",
        "setup.cfg",
        "a.pt",
        "makefile.txt",
        "a.Makefile",
        "code.zip",
    ],
)
def test_names_of_what_is_none(name: str) -> None:
    assert not is_source_code(name)


APOLOGY = "# the training code will be here soon, sorry\n"


def test_code_that_is_only_comments_is_for_a_person_and_said_by_build(tmp_path: Path) -> None:
    root = write_release(tmp_path / "toy", unpinned(DECLARATION))
    (root / "code" / "train.py").write_text(APOLOGY)
    built = openmodel.build(root)
    assert built.manifest.measured is not None
    assert [file.defect for file in built.manifest.measured.files][:1] == [
        "it has no code, but comments and blank lines only"
    ]
    outcomes = {id: item.outcome for id, item in requirements(openmodel.check(root).releases[0]).items()}
    assert outcomes["OSAID-CODE-TRAINING"] == outcomes["OSAID-CODE-INFERENCE"] == "undetermined"
    (root / "code" / "train.py").write_text(f"{APOLOGY}print('training')\n")
    openmodel.build(root)
    assert requirements(openmodel.check(root).releases[0])["OSAID-CODE-TRAINING"].outcome == "met"


def test_a_defect_that_was_taken_out_of_the_manifest_is_seen_in_the_bytes(tmp_path: Path) -> None:
    root = write_release(tmp_path / "toy", unpinned(DECLARATION))
    (root / "code" / "train.py").write_text(APOLOGY)
    openmodel.build(root)
    edit("/measured/files/0/defect", None)(root)
    assert requirements(openmodel.check(root).releases[0])["OSAID-CODE-TRAINING"].outcome == "met"
    release = read(root)
    assert requirements(release)["OSAID-CODE-TRAINING"].outcome == "undetermined"
    assert remarks(release)["/measured/files/0/defect"].startswith("Recorded is None; this version finds 'it has no")


def test_a_comment_beside_weights_is_no_fault_of_theirs() -> None:
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "files": ["**"]}
    block = measured(file("a.safetensors", format="safetensors"), file("a.py") | {"defect": "it has no code"})
    assert judged("OSAID-PARAM-AVAILABLE", components=[weights], **block).outcome == "met"


def unpinned(declaration: str) -> str:
    start = declaration.index("    pin:\n")
    return declaration[:start] + declaration[declaration.index("    terms: {expression: Apache-2.0 OR MIT}") :]
