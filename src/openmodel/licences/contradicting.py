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
_FILE = (
    r"(?:the )?(?:(?:files?|attached|included|accompanying) )?(?:licen[cs]e|copying|notice|readme|model card|repo"
    r"(?:sitory)?)(?:\.(?:md|txt|rst))?(?: files?)?"
    r"(?: (?:for|in|of|at)(?: (?:and|conditions|details|directory|folder|full|further"
    r"|information|its|model|more|of|release|repo|repository|root|terms|the|this|top))+)?"
)
_POINTER = re.compile(rf"(?:[(\[,;.]*\s*\b(?:please )?(?:see|refer to)(?: also)?:? |^){_FILE}[)\].]*$")
"""Where to read on, behind the name of a licence or alone."""
_BEFORE = re.compile(
    r"(?:spdx-license-identifier|licen[cs]e|spdx) ?[:=] ?"
    r"|(?:(?:(?:the|this|these|all) )?(?:code|models?|parameters|weights) (?:is|are) )?"
    r"(?:distributed|licen[cs]ed|made available|published|released) under (?:the )?(?:terms of (?:the )?)?"
)
"""What is written before the name of a licence and tells none from another."""
_NOTICE = re.compile(
    r"(?:(?:copyright|\(c\)|©) ?)+(?:\d{4}(?:\s*[-–,]\s*(?:\d{4}|present))*)?,?\s*(?:by )?"  # noqa: RUF001
    r"(?!.*(?:commercial|confidential|licen|only|permi|proprietary|rail|reserved|restrict|rights|\bcc\b|\buse))"
    r"[^\W\d]+(?:[ ,.&'-]+[^\W\d]+){0,7}"
)
"""Whose work something is, with nothing of what others may do with it."""
_IN_BRACKETS = re.compile(r"([^()]+) \(([^()]+)\)")
_NO_NAMES = frozenset(
    {"", "-", "?", "n/a", "na", "nan", "nil", "none", "null", "undefined", "other", "tbd", "todo", "fixme", "unknown"}
    | {"unspecified", "not specified", "unset", "license", "licence", "noassertion", "custom", "open source"}
    | {"open-source", "opensource"}
)
"""What tools and people write who name no licence at all."""
_ALSO_CALLED = {"x11": ("MIT",), "public domain": ("CC0-1.0", "PDDL-1.0", "Unlicense")}
"""Names that may be another licence's, or a thing's that is no licence, and are used of these."""


def contradicts(expression: str, name: str) -> bool:
    """Whether a name is that of a licence, and of none that an expression names. A title, an alias and an address of
    the same licence are not, nor is a choice that it is one of; `other`, `null`, "see LICENSE" and "(c) 2025 Lab" name
    none.

    Args:
        expression: an SPDX expression, or any text in its place.
        name: any text.
    """
    plain = " ".join(name.casefold().split())
    plain = _POINTER.sub("", plain.removeprefix(before[0] if (before := _BEFORE.match(plain)) else "")).strip(" .")
    if plain in _NO_NAMES or _NOTICE.fullmatch(plain) or _bare(plain) == _bare(expression):
        return False
    if " or " in plain and "(" not in plain and not all(contradicts(expression, one) for one in plain.split(" or ")):
        return False  # Who may choose has what is stated.
    if parts := _IN_BRACKETS.fullmatch(plain):
        return any(contradicts(expression, one) for one in parts.groups())
    if address := _ADDRESS.fullmatch(plain):
        plain = re.sub("[/ -]+", " ", f"{address[1] or ''} {address[2]}").replace("zero ", "cc0 ").strip()
        plain = plain.removeprefix("mozilla ")
        if "creativecommons" in name.casefold() and not plain.startswith("cc"):
            plain = f"cc {plain}"
    meant = read_as(plain)
    ids = [*_ALSO_CALLED.get(plain.replace("-", " "), ()), *([meant] if meant is not None else ())]
    return not (agrees(expression, plain) or any(names_licence(expression, [id]) for id in ids))


def _bare(text: str) -> str:
    """The letters and figures, which are the same where only a tool wrote the expression without spaces."""
    return re.sub(r"[\W_]+", "", text.casefold().removeprefix("licenseref-"))
