# SPDX-License-Identifier: Apache-2.0
"""What the metadata of a Python package say, where a model comes in one.

Source: PyPA, "Core metadata specifications".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.message import Message
from email.parser import HeaderParser

from openmodel.drafting.plain import said
from openmodel.drafting.tree import Tree

MAX_AUTHOR = 1000
"""The longest list of authors that is looked at, in characters."""

_PLACE = re.compile(r"([^/]+/)?[^/]+\.(dist-info/METADATA|egg-info/PKG-INFO)")
_ADDRESS = re.compile(r"\s*<[^<>]*>|\S+@\S+")
_CLASSIFIERS = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "ISC License (ISCL)": "ISC",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""Classifiers as SPDX ids; the ones that name no one licence are empty."""


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package."""

    path: str
    """The file with the metadata."""
    name: str | None
    version: str | None
    summary: str | None
    author: str | None
    """Without addresses."""
    home: str | None
    licence: str | None
    """What it says its licence is, as written."""
    description: str
    """The long description, Markdown in most cases."""
    line: int
    """Line of the file that the description starts in, counted from 1."""


def package_of(tree: Tree) -> Package | None:
    """The package that the release is an unpacked wheel of, if there is just one."""
    paths = [path for path in tree.files if _PLACE.fullmatch(path)]
    text = tree.text(paths[0]) if len(paths) == 1 else None
    if text is None:
        return None
    try:
        head, _, description = text.replace("\r\n", "\n").partition("\n\n")
        fields = HeaderParser().parsestr(f"{head}\n\n")
    except (MessageError, ValueError):
        tree.remarks.append(f"{paths[0]} is not metadata of a package; nothing was taken from it.")
        return None
    named = str(fields.get("Author") or fields.get("Author-email") or "")
    author = said(_ADDRESS.sub("", named)) if len(named) <= MAX_AUTHOR else None
    return Package(
        paths[0],
        said(_field(fields, "Name")),
        said(_field(fields, "Version")),
        said(_field(fields, "Summary"), 1000),
        author.strip('"') if author else None,
        _home(fields),
        said(_field(fields, "License-Expression")) or said(_field(fields, "License")) or _by_classifier(fields),
        description,
        head.count("\n") + 3,
    )


def _field(fields: Message, name: str) -> str | None:
    value = fields.get(name)
    return None if value is None else str(value)


def _home(fields: Message) -> str | None:
    urls = [str(value).partition(",")[2].strip() for value in fields.get_all("Project-URL", [])]
    first = next((url for url in [_field(fields, "Home-page") or "", *urls] if url.startswith("https://")), None)
    return said(first, 2000)


def _by_classifier(fields: Message) -> str | None:
    values = [str(value).rpartition("::") for value in fields.get_all("Classifier", [])]
    names = [name.strip() for above, _, name in values if above.strip().startswith("License")]
    known = [_CLASSIFIERS.get(name) or name for name in names]
    return said(known[0]) if len(known) == 1 else None
