# SPDX-License-Identifier: Apache-2.0
"""Names of licences in the metadata of a file, against the terms that somebody stated.

Tools fill such fields with an id, a title, an address, or with nothing that names a licence.
"""

from __future__ import annotations

import re

from openmodel.licences.aliases import read_as
from openmodel.licences.expressions import names_licence
from openmodel.licences.names import agrees

__all__ = ["contradicts"]

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?"
    r"(?:(apache|mozilla)\.org|(?:opensource|spdx|gnu|creativecommons|opendatacommons)\.org|choosealicense\.com)"
    r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/(?:licenses?|publicdomain|(?=mpl/))/?(?:license-)?([a-z0-9./+-]+?)"
    r"(?:\.(?:html?|txt|php|json)|/legalcode|/deed|\.[a-z]{2})*/?"
)
"""Where the texts of licences are published, with what tells one from another behind it."""
_POINTER = re.compile(
    r"[(\[,;.]*\s*\b(?:please )?(?:see|refer to)(?: also)?:? (?:the )?(?:(?:files?|attached) )?"
    r"(?:licen[cs]e|copying|notice|readme)(?:\.(?:md|txt|rst))?(?: files?)?[)\].]*$"
)
"""Where to read on, behind the name of a licence."""
_NO_NAMES = frozenset(
    {"", "-", "?", "n/a", "na", "nan", "nil", "none", "null", "undefined", "other", "tbd", "todo", "fixme", "unknown"}
    | {"unspecified", "not specified", "unset", "license", "licence"}
)
"""What tools and people write who name no licence at all."""


def contradicts(expression: str, name: str) -> bool:
    """Whether a name is that of a licence, and of none that an expression names. A title, an alias and an address of
    the same licence are not; `other`, `null` and "see LICENSE" name none.

    Args:
        expression: an SPDX expression, or any text in its place.
        name: any text.
    """
    plain = _POINTER.sub("", " ".join(name.casefold().split())).strip(" .")
    if plain in _NO_NAMES or _bare(plain) == _bare(expression):
        return False
    if address := _ADDRESS.fullmatch(plain):
        plain = re.sub("[/ -]+", " ", f"{address[1] or ''} {address[2]}").replace("zero ", "cc0 ").strip()
        plain = plain.removeprefix("mozilla ")
        if "creativecommons" in name.casefold() and not plain.startswith("cc"):
            plain = f"cc {plain}"
    meant = read_as(plain)
    return not (agrees(expression, plain) or (meant is not None and names_licence(expression, [meant])))


def _bare(text: str) -> str:
    """The letters and figures, which are the same where only a tool wrote the expression without spaces."""
    return re.sub(r"[\W_]+", "", text.casefold().removeprefix("licenseref-"))
