# SPDX-License-Identifier: Apache-2.0
"""The types as JSON Schema (2020-12, the manifest also in draft-07) and as the tables of the reference page.

pydantic says what the types are; this adds what it leaves out: the docstrings, which are read from the source so that
nothing pays for them when a program starts, names for the small values, and the rule that an object with a key
`undisclosed` is never anything else. A declaration and a manifest have the same schema.

    python -m openmodel.manifest.schema DIR [PAGE]

writes the schemas into DIR and the tables into PAGE, between the markers that are there.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

from pydantic import TypeAdapter

from openmodel.manifest import (
    base,
    component,
    document,
    environment,
    evidence,
    measured,
    parent,
    release,
    source,
    stage,
    tensor_proof,
    tensor_table,
    values,
)

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema, or a part of one, as plain data."""

ID = f"urn:openmodel:schema:manifest:{document.VERSION}"
"""The `$id` of the 2020-12 schema; that of the draft-07 schema ends in `:draft-07`."""

FILES = {
    f"openmodel-{document.VERSION}.schema.json": "2020-12",
    f"openmodel-{document.VERSION}.draft-07.schema.json": "draft-07",
}
"""File names, and the draft that each is in."""

TABLE_FILE = f"openmodel-tensors-{tensor_table.VERSION}.schema.json"
"""File name of the schema of a table of tensors, which is in 2020-12, like the next."""

PROOF_FILE = f"openmodel-proof-{tensor_proof.VERSION}.schema.json"
"""File name of the schema of a proof of a part."""

START, END = "<!-- fields: start (written by `make schemas`) -->", "<!-- fields: end -->"
"""What stands around the tables in the reference page."""

_MODULES = (
    document,
    release,
    component,
    source,
    environment,
    parent,
    stage,
    evidence,
    measured,
    tensor_table,
    tensor_proof,
    values,
    base,
)
_VALUES: dict[str, Any] = {
    "Id": values.Id,
    "Digest": values.Sha256,
    "Date": values.Date,
    "Path": values.RelPath,
    "Pointer": values.Pointer,
    "Number": values.Number,
    "Integer": values.Integer,
    "Count": values.Count,
    "IntegerText": values.IntegerText,
    "Kind": component.Kind,
}
_SOURCE_NAMES = {"Path": "RelPath"}
_TELLS_APART = {"Undisclosed": "undisclosed", "SettingsFile": "component", "InDocument": "document"}
"""The key by which an object is known to be of this type, whatever else it has."""
_NUMBERS: tuple[Schema, ...] = ({"$ref": "#/$defs/Integer"}, {"type": "number"})


def schema(draft: str = "2020-12") -> Schema:
    """The JSON Schema of a manifest.

    Args:
        draft: `2020-12` or `draft-07`.
    """
    new = _whole(document.Manifest, ID)
    return new if draft == "2020-12" else _draft_07(new)


def table_schema() -> Schema:
    """The JSON Schema of a table of tensors, 2020-12."""
    return _alone(tensor_table.TensorTable, f"urn:openmodel:schema:tensors:{tensor_table.VERSION}")


def proof_schema() -> Schema:
    """The JSON Schema of a proof of a part, 2020-12."""
    return _alone(tensor_proof.Proof, f"urn:openmodel:schema:proof:{tensor_proof.VERSION}")


def _alone(model: type[base.Node], identifier: str) -> Schema:
    """The schema of a document, with the types that it uses and no others."""
    new = _whole(model, identifier)
    definitions: dict[str, Schema] = new["$defs"]
    return new | {"$defs": {name: definitions[name] for name in sorted(_all_uses(new, definitions))}}


def _whole(model: type[base.Node], identifier: str) -> Schema:
    whole = model.model_json_schema(by_alias=True)
    raw: dict[str, Schema] = whole.pop("$defs")
    definitions = {name: _object(name, node) for name, node in raw.items() if name != "JsonValue"}
    definitions |= {name: _value(name) for name in _VALUES}
    definitions["JsonValue"] = {"title": "JSON value", "description": "Any JSON value."}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identifier,
        **_object(model.__name__, whole),
        "$defs": dict(sorted(definitions.items())),
    }


def encode(node: Schema) -> bytes:
    """The bytes of a schema file."""
    return (json.dumps(node, ensure_ascii=False, indent=2) + "\n").encode()


