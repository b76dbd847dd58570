# SPDX-License-Identifier: Apache-2.0
"""Seeds and hardware of each segment of training."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.environment import Environment
from openmodel.manifest.stage import Segment, Stage
from openmodel.policies.disclosure import Question, answer, missing
from openmodel.policies.facts import Facts
from openmodel.policies.provenance.derivation import UNTRAINED, derivation, or_name
from openmodel.policies.requirement import Claim, Failing, Result, requirement
from openmodel.policies.stages import INHERITING

_SEEDED = """
        stages:
          - id: s
            kind: train
            segments:
              - id: s1
                seeds:
                  - {purpose: initialization, value: 1, origin: config}
                  - {purpose: data_order, value: 2, origin: config}
        """


@requirement(
    "PROV-SEEDS",
    "Seeds are recorded by purpose",
    part="seeds",
    basis="yardstick",
    passing=_SEEDED,
    failing=Failing(
        "stages: [{id: s, kind: train, segments: [{id: s1, seeds: [{purpose: data_order, value: 2}]}]}]",
        "/stages/0/segments/0/seeds",
    ),
)
def seeded(facts: Facts) -> Iterator[Result]:
    """What it checks: every segment of every training stage has a seed for the purpose `all`, or one for
    `initialization` and one for `data_order`, each with a value or the rule it follows. A segment that begins with
    given parameters needs none for `initialization`; an adapter draws its own at random. It does not apply where
    nothing was trained: each stage only merges, quantises or converts models under `parents`, or what an earlier one
    made.

    Why it matters: without the seeds a second run is another run, however alike everything else is.

    How to fix: add `seeds` to each segment, with `purpose` and `value`; use `rule` for a seed that was computed.

    Source: openmodel provenance 1: seeds.
    """
    yield from _no_stages(facts, "with which seeds the model was trained")
    for pointer, stage in facts.training_stages:
        if not stage.segments:
            fix = "Add a segment with its `seeds`."
            question = Question(f"{pointer}/segments", f"with which seeds {stage.id} ran", fix, of=stage.of)
            yield from answer(facts, question, None)
        for index, segment in enumerate(stage.segments):
            yield from _seeds(facts, f"{pointer}/segments/{index}", stage, segment, first=index == 0)


def _seeds(facts: Facts, pointer: str, stage: Stage, segment: Segment, *, first: bool) -> Iterator[Result]:
    asked = f"with which seeds {segment.id} ran"
    question = Question(f"{pointer}/seeds", asked, "Add `seeds` with `purpose` and `value`.", of=stage.of)
    seeds = answered(segment.seeds)
    if not seeds:
        yield from answer(facts, question, segment.seeds)
        return
    for index, seed in enumerate(seeds):
        place = f"{pointer}/seeds/{index}"
        value = seed.value if seed.value is not None and not isinstance(seed.value, Undisclosed) else seed.rule
        which = Question(place, f"the seed for {seed.purpose} of {segment.id}", "Add `value` or `rule`.", of=stage.of)
        yield from answer(facts, which, value if value is not None else seed.value)
    begins = stage.kind == "adapt" or not any(model.role in INHERITING for model in stage.models)
    given = not begins or segment.resumed_from is not None or not first
    needed = {"data_order"} if given else {"initialization", "data_order"}
    lacking = sorted(needed - {seed.purpose for seed in seeds})
    if lacking and "all" not in {seed.purpose for seed in seeds}:
        yield missing(facts, question, f"no seed of {segment.id} is for {' or '.join(lacking)}")


@requirement(
    "PROV-HARDWARE",
    "Hardware is recorded",
    part="hardware",
    basis="yardstick",
    passing="""
        environments: [{id: e, hardware: [{vendor: NVIDIA, model: A100-SXM4-80GB, count: 8}]}]
        stages: [{id: s, kind: train, segments: [{id: s1, environment: e}]}]
        """,
    failing=Failing(
        """
        environments: [{id: e, hardware: [{vendor: NVIDIA, count: 8}]}]
        stages: [{id: s, kind: train, segments: [{id: s1, environment: e}]}]
        """,
        "/environments/0/hardware/0/model",
    ),
)
def hardware(facts: Facts) -> Iterator[Result]:
    """What it checks: every segment of every training stage names an environment whose `hardware` gives vendor, model
    and count. It does not apply where nothing was trained, as for seeds.

    Why it matters: equal bits are promised, if at all, on equal hardware only.

    How to fix: describe the machine under `environments` and name it in the segment.

    Source: openmodel provenance 1: hardware.
    """
    yield from _no_stages(facts, "on which hardware the model was trained")
    judged: set[str] = set()
    environments = {item.id: (f"/environments/{index}", item) for index, item in enumerate(facts.manifest.environments)}
    for pointer, stage in facts.training_stages:
        if not stage.segments:
            fix = "Add a segment with its `environment`."
            question = Question(f"{pointer}/segments", f"on which hardware {stage.id} ran", fix, of=stage.of)
            yield from answer(facts, question, None)
        for index, segment in enumerate(stage.segments):
            place = f"{pointer}/segments/{index}/environment"
            fix = "Name an environment that has `hardware`."
            question = Question(place, f"on which hardware {segment.id} ran", fix, of=stage.of)
            if isinstance(segment.environment, str):
                yield Claim(place)
                if segment.environment not in judged:
                    yield from _machine(facts, *environments[segment.environment], of=stage.of)
                judged.add(segment.environment)
            else:
                yield from answer(facts, question, segment.environment)


def _machine(facts: Facts, pointer: str, environment: Environment, *, of: str | None) -> Iterator[Result]:
    place = f"{pointer}/hardware"
    fix = "Give vendor, model and count of the processors or accelerators."
    if not answered(environment.hardware):
        yield from answer(facts, Question(place, "what the hardware was", fix, of=of), environment.hardware)
    for index, item in enumerate(answered(environment.hardware)):
        for field in ("vendor", "model", "count"):
            question = Question(f"{place}/{index}/{field}", f"the {field} of the hardware", fix, of=of)
            yield from answer(facts, question, getattr(item, field) or None)


def _no_stages(facts: Facts, asked: str) -> Iterator[Result]:
    if facts.training_stages:
        return
    if derivation(facts):
        yield UNTRAINED
    else:
        fix = f"Describe the training under `stages`, with its `segments`.{or_name(facts)}"
        yield from answer(facts, Question("/stages", asked, fix), facts.undescribed_stages)
