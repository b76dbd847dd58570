# SPDX-License-Identifier: Apache-2.0
"""What the manifest says elsewhere that shows that code was used which is said not to exist.

Words that name what only a program does to data, and verbs of processing in the past tense. Where they are denied, or
said of whoever had the data before, they show nothing; nor do the verbs where it was done by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.component import Kind
from openmodel.manifest.values import Quantity
from openmodel.policies.facts import Facts
from openmodel.policies.texts.clauses import denies, statements
from openmodel.policies.texts.plain_text import as_read

_LONGEST = 10_000
"""Characters that are read, before marks are taken away."""
_BY_A_PROGRAM = re.compile(
    r"\b(?:(?:min|sim)-?hash\w*|gopher|fasttext|kenlm|ccnet|trafilatura|resiliparse|boilerpipe|justext|langdetect|langid"
    r"|(?:near-?|fuzzy )?de-?dup\w*|near[- ](?:duplicates?|copies)|bloom filters?|(?:line|perceptual) hash\w*"
    r"|perplexity|regex\w*|regular expressions?|block-?lists?|tf-?idf|z-scores?|one-hot|smote|nfk?[cd]|resampled to"
    r"|(?:by|with|using) (?:an?|the|our) (?:[\w-]+ ){0,3}classifiers?)\b",
    re.IGNORECASE,
)
_VERB = (
    r"(?:stripped|removed|dropped|deleted|de-?duplicated|(?:re-?|de)?tokeni[sz]ed|lower-?cased|upper-?cased|cleaned"
    r"|converted|cropped|resized|rescaled|scaled|normali[sz]ed|standardi[sz]ed|resampled|down-?sampled|truncated|padded"
    r"|chunked|parsed|transcoded|lemmati[sz]ed|stemmed|binari[sz]ed|anonymi[sz]ed|filtered|shuffled|encoded|vectori[sz]ed)"
)
_DONE_TO_IT = re.compile(
    # Of what the data shows one may say that it "was removed" as well: "houses that were converted".
    rf"(?<!that )(?<!which )(?<!who )\b(?:was|were) (?:(?!not\b)\w+ly |all |then |also |first )?{_VERB}\b"
    rf"|\bwe (?:\w+ly |then |also )?{_VERB}\b"
    rf"|^\W*(?:\w+ly )?{_VERB}(?=\W*$| (?:and|to|with|by|using|into|at)\b)",
    re.IGNORECASE,
)
_BY_SOMEBODY = re.compile(
    r"\b(?:by hand|manual(?:ly)?|by (?:the|its|their|an?|\w+ing)|one by one|in a spreadsheet)\b", re.IGNORECASE
)
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
    for statement in statements(as_read(text[:_LONGEST])):
        done = None if _BY_SOMEBODY.search(statement) else _DONE_TO_IT.search(statement)
        found = _BY_A_PROGRAM.search(statement) or done
        if found and not denies(statement) and not _OF_OTHERS.search(statement):
            return found.group().strip()
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
