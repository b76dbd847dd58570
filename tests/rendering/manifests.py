# SPDX-License-Identifier: Apache-2.0
"""Small manifests for the tests of cards, and a reader of Markdown that tells text from markup."""

from __future__ import annotations

import json
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import JsonValue

from openmodel import Manifest, loads

CARDS = Path(__file__).parent / "cards"
DIGEST = "0123456789abcdef" * 4
WEIGHTS: dict[str, JsonValue] = {"id": "w", "name": "Weights", "kinds": ["weights"]}

_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def full_manifest() -> Manifest:
    """A manifest in which every part has something."""
    return loads((CARDS / "full.yaml").read_bytes(), "full.yaml")


def manifest(*, release: dict[str, JsonValue] | None = None, **parts: JsonValue) -> Manifest:
    """A manifest with these parts and nothing else."""
    document = {"openmodel": "1-draft", "release": {"name": "toy", **(release or {})}, **parts}
    return loads(json.dumps(document), "openmodel.json")


def weights_under(expression: str, **terms: JsonValue) -> Manifest:
    """A manifest of weights under these terms."""
    return manifest(components=[{**WEIGHTS, "terms": {"expression": expression, **terms}}])


def tokens(markdown: str) -> list[Token]:
    """The tokens of a text, inline ones too, in CommonMark with tables and strikethrough."""
    found = _MARKDOWN.parse(markdown)
    return [token for block in found for token in (block, *(block.children or []))]


def html(markdown: str) -> str:
    """The text as HTML."""
    return str(_MARKDOWN.render(markdown))


def texts(markdown: str) -> list[str]:
    """The text of each block that holds some, whatever its markup."""
    blocks = [block.children or [] for block in _MARKDOWN.parse(markdown) if block.type == "inline"]
    return ["".join(token.content for token in children) for children in blocks]
