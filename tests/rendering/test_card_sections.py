# SPDX-License-Identifier: Apache-2.0
"""What a card says: each fact, who speaks, and in words what is not disclosed."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from openmodel import Manifest
from openmodel.policies import POLICIES
from openmodel.policies.facts import Facts
from openmodel.policies.reviews import named
from openmodel.rendering.card_sections import provenance
from tests.rendering.manifests import DIGEST, WEIGHTS, full_manifest, manifest

ABSENT = "*Not disclosed: nobody has answered this.*"
THIRD: JsonValue = {"role": "third_party", "name": "Jane Doe"}


def said(subject: Manifest) -> list[str]:
    return provenance(subject, DIGEST)


def section(subject: Manifest, title: str) -> str:
    """The text of one section."""
    _, _, rest = "\n".join(said(subject)).partition(f"### {title}\n\n")
    return rest.partition("\n### ")[0].strip()


def source(**fields: JsonValue) -> JsonValue:
    return {"id": "s", "name": "S", **fields}


def test_every_section_of_an_empty_manifest_says_that_nobody_answered() -> None:
    titles = ["Components", "Training data", "Environments", "Parents", "Evaluation", "Terms of these descriptions"]
    for title in titles:
        assert section(manifest(), title) == ABSENT, title
    assert section(manifest(), "Training procedure") == ABSENT
    assert section(manifest(), "Weights and files") == "Nothing was measured yet."
    text = "\n".join(said(manifest()))
    for label in ("Version", "Publisher", "Date", "Tasks", "Languages", "Description"):
        assert f"| {label} | {ABSENT} |" in text
    for title in ("Citations", "Reviews", "extensions", "Sequence number", "Not offered"):
        assert title not in text


def test_empty_lists_are_not_absent() -> None:
    empty = manifest(components=[], sources=[], parents=[], stages=[], release={"tasks": [], "languages": []})
    assert section(empty, "Components") == "*The list of components is empty.*"
    assert section(empty, "Training data") == "*The list of sources is empty.*"
    assert section(empty, "Training procedure") == "*The list of stages is empty.*"
    assert section(empty, "Parents") == "The list of parents is empty."
    assert "| Tasks | *Not disclosed: the list is empty.* |" in "\n".join(said(empty))


UNDISCLOSED = [
    ({"undisclosed": "unknown", "reason": "Lost."}, "*Unknown to {speaker}: Lost.*"),
    ({"undisclosed": "unknown"}, "*Unknown to {speaker}; no reason is given.*"),
    ({"undisclosed": "withheld", "reason": "A contract."}, "*Withheld by {keeper}: A contract.*"),
    ({"undisclosed": "withheld", "reason": "TODO"}, "*Withheld by {keeper}; no reason is given.*"),
    ({"undisclosed": "not_applicable", "reason": "No *labels*."}, "*Does not apply: No \\*labels\\*.*"),
    ({"undisclosed": "not_applicable"}, "*Does not apply; no reason is given.*"),
]
NOBODY = "nobody who gives a name; it counts as the publisher's word"

VOICES: list[tuple[dict[str, JsonValue], str, str, str]] = [
    ({}, NOBODY, "the publisher", "the publisher"),
    ({"described_by": {"role": "publisher"}}, "the publisher", "the publisher", "the publisher"),
    ({"publisher": "Example Lab"}, "the publisher: Example Lab", "Example Lab", "Example Lab"),
    ({"publisher": "TODO"}, NOBODY, "the publisher", "the publisher"),
    ({"described_by": {"role": "publisher", "name": "Lab"}}, "the publisher: Lab", "Lab", "Lab"),
    ({"described_by": THIRD}, "a third party: Jane Doe", "Jane Doe", "the publisher, as Jane Doe reports"),
    (
        {"publisher": "Example Lab", "described_by": {"role": "third_party"}},
        "a third party that is not named",
        "the third party that describes this",
        "Example Lab, as the third party that describes this reports",
    ),
]


@pytest.mark.parametrize(("value", "words"), UNDISCLOSED)
@pytest.mark.parametrize("voice", VOICES)
def test_who_does_not_disclose_it_and_why(
    value: JsonValue, words: str, voice: tuple[dict[str, JsonValue], str, str, str]
) -> None:
    release, describer, speaker, keeper = voice
    expected = words.format(speaker=speaker, keeper=keeper)
    subject = manifest(release=release, sources=[source(filtered=value, terms=value)], stages=value, parents=value)
    assert f"- **How it was filtered:** {expected}" in section(subject, "Training data")
    assert f"- **Terms:** {expected}" in section(subject, "Training data")
    assert section(subject, "Parents") == expected
    assert section(subject, "Training procedure") == expected
    assert f"**Described by {describer}.**" in said(subject)[2]


@pytest.mark.parametrize(
    ("describer", "speaker", "keeper"),
    [
        (
            None,
            "the third party that describes this",
            "the publisher of P, as the third party that describes this reports",
        ),
        (THIRD, "Jane Doe", "the publisher of P, as Jane Doe reports"),
        ({"role": "publisher"}, "the publisher of P", "the publisher of P"),
        ({"role": "publisher", "name": "P Makers"}, "P Makers", "P Makers"),
    ],
)
def test_who_speaks_of_a_parent(describer: JsonValue, speaker: str, keeper: str) -> None:
    parent: JsonValue = {"id": "p", "name": "P", **({"described_by": describer} if describer else {})}
    unknown: JsonValue = {"undisclosed": "unknown", "reason": "Lost."}
    withheld: JsonValue = {"undisclosed": "withheld", "reason": "A contract."}
    subject = manifest(parents=[parent], sources=[source(of="p", scope=unknown, filtered=withheld)])
    text = section(subject, "Training data")
    assert text.startswith("#### S (of the parent P)")
    assert f"- **Scope:** *Unknown to {speaker}: Lost.*" in text
    assert f"- **How it was filtered:** *Withheld by {keeper}: A contract.*" in text


@pytest.mark.parametrize("text", ["TODO", "[More Information Needed]", "  ", "N/A"])
def test_a_placeholder_is_no_answer(text: str) -> None:
    subject = manifest(sources=[source(scope=text)], release={"publisher": text, "description": text})
    words = "*Not disclosed: the text is empty or a placeholder.*"
    assert f"- **Scope:** {words}" in section(subject, "Training data")
    assert f"| Publisher | {words} |" in said(subject)
    assert f"| Description | {words} |" in said(subject)
    assert "More Information Needed" not in "\n".join(said(subject))


def test_questions_that_nobody_answered_are_named_together() -> None:
    text = section(manifest(sources=[source(scope="All.")]), "Training data")
    assert text.startswith("#### S\n\n- **Scope:** All.\n- Also not answered: class, where, terms, amount, modalities,")
    questions = (
        "class where terms amount modalities languages collected provenance scope characteristics obtained selected "
    )
    asked: dict[str, JsonValue] = {
        key: {"undisclosed": "unknown"} for key in (questions + "labelled processed files").split()
    }
    text = section(manifest(sources=[source(**asked)]), "Training data")
    assert text.endswith("\n- Also not answered: how it was filtered.")
    text = section(manifest(sources=[source()]), "Training data")
    assert "#### S\n\n- Not answered: class, where, terms, amount" in text


def test_a_reason_is_asked_for_where_data_cannot_be_shared() -> None:
    assert "why it is not shared" in section(manifest(sources=[source(**{"class": "unshareable"})]), "Training data")
    assert "why it is not shared" not in section(manifest(sources=[source(**{"class": "open"})]), "Training data")


def test_places_terms_and_amounts_in_part() -> None:
    text = section(
        manifest(
            sources=[
                source(
                    where=[{"url": "https://example.org/a", "holds": "derived", "access": "gone", "gone_since": "2024"},
                           {"url": "https://example.org/b", "holds": "index", "sha256": DIGEST},
                           {"url": "javascript:x", "fee": "1 EUR"}],
                    terms={"text": "LICENSE", "url": "https://example.org/terms"},
                    amount={"unit": "hours", "value": {"undisclosed": "unknown"}},
                    collected={"from": "2024-01-01", "to": "2024-01-01"},
                    files=[{"path": "a.csv"}],
                ),
                {"id": "t", "name": "T", "amount": {"unit": "rows"}, "collected": {"to": "2024"}},
            ]
        ),
        "Training data",
    )  # fmt: skip
    assert "  - <https://example.org/a> (derived from it; no longer there; gone since: 2024)" in text
    assert f"  - <https://example.org/b> (an index; SHA-256 `{DIGEST}`)" in text
    assert "  - `javascript:x` (fee: 1 EUR)" in text
    assert f"- **Terms:** licence: {ABSENT}; text in `LICENSE`; <https://example.org/terms>" in text
    assert "- **Amount:** *Unknown to the publisher; no reason is given.* (counted in hours)" in text
    assert f"- **Amount:** {ABSENT} (counted in rows)" in text
    assert "- **Collected:** 2024-01-01" in text
    assert "- **Collected:** from a day that is not stated to 2024" in text
    assert "- **Files:** `a.csv`" in text


def test_pins_in_part() -> None:
    pins: list[JsonValue] = [
        {"repository": "https://example.org/a", "kind": "none"},
        {"repository": "git@example.org:b"},
        {
            "repository": "https://example.org/c",
            "kind": "branch",
            "ref": "main",
            "dirty_sha256": {"undisclosed": "unknown"},
        },
        {
            "repository": "https://example.org/d",
            "kind": "none",
            "ref": {"undisclosed": "unknown", "reason": "Lost."},
            "path": "train",
        },
        {"repository": "https://example.org/e", "kind": "tag", "ref": {"undisclosed": "withheld"}},
        {"repository": "https://example.org/f", "kind": "none", "ref": "somewhere"},
    ]
    components: list[JsonValue] = [{"id": f"c{i}", "name": f"C{i}", "pin": pin} for i, pin in enumerate(pins)]
    text = section(
        manifest(components=[*components, {"id": "d", "name": "D", "pin": {"undisclosed": "unknown"}}]), "Components"
    )
    assert text.startswith(
        "#### C0\n\n- **Repository:** <https://example.org/a>\n- Also not answered: what it is, terms."
    )
    assert f"- **Repository:** `git@example.org:b`, ref {ABSENT}\n" in text
    assert "- **Repository:** <https://example.org/c>, branch `main`\n" in text
    assert "<https://example.org/d>, commit *unknown to the publisher: Lost*, path `train`\n" in text
    assert "<https://example.org/e>, tag *withheld by the publisher; no reason is given*\n" in text
    assert "<https://example.org/f>, ref `somewhere`\n" in text
    assert "#### D\n\n- **Repository:** *Unknown to the publisher; no reason is given.*\n" in text


def test_components_in_part() -> None:
    files: JsonValue = [f"{index:02}.py" for index in range(30)]
    components: list[JsonValue] = [
        {"id": "a", "name": "A", "files": files, "where": [{"url": "https://example.org/a"}]},
        {
            "id": "b",
            "name": "B",
            "kinds": ["training_code", "library"],
            "terms": {"expression": "MIT", "note": "x" * 80},
        },
    ]
    text = section(manifest(components=components), "Components")
    assert "- **Files:**\n  - `00.py`\n" in text
    assert "  - `19.py`\n  - and 10 more in [`openmodel.json`](openmodel.json)\n- **Where:** <https" in text
    assert f"- **What it is:** training code, library\n- **Terms:** `MIT`; note: {'x' * 80}\n" in text
    assert text.endswith("- Also not answered: where.")
    assert "|" not in text


def test_stages_in_part() -> None:
    unknown: JsonValue = {"undisclosed": "unknown"}
    stages: list[JsonValue] = [
        {
            "id": "a",
            "models": [{"model": "w", "role": "teacher"}, {"model": "w", "role": "filter", "weight": unknown}],
            "data": unknown,
            "settings": "w",
            "order": {"seed": 1},
            "segments": [
                {
                    "id": "one",
                    "batch": [{"at_step": 0, "value": 1.5}],
                    "seeds": [{"purpose": "all", "value": 1, "rule": "TODO"}],
                    "determinism": {"scope": "not_guaranteed"},
                },
                {"id": "two", "determinism": {"switches": {"x": "y" * 300}}, "settings": unknown},
            ],
        },
        {"id": "b", "settings": {"component": "w"}, "order": {}, "compute": {"co2_g": 1500}},
        {"id": "c", "settings": {f"s{index}": index for index in range(50)}},
    ]
    text = section(manifest(stages=stages, components=[WEIGHTS]), "Training procedure")
    assert "  - Weights (teacher)\n  - Weights (filter, share *Unknown to the publisher; no reason is given.*)" in text
    assert "- **Settings:** in the component Weights\n" in text
    assert "- **Order of examples:** seed `1`" in text
    assert "- **Batch size:** 1.5 of a unit that is not stated from step 0" in text
    assert "- **Seeds:** all: `1`, by the rule: *Not disclosed: the text is empty or a placeholder.*" in text
    assert "- **Determinism:** equal bits are not promised" in text
    assert f'- **Determinism:** {ABSENT}; switches: `x` = `"{"y" * 199}…`' in text
    assert "1,500 g CO2 equivalent" in text
    assert "`s39` = `39` and 10 more in [`openmodel.json`](openmodel.json)" in text
    assert "- Also not answered: kind, data, code, order of examples, result, compute, segments (steps" in text


def test_environments_in_part() -> None:
    hardware: JsonValue = [{"memory_bytes": {"undisclosed": "unknown"}}, {"model": "M", "count": 2}]
    software: JsonValue = {f"p{index:02}": "1" for index in range(50)}
    text = section(manifest(environments=[{"id": "e", "hardware": hardware, "software": software}]), "Environments")
    assert "  - a processor that is not named; memory: *Unknown to the publisher; no reason is given.*\n" in text
    assert "  - 2 x M\n" in text
    assert "p39 `1` and 10 more in" in text


def test_parents_in_part() -> None:
    parents: JsonValue = [
        {
            "id": "p",
            "name": "P",
            "manifest": {"path": "p.json", "sha256": DIGEST},
            "described_by": {"role": "third_party"},
        },
        {"id": "q", "name": "Q", "manifest": {}, "data": {"undisclosed": "withheld"}, "described_by": THIRD},
    ]
    text = section(manifest(parents=parents), "Parents")
    assert f"- **Its own manifest:** `p.json`, SHA-256 `{DIGEST}`\n- **Described by:** a third party\n" in text
    assert "- **Described by:** a third party: Jane Doe" in text
    assert "- **Its training data:** *Withheld by the publisher of Q, as Jane Doe reports; no reason is given.*" in text
    assert "its own manifest" in text.partition("#### Q")[2]


def measured(files: int = 0, **more: JsonValue) -> dict[str, JsonValue]:
    hexes: dict[str, JsonValue] = {"size": 1000, "sha256": DIGEST, "blake3": DIGEST}
    return {
        "built_from": {"declaration_sha256": DIGEST},
        "files": [{"path": f"f{index:02}", **hexes} for index in range(files)],
        "excluded": [],
        "release_root": DIGEST,
        **more,
    }


def test_files_and_tensors_in_part() -> None:
    none = measured()
    del none["release_root"]
    text = section(manifest(measured=none), "Weights and files")
    assert text == "No tensors were measured.\n\nThere are no files.\n\nThe release has no files of its own."
    text = section(manifest(measured=measured(files=2)), "Weights and files")
    assert f"\n\nRelease root over all files (2, together 2,000 bytes): `{DIGEST}`." in text
    weights: JsonValue = [{"component": "w", "tensors": 0, "parameters": 0, "dtypes": {}}]
    unsafe: JsonValue = [
        {"path": "a.pt", "size": 1, "sha256": DIGEST, "blake3": DIGEST, "role": "weights", "unsafe": "it is *pickled*"}
    ]
    text = section(
        manifest(components=[WEIGHTS], measured=measured(weights=weights, files=0) | {"files": unsafe}),
        "Weights and files",
    )
    assert "| Weights | 0 | 0 |  | not measured |" in text
    assert "| weights; **loading it can run code: it is \\*pickled\\*** |" in text


def test_the_summary_is_below_a_header_that_says_nothing_of_the_release() -> None:
    lines = said(manifest())
    start = lines.index("| Field | Value |")
    assert lines[start + 1 : start + 3] == ["| --- | --- |", "| Name | toy |"]


def test_conflicts_are_shown_as_json() -> None:
    conflicts: JsonValue = [
        {"at": "/x", "declared": True, "observed": ["a", {"b": None}], "by": "build"},
        {"at": "/y", "declared": "1", "observed": 1, "by": "build"},
    ]
    text = section(manifest(measured=measured(conflicts=conflicts)), "Weights and files")
    assert '| `/x` | `true` | `["a", {"b": null}]` | build |' in text
    assert '| `/y` | `"1"` | `1` | build |' in text


@pytest.mark.parametrize(
    ("describer", "key", "file"),
    [
        (None, "the publisher's public key", "publisher"),
        ({"role": "publisher", "name": "Lab"}, "the publisher's public key", "publisher"),
        (THIRD, "the public key of Jane Doe", "describer"),
        ({"role": "third_party"}, "the public key of the third party that describes this", "describer"),
    ],
)
def test_verification_asks_for_the_key_of_who_signs(describer: JsonValue, key: str, file: str) -> None:
    release: dict[str, JsonValue] = {"publisher": "Example Lab", **({"described_by": describer} if describer else {})}
    text = section(manifest(release=release, measured=measured(files=1)), "How to verify")
    assert f"with {key} from a place that you trust" in text
    assert f"```sh\nopenmodel verify --key {file}.pub .\nopenmodel check .\n```" in text


def test_nothing_to_verify_without_files() -> None:
    text = section(manifest(measured=measured()), "How to verify")
    assert "nothing to sign or verify" in text
    assert "openmodel verify" not in text
    assert "```sh\nopenmodel check .\n```" in text


REVIEW: dict[str, JsonValue] = {
    "requirement": "OSAID-DATA-DETAIL",
    "policy": "osaid-1.0@4",
    "at": ["/sources"],
    "subject_sha256": DIGEST,
    "judgement": "met",
    "by": "A. Reader",
    "affiliation": "University",
    "date": "2025-03-02",
    "reason": "Clear.",
}


def reviewed(**changes: JsonValue) -> str:
    """The section about one review of a release that Example Lab publishes."""
    osaid = next(policy for policy in POLICIES if policy.id == "osaid-1.0")
    sources: JsonValue = [source(scope="All.")]
    digest = Facts(manifest(sources=sources)).subject_sha256(("/sources",))
    review = {**REVIEW, "policy": named(osaid), "subject_sha256": digest, **changes}
    return section(manifest(release={"publisher": "Example Lab"}, reviews=[review], sources=sources), "Reviews")


def test_a_review_that_counts() -> None:
    assert "| met | A. Reader, University, 2025-03-02 (reviewed independently) | Clear. |" in reviewed()
    assert "(self-reviewed)" in reviewed(affiliation="Example Lab")
    assert "nothing here proves who judged" in reviewed()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"subject_sha256": DIGEST}, "the reviewed values were changed since"),
        ({"policy": "osaid-1.0@0"}, "it is about osaid-1.0@0"),
        ({"policy": "*mine*@1"}, "there is no policy \\*mine\\*"),
        ({"requirement": "OSAID-ALL"}, "OSAID-ALL is no requirement of osaid-1.0"),
    ],
)
def test_a_review_that_is_void_is_never_shown_as_a_judgement(changes: dict[str, JsonValue], why: str) -> None:
    text = reviewed(**changes)
    assert f"| **does not count:** {why}" in text
    assert "| A. Reader, University, 2025-03-02 | Clear. |" in text
    assert "independently" not in text
    assert "| met |" not in text


def test_long_lists_are_cut_with_a_count() -> None:
    more = "[`openmodel.json`](openmodel.json)."
    many: list[JsonValue] = [{"id": f"c{index}", "name": "C"} for index in range(60)]
    sources: list[JsonValue] = [{"id": f"s{index}", "name": "S"} for index in range(60)]
    files: list[JsonValue] = [{"path": f"f{index}"} for index in range(30)]
    results: list[JsonValue] = [{"value": index} for index in range(60)]
    citations: list[JsonValue] = [{"at": "", "where": {"url": "https://example.org"}}] * 60
    conflicts: JsonValue = [{"at": "/x", "declared": 1, "observed": 2, "by": "b"}] * 60
    extra = measured(files=30, conflicts=conflicts, excluded=[f"x{index:02}" for index in range(30)])
    assert isinstance(sources[0], dict)
    sources[0]["files"] = files
    subject = manifest(components=many, sources=sources, evaluations=results, citations=citations, measured=extra)
    assert f"And 10 more in {more}" in section(subject, "Components")
    assert f"And 10 more in {more}" in section(subject, "Training data")
    assert "  - `f19`\n  - and 10 more in" in section(subject, "Training data")
    assert f"And 10 more in {more}" in section(subject, "Evaluation")
    assert f"And 10 more in {more}" in section(subject, "Citations")
    assert section(subject, "Weights and files").count(f"And 10 more in {more}") == 2
    assert f"`x19` and 10 more in {more}" in section(subject, "Weights and files")


def test_no_card_says_how_to_install() -> None:
    assert "pip install" not in "\n".join(said(full_manifest()))


def test_nothing_is_claimed_beyond_the_manifest() -> None:
    text = "\n".join(said(full_manifest())).lower()
    for words in ("certified", "osi-", "is open source", "compliant", "more information needed"):
        assert words not in text.replace("osi-approved", "")
