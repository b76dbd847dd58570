# SPDX-License-Identifier: Apache-2.0
"""Whether a text is one short word where a sentence is asked for, in whatever language.

How data was selected cannot be told in "yes". A long word may hold what another language has a
sentence for, as "heruntergeladen" does, and a few short ones answer all the same, as "all" does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from openmodel.policies.texts.placeholders import folded

_NAMED = ("provenance", "scope", "not_shared_because", "reason")
"""Fields that a name can answer: "Wikipedia", "English", "GDPR", "Pretraining"."""
_NUMBERED = (*_NAMED, "characteristics", "labelled")
"""Those that one with a number can: models label."""

_LONG = 10
"""Letters of a long word."""
_MANY = 4
"""Signs of Chinese, Japanese or Korean that may be a sentence."""
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
_TERM_OF_ART = re.compile(r".*[a-z][A-Z]")
"""As MinHash is written."""
_NAME_WITH_A_NUMBER = re.compile(r"[^\W\d].*\d")
"""As c4 and GPT4 are."""

_SAYS_NOTHING = """
yes yeah yep no nope none ok okay true false done good fine maybe test testing foo bar asdf qwerty bla blah whatever
something anything misc
ja nein keine keiner erledigt fertig oui non aucun aucune fait sí si ninguno ninguna hecho sim não nenhum nenhuma feito
sì nessuno nessuna fatto да нет есть готово
是 否 有 无 無 好 没有 沒有 暂无 暫無 完成 已完成 はい いいえ あり なし 特になし 済 完了 네 예 아니오 있음 없음 완료
نعم لا تم
"""
_ALL = (
    "all alle alles tout toutes todo todos todas tudo tutto всё все 全部 全量 全件 全て すべて 전부 전체 모두 كل الكل"
)
_NOTHING = "nothing nichts rien nada niente nulla ничего"
_NONE = "无 無 なし 없음"
"""In a form these say that nothing was: how labels were made they do not tell."""
_UNCHANGED = """
unchanged untouched unaltered inchangé inchangée inchangés inchangées intact intacte intactes invariato invariata
invariati inalterado unfiltered 未处理 未處理 未処理 无处理 無處理 未加工 不变 不變 原样 原樣
未过滤 未過濾 无过滤 無過濾 不过滤 そのまま 그대로 무처리
"""
_BY_HAND = """
manual manually manuell händisch manuelle manuellement manualmente вручную 手动 手動 手工 人工 手作業 수동 수작업 يدويا
"""
_DONE = "raw dedup deduped shuffled tokenized tokenised truncated cropped resized resampled unlabeled unlabelled 去重"


def _table(text: str) -> frozenset[str]:
    return frozenset(map(folded, text.split()))


_BARE = _table(_SAYS_NOTHING)
"""Words that answer none of the questions, capitals or not."""
_ANSWERS = {
    "selected": _table(_ALL),
    "labelled": _table(f"{_NOTHING} {_DONE} {_BY_HAND}"),
} | dict.fromkeys(("filtered", "processed"), _table(f"{_NOTHING} {_NONE} {_UNCHANGED} {_DONE}"))
"""By field, short words that answer it."""


def is_bare_word(words: Sequence[str], field: str) -> bool:
    """Whether the words of a text, as they are written, are one word, or one again and again, that does not answer what
    the field of a source asks for. Of a value of settings nothing is asked."""
    if field == "settings" or not words:
        return False
    word = words[0]
    if any(other.casefold() != word.casefold() for other in words):
        return False
    if folded(word) in _ANSWERS.get(field, ()):
        return False
    if folded(word) in _BARE or word.isdigit():
        return True
    if len(word) >= _LONG or _TERM_OF_ART.match(word):
        return False
    if field in _NUMBERED and _NAME_WITH_A_NUMBER.match(word):
        return False
    if field in _NAMED:  # In small letters it may be anything.
        return word.islower()
    return _SIGNS.fullmatch(word) is None or len(word) < _MANY
