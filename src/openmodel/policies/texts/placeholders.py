# SPDX-License-Identifier: Apache-2.0
"""Texts that say nothing: blanks, notes to the author, template fields, and refusals dressed as text."""

from __future__ import annotations

import re
import unicodedata

from openmodel.policies.texts.plain_text import as_read, without_padding

_WORD = re.compile(r"[^\W_]+")
_MARKS = r"[\s*`~#>|_-]*"
"""Of Markdown, around a text."""
_TEMPLATE_FIELD = re.compile(
    rf"{_MARKS}(\{{\{{.*\}}\}}|\$?\{{[^{{}}]*\}}|<(?!https?:)[^<>]*>|\[[^\[\]]*\]|__[A-Z][A-Z0-9_]{{0,60}}__"
    rf"|%[A-Z][A-Z0-9_]{{0,60}}%){_MARKS}",
    re.DOTALL,
)
_NOTE_TO_THE_AUTHOR = re.compile(
    r"[\W_]*((TODO|TBD|TBA|FIXME|XXX)(?![^\W_])|(?i:(todo|tbd|tba|fixme|xxx)\s*[:,-]|lorem ipsum\b))"
)
"""Case counts without punctuation: "Todo el texto" is Spanish."""
_ALL_OR_A_NOTE = re.compile(r"[\W_]*[Tt]odo[\W_]*(?<![:,-])")
_LONGEST = 8
"""Words of the longest text that is looked up."""
_MORE_WORDS = re.compile(rf"(?:[\W_]*+[^\W_]++){{{_LONGEST + 1}}}")
_LONGEST_TEXT = 10_000
"""Characters of the longest text that may say nothing, without those that cannot be seen."""
_TEXTS = """
todo|to do|tbd|t b d|tba|tbc|fixme|xx|xxx|string|placeholder|null|nil|more information needed
more information needed here|more info needed|coming soon|later|to be done|to be determined|to follow|wip
to be added|to be announced|to be confirmed|to be completed|work in progress|under construction|n a|na|none|no
no answer|no comment|no idea|not sure|i don t know|don t know|dunno|idk|no information|see above|your answer here
your text here|your name|your name here|your organization|your organisation|your organization name
your organisation name|your company|your company name|your username|your email|your team|insert text here
insert name here|fill me in|change me|changeme|unknown|unknown at this time|not known|not specified|unspecified
not stated|not provided|not available|not applicable|not disclosed|undisclosed|withheld|confidential|proprietary
secret

keine angabe|keine angaben|k a|unbekannt|nicht bekannt|noch nicht bekannt|nicht angegeben|nicht verfügbar
nicht anwendbar|noch offen|folgt|folgt noch|wird nachgereicht|wird noch ergänzt|noch zu ergänzen|platzhalter
vertraulich|siehe oben|weiß nicht

non communiqué|non communiquée|non communiqués|non communiquées|non précisé|non précisée|non renseigné|non renseignée
non spécifié|non divulgué|non disponible|non applicable|inconnu|inconnue|à compléter|à définir|à déterminer|à préciser
à remplir|à venir|confidentiel|confidentielle|voir ci dessus|aucune information

por definir|por determinar|por completar|pendiente|pendiente de completar|desconocido|desconocida|no especificado
no se especifica|no disponible|no aplica|no aplicable|no se sabe|no divulgado|no revelado|sin información|confidencial
próximamente|ver arriba

a definir|a completar|a preencher|por preencher|pendente|desconhecido|desconhecida|não especificado|não informado
não disponível|não aplicável|não se aplica|não divulgado|não sei|sem informação|em breve

da definire|da completare|da compilare|da determinare|sconosciuto|sconosciuta|non noto|non specificato|non comunicato
non disponibile|non applicabile|non divulgato|nessuna informazione|riservato|prossimamente|vedi sopra

неизвестно|не указано|не раскрывается|не разглашается|нет информации|нет данных|уточняется|будет добавлено
будет дополнено|позже|не применимо|неприменимо|конфиденциально|секретно|н д

待定|待补充|待補充|待填写|待填寫|待完善|待更新|未知|不详|不詳|未说明|未說明|未提供|未公开|未公開|不公开|不公開|保密|机密|機密
不适用|不適用|敬请期待|无可奉告

未定|未記入|未入力|未記載|不明|詳細不明|非公開|社外秘|準備中|作成中|調査中|要追記|後日追記|該当なし|近日公開

미정|미상|비공개|미공개|기밀|대외비|작성 중|작성 예정|추후 작성|추후 추가|추후 공개|알 수 없음|해당 없음|정보 없음

غير معروف|غير محدد|غير متوفر|غير متاح|غير معلن|غير مصرح به|سري|قيد الإعداد|لا ينطبق|لاحقا|يحدد لاحقا|سيضاف لاحقا
لا توجد معلومات
"""
"""Whole texts, as their words: in English, then in other languages that many people write. What may be an answer to
some question, such as "nichts", is none of them; neither is the name of a reason, such as "trade secret"."""


def folded(words: str) -> str:
    """Words without case, accents and forms, as they are looked up: some people write "a completer"."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")


_NOTHING = frozenset(folded(text) for line in _TEXTS.splitlines() for text in line.split("|") if text)


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing. "Nothing was removed." says something; "none" does not say of what."""
    if len(text) > _LONGEST_TEXT and len(text := without_padding(text)) > _LONGEST_TEXT:
        return False
    plain = as_read(text)
    in_small = plain.casefold()
    if not _MORE_WORDS.match(in_small):
        words = _WORD.findall(in_small)
        if folded(" ".join(words)) in _NOTHING or _is_one_letter("".join(words)):
            return True
    return _NOTE_TO_THE_AUTHOR.match(plain) is not None or _TEMPLATE_FIELD.fullmatch(plain) is not None


def may_mean_all(text: str) -> bool:
    """Whether a text that says nothing elsewhere may be the whole answer to which data was taken: "Todo." is "all" in
    Spanish and Portuguese. Nobody writes that in capitals."""
    return _ALL_OR_A_NOTE.fullmatch(as_read(text[:_LONGEST_TEXT])) is not None


def _is_one_letter(joined: str) -> bool:
    """Whether there is one letter or none. A sign of Chinese or Japanese may be a word: "无" is "none"."""
    return len(joined) <= 1 and not "\u3040" <= joined <= "\ud7ff"
