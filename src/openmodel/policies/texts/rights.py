# SPDX-License-Identifier: Apache-2.0
"""Whether a reason names the law, or people and their rights, beside which an advantage of one's own is no matter.

Where that is denied ("It holds no personal data", "The law does not forbid it") the advantage is all there is.

In the languages in which a trade secret is known: it may be one of a customer, or a contract may forbid to share it.
"""

from __future__ import annotations

import re

from openmodel.policies.texts.clauses import DENIAL

_ENGLISH = (
    r"\b(?:laws?|legally(?! (?:it|we|they|this|speaking)? ?(?:can|could|may|might|possible|free))|legislation|statutes?"
    r"|gdpr|hipaa|regulations?|courts?|patients?|privacy|pii|nda|non-?disclosure|third part(?:y|ies)|indigenous|tribal"
    r"|personal(?! (?:decisions?|choices?|opinions?|preferences?|assistants?|views?|reasons?|wish))|sacred"
    r"|minors|children"
    # "Copyright Acme 2025" is a notice.
    r"|copyright\w*(?! (?:\(c\)|©|(?!of\b|held\b|by\b)(?:[\w&-]+ ){0,4}(?:19|20)\d\d))"
    r"|contract\w*(?! (?:team|department)s?\b)|agreements?(?! with ourselves)"
    r"|(?:medical|clinical|bank(?:ing)?|professional|statistical|legal|attorney|pastoral|tax) "
    r"(?:confidentiality|secrecy|secrets?|privilege)"
    r"|(?:client|customer|user|employee|student|applicant)s? (?:data|records?|files?|information))\b|\blicensed from\b"
    r"|\blicen[cs]es? (?:forbids?|prohibits?|does not|of the)\b|\b(?:customers|clients|suppliers|partners|vendors)'"
    r"|\bof (?:our |the )?(?:customers|clients|suppliers|partners|vendors)\b"
)
_GERMAN = (
    r"(?<!kein )(?<!keine )\b(?:gesetz\w*|dsgvo|datenschutz\w*|patient(?:en|innen)\w*|vertrag|verträge\w*"
    r"|vertraglich\w*|einwilligung\w*|urheberrecht\w*)\b|\b(?:unserer|der|von) (?:kund|lieferant|zulieferer|mandant)\w*"
)
_ROMANCE = (
    r"(?<!aucune )(?<!aucun )\b(?:lois?|rgpd|contrats?|vie privée|droits? d'auteur|consentement)\b"
    r"|(?<!ninguna )(?<!nessuna )(?<!nenhuma )\b(?:ley(?:es)?|contratos?|consentimi?ento|leis?|lgpd|contratt[oi]"
    r"|legge|consenso)\b"
    r"|\b(?:de (?:(?:nos|los|las|nuestr[oa]s) )?|des|d(?:ei|i) (?:nostri )?|d[oa]s (?:noss[oa]s )?) ?"
    r"(?:clientes?|clients|clienti|patients|pacientes|pazienti|fournisseurs|proveedores|fornecedores|fornitori)\b"
)
_RUSSIAN = r"\b(?:клиент|пациент|поставщик)(?:ов|ами)\b|\b(?:закон|договор|персональн)\w*"
_CHINESE_JAPANESE_KOREAN = (
    r"合同|合約|契約|契约|协议|協議|法律|法规|法規|隐私|隱私|个人信息|個人情報|版权|版權|著作権|患者|同意"
    r"|(?:客户|客戶|顧客|供应商|供應商|取引先)(?:的|の|数据|數據|资料|商业|商業|营业|企业)"
    r"|계약|법률|개인정보|환자|저작권|고객(?:의|사의)"
)
_OF_OTHERS = "|".join((_ENGLISH, _GERMAN, _ROMANCE, _RUSSIAN, _CHINESE_JAPANESE_KOREAN))
_CONSENT = (
    r"\bconsent(?:ed)?\b(?! (?:is|was|were|has been|had been) (?:given|obtained))|\bwithout (?:\w+ )?permission\b"
    r"|(?:\b(?:no|nobody|none|not|never)\b|n't )[^.]{0,40}\bagreed?\b"
)
"""It counts where it is denied, too."""
_KEPT = (
    r"(?:\b(?:do|does|did|can|could|may|must|shall|will|would|is|are|was|were|be|been)? ?(?:not|n't)|\bcannot|\bnever)"
    r" (?:be )?(?:share\w*|releas\w+|publish\w*|pass\w*|distribut\w+|disclos\w+|given|ours|made public|allow\w*"
    r"|permit\w*|free|public|possible)"
)
"""That data is not shared denies no right."""
_NO_OBSTACLE = (
    r"\b(?:do|does|did|would) ?(?:not|n't) (?:forbid|prohibit|prevent|bar|restrict|oppose|apply|matter|stop|object)"
    r"|\b(?:is|are|was|were) ?(?:not|n't) (?:affected|concerned|at stake|involved|violated|the reason)"
    r"|\bnicht (?:betroffen|berührt)|\bn'est pas (?:concerné|en jeu)|\bverbiet\w+ (?:es |das |dies )?nicht"
)
"""What a right that is named does not do."""


def names_others(clause: str) -> bool:
    """Whether a clause, in small letters, does so."""
    if re.search(_CONSENT, clause):
        return True
    found = re.search(_OF_OTHERS, clause)
    if found is None or re.search(_NO_OBSTACLE, clause):
        return False
    return DENIAL.search(re.sub(_KEPT, "", clause[: found.start()])) is None
