# SPDX-License-Identifier: Apache-2.0
"""The settings and the cost of a run in files that training tools write beside the weights."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from itertools import islice

from openmodel.drafting.outline import Value, storable
from openmodel.drafting.plain import is_unfilled, member, said
from openmodel.drafting.run import MAX_SETTINGS, Training
from openmodel.drafting.tree import Tree

MAX_LIST = 40
"""The longest list that is taken over as one setting."""
MAX_ROWS = 1000
"""The most rows of a table that are looked at."""

_ARGUMENTS = ("training_args.json", "training_args.yaml", "args.json", "args.yaml", "hparams.yaml", "hparams.json")
_ADAPTER = """
    peft_type task_type r lora_alpha lora_dropout target_modules modules_to_save bias use_rslora use_dora
    init_lora_weights num_virtual_tokens num_layers
"""
_MERGE_FILES = ("mergekit_config.yml", "mergekit_config.yaml")
_MERGE = ("merge_method", "dtype", "out_dtype", "tokenizer_source")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_. -]{0,59}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
_PATH = re.compile(r"[/~\\.]|[A-Za-z]:[\\/]|.*[/\\].*[/\\]")
"""A path on the machine of whoever trained: it says nothing to others but their name."""


def merge_file(tree: Tree) -> str | None:
    """The path of the file in which mergekit keeps what it merged and how."""
    return next((path for name in _MERGE_FILES if (path := tree.beside(name))), None)


def add_settings_of_files(tree: Tree, found: Training) -> None:
    """The settings of an adapter, of a merge, and of the arguments that tools write down."""
    for name in _ARGUMENTS:
        path = tree.beside(name)
        data = tree.yaml(path) if name.endswith("yaml") else tree.json(path)
        if path and isinstance(data, dict):
            _add_all(data, path, found)
    path = tree.beside("adapter_config.json")
    adapter = tree.json(path)
    _add(found, {key: member(adapter, key) for key in _ADAPTER.split()}, path)
    path = merge_file(tree)
    merge = tree.yaml(path)
    _add(found, {key: member(merge, key) for key in _MERGE}, path)
    parameters = member(merge, "parameters")
    if isinstance(parameters, dict):
        _add(found, {f"parameters.{key}": value for key, value in parameters.items()}, path)


def _add_all(data: Mapping[str, object], path: str, found: Training) -> None:
    """All arguments of a file, but for paths."""
    given = [key for key, value in data.items() if value is not None and value not in ("", [], {})]
    _add(found, data, path)
    left = [key for key in given if key not in found.settings]
    if left and len(found.settings) < MAX_SETTINGS:
        found.remarks.append(
            f"{path}: {len(left)} of its arguments were not taken over, such as paths, lists and mappings."
        )
    seed = storable(data.get("seed"))
    if found.seed is None and isinstance(seed, int) and seed >= 0:
        found.seed, found.seed_from = seed, f"{path}, seed"


def _add(found: Training, data: Mapping[str, object], path: str | None) -> None:
    settings = {key: value for key, one in data.items() if _KEY.fullmatch(key) and (value := _setting(one)) is not None}
    if path and settings:
        found.add_settings(settings, path)


def _setting(value: object) -> Value | None:
    """A number, a truth value, a text that is no path, or a short list of them."""
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        parts = [_setting(one) for one in value[: MAX_LIST + 1] if not isinstance(one, list)]
        whole = len(parts) == len(value) <= MAX_LIST and None not in parts
        return [part for part in parts if part is not None] if whole and parts else None
    if isinstance(value, str):  # "no" and "none" are answers here.
        text = value if _WORD.fullmatch(value) and not is_unfilled(value) else said(value)
        return None if text is None or _PATH.match(text) else text
    return storable(value)


def add_emissions(tree: Tree, found: Training) -> None:
    """What codecarbon measured. Source: CodeCarbon, "Output": emissions in kg, energy in kWh, one row for each run."""
    path = tree.beside("emissions.csv")
    text = tree.text(path) if path else None
    if text is None or path is None:
        return
    try:
        header, *rows = [row for row in islice(csv.reader(text.splitlines()), MAX_ROWS) if row] or [[]]
    except csv.Error as error:
        found.remarks.append(f"{path} is not CSV ({error}); nothing was taken from it.")
        return
    if len(rows) != 1:
        found.remarks.append(f"{path} has {len(rows)} rows of data; which of them are of this model, it does not say.")
        return
    row = dict(zip(header, rows[0], strict=False))
    kilograms, energy = _number(row.get("emissions")), _number(row.get("energy_consumed"))
    found.add_compute("co2_g", round(kilograms * 1000, 6) if kilograms else None, f"{path}, emissions")
    found.add_compute("kwh", energy, f"{path}, energy_consumed")
    key = "gpu_model" if said(row.get("gpu_model")) else "cpu_model"
    found.add_hardware(said(row.get(key)), f"{path}, {key}")
    if country := said(row.get("country_name")):
        found.remarks.append(f"{path} says that the run was in {country}.")


def _number(text: object) -> float | None:
    plain = isinstance(text, str) and re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,20})?([eE]-?[0-9]{1,2})?", text.strip())
    number = storable(float(str(text))) if plain else None
    return float(number) if number is not None else None
