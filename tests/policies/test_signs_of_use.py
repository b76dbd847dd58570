# SPDX-License-Identifier: Apache-2.0
"""What is said of the data and of components shows what is said not to exist."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.osaid.signs_of_use import word_of_a_program
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

NONE = {"undisclosed": "not_applicable", "reason": "There is none."}

BY_A_PROGRAM = (
    "The Gopher quality rules (31 % removed) and near copies by MinHash at 0.8 (24 %).",
    "Documents were deduplicated.",
    "Pages that fastText lid.176 holds for English with a score of 0.65 or more.",
    "Text was extracted with trafilatura 1.12.",
    "Line breaks inside paragraphs joined, Unicode brought to NFC.",
    "E-mail addresses were found by regular expressions and replaced.",
    "Files that a KenLM model gives a perplexity over 1,000 were dropped.",
    "Audio was resampled to 16 kHz.",
    "Rows were dropped by a small classifier that we trained.",
    "HTML was stripped and lines were tokenised.",
    "exact duplicates were removed.",
    "The text was lower-cased.",
    "Images were cropped to the face, then resized to 64 x 64.",
    "We normalised the spelling of names.",
    "Lower-cased and split into words.",
    "Tokenised.",
    "Non-English pages were dropped.",
    "Nothing was kept back; markup was removed.",
    "HTML tags are removed and documents are tokenised and packed into 2048-token sequences.",
    "Pages that were not English were removed by fastText.",
    "Pages that did not name an author were removed.",
    "A Python script took every tenth page.",
    "A script dropped rows with missing values.",
    "Images are resized to 224 pixels.",
    "12 thousand rows were dropped.",
    "31 % of the pages were removed.",
)
BY_NONE = (
    "Nothing was removed.",
    "The data was used as it is.",
    "No deduplication was done.",
    "We did not deduplicate.",
    "Used without MinHash or other filters.",
    "The publisher had removed near duplicates.",
    "It has already been deduplicated by its makers.",
    "All 1797 rows; every fifth was set aside for testing.",
    "Two rows with a missing value were left out by hand.",
    "Pixel sums of 4 x 4 blocks, divided by 16.",
    "Reviews of regional newspapers and normal letters.",
    "Pages about classifiers in Chinese grammar were kept.",
    "The oldest 12 letters, as the archive holds them.",
    "Two rows were removed by hand.",
    "Markup had been stripped by the publisher.",
    "The images were cropped by the museum.",
    "No rows were dropped.",
    "Lines were neither cleaned nor tokenised.",
    "Photographs of houses that were converted to offices.",
    "Cleaned minutes of the council, as it published them.",
    "Nothing was stripped.",
    "The text wasn\u2019t tokenised.",
    "No blank lines, near copies or headings were removed.",
    "The data was used as published.",
    "The statue was moved in 1920.",
    "Every line was typed and corrected manually, and stamps were removed manually.",
    "Sixteen forms were removed because the writing was illegible.",
    "3 of the 40 tapes were dropped.",
    "Rows were deleted in Excel.",
    "Each image was cropped with GIMP by two students.",
    "The blood was stripped of fibrinogen.",
    "The samples were filtered through paper.",
    "Texts in the Cyrillic script took the second place.",
    "The script of the play was printed in 1920.",
    "Photographs with pandas",
    "The reviews are tokenised as published.",
    "Rulings are anonymised.",
    "Houses that are converted to flats.",
)


@pytest.mark.parametrize("text", BY_A_PROGRAM)
def test_what_only_a_program_does(text: str) -> None:
    assert word_of_a_program(text)


@pytest.mark.parametrize("text", BY_NONE)
def test_what_is_denied_done_by_others_or_done_by_hand(text: str) -> None:
    assert word_of_a_program(text) is None


def test_no_processing_code_beside_words_of_processing_waits_for_a_person() -> None:
    source = {"id": "a", "name": "A", "filtered": BY_A_PROGRAM[0]}
    report = judged("OSAID-CODE-PROCESSING", sources=[source], not_offered={"data_processing_code": NONE})
    (finding,) = report.findings
    assert (report.outcome, finding.where) == ("undetermined", "/not_offered/data_processing_code")
    assert "/sources/0/filtered tells of what a program does (“Gopher”)" in finding.message
    source["filtered"] = "Nothing was removed."
    report = judged("OSAID-CODE-PROCESSING", sources=[source], not_offered={"data_processing_code": NONE})
    assert report.outcome == "met"


def test_words_on_the_data_of_a_parent_say_nothing_of_the_release() -> None:
    report = judged(
        "OSAID-CODE-PROCESSING",
        sources=[{"id": "a", "name": "A", "of": "p", "filtered": BY_A_PROGRAM[0]}],
        parents=[{"id": "p", "name": "P"}],
        stages=[{"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}],
        not_offered={"data_processing_code": NONE},
    )
    assert report.outcome == "met"


@pytest.mark.parametrize(
    ("tasks", "unit", "expected"),
    [
        (["text-generation"], "tokens", "undetermined"),
        (["translation"], "tokens", "undetermined"),
        (["text-generation"], "bytes", "met"),
        (["tabular-classification"], "tokens", "met"),
        ([], "tokens", "met"),
    ],
)
def test_no_library_beside_tokens_of_a_model_of_text(tasks: list[str], unit: str, expected: str) -> None:
    fields: dict[str, Any] = {
        "release": {"name": "toy", "publisher": "Lab", "tasks": tasks},
        "sources": [{"id": "a", "name": "A", "amount": {"unit": unit, "value": 1000}}],
    }
    report = judged("OSAID-CODE-LIBRARIES", not_offered={"library": NONE}, **fields)
    assert report.outcome == expected
    assert found(report, "judge") == (["/not_offered/library"] if expected == "undetermined" else [])


WITHHELD = {"undisclosed": "withheld", "reason": "secret"}


@pytest.mark.parametrize(
    ("component", "is_doubted"),
    [
        ({"name": "chat logs used for alignment", "where": WITHHELD}, True),
        ({"name": "chat logs used for alignment"}, True),
        ({"name": "chat logs", "where": [{"url": "https://example.org/logs"}]}, False),
        ({"name": "chat logs", "pin": {"repository": "https://github.com/a/logs"}}, False),
        ({"name": "chat logs", "files": ["logs/**"]}, False),
        ({"name": "training data", "id": "data", "where": WITHHELD}, False),
        ({"name": "Northern newswire, cleaned", "where": WITHHELD}, False),
        ({"name": "all articles for training", "where": WITHHELD}, False),
        ({"name": "logs", "kinds": ["evaluation_data"], "where": WITHHELD}, False),
    ],
)
def test_data_among_the_components_that_no_source_is_about(component: dict[str, Any], is_doubted: bool) -> None:
    source = {"id": "news", "name": "Northern Newswire", "provenance": "Articles of the agency's own staff."}
    component = {"id": "td", "kinds": ["training_data"]} | component
    report = judged("OSAID-DATA-LISTED", sources=[source], components=[component])
    assert ("/components/0" in found(report, "judge")) == is_doubted
