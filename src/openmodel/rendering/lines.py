# SPDX-License-Identifier: Apache-2.0
"""Lines of a width, for terminals."""

from __future__ import annotations

import textwrap


def wrapped(text: str, width: int, indent: str = "", rest: str | None = None) -> list[str]:
    """The text in lines of at most `width` columns, the first indented by `indent`, the others by `rest`."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent if rest is None else rest,
        break_on_hyphens=False,
        break_long_words=False,  # A digest that is broken cannot be copied.
    )
