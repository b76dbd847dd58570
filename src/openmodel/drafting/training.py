# SPDX-License-Identifier: Apache-2.0
"""What the files say about the training run: settings, seed, steps, versions, machines, results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from openmodel.drafting.card import ModelCard
from openmodel.drafting.footprint import add_footprint
from openmodel.drafting.markdown import Part, labelled
from openmodel.drafting.outline import Value, storable
from openmodel.drafting.plain import MAX_ITEMS, is_path, items, member, said, said_or_counted, whole
from openmodel.drafting.run import Training
from openmodel.drafting.run_files import add_emissions, add_settings_of_files
from openmodel.drafting.tree import Tree

MAX_RESULTS = 100
"""The most results that are drafted one by one."""
MAX_ARGUMENTS = 10
"""The most arguments of the data of a result that are told."""

_HYPERPARAMETERS = r"hyper-?\s?parameters?"
_SETTINGS = re.compile(r"(hyper-? ?parameter|parameter|setting|argument|name|key)s? values?", re.IGNORECASE)
_VERSIONS = r"^framework versions$|^software( versions)?$"
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_. -]{0,60}")
_VERSION = re.compile(r"([A-Za-z][\w .-]{0,40}?)[:=\s]+v?(\d[\w.+-]{0,40})")
_NO_RESULT = re.compile(r"runtime|per_second|samples|memory|compilation_time|epoch")
_RESULT_FILES = (
    ("eval_results.json", "eval_"),
    ("test_results.json", "test_"),
    ("predict_results.json", "predict_"),
    ("all_results.json", "eval_"),
    ("all_results.json", "test_"),
    ("all_results.json", "predict_"),
)
_STATE = ("max_steps", "num_train_epochs", "train_batch_size", "eval_steps", "save_steps", "logging_steps")


@dataclass(frozen=True, slots=True)
class Result:
    """A result that was measured."""

    metric: str
    value: Value
    origin: str
    task: str | None = None
    dataset: str | None = None
    """The Hub's id of the data, or what its `type` is otherwise."""
    revision: str | None = None
    measured_on: str | None = None
    """The name of the data, with its configuration, split and arguments."""
    source: str | None = None
    """Who measured it, in words."""


def training_of(tree: Tree, card: ModelCard) -> Training:
    """What the card and the trainer's own files say about the run. A pickle such as `training_args.bin` is not read."""
    found = Training()
    _of_lists(card, found)
    add_settings_of_files(tree, found)
    _of_trainer_state(tree, found)
    _of_train_results(tree, found)
    add_footprint(card, found)
    add_emissions(tree, found)
    _of_writers(tree, found)
    return found


def _of_lists(card: ModelCard, found: Training) -> None:
    for part in card.under(_HYPERPARAMETERS):
        settings: dict[str, Value] = {}
        listed = [(key, value) for key, _, value in labelled(part.items)]
        for key, value in [*listed, *_of_tables(part)]:
            setting = _scalar(value)
            if _KEY.fullmatch(key) and setting is not None:
                settings.setdefault(key.replace(" ", "_"), setting)
        found.add_settings(settings, card.place(part))
    seed = whole(found.settings.get("seed"))
    if seed is not None:
        found.seed, found.seed_from = seed, f"{card.path}, the lists of hyperparameters"
    for part in card.under(_VERSIONS):
        for item in part.items:
            match = _VERSION.fullmatch(item.text)
            if match:
                found.software[match[1].strip()] = match[2]
                found.software_from = card.place(part)


def _of_tables(part: Part) -> Iterator[tuple[str, str]]:
    """Name and value of the rows of tables that have just these, as skops writes them."""
    for table in part.tables:
        header = " ".join(words.text for words in table.header)
        if len(table.header) == 2 and _SETTINGS.fullmatch(header):  # noqa: PLR2004
            yield from ((row[0].text, row[1].text) for row in table.rows[:MAX_ITEMS] if len(row) > 1)


def _scalar(text: str) -> Value | None:
    """The value of a setting: a number or truth value where it is written as one, else text that says something."""
    if text in ("True", "False"):
        return text == "True"
    try:
        number = storable(json.loads(text)) if re.fullmatch(r"-?[0-9][0-9.eE+-]{0,30}", text) else None
    except ValueError:
        number = None
    if number is None and re.fullmatch(r"[0-9.]{1,15}[eE]-?[0-9]{1,3}", text):  # 2e-05 is JSON; 1.e-5 is not.
        number = storable(float(text)) if text.count(".") <= 1 and text[0] != "." else None
    return said(text) if number is None else number


