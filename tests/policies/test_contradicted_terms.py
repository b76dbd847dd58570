# SPDX-License-Identifier: Apache-2.0
"""Words beside the id of a licence: which of them leave open whether the terms are those of the licence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged

OTHERWISE: tuple[dict[str, str], ...] = (
    {"grant": "For non-commercial research only."},
    {"note": "Non-commercial use only."},
    {"note": "noncommercial"},
    {"note": "plus Commons Clause"},
    {"note": "No commercial use."},
    {"note": "Not for commercial use"},
    {"note": "Commercial use is prohibited"},
    {"note": "Commercial use requires a contract."},
    {"grant": "You may use the model for research purposes only."},
    {"grant": "Licensed solely for academic use."},
    {"grant": "May only be used for internal evaluation"},
    {"note": "no derivatives"},
    {"note": "You may not redistribute the weights."},
    {"note": "Redistribution is not permitted."},
    {"note": "Subject to our Acceptable Use Policy."},
    {"note": "with use-based restrictions in Attachment A"},
    {"note": "an OpenRAIL licence"},
    {"note": "Companies with more than 700 million monthly active users are excluded."},
    {"note": "additional terms apply"},
    {"note": "needs our written consent"},
    {"note": "The Llama 2 Community License holds as well."},
    {"note": "Some files are under CC-BY-NC-4.0."},
    {"note": "See https://creativecommons.org/licenses/by-nc/4.0/"},
    {"url": "https://ai.meta.com/llama/license/"},
    {"url": "https://www.llama.com/llama3_1/license/"},
    {"url": "https://ai.google.dev/gemma/terms"},
    {"url": "https://falconllm.tii.ae/falcon-terms-and-conditions.html"},
    {"url": "https://huggingface.co/spaces/bigscience/license"},
    {"url": "https://creativecommons.org/licenses/by-nc-sa/4.0/"},
    {"url": "https://example.org/acceptable-use-policy"},
)
NOT_OTHERWISE: tuple[dict[str, str], ...] = (
    {"url": "https://www.apache.org/licenses/LICENSE-2.0"},
    {"url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    {"url": "https://huggingface.co/a/b/blob/main/LICENSE"},
    {"grant": "Free to use, modify and share for any purpose, including commercial use."},
    {"grant": "You may not use this file except in compliance with the License."},
    {"grant": "The names of the authors may not be used to endorse products."},
    {"grant": "Anyone may use it without having to ask for permission."},
    {"note": "Copyright 2024 Example Lab. All rights reserved."},
    {"note": "No additional restrictions."},
    {"note": "Dual-licensed: MIT until version 2, Apache-2.0 from then on."},
    {"note": "The text is in LICENSE."},
)


def outcome(**terms: Any) -> str:
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "Apache-2.0"} | terms}
    return judged("OSAID-TERMS-PARAM", components=[weights]).outcome


@pytest.mark.parametrize("words", OTHERWISE, ids=str)
def test_words_that_restrict_are_for_a_person(words: dict[str, str]) -> None:
    assert outcome(**words) == "undetermined"


@pytest.mark.parametrize("words", NOT_OTHERWISE, ids=str)
def test_words_that_fit_the_licence_are_not(words: dict[str, str]) -> None:
    assert outcome(**words) == "met"


def test_a_choice_may_be_explained() -> None:
    choice = "MIT OR OpenMDW-1.0"
    assert outcome(expression=choice, note="Take it under MIT or under OpenMDW-1.0.") == "met"
    assert outcome(note="Take it under OpenMDW-1.0.") == "undetermined"


def test_words_do_not_save_terms_that_are_not_approved() -> None:
    assert outcome(expression="CC-BY-NC-4.0", note="Non-commercial use only.") == "unmet"


def test_the_finding_has_the_words() -> None:
    terms = {"expression": "MIT", "note": "plus  Commons Clause"}
    component = {"id": "c", "name": "C", "kinds": ["training_code"], "terms": terms}
    (finding,) = judged("OSAID-TERMS-CODE", components=[component]).findings
    assert finding.message == (
        "The terms are said to be MIT, and their note speaks of commons clause: “plus Commons Clause”."
    )


def test_open_data_whose_terms_say_otherwise_may_be_none() -> None:
    source = {"id": "a", "name": "A", "class": "open", "where": [{"url": "https://example.org/a"}]}
    said = source | {"terms": {"expression": "CC-BY-4.0"}}
    assert judged("OSAID-DATA-OPEN", sources=[said]).outcome == "met"
    said = source | {"terms": {"expression": "CC-BY-4.0", "note": "For research use only."}}
    assert judged("OSAID-DATA-OPEN", sources=[said]).outcome == "undetermined"


@pytest.mark.parametrize(("note", "expected"), [("Non-commercial use only.", 1), ("See LICENSE.", 0)])
def test_terms_of_a_base_that_say_otherwise(note: str, expected: int) -> None:
    report = judged(
        "OSAID-TERMS-PARAM",
        components=[{"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT"}}],
        parents=[{"id": "p", "name": "P", "terms": {"expression": "MIT", "note": note}}],
    )
    assert [finding.where for finding in report.findings] == ["/parents/0/terms"] * expected
