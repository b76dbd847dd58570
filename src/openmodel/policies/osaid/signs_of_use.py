# SPDX-License-Identifier: Apache-2.0
"""What the manifest says elsewhere that shows that code was used which is said not to exist.

Words that name what only a program does to data, or that a program did it, and verbs of processing in the past tense;
in the present those of what nobody does by hand, as text is tokenised. Where they are denied, or said of whoever had
the data before, they show nothing; nor do the verbs where it was done by hand, to a few things, or to matter.
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
_BY_A_PROGRAM = (
    r"\b(?:(?:min|sim)-?hash\w*|gopher|fasttext|kenlm|ccnet|trafilatura|resiliparse|boilerpipe|justext|langdetect"
    r"|langid|(?:near-?|fuzzy )?de-?dup\w*|near[- ](?:duplicates?|copies)|bloom filters?|(?:line|perceptual) hash\w*"
    r"|perplexity|regex\w*|regular expressions?|block-?lists?|tf-?idf|z-scores?|one-hot|smote|nfk?[cd]|resampled to"
    r"|(?:by|with|using) (?:an?|the|our) (?:[\w-]+ ){0,3}classifiers?|(?:python|shell|bash|perl|awk|ruby|java\w*|julia"
    r"|matlab) (?:scripts?|programs?|code|notebooks?)|(?:an?|our|this) (?:small |short |simple )?(?:scripts?"
    r"|notebook) (?:that )?(?:took|takes|kept|keeps|dropped|drops|removed|removes|selected|selects|picked|picks|split"
    r"|splits|joined|joins|merged|merges|converted|converts|extracted|extracts|cleaned|cleans)|(?:using|by) pandas"
    r"|pandas\.\w+|(?:by|with|using|in) (?:an? )?(?:(?:polars|numpy|spark|pyspark|dplyr|spacy|nltk|opencv|ffmpeg"
    r"|imagemagick|beautifulsoup|datatrove)\b|scripts?\b(?! of\b)))\b"
)
_VERB = (
    r"(?:stripped|removed|dropped|deleted|de-?duplicated|(?:re-?|de)?tokeni[sz]ed|lower-?cased|upper-?cased|cleaned"
    r"|converted|cropped|resized|rescaled|scaled|normali[sz]ed|standardi[sz]ed|resampled|down-?sampled|truncated|padded"
    r"|chunked|parsed|transcoded|lemmati[sz]ed|stemmed|binari[sz]ed|anonymi[sz]ed|filtered|shuffled|encoded"
    r"|vectori[sz]ed)"
)
_VERB_OF_A_PROGRAM = (
    r"(?:de-?duplicated|(?:re-?|de)?tokeni[sz]ed|lower-?cased|resized|rescaled|resampled|down-?sampled|truncated|padded"
    r"|chunked|lemmati[sz]ed|stemmed|vectori[sz]ed|packed into)"
)
_DONE_TO_IT = (
    # Of what the data shows one may say that it "was removed" as well: "houses that were converted".
    rf"(?<!that )(?<!which )(?<!who )\b(?:was|were) (?:(?!not\b)\w+ly |all |then |also |first )?{_VERB}\b"
    rf"|(?<!that )(?<!which )(?<!who )\b(?:is|are) (?:(?!not\b)\w+ly |all |then |also |first )?{_VERB_OF_A_PROGRAM}\b"
    r"|\b(?:html|markup|mark-up|tags?|boilerplate|duplicates?|urls?|white ?space|stop ?words) (?:is|are) "
    rf"(?:\w+ly |then )?{_VERB}\b"
    rf"|\bwe (?:\w+ly |then |also )?{_VERB}\b"
    rf"|^\W*(?:\w+ly )?{_VERB}(?=\W*$| (?:and|to|with|by|using|into|at)\b)"
)
_BY_SOMEBODY = (
    r"\b(?:by hand|manual(?:ly)?|by (?:the|its|their|an?|\w+ing|(?:one|two|three|four|five|six|several"
    r"|\d+) (?!scripts?\b|programs?\b|passes\b)\w+)|one by one|(?:in|with|using) (?:a spreadsheet|(?:\w+ )?(?:excel"
    r"|calc|sheets|gimp|photoshop|audacity|word|openrefine)))\b"
)
_A_FEW = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|a few|several|[1-9]\d?)(?: of (?:the|our|these))?(?: (?!%|per ?cent|percent|million|thousand"
    r"|billion)[\w-]+){1,4}? (?:was|were)\b"
)
"""So few that a person may have removed them."""
_OF_MATTER = (
    r"\b(?:blood|plasma|serum|urine|tissue|water|soil|air|milk|oil|samples?|specimens?|slides?)\b(?: [\w-]+){0,3} "
    r"(?:was|were)\b"
)
_ELSEWHERE_DENIED = (
    r"\bnot only\b|\b(?:that|which|who|whose|without) (?:[\w-]+ ){0,3}?(?:do|does|did|is|are|was|were|has|have|had|can"
    r"|could|will)? ?(?:not|n't|no|never)\b"
)
"""What is not so of some, and not that nothing was done to them: "Pages that were not English"."""
_OF_OTHERS = (
    r"\b(?:already|upstream|beforehand|publishers?|maintainers?|providers?|makers|authors|(?:had|has|have) been"
    r"|before we|as (?:published|released|distributed))\b"
)
_TEXT_TASK = (
    r"text-.*|fill-mask|translation|summari[sz]ation|question-answering|conversational|token-classification"
    r"|sentence-similarity|language-model\w*"
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
        plain = statement.casefold()
        is_other = any(re.search(words, plain) for words in (_BY_SOMEBODY, _A_FEW, _OF_MATTER))
        found = re.search(_BY_A_PROGRAM, plain) or (None if is_other else re.search(_DONE_TO_IT, plain))
        if found and not denies(re.sub(_ELSEWHERE_DENIED, "", plain)) and not re.search(_OF_OTHERS, plain):
            return statement[found.start() : found.end()].strip() if len(plain) == len(statement) else found[0].strip()
    return None


def _processing(facts: Facts) -> Iterator[str]:
    for pointer, source in facts.training_sources:
        for field in ("selected", "processed", "filtered") if source.of is None else ():
            text = getattr(source, field)
            if isinstance(text, str) and (word := word_of_a_program(text)):
                yield f"{pointer}/{field} tells of what a program does (“{word}”)"


def _tokens(facts: Facts) -> Iterator[str]:
    task = next(
        (task for task in answered(facts.manifest.release.tasks) if re.fullmatch(_TEXT_TASK, task, re.IGNORECASE)), None
    )
    for pointer, source in facts.training_sources if task else ():
        if isinstance(source.amount, Quantity) and source.amount.unit == "tokens":
            yield f"{pointer}/amount is counted in tokens, which a tokenizer makes"
