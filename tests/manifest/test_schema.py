# SPDX-License-Identifier: Apache-2.0
"""The schema files and the reference page: valid, complete and current."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.protocols import Validator

from openmodel.manifest import loads, plain
from openmodel.manifest.schema import (
    FILES,
    ID,
    PROOF_FILE,
    TABLE_FILE,
    encode,
    main,
    proof_schema,
    schema,
    table_schema,
    with_tables,
)
from openmodel.manifest.values import PATTERNS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "manifest.md"
DRAFTS = ("2020-12", "draft-07")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def nodes(node: Any, is_name: bool = False) -> Iterator[dict[str, Any]]:
    """All schemas in a schema."""
    if isinstance(node, dict):
        if not is_name:
            yield node
        for key, child in node.items():
            yield from nodes(child, not is_name and key in ("properties", "patternProperties", "$defs", "definitions"))
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


@pytest.mark.parametrize("name", FILES)
def test_schema_file_is_current(name: str) -> None:
    assert (ROOT / "schemas" / name).read_bytes() == encode(schema(FILES[name])), "run `make schemas`"


def test_schema_file_of_tables_is_current() -> None:
    Draft202012Validator.check_schema(table_schema())
    assert (ROOT / "schemas" / TABLE_FILE).read_bytes() == encode(table_schema()), "run `make schemas`"


def test_schema_file_of_proofs_is_current() -> None:
    Draft202012Validator.check_schema(proof_schema())
    assert (ROOT / "schemas" / PROOF_FILE).read_bytes() == encode(proof_schema()), "run `make schemas`"


def test_reference_page_is_current() -> None:
    page = PAGE.read_text("utf-8")
    assert page == with_tables(page), "run `make schemas`"


def test_main_writes_all_schemas_and_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text("utf-8").replace("| `sequence` |", "| `sequenz` |"), "utf-8")
    main([str(tmp_path), str(page)])
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json")} == {
        name: (ROOT / "schemas" / name).read_bytes() for name in (*FILES, TABLE_FILE, PROOF_FILE)
    }
    assert page.read_bytes() == PAGE.read_bytes()


def test_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="the page needs the lines"):
        with_tables("# A page\n")


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_page_load(text: str, validators: tuple[Validator, Validator]) -> None:
    document = plain(loads(text))
    assert all(validator.is_valid(document) for validator in validators)


def test_the_page_has_a_minimal_and_a_fuller_example() -> None:
    assert len(EXAMPLES) == 2


def test_links_of_the_page_lead_somewhere() -> None:
    page = PAGE.read_text("utf-8")
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    anchors |= set(re.findall(r'<a id="(.*?)">', page))
    assert set(re.findall(r"\(#(.*?)\)", page)) <= anchors


def test_schemas_are_valid() -> None:
    Draft202012Validator.check_schema(schema())
    Draft7Validator.check_schema(schema("draft-07"))
    assert schema()["$id"] == ID == "urn:openmodel:schema:manifest:1-draft"
    assert schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert schema("draft-07")["$schema"] == Draft7Validator.META_SCHEMA["$id"]


def test_draft_07_has_no_keyword_of_later_drafts() -> None:
    later = {"$defs", "prefixItems", "unevaluatedProperties", "dependentRequired", "minContains", "$anchor"}
    for node in nodes(schema("draft-07")):
        assert not later & node.keys()
        assert "$ref" not in node or len(node) == 1
        assert not str(node.get("$ref", "")).startswith("#/$defs")


@pytest.mark.parametrize("draft", DRAFTS)
def test_everything_has_a_title_and_a_description(draft: str) -> None:
    whole = schema(draft)
    definitions = whole["$defs" if draft == "2020-12" else "definitions"]
    for name, node in {"Manifest": whole, **definitions}.items():
        assert node["title"], name
        assert node["description"], name
        for key, member in node.get("properties", {}).items():
            assert member["title"], (name, key)
            assert member["description"], (name, key)


@pytest.mark.parametrize("draft", DRAFTS)
def test_objects_are_closed_and_null_is_never_an_answer(draft: str) -> None:
    for node in nodes(schema(draft)):
        if node.get("type") == "object":
            assert "additionalProperties" in node
        if "properties" in node:
            assert node["additionalProperties"] is False
        assert node.get("type") != "null"
        assert "default" not in node
        assert "oneOf" not in node


@pytest.mark.parametrize("draft", DRAFTS)
def test_all_references_resolve(draft: str) -> None:
    whole = schema(draft)
    key = "$defs" if draft == "2020-12" else "definitions"
    used = {node["$ref"] for node in nodes(whole) if "$ref" in node}
    assert used == {f"#/{key}/{name}" for name in whole[key]}


def test_patterns_are_in_the_common_subset_of_regular_expressions() -> None:
    """No look-around, classes by name or flags: ECMA, Python, Rust and Go read the rest alike. JSON adds no escape."""
    for pattern in PATTERNS:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert "(?" not in pattern
        assert set(re.findall(r"\\(.)", pattern)) <= {".", "\\", "x"}


def test_patterns_in_the_schema_are_those_of_the_types() -> None:
    both = [*nodes(schema()), *nodes(table_schema()), *nodes(proof_schema())]
    found = {node["pattern"] for node in both if "pattern" in node}
    found |= {key for node in both for key in node.get("patternProperties", {})}
    assert found == set(PATTERNS)


def test_schema_is_written_as_readable_json() -> None:
    written = encode(schema())
    assert json.loads(written) == schema()
    assert written.endswith(b"}\n")
