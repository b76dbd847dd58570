# SPDX-License-Identifier: Apache-2.0
"""Texts that are no more than a refusal, or than that something is not told, not known or not told yet, or whom to ask.

What speaks of a request or of an article may describe all the same, so that each clause has to be such as a whole.
"Not recorded" says that nobody tells, and "not filtered" says what was done: the verbs are those of telling.
"""

from __future__ import annotations

import re

from openmodel.policies.texts.clauses import clauses

_DETAILS = r"(?:(?:more|further|the|all) )*(?:details?|information|criteria)"
_WHAT = (
    r"(?:it|this|that|they|these|(?:(?:this|the|its|their|our|all) )?(?:(?:exact|original|further|more) )?(?:details?"
    r"|information|origins?|provenance|sources?|criteria|field|section|answer|code|scripts?"
)
_IT = rf"(?:{_WHAT})) )"
"""Of what nobody tells; a step of the work that was "omitted" was not taken."""
_IT_OR_A_STEP = (
    rf"(?:{_WHAT}|selection|process|procedures?|methods?|methodology|filters?|filtering|processing|labelling|labels)) )"
)
_BE = r"(?:(?:is|are|was|were|(?:has|have) been|will be|remains?|stays?) )"
_TOLD = (
    r"(?:documented|recorded|mentioned|stated|described|published|reported|given|found|shared|specified|noted|released"
    r"|public|known|disclosed|told|explained|indicated|revealed|tracked|logged|written down|made (?:public|available))"
)
_AT_SOME_PLACE = (
    r"(?: (?:in|by|on|from|of|to|with) (?:the|our|their|this|its|any) (?:\w+ )?(?:paper|card|report|article|authors?"
    r"|publishers?|makers?|release|documentation|public|time|readme))"
)
_LATER = (
    r"(?:documented|described|written(?: down)?|published|released|disclosed|shared|announced|provided|completed|added"
    r"|filled in|updated|determined|explained)"
)
_NOT_TOLD = (
    rf"{_IT_OR_A_STEP}?{_BE}?(?:not|never|nowhere) (?:been )?(?:yet |publicly |further |properly )?{_TOLD}"
    rf"{_AT_SOME_PLACE}?(?: (?:here|anywhere|yet|publicly))?|undocumented|unpublished|unrecorded|undefined"
    r"|(?:the |our |their |this )?(?:(?:model|data) )?(?:paper|card|report|article|documentation|authors?|publishers?) "
    r"(?:(?:says?|tells?|mentions?) nothing(?: (?:about|of|on) (?:it|this|that|them))?|(?:is|are) silent(?: on \w+)?"
    r"|(?:does|do|did) ?(?:not|n't) (?:say|tell|mention|describe|state|specify|explain)(?: \w+){0,3})"
    r"|(?:(?:it|that) (?:is|was) )?unclear from (?:the|their) (?:paper|card|report|article)"
    rf"|no (?:\w+ )?(?:documentation|information|records?) (?:exists?|{_BE}?(?:available|found|kept|given))"
    r"|we (?:did not|didn't) (?:keep|write) (?:any )?(?:records?|notes|logs?)(?: of (?:it|this|that))?"
)
"""In so many words; what a paper says nothing of, somebody else may tell."""
_NOT_KNOWN = (
    rf"{_IT_OR_A_STEP}{_BE}?(?:unknown|unclear|uncertain|lost)"
    r"|(?:(?:we|i) (?:(?:do|did) ?(?:not|n't)|no longer|cannot|can't|could not|couldn't)|nobody|no one) "
    r"(?:knows?|remembers?|recalls?|find out|found out)"
    r"(?: (?:it|this|that|where|how|what|which|why|who|when|anything)(?: [\w'-]+){0,6})?"
)
_NOT_HERE = (
    rf"{_IT}?{_BE}?(?:intentionally |deliberately )?(?:left (?:blank|empty)|redacted|omitted|censored|withheld|hidden"
    r"|embargoed|under (?:an )?embargo|kept (?:private|internal))(?: (?:on purpose|for now|for (?:\w+ )?(?:brevity"
    r"|privacy|confidentiality|reasons)|(?:at|on|by|until) [\w' ]{1,50}))?"
    r"|(?:it|this|that) (?:will )?(?:stays?|remains?|is|be) (?:private|internal)|(?:blank|hidden)"
)
_NOT_YET = (
    rf"{_IT_OR_A_STEP}?(?:will|to|shall) be (?:\w+ly )?{_LATER}"
    r"(?: (?:later|soon|separately|before|after|in|with|by|when|once|upon|at)(?: [\w'-]+){0,5})?"
    r"|(?:coming|to come|to follow|follows?) (?:with|in) (?:the|our|a) (?:\w+ )?(?:paper|release|version|report)"
    r"|(?:still )?pending(?: (?:\w+ )?(?:reviews?|approval|clearance|publication))?"
    r"|(?:is |still )*awaiting (?:\w+ )?(?:reviews?|approval|clearance|publication)"
)
_BY_SOMEBODY_UNNAMED = (
    rf"{_IT_OR_A_STEP}?(?:annotations? )?{_BE}?(?:(?:only )?available |made |done |collected |written |provided )?"
    r"(?:by (?:an?|our) (?:\w+ )?(?:vendor|contractor|supplier|agency|partner) )?under (?:an? |our )?(?:strict )?nda"
)
_ENGLISH = (
    rf"(?:(?:{_DETAILS}|this|it|they)(?: (?:is|are))? )?(?:available |given |provided )?(?:only )?"
    r"(?:up)?on (?:reasonable )?request"
    r"|(?:please )?(?:contact|e-?mail|ask|write to) (?:us|the (?:authors?|publisher|company|team|maintainers?))"
    rf"(?: for {_DETAILS})?"
    rf"|{_NOT_TOLD}|{_NOT_KNOWN}|{_NOT_HERE}|{_NOT_YET}|{_BY_SOMEBODY_UNNAMED}"
    r"|(?:(?:it|this|that) is |we are |all )?(?:subject to|covered by) (?:an? |our )?nda|we are under (?:an? )?nda"
    r"|(?:(?:it|this|that) is )?(?:(?:company|strictly|commercial|highly|business) )?"
    r"(?:confidential|classified|restricted)(?: information)?"
    r"|(?:(?:it|this|that) is )?not public(?:ly)?(?: (?:information|available|known|disclosed))?"
    rf"|no {_DETAILS}(?: (?:is|are))? (?:available|given|provided|public|disclosed)"
    r"|(?:we )?(?:cannot|can't|no|do not|don't) comment|(?:we are )?not telling"
    r"|(?:(?:it|this) is )?kept in-?house|(?:this is )?not something we (?:talk|speak) about"
    r"|we are under (?:an )?nda and (?:can )?say nothing|(?:our )?(?:legal|lawyers) (?:do(?:es)? not|won't) let us say"
)
_OTHERS = (
    r"(?:(?:der code|er|sie|es|das) )?(?:(?:wird|wurde|ist|sind|bleibt) )?(?:leider |noch )?nicht (?:öffentlich"
    r"|veröffentlicht|bekannt ?gegeben|offengelegt|mitgeteilt|verraten|dokumentiert|beschrieben|erwähnt|festgehalten"
    r"|erfasst|überliefert)|keine informationen(?: (?:vorhanden|verfügbar))?|auf anfrage(?: erhältlich)?"
    r"|siehe (?:den |das |unseren |unser )?(?:bericht|paper|artikel|webseite|dokumentation|blog)|wie üblich"
    r"|(?:(?:das|es) ist )?(?:ein |unser )?(?:betriebs|geschäfts)geheimnis"
    r"|voir (?:l'article|le rapport|le papier|la documentation)|sur demande|nous ne (?:le|les|la) communiquons pas"
    r"|(?:(?:le code|il|elle|ce) )?n(?:'est|'a|e sera) pas (?:été )?"
    r"(?:public|publique|publiée?|documentée?|diffusée?|communiquée?)"
    r"|non (?:documentée?s?|publiée?s?|décrite?s?|publique?s?)|ne sera pas (?:publié|communiqué)e?"
    r"|(?:ver|véase) (?:el (?:artículo|informe)|o artigo|o relatório)|a petición|sob solicitação|su richiesta"
    r"|(?:(?:el código|o código) )?(?:no|não) (?:(?:es|está|é|ha sido|foi) )?(?:públic[oa]s?|publicad[oa]s?"
    r"|documentad[oa]s?|descrit[oa]s?|divulgad[oa]s?|disponible|disponível)"
    r"|(?:il codice )?non (?:(?:è|è stato) )?(?:pubblic[oa]|pubblicat[oaie]|documentat[oaie]|descritt[oaie])"
    r"|по запросу|(?:код )?не (?:публикуется|опубликован[оаы]?|документирован[оаы]?|описан[оаы]?|раскрыт[оаы]?)"
    r"|(?:代码|代碼)?(?:暂|暫|尚|并)?(?:未|不)(?:开源|開源|公开|公開|发布|發布|记录|記錄|描述)"
    r"|不便(?:透露|公开|公開|说明|說明)|(?:我们)?不(?:公开|公開|对外公开|透露)"
    r"|(?:详见|詳見|见|見|参见|請見|请见)(?:论文|論文|技术报告|技術報告|报告|文档|博客)"
    r"|(?:コードは)?(?:非公開|未公開|公開(?:して|されて)い(?:ない|ません))(?:です)?"
    r"|(?:文書化|記録|公開)されてい(?:ない|ません)|論文(?:を)?参照|非公表"
    r"|(?:코드는 )?(?:비공개(?:입니다)?|공개하지 않(?:음|습니다|았습니다)|공개되지 않(?:음|았습니다))"
    r"|お問い合わせください|문의 바랍니다|논문 참조"
)
_NO_MORE = rf"\W*(?:{_ENGLISH}|{_OTHERS})\W*"
"""`re` compiles it when a text is first looked at, and keeps it."""


_IN_THEM = """
not|n't|no |never|nobody|nowhere|request|contact|mail|ask|write to|nda|confidential|classified|restricted|comment|kept
private|internal|unknown|unclear|uncertain|lost|undocumented|unpublished|unrecorded|undefined|silent|blank|redacted
omitted|censored|withheld|hidden|embargo|will be|to be|shall be|coming|to come|follow|pending|awaiting
nicht|keine|anfrage|siehe|geheimnis|voir|demande|n'| pas|non |ver |richiesta
"""
"""Parts of words, one of which is in each that is in ASCII: to look for them first takes a fifth of the time."""
_PARTS = tuple(part for line in _IN_THEM.splitlines() for part in line.split("|") if part)


def refuses_and_no_more(text: str) -> bool:
    """Whether each clause of a text is one."""
    plain = text.casefold().replace("\u2019", "'")
    if plain.isascii() and not any(part in plain for part in _PARTS):
        return False
    return all(not one or re.fullmatch(_NO_MORE, one) for one in clauses(text)) and any(clauses(text))
