# SPDX-License-Identifier: Apache-2.0
"""Whatever a manifest says, `check` ends soon in a typed error or in a report that no terminal obeys."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.checking import check
from openmodel.errors import DocumentError
from openmodel.manifest import loads
from openmodel.manifest.pointers import join, split
from openmodel.policies import POLICIES
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.report import TOOL, PolicyReport, ReleaseReport, Report
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.rendering.report import report_json, report_text

CASES = Path(__file__).parents[1] / "conformance" / "osaid" / "cases"

N = 2000
RELEASE = {"openmodel": "1-draft", "release": {"name": "toy", "publisher": "Lab"}}
TRAIN = {"id": "t", "kind": "train"}


def judged(**fields: Any) -> list[PolicyReport]:
    facts = Facts(loads(json.dumps(RELEASE | fields), "toy.json"))
    return [judge(facts, policy) for policy in POLICIES]


def many(prefix: str, **fields: Any) -> list[dict[str, Any]]:
    """`N` things with ids; `{i}` in a value is their number and `{j}` that of the one before."""
    text = json.dumps({"id": f"{prefix}{{i}}"} | fields)
    return [json.loads(text.replace("{i}", str(i)).replace("{j}", str(max(i - 1, 0)))) for i in range(N)]


REVIEW = {
    "requirement": "OSAID-DATA-DETAIL",
    "policy": f"osaid-1.0@{POLICIES[0].version}",
    "subject_sha256": "0" * 64,
    "judgement": "met",
    "by": "Jo",
    "affiliation": "Elsewhere",
    "date": "2025",
    "reason": "Because.",
}
CROWDS: dict[str, dict[str, Any]] = {
    "sources without anything": {"sources": many("s", name="S")},
    "a chain of sources": {
        "sources": [{"id": "s0", "name": "S"}, *many("s", name="S", derived_from=["s{j}"])[1:]],
        "stages": [TRAIN | {"data": [{"source": f"s{N - 1}"}]}],
    },
    "parents, with a part and a stage of each": {
        "parents": many("p", name="P"),
        "components": many("c", name="C", of="p{i}", kinds=["training_code", "weights", "library", "validation_code"]),
        "stages": [*many("t", kind="adapt", models=[{"model": "p{i}", "role": "initial"}]), *many("z", of="p{i}")],
    },
    "assertions that all parts wait for": {
        "assertions": [{"statement": "parameters_freely_available", "by": f"Stranger {i}"} for i in range(N)],
        "components": many("c", name="C", kinds=["weights"]),
    },
    "assertions by publishers of parents": {
        "assertions": [{"statement": "all_training_data_listed", "by": f"Stranger {i}"} for i in range(N)],
        "sources": [{"id": "s", "name": "S"}],
        "parents": many("p", name="P", described_by={"role": "publisher", "name": "Publisher {i}"}),
    },
    "reviews of everything": {
        "sources": many("s", name="S" * 100),
        "reviews": [REVIEW | {"at": ["/sources", f"/x{i}"]} for i in range(N)],
    },
    "stages in a circle": {
        "components": many("c", name="C", kinds=["checkpoint"]),
        "stages": many("t", kind="finetune", models=[{"model": "c{i}", "role": "initial"}], result="c{j}"),
    },
    "unknown licences": {
        "components": many(
            "c",
            name="C",
            kinds=["weights", "training_code"],
            terms={"expression": " AND ".join(f"house-{{i}}-{at}" for at in range(20))},
        ),
    },
    "code and settings of stages": {
        "components": many("c", name="C"),
        "stages": many("t", kind="train", code=["c{i}"], settings="c{i}"),
    },
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_crowds_are_judged_soon_and_never_met(crowd: str) -> None:
    reports = judged(**CROWDS[crowd])
    assert {report.outcome for report in reports} == {"unmet"}


def test_a_million_sources_are_refused_on_reading(tmp_path: Path) -> None:
    path = tmp_path / "openmodel.json"
    sources = ",".join(f'{{"id":"s{index}","name":"S"}}' for index in range(10**6))
    path.write_text(f'{{"openmodel":"1-draft","release":{{"name":"toy"}},"sources":[{sources}]}}')
    with pytest.raises(DocumentError, match="too many values"):
        check(path)


LONG = {
    "words": "word " * 10**5,
    "one word": "a" * 10**6,
    "blanks": " " * 10**6,
    "nothing that can be seen": "\u200b\u00ad" * 10**5,
    "letters that grow when they are normalised": "\ufdfa" * 10**5,
    "braces": "{{" * 40_000,
    "ends of braces": "{{" + "}} " * 40_000,
    "brackets": "[" * 80_000,
    "notes": "TODO " * 10**5,
    "signs": "-" * 10**6,
    "addresses": "http://" * 10**5,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_judged_soon(name: str) -> None:
    text = LONG[name]
    fields = ("provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed", "filtered")
    reports = judged(
        sources=[{"id": "s", "name": text, "terms": {"expression": text}} | dict.fromkeys(fields, text)],
        components=[{"id": "c", "name": text, "kinds": ["weights"], "terms": {"expression": text, "grant": text}}],
        assertions=[{"statement": "all_training_data_listed", "by": text}],
        stages=[TRAIN | {"settings": {"note": text}, "data": [{"source": "s"}]}],
        release={"name": text, "publisher": text, "disclosure_terms": {"expression": text}},
    )
    assert reports[0].outcome == "unmet"
    longest = max(len(item.message) for report in reports for line in report.requirements for item in line.findings)
    assert longest < 1000


@pytest.mark.parametrize("nothing", ["", "TODO", "n/a", "[more information needed]"])
@pytest.mark.parametrize("padding", [" ", "\u200b", "\n\u2060 "])
def test_padding_does_not_make_a_text_of_nothing(nothing: str, padding: str) -> None:
    assert is_placeholder(padding * 10**5 + nothing + padding * 10**5)
    assert not is_placeholder(padding * 10**5 + "Twelve nurses wrote them down." + padding * 10**5)


def test_what_cannot_be_seen_does_not_make_a_text() -> None:
    """The list of the module against that of this Python."""
    for code in range(0x110000):
        if unicodedata.category(chr(code)) == "Cf":
            assert is_placeholder(f"TO{chr(code)}DO"), hex(code)


class TestCircles:
    @pytest.mark.parametrize("length", [1, 2, N])
    def test_of_sources_are_refused(self, length: int) -> None:
        sources = [{"id": f"s{i}", "name": "S", "derived_from": [f"s{(i + 1) % length}"]} for i in range(length)]
        with pytest.raises(DocumentError, match="made from each other"):
            judged(sources=sources)

    def test_of_stages_hide_no_beginning(self) -> None:
        """Each begins with what the other gave, and nothing says where the first came from."""
        components = [{"id": name, "name": name, "kinds": ["checkpoint"]} for name in ("x", "y")]
        stages = [
            {"id": "a", "kind": "finetune", "models": [{"model": "y", "role": "initial"}], "result": "x"},
            {"id": "b", "kind": "finetune", "models": [{"model": "x", "role": "initial"}], "result": "y"},
        ]
        report = judged(components=components, stages=stages)[0]
        listed = next(item for item in report.requirements if item.id == "OSAID-DATA-LISTED")
        assert "/stages/0/models/0" in {finding.where for finding in listed.findings if finding.kind == "judge"}


def test_settings_of_any_depth_are_read_or_refused() -> None:
    for depth in (10, 50, 100, 10_000):
        text = json.dumps(RELEASE | {"stages": [TRAIN | {"settings": {"a": "DEEP"}}]})
        text = text.replace('"DEEP"', '{"a":' * depth + '{"undisclosed":"withheld"}' + "}" * depth)
        try:
            facts = Facts(loads(text, "toy.json"))
        except DocumentError:
            assert depth > 50
        else:
            settings = next(item for item in judge(facts, POLICIES[0]).requirements if item.id == "OSAID-CODE-SETTINGS")
            assert settings.outcome == "unmet"


HOSTILE = (
    "\x1b[2J\x1b[31m✓ met\x1b[0m",
    "\u202ereversed\u2066\u200b\u00ad",
    "a\r\n✓ All is well: met\n\x07",
    "<script>alert(1)</script> [x](javascript:y) | `z`",
    "\U000e0041\u0085\u2028\ud7ff",
)


def texts(value: Any, pointer: str = "") -> Iterator[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        place = join(pointer, key)
        if isinstance(item, str):
            yield place
        yield from texts(item, place)


def put(value: Any, tokens: list[str], text: str) -> Any:
    if not tokens:
        return text
    copied = dict(value) if isinstance(value, dict) else list(value)
    first: Any = tokens[0] if isinstance(value, dict) else int(tokens[0])
    copied[first] = put(value[first], tokens[1:], text)
    return copied


def test_no_text_of_any_field_reaches_the_terminal_as_it_is() -> None:
    refused, fields = 0, set[str]()
    for case in ("third-party-training-code-withheld-uncited", "complete-reviewed-by-the-publisher"):
        document = openmodel.manifest.plain(openmodel.load(CASES / case / "openmodel.yaml"))
        # Of the second, the fields that the first one has not: both are the same release otherwise.
        places = [pointer for pointer in texts(document) if field(pointer) not in fields]
        fields |= {*map(field, places)}
        for number, pointer in enumerate(places):
            refused += not shows_safely(document, pointer, HOSTILE[number % len(HOSTILE)])
    assert refused > 20
    assert {"/reviews/*/reason", "/citations/*/note", "/sources/*/scope"} <= fields


def field(pointer: str) -> str:
    return re.sub(r"/[0-9]+(?=/|$)", "/*", pointer)


def shows_safely(document: Any, pointer: str, text: str) -> bool:
    """Whether a document with such a text is read at all; what is said of it must be safe."""
    try:
        manifest = loads(json.dumps(put(document, split(pointer), text)), "toy.json")
    except DocumentError as error:
        assert_safe(str(error), pointer)
        return False
    facts = Facts(manifest)
    policies = tuple(judge(facts, policy) for policy in POLICIES)
    release = ReleaseReport(text, manifest.release.name, manifest.release.version, "0" * 64, None, policies)
    report = Report(1, TOOL, (release,))
    assert_safe(report_text(report, 80), pointer)
    assert report_json(report).isascii()
    return True


def assert_safe(text: str, pointer: str) -> None:
    unsafe = {character for character in text if unicodedata.category(character)[0] == "C" and character != "\n"}
    assert not unsafe, (pointer, unsafe)
    assert not any(line.startswith("✓ All is well") for line in text.splitlines())


@pytest.mark.parametrize("id", ["<b>", "a b", "../x", "a\x1b[0m", "\u202ea", "", "a" * 129, "![x](y)", "`a`"])
def test_an_id_that_looks_like_markup_is_refused(id: str) -> None:
    with pytest.raises(DocumentError):
        judged(sources=[{"id": id, "name": "S"}])
