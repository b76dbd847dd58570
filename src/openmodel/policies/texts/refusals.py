# SPDX-License-Identifier: Apache-2.0
"""Texts that speak of keeping something back: descriptions that do not describe, reasons why a thing does not exist
that say that it is kept from others, and reasons why data cannot be shared that say that somebody does not want to.

Here are the phrases that refuse wherever they stand in a text. Beside them, `bare_refusals` has what refuses only as a
whole text, `placeholders` what says nothing as a whole, and `rights` what outweighs an advantage of one's own. English,
with names of trade secrets and grounds of business in the languages of `rights`; what is not told here is believed.
"""

from __future__ import annotations

import re

from openmodel.policies.texts.clauses import clauses, says
from openmodel.policies.texts.rights import names_others

__all__ = [
    "admits_that_it_exists",
    "speaks_of_keeping_back",
    "speaks_of_own_advantage",
    "speaks_of_secrecy",
]

# Longer patterns are text: `re` compiles each when it is first looked for, and keeps it. Most releases need few.

_DENIED = re.compile(r"\b(?:no|not|nor|never|without|\w+n't)(?: (?:a|any|by|for|the))? $")

_NOT = r"(?:(?:do|does|did|will|would|can|could|may|shall|must)\s?(?:not|n't)|cannot|won't|can't)"
_TELL = r"(?:release|disclose|publish|reveal|divulge|tell|say|discuss|open-?source|make (?:it|them|this|that) public)"
_SHARE = r"share(?: (?:it|them|this|that|these|those|our|publicly|details|information|how|who|what)\b|\W*$)"
_TELLING = r"(?:releasing|disclosing|publishing|revealing|divulging|telling|saying|discussing|naming|open-?sourcing)"
_SOMEBODY = r"\b(?:we|they|i|authors?|publisher|company|lab|team)"
_IT = r"(?: (?:it|this|that|these|them|the|our|any|details|how|which|where|what|who|publicly)\b|\W*$)"
_TOLD = r"(?:disclosed|revealed|divulged|named|specified|made public)"
_REFUSED = (
    rf"{_SOMEBODY}\s+(?:\w+\s+)?"
    rf"(?:{_NOT}|never|decline|refuse|prefer not)\s+"
    rf"(?:(?:want|wish|plan|intend|like|to|be|able|\w+ly)\s+){{0,4}}(?:{_TELL}\b|{_SHARE})"
    rf"|{_SOMEBODY} (?:\w+ )?(?:chose|chosen|choose|decided|elected|opted) (?:not to {_TELL}|against {_TELLING}){_IT}"
    rf"|{_SOMEBODY} ?(?:are|is|am|'re|'m) ?(?:not|n't) (?:{_TELLING}{_IT}"
    r"|(?:allowed|permitted|free|able|at liberty) to (?:name|disclose|say|tell|reveal)\b)"
    # Pages "that do not say who wrote them" may have been filtered out.
    rf"|(?<!that )(?<!which )(?<!who )\b{_NOT} (?:publicly )?(?:disclose|reveal|say|specify)\b"
    rf"|\b(?:cannot|can't|won't|(?:can|will) not) (?:(?:release|publish|name|describe|list)\b|{_SHARE})"
    rf"|(?<!that )(?<!which )\b{_NOT} be (?:publicly )?(?:released|published|shared|described|listed)\b"
    rf"|\b{_NOT} be (?:publicly )?{_TOLD}\b"
    rf"|\b(?:is|are|was|were|been|being) (?:not|never) (?:publicly )?{_TOLD}\b"
    rf"|\bno (?:\w+ ){{1,6}}(?:is|are|was|were) {_TOLD}\b"
    r"|\bnot (?:publicly )?disclosed\b|\bundisclosed\b|\bdeclined?\sto\s(?:disclose|say|reveal|name)\b"
)
"""Somebody who does not tell, or something that is not told."""
_PEOPLE = (
    r"(?:respondents|participants|patients|annotators|labell?ers|raters|speakers|volunteers|interviewees|persons|people"
    r"|individuals|students|donors|children|witnesses)"
)
_OF_OTHERS = (
    rf"\b{_PEOPLE}(?:'? names)?(?: (?:who|of [\w ]{{1,30}}?))? (?:is|are|was|were) (?:not|never) {_TOLD}\b"
    rf"|\b(?:names|identities) of (?:the |our |these )?(?:\w+ )?{_PEOPLE} (?:is|are|was|were) (?:not|never) {_TOLD}\b"
    r"|\b(?:that|which|whose|who)\b[^.;]{1,80}?\b(?:is|are|was|were) (?:\w+ ){0,2}?(?:removed|dropped|excluded|left out"
    r"|deleted|discarded|replaced|masked|skipped|filtered out|cut)\b"
)
"""People who took part and are not named, and what was left out because nobody may tell it: neither is a refusal."""
_NAMES = r"\b(?:names|identit(?:y|ies)) (?:is|are|was|were|will|can ?not|can) ?(?:not|never|be|n't)? (?:be )?\w+"
"""Of those who labelled: how they did is asked, and not who they are."""
_IN_REFUSALS = ("not", "n't", "no ", "never", "declin", "refus", "undisclosed", "against")
"""One of them is in each: to look for them first takes a tenth of the time."""

