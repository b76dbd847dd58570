# SPDX-License-Identifier: Apache-2.0
"""That something is kept secret is no reason why it does not exist."""

from __future__ import annotations

import pytest

from openmodel.policies.texts.refusals import (
    admits_that_it_exists,
    speaks_of_keeping_back,
    speaks_of_own_advantage,
    speaks_of_secrecy,
)
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

REFUSALS = (
    "We keep it secret.",
    "We do not release it.",
    "It is proprietary and internal.",
    "Our pipeline is a trade secret.",
    "Not released for competitive reasons.",
    "We do not want to say who labelled it.",
    "trade secret",
    "Internal only",
    "Confidential: under NDA.",
    "The code is not public.",
    "It was not made available.",
    "We won\u2019t disclose how.",
    "The authors do not plan to publish this.",
    "We prefer not to reveal it.",
    "We cannot share details.",
    "We did not share it.",
    "Withheld from competitors.",
    "It is held back for business reasons.",
    "No search is described, because the method is confidential.",
    "We keep this to ourselves.",
)
REASONS = (
    "Pretraining predicts the next token of the text, so nobody made labels.",
    "The weights are published in the form in which they were trained.",
    "No search was made; the settings are those of a published recipe.",
    "Inputs are numbers; nothing beyond the standard library is used.",
    "No proprietary or confidential data was used.",
    "Nothing was held back for validation.",
    "The data is not proprietary and has no labels.",
    "There are no trade secrets here: nothing was filtered.",
    "Encoder and decoder do not share weights.",
    "The internal representation is learned, not labelled.",
    "An internal benchmark of the framework is not used.",
    "Secret sharing needs no labels.",
    "Private keys are numbers.",
    "The private part of the test set was scored by the organisers.",
    "The settings of the Kaggle competition were taken as they are.",
    "Weights are not shared between the layers.",
    "The dialogues were used as they were typed; no code touched them.",
    "A release of the framework does it.",
    "We say nothing of validation because none was done.",
    "The tree was clean.",
    "Under company policy a person writes each answer, and nothing is labelled afterwards.",
)


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refusal_is_no_reason(reason: str) -> None:
    assert speaks_of_keeping_back(reason)
    said = {"undisclosed": "not_applicable", "reason": reason}
    for kind, id in (("hyperparameter_search_code", "SEARCH"), ("library", "LIBRARIES")):
        report = judged(f"OSAID-CODE-{id}", not_offered={kind: said})
        assert (report.outcome, found(report, "judge")) == ("undetermined", [f"/not_offered/{kind}"])
    report = judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/labelled"])


@pytest.mark.parametrize("reason", REASONS)
def test_reasons_why_there_is_none_are_believed(reason: str) -> None:
    assert not speaks_of_keeping_back(reason)
    said = {"hyperparameter_search_code": {"undisclosed": "not_applicable", "reason": reason}}
    assert judged("OSAID-CODE-SEARCH", not_offered=said).outcome == "met"


def test_a_long_reason_takes_no_long_time() -> None:
    assert not speaks_of_keeping_back("we do not want to to to " * 5_000)
    assert not admits_that_it_exists("made by a a a available to a a it was " * 5_000)


ADMISSIONS = (
    "Available on request.",
    "Provided to paying customers.",
    "Available to partners.",
    "Available only to our enterprise customers.",
    "Please contact the authors.",
    "Too large to upload.",
    "The scripts are too messy to release.",
    "Lost in a disk failure.",
    "The code was lost.",
    "The script was not kept.",
    "We have since lost it.",
    "The engineer left.",
    "The student who wrote it has left.",
    "Done by a vendor in Kenya under contract.",
    "The labels were made by crowd workers.",
    "It was run on Google's internal systems.",
    "It ran on our internal platform.",
    "Patent pending.",
    "Our lawyers advise against it.",
    "We will release it in March.",
    "It will soon be published.",
)
NO_REASONS = (
    "See the paper.",
    "See paper.",
    "Not needed.",
    "n.a. here",
    "We do not think this is required by OSAID.",
    "It is described in words instead.",
    "https://example.org/paper.pdf",
    "It does not apply.",
    "Standard practice.",
    "whatever",
)
NONE = (
    "There is none.",
    "We have none.",
    "Not used.",
    "None was used.",
    "Unused",
    "Chosen by hand.",
    "It was done by hand.",
    "Self-supervised.",
    "Pretraining.",
    "No labels.",
    "无标签",
    "raw text for self-supervised training; nobody labelled it",
    "The text is used as it is, without labels.",
    "The data was used as it is.",
    "Two duplicate rows were deleted by hand.",
    "No information was lost by that.",
    "Nobody was asked to label it; no vendor or contractor took part.",
    "The agency's subject codes were not used.",
    "The labels that the data set offers were left out.",
    "One run was made; the values are those of the GPT-2 paper.",
    "The network is too small to search for settings.",
    "Phi-2 was described in a blog post; the papers listed here are on phi-1 and phi-1.5.",
    "The framework trains the model by itself.",
    "Patents have no labels.",
    "The tables are small, and they were kept as they are.",
    "The loss looks at the text only.",
    "The left half of an image predicts the right one.",
)


