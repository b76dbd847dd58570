# SPDX-License-Identifier: Apache-2.0
"""Code that is bound to a commit."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.stage import Stage
from openmodel.manifest.values import Pin
from openmodel.policies.availability.presence import is_pinned
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.provenance.derivation import MAKERS, derivation, or_name
from openmodel.policies.requirement import Claim, Failing, Result, requirement
from openmodel.policies.stages import stage_code
from openmodel.policies.texts.placeholders import is_placeholder

_COMMIT_LENGTHS = (40, 64)


@requirement(
    "PROV-CODE-COMMIT",
    "The code that made the model is bound to a commit",
    part="code",
    basis="yardstick",
    passing="""
        components:
          - id: code
            name: Trainer
            kinds: [training_code]
            pin:
              repository: https://example.org/trainer.git
              kind: commit
              ref: 59a53e3e0f0c1d2b3a4958677685940312233445
              dirty_sha256: {undisclosed: not_applicable, reason: The tree was clean.}
        """,
    failing=Failing(
        """
        components:
          - {id: c, name: C, kinds: [training_code], pin: {repository: 'https://e.org/c', kind: branch, ref: main}}
        """,
        "/components/0/pin/ref",
    ),
)
def pinned(facts: Facts) -> Iterator[Result]:
    """What it checks: every component of kind `training_code` has a `pin` with a repository that others can reach and a
    full commit id, and says whether the tree was clean: `dirty_sha256` has the digest of the changes, or
    `not_applicable` with a reason if there were none. Of a release that was only merged, quantised or converted, it is
    the code that each stage names, or else the components of kind `merging_code` or `conversion_code`.

    Why it matters: a branch or tag moves, a commit with unrecorded changes is not the code that ran, and one on a
    machine of your own binds nothing that others can look at.

    How to fix: set `pin` to `{repository, kind: commit, ref}` with the output of `git rev-parse HEAD`, and
    `dirty_sha256` to that of `git diff --binary --full-index HEAD | sha256sum`, unless `git status --porcelain`
    prints nothing.

    Source: openmodel provenance 1: code.
    """
    components, stages = facts.training_code, derivation(facts)
    made = dict(pair for pointer, stage in stages for pair in _makers(facts, pointer, stage))
    for pointer, stage in stages:
        yield from _unnamed(facts, pointer, stage)
    if not components and (facts.training_stages or not stages):
        asked = "where the code that trained the model is (kind training_code)"
        question = Question("/components", asked, f"Add it.{or_name(facts)}")
        yield from answer(facts, question, facts.not_offered("training_code"))
    for pointer, stage in (*facts.training_stages, *stages):
        for place, code in stage_code(pointer, stage):
            if isinstance(code, Undisclosed):
                question = Question(place, f"which code ran in {stage.id}", "Name the components.", of=stage.of)
                yield from answer(facts, question, code)
    for pointer, component in {**dict(components), **made}.items():
        yield from _pinned(facts, f"{pointer}/pin", component)


def _makers(facts: Facts, pointer: str, stage: Stage) -> list[tuple[str, Component]]:
    """The code that merged, quantised or converted: what the stage names, or else what is of that kind."""
    named = list(stage_code(pointer, stage))
    if any(code for _, code in named):
        return [facts.component(id) for _, code in named for id in answered(code)]
    return [pair for pair in facts.components(MAKERS[str(stage.kind)]) if pair[1].of is None]


def _unnamed(facts: Facts, pointer: str, stage: Stage) -> Iterator[Result]:
    """What is asked of a stage that no code is known of."""
    if any(code for _, code in stage_code(pointer, stage)) or _makers(facts, pointer, stage):
        return
    kind = MAKERS[str(stage.kind)]
    fix = f"Add a component of kind {kind} with its `pin`, and name it under `code` of the stage."
    question = Question("/components", f"where the code of {stage.id} is (kind {kind})", fix)
    yield from answer(facts, question, facts.not_offered(kind))


def _pinned(facts: Facts, pointer: str, component: Component) -> Iterator[Result]:
    pin = component.pin
    if isinstance(pin, Pin) and is_placeholder(pin.repository):
        pin = None
    if not isinstance(pin, Pin):
        fix = "Add `pin` with `repository`, `kind: commit` and `ref`."
        question = Question(pointer, f"which commit of {short(component.name)} ran", fix, of=component.of)
        yield from answer(facts, question, pin)
        return
    if not is_pinned(component):
        fix = "Name a repository that others can reach, and the commit there."
        question = Question(f"{pointer}/repository", f"where {short(component.name)} is", fix, of=component.of)
        message = f"the repository that is given, {short(pin.repository)}, is none that others can reach"
        yield missing(facts, question, message)
        return
    fix = "Write the full commit id that `git rev-parse HEAD` prints, with `kind: commit`."
    question = Question(f"{pointer}/ref", f"which commit of {short(component.name)} ran", fix, of=component.of)
    if isinstance(pin.ref, Undisclosed) or pin.ref is None:
        yield from answer(facts, question, pin.ref)
    elif pin.kind == "commit" and _is_commit(pin.ref):
        yield Claim(pointer)
        yield from answer(facts, _clean(pointer, component), pin.dirty_sha256)
    else:
        found = f"{short(pin.ref)!r} is "
        found += "no full commit id" if pin.kind == "commit" else f"a {pin.kind}" if pin.kind else "of no stated kind"
        yield missing(facts, question, f"{found}, and may come to mean other code")


def _is_commit(ref: str) -> bool:
    return len(ref) in _COMMIT_LENGTHS and set(ref) <= set("0123456789abcdef") and ref.strip("0") != ""


def _clean(pointer: str, component: Component) -> Question:
    return Question(
        f"{pointer}/dirty_sha256",
        "whether the tree had changes that are not in the commit",
        "Write that of `git diff --binary --full-index HEAD`, or `not_applicable` with a reason if there were none.",
        of=component.of,
        may_not_apply=True,
    )
