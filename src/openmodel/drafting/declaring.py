# SPDX-License-Identifier: Apache-2.0
"""Plain data as YAML, laid out as drafts are: for a declaration that was made of something else than a directory."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from openmodel.drafting.outline import Fact, Section, text_of, written
from openmodel.manifest.document import Manifest
from openmodel.manifest.loading import plain


def declaration_text(manifest: Manifest, origin: str) -> str:
    """A declaration as YAML, with a comment at its head that says where it comes from."""
    head = Section()
    head.remark(origin)
    return text_of(head) + yaml_text(plain(manifest))


def yaml_text(data: Mapping[str, JsonValue]) -> str:
    """A mapping as a YAML document that readers of YAML 1.1 and 1.2 take for the same."""
    return text_of(_section(data)) if data else "{}\n"


def _section(data: Mapping[str, JsonValue]) -> Section:
    section = Section()
    for name, value in data.items():
        key = written(name)
        if isinstance(value, dict) and value:
            section.nest(key, _section(value))
        elif isinstance(value, list) and value and all(isinstance(item, dict) and item for item in value):
            section.nest(key, [_section(item) for item in value if isinstance(item, dict)])
        else:
            section.entries.append(Fact(key, value, ""))  # type: ignore[arg-type]  # It writes null as well.
    return section
