# SPDX-License-Identifier: Apache-2.0
"""Which files of parameters belong together: what one loader needs to have one model in one form, and no more.

Shards and their index are one; so is a graph with the data that lies beside it, and a folder that is loaded as a whole.
Another format, another quantisation, another name or folder is another component, because nothing in a name says that
two files hold the same numbers.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from openmodel.drafting.tree import Tree
from openmodel.drafting.weight_formats import Parameters, form_of, kind_of_parameters

MAX_SETS = 100
"""The most components of parameters in a draft; where there are more, those below one folder are one."""

SHARD = re.compile(r"(?P<stem>.+?)[-_.]\d{4,6}-of-(?P<count>\d{4,6})(?P<suffix>\.[A-Za-z0-9_.]+)")

_NUMBERED = re.compile(r"(?P<stem>(.*/)?(consolidated|mp_rank))[._]\d{1,3}(?P<suffix>[._][A-Za-z0-9_.]+)")
_INDEX = re.compile(r"(?P<stem>.+?)\.(safetensors|bin|h5|msgpack)\.index(\.[^./]+)?\.json")
_QUANTISED = re.compile(
    r"(?:(?P<stem>.+?)[-_.])?(?P<form>(UD-)?[IT]?Q\d(_[A-Z0-9]+)*|B?F16|F32|FP(8|16|32)|MXFP4(_MOE)?)",
    re.IGNORECASE,
)
_EXTERNAL = re.compile(r"(?P<stem>.+)\.onnx[._]data([._]\d+)?", re.DOTALL)
_TENSORFLOW = re.compile(r"(?P<stem>.+)\.(index|meta|data-\d{5}-of-\d{5})", re.DOTALL)
_WEB_SHARD = re.compile(r"group\d+-shard\d+of\d+(\.bin)?")
_WHOLE = re.compile(r"(?P<folder>(.*/)?[^/]+\.(mlpackage|mlmodelc))/.+", re.DOTALL)
_SAVED_MODEL = ("saved_model.pb", "keras_metadata.pb", "fingerprint.pb")
_DEEPEST = 8  # Levels of folders that are looked at, so that the time does not grow with their product.
_ENDING = re.compile(r"(\.weights)?\.[A-Za-z0-9_]{1,12}(\.(gz|xz|bz2|lz4|zst|zlib|z|info))?$")


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Files that hold one model in one form."""

    files: tuple[str, ...]
    kind: Parameters
    form: str
    """What people call the format."""
    variant: str
    """The quantisation, where the name has one."""
    stem: str
    """What the files are called, without what tells the form: the model, as far as names show it."""
    is_loadable: bool = True
    """False for what was put together only because there is so much of it, and holds a tensor more than once."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file that belongs to a set."""

    key: str
    """The same for all files of a set."""
    form: str
    stem: str
    variant: str = ""


def weight_sets(tree: Tree, shards: Mapping[str, Iterable[str]]) -> list[WeightSet]:
    """The sets of files that hold parameters: first those of the model, then of checkpoints, then of optimizers.

    Args:
        tree: the release. A remark is added to it where there are more than `MAX_SETS`.
        shards: by the path of an index, the paths of the weight files that it names.
    """
    grouped: defaultdict[tuple[Parameters, str, str], dict[str, _Member]] = defaultdict(dict)
    for path, member in _members(tree, shards):
        kind = kind_of_parameters(path)
        key = posixpath.dirname(path) if kind == "optimizer_state" else member.key
        grouped[kind, member.form, key][path] = member
    sets = [one for (kind, _, _), members in grouped.items() for one in _sets(tree, kind, members)]
    order = ("weights", "checkpoint", "optimizer_state")
    sets.sort(key=lambda one: (order.index(one.kind), one.form != "safetensors", one.files[0].encode()))
    if len(sets) <= MAX_SETS:
        return sets
    tree.remarks.append(
        f"There are {len(sets)} sets of parameters here, too many to be listed one by one; those below one folder are "
        "one component each. Divide them as they are meant."
    )
    return _by_folder(tree, sets)


def _members(tree: Tree, shards: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, _Member]]:
    """Each file that belongs to a set, and to which."""
    index_of = {shard: index for index in reversed(list(shards)) for shard in shards[index]}
    folders, stems = _folders(tree), _tensorflow_stems(tree)
    sharded = dict[tuple[str, str], _Member]()
    for path, file in tree.files.items():
        member = _of_folder(path, folders) or _of_pair(path, tree, stems)
        form = form_of(file) if member is None else None
        if form and path in index_of:
            member = _Member(index_of[path], form, _stem(path, form)[0])
        elif form:
            member = _of_name(path, form)
        if member:
            sharded.setdefault((member.stem, posixpath.splitext(path)[1]), member)
            yield path, member
    for path in tree.files:
        if path in shards:
            first = min(shards[path], default=path)
            key = index_of.get(first, path)
            form = "safetensors" if ".safetensors.index." in posixpath.basename(path) else "PyTorch"
            yield path, _Member(key, form, _stem(first, form)[0])
        elif (index := _INDEX.fullmatch(path)) and (member := sharded.get((index["stem"], f".{index[2]}"))):
            yield path, member  # It is of a format whose indexes are not read, or a pointer of git LFS.


