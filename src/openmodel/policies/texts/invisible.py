# SPDX-License-Identifier: Apache-2.0
"""Characters that are in a text and are not shown."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Characters of the category Cf, and others that Unicode says not to show: fillers and selectors of variants."""


def without_invisible(text: str) -> str:
    """The text without characters that are not shown."""
    return text if text.isascii() else _INVISIBLE.sub("", text)
