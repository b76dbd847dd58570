# SPDX-License-Identifier: Apache-2.0
"""What others want of the statements that we sign, restated as JSON Schema: required members and their types.

Sources: in-toto/attestation, `spec/v1/statement.md`, `spec/v1/resource_descriptor.md` and `spec/predicates/svr.md`;
slsa.dev/spec/v1.1/provenance, with what SLSA Build L1 requires.
"""

from __future__ import annotations

from typing import Any

URI = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
DIGESTS = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"type": "string", "minLength": 1},
    "properties": {
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "gitCommit": {"type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"},
    },
}
DESCRIPTOR: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["uri"]}, {"required": ["digest"]}, {"required": ["content"]}],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "uri": URI,
        "digest": DIGESTS,
        "content": {"type": "string"},
        "downloadLocation": URI,
        "mediaType": {"type": "string"},
        "annotations": {"type": "object"},
    },
}


def statement(predicate_type: str, predicate: dict[str, Any]) -> dict[str, Any]:
    """The schema of a Statement v1 with a predicate."""
    subject = {
        "type": "object",
        "required": ["digest"],
        "properties": {"name": {"type": "string"}, "digest": DIGESTS},
    }
    return {
        "type": "object",
        "required": ["_type", "subject", "predicateType", "predicate"],
        "properties": {
            "_type": {"const": "https://in-toto.io/Statement/v1"},
            "subject": {"type": "array", "minItems": 1, "items": subject},
            "predicateType": {"const": predicate_type},
            "predicate": predicate,
        },
    }


PROVENANCE = statement(
    "https://slsa.dev/provenance/v1",
    {
        "type": "object",
        "required": ["buildDefinition", "runDetails"],
        "properties": {
            "buildDefinition": {
                "type": "object",
                "required": ["buildType", "externalParameters"],
                "additionalProperties": False,
                "properties": {
                    "buildType": URI,
                    "externalParameters": {"type": "object"},
                    "internalParameters": {"type": "object"},
                    "resolvedDependencies": {"type": "array", "items": DESCRIPTOR},
                },
            },
            "runDetails": {
                "type": "object",
                "required": ["builder"],
                "additionalProperties": False,
                "properties": {
                    "builder": {"type": "object", "required": ["id"], "properties": {"id": URI}},
                    "metadata": {
                        "type": "object",
                        "properties": {"invocationId": {"type": "string"}, "startedOn": TIME, "finishedOn": TIME},
                    },
                    "byproducts": {"type": "array", "items": DESCRIPTOR},
                },
            },
        },
    },
)

RESULT = statement(
    "https://in-toto.io/attestation/svr/v0.1",
    {
        "type": "object",
        "required": ["verifier", "timeCreated", "properties"],
        "properties": {
            "verifier": {"type": "object", "required": ["id"], "properties": {"id": URI}},
            "timeCreated": TIME,
            "properties": {"type": "array", "items": {"type": "string"}},
        },
    },
)
