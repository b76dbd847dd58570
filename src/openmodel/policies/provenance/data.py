# SPDX-License-Identifier: Apache-2.0
"""Data that is bound to bytes."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.base import answered
from openmodel.manifest.source import Commitment, Source
from openmodel.policies.disclosure import Question, answer
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Failing, Result, requirement


@requirement(
    "PROV-DATA-HASH",
    "Every data set has content hashes",
    part="data",
    basis="definition",
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
    documents, or places in `where` that carry a `sha256`.

    Why it matters: a name and a revision can come to mean other bytes; a digest cannot.

    How to fix: list the files of the source with `size` and `sha256`; `sha256sum FILE` prints it. Files inside the
    release need the `path` only, `openmodel build` adds what it measures.

    Source: openmodel provenance 1: data.
    """
    if not facts.training_sources:
        fix = "Describe each data set under `sources`."
        question = Question("/sources", "which data the model was trained on", fix)
        yield from answer(facts, question, None if facts.sources else facts.manifest.sources)
    for pointer, source in facts.training_sources:
        yield from _hashed(facts, pointer, source)


def _hashed(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    fix = "List its files under `files` with `path` or `url`, `size` and `sha256`."
    if isinstance(source.commitment, Commitment):
        yield Claim(f"{pointer}/commitment")
        return
    hashed_places = [index for index, where in enumerate(answered(source.where)) if where.sha256]
    files = answered(source.files)
    if hashed_places and not files:
        yield from (Claim(f"{pointer}/where/{index}/sha256") for index in hashed_places)
        return
    if not files:
        question = Question(f"{pointer}/files", f"which bytes {source.name} is", fix, of=source.of)
        yield from answer(facts, question, source.files)
    for index, file in enumerate(files):
        place = f"{pointer}/files/{index}"
        measured = facts.measured_file(file.path) if file.path else None
        if measured is not None:
            yield Claim(place, measured)
        else:
            name = file.path or file.url or "this file"
            question = Question(place, f"which bytes {name} has", "Add its `sha256`.", of=source.of)
            yield from answer(facts, question, file.sha256)
