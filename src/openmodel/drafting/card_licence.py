# SPDX-License-Identifier: Apache-2.0
"""What the text of a card says of the licence of the parameters, where that is not what its front matter says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.drafting.card import ModelCard
from openmodel.drafting.plain import said
from openmodel.licences import agrees

_MOST = 3
"""The most sentences that are quoted."""

_LABEL = re.compile(r"licen[cs]e(?:\s*\([^()]{1,30}\))?\s*[:-]\s*([^:]{2,60})", re.IGNORECASE)
_UNDER = re.compile(
    r"(?:licen[cs]ed(?:\s+(?:\w+\s+){0,3}?(?:under|with))?"
    r"|(?:released|distributed|available|published|shared|provided|offered)\s+(?:\w+\s+){0,3}?under)\s+"
    r"(?:(?:a|an|the)\b)?\s*(?:terms\s+of\s+)?(?:the\s+)?([^,;()]{2,80})",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"\b(?:CC0|CC[- ]BY|A?GPL|LGPL|MIT|BSD|Apache|MPL|(?:Open ?)?RAIL|Llama|Gemma|Qwen|Creative Commons|EUPL|ISC)"
    r"|non-?\s?commercial|research|proprietary|community licen[cs]e",
    re.IGNORECASE,
)
"""How licences are called, and what the names of those have that forbid something."""
_RESTRICTION = re.compile(
    r"non-?\s?commercial|not\b.{0,40}\bcommercial|(?:only|solely|exclusively)\b.{0,60}\bresearch"
    r"|research\b.{0,40}\b(?:only|solely)",
    re.IGNORECASE | re.DOTALL,
)
_OTHERS = re.compile(r"\b(?:code|scripts?|repository|data|datasets?|corpus|documentation|images?)\b", re.IGNORECASE)
_PARAMETERS = re.compile(r"\b(?:models?|weights?|checkpoints?|parameters|adapters?|lora)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s)[^.!?]*)*[.!?]?")
_RESTRICTED = re.compile(r"(?:^|-)(?:NC|LicenseRef)(?:-|$)")
_SECTION = re.compile(r"(?:model\s+|weights?\s+)?licen[cs](?:e|ing)(?:\s+information)?", re.IGNORECASE)
_LONGEST_NAME = 40
"""Characters of a paragraph under such a heading that is a name and no sentence."""
_MAX_QUOTE = 300


def against_in_card(card: ModelCard, expression: str) -> Iterator[str]:
    """Sentences about what the card says of the parameters' terms besides what its front matter states.

    Args:
        card: the card.
        expression: what its front matter states.
    """
    prompt = said(card.front.get("extra_gated_prompt"), 100_000) or ""
    if not _RESTRICTED.search(expression) and (found := _RESTRICTION.search(prompt)):
        yield f'{card.path}, `extra_gated_prompt` says: "{found[0]}".'
    count = 0
    for part in card.parts:
        is_section = _SECTION.fullmatch(part.title.strip())
        for words in (*part.paragraphs, *part.items):
            is_name = is_section and len(words.text) <= _LONGEST_NAME
            for sentence in [f"License: {words.text}"] if is_name else _SENTENCE.findall(words.text):
                if count < _MOST and not _agrees(expression, sentence):
                    count += 1
                    quote = " ".join(sentence.split())[:_MAX_QUOTE].rstrip(".")
                    yield f'{card.place(part)} says: "{quote}".'


def _agrees(expression: str, sentence: str) -> bool:
    """Whether a sentence leaves the terms of the parameters as they are stated."""
    if len(sentence) > 2 * _MAX_QUOTE or (_OTHERS.search(sentence) and not _PARAMETERS.search(sentence)):
        return True
    label = _LABEL.fullmatch(sentence.strip())
    names = [label[1]] if label else [found[1] for found in _UNDER.finditer(sentence)]
    return all(not _KNOWN.search(name) or agrees(expression, _named(name)) for name in names)


def _named(name: str) -> str:
    """The licence that a part of a sentence names, without what goes on behind it."""
    return re.split(r"(?i)\blicen[cs]e\b|\s(?:and|for|in|on|to|by|from|which|as)\s|\.(?:\s|$)", f"{name} ")[0]
