# SPDX-License-Identifier: Apache-2.0
"""Pages of requirements: every one is complete, current in `docs/requirements/`, and fits a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

import openmodel
from openmodel.policies import POLICIES
from openmodel.policies.requirement import Policy
from openmodel.rendering.requirement_page import findings, main, page_text, pages

FOLDER = Path(__file__).parents[2] / "docs" / "requirements"
IDS = [requirement.id for policy in POLICIES for requirement in policy.requirements]


def test_the_folder_holds_the_pages_of_all_requirements_and_no_others() -> None:
    made = pages()
    assert {path.name for path in FOLDER.iterdir()} == set(made), "run `make pages`"
    for name, text in made.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "run `make pages`"


def test_main_writes_them_and_removes_what_is_no_more(tmp_path: Path) -> None:
    (tmp_path / "PROV-OLD.md").write_text("old")
    (tmp_path / "other.txt").write_text("mine")
    main([str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == {"other.txt", *pages()}


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize("width", [40, 60, 100])
def test_a_page_says_what_why_how_and_whence(id: str, width: int) -> None:
    page = openmodel.explain(id)
    text = page_text(page, width)
    for heading in ("What it checks", "Why it matters", "How to fix", "Source", "Meets it", "Does not"):
        assert f"\n{heading}\n" in text
    assert findings(page)
    prose, _, examples = text.partition("\nMeets it\n")
    found = examples.partition("\n  ✗ ")[2] or examples.partition("\n  ? ")[2]
    for line in [*prose.splitlines(), *found.splitlines()]:
        assert len(line) <= width or " " not in line.strip()


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_only_what_osi_asks_is_said_to_be_of_its_texts(policy: Policy) -> None:
    for requirement in policy.requirements:
        text = " ".join(page_text(openmodel.explain(requirement.id), 100).split())
        if policy.id in ("provenance-1", "open-data"):
            assert requirement.basis == "yardstick"
            assert f"basis: {policy.text}, which no text of OSI asks for" in text
            assert "this project's" in policy.text
        else:
            assert requirement.basis != "yardstick"
            assert "yardstick, which no text" not in text


def test_the_page_on_terms_of_parameters_says_what_rests_on_the_faq_alone() -> None:
    page = openmodel.explain("OSAID-TERMS-PARAM")
    assert "Silence fails, whatever the legal mechanism. That rests on OSI's FAQ" in page.checks
    assert "That silence fails: FAQ" in page.source


def test_case_does_not_count_and_a_near_miss_is_suggested() -> None:
    assert openmodel.explain("osaid-data-listed").id == "OSAID-DATA-LISTED"
    with pytest.raises(openmodel.UsageError) as raised:
        openmodel.explain("OSAID-DATA-LISTE")
    assert raised.value.problems[0].fix == "Did you mean OSAID-DATA-LISTED?"
    with pytest.raises(openmodel.UsageError) as raised:
        openmodel.explain("nonsense" * 100)
    assert "lists them" in raised.value.problems[0].fix
