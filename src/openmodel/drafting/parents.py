# SPDX-License-Identifier: Apache-2.0
"""Which models this one was made from, as its files name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Literal

from openmodel.drafting.card import ModelCard, labelled_value
from openmodel.drafting.outline import listed, storable
from openmodel.drafting.plain import MAX_ITEMS, is_example, items, member, said, said_all
from openmodel.drafting.run_files import merge_file
from openmodel.drafting.tree import Tree
from openmodel.evidence.bases import last_part, names_a_base
from openmodel.manifest.stage import StageKind
from openmodel.manifest.values import Where
from openmodel.rendering.hub import is_repository, model_id

HUB_MODELS = "https://huggingface.co/"
MAX_MODELS = 100
"""The most models that are drafted one by one."""
MAX_BASES = 16
"""The most bases of a GGUF file that are looked for."""

KINDS: dict[str, StageKind] = {"adapter": "adapt", "merge": "merge", "quantized": "quantize", "finetune": "finetune"}
"""The Hub's relations to a base model as kinds of stage; the reverse of `hub.RELATIONS`."""

_LABELS = ("finetuned from model", "finetuned from model [optional]", "fine-tuned from model", "base model")
"""How the Hub's template and sentence-transformers call the base in the text of a card."""
_FINETUNED = re.compile(r"\bis a fine-?tuned version of\b", re.IGNORECASE)

Role = Literal["initial", "merged"]


@dataclass(slots=True)
class Origin:
    """A model that this one was made from."""

    name: str
    hub_id: str | None
    """The Hub's id, where the name has that form."""
    where: str
    """Where it is named, in words."""
    role: Role = "initial"
    weight: float | None = None
    """Its share in a merge."""
    revision: str | None = None
    is_path: bool = False
    """Whether only a path on somebody's machine is known."""
    also: list[str] = field(default_factory=list)
    """Where else it is named."""


@dataclass(slots=True)
class Origins:
    """All of them, and what was done with them."""

    models: list[Origin]
    kind: StageKind | None = None
    kind_from: str = ""
    remarks: list[str] = field(default_factory=list)
    """Models that are named and were not taken for one of them, in words."""


def origins_of(tree: Tree, card: ModelCard, gguf: Mapping[str, object], own_name: str) -> Origins:
    """What the card, the adapter, the merge and the configuration say that the model was made from.

    Args:
        tree: the release.
        card: its card.
        gguf: what a GGUF file says of itself.
        own_name: the name of the model, which some tools write where that of the base belongs.
    """
    found, remarks = _Found(), list[str]()
    stated, of_gguf = [*_of_merge(tree), *_of_adapter(tree), *_of_card(card)], list(_of_gguf(gguf))
    named = [*stated, *of_gguf]
    for origin in stated or [one for one in _of_configuration(tree) if not named and names_a_base(one.name, own_name)]:
        # A path beside a base that is named is where that, or a checkpoint, lay; of a merge, each is a model.
        if not (origin.is_path and found.models and origin.role == "initial"):
            found.add(origin)
    for origin in of_gguf:
        if not stated:
            origin.where += ", which of a converted copy is the base of what was converted"
            found.add(origin)
        elif not found.bring_together(origin):
            remarks.append(f"{origin.where} names {origin.name}: it may be the base of what was converted.")
    tree.remarks += _left_out(card)
    kind, words = _kind(tree, card, found.models)
    if len(found.models) > MAX_MODELS:
        tree.remarks.append(
            f"{len(found.models) - MAX_MODELS} more models that this one was made from are named than drafted."
        )
    return Origins(found.models[:MAX_MODELS], kind, words, remarks)


class _Found:
    """The models so far, in order, and found again by the last part of their names."""

    def __init__(self) -> None:
        self.models: list[Origin] = []
        self._by_last: dict[str, list[Origin]] = {}

    def add(self, origin: Origin) -> None:
        """Adds a model, unless it is there under this name or a part of it."""
        if not self.bring_together(origin):
            self._by_last.setdefault(last_part(origin.name), []).append(origin)
            self.models.append(origin)

    def bring_together(self, origin: Origin) -> bool:
        """Adds what is said of a model to what is known of the same one, if there is one. The fuller name stays."""
        alike = self._by_last.get(last_part(origin.name), ())
        known = next((one for one in alike if _is_same(one, origin)), None)
        if known is None:
            return False
        if origin.hub_id and not known.hub_id:
            known.also.append(known.where)
            known.name, known.hub_id, known.where, known.is_path = origin.name, origin.hub_id, origin.where, False
        else:
            known.also.append(origin.where)
        known.revision = known.revision or origin.revision
        return True


def _is_same(one: Origin, other: Origin) -> bool:
    """Whether two origins of one last name are one model: a name without an owner may be that of any owner."""
    ids = {origin.hub_id.lower() for origin in (one, other) if origin.hub_id}
    return len(ids) < 2  # noqa: PLR2004


