# SPDX-License-Identifier: Apache-2.0
"""What the manifest says elsewhere that shows that code was used which is said not to exist.

Few words, each of which names what only a program does to data. Where they are denied, or said of whoever had the data
before, they show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.component import Kind
from openmodel.manifest.values import Quantity
from openmodel.policies.facts import Facts
from openmodel.policies.texts.plain_text import as_read

_LONGEST = 10_000
"""Characters that are read."""
_CLAUSE = re.compile(r"[.;:!?\n](?!\d)|, (?=and|but|which|who)|\bbut\b")
_BY_A_PROGRAM = re.compile(
    r"\b(?:(?:min|sim)-?hash\w*|gopher|fasttext|kenlm|ccnet|trafilatura|resiliparse|boilerpipe|justext|langdetect|langid"
    r"|(?:near-?|fuzzy )?de-?dup\w*|near[- ](?:duplicates?|copies)|bloom filters?|(?:line|perceptual) hash\w*"
    r"|perplexity|regex\w*|regular expressions?|block-?lists?|tf-?idf|z-scores?|one-hot|smote|nfk?[cd]|resampled to"
    r"|(?:by|with|using) (?:an?|the|our) (?:[\w-]+ ){0,3}classifiers?)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|nothing|none|never|neither|nor|without|\w+n't)\b", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"\b(?:already|upstream|beforehand|publishers?|maintainers?|providers?|makers|authors|(?:had|has|have) been"
    r"|before we)\b",
    re.IGNORECASE,
)
_TEXT_TASK = re.compile(
    r"text-.*|fill-mask|translation|summari[sz]ation|question-answering|conversational|token-classification"
    r"|sentence-similarity|language-model\w*",
    re.IGNORECASE,
)


def sign_of_use(facts: Facts, kind: Kind) -> str | None:
    """What shows, a clause, that code of a kind was used for the release; None when nothing does."""
    if kind == "data_processing_code":
        return next(_processing(facts), None)
    if kind == "library":
        return next(_tokens(facts), None)
    return None


def word_of_a_program(text: str) -> str | None:
    """The first words of a text that tell what a program did to data."""
    for clause in _CLAUSE.split(as_read(text[:_LONGEST])):
        found = _BY_A_PROGRAM.search(clause)
        if found and not _DENIED.search(clause) and not _OF_OTHERS.search(clause):
            return found.group()
    return None


def _processing(facts: Facts) -> Iterator[str]:
    for pointer, source in facts.training_sources:
        for field in ("selected", "processed", "filtered") if source.of is None else ():
            text = getattr(source, field)
            if isinstance(text, str) and (word := word_of_a_program(text)):
                yield f"{pointer}/{field} tells of what a program does (“{word}”)"


def _tokens(facts: Facts) -> Iterator[str]:
    task = next((task for task in answered(facts.manifest.release.tasks) if _TEXT_TASK.fullmatch(task)), None)
    for pointer, source in facts.training_sources if task else ():
        if isinstance(source.amount, Quantity) and source.amount.unit == "tokens":
            yield f"{pointer}/amount is counted in tokens, which a tokenizer makes"
