# SPDX-License-Identifier: Apache-2.0
"""A whole manifest of hostile text gives the card that harmless text would give."""

from __future__ import annotations

import json
import re
from functools import cache

import pytest
from pydantic import JsonValue

from openmodel import DocumentError, Manifest, loads
from openmodel.inventory.front_matter import read_front_matter
from openmodel.manifest import plain
from openmodel.manifest.pointers import join, upward
from openmodel.rendering.card import render_card, without_ours
from tests.rendering.manifests import DIGEST, full_manifest, tokens

Path = tuple[str | int, ...]

HOSTILE = (
    "a | b <!-- openmodel:end --> <img src=x onerror=alert(1)> ![i](x/i) [l](javascript:alert(1)) `c` **b** $$",
    "--> // </table><script>alert(1)</script> \\| \\` \u202etxt.exe | | |",
    "# one heading ===",
    "```sh",
    "1. one",
    "2) two",
    "- three",
    "+ four",
    "--- three",
    "=== four",
    "> five",
    "    code",
    "word:",
    "https://example.org/`|<b>$$",
)


def strings(data: JsonValue, path: Path = ()) -> list[Path]:
    """Where the strings of a document stand."""
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    below = [found for key, value in members for found in strings(value, (*path, key))]
    return [path] if isinstance(data, str) else below


def replaced(data: JsonValue, path: Path, text: str) -> JsonValue:
    if not path:
        return text
    if isinstance(data, dict):
        return {key: replaced(value, path[1:], text) if key == path[0] else value for key, value in data.items()}
    assert isinstance(data, list)
    return [replaced(value, path[1:], text) if index == path[0] else value for index, value in enumerate(data)]


DOCUMENT: JsonValue = plain(full_manifest())


@cache
def filled(text: str) -> Manifest:
    """The full manifest with this text wherever text of that kind may stand, but for the name."""
    paths = [path for path in strings(DOCUMENT) if path != ("release", "name")]
    while True:
        document = DOCUMENT
        for path in paths:
            document = replaced(document, path, text)
        try:
            found = loads(json.dumps(document), "openmodel.json")
        except DocumentError as error:
            wrong = {problem.pointer or "" for problem in error.problems}
            paths = [path for path in paths if wrong.isdisjoint(upward(join("", *path)))]
        else:
            assert len(paths) > 60
            return found


@cache
def card(text: str) -> str:
    return render_card(filled(text), DIGEST, None).partition("\n---\n")[2]


def blocks(markdown: str) -> list[str]:
    return [token.type for token in tokens(markdown) if token.block]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_structure(text: str) -> None:
    assert blocks(card(text)) == blocks(card("harmless words"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_no_markup(text: str) -> None:
    found = tokens(card(text))
    assert not [token for token in found if token.type in ("image", "html_inline", "s_open")]
    html = "".join(token.content for token in found if token.type == "html_block")
    assert re.sub(r"<!-- (openmodel:begin [^<>]*|Drawn from [^<>]*|openmodel:end) -->\s*", "", html) == ""
    targets = [str(token.attrGet("href")) for token in found if token.type == "link_open"]
    assert all(target == "openmodel.json" or target.startswith("https://") for target in targets)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_apart_on_the_next_run(text: str) -> None:
    subject = filled(text)
    first = render_card(subject, DIGEST, "# By hand\n")
    assert render_card(subject, DIGEST, first) == first
    assert "\u202e" not in first


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 25))
"""Aliases that are 2^24 values once they are unfolded, as printing does."""


def test_a_collection_as_a_key_of_the_front_matter_is_refused_and_not_printed() -> None:
    with pytest.raises(DocumentError) as caught:
        read_front_matter(f"---\n{BOMB}? *a24\n: b\n---\n", "README.md")
    assert caught.value.problems[0].got == "a list or mapping as a key"


def test_a_collection_as_a_key_further_inside_makes_no_value() -> None:
    front = read_front_matter(f"---\n{BOMB}c: {{? *a24 : b}}\n---\n", "README.md")
    assert front.entries["c"].value is None


def test_many_beginnings_of_our_part_without_an_end() -> None:
    text = "<!-- openmodel:begin -->\n" * 40_000
    assert without_ours(text) == text
