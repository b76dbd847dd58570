# SPDX-License-Identifier: Apache-2.0
"""Whatever is read, a document or a `DocumentError` comes out."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.manifest import Manifest, loads
from tests.manifest.documents import MINIMAL, RECORDS, Document, json_bytes, spoilt, valid

FILES = ("openmodel.json", "openmodel.yaml")
randoms = st.integers(0, 2**32).map(Random)


def survives(content: bytes, file: str) -> bool:
    try:
        assert isinstance(loads(content, file), Manifest)
    except DocumentError as error:
        problems = error.problems
    else:
        return True
    assert problems
    for problem in problems:
        assert problem.file == file
        assert problem.line is not None
        assert problem.line >= 1
        assert problem.column is not None
        assert problem.column >= 1
        assert problem.got
        assert problem.expected
        assert problem.fix
        assert str(problem)
    return False


@pytest.mark.parametrize("file", FILES)
@given(content=st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_bytes(file: str, content: bytes) -> None:
    survives(content, file)


# Text of characters that mean something to one of the readers gets further into them than any text does.
yaml_like = st.text(" \n\t-:?,[]{}#&*!|>'\"%@`~<=.\\ax10eE+_\u00e9\u2028\ufeff", max_size=30)
json_like = st.text(' \n[]{}:,"\\u0dDe+-.19aNnIt', max_size=30)


@given(content=yaml_like | json_like)
@settings(max_examples=600, deadline=None)
def test_any_text_of_telling_characters(content: str) -> None:
    for file in FILES:
        survives(content.encode(), file)
        survives(MINIMAL.encode() + b"extensions: {org.x: " + content.encode() + b"}", file)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(value=json_values)
@settings(max_examples=100, deadline=None)
def test_any_json_value(value: object) -> None:
    for file in FILES:
        survives(json.dumps(value).encode(), file)
        survives(json.dumps({"openmodel": "1-draft", "release": {"name": "m"}, "stages": value}).encode(), file)


@given(random=randoms)
@settings(max_examples=80, deadline=None)
def test_spoilt_documents(random: Random) -> None:
    document: Document = valid(random)
    for _ in range(3):
        survives(json_bytes(spoilt(document, random)), random.choice(FILES))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_spoilt_bytes_of_records(path: Path) -> None:
    random = Random(path.name)
    content = path.read_bytes()
    outcomes = set()
    for _ in range(8):
        broken = bytearray(content)
        for _ in range(random.randint(1, 4)):
            start = random.randrange(len(broken))
            end = start + random.randrange(12)
            broken[start:end] = random.choice([b"", b" ", b"\n", b":", b"- ", b"[", b"\xff", b"*a", b"!x ", broken[:9]])
        outcomes.add(survives(bytes(broken), "openmodel.yaml"))
    assert False in outcomes


def wrong_items(pointer: str, item: object, count: int) -> set[str]:
    """Which items of a list of so many are complained of."""
    document: Document = {"openmodel": "1-draft", "release": {"name": "toy"}}
    *parents, name = pointer[1:].split("/")
    parent = document
    for one in parents:
        parent = parent.setdefault(one, {})
    parent[name] = [item] * count
    with pytest.raises(DocumentError) as caught:
        loads(json.dumps(document), "openmodel.json")
    places = [problem.pointer or "" for problem in caught.value.problems]
    return {at.removeprefix(f"{pointer}/").partition("/")[0] for at in places if at.startswith(f"{pointer}/")}


@pytest.mark.parametrize(
    ("pointer", "item"),
    [("/reviews", {}), ("/sources", {}), ("/release/languages", 1), ("/measured/weights", {})],
)
def test_of_a_large_document_only_the_first_wrong_item_of_a_list_is_told(pointer: str, item: object) -> None:
    """Each problem takes a hundred times the memory of the bytes that cause it."""

    assert wrong_items(pointer, item, 3) == {"0", "1", "2"}
    assert wrong_items(pointer, item, 200_002) == {"0"}


@pytest.mark.parametrize(
    ("parents", "value"),
    [
        (("release",), 1),
        (("extensions",), 1),
        (("not_offered",), {"undisclosed": 1}),
        (("environments", 0, "software"), 1),
        (("measured", "weights", 0, "dtypes"), ""),
    ],
)
def test_of_a_large_document_not_all_wrong_members_are_told(parents: tuple[str | int, ...], value: object) -> None:
    def told(count: int) -> tuple[int, str]:
        document: object = {f"k{number}": value for number in range(count)}
        for parent in reversed(parents):
            document = [document] if isinstance(parent, int) else {parent: document}
        with pytest.raises(DocumentError) as caught:
            loads(json.dumps(document), "openmodel.json")
        return len(caught.value.problems), caught.value.problems[0].got

    assert told(3)[0] >= 3
    assert told(60_000) == (1, "more than 1,000 problems")


def test_a_large_document_is_told_of_few_wrong_members() -> None:
    document: Document = {"openmodel": "1-draft", "release": {"name": "toy", "nick": 1}}
    document |= {"extensions": {"org.x": [{}] * 30_001, "x": 1}, "more": 1}
    with pytest.raises(DocumentError) as caught:
        loads(json.dumps(document), "openmodel.json")
    assert {problem.pointer for problem in caught.value.problems} == {"/release/nick", "/extensions/x", "/more"}


def test_of_the_records_of_files_the_first_wrong_one_is_told() -> None:
    """Nobody writes them by hand, and there may be very many."""
    assert wrong_items("/measured/files", {}, 3) == wrong_items("/measured/files", {}, 200_002) == {"0"}


def test_a_large_document_is_read_as_others_are() -> None:
    document: Document = {"openmodel": "1-draft", "release": {"name": "toy"}, "extensions": {"org.x": [{}] * 30_001}}
    assert loads(json.dumps(document), "openmodel.json").extensions == document["extensions"]