_NOT_PUBLIC = (
    r"(?:\b(?:is|are|was|were|be|been|will|has|have|had)|^\W*)\s*(?:not|n't|never)\s+(?:be(?:en)?\s+)?(?:\w+ly\s+)?"
    r"(?:being\s+)?(?:released|disclosed|revealed|divulged|made (?:public|available)|public|open-?sourced)\b"
)
"""Said of the thing itself; in a description it may be said of what the data is about."""

_NOT_PASSED_ON = (
    r"(?: (?:is|are|was|were|has|have|had|will))? ?(?:not|n't|never)(?: yet| currently| publicly| be| been)* "
    r"(?:published|released|shared|uploaded|provided|included|available|made (?:public|available)|open-?sourced)"
)
_NOT_GIVEN = (
    rf"\b(?:code|scripts?|notebooks?|programs?|pipelines?){_NOT_PASSED_ON}\b"
    # "These were not provided with labels."
    rf"|\b(?:it|they|this|these){_NOT_PASSED_ON}(?=\W*$| (?:yet|publicly|here|outside|at|to (?:the )?(?:public|others)"
    r"|(?:in|with) (?:this|the) (?:release|repository))\b)"
    r"|\bwe (?:(?:do|did|have|had|will|can|could) ?(?:not|n't)|cannot|never) (?:yet )?"
    r"(?:provide|share|release|publish|upload|include|offer|supply)d? "
    r"(?:it|them|this|these|that|(?:the |our |any )?(?:\w+ )?(?:code|scripts?|notebooks?|programs?))\b"
    r"|\b(?:code|scripts?|notebooks?|programs?|it|they) (?:(?:is|are) (?:currently |still )?)?unavailable\b"
    r"|\bembargo(?:ed)?\b|\bnot (?:been )?cleared for (?:release|publication)\b"
    r"|\b(?:awaiting|pending) (?:\w+ )?(?:approval|review|clearance|publication|release)\b"
)
"""Said of code, or of what stands for it."""