@pytest.mark.parametrize(
    ("reason", "why"),
    [(reason, "speaks of one that there is or was") for reason in ADMISSIONS]
    + [(reason, "says too little") for reason in NO_REASONS],
)
def test_a_reason_that_admits_or_says_nothing_waits_for_a_person(reason: str, why: str) -> None:
    said = {"undisclosed": "not_applicable", "reason": reason}
    report = judged("OSAID-CODE-SEARCH", not_offered={"hyperparameter_search_code": said})
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/not_offered/hyperparameter_search_code"])
    assert why in report.findings[0].message
    report = judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/labelled"])


@pytest.mark.parametrize("reason", NONE)
def test_a_reason_may_be_short_or_speak_of_others(reason: str) -> None:
    said = {"undisclosed": "not_applicable", "reason": reason}
    assert judged("OSAID-CODE-SEARCH", not_offered={"hyperparameter_search_code": said}).outcome == "met"
    assert judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}]).outcome == "met"


KEPT_SECRET = (
    "The criteria are a trade secret.",
    "Selected by rules that are kept strictly confidential.",
    "The list of sites is secret.",
    "Not told for competitive reasons.",
    "We keep this to ourselves.",
    "Our authors decline to say which.",
    "We cannot share it.",
    "From sources that cannot be disclosed.",
    "Geschäftsgeheimnis",
    "商业机密",
)
ABOUT_SECRETS = (
    "Documents marked confidential were removed.",
    "Decisions of federal courts about trade secrets, 1990 to 2020.",
    "Repositories that are not public were left out.",
    "Pages that do not specify a licence were removed.",
    "Files under a proprietary licence were removed.",
    "10 % of the rows were withheld for validation.",
    "Patents that were not published in English were left out.",
    "Private repositories were never crawled.",
    "Images that could not be released under a free licence were left out.",
    "Annotators did not see the names, which were replaced.",
    "The criteria are not secret: all pages with a date.",
    "Cables that were secret until 2010 were taken from the national archive's web site.",
)


@pytest.mark.parametrize("text", KEPT_SECRET)
def test_a_description_that_is_a_refusal_waits_for_a_person(text: str) -> None:
    assert speaks_of_secrecy(text)
    report = judged("OSAID-DATA-SELECTED", sources=[{"id": "a", "name": "A", "selected": text}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/selected"])


@pytest.mark.parametrize("text", ABOUT_SECRETS)
def test_data_may_be_about_secrets(text: str) -> None:
    assert not speaks_of_secrecy(text)
    assert judged("OSAID-DATA-FILTERED", sources=[{"id": "a", "name": "A", "filtered": text}]).outcome == "met"


OWN_ADVANTAGE = (
    "It would help our competitors.",
    "For competitive reasons",
    "The data is a trade secret.",
    "Trade secret",
    "Company policy.",
    "Our company policy does not allow it; we reviewed it last year.",
    "Releasing it would weaken our business model.",
    (
        "It gives us a competitive advantage, which took years of work and much money to build up, and which we intend "
        "to have for as long as we can in this market."
    ),
    "We do not share it as it would help our competitors.",
    "We do not share it for competitive reasons.",
    "It cannot be passed on to protect our competitive advantage.",
    "The collection is commercially sensitive.",
    "For strategic reasons we keep it.",
    "It is our intellectual property.",
    "No law forbids it; it is for business reasons.",
    "Geschäftsgeheimnis",
    "Коммерческая тайна",
    "商业机密",
    "営業秘密です",
)
RIGHTS_OF_OTHERS = (
    "Patient records; German law forbids it.",
    "The publishers' contract forbids passing it on.",
    "GDPR: personal data of customers",
    "Books under copyright of their publishers, who did not agree.",
    "Recordings of an indigenous community that has not consented to publication.",
    "The agency's licence forbids commercial use and passing it on.",
    "Court files that the judge sealed.",
    "Photographs of children; their parents agreed to this study only.",
    "Log files of machines that hold trade secrets of our customers, under an agreement not to share them.",
    "Licensed from a news agency, for business reasons of theirs.",
    "Private mail of employees.",
    "It cannot be shared: patients did not consent. It would help our competitors, too.",
    "The hospital's ethics board does not allow it.",
    "The writers did not consent. It would help our competitors, too.",
    "Satellite images that the ministry of defence released to us alone.",
)


@pytest.mark.parametrize("reason", OWN_ADVANTAGE)
def test_ones_own_advantage_is_no_reason_that_a_program_lets_pass(reason: str) -> None:
    source = {"id": "a", "name": "A", "class": "unshareable", "not_shared_because": reason}
    report = judged("OSAID-DATA-UNSHAREABLE", sources=[source])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/not_shared_because"])


@pytest.mark.parametrize("reason", RIGHTS_OF_OTHERS)
def test_the_law_and_the_rights_of_others_are_reasons(reason: str) -> None:
    assert not speaks_of_own_advantage(reason)
    source = {"id": "a", "name": "A", "class": "unshareable", "not_shared_because": reason}
    assert judged("OSAID-DATA-UNSHAREABLE", sources=[source]).outcome == "met"
