# SPDX-License-Identifier: Apache-2.0
"""What files say that no field of a manifest holds, or that need not be meant for the model: told, not taken over."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.drafting.card import ModelCard
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import items, member, said, said_all
from openmodel.drafting.tree import Tree

MAX_TOML = 32 * 2**10
"""The longest TOML that is read, in characters; a key of many parts takes the square of its length."""

_PRETRAINED = ("tag", "hf_hub_id", "license", "origin_url", "paper_name")
"""What timm writes of where its weights come from."""
_QUANTIZATION = ("quant_method", "bits", "group_size", "load_in_4bit", "load_in_8bit", "fmt", "format")


@dataclass(frozen=True, slots=True)
class CitedWork:
    """What `CITATION.cff` says of the release."""

    path: str
    title: str | None
    version: str | None

    def may_be(self, name: str) -> bool:
        """Whether it may be the model of this name: its title has none, or one of the two begins with the other."""
        one, other = (re.findall(r"[^\W_]+", text.lower()) for text in (self.title or "", name))
        shorter = min(len(one), len(other))
        return one[:shorter] == other[:shorter] if other else not one


def cited_work(tree: Tree) -> CitedWork | None:
    """The title and version of `CITATION.cff`, if there is one. Source: Citation File Format 1.2.0."""
    path = tree.beside("CITATION.cff")
    data = tree.yaml(path)
    if path is None or not isinstance(data, dict):
        return None
    return CitedWork(path, said(data.get("title")), _text(data.get("version")))


def claims_of(tree: Tree, card: ModelCard, parents: list[str]) -> Iterator[str]:
    """Sentences that say what stands where.

    Args:
        tree: the release.
        card: its card.
        parents: the models that the draft names already.
    """
    yield from _of_configuration(tree)
    yield from _of_tokenizer(tree, parents)
    for key, words in (("quantized_by", "was quantized by"), ("model_creator", "was created by")):
        if name := said(card.front.get(key)):
            yield f"{card.path}, `{key}`: the model {words} {name}"
    yield from _of_citation(tree)
    yield from _of_projects(tree)


def _of_configuration(tree: Tree) -> Iterator[str]:
    path = tree.beside("config.json")
    data = tree.json(path)
    pairs = [("model_type", said(member(data, "model_type"))), ("dtype", _dtype(data))]
    pairs += [("architecture", said(member(data, "architecture")))]
    pairs += [("architectures", listed(said_all(member(data, "architectures"))))]
    if told := ", ".join(f"{key} {value}" for key, value in pairs if value):
        yield f"{path}: {told}"
    pretrained = member(data, "pretrained_cfg")
    pairs = [(key, said(member(pretrained, key))) for key in _PRETRAINED]
    if told := ", ".join(f"{key} {value}" for key, value in pairs if value):
        yield f"{path}, pretrained_cfg: {told}"
    quantization = member(data, "quantization_config")
    pairs = [(key, _text(member(quantization, key))) for key in _QUANTIZATION]
    if told := ", ".join(f"{key} {value}" for key, value in pairs if value):
        yield f"{path}, quantization_config: {told}; a stage of kind quantize tells how that was done"


def _dtype(data: object) -> str | None:
    return said(member(data, "torch_dtype")) or said(member(data, "dtype"))


def _of_tokenizer(tree: Tree, parents: list[str]) -> Iterator[str]:
    """`name_or_path` is what the tokenizer was loaded from; the model need not be made from that."""
    path = tree.beside("tokenizer_config.json")
    name = said(member(tree.json(path), "name_or_path"))
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1] if name else ""
    is_path = bool(name) and (str(name).startswith((".", "/", "~")) or "\\" in str(name) or str(name).count("/") > 1)
    shown = last if is_path else name
    if shown and not any(shown.lower() in (parent.lower(), parent.lower().rpartition("/")[2]) for parent in parents):
        yield f"{path}, name_or_path: the tokenizer was loaded from {shown}; it may be that of another model"


def _of_citation(tree: Tree) -> Iterator[str]:
    path = tree.beside("CITATION.cff")
    data = tree.yaml(path)
    people = [
        " ".join(part for key in ("given-names", "family-names") if (part := said(member(one, key))))
        or said(member(one, "name"))
        for one in items(member(data, "authors"))[:20]
    ]
    pairs = [("title", said(member(data, "title"))), ("authors", listed(one for one in people if one))]
    pairs += [(key, _text(member(data, key))) for key in ("date-released", "license", "doi", "url", "repository-code")]
    if told := "; ".join(f"{key} {value}" for key, value in pairs if value):
        yield f"{path}: {told}"


def _of_projects(tree: Tree) -> Iterator[str]:
    """A project that lies around a model: its version and licence are those of the package, not of the parameters."""
    path = tree.beside("pyproject.toml")
    if path and (data := _toml(tree, path)):
        project = member(data, "project")
        licence = _text(member(project, "license")) or said(member(project, "license", "text"))
        urls = member(project, "urls")
        named = {str(key).lower(): said(url, 2000) for key, url in urls.items()} if isinstance(urls, dict) else {}
        url = next((named[key] for key in ("repository", "source", "homepage") if named.get(key)), None)
        yield from _project(path, project, licence, url)
    path = tree.beside("package.json")
    data = tree.json(path)
    repository = member(data, "repository")
    url = said(repository, 2000) or said(member(repository, "url"), 2000)
    yield from _project(path, data, said(member(data, "license")), url)


def _project(path: str | None, data: object, licence: str | None, url: str | None) -> Iterator[str]:
    pairs = [("name", said(member(data, "name"))), ("version", _text(member(data, "version")))]
    pairs += [("licence", licence), ("repository", url)]
    if told := "; ".join(f"{key} {value}" for key, value in pairs if value):
        yield f"{path} says of the package: {told}"


def _toml(tree: Tree, path: str) -> object:
    text = tree.text(path)
    if text is None:
        return None
    if len(text) > MAX_TOML:
        tree.remarks.append(f"{path} is longer than TOML that is read here; nothing was taken from it.")
        return None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        tree.remarks.append(f"{path} is not TOML ({str(error)[:80]}); nothing was taken from it.")
        return None


def _text(value: object) -> str | None:
    """A text or a number, as text."""
    if isinstance(value, bool | int | float):
        return str(value) if abs(value) < 2**53 else None
    return said(value)
