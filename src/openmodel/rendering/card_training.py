# SPDX-License-Identifier: Apache-2.0
"""The sections of a model card about how the model was trained and on what."""

from __future__ import annotations

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.environment import Environment, Hardware, Software
from openmodel.manifest.stage import (
    Batch,
    Compute,
    Determinism,
    Order,
    Seed,
    Segment,
    Settings,
    SettingsFile,
    Stage,
    StageData,
    StageModel,
)
from openmodel.rendering.markdown import code, escape
from openmodel.rendering.wording import (
    ABSENT,
    Lines,
    Voice,
    Words,
    inline,
    items_below,
    labelled,
    listing,
    mapping,
    number,
    quantity,
    rest,
    told,
    told_items,
    told_text,
)

MOST_PACKAGES = 40
"""The most packages of an environment that a card lists."""

_SCOPES = {
    "not_guaranteed": "equal bits are not promised",
    "run_to_run": "equal bits from run to run on the same machine",
    "gpu_to_gpu": "equal bits also on another GPU of the same kind",
}


def training_sections(words: Words) -> Lines:
    """The sections about stages and environments."""
    stages = answered(words.manifest.stages)
    shown = [line for index, stage in enumerate(stages, start=1) for line in _stage(words, index, stage)]
    listed = listing(words.manifest.stages, words.voice, "*The list of stages is empty.*", shown[:-1])
    return ["### Training procedure", "", *listed, "", *_environments(words)]


def _stage(words: Words, index: int, stage: Stage) -> Lines:
    voice = words.voice_of(stage.of)
    rows = [
        ("Kind", [str(stage.kind)] if stage.kind else [ABSENT]),
        ("Data", told_items(stage.data, voice, lambda item: _data(words, item, voice))),
        ("Code", told(stage.code, voice, words.names)),
        ("Settings", _settings(words, stage.settings, voice)),
        ("Order of examples", told(stage.order, voice, _order)),
        ("Result", [words.name(stage.result)] if stage.result else [ABSENT]),
        ("Compute", told(stage.compute, voice, lambda value: _compute(value, voice))),
    ]
    if stage.models:
        rows.insert(1, ("Models", items_below([_model(words, item, voice) for item in stage.models])))
    if not stage.segments:
        rows.append(("Segments (steps, machines, seeds)", [ABSENT]))
    lines = [f"#### Stage {index}: {code(stage.id)}{words.belonging(stage.of)}", "", *labelled(rows), ""]
    for segment in stage.segments:
        lines += [f"##### Segment {code(segment.id)}", "", *_segment(words, segment, voice), ""]
    return lines


def _model(words: Words, item: StageModel, voice: Voice) -> str:
    share = f", share {inline(told(item.weight, voice, number))}" if item.weight is not None else ""
    return f"{words.name(item.model)} ({item.role}{share})"


def _data(words: Words, item: StageData, voice: Voice) -> str:
    parts: Lines = [item.role or "train"]
    parts += [inline(told(item.amount, voice, lambda value: quantity(value, voice)))] if item.amount is not None else []
    parts += [f"epochs: {inline(told(item.epochs, voice, number))}"] if item.epochs is not None else []
    parts += [f"share: {inline(told(item.weight, voice, number))}"] if item.weight is not None else []
    return f"{words.name(item.source)} ({', '.join(parts)})"


def _settings(words: Words, value: Settings | Undisclosed | None, voice: Voice) -> Lines:
    if isinstance(value, str):
        return [f"in the component {words.name(value)}"]
    if isinstance(value, SettingsFile):
        path = f", {code(value.path)}" if value.path else ""
        return [f"in the component {words.name(value.component)}{path}"]
    return told(value, voice, mapping)


def _order(order: Order) -> str:
    version = f" (version {escape(order.version)})" if order.version else ""
    parts = [f"{escape(order.algorithm)}{version}"] if order.algorithm else []
    parts += [f"seed {code(str(order.seed))}"] if order.seed is not None else []
    parts += [f"SHA-256 of the index {code(order.sha256)}"] if order.sha256 else []
    return ", ".join(parts) or ABSENT


def _compute(compute: Compute, voice: Voice) -> str:
    figures = {
        "floating-point operations": compute.flops,
        "device hours": compute.device_hours,
        "kWh": compute.kwh,
        "g CO2 equivalent": compute.co2_g,
    }
    return "; ".join(_figure(unit, value, voice) for unit, value in figures.items())


