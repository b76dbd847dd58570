# SPDX-License-Identifier: Apache-2.0
"""What may stand beside a licence, or where names go in it: names, and nothing that takes something away."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.licences import texts
from openmodel.licences.texts import identify

HERE = Path(__file__).parent
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "texts").iterdir())}
GRANT = "Permission" + TEXTS["MIT"].partition("Permission")[2]
NOTICES = [
    "Copyright (c) 2024 Jane Doe",
    "(c) 2024 Jane Doe",
    "\u00a9 2019-2024 Example Lab, Inc.",
    "&copy; Example Lab",
    "Copyright \u00a9 Microsoft Corporation.",
    "Copyright (c) Meta Platforms, Inc. and affiliates.",
    "Copyright 2018- The Hugging Face team. All rights reserved.",
    "Copyright (c) 2022-present NAVER Corp.",
    "Copyright (c) 2018-2023, the pytest-dev team, see AUTHORS.rst for details",
    "Copyright (c) 2020 tqdm developers",
    "Copyright (c) 2024 jaraco",
    "Copyright (c) 2024 Mistral AI (https://mistral.ai) <someone@mistral.ai>",
    "Copyright (c) 2024 Mistral AI, see https://mistral.ai for details",
    "Copyright (c) 2024 Jane Doe et al. at Example Lab",
    "Copyright (c) 2024 Example, Inc. in Bonn",
    "Copyright 2024 The Allen Institute for Artificial Intelligence (Ai2)",
    "Copyright (c) 2024 \u0141ukasz Mu\u0142a, Bj\u00f6rn \u00d8rsted, Ren\u00e9e",
    "Copyright (c) 2024 THE AUTHORS OF THE PROJECT",
    "Copyright (c) Example Services Inc. 2025 to present",
    "Copyright (c) 1991-93, 2024 Jane Doe, licensed under the MIT License",
    "Copyright (c) 2019 A B\n" * 15,
    "Copyright (c) 2019 Jane Doe\nLicense: MIT",
    "Copyright (c) 2019 Jane Doe\nCopyright (c) 2020-2024 Example Lab\nCopyright (c) 2024 John Q. Public et al.",
]
CONDITIONS = [
    "for research and academics alone; selling is barred",
    "companies pay EUR 500",
    "Companies Pay",
    "Students And Universities Welcome",
    "EVALUATION",
    "nur f\u00fcr Forschung an Hochschulen",
    "Uniquement pour la Recherche",
    "\u4ec5\u4f9b\u7814\u7a76\u4f7f\u7528",
    "\u041d\u0435 \u0414\u043b\u044f \u041f\u0440\u043e\u0434\u0430\u0436\u0438",
    "c o m p a n i e s  p a y",
    "NEWSPAPERS INFORM EVERYBODY BEFOREHAND",
    "everybody else should ask first",
    "This License Is Revocable By Acme At Any Time.",
    "This License Is\nRevocable By Acme\nAt Any Time.",
    "This License Is\nRevocable By Acme",
    "This license terminates 2025-12-31.",
    "License Expires 2025-12-31.",
    "Licensed in Germany and Austria.",
    "Licensed For 10 Persons",
    "For Internal Testing And Demonstration",
    "See Attachment A for Behavioral Terms.",
    "See Acceptable Policy.",
    "10 Copies",
    "Deploy After Acme Approval",
    "Deployment By Acme Partners",
    "Acme Customers",
    "Expires December 2026",
    "Revenue Under One Million",
    "Hobbyist Edition",
    "Tylko Do Bada\u0144",
    "Alleen Voor Onderzoek",
    "see https://example.org/non-commercial",
    "Acme Inc. Within Bavaria",
    "the work is (c) ours, and ask before you put it (c) into a product or (c) offer it to others",
]
AFTERWARDS = [
    "The following additional terms apply: the model may not be used to improve another model.",
    '"Commons Clause" License Condition v1.0\n\nThe License does not grant to you the right to Sell the Software.',
    "For non-commercial use only.",
    "Additional Commercial Terms. With more than 700 million monthly active users you must request a license.",
    "You agree you will not use, or allow others to use, this model to violate the law (Acceptable Use Policy).",
    "Use-based restrictions are in Attachment A.",
    "Not for use in the European Union.",
    "Dual licensed: companies need our enterprise licence.",
    "The weights are for academics.",
    "Academic licence",
]


def under(notice: str) -> str:
    return f"MIT License\n\n{notice}\n\n{GRANT}"


@pytest.mark.parametrize("notice", NOTICES)
def test_names_years_and_addresses_may_be_in_a_notice(notice: str) -> None:
    assert identify(under(notice)) == ("MIT",)
    assert identify(f"{GRANT}\n{notice}\n") == ("MIT",)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_may_not(condition: str) -> None:
    notice = f"Copyright (c) 2024 Example Lab. {condition}"
    assert identify(under(notice)) == ()
    assert identify(f"{GRANT}\n{notice}\n") == ()


@pytest.mark.parametrize(
    "place", ["to any person obtaining a copy", "IN NO EVENT SHALL THE AUTHORS", "the Software is furnished"]
)
@pytest.mark.parametrize("insertion", ["companies pay five euros", "<companies pay 500>", "</b at five euros>"])
def test_conditions_may_not_be_where_names_go_or_in_tags(place: str, insertion: str) -> None:
    text = under(NOTICES[0]).replace("\n", " ")
    assert place in text
    assert identify(text.replace(place, f"{place} {insertion}")) == ()


@pytest.mark.parametrize("number", ["100", "2000", "3"])
@pytest.mark.parametrize("place", ["copies of the Software", "person obtaining", "persons to whom"])
def test_numbers_may_not_be_in_what_is_granted(place: str, number: str) -> None:
    text = " ".join(under(NOTICES[0]).split())
    assert place in text
    assert identify(text.replace(place, f"{number} {place}")) == ()


@pytest.mark.parametrize("condition", AFTERWARDS)
@pytest.mark.parametrize("name", ["Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "MIT"])
def test_terms_before_or_after_a_whole_licence_make_it_none(name: str, condition: str) -> None:
    assert identify(f"{TEXTS[name]}\n\n{condition}\n") == ()
    assert identify(f"{condition}\n\n{TEXTS[name]}") == ()


@pytest.mark.parametrize(
    "mark",
    [*"\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\ufe0f\u034f\u0332\x00\x08", "\U000e0041", "\U000e0101"],
    ids=ascii,
)
def test_characters_that_are_not_seen_do_not_hide_a_word(mark: str) -> None:
    notice = f"Copyright (c) 2024 Lab Re{mark}search O{mark}nly"
    assert identify(under(notice)) == ()
    assert identify(under("Copyright (c) 2024 Ja\u00ad\u200bne Doe\ufe0f")) == ("MIT",)


@pytest.mark.parametrize(
    "word",
    [
        "R\u0435search",
        "\u0420\u0430y",
        "Rese\u0251rch",
        "R\u00e9search",
        "R\u0117se\u0101rch",
        "Prof\u0131t",
        "So\u0142d",
    ],
    ids=ascii,
)
def test_letters_that_look_alike_do_not_hide_a_word(word: str) -> None:
    assert identify(under(f"Copyright (c) 2024 Lab {word}")) == ()


def test_a_name_may_be_of_words_that_the_licence_has() -> None:
    assert identify(under("Copyright (c) 2024 Merge Publish Persons")) == ("MIT",)


def test_words_of_the_name_of_a_licence_make_no_condition() -> None:
    start, _, end = under(NOTICES[0]).partition(", subject to the")
    text = f"{start}.\n\nTHE SOFTWARE{' '.join(end.split()).partition('THE SOFTWARE')[2]}"
    assert identify(text) == identify(f"MIT-0\n\n{text}") == ("MIT-0",)
    assert identify(f"No MIT License\n\n{text}") == ()


def test_a_short_title_may_stand_first_and_last_in_a_text_of_which_more_is_published() -> None:
    granted, _, disclaimed = GRANT.partition("THE SOFTWARE IS")
    asked = (
        "Any person wishing to distribute modifications to the Software is asked to send the modifications to the "
        "original developer so that they can be incorporated into the canonical version. This is, however, not a "
        "binding provision of this license."
    )
    text = f"{granted}{asked}\n\nTHE SOFTWARE IS{disclaimed}"
    for whole in (text, f"MIT-STK License\n\n{text}", f"{text}\n\nMIT-STK License"):
        assert identify(whole) == ("MIT-STK",)
    assert identify(f"MIT-STK License for companies\n\n{text}") == ()


def test_a_licence_that_the_installed_list_lacks_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LICENSES", {})
    texts._known.cache_clear()
    try:
        assert identify(under(NOTICES[0])) == ("MIT",)
    finally:
        texts._known.cache_clear()


def test_the_room_for_names_is_that_of_a_whole_text() -> None:
    lines = "".join(f"Copyright (c) {year} Jane{year} Doe{year}\n" for year in range(1990, 2025))
    assert identify(f"{GRANT}\n{lines[: len(lines) // 2]}") == ("MIT",)
    assert identify(f"{GRANT}\n{lines}") == ()
    sixty = "Copyright (c) 2024 Jane Doe\n" * 30
    assert identify(f"{GRANT}\n{sixty}") == ("MIT",)
    assert identify(f"{GRANT}\n{sixty}Copyright (c) 2024 Jo\n") == ()


def test_a_notice_ends_after_thirty_words() -> None:
    assert identify(f"{GRANT}\nCopyright {'and ' * 28}Jane") == ("MIT",)
    assert identify(f"{GRANT}\nCopyright {'and ' * 29}Jane") == ()


@pytest.mark.parametrize("title", ["MIT License 2", "License 1: MIT", "3. MIT"])
def test_numbers_may_stand_in_a_title(title: str) -> None:
    assert identify(f"{title}\n\n{GRANT}") == ("MIT",)


@pytest.mark.parametrize("title", ["MIT License, prohibited", "Use the MIT License", "MIT license \u0661"], ids=ascii)
def test_other_words_may_not(title: str) -> None:
    assert identify(f"{title}\n\n{GRANT}") == ()


def test_pieces_of_what_is_published_may_not_be_put_together_anew() -> None:
    text = TEXTS["CC-BY-4.0-as-Creative-Commons-has-it"]
    assert identify(text.replace("is not a law firm", "is not not a law firm")) == ()
    assert identify(f"{text}\nCreative Commons does not authorize the use of licensed material.\n") == ()
    assert identify(f"{text}\nIncluding because others have\n") == ("CC-BY-4.0",)
    assert identify(f"{text}\nBecause others have\n") == ()


@pytest.mark.parametrize("phrase", [", and/or sell", "sublicense, ", "free of charge, ", " without restriction,"])
def test_a_licence_that_grants_less_is_another(phrase: str) -> None:
    text = " ".join(under(NOTICES[0]).split())
    assert phrase in text
    assert identify(text.replace(phrase, " ")) == ()


@pytest.mark.parametrize(
    ("words", "is_harmless"), [("one two", True), ("one two three", False), ("Limited Use", False), ("Use", False)]
)
def test_two_words_may_be_no_names(words: str, is_harmless: bool) -> None:
    assert identify(under(f"Copyright (c) 2024 Lab, {words}")) == (("MIT",) if is_harmless else ())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["research", "companies", "pay", "academics", "sale", "barred", "ask"]), min_size=3))
def test_no_sentence_of_small_letters_passes_for_a_name(words: list[str]) -> None:
    assert identify(under(f"Copyright (c) 2024 Lab. {' '.join(words)}")) == ()


@pytest.mark.parametrize("run", ["-=" * 60_000, "a" * 120_000, "a@" * 60_000, "https://a" * 12_000])
def test_a_long_run_without_spaces_is_read_once(run: str) -> None:
    """This took minutes when each sign of it was looked at from each other."""
    assert identify(f"{under('Copyright (c) 2024 Jo Reader')}\n{run}") in ((), ("MIT",))