_KNOW_HOW = (
    r"\b(?:trade|business|commercial) secrets?\b|\b(?:betriebs|geschäfts)geheimnis|\bsecrets? des affaires\b"
    r"|\bsecrets? commercia(?:l|ux)\b|\bsecretos? comercial(?:es)?\b|\bsegredos? comercia(?:l|is)\b"
    r"|\bsegreti? commercial[ei]\b|\bкоммерческ(?:ая|ой|ую) тайн(?:а|ы|у|ой)\b|商业(?:机密|秘密)|商業(?:機密|秘密)"  # noqa: RUF001
    r"|\bsecret sauces?\b|[营企]业秘密|[營営]業秘密|企業秘密|영업\s?비밀"
)
"""What the law of many countries calls a trade secret, and what some call theirs."""
_ADVANTAGE = (
    rf"{_KNOW_HOW}"
    r"|\bcompetitive(?:ly)? (?:reasons?|advantages?|edge|grounds|position|interests?|landscape|sensitiv\w+)\b"
    r"|\b(?:our|to|from|by|help\w*|benefit\w*) (?:our |the |its )?competitors?\b|\bhelp\w* (?:our|the) competition\b"
    r"|\b(?:commercial|business|strategic) (?:reasons?|grounds|interests?|considerations|value|motives)\b"
    r"|\bcommercially (?:sensitive|valuable)\b|\bto ourselves\b"
)
"""What serves whoever keeps something back, and nobody else."""
_OWN_WILL = (
    r"\b(?:company|corporate|business) polic(?:y|ies)\b"
    r"|\bour (?:own )?(?:proprietary|intellectual property|business model|profits?|revenues?|moat)\b"
    r"|\b(?:it|they|this|that|these|the data) (?:is|are) ours\b|\b(?:an|our) edge over\b"
    r"|\b(?:our|to|help\w*|benefit\w*) rivals?\b"
    r"|\bwettbewerbs(?:gründe|gründen|vorteil|vorteile)\b"
    r"|\baus (?:wettbewerblichen|geschäftlichen|strategischen) gründen\b"
    r"|\b(?:raisons|intérêts) (?:commercia(?:les|ux)|concurrentiel(?:les|s)|stratégiques)\b"
    r"|\b(?:razones|motivos|razões|ragioni|motivi) (?:comerciales|comerciais|commerciali|estratégic[ao]s)\b"
    r"|\bкоммерческ(?:им|ие) причин|영업상 이유"  # noqa: RUF001
    r"|(?:商业|商業|竞争|競爭|战略|戦略|事業上の|競争上の)(?:原因|理由|利益|优势|優勢)"
)
"""What, besides, is no more than that in a reason why data cannot be shared."""

_NOT_FOR_OTHERS = (
    r"\bconfidential(?:ity)?\b|\bproprietary\b|\bintellectual property\b|\bnon-?disclosure\b|\bnda\b"
    r"|\b(?:is|are|was|were|be|it|them|stays?|remains?|kept|keep|keeping)\s+(?:(?!not\b)\w+\s+){0,2}"
    r"(?:secret|private|internal)\b"
    r"|^\W*(?:secret|private|internal(?:ly)?(?: only| use(?: only)?)?)\W*$|\bfor internal use\b"
    r"|\bwithh(?:old|olds|eld|olding)\b|\b(?:keep|kept|hold|held)\s+(?:\w+\s+){0,2}back\b"
)
"""Words that say so in a reason; in a description they may be said of what the data is about."""

