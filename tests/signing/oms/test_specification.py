# SPDX-License-Identifier: Apache-2.0
"""What is written keeps the rules of the specification, which `specification.json` restates."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from openmodel.signing import KeyPair, load_private_key, sign
from tests.signing.oms.model_files import Authority, Json, payload_in, root_of, statement

RULES = json.loads((Path(__file__).parent / "specification.json").read_bytes())


def breaks(value: Json, rule: str) -> list[str]:
    validator: Any = Draft202012Validator({"$ref": f"#/$defs/{rule}", "$defs": RULES["$defs"]})
    return [error.message for error in validator.iter_errors(value)]


def test_the_rules_are_a_schema() -> None:
    Draft202012Validator.check_schema(RULES)
    assert breaks(statement(), "statement") == []


@pytest.mark.parametrize("by", ["key", "certificate"])
def test_what_is_written_keeps_the_rules(by: str, built: Path, key: KeyPair, authority: Authority) -> None:
    chain = authority.chain_file(load_private_key(key.private)) if by == "certificate" else None
    sign(built, keys=[key.private], certificate_chain=chain)
    assert breaks(json.loads((built / "model.sig").read_bytes()), "bundle") == []
    payload = payload_in(built)
    assert breaks(payload, "statement") == []
    entries = payload["predicate"]["resources"]
    assert [entry["name"] for entry in entries] == sorted(entry["name"] for entry in entries)
    assert payload["subject"][0]["digest"] == {"sha256": root_of(entries)}
    assert payload["subject"][0]["name"] == built.name
    assert {".git", ".gitignore", ".gitattributes", ".github", "model.sig"} <= {
        *payload["predicate"]["serialization"]["ignore_paths"]
    }


def test_the_rules_find_what_breaks_them(built: Path, key: KeyPair) -> None:
    sign(built, keys=[key.private])
    value = json.loads((built / "model.sig").read_bytes())
    value["dsseEnvelope"]["signatures"] *= 2
    assert breaks(value, "bundle")
    assert breaks(json.loads((built / "openmodel.sig").read_bytes()), "bundle")  # Its keyid is not for this.
    for pointer, wrong in (("resources", []), ("serialization", {}), ("extra", 1)):
        payload = payload_in(built)
        payload["predicate"][pointer] = wrong
        assert breaks(payload, "statement"), pointer
    for name in ("/a", "../a", "a/../b", "./a", "a//b", "a/", ".."):
        payload = payload_in(built)
        payload["predicate"]["resources"][0]["name"] = name
        assert breaks(payload, "statement"), name
    assert base64.b64decode(value["dsseEnvelope"]["payload"])
