# SPDX-License-Identifier: Apache-2.0
"""Whether a reason names the law, or people and their rights, beside which an advantage of one's own is no matter.

In the languages in which a trade secret is known: it may be one of a customer, or a contract may forbid to share it.
"""

from __future__ import annotations

import re

_ENGLISH = (
    r"(?<!no )\b(?:laws?|legally|legislation|statutes?|gdpr|hipaa|regulations?|courts?|patients?|personal|privacy|pii"
    r"|copyright\w*|contract\w*|agreements?|nda|non-?disclosure|third part(?:y|ies)|indigenous|tribal|sacred|minors"
    r"|children)\b|\bconsent(?:ed)?\b|\blicensed from\b"
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


def names_others(clause: str) -> bool:
    """Whether a clause, in small letters, does so."""
    return re.search(_OF_OTHERS, clause) is not None