_WHO = r"(?:(?!not\b)[\w'-]+ ){0,3}"
_CODE = r"\b(?:code|scripts?|notebooks?|programs?|pipelines?|repository|labels|annotations|it|they|these)"
_EXISTS = (
    r"\b(?:up)?on (?:reasonable )?request\b|\bpaying (?:customers|users|clients|subscribers)\b"
    r"|\b(?:available|provided|given|accessible|shared|sold|offered|restricted|limited) (?:only )?(?:to|for|with) "
    rf"{_WHO}(?:customers?|clients?|partners?|members|subscribers|employees|staff|licensees|sponsors|collaborators"
    r"|reviewers|referees)\b"
    r"|\bonly (?:our|the) (?:own )?(?:staff|team|employees|people|engineers) (?:can|may|has|have)\b"
    r"|\b(?:sold|sells|available) separately\b|\bpaid add-?on\b|\bcan be (?:bought|licensed) from us\b"
    rf"|{_CODE} (?:only )?(?:is|are|was|were|lives?|sits?|resides?|runs?|stays?) (?:only |still )?(?:in|on|at|inside"
    r"|behind|part of|embedded in) (?:an? |our |the |another |my |his |her |their |\w+'s )?(?:[\w-]+ ){0,2}"
    r"(?:notebooks?|laptop|computer|workstation|machine|disks?|drive|servers?|cluster|repo|repository|git|platform"
    r"|product|archive|bucket|branch)\b(?! that\b)"
    r"|\b(?:ran out of|did not have|didn't have|had no|no) time (?:to|for) (?:\w+ )?"
    r"(?:publi|releas|clean|document|upload)"
    r"|\b(?:contact|e-?mail|ask|write to|reach out to) (?:us|me|the (?:authors?|publisher|company|team|maintainers?))\b"
    r"|\btoo (?:large|big|long|heavy|messy|complex|complicated|expensive|costly|sensitive|much work) to (?:\w+ )?"
    r"(?:upload|release|publish|share|host|include|distribute|attach|clean|document|describe)\b"
    r"|^\W*lost\b|\bwe (?:have |had )?(?:since )?(?:lost|deleted|misplaced|overwrote)\b"
    rf"|{_CODE} (?:no longer exists?\b|(?:is|are|was|were|got|(?:has|have) been) (?:(?:\w+ly |since |all )?"
    r"(?:lost|deleted|destroyed|overwritten|discarded|misplaced|erased|wiped)|not (?:kept|preserved|archived))\b)"
    r"|\b(?:disk|disc|drive|server|backup) (?:failure|crash|failed|crashed|died)\b"
    r"|\b(?:engineer|developer|author|colleague|employee|student|intern|researcher|contractor)s? (?:who (?:\w+ ){1,4})?"
    r"(?:has |have |had )?(?:left|departed|quit|retired)\b"
    r"|\b(?:done|made|run|ran|performed|carried out|labell?ed|annotated|written|produced|handled) (?:by|on|at|in|with) "
    rf"{_WHO}(?:vendors?|contractors?|suppliers?|agency|annotators|crowd ?workers|labell?ers|freelancers"
    r"|third part(?:y|ies)|in-?house|internal(?:ly)? (?:systems?|tools?|tooling|infrastructure|clusters?|platforms?))\b"
    r"|\bpatent(?:ed| pending| application)\b|\bour (?:lawyers?|legal \w+|management|board|employer)\b"
    r"|\bwill (?:\w+ )?(?:be )?(?:\w+ )?(?:releas|publish|upload|open-?sourc)\w+"
    r"|\bprivate (?:git(?:hub|lab)? )?repo(?:s|sitor(?:y|ies))?\b|\bmono-?repo\b|\bout-?sourced\b"
    r"|\b(?:code|scripts?|notebooks?|it|they) (?:is|are|was|were) (?:too |very |rather )?"
    r"(?:messy|ugly|hacky|unreadable)\b"
    r"|\bnot ours to (?:publish|share|release|give)\b|\b(?:owned by|belongs? to) (?:our|a|the|an) "
    r"(?:partner|contractor|supplier|vendor|agency|customer|client)\b"
    r"|\bcode ist intern\b|\bintern gehalten\b|^\W*code interne\W*$|内部代码|代码不公开"
    r"|\bout of scope (?:for|of|in) (?:this|the|our) (?:release|publication|paper)\b"
    r"|\b(?:one-?off|ad[- ]?hoc|throw-?away|quick) (?:\w+ )?(?:scripts?|notebooks?|code)\b"
    r"|\b(?:notebooks?|scripts?|code|programs?) (?:that|which) (?:is|are|was|were) (?:not|never|no longer) "
    r"(?:kept|saved|preserved|archived|published|released)\b"
)
"""Words in a reason why there is none that are about one that there is, or was."""

