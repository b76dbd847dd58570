# SPDX-License-Identifier: Apache-2.0
"""The shapes of what is signed: the schemas as this program reads them, against a library of JSON Schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from openmodel.errors import DocumentError
from openmodel.manifest.pointers import join
from openmodel.signing.shapes import shaped

SCHEMAS: tuple[Any, ...] = get_args(get_type_hints(shaped)["schema"])
HEX, TIME = "0" * 64, "2026-01-31T12:00:00Z"
# The library calls 1.0 an integer; `shapes` does not.
STRICT = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int),
)


def subject(name: str, **digest: str) -> dict[str, Any]:
    return {"name": name, "digest": digest}


def statement(kind: str, subjects: list[Any], predicate: dict[str, Any]) -> dict[str, Any]:
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": kind,
        "predicate": predicate,
    }


def bundle(material: dict[str, Any], **signature: Any) -> dict[str, Any]:
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": material,
        "dsseEnvelope": {
            "payload": "AA==",
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{"sig": "AA==", **signature}],
        },
    }


CHAIN = {"x509CertificateChain": {"certificates": [{"rawBytes": "AA=="}]}}
STAMPS = {"rfc3161Timestamps": [{"signedTimestamp": "AA=="}]}
EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "bundle": [
        bundle({"publicKey": {"hint": HEX}, "tlogEntries": [], "timestampVerificationData": STAMPS}, keyid=HEX),
        bundle(CHAIN, keyid=None),
        bundle({"certificate": {"rawBytes": "AA=="}}),
    ],
    "oms-bundle": [
        bundle({"publicKey": {"hint": HEX, "keyDetails": 5, "rawBytes": None}, "tlogEntries": [{}]}, keyid=""),
        bundle(CHAIN | {"timestampVerificationData": None}),
    ],
    "statement": [
        statement(
            "urn:openmodel:release:1-draft",
            [
                subject("openmodel.json", sha256=HEX),
                subject(".", openmodelReleaseRootV1=HEX),
                subject("README.md", sha256=HEX),
            ],
            {"name": "toy", "version": "1", "sequence": 4, "issued": TIME, "expires": TIME},
        )
    ],
    "verdict": [
        statement(
            "https://in-toto.io/attestation/svr/v0.1",
            [subject("openmodel.json", sha256=HEX)],
            {
                "verifier": {"id": "pkg:pypi/openmodel-provenance@1"},
                "timeCreated": TIME,
                "properties": ["MET"],
                "openmodel": {
                    "release": {"name": "toy", "version": "1"},
                    "report": {"digest": {"sha256": HEX}},
                    "bytesRead": True,
                    "contradicted": False,
                    "outcome": "met",
                    "policies": [{"policy": "osaid-1.0", "version": "1", "outcome": "unmet"}],
                },
            },
        )
    ],
    "rotation": [
        statement(
            "urn:openmodel:key-rotation:1-draft",
            [subject("public key", sha256=HEX)],
            {"issued": TIME, "old": HEX, "new": "PEM"},
        )
    ],
    "state": [
        {
            "openmodel_state": "1-draft",
            "checked": TIME,
            "releases": {"toy": {"key": {"sequence": 2**53 - 1, "manifest_sha256": HEX, "issued": TIME, "seen": TIME}}},
        }
    ],
}


def document(schema: str) -> Any:
    return json.loads(files("openmodel.signing").joinpath("schemas", f"{schema}.json").read_bytes())


def first_error(schema: str, data: Any) -> ValidationError | None:
    return next(STRICT(document(schema)).iter_errors(data), None)


def problem_of(schema: Any, data: Any) -> tuple[str | None, str, str] | None:
    try:
        assert shaped(data, schema, "x.json") is data
    except DocumentError as error:
        (problem,) = error.problems
        return problem.pointer, problem.got, problem.expected
    return None


def places(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield above
    for token, part in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(part, (*above, token))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2) | st.sampled_from([2**53 - 1, 2**53]),
    st.sampled_from([0.0, 1.0, 1.5]),
    st.text(max_size=3),
    st.sampled_from(["", HEX, HEX + "\n", HEX + "0", TIME, TIME + "\n", "2026-13-31T12:00:00Z", "met", "x" * 1025]),
)
VALUES = st.recursive(
    SCALARS, lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=3), parts, max_size=2)
)
NAMES = st.sampled_from(["certificate", "publicKey", "hint", "keyid", "version", "", "a/b~c"]) | st.text(max_size=3)


@st.composite
def mutated(draw: st.DrawFn, schema: str) -> Any:
    """An example with one to three changes: a value replaced, a member or item taken away, added or repeated."""
    data: list[Any] = [copy.deepcopy(draw(st.sampled_from(EXAMPLES[schema])))]
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(list(places(data))[1:]))
        parent: Any = data
        for token in way:
            parent = parent[token]
        change = draw(st.sampled_from(["replace", "take", "add", "repeat"])) if way else "replace"
        if change == "take":
            del parent[last]
        elif change == "add" and isinstance(parent, dict):
            parent[draw(NAMES)] = draw(VALUES)
        elif change == "repeat" and isinstance(parent, list):
            parent += copy.deepcopy(parent) * draw(st.integers(1, 9))
        else:
            parent[last] = draw(VALUES)
    return data[0]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_examples_have_their_shape(schema: str) -> None:
    for example in EXAMPLES[schema]:
        assert first_error(schema, example) is None
        assert problem_of(schema, example) is None


@pytest.mark.parametrize("schema", SCHEMAS)
@given(data=st.data())
def test_a_library_refuses_the_same_at_the_same_place(schema: str, data: st.DataObject) -> None:
    value = data.draw(mutated(schema))
    error, found = first_error(schema, value), problem_of(schema, value)
    assert (error is None) == (found is None)
    if error and found and schema != "state":  # Its members may have any name, and the library looks at them as a set.
        assert found[0] == join("", *error.absolute_path).encode("unicode_escape").decode()


@pytest.mark.parametrize("schema", SCHEMAS)
@given(value=VALUES)
def test_a_library_refuses_anything_else_too(schema: str, value: Any) -> None:
    assert (first_error(schema, value) is None) == (problem_of(schema, value) is None)
