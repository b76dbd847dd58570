# SPDX-License-Identifier: Apache-2.0
"""The files of a release as components: what is plain from format and name, and nothing beyond that."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from openmodel.drafting.component_kinds import kind_by_name
from openmodel.drafting.pipelines import Part, part_name, parts_of_pipelines
from openmodel.drafting.tree import Tree
from openmodel.drafting.weight_groups import SHARD, WeightSet, weight_sets
from openmodel.manifest.code_names import is_source_code
from openmodel.manifest.component import Kind
from openmodel.manifest.globs import matches

MAX_LISTED = 40
"""The most files of one component that are named one by one, where a glob can stand for them."""

_PARAMETERS = {"weights": "Weights", "checkpoint": "Checkpoint", "optimizer_state": "Optimizer state"}
_DATA: dict[Kind | None, str] = {
    "tokenizer": "Tokenizer",
    "configuration": "Configuration",
    "evaluation_results": "Evaluation results",
    "metadata": "Records of the training",
}
_CODE: dict[Kind | None, str] = {
    "training_code": "Training code",
    "evaluation_code": "Evaluation code",
    "inference_code": "Inference code",
    "architecture": "Architecture",
    None: "Code",
}


@dataclass(slots=True)
class Group:
    """Files that are one component."""

    name: str
    kinds: tuple[Kind, ...]
    files: list[str]
    what: Literal["parameters", "code", "data"] = "data"
    """What sort of thing it is, also where its kind is left open."""
    form: str = ""
    """The format of parameters and their quantisation, as people call it."""
    globs: list[str] = field(default_factory=list)
    """What names the files, and no others."""
    name_from: str = ""
    """Where the name is from, if the release itself has it."""
    id: str = ""
    """Its id in the draft, once it has one."""


def groups_of(tree: Tree, shards: Mapping[str, Iterable[str]]) -> list[Group]:
    """The components that the files make up. What is left over is named nowhere; see `left_over`.

    Args:
        tree: the release.
        shards: by the path of an index, the paths of the weight files that it names.
    """
    parameters = _named(weight_sets(tree, shards), parts_of_pipelines(tree))
    taken = {path for group in parameters for path in group.files}
    groups = [*parameters, *_others([path for path in tree.files if path not in taken])]
    for group in groups:
        # What is called like a glob cannot be named without naming others as well.
        group.files = [path for path in group.files if "*" not in path and "?" not in path]
        group.globs = _globs(group.files, tree.files)
    return [group for group in groups if group.files]


def left_over(tree: Tree, groups: Iterable[Group]) -> list[str]:
    """The files that no component names."""
    named = {path for group in groups for path in group.files}
    return [path for path in tree.files if path not in named]


def _named(sets: list[WeightSet], parts: dict[str, Part]) -> list[Group]:
    """The sets with names: what they are and their form, and the part of the pipeline, or the stem, where that alone
    would not tell them apart. The folder that all of them are in is left out."""
    stems: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in sets:
        stems[one.kind, one.form].add(one.stem)
    of_parts = _labels(sets, parts)
    folders = [posixpath.dirname(path) for one in sets if one.kind != "optimizer_state" for path in one.files]
    common = f"{posixpath.commonpath(folders)}/" if all(folders) and folders else ""
    groups = list[Group]()
    for one in sets:
        form = f"{one.form} {one.variant}" if one.variant else one.form
        name, name_from = _PARAMETERS[one.kind], ""
        if one in of_parts:
            label, part = of_parts[one]
            name, name_from = f"{name} {label.removeprefix(common)}", f"a part of the pipeline of {part.index}"
        elif len(stems[one.kind, one.form]) > 1 and one.stem:
            name += f" {one.stem.removeprefix(common)}"
        if form != "safetensors":
            name += f" in {form}"
        # Of one kind, a component holds each tensor once; who divides such a pile must say what is what.
        kinds: tuple[Kind, ...] = (one.kind,) if one.is_loadable else ()
        groups.append(Group(name, kinds, list(one.files), "parameters", form, name_from=name_from))
    return groups


def _labels(sets: list[WeightSet], parts: dict[str, Part]) -> dict[WeightSet, tuple[str, Part]]:
    """The weights that are parts of a pipeline, with what tells them apart; none where one part alone has weights."""
    named = {one: found for one in sets if one.kind == "weights" and (found := part_name(parts, one.stem))}
    if len({part.name for _, part in named.values()}) <= 1:
        return {}
    counts = Counter((one.form, label) for one, (label, _) in named.items())
    return {one: (label, part) for one, (label, part) in named.items() if counts[one.form, label] == 1}


def _others(paths: list[str]) -> Iterator[Group]:
    """What holds no parameters: settings and records by their names, and code, whose kind may be left open."""
    found: defaultdict[Kind | None, list[str]] = defaultdict(list)
    for path in paths:
        kind = kind_by_name(path)
        if kind in _DATA or is_source_code(path):
            found[kind].append(path)
    for kind, title in (_DATA | _CODE).items():
        if kind in found:
            yield Group(title, (kind,) if kind else (), found[kind], "code" if kind in _CODE else "data")


def _globs(files: list[str], all_files: Iterable[str]) -> list[str]:
    """The files by name; many shards of one set, or many files of one folder or ending, by a glob that names just
    these."""
    if len(files) <= MAX_LISTED:
        return files
    folder = posixpath.commonpath([posixpath.dirname(path) for path in files]) if "/" in files[0] else ""
    below, ending = f"{folder}/**" if folder else "**", posixpath.splitext(files[0])[1]
    shard = SHARD.fullmatch(files[0])
    globs = [f"{shard['stem']}-*-of-{shard['count']}{shard['suffix']}"] if shard else []
    inside = [path for path in all_files if path.startswith(below.removesuffix("**"))]
    for glob in (*globs, below, f"{below}/*{ending}"):
        named = {path for path in inside if matches(glob, path)}
        if named and named <= set(files):
            return [glob, *(path for path in files if path not in named)]
    return files
