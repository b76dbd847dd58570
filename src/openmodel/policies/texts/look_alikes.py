# SPDX-License-Identifier: Apache-2.0
"""Names as people may read them, whatever letters they are written in. Which letters look alike is in the tables of
Unicode Technical Standard 39, by way of `confusable_homoglyphs`."""

from __future__ import annotations

import unicodedata

from openmodel.policies.texts.invisible import without_invisible

_ALIKE = str.maketrans("01i", "oll")


def in_latin_letters(name: str) -> str:
    """A name without accents and what is not shown, in Latin letters where its own look like them. Those that look like
    none are left as they are."""
    plain = unicodedata.normalize("NFKD", without_invisible(name))
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Me"))
    return plain if plain.isascii() else "".join(map(_latin, without_invisible(plain)))


def skeleton(word: str) -> str:
    """A word in small letters, in which those that look alike are one."""
    return word.translate(_ALIKE).replace("rn", "m")


def _latin(sign: str) -> str:
    from confusable_homoglyphs.confusables import confusables_data  # noqa: PLC0415  # 200 ms for a few names.

    if sign.isascii():
        return sign
    alike = [one["c"] for form in (sign, sign.upper()) for one in confusables_data.get(form, ())]
    return next((one for one in alike if one.isascii() and one.isalnum()), sign)
