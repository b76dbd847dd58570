# SPDX-License-Identifier: Apache-2.0
"""Weights that are bound to bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from openmodel.inventory.portability import unportable
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.parent import ManifestReference
from openmodel.policies.availability.presence import doubtful, only_stands_in, shortfall, stand_in_for_weights
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Failing, Finding, Result, requirement

_MOST_NOTES = 10


@requirement(
    "PROV-WEIGHTS",
    "Weights have checksums",
    part="weights",
    basis="yardstick",
    passing="""
        components:
          - id: w
            name: Weights
            kinds: [weights]
            where:
              - url: https://example.org/model.safetensors
                sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        """,
    failing=Failing("components: [{id: w, name: Weights, kinds: [weights]}]", "/components/0/files"),
)
def hashed(facts: Facts) -> Iterator[Result]:
    """What it checks: the files of every component of kind `weights` are in the release and were measured by
    `openmodel build`, or all its places in `where` carry a `sha256`. Files do not count while shards are missing that
    an index or the names of the others count, while one is a git LFS pointer, empty, cut off or a saved page, or while
    all are empty. Where no file is known to hold parameters, as a document or settings do not, a person must look.
    Each parent whose parameters went into the model is known by a digest as well. Noted are files
    that can run code when they are loaded, and names that are one file, or none, on other systems.

    Why it matters: this is what ties every other statement to the bytes that people load.

    How to fix: name the files of the weights under `files`, all of them in the release, and run `openmodel build`; for
    weights kept elsewhere, add the `sha256` to `where`.

    Source: openmodel provenance 1: weights.
    """
    components = list(facts.components("weights"))
    if not components:
        question = Question("/components", "where the weights are (kind weights)", "Add a component of kind weights.")
        yield from answer(facts, question, facts.not_offered("weights"))
    for pointer, component in components:
        yield from _hashed(facts, pointer, component)
    owners = {component.of for _, component in components}
    for pointer, parent in facts.inherited_parents:
        digests = [parent.tensor_root, *(where.sha256 for where in parent.where)]
        digests.append(parent.manifest.sha256 if isinstance(parent.manifest, ManifestReference) else None)
        if any(digests):
            yield Claim(pointer)
        elif parent.id not in owners:
            asked = f"which bytes {short(parent.name)} is, whose parameters went into this model"
            fix = "Add its `tensor_root`, a `sha256` to its `where`, or the `sha256` of its manifest."
            yield from answer(facts, Question(f"{pointer}/tensor_root", asked, fix, of=parent.id), None)
    yield from _unsafe(facts)
    yield from _unportable(facts)


def _hashed(facts: Facts, pointer: str, component: Component) -> Iterator[Result]:
    question = Question(
        f"{pointer}/files",
        f"which bytes {short(component.name)} is",
        "Name its files under `files` and run `openmodel build`, or add a `sha256` to each place in `where`.",
        of=component.of,
    )
    paths = facts.files_of(component)
    lack, places = shortfall(facts, component), answered(component.where)
    stand_in = only_stands_in(facts, component)
    if paths and not lack and not stand_in:
        yield Claim(f"{pointer}/files", facts.measured_file(paths[0]))  # All of them were measured alike.
    elif places and all(where.sha256 for where in places):
        yield from (Claim(f"{pointer}/where/{index}/sha256") for index in range(len(places)))
    elif lack and not lack.is_sure:
        yield doubtful(facts, pointer, component, lack)
    elif lack:
        yield missing(facts, replace(question, fix=lack.fix), lack.message)
    elif paths:  # Only stand in for them.
        yield stand_in_for_weights(facts, pointer, component)
    elif component.files:
        yield missing(facts, question, f"the files of {component.name} were not measured")
    else:
        yield from answer(facts, question, None)


def _unsafe(facts: Facts) -> Iterator[Finding]:
    """Notes on files that can run code when they are loaded: a digest says which file it is, not that it is safe."""
    measured = facts.manifest.measured
    for index, file in enumerate(measured.files if measured else ()):
        if file.unsafe is not None:
            message = f"Loading {short(file.path)} can run code: {file.unsafe}."
            fix = "Offer weights as safetensors, which holds no code; load such files only from people whom you trust."
            yield Finding(f"/measured/files/{index}/unsafe", message, fix, "note")


def _unportable(facts: Facts) -> Iterator[Finding]:
    """Notes on names by which other systems would not find the bytes that were measured."""
    measured = facts.manifest.measured
    if measured is None:
        return
    told = unportable([*(file.path for file in measured.files), *measured.excluded])
    for phrase in islice(told, _MOST_NOTES):
        yield Finding(
            "/measured/files", f"{phrase}.", "Rename files, if people on such systems shall use them.", "note"
        )
    if more := sum(1 for _ in told):
        yield Finding("/measured/files", f"{more:,} more names are trouble on other systems.", "", "note")