def _origin(name: str | None, where: str, role: Role = "initial") -> Iterator[Origin]:
    """The origin of a name: an id of the Hub, an address there, or a path on somebody's machine, of which only the last
    part is kept."""
    if not name:
        return
    linked = model_id_of(name)
    if linked:
        yield Origin(linked, linked, where, role)
    elif name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1 or re.match(r"[A-Za-z]:", name):
        if last := said(re.split(r"[/\\]", name.rstrip("/\\"))[-1].strip(".")):
            yield Origin(last, None, f"{where} (the last part of a path on somebody's machine)", role, is_path=True)
    elif is_repository(name):
        yield Origin(name, name if "/" in name else None, where, role)


def model_id_of(name: str) -> str | None:
    """The Hub's id in an address of a model there."""
    return model_id(Where(url=name)) if name.startswith(("https://", "http://")) else None


def _of_merge(tree: Tree) -> Iterator[Origin]:
    """What was merged. The weight of a slice is none of the whole model."""
    path = merge_file(tree)
    data = tree.yaml(path)
    whole = ((entry, member(entry, "parameters", "weight")) for entry in items(member(data, "models")))
    sliced = ((source, None) for part in items(member(data, "slices")) for source in items(member(part, "sources")))
    for entry, weight in islice(chain(whole, sliced), MAX_ITEMS):
        yield from _merged(member(entry, "model"), f"{path}, models", storable(weight))
    yield from _merged(member(data, "base_model"), f"{path}, base_model")


def _merged(reference: object, where: str, weight: float | None = None) -> Iterator[Origin]:
    """A model that was merged, and the adapter that was put on it before. Source: mergekit, `ModelReference`: text such
    as PATH@REVISION+ADAPTER@REVISION, or a mapping."""
    text, _, adapter = (said(reference) or "").partition("+")
    for name, place in ((text, "model"), (adapter, "lora")):
        path, _, revision = name.partition("@")
        inside = member(reference, place)
        path = path or said(inside) or said(member(inside, "path")) or ""
        for origin in _origin(path, where if place == "model" else f"{where}, an adapter", "merged"):
            origin.revision = revision or said(member(inside, "revision"))
            origin.weight = weight if place == "model" else None
            yield origin


def _of_adapter(tree: Tree) -> Iterator[Origin]:
    path = tree.beside("adapter_config.json")
    data = tree.json(path)
    for origin in _origin(said(member(data, "base_model_name_or_path")), f"{path}, base_model_name_or_path"):
        origin.revision = said(member(data, "revision"))
        yield origin


def _of_card(card: ModelCard) -> Iterator[Origin]:
    for name in said_all(card.front.get("base_model")):
        yield from _origin(name, f"{card.path}, `base_model`")
    for label in _LABELS:
        value = labelled_value(card, label)
        if value and ("/" in value[0]):
            yield from _origin(*value)


def _left_out(card: ModelCard) -> Iterator[str]:
    """What the front matter has where the name of a base belongs, and that is none."""
    value = card.front.get("base_model")
    entries = value[:MAX_ITEMS] if isinstance(value, list) else [value]
    odd = [one for one in entries if one is not None and (not isinstance(one, str) or is_example(one))]
    if odd:
        names = listed(repr(one[:40]) if isinstance(one, str) else "an entry that is no text" for one in odd)
        yield f"{card.path}, `base_model`: {names} left out, as no name of a model is plain from it."


def _of_gguf(gguf: Mapping[str, object]) -> Iterator[Origin]:
    """Source: ggml, "GGUF", general.base_model.*. The converter of llama.cpp takes it from the card of what it
    converts, so that it is the base of the original and not the original."""
    for number in range(MAX_BASES):
        key = f"general.base_model.{number}"
        url, name = said(gguf.get(f"{key}.repo_url"), 2000), said(gguf.get(f"{key}.name"))
        yield from _origin(url if url and model_id_of(url) else name, f"GGUF, {key}")


def _of_configuration(tree: Tree) -> Iterator[Origin]:
    """`_name_or_path`, which transformers writes: what the model was loaded from before it was saved here."""
    path = tree.beside("config.json")
    yield from _origin(said(member(tree.json(path), "_name_or_path")), f"{path}, _name_or_path")


def _kind(tree: Tree, card: ModelCard, models: list[Origin]) -> tuple[StageKind | None, str]:
    if any(model.role == "merged" for model in models):
        return "merge", str(merge_file(tree))
    if tree.beside("adapter_config.json"):
        return "adapt", "there is an adapter_config.json"
    relation = said(card.front.get("base_model_relation"))
    if relation in KINDS:
        return KINDS[relation], f"{card.path}, `base_model_relation`"
    if said(card.front.get("quantized_by")):
        return "quantize", f"{card.path}, `quantized_by`"
    said_so = [part for part in card.parts if any(_FINETUNED.search(words.text) for words in part.paragraphs)]
    parts = [*said_so, *card.under(r"^fine-?tun(ing|ed)\b")]
    if parts and models:
        return "finetune", card.place(parts[0])
    return None, ""