def _folders(tree: Tree) -> dict[str, str]:
    """The folders that are loaded as a whole, and the form of what is in them."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for path in tree.files:
        folder, name = posixpath.split(path)
        names[folder].add(name)
    found = dict[str, str]()
    for folder, there in names.items():
        if "saved_model.pb" in there:
            found[folder] = "TensorFlow"
        elif "model.json" in there and any(map(_WEB_SHARD.fullmatch, there)):
            found[folder] = "TensorFlow.js"
        elif {"config.cfg", "meta.json"} <= there:
            found[folder] = "spaCy"
    return found


def _of_folder(path: str, folders: Mapping[str, str]) -> _Member | None:
    if whole := _WHOLE.fullmatch(path):
        return _Member(whole["folder"], "Core ML", posixpath.splitext(whole["folder"])[0])
    folder = posixpath.dirname(path)
    for _ in range(_DEEPEST):
        if folder in folders or not folder:
            break
        folder = posixpath.dirname(folder)
    if folder not in folders:
        return None
    inside = path[len(folder) + 1 :] if folder else path
    first, _, rest = inside.partition("/")
    belongs = {
        "TensorFlow": first in _SAVED_MODEL or (rest and first in ("variables", "assets", "assets.extra")),
        "TensorFlow.js": inside == "model.json" or _WEB_SHARD.fullmatch(inside),
        "spaCy": rest and (posixpath.basename(rest) == "model" or first == "vocab"),
    }
    form = folders[folder]
    return _Member(f"{folder}/", form, folder) if belongs[form] else None


def _tensorflow_stems(tree: Tree) -> set[str]:
    """The stems of checkpoints of TensorFlow, which are known by their data."""
    found = (_TENSORFLOW.fullmatch(path) for path in tree.files)
    return {match["stem"] for match in found if match and match[2].startswith("data-")}


def _of_pair(path: str, tree: Tree, stems: set[str]) -> _Member | None:
    """Files that are one model only with another of the same stem."""
    stem, ending = posixpath.splitext(path)
    if (match := _TENSORFLOW.fullmatch(path)) and match["stem"] in stems:
        return _Member(match["stem"], "TensorFlow", match["stem"])
    if external := _EXTERNAL.fullmatch(path):
        return _Member(f"{external['stem']}.onnx", "ONNX", external["stem"])
    if ending == ".data" and f"{stem}.onnx" in tree.files:
        return _Member(f"{stem}.onnx", "ONNX", stem)
    if ending in (".xml", ".bin") and all(_is_unrecognised(tree, f"{stem}{one}") for one in (".xml", ".bin")):
        return _Member(stem, "OpenVINO", stem)
    return None


def _is_unrecognised(tree: Tree, path: str) -> bool:
    return path in tree.files and tree.files[path].format in (None, "git-lfs-pointer")


def _of_name(path: str, form: str) -> _Member:
    stem, variant = _stem(path, form)
    if shard := SHARD.fullmatch(path) or _NUMBERED.fullmatch(path):
        return _Member(f"{shard['stem']}-*{shard.groupdict().get('count', '')}{shard['suffix']}", form, stem, variant)
    return _Member(stem if form == "Paddle" and ".pd" in path else path, form, stem, variant)


def _stem(path: str, form: str) -> tuple[str, str]:
    """What the file is called without shard, ending and quantisation, and the quantisation."""
    shard = SHARD.fullmatch(path) or _NUMBERED.fullmatch(path)
    stem = _ENDING.sub("", f"{shard['stem']}{shard['suffix']}" if shard else path)
    folder, name = posixpath.split(stem)
    quantised = _QUANTISED.fullmatch(name) if form == "GGUF" else None
    if quantised is None:
        return stem, ""
    return posixpath.join(folder, quantised["stem"] or "").rstrip("/"), quantised["form"].upper()


def _sets(tree: Tree, kind: Parameters, members: dict[str, _Member]) -> Iterator[WeightSet]:
    """The set; where two of its files hold a tensor of one name, it is no set, and those with tensors stand alone."""
    files, one = tuple(sorted(members, key=str.encode)), next(iter(members.values()))
    stem = posixpath.dirname(files[0]) if kind == "optimizer_state" else one.stem
    if kind == "optimizer_state" or _holds_each_tensor_once(tree, files):
        yield WeightSet(files, kind, one.form, one.variant, stem)
        return
    alone = [path for path in files if tree.files[path].header]
    yield from (WeightSet((path,), kind, one.form, one.variant, _ENDING.sub("", path)) for path in alone)
    if rest := tuple(path for path in files if path not in alone):
        yield WeightSet(rest, kind, one.form, one.variant, stem)


def _holds_each_tensor_once(tree: Tree, files: Iterable[str]) -> bool:
    headers = [header for path in files if (header := tree.files[path].header)]
    names = [tensor.name for header in headers for tensor in header.tensors]
    return len(names) == len(set(names))


def _by_folder(tree: Tree, sets: list[WeightSet]) -> list[WeightSet]:
    """The sets of one form below one folder as one; folders as deep as the bound allows."""
    found: defaultdict[tuple[Parameters, str, str], list[str]]
    for depth in range(_DEEPEST, -1, -1):
        found = defaultdict(list)
        for one in sets:
            folder = "/".join(posixpath.dirname(one.files[0]).split("/")[:depth])
            found[one.kind, one.form, folder] += one.files
        if len(found) <= MAX_SETS:
            break
    return [
        WeightSet(
            tuple(sorted(files, key=str.encode)),
            kind,
            form,
            "",
            folder,
            kind == "optimizer_state" or _holds_each_tensor_once(tree, files),
        )
        for (kind, form, folder), files in found.items()
    ]
