# SPDX-License-Identifier: Apache-2.0
"""What Example Ltd asks of a model before anybody in the house uses it."""

from __future__ import annotations

from collections.abc import Iterator

from openmodel.manifest.measured import FileRecord
from openmodel.manifest.values import Terms
from openmodel.policies import (
    Claim,
    Doubt,
    Facts,
    Failing,
    Finding,
    NotApplicable,
    Policy,
    Result,
    osaid,
    requirement,
)

_HOUSE = "com.example.house"
"""The name in `extensions` under which the house writes what no field of a manifest holds."""

_SAFE = ("safetensors", "gguf")
"""Formats that hold numbers and nothing that is run on load."""

_TEXTS = (".json", ".txt", ".md")
"""Endings of files that often lie among weights, and that no loader runs."""

_LISTED = ("Apache-2.0", "MIT", "CC-BY-4.0")
"""Terms that the legal team has read. A person decides about others."""


@requirement(
    "HOUSE-WEIGHTS-FORMAT",
    "Loading the weights cannot run code",
    part="weights",
    basis="yardstick",
    passing="""
        components: [{id: w, name: Weights, kinds: [weights], files: [model.safetensors]}]
        measured:
          built_from: {declaration_sha256: 0000000000000000000000000000000000000000000000000000000000000000}
          files:
            - path: model.safetensors
              size: 84
              sha256: 0000000000000000000000000000000000000000000000000000000000000000
              blake3: 0000000000000000000000000000000000000000000000000000000000000000
              format: safetensors
          excluded: []
        """,
    failing=Failing(
        """
        components: [{id: w, name: Weights, kinds: [weights], files: [model.bin]}]
        measured:
          built_from: {declaration_sha256: 0000000000000000000000000000000000000000000000000000000000000000}
          files:
            - path: model.bin
              size: 84
              sha256: 0000000000000000000000000000000000000000000000000000000000000000
              blake3: 0000000000000000000000000000000000000000000000000000000000000000
              format: pytorch
          excluded: []
        """,
        "/components/0/files",
    ),
)
def weights_format(facts: Facts) -> Iterator[Result]:
    """What it checks: every measured file of a component of kind `weights` is in the format safetensors or GGUF, and
    nothing was found in it that could run code. JSON, text and Markdown among them are passed over. Of files whose
    format was not recognised a person must judge.

    Why it matters: who loads a pickle runs what its author wrote into it.

    How to fix: convert the weights to safetensors, and run `openmodel build` again.

    Source: Rules of Example Ltd for machine learning, section 2.
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("there are no weights.")
    for pointer, component in components:
        place = f"{pointer}/files"
        files = [file for file in facts.records(facts.files_of(component)) if not _is_text(file)]
        if not files:
            message = f"No file of {component.name} was measured, so that nobody knows what loading it does."
            yield Finding(place, message, "Get a copy, and run `openmodel build`.", "unmet")
        for file in files:
            measured = facts.measured_file(file.path) or place
            if file.unsafe is not None:
                message = f"{file.path} could run code when it is loaded: {file.unsafe}."
                yield Finding(place, message, "Convert it to safetensors.", "unmet")
            elif file.format is None:
                # A judgement is about these bytes: other ones under the same name need a new one.
                message = f"The format of {file.path} was not recognised."
                yield Doubt(place, message, "Convert it to safetensors.", subject=(place, measured))
            elif file.format not in _SAFE:
                message = f"{file.path} is {file.format}, and not one of {', '.join(_SAFE)}."
                yield Finding(place, message, "Convert it to safetensors.", "unmet")
            else:
                yield Claim(place, measured)


def _is_text(file: FileRecord) -> bool:
    """Whether a file is text by its name, and nothing else was found in it: a pickle may have any name."""
    return file.path.endswith(_TEXTS) and file.format is None and file.unsafe is None


@requirement(
    "HOUSE-DATA-OWNER",
    "Somebody in the house answers for each training source",
    part="data",
    basis="yardstick",
    passing="""
        sources: [{id: forms, name: Scanned forms}]
        extensions: {com.example.house: {data_owners: {forms: Jo Reader}}}
        """,
    failing=Failing(
        "sources: [{id: forms, name: Scanned forms}]",
        "/extensions/com.example.house/data_owners/forms",
    ),
)
def data_owner(facts: Facts) -> Iterator[Result]:
    """What it checks: `extensions` has, under `com.example.house`, `data_owners` with a name for the id of each source
    that the model was trained on. A single word may be a team; whether a person is behind it, a person must judge.

    Why it matters: when a source has to be taken out, somebody must be there who knows what it is.

    How to fix: write `extensions: {com.example.house: {data_owners: {ID: First Last}}}`.

    Source: Rules of Example Ltd for machine learning, section 3.
    """
    house = facts.manifest.extensions.get(_HOUSE)
    named = house.get("data_owners") if isinstance(house, dict) else None
    owners = named if isinstance(named, dict) else {}
    base = f"/extensions/{_HOUSE}/data_owners"
    if not facts.training_sources:
        yield Finding("/sources", "No source is listed that the model was trained on.", "List each.", "unmet")
    for _, source in facts.training_sources:
        owner = owners.get(source.id)
        place = f"{base}/{source.id}"
        if not isinstance(owner, str) or not owner.strip():
            message = f"Nobody in the house answers for {source.name}."
            yield Finding(place, message, f"Write the name of a person at {place}.", "unmet")
        elif len(owner.split()) < 2:
            yield Doubt(place, f"Nobody can tell whether {owner!r} is a person.", "Write first and last name.")
        else:
            yield Claim(place)


@requirement(
    "HOUSE-TERMS-LISTED",
    "The legal team knows the terms of the weights",
    part="terms",
    basis="yardstick",
    passing="components: [{id: w, name: Weights, kinds: [weights], terms: {expression: Apache-2.0}}]",
    failing=Failing(
        "components: [{id: w, name: Weights, kinds: [weights], terms: {expression: OpenRAIL-M}}]",
        "/components/0/terms",
    ),
)
def terms_listed(facts: Facts) -> Iterator[Result]:
    """What it checks: every component of kind `weights` is under Apache-2.0, MIT or CC-BY-4.0. Other terms wait for the
    legal team, which may record what it decides as a review.

    Why it matters: terms that nobody has read bind the house all the same.

    How to fix: ask the legal team, and put its judgement under `reviews` of the manifest.

    Source: Rules of Example Ltd for machine learning, section 4.
    """
    components = list(facts.components("weights"))
    if not components:
        yield NotApplicable("there are no weights.")
    for pointer, component in components:
        place = f"{pointer}/terms"
        terms = component.terms
        if not isinstance(terms, Terms) or terms.expression is None:  # They may be undisclosed, or not there.
            yield Finding(place, f"No terms of {component.name} are given.", "Set `terms`.", "unmet")
        elif terms.expression not in _LISTED:
            text = facts.measured_file(terms.text) if terms.text else None
            message = f"The legal team has not read {terms.expression}."
            yield Doubt(place, message, "Ask the legal team.", subject=(place, text) if text else (place,))
        else:
            yield Claim(f"{place}/expression")


POLICY = Policy(
    id="house-1",
    version="1",
    title="Models that Example Ltd uses",
    parts=("weights", "data", "terms"),
    requirements=(
        weights_format,
        data_owner,
        terms_listed,
        osaid.POLICY.reused("OSAID-TERMS-PARAM", id="HOUSE-TERMS-FREE", part="terms"),
    ),
    text="the rules of Example Ltd",
)
