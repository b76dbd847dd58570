# SPDX-License-Identifier: Apache-2.0
"""Text from strangers means nothing but itself, whatever it is and wherever it stands."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openmodel.rendering.markdown import code, escape, link, prose, table
from openmodel.rendering.untrusted import visible
from tests.rendering.manifests import html, texts, tokens

MARKUP = st.text(st.sampled_from("\\`*_~|[]()<>!#&;$+-=:.1a \n\t/@'\"{}^%"), max_size=40)
TEXT = st.one_of(MARKUP, st.text(max_size=40))
HOSTILE = (
    "<script>alert(1)</script>",
    "<!-- openmodel:end -->",
    "--> <b>bold</b>",
    "![x](https://example.org/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://example.org",
    "<javascript:alert(1)>",
    "a | b\n| - |",
    "x\n\n# Heading\n\n---\nlicense: mit\n---",
    "\n===\n",
    "1. one\n2) two\n- three\n+ four\n> five",
    "```\ncode\n```",
    "~~~\ncode",
    "~~gone~~ **bold** __bold__ _it_ *it* \\_it\\_ \\*it\\*",
    "`code` `` `code` ``",
    "$$x$$ \\(x\\) \\\\(x\\\\) \\[x\\]",
    "&lt;b&gt; &#42;x&#42; &amp;",
    "trailing \\",
    "trailing #",
    "name_with_underscores C# #1 a\\b",
    "\u202egnp.exe\u2066 \u200b\ufeff\x00\x1b[31m\x85\u2028\u2029\ud7ff",
    "",
    " \n ",
)


def line(text: str) -> str:
    return " ".join(visible(text).split()) or "(empty)"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    check_everywhere(text)


@settings(deadline=None)
@given(TEXT)
@example("1)")
@example("_")
@example("\\\\_a_")
def test_any_text_is_only_text(text: str) -> None:
    check_everywhere(text)


def check_everywhere(text: str) -> None:
    shown = escape(text)
    assert texts(f"# {shown}") == [line(text)]
    assert texts(f"- **Label:** {shown}") == [f"Label: {line(text)}"]
    assert texts(f"*Withheld by {shown}: {shown}*") == [f"Withheld by {line(text)}: {line(text)}"]
    assert texts("\n".join(table(("A", shown), [(shown, "b")]))) == ["A", line(text), line(text), "b"]
    kinds = {token.type for token in tokens(f"- x {shown}") if token.type != "text_special"}
    assert kinds <= {"bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "paragraph_close",
                     "list_item_close", "bullet_list_close"}  # fmt: skip
    assert "\n" not in shown
    assert "$" not in shown
    assert "\\(" not in shown


@settings(deadline=None)
@given(TEXT)
@example("0\n\x85")
@example("a\n\n- b\n \n1. c\n\n# d\n\n=\n\n:")
def test_prose_is_only_paragraphs(text: str) -> None:
    lines = prose(text)
    paragraphs = [line(part) for part in lines_between_blanks(text)] or ["(empty)"]
    assert texts("\n".join(lines)) == paragraphs
    below = "- **Label:** " + "\n".join(f"  {shown}" if index else shown for index, shown in enumerate(lines))
    assert texts(below) == [f"Label: {paragraphs[0]}", *paragraphs[1:]]
    types = {token.type for token in tokens("\n".join(lines))}
    assert types <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}


def lines_between_blanks(text: str) -> list[str]:
    found: list[str] = [""]
    for part in text.split("\n"):
        found = [*found, ""] if not part.strip(" \t\r") else [*found[:-1], f"{found[-1]}\n{part}"]
    return [part for part in found if part.strip(" \t\r\n")]


@settings(deadline=None)
@given(TEXT)
def test_code_is_only_text(text: str) -> None:
    assert texts("\n".join(table(("A", code(text)), []))) == ["A", line(text)]
    assert texts(f"x {code(text)} y") == [f"x {line(text)} y"]


@settings(deadline=None)
@given(st.one_of(TEXT, TEXT.map(lambda text: f"https://example.org/{text}"), TEXT.map(lambda text: f"http://{text}")))
def test_links_lead_to_the_web_only(url: str) -> None:
    shown = link(url)
    opened = [token for token in tokens("\n".join(table((shown, "x"), []))) if token.type == "link_open"]
    assert len(opened) <= 1
    for token in opened:
        assert str(token.attrGet("href")).lower().startswith(("https://", "http://"))
    assert "<script" not in html(shown)


def test_links_that_are_made_and_those_that_are_not() -> None:
    assert link("https://example.org/a_b?c=d&e#f") == "<https://example.org/a_b?c=d&e#f>"
    assert link("https://example.org/a|b<c>$") == "<https://example.org/a%7Cb%3Cc%3E%24>"
    assert link("https://ex\u0430mple.org/") == "<https://ex%D0%B0mple.org/>"
    for url in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "//example.org", "example.org"):
        assert link(url) == f"`{url}`"
    assert link("https://example.org@evil.example/") == "`https://example.org@evil.example/`"
    assert link("https://[::1") == "`https://[::1`"
    assert link("https:///path") == "`https:///path`"
    assert link("https://example.org/\u202egnp") == r"`https://example.org/\u202egnp`"
    assert link("https://example.org/a b") == "`https://example.org/a b`"


def test_control_and_bidirectional_characters_are_visible() -> None:
    shown = escape("a\u202eb\x1bc")
    assert shown == r"a\u202eb\x1bc"
    assert not any(unicodedata.category(character).startswith("C") for character in shown)


def test_ordinary_text_stays_readable() -> None:
    for text in ("snake_case (v1.0), 50 % of C# & more", "Written by A. Reader: 3 + 4 = 7 - 0!"):
        assert escape(text).replace("&amp;", "&") == text
