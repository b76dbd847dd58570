# SPDX-License-Identifier: Apache-2.0
"""That something is kept secret is no reason why it does not exist."""

from __future__ import annotations

import pytest

from openmodel.policies.refusals import speaks_of_keeping_back
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
