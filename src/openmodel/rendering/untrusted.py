# SPDX-License-Identifier: Apache-2.0
"""Text from a manifest, made safe to print."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """The text on one line, with control, bidirectional and other invisible characters written as escapes.

    Without that, a manifest could move the cursor, recolour a verdict, or show a path that reads otherwise than it is.
    """
    if text.isascii() and text.isprintable():  # Nearly all there is, and nothing in it to hide.
        return text
    return "".join(character if _is_plain(character) else _escape(character) for character in text)


def _is_plain(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _escape(character: str) -> str:
    if character in "\n\r\t" or unicodedata.category(character) == "Zs":
        return " "
    return character.encode("unicode_escape").decode()
