# SPDX-License-Identifier: Apache-2.0
"""Documents made at random, valid and spoilt, from a seeded generator."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from openmodel.manifest.pointers import expand, join, resolve, split
from openmodel.manifest.references import IDS, REFERENCES
from openmodel.manifest.schema import schema

Document: TypeAlias = dict[str, Any]

RECORDS = sorted((Path(__file__).parent / "records").glob("*.yaml"))
MINIMAL = "openmodel: 1-draft\nrelease: {name: m}\n"

SCHEMA = schema()

# Without a newline at the end: Python's `$` matches before it, and the schema has to be read by Python here.
_TEXTS = (
    *("", "x", "two words", "é", "日本", "😀", "\u2028", "line\nline", "yes", "null", "~", "true", "0x1F", "1e3", "12"),
    *("2024-11-26", "<<", "- a", "a: b", "# c", '"', "'", "\\", "{}", "/", "undisclosed"),
)
_SMALL: dict[str, Callable[[Random], Any]] = {
    "Id": lambda random: f"{random.choice('aZ9')}{random.choice(['', '.b', '_c', '-d'])}{random.randrange(30)}",
    "Digest": lambda random: f"{random.getrandbits(256):064x}",
    "Date": lambda random: random.choice(["2024", "2024-11", "2024-11-26"]),
    "Path": lambda random: random.choice(["a", "a/b.txt", "..a", ".a", "a b/é", "*.bin", "**/x"]),
    "Pointer": lambda random: random.choice(["", "/release", "/release/name", "/a~1b/~0", "/"]),
    "Number": lambda random: random.choice([0, -1, 7, 1.5, -2.25, 1e300, 1e-7, 2**53 - 1]),
    "Integer": lambda random: random.choice([0, -1, 42, 2**53 - 1, 1 - 2**53]),
    "Count": lambda random: random.choice([0, 1, 1000, 2**53 - 1]),
    "IntegerText": lambda random: random.choice(["0", "-5", "340282366920938463463374607431768211456"]),
    "JsonValue": lambda random: random.choice([None, True, 0, 1.5, "text", [], {}, [1, "a"], {"undisclosed": 1}]),
}


def valid(random: Random) -> Document:
    """A document that the schema accepts, and, with the references made good, the types too."""
    made: Document = _made(SCHEMA, random)
    for kind, least in (("components", 1), ("sources", 2), ("environments", 1), ("parents", 1)):
        if not isinstance(made.get(kind), list):
            made[kind] = []
        while len(made[kind]) < least:
            made[kind].append({"id": "a"} if kind == "environments" else {"id": "a", "name": "b"})
    return made


def _made(node: Document, random: Random) -> Any:
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return _SMALL[name](random) if name in _SMALL else _made(SCHEMA["$defs"][name], random)
    if "anyOf" in node:
        return _made(random.choice(node["anyOf"]), random)
    if "enum" in node:
        return random.choice(node["enum"])
    if "const" in node:
        return node["const"]
    if node["type"] == "string":
        return random.choice(_TEXTS)
    if node["type"] == "boolean":
        return random.choice([True, False])
    if "prefixItems" in node:
        return [_made(item, random) for item in node["prefixItems"]]
    if node["type"] == "array":
        return [_made(node["items"], random) for _ in range(random.choice([0, 1, 1, 2]))]
    if "properties" in node:
        return {
            key: _made(member, random)
            for key, member in node["properties"].items()
            if key in node["required"] or random.random() < 0.4
        }
    return {_key(node, random): _made(_members(node), random) for _ in range(random.randrange(3))}


def _members(node: Document) -> Document:
    members: Document = node.get("additionalProperties") or next(iter(node["patternProperties"].values()))
    return members


def _key(node: Document, random: Random) -> str:
    if "propertyNames" in node:
        return str(_made(SCHEMA["$defs"]["Kind"], random))
    if "patternProperties" in node:
        return random.choice(["org.example", "a-1.b2.c"])
    return random.choice(["lr", "a b", "é", "yes", "1", "/", "a~b"])


def with_references(document: Document, random: Random) -> Document:
    """The document with unique ids, and references and citations that name something of the right kind."""
    made = copy.deepcopy(document)
    ids: dict[str, list[str]] = {kind: [] for kind in IDS}
    for kind, pattern in IDS.items():
        for pointer, _ in list(expand(made, pattern)):
            ids[kind].append(f"{kind}-{len(ids[kind])}")
            put(made, pointer, ids[kind][-1])
    for pattern, allowed in REFERENCES:
        for pointer, name in list(expand(made, pattern)):
            if isinstance(name, str):
                put(made, pointer, random.choice([name for kind in allowed for name in ids[kind]]))
    for index, source in enumerate(made["sources"]):
        if source.get("derived_from"):
            source["derived_from"] = [f"source-{random.randrange(index)}"] if index else []
    for citation in made.get("citations", []):
        citation["at"] = random.choice(["", "/release", "/release/name", "/components/0"])
    return made


def put(document: Document, pointer: str, value: Any) -> None:
    """Sets what is at a pointer."""
    parent, key = _inside(document, pointer)
    parent[key] = value


def _inside(document: Document, pointer: str) -> tuple[Any, Any]:
    parent: Any = resolve(document, pointer.rpartition("/")[0])
    token = split(pointer)[-1]
    return parent, int(token) if isinstance(parent, list) else token


def pointers(node: Any, pointer: str = "") -> Iterator[str]:
    """The pointers of all values below a value."""
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        place = join(pointer, key)
        yield place
        yield from pointers(child, place)


_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 3, 1.5, 2**53 - 1, "", "x", "X", "no such thing", "unknown", "2024-13", "2024-11-26"),
    *("../up", "/abs", "a//b", "a\\b", "/release", "~", "/~2", "01", "-0", "F" * 64, "f" * 64, "a" * 129),
    *([], [1], [1, 2], [1, 2, 3], ["x"], [[]], {}, {"x": 1}, {"id": "x"}, {"id": "x", "name": "y"}, {"unit": "tokens"}),
    *({"undisclosed": "unknown"}, {"undisclosed": "withheld", "reason": "r"}, {"undisclosed": "bogus"}),
    *({"undisclosed": "unknown", "reason": None}, {"undisclosed": "unknown", "more": 1}, [{"undisclosed": "unknown"}]),
    *(
        {"component": "x"},
        {"component": 1},
        {"component": "x", "path": "y"},
        {"component": "x", "undisclosed": "unknown"},
    ),
    *({"url": "u"}, {"weights": {"undisclosed": "unknown"}}, {"weights": "no"}, {"org.example": 1}, {"Org": 1}),
)
_KEYS = ("undisclosed", "component", "id", "reason", "x", "name", "of", "$schema", "class", "class_", "from", "start")


def spoilt(document: Document, random: Random) -> Document:
    """The document with one to three random changes, each at a random place. Some leave it valid."""
    made = copy.deepcopy(document)
    for _ in range(random.randint(1, 3)):
        _spoil(made, random)
    return made


def _spoil(document: Document, random: Random) -> None:
    places = list(pointers(document))
    if not places:
        return
    pointer = random.choice(places)
    parent, key = _inside(document, pointer)
    change = random.randrange(6)
    if change == 0:
        del parent[key]
    elif change == 1:
        parent[key] = copy.deepcopy(random.choice(_ODD))
    elif change == 2 and isinstance(parent, dict):
        parent[random.choice([*_KEYS, key + "s", key.upper()])] = parent.pop(key)
    elif change == 3 and isinstance(parent, dict):
        parent[random.choice(_KEYS)] = copy.deepcopy(random.choice(_ODD))
    elif change == 4 and isinstance(parent, list):
        parent.insert(random.randint(0, len(parent)), copy.deepcopy(random.choice([*_ODD, *parent])))
    else:
        parent[key] = copy.deepcopy(resolve(document, random.choice(places)))


def json_bytes(document: Document) -> bytes:
    """The document as JSON."""
    return json.dumps(document).encode()
