# SPDX-License-Identifier: Apache-2.0
"""Descriptions that do not describe: refusals, and words on whom to ask or where to look, with nothing besides.

What only speaks of a request or of an article may describe all the same, so that each clause has to be such as a whole.
"""

from __future__ import annotations

import re

from openmodel.policies.texts.clauses import clauses

_DETAILS = r"(?:(?:more|further|the|all) )*(?:details?|information|criteria)"
_ENGLISH = (
    rf"(?:(?:{_DETAILS}|this|it|they)(?: (?:is|are))? )?(?:available |given |provided )?(?:only )?"
    r"(?:up)?on (?:reasonable )?request"
    r"|(?:please )?(?:contact|e-?mail|ask|write to) (?:us|the (?:authors?|publisher|company|team|maintainers?))"
    rf"(?: for {_DETAILS})?"
    r"|(?:(?:it|this|that) is |we are |all )?(?:under|subject to|covered by) (?:an? |our )?nda"
    r"|(?:(?:it|this|that) is )?(?:(?:company|strictly|commercial|highly|business) )?"
    r"(?:confidential|classified|restricted)(?: information)?"
    r"|(?:(?:it|this|that) is )?not public(?:ly)?(?: (?:information|available|known|disclosed))?"
    rf"|no {_DETAILS}(?: (?:is|are))? (?:available|given|provided|public|disclosed)"
    r"|(?:we )?(?:cannot|can't|no|do not|don't) comment|(?:we are )?not telling"
    r"|(?:(?:it|this) is )?kept in-?house|(?:this is )?not something we (?:talk|speak) about"
    r"|we are under (?:an )?nda and (?:can )?say nothing|(?:our )?(?:legal|lawyers) (?:do(?:es)? not|won't) let us say"
)
_OTHERS = (
    r"wird nicht (?:veröffentlicht|bekannt ?gegeben|offengelegt|mitgeteilt|verraten)|auf anfrage(?: erhältlich)?"
    r"|siehe (?:den |das |unseren |unser )?(?:bericht|paper|artikel|webseite|dokumentation|blog)|wie üblich"
    r"|voir (?:l'article|le rapport|le papier|la documentation)|sur demande|ne sera pas (?:publié|communiqué)e?"
    r"|(?:ver|véase) (?:el (?:artículo|informe)|o artigo|o relatório)|a petición|sob solicitação|su richiesta"
    r"|(?:(?:das|es) ist )?(?:ein |unser )?(?:betriebs|geschäfts)geheimnis"
    r"|nous ne (?:le|les|la) communiquons pas"
    r"|по запросу|не публикуется"
    r"|不便(?:透露|公开|公開|说明|說明)|(?:我们)?不(?:公开|公開|对外公开|透露)"
    r"|(?:详见|詳見|见|見|参见|請見|请见)(?:论文|論文|技术报告|技術報告|报告|文档|博客)"
    r"|論文(?:を)?参照|非公表|お問い合わせください|문의 바랍니다|논문 참조"
)
_NO_MORE = re.compile(rf"\W*(?:{_ENGLISH}|{_OTHERS})\W*")


def refuses_and_no_more(description: str) -> bool:
    """Whether each clause of a description is one."""
    return all(not one or _NO_MORE.fullmatch(one) for one in clauses(description)) and any(clauses(description))
