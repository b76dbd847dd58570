# SPDX-License-Identifier: Apache-2.0
"""Data that is bound to bytes."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed
from openmodel.manifest.source import Commitment, Source
from openmodel.manifest.values import FileReference
from openmodel.policies.availability.places import places
from openmodel.policies.availability.stand_ins import lacks_bytes
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.provenance.derivation import UNTRAINED, calibration, derivation, or_name
from openmodel.policies.requirement import Claim, Failing, Finding, Result, requirement
from openmodel.policies.texts.placeholders import is_placeholder


@requirement(
    "PROV-DATA-HASH",
    "Every data set has content hashes",
    part="data",
    basis="yardstick",
    passing="""
        sources:
          - id: a
            name: A
            files:
              - url: https://example.org/a.csv
                size: 3
                sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
        """,
    failing=Failing("sources: [{id: a, name: A, files: [{url: 'https://example.org/a.csv'}]}]", "/sources/0/files/0"),
)
def hashed(facts: Facts) -> Iterator[Result]:
    """What it checks: every source used for training has the SHA-256 of each of its files, or a commitment to its
    documents, or places in `where` that carry a `sha256`. It does not apply to a release that was only merged,
    quantised or converted without data: that of its parents is listed with `of`, or in their own manifests.

    Why it matters: a name and a revision can come to mean other bytes; a digest cannot.

    How to fix: list the files of the source with `size` and `sha256`; `sha256sum FILE` prints it. Files inside the
    release need the `path` only, `openmodel build` adds what it measures.

    Source: openmodel provenance 1: data.
    """
    stages = derivation(facts)
    kept_back = list(calibration(facts, stages))
    yield from kept_back
    if stages and not facts.training_sources:
        yield from [] if kept_back else [UNTRAINED]
    elif not facts.training_sources:
        fix = f"Describe each data set under `sources`.{or_name(facts)}"
        question = Question("/sources", "which data the model was trained on", fix)
        yield from answer(facts, question, None if facts.sources else facts.manifest.sources)
    for pointer, source in facts.training_sources:
        yield from _hashed(facts, pointer, source)


def _hashed(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    fix = "List its files under `files` with `path` or `url`, `size` and `sha256`."
    question = Question(f"{pointer}/files", f"which bytes {short(source.name)} is", fix, of=source.of)
    found = places(source.where, also_gone=True)
    held = [place for place in found if place.holds in (None, "copy", "original")] if isinstance(found, tuple) else []
    if isinstance(source.files, Undisclosed):
        yield from answer(facts, question, source.files)
    elif source.files:
        for index, file in enumerate(source.files):
            yield from _file(facts, f"{pointer}/files/{index}", file, source)
    elif isinstance(source.commitment, Commitment) and not is_placeholder(source.commitment.algorithm):
        yield Claim(f"{pointer}/commitment")
    elif held and all(place.sha256 for place in held):
        yield Claim(f"{pointer}/where")
    else:
        yield from answer(facts, question, None)


def _file(facts: Facts, pointer: str, file: FileReference, source: Source) -> Iterator[Result]:
    measured = facts.measured_file(file.path) if file.path else None
    name = short(file.path or file.url or "this file")
    if measured is None:
        question = Question(pointer, f"which bytes {name} has", "Add its `sha256`.", of=source.of)
        yield from answer(facts, question, file.sha256)
    elif file.sha256 is not None and file.sha256 != facts.measured_sha256(file.path):
        message = f"{name} has another SHA-256 than is declared."
        yield Finding(f"{pointer}/sha256", message, "Correct whichever of the two is wrong.", "unmet")
    elif lacks_bytes(facts, [str(file.path)]):
        fix = "Put the file itself there, with `git lfs pull`, and run `openmodel build`."
        question = Question(pointer, f"which bytes {name} has", fix, of=source.of)
        yield missing(facts, question, f"what was measured of {name} is a git LFS pointer or empty, and not the data")
    else:
        yield Claim(pointer, measured)