def _object(name: str, node: Schema) -> Schema:
    """The schema of one type, from what pydantic says about it."""
    fields = {field.alias or key: f"{name}.{key}" for key, field in _classes()[name].model_fields.items()}
    properties = {
        key: {"title": _title(key), "description": _docs()[fields[key]], **_node(member)}
        for key, member in node["properties"].items()
    }
    return {
        "title": name,
        "description": _docs()[name],
        "type": "object",
        "properties": properties,
        "required": node.get("required", []),
        "additionalProperties": False,
    }


def _value(name: str) -> Schema:
    shape = _shape(name)
    text = _docs()[_SOURCE_NAMES.get(name, name)] if name != "Digest" else "A digest of 32 bytes."
    if words := values.PATTERNS.get(shape.get("pattern", "")):
        text += f" Form: {words}."
    if name == "Number":
        shape = {"type": "number"}  # An integer is a number; only the readers can tell 2^60 from 2.0^60.
    return {"title": _title(name), "description": text, **shape}


@cache
def _shape(name: str) -> Schema:
    return _plain(TypeAdapter(_VALUES[name]).json_schema())


def _plain(node: Schema) -> Schema:
    return {key: value for key, value in node.items() if key not in ("title", "default")}


def _node(node: Schema) -> Schema:
    """What pydantic says about a value, with the names of small values put in."""
    node = _plain(node)
    for name in _VALUES:
        if node == _shape(name):
            return _reference(name)
    if members := node.get("oneOf", node.get("anyOf")):
        return {"anyOf": list(_alternatives([_node(member) for member in members]))}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _node(node[key])
    if "prefixItems" in node:
        node["prefixItems"] = [_node(item) for item in node["prefixItems"]]
    if "propertyNames" in node:
        node["propertyNames"] = _node({"type": "string", **node["propertyNames"]})
    if "patternProperties" in node:
        node["additionalProperties"] = False
    return node


def _alternatives(members: list[Schema]) -> Iterator[Schema]:
    """The members of a union; a map among them cannot have the keys by which the others are known."""
    flat = [inner for member in members for inner in member.get("anyOf", [member])]
    if {"type": "number"} in flat:  # pydantic writes the parts of a union into the union around it.
        flat = [_reference("Number"), *(member for member in flat if member not in _NUMBERS)]
    keys = [key for name, key in _TELLS_APART.items() if _reference(name) in flat]
    for member in flat:
        if keys and "additionalProperties" in member:
            yield {**member, "not": {"anyOf": [{"required": [key]} for key in keys]}}
        else:
            yield member


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _title(name: str) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("$")).replace("_", " ").capitalize()


def _draft_07(node: Any) -> Any:
    """The same schema in draft-07: it has no `$defs`, `prefixItems` or keywords beside `$ref`."""
    if isinstance(node, list):
        return [_draft_07(item) for item in node]
    if not isinstance(node, dict):
        return node
    new: Schema = {}
    for key, value in node.items():
        if key == "properties":  # Their keys are names and not keywords.
            new[key] = {name: _draft_07(member) for name, member in value.items()}
        elif key == "$schema":
            new[key] = "http://json-schema.org/draft-07/schema#"
        elif key == "$id":
            new[key] = f"{value}:draft-07"
        elif key == "$defs":
            new["definitions"] = {name: _draft_07(member) for name, member in value.items()}
        elif key == "prefixItems":
            new |= {"items": _draft_07(value), "additionalItems": False}
        elif key == "$ref" and len(node) > 1:
            new["allOf"] = [_draft_07({key: value})]
        elif key == "$ref":
            new[key] = value.replace("#/$defs/", "#/definitions/")
        else:
            new[key] = _draft_07(value)
    return new


@cache
def _classes() -> Mapping[str, type[base.Node]]:
    """The types of the manifest by name."""
    found = [value for module in _MODULES for value in vars(module).values() if isinstance(value, type)]
    return {value.__name__: value for value in found if issubclass(value, base.Node)}


@cache
def _docs() -> Mapping[str, str]:
    """The docstrings of classes, fields (`Class.field`) and type aliases, on one line."""
    docs: dict[str, str] = {}
    for module in _MODULES:
        tree = ast.parse(inspect.getsource(module))
        docs |= _docs_below(tree, "")
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                docs[node.name] = " ".join((ast.get_docstring(node) or "").split())
                docs |= _docs_below(node, f"{node.name}.")
    return docs


