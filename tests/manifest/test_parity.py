# SPDX-License-Identifier: Apache-2.0
"""The schemas and the types accept the same documents, as far as structure goes.

What only the types and readers check (ids, references, circles, NFC, how a number is written) cannot come up here: the
types are asked alone, without the readers and references, and no generated value touches the others.
"""

from __future__ import annotations

from random import Random

import pytest
from jsonschema.protocols import Validator
from pydantic import ValidationError
from ruamel.yaml import YAML

from openmodel.errors import DocumentError
from openmodel.manifest import Manifest, load, loads, plain
from tests.manifest.documents import MINIMAL, RECORDS, Document, json_bytes, spoilt, valid


def accepted_by_types(document: Document) -> bool:
    try:
        Manifest.model_validate_json(json_bytes(document))
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("seed", range(10))
def test_schemas_and_types_agree(seed: int, validators: tuple[Validator, Validator]) -> None:
    random = Random(seed)
    records: list[Document] = [dict(plain(load(path))) for path in RECORDS]
    judged = {True: 0, False: 0}
    for turn in range(30):
        document = valid(random) if turn % 2 else random.choice(records)
        assert accepted_by_types(document)
        for candidate in (document, spoilt(document, random), spoilt(document, random)):
            accepted = accepted_by_types(candidate)
            assert [validator.is_valid(candidate) for validator in validators] == [accepted] * 2, candidate
            judged[accepted] += 1
    assert min(judged.values()) > 20


TYPES_ONLY = {
    "an id used twice": "components: [{id: a, name: x}, {id: a, name: y}]",
    "an id used for two things": "components: [{id: a, name: x}]\nparents: [{id: a, name: y}]",
    "a reference to nothing": "stages: [{id: a, result: b}]",
    "a reference to the wrong kind": "parents: [{id: a, name: x}]\nstages: [{id: b, result: a}]",
    "sources made from each other": "sources: [{id: a, name: x, derived_from: [a]}]",
    "a citation of nothing": "citations: [{at: /sources/0, where: {url: u}}]",
    "a path that is not NFC": 'components: [{id: a, name: x, files: ["e\\u0301"]}]',
    "an integer written as 1.0": "stages: [{id: a, segments: [{id: b, steps: [1.0, 2.0]}]}]",
    "an integer beyond 2^53-1 where any number may be": "stages: [{id: a, compute: {flops: 9007199254740993}}]",
    "an integer beyond 2^53-1 in a map": "extensions: {org.example: [9007199254740993]}",
}


@pytest.mark.parametrize("name", TYPES_ONLY)
def test_only_the_types_see(name: str, validators: tuple[Validator, Validator]) -> None:
    text = MINIMAL + TYPES_ONLY[name]
    document = YAML(typ="safe", pure=True).load(text)
    assert all(validator.is_valid(document) for validator in validators)
    with pytest.raises(DocumentError):
        loads(text)


def test_a_newline_at_the_end_of_a_value_is_refused_by_the_types() -> None:
    """ECMA regular expressions refuse it too; a validator in Python, whose `$` matches before it, does not."""
    with pytest.raises(DocumentError):
        loads(MINIMAL + 'components: [{id: "a\\n", name: x}]')