def _figure(unit: str, value: float | Undisclosed | None, voice: Voice) -> str:
    if isinstance(value, Undisclosed) or value is None:
        return f"{unit}: {inline(told(value, voice, number))}"
    return f"{number(value)} {unit}"


def _segment(words: Words, segment: Segment, voice: Voice) -> Lines:
    rows = [
        ("Steps", told(segment.steps, voice, lambda steps: f"{number(steps[0])} to {number(steps[1])}")),
        ("Environment", told(segment.environment, voice, lambda name: f"{code(name)}, see below")),
        ("Seeds", told_items(segment.seeds, voice, lambda seed: _seed(seed, voice))),
        ("Batch size", told_items(segment.batch, voice, lambda batch: _batch(batch, segment, voice))),
        ("Layout", told(segment.layout, voice, mapping)),
        ("Determinism", told(segment.determinism, voice, _determinism)),
    ]
    if segment.code is not None:
        rows.append(("Code", told(segment.code, voice, words.names)))
    if segment.settings is not None:
        rows.append(("Settings", _settings(words, segment.settings, voice)))
    if segment.resumed_from is not None:
        rows.append(("Resumed from tensor root", told(segment.resumed_from, voice, code)))
    if segment.because is not None:
        rows.append(("Why it began", told_text(segment.because, voice)))
    rows += [("Run record", [code(segment.record)])] if segment.record else []
    return labelled(rows)


def _seed(seed: Seed, voice: Voice) -> str:
    purpose = escape(seed.purpose.replace("_", " "))
    if seed.value is None and seed.rule is not None:
        answer = f"by the rule: {inline(told_text(seed.rule, voice))}"
    else:
        answer = inline(told(seed.value, voice, lambda value: code(str(value))))
        answer += f", by the rule: {inline(told_text(seed.rule, voice))}" if seed.rule is not None else ""
    return f"{purpose}: {answer}{f' (from: {seed.origin})' if seed.origin else ''}"


def _batch(batch: Batch, segment: Segment, voice: Voice) -> str:
    unit = segment.batch_unit or "of a unit that is not stated"
    start = inline(told(batch.at_step, voice, number))
    return f"{number(batch.value)} {unit} from step {start}"


def _determinism(value: Determinism) -> str:
    scope = _SCOPES[value.scope] if value.scope else ABSENT
    return f"{scope}; switches: {mapping(value.switches)}" if value.switches else scope


def _environments(words: Words) -> Lines:
    lines = ["### Environments", ""]
    if not words.manifest.environments:
        return [*lines, ABSENT, ""]
    for environment in words.manifest.environments:
        lines += [f"#### Environment {code(environment.id)}", "", *_environment(environment, words.voice), ""]
    return lines


def _environment(environment: Environment, voice: Voice) -> Lines:
    return labelled(
        [
            ("Hardware", told_items(environment.hardware, voice, lambda item: _hardware(item, voice))),
            ("Interconnect", told(environment.interconnect, voice, escape)),
            ("Software", told(environment.software, voice, lambda packages: _software(packages, voice))),
            ("SHA-256 of the lock file", told(environment.lock_sha256, voice, code)),
            ("Container", told(environment.container, voice, code)),
        ]
    )


def _hardware(item: Hardware, voice: Voice) -> str:
    named = [escape(part) for part in (item.vendor, item.model) if isinstance(part, str) and part]
    count = f"{number(item.count)} x " if isinstance(item.count, int) else ""
    nodes = f" in {number(item.nodes)} node{'' if item.nodes == 1 else 's'}" if isinstance(item.nodes, int) else ""
    memory = f", {number(item.memory_bytes)} bytes of memory each" if isinstance(item.memory_bytes, int) else ""
    fields = {"vendor": item.vendor, "model": item.model, "count": item.count, "nodes": item.nodes}
    unsaid = [
        f"; {name}: {inline(told(value, voice, str))}"
        for name, value in (fields | {"memory": item.memory_bytes}).items()
        if isinstance(value, Undisclosed)
    ]
    return f"{count}{' '.join(named) or 'a processor that is not named'}{nodes}{memory}{''.join(unsaid)}"


def _software(packages: Software, voice: Voice) -> str:
    shown = [
        f"{escape(name)} {inline(told(version, voice, code))}"
        for name, version in sorted(packages.items(), key=lambda item: item[0])[:MOST_PACKAGES]
    ]
    return ", ".join(shown) + rest(len(packages), MOST_PACKAGES, " ")