def _docs_below(parent_node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, str]]:
    for node, following in zip(parent_node.body, parent_node.body[1:], strict=False):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(following, ast.Expr):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            text = following.value
            if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield prefix + target.id, " ".join(text.value.split())


def tables() -> str:
    """The fields of all types as Markdown, the whole document first and then type by type as they are first used."""
    whole = schema()
    definitions: dict[str, Schema] = whole["$defs"]
    types = [name for name in ["Manifest", *_all_uses(whole, definitions)] if name not in {*_VALUES, "JsonValue"}]
    parts = [_table(name, definitions.get(name, whole)) for name in types]
    return "\n\n".join([*parts, _small_values(definitions)])


def _small_values(definitions: Mapping[str, Schema]) -> str:
    rows = ["### Small values", "", "| value | meaning |", "|---|---|"]
    for name in _VALUES:
        node = definitions[name]
        text = node["description"] + (f" One of {_words(node)}." if "enum" in node else "")
        rows.append(f"| {_anchor(name)} | {_cell(text)} |")
    return "\n".join(rows)


def _uses(node: Any) -> Iterator[str]:
    """The names of the types that a schema refers to, in order."""
    if isinstance(node, dict) and "$ref" in node:
        yield node["$ref"].rpartition("/")[2]
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key != "$defs":
            yield from _uses(child)


def _all_uses(whole: Schema, definitions: Mapping[str, Schema]) -> list[str]:
    """The names of all types of a document, in the order in which they are first used."""
    order: list[str] = []
    waiting = [whole]
    while waiting:
        for name in _uses(waiting.pop(0)):
            if name not in order:
                order.append(name)
                waiting.append(definitions[name])
    return order


def _table(name: str, node: Schema) -> str:
    rows = []
    for key, member in node["properties"].items():
        words = _words(member) + (", required" if key in node["required"] else "")
        rows.append(f"| `{key}` | {words} | {_cell(member['description'])} |")
    return "\n".join(
        [f"### {name}", "", node["description"], "", "| field | value | meaning |", "|---|---|---|", *rows]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(name: str) -> str:
    return f'<a id="{name.lower()}"></a>{_title(name)}'


def _words(node: Schema) -> str:
    """What a value may be."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name in ("JsonValue", "Undisclosed"):
            return {"JsonValue": "anything", "Undisclosed": "[undisclosed](#undisclosed)"}[name]
        return f"[{_title(name) if name in _VALUES else name}](#{name.lower()})"
    if "anyOf" in node:
        return " or ".join(map(_words, node["anyOf"]))
    if "enum" in node or "const" in node:
        *first, last = [f"`{value}`" for value in node.get("enum", [node.get("const")])]
        return f"{', '.join(first)} or {last}" if first else last
    if "prefixItems" in node:
        return f"list of {len(node['prefixItems'])}: {', '.join(map(_words, node['prefixItems']))}"
    if node["type"] == "array":
        return f"list of {_words(node['items'])}"
    if node["type"] == "object":
        members = node.get("additionalProperties") or next(iter(node["patternProperties"].values()))
        return f"map to {_words(members)}"
    return {"string": "text", "boolean": "true or false"}[cast("str", node["type"])]


def with_tables(page: str) -> str:
    """A page with the tables as they are now between its markers.

    Raises:
        ValueError: the markers are not there.
    """
    head, start, rest = page.partition(START)
    end, tail = rest.partition(END)[1:]
    if not start or not end:
        raise ValueError(f"the page needs the lines {START} and {END}")
    return f"{head}{START}\n\n{tables()}\n\n{END}{tail}"


def main(arguments: list[str]) -> None:
    """Writes the schema files, and the tables if a page is named."""
    folder = Path(arguments[0])
    for name, draft in FILES.items():
        (folder / name).write_bytes(encode(schema(draft)))
    (folder / TABLE_FILE).write_bytes(encode(table_schema()))
    (folder / PROOF_FILE).write_bytes(encode(proof_schema()))
    for page in map(Path, arguments[1:]):
        page.write_text(with_tables(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
