# SPDX-License-Identifier: Apache-2.0
"""Texts that say nothing, in marks and in several languages, and texts that look like them."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.texts.placeholders import is_placeholder
from tests.policies.test_disclosure import judged

MARKUP = (
    "<p></p>",
    "&nbsp;",
    "<br/>",
    "&#8203;",
    "&lt;p&gt;&lt;/p&gt;",
    "<p>TODO</p>",
    "<!-- Describe the data here. -->",
    "<!-- todo --> <p>N/A</p>",
    "**TODO**",
    "_TODO_",
    "__TBD__",
    "`TBD`",
    "~~tbd~~",
    "> *Coming soon*",
    "# To be added",
    "**[More Information Needed]**",
    "`{{ provenance }}`",
    "***",
    "- - -",
    "\u2800",
    "T\u200bO\u2060DO",
    "\uff34\uff22\uff24",
    "\U0001f44d",
    "ТODO",  # noqa: RUF001  # Cyrillic letters.
    "Unknоwn.",  # noqa: RUF001
    "nоt disclosed",  # noqa: RUF001
    "TODO" + " " * 20_000,
    "TODO<!--" + "x " * 20_000 + "-->",
)
LANGUAGES = {
    "zh": "待补充|待補充|待定|未公开|不详|不适用|保密",
    "ja": "未定|不明|非公開|準備中|該当なし",
    "ko": "미정|비공개|작성 중|알 수 없음|해당 없음",
    "de": "Keine Angabe|k. A.|unbekannt|Folgt noch.|nicht verfügbar|Wird nachgereicht",
    "fr": "non communiqué|Non renseigné.|À compléter|a completer|inconnue|Confidentiel",
    "es": "Por definir|Pendiente|no especificado|No aplica.|Desconocido",
    "pt": "A definir|Não informado|nao se aplica|Em breve",
    "it": "Da definire|non specificato|Sconosciuto|non disponibile",
    "ru": "Неизвестно|не указано|Нет данных.|будет добавлено",
    "ar": "غير معروف|غير محدد|قيد الإعداد|لا توجد معلومات",
    "en": "To follow|WIP|not sure|I don't know.|No comment",
}
SAY_SOMETHING = (
    "<b>Wikipedia</b>",
    "<https://example.org/data>",
    "R&amp;D reports",
    "Lines with x<y and y>z",
    "List<int>",
    "- Wikipedia\n- Common Crawl",
    "*Everything*",
    "&copy; notices were removed.",
    "无",
    "全部",
    "없음",
    "nichts",
    "Alles",
    "нет",
    "Unbekannte Sprecher wurden entfernt.",
    "Keine Angaben von Patienten sind enthalten.",
    "未公开的文档已删除。",
    "Pendientes de oro",
    "Confidential reports of 1950 that were released since.",
    "Geschäftsgeheimnis",
    "Text.",
    "Длина волны 5 μm",
)


@pytest.mark.parametrize("text", MARKUP)
def test_marks_and_what_is_not_shown_are_looked_through(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", [text for texts in LANGUAGES.values() for text in texts.split("|")])
def test_whole_texts_that_say_nothing_in_several_languages(text: str) -> None:
    assert is_placeholder(text)
    assert is_placeholder(f"<p>{text}</p>")


@pytest.mark.parametrize("text", SAY_SOMETHING)
def test_texts_that_say_something_in_spite_of_their_looks(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["<p></p>", "&nbsp;", "待补充", "Keine Angabe", "non communiqué"])
@pytest.mark.parametrize(("role", "outcome"), [("publisher", "unmet"), ("third_party", "undetermined")])
def test_such_a_text_is_no_answer(text: str, role: str, outcome: str) -> None:
    fields: dict[str, Any] = {"release": {"name": "toy", "described_by": {"role": role}}}
    for field in ("provenance", "scope", "obtained", "labelled", "filtered"):
        report = judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: text}], **fields)
        assert report.outcome == outcome
        assert "empty or a placeholder" in report.findings[0].message


def test_a_huge_text_of_marks_takes_no_long_time() -> None:
    assert is_placeholder("<p>" * 5_000)
    assert not is_placeholder("é" * 10_000)
    assert not is_placeholder("<!--" * 2_500 + "x y")
    assert not is_placeholder("&lt;" * 2_499 + "x y")
