# SPDX-License-Identifier: Apache-2.0
"""One word where a sentence is asked for: which waits for a person, and which answers all the same."""

from __future__ import annotations

import pytest

from openmodel.policies.texts.thinness import why_thin
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

FIELDS = ("provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed", "filtered")
HOW = FIELDS[3:]

EVERYWHERE = "yes|Yes.|YES|y\u200bes|\uff59\uff45\uff53|asdf|Asdf|asdf asdf|ok|done|test|1234|ja|Nein|oui|sí|sim|да|нет"
EVERYWHERE += "|是|有|无|暂无|はい|なし|特になし|네|없음|نعم|لا|<p>yes</p>|**yes**|blah blah blah"
HOW_ONLY = "Wikipedia|Manually|gekauft|Menschen|爬虫|下载|크롤링|купили|تنزيل|Keine|GDPR"
ENOUGH = {
    "provenance": "Wikipedia|arXiv|C4|c4|GitHub|Википедия|维基百科|ويكيبيديا|NIST",
    "scope": "English|Deutsch|Python|日本語|All.",
    "characteristics": "1,797 images|UTF-8",
    "obtained": "Downloaded|heruntergeladen|Crowdsourcing|By hand.|从官网下载|BigQuery",
    "selected": "All.|all|Everything|Alles|todo|всё|全部|すべて|모두|Stichprobenartig|全部使用",
    "labelled": "Unlabelled|Crowdsourcing|By hand|人工标注|Self-supervised",
    "processed": "Tokenized|tokenised|Unverändert nichts|去重|MinHash|Nichts|NFC-normalised",
    "filtered": "Deduplicated|Unfiltered|ungefiltert|Nothing.|nichts|rien|nada|ничего|dedup|SimHash|Not filtered",
}


@pytest.mark.parametrize("text", EVERYWHERE.split("|"))
def test_a_word_that_answers_nothing_is_thin_in_every_field(text: str) -> None:
    assert {why_thin(text, field) for field in FIELDS} == {f"only a word (“{text}”)"}


@pytest.mark.parametrize("text", HOW_ONLY.split("|"))
def test_how_something_was_done_is_not_told_in_a_short_word(text: str) -> None:
    assert {why_thin(text, field) for field in HOW} == {f"only a word (“{text}”)"}


@pytest.mark.parametrize(("field", "text"), [(field, text) for field in ENOUGH for text in ENOUGH[field].split("|")])
def test_words_that_answer_are_left_alone(field: str, text: str) -> None:
    assert why_thin(text, field) is None


def test_one_word_is_a_value_of_a_setting() -> None:
    assert why_thin("adam", "settings") is None


def test_a_huge_word_takes_no_long_time() -> None:
    for _ in range(1_000):
        assert why_thin("x" * 2_000, "obtained") is None


def test_a_name_in_small_letters_may_be_anything() -> None:
    assert why_thin("pile", "provenance") == "only a word (“pile”)"
    assert why_thin("Pile", "provenance") is None


@pytest.mark.parametrize("field", FIELDS)
def test_such_an_answer_waits_for_a_person(field: str) -> None:
    report = judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: "yes"}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", [f"/sources/0/{field}"])
    assert "only a word (“yes”)" in report.findings[0].message
