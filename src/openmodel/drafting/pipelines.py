# SPDX-License-Identifier: Apache-2.0
"""Pipelines of several models that work together, as their own index names the parts.

Sources: diffusers, `model_index.json`; sentence-transformers, `modules.json`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.drafting.outline import listed
from openmodel.drafting.plain import MAX_ITEMS, items, member, said
from openmodel.drafting.tree import Tree

MAX_INDEXES = 20
"""The most indexes that are read."""

_PLAIN_NAME = re.compile(r"(?:diffusion_)?(?:pytorch_)?model|tf_model|flax_model|diffusion_flax_model")
"""What a file is called in the folder of its part, which says nothing beside it."""
_FOLDER = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pipeline."""

    name: str
    """As the index calls it, after the folder that the index is in."""
    index: str
    """The path of the index."""


def parts_of_pipelines(tree: Tree) -> dict[str, Part]:
    """The parts of all pipelines of a release, by the folder that each is in. An index that names a single part makes
    no pipeline."""
    found = dict[str, Part]()
    indexes = [*tree.named("model_index.json"), *tree.named("modules.json")]
    for index in indexes[:MAX_INDEXES]:
        home = posixpath.dirname(index)
        named = dict(_modules(tree, index) if index.endswith("modules.json") else _models(tree, index))
        for folder, name in named.items() if len(named) > 1 else ():
            found.setdefault(posixpath.join(home, folder).rstrip("/"), Part(posixpath.join(home, name), index))
    if len(indexes) > MAX_INDEXES:
        tree.remarks.append(f"Of {len(indexes):,} indexes of pipelines, only the first {MAX_INDEXES} were read.")
    return found


def _models(tree: Tree, index: str) -> Iterator[tuple[str, str]]:
    """Folder and name of the parts that `model_index.json` names, each with library and class; `[null, null]` is a part
    that is left out."""
    data = tree.json(index)
    entries = list(data.items()) if isinstance(data, dict) else []
    if len(entries) > MAX_ITEMS:
        tree.remarks.append(f"{index} has {len(entries):,} keys, of which the first {MAX_ITEMS:,} were read.")
    home, absent = posixpath.dirname(index), list[str]()
    folders = {posixpath.dirname(path) for path in tree.files}
    for key, value in entries[:MAX_ITEMS]:
        if isinstance(key, str) and _FOLDER.fullmatch(key) and len(items(value)) == 2 and all(map(said, items(value))):  # noqa: PLR2004
            yield key, key
            if posixpath.join(home, key) not in folders:
                absent.append(key)
    if absent:
        there = "a part that is" if len(absent) == 1 else "parts that are"
        tree.remarks.append(f"{index} names {there} not here: {listed(absent)}.")


def _modules(tree: Tree, index: str) -> Iterator[tuple[str, str]]:
    """Folder and name of the parts that `modules.json` names. The first is often in no folder of its own, and is then
    called after its class; what computes without parameters, such as `2_Normalize`, is often not there."""
    for module in items(tree.json(index)):
        folder, kind = member(module, "path"), said(member(module, "type"))
        if isinstance(folder, str) and kind and (not folder or _FOLDER.fullmatch(folder)):
            yield folder, folder or kind.rpartition(".")[2]


def part_name(parts: dict[str, Part], stem: str) -> tuple[str, Part] | None:
    """What a set of weights is called that is all there is of a part, by its stem: the part, and what tells this form
    of it from others, such as `fp16`. None for what is no part."""
    folder, name = posixpath.split(stem)
    base, _, variant = name.partition(".")
    part = parts.get(folder)
    if part is None or not _PLAIN_NAME.fullmatch(base):
        return None
    return f"{part.name} {variant}".rstrip(), part