_NOT_NOW = (
    r"\bnot (?:yet )?(?:ready|cleaned up|fit) (?:for|to be) (?:\w+ )?(?:releas|publi|shar)\w+"
    r"|\bnot (?:released|published|ready|cleaned) yet\b|\bnot yet (?:released|published|ready|cleaned)\b"
    r"|^\W*(?:(?:it|they|these) )?(?:(?:was|were) )?not (?:kept|saved|preserved|archived)\W*$"
)
"""What is not ready or was not kept is, or was."""

_KEPT_SECRET = (
    r"(?<!that )(?<!which )\b(?:is|are|was|were|be|stays?|remains?|kept|keep) (?:(?!not\b)\w+ ){0,2}"
    rf"(?:(?:a |our )?(?:{_KNOW_HOW})|secret\b|confidential\b)"
    r"|\bfor (?:competitive|commercial|business|strategic) (?:reasons|grounds)\b|\bto ourselves\b"
    r"|\bwe (?:keep|kept) (?:it|this|them|these|(?:our|the)(?: \w+){1,3}) (?:private|internal|confidential)\b"
    rf"|^\W*(?:our )?(?:{_KNOW_HOW})\W*$"
)
"""What a description says of itself, and not of what is described."""
_IN_SECRECY = (
    *_IN_REFUSALS,
    "secret",
    "segret",
    "segred",
    "geheim",
    "тайн",
    "秘",
    "密",
    "비밀",
    "confidential",
    "reasons",
    "grounds",
    "ourselves",
    "we keep",
    "we kept",
)
"""One of them is in each description that refuses or keeps something secret; most have none."""


def speaks_of_keeping_back(reason: str) -> bool:
    """Whether a reason why something does not exist says that it is kept from others instead."""
    return any(_keeps_back(clause) or re.search(_NOT_GIVEN, clause) for clause in clauses(reason))


def admits_that_it_exists(reason: str) -> bool:
    """Whether a reason why something does not exist says who has it, why it was not given, or how it was lost."""
    return any(says(_EXISTS, clause) or re.search(_NOT_NOW, clause) for clause in clauses(reason))


def speaks_of_secrecy(description: str, field: str = "") -> bool:
    """Whether a description, of a field of a source, says that something is not said. Data may be about what is secret,
    rows may be removed that are not public, and people stay unnamed, so that fewer words count than in a reason."""
    plain = description.casefold().replace("\u2019", "'")
    if not any(word in plain for word in _IN_SECRECY):
        return False
    for clause in clauses(description):
        own = re.sub(_NAMES, "", clause) if field == "labelled" else clause
        if _refuses(re.sub(_OF_OTHERS, "", own)) or re.search(_KEPT_SECRET, own):
            return True
    return False


def speaks_of_own_advantage(reason: str) -> bool:
    """Whether a reason why data cannot be shared names the advantage or the will of whoever has it, or nothing else
    than that it is kept back, and no law and nobody else."""
    said = [one for one in clauses(reason) if one]
    is_own = any(_says_of_advantage(one) or re.search(_OWN_WILL, one) for one in said)
    is_own = is_own or (bool(said) and all(map(_keeps_back, said)))
    return is_own and not any(map(names_others, said))


def _keeps_back(clause: str) -> bool:
    return bool(
        _refuses(clause)
        or re.search(_NOT_PUBLIC, clause)
        or says(_NOT_FOR_OTHERS, clause)
        or _says_of_advantage(clause)
    )


def _refuses(clause: str) -> bool:
    return any(word in clause for word in _IN_REFUSALS) and re.search(_REFUSED, clause) is not None


def _says_of_advantage(clause: str) -> bool:
    """As `says`; but "not shared, as it helps competitors" denies something else."""
    found = re.search(_ADVANTAGE, clause)
    return found is not None and not _DENIED.search(clause[: found.start()])