def _of_trainer_state(tree: Tree, found: Training) -> None:
    path = tree.beside("trainer_state.json")
    state = tree.json(path)
    if not path or not isinstance(state, dict):
        return
    settings = {key: number for key in _STATE if (number := storable(state.get(key))) is not None and number > 0}
    found.add_settings(settings, path)
    steps = whole(state.get("global_step"))
    if steps:
        found.steps, found.steps_from = steps, f"{path}, global_step"
    found.add_compute("flops", storable(state.get("total_flos")), f"{path}, total_flos")


def _of_train_results(tree: Tree, found: Training) -> None:
    for name in ("train_results.json", "all_results.json"):
        path = tree.beside(name)
        results = tree.json(path)
        found.add_compute("flops", storable(member(results, "total_flos")), f"{path}, total_flos")
        samples = whole(member(results, "train_samples"))
        if samples and not any(", train_samples" in one for one in found.told):
            found.told.append(f"{path}, train_samples: {samples:,}; of which data, it does not say")


def _of_writers(tree: Tree, found: Training) -> None:
    libraries = {"transformers_version": "transformers", "peft_version": "peft", "_diffusers_version": "diffusers"}
    for name in ("config.json", "generation_config.json", "adapter_config.json"):
        path = tree.beside(name)
        data = tree.json(path)
        for key, library in libraries.items():
            if version := said(member(data, key)):
                found.writers.append(f"{path} was written by {library} {version}")
    path = tree.beside("config_sentence_transformers.json")
    versions = member(tree.json(path), "__version__")
    pairs = versions.items() if isinstance(versions, dict) else ()
    named = [f"{library} {version}" for library, value in pairs if (version := said(value)) and said(library)]
    found.writers += [f"{path} names {', '.join(named[:10])}"] if named else []


def results_of(tree: Tree, card: ModelCard) -> tuple[list[Result], list[str]]:
    """The results in the card's `model-index` and in the files that the scripts of transformers write, and in words
    what was not taken.

    Source: https://github.com/huggingface/hub-docs/blob/main/modelcard.md.
    """
    found = list(_of_model_index(card))
    for name, start in _RESULT_FILES:
        known = {(one.metric, one.value) for one in found}
        found += (one for one in _of_result_file(tree, name, start) if (one.metric, one.value) not in known)
    more = len(found) - MAX_RESULTS
    remarks = [f"{more} more results are stated than the {MAX_RESULTS} that are drafted."] if more > 0 else []
    return found[:MAX_RESULTS], remarks


def _of_result_file(tree: Tree, name: str, start: str) -> Iterator[Result]:
    path = tree.beside(name)
    data = tree.json(path)
    for key, value in list(data.items())[:MAX_ITEMS] if isinstance(data, dict) else ():
        number, metric = storable(value), said(key.removeprefix(start))
        if metric and number is not None and key.startswith(start) and not _NO_RESULT.search(metric):
            yield Result(metric, number, f"{path}, {key}")


def _of_model_index(card: ModelCard) -> Iterator[Result]:
    for model in items(card.front.get("model-index")):
        for result in items(member(model, "results")):
            task, dataset = said(member(result, "task", "type")), said(member(result, "dataset", "type"))
            measured_on, source = _measured_on(member(result, "dataset")), _source_of(member(result, "source"))
            revision = said(member(result, "dataset", "revision"))
            for metric in items(member(result, "metrics")):
                name, value = said(member(metric, "type")), member(metric, "value")
                number = _scalar(value) if isinstance(value, str) else None
                if name and number is not None:
                    origin = f"{card.path}, `model-index`"
                    yield Result(name, number, origin, task, dataset, revision, measured_on, source)


def _measured_on(dataset: object) -> str | None:
    """The data of a result in words, and which part of it; None where there is nothing but an id with its owner."""
    named = [said(member(dataset, key)) for key in ("type", "name")]
    type_, name = [None if text and is_path(text) else text for text in named]
    both = name and type_ and name.lower() != type_.lower()
    parts = [f"{name} ({type_})" if both else name or type_]
    parts += [f"{key} {value}" for key in ("config", "split") if (value := said(member(dataset, key)))]
    arguments = member(dataset, "args")
    given = list(arguments.items())[:MAX_ARGUMENTS] if isinstance(arguments, dict) else [("args", arguments)]
    parts += [f"{key} {value}" for one, two in given if (key := said(one)) and (value := said_or_counted(two))]
    text = ", ".join(part for part in parts if part)
    return text if text and not (text == type_ and "/" in text) else None


def _source_of(source: object) -> str | None:
    named = (said(member(source, "name")), said(member(source, "url"), 2000))
    return ", ".join(part for part in named if part) or None
