# SPDX-License-Identifier: Apache-2.0
"""Both readers: what they refuse, at which place, in which words; and what YAML means."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

import pytest

from openmodel.errors import DocumentError, Problem
from openmodel.manifest import load, loads, plain, yaml_text
from openmodel.manifest.json_text import MAX_BYTES as MAX_JSON
from openmodel.manifest.json_text import MAX_VALUES
from openmodel.manifest.loading import read_document
from openmodel.manifest.text import MAX_DEPTH, MAX_KEY, MAX_PROBLEMS
from openmodel.manifest.yaml_text import MAX_BYTES as MAX_YAML
from tests.manifest.documents import MINIMAL


class Case(NamedTuple):
    """A document that is refused: where, and what is said to have been found."""

    content: str | bytes
    line: int
    column: int
    found: str
    pointer: str | None = None


def problems(content: str | bytes, file: str) -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        loads(content, file)
    for problem in caught.value.problems:
        assert problem.file == file
        assert problem.line is not None
        assert problem.column is not None
        assert problem.got
        assert problem.expected
        assert problem.fix.endswith(".")
    return list(caught.value.problems)


def only_problem(case: Case, file: str) -> None:
    (problem,) = problems(case.content, file)
    assert (problem.line, problem.column, problem.pointer) == (case.line, case.column, case.pointer)
    assert case.found in problem.got


JSON = {
    "nothing": Case("", 1, 1, "Expecting value"),
    "syntax": Case('{\n  "a": }', 2, 8, "Expecting value"),
    "more behind the end": Case("{} {}", 1, 4, "Extra data"),
    "comment": Case("{} // no", 1, 4, "Extra data"),
    "control character in text": Case('{"a": "\t"}', 1, 8, "Invalid control character"),
    "key twice": Case('{\n "a": 1,\n "a": 2}', 3, 2, "the key 'a' a second time", "/a"),
    "key twice, spelt differently": Case('{"ab": 1, "\\u0061b": 2}', 1, 11, "the key 'ab' a second time", "/ab"),
    "key twice, deep inside": Case('{"x": [{"a": 1, "a": 1}]}', 1, 17, "the key 'a'", "/x/0/a"),
    "key twice and more behind the end": Case('{"a": 1, "a": 2} x', 1, 18, "Extra data"),
    "NaN": Case('{"a": NaN}', 1, 2, "the number NaN", "/a"),
    "-Infinity": Case('{"a": [0, -Infinity]}', 1, 11, "the number -Infinity", "/a/1"),
    "only NaN": Case("NaN", 1, 1, "the number NaN", ""),
    "too large a number": Case('{"a": 1e999}', 1, 2, "the number 1e999", "/a"),
    "too large an integer": Case('{"a": 9007199254740992}', 1, 2, "9007199254740992", "/a"),
    "too small an integer": Case('{"a": -9007199254740992}', 1, 2, "-9007199254740992", "/a"),
    "an integer of 5,000 digits": Case(f'{{"a": {"9" * 5000}}}', 1, 2, "the number 9999", "/a"),
    "deep": Case("[" * 65 + "]" * 65, 1, 1, f"more than {MAX_DEPTH} levels"),
    "very deep": Case("[" * 100_000, 1, 1, f"more than {MAX_DEPTH} levels"),
    "refused, then very deep": Case("[NaN," + "[" * 100_000, 1, 1, f"more than {MAX_DEPTH} levels"),
    "half a character": Case('{"a": "\\ud800"}', 1, 2, "half of a surrogate pair", "/a"),
    "half a character in a key": Case('{"b": 0, "\\uDfFf": 1}', 1, 10, "half of a surrogate pair", "/\udfff"),
    "a long key": Case(f'{{"{"k" * (MAX_KEY + 1)}": 1}}', 1, 2, "a key of 1,001 characters", ""),
    "a long key above other problems": Case(f'{{"{"k" * (MAX_KEY + 1)}": [NaN, NaN]}}', 1, 2, "a key of", ""),
    "not UTF-8": Case(b'{\n "a": "\xff"}', 2, 8, "the byte 0xff"),
    "UTF-16": Case("{}".encode("utf-16"), 1, 1, "which is not UTF-8"),
    "a text with half a character": Case('"\ud800"', 1, 2, "which is not UTF-8"),
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_refused(name: str) -> None:
    only_problem(JSON[name], "openmodel.json")


YAML = {
    "nothing": Case("", 1, 1, "nothing in it"),
    "only a comment": Case("# nothing\n", 1, 1, "nothing in it"),
    "syntax": Case(MINIMAL + "a: [", 3, 5, "expected the node content"),
    "indentation": Case("a: 1\n  b: 2", 2, 4, "mapping values are not allowed"),
    "tab": Case("a:\n\t- 1", 2, 1, "cannot start any token"),
    "two documents": Case("a: 1\n---\nb: 2", 2, 1, "another document"),
    "unknown alias": Case("a: *b", 1, 4, "undefined alias"),
    "control character": Case("a: \0", 1, 1, "special characters are not allowed"),
    "key twice": Case("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' a second time", "/a"),
    "key twice, spelt differently": Case('ab: 1\n"\\u0061b": 3', 2, 1, "the key 'ab' a second time", "/ab"),
    "key twice, in one line": Case("x: [{a: 1, a: 1}]", 1, 12, "the key 'a' a second time", "/x/0/a"),
    ".nan": Case("a: .nan", 1, 4, "the number '.nan'", "/a"),
    "-.Inf": Case("a: -.Inf", 1, 4, "the number '-.Inf'", "/a"),
    "too large a number": Case("a: 1e999", 1, 4, "the number '1e999'", "/a"),
    "too large an integer": Case("a: [9007199254740992]", 1, 5, "9007199254740992", "/a/0"),
    "an integer of 5,000 digits": Case(f"a: {'9' * 5000}", 1, 4, "(5000 characters)", "/a"),
    "deep": Case("[" * 65 + "]" * 65, 1, 65, "more than 64 levels", "/0" * 64),
    "deeper": Case("[" * 70 + "]" * 70, 1, 66, "more than 64 levels"),
    "very deep": Case("[" * 100_000, 1, 66, "more than 64 levels"),
    "an alias inside itself": Case("a: &a [*a]", 1, 4, "more than 64 levels", "/a" + "/0" * 63),
    "a tag": Case("a: !made-up 1", 1, 4, "the tag '!made-up'", "/a"),
    "a tag behind an anchor": Case("a: &b !!int 1", 1, 4, "the tag '!!int'", "/a"),
    "a tag on a mapping": Case("a: !!python/object:os.system {b: 1}", 1, 4, "the tag '!!python/object:os.s", "/a"),
    "a tag on a block": Case("a: !x\n  - 1", 1, 4, "the tag '!x'", "/a"),
    "a tag without a value": Case("a: !!int", 1, 4, "the tag '!!int'", "/a"),
    "a tag on a key": Case("!!str a: 1", 1, 1, "the tag '!!str'", ""),
    "a set": Case("a: !!set {b, c}", 1, 4, "the tag '!!set'", "/a"),
    "a number as a key": Case("a: {1: 2}", 1, 5, "'1' as a key", "/a"),
    "a truth value as a key": Case("true: 1", 1, 1, "'true' as a key", ""),
    "nothing as a key": Case("a: 1\n: 2", 2, 1, "'' as a key", ""),
    "a list as a key": Case("[1]: 2", 1, 1, "a list or mapping as a key", ""),
    "a long key": Case(f"? {'k' * (MAX_KEY + 1)}\n: 1", 1, 3, "a key of 1,001 characters", ""),
    "a merge key": Case("a: &a {b: 1}\nc:\n  <<: *a", 3, 3, "the merge key <<", "/c"),
    "half a character": Case('a: "\\ud800"', 1, 4, "half of a surrogate pair", "/a"),
    "not UTF-8": Case(b"a: 1\nb: \xe9", 2, 4, "the byte 0xe9"),
    "UTF-16": Case(MINIMAL.encode("utf-16"), 1, 1, "which is not UTF-8"),
    "a text with half a character": Case("a: \ud800", 1, 4, "which is not UTF-8"),
}


@pytest.mark.parametrize("name", YAML)
def test_yaml_is_refused(name: str) -> None:
    only_problem(YAML[name], "openmodel.yaml")


def test_all_refused_values_are_listed() -> None:
    found = problems('{"a": NaN, "b": [1e999],\n "a": 9007199254740993}', "a.json")
    assert [(problem.line, problem.column, problem.pointer) for problem in found] == [
        (1, 2, "/a"),
        (1, 18, "/b/0"),
        (2, 2, "/a"),
        (2, 2, "/a"),
    ]
    found = problems("a: .nan\nb: [!x 1, .inf]\n1: 2\n", "a.yaml")
    assert [(problem.line, problem.column) for problem in found] == [(1, 4), (2, 5), (2, 11), (3, 1)]


@pytest.mark.parametrize("file", ["a.json", "a.yaml"])
def test_a_value_that_is_no_mapping_is_no_document(file: str) -> None:
    for content in ("1", '"text"', "[]", "null", "true"):
        (problem,) = problems(content, file)
        assert problem.expected == "a mapping"
        assert problem.where == f"{file}:1:1"
        assert problem.pointer == ""
        assert problem.fix.startswith("Is this the right file?")


class TestBounds:
    """Size, depth and count are bounded before anything large is made."""

    def test_depth_at_the_bound_is_read_by_both(self) -> None:
        value = "[" * (MAX_DEPTH - 2) + "1" + "]" * (MAX_DEPTH - 2)
        text = f'{{"openmodel": "1-draft", "release": {{"name": "m"}}, "extensions": {{"org.x": {value}}}}}'
        assert loads(text, "a.json") == loads(text, "a.yaml")
        deeper = text.replace("[1]", "[[1]]")
        for file in ("a.json", "a.yaml"):
            assert "levels" in problems(deeper, file)[0].got

    def test_size(self) -> None:
        assert "at most 67,108,864 bytes" in problems(b" " * (MAX_JSON + 1), "a.json")[0].expected
        assert "at most 4,194,304 bytes" in problems(b" " * (MAX_YAML + 1), "a.yaml")[0].expected

    def test_count_of_values(self) -> None:
        assert problems("[" + "0," * MAX_VALUES + "0]", "a.json")[0].got == "too many values"

    def test_aliases_that_unfold_to_too_many_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(yaml_text, "MAX_VALUES", 10_000)
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 20)]
        assert problems("\n".join(lines), "a.yaml")[0].got == "too many values"

    def test_aliases_that_unfold_to_too_much_text(self) -> None:
        text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 200)}]"
        assert problems(text, "a.yaml")[0].got == "too many values"

    def test_many_refused_values(self) -> None:
        assert len(problems("[" + "NaN," * 5000 + "0]", "a.json")) == MAX_PROBLEMS
        assert len(problems("[" + ".nan," * 5000 + "0]", "a.yaml")) == MAX_PROBLEMS

    def test_many_wrong_values(self) -> None:
        document = {"openmodel": "1-draft", "release": {"name": "m"}, "sources": [0] * (MAX_PROBLEMS + 1)}
        (problem,) = problems(json.dumps(document), "a.json")
        assert (problem.got, problem.pointer) == ("1,001 problems", "")

    def test_many_wrong_references(self) -> None:
        document = {
            "openmodel": "1-draft",
            "release": {"name": "m"},
            "sources": [{"id": "a", "name": "n", "derived_from": ["b"] * 5000}],
        }
        assert len(problems(json.dumps(document), "a.json")) == MAX_PROBLEMS

    def test_a_long_value_is_not_repeated_in_full(self) -> None:
        (problem,) = problems(MINIMAL + f"assertions: [{{statement: {'x' * 5000}}}]", "a.yaml")
        assert problem.got == f"'{'x' * 59}… (5000 characters)"


class TestYamlMeans:
    """YAML 1.2 in the core schema, with the numbers of JSON."""

    @staticmethod
    def value(text: str) -> object:
        extensions = plain(loads(f"{MINIMAL}extensions:\n  org.x: {text}\n"))["extensions"]
        assert isinstance(extensions, dict)
        return extensions["org.x"]

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "2024-11-26",
                "2024-11-26T10:00:00Z",
                "yes",
                "no",
                "on",
                "off",
                "y",
                "0x1F",
                "0o17",
                "017",
                "1_000",
                "+5",
            ),
            *(".5", "5.", "1e", "1:30", "0b11", "nan", "NaN", "Infinity", "1.2.3", "=", "tRUE", "nUll", "--1"),
        ],
    )
    def test_text(self, text: str) -> None:
        assert self.value(text) == text

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *(
                ("0", 0),
                ("-12", -12),
                ("9007199254740991", 2**53 - 1),
                ("1.50", 1.5),
                ("1e3", 1000.0),
                ("-2.5E-1", -0.25),
            ),
            *(("true", True), ("False", False), ("TRUE", True), ("~", None), ("Null", None), ("", None)),
            *(('"12"', "12"), ("'true'", "true"), ('"\\u00e9\\ud83d\\ude00"', "é😀"), ("|\n    a\n    b", "a\nb\n")),
            *(("[1, a]", [1, "a"]), ("{a: [1]}", {"a": [1]}), ("{'<<': 1}", {"<<": 1})),
        ],
    )
    def test_value(self, text: str, value: object) -> None:
        assert self.value(text) == value
        assert type(self.value(text)) is type(value)

    def test_the_version_directive_changes_nothing(self) -> None:
        text = "%YAML 1.1\n---\n" + MINIMAL + "extensions: {org.x: [yes, 1:30, 0o17, 12]}\n"
        assert plain(loads(text))["extensions"] == {"org.x": ["yes", "1:30", "0o17", 12]}

    def test_aliases(self) -> None:
        text = MINIMAL + "extensions: {org.a: &a [1, {b: &b text}], org.b: *a, org.c: *b}\n"
        assert plain(loads(text))["extensions"] == {
            "org.a": [1, {"b": "text"}],
            "org.b": [1, {"b": "text"}],
            "org.c": "text",
        }

    def test_an_anchor_may_be_used_again(self) -> None:
        text = MINIMAL + "extensions: {org.a: &a 1, org.b: *a, org.c: &a 2, org.d: *a}\n"
        assert plain(loads(text))["extensions"] == {"org.a": 1, "org.b": 1, "org.c": 2, "org.d": 2}

    def test_a_date_of_the_document_stays_text(self) -> None:
        assert loads("openmodel: 1-draft\nrelease: {name: m, date: 2024-11-26}\n").release.date == "2024-11-26"


@pytest.mark.parametrize("file", ["a.json", "a.yaml"])
def test_line_ends_and_in_yaml_a_byte_order_mark_do_not_matter(file: str) -> None:
    mark = b"" if file == "a.json" else b"\xef\xbb\xbf"
    text = '{\n "openmodel": "1-draft",\n "release": {"name": "m"}\n}\n'
    expected = loads(text, file)
    assert loads(mark + text.encode(), file) == expected
    assert loads(text.replace("\n", "\r\n"), file) == expected
    found = problems(mark + text.replace("name", "nam").replace("\n", "\r\n").encode(), file)
    assert {problem.line for problem in found} == {3}


def test_json_has_no_byte_order_mark() -> None:
    (problem,) = problems(b'\xef\xbb\xbf{"openmodel": "1-draft", "release": {"name": "m"}}', "a.json")
    assert (problem.got, problem.line, problem.column) == ("a byte order mark", 1, 1)


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    for path in (tmp_path / "fifo.json", Path("/dev/zero")):
        with pytest.raises(DocumentError, match="not a regular file"):
            load(path)
    with pytest.raises(DocumentError, match="directory"):
        load(tmp_path)


def test_escaped_pairs_are_one_character() -> None:
    text = '{"openmodel": "1-draft", "release": {"name": "\\ud83d\\ude00"}}'
    assert loads(text, "a.json").release.name == "😀"


def test_a_text_can_say_where_a_problem_is() -> None:
    text, _ = read_document(MINIMAL.encode(), "openmodel.yaml")
    problem = text.problem("/release/date", got="no date", expected="one", fix="Add it.")
    assert str(problem) == "openmodel.yaml:2:1: /release/date: found no date; expected one. Add it."


class TestLoad:
    """Files."""

    def test_name_decides_how_it_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "openmodel.yaml").write_text(MINIMAL)
        (tmp_path / "openmodel.json").write_text(MINIMAL)
        assert load(tmp_path / "openmodel.yaml").release.name == "m"
        with pytest.raises(DocumentError, match="not JSON"):
            load(str(tmp_path / "openmodel.json"))

    def test_no_such_file(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match=r"openmodel\.yaml: found no such file"):
            load(tmp_path / "openmodel.yaml")

    def test_a_directory(self, tmp_path: Path) -> None:
        with pytest.raises(DocumentError, match="cannot be read"):
            load(tmp_path)

    def test_a_name_with_a_nul_character(self) -> None:
        with pytest.raises(DocumentError, match="cannot be read"):
            load("a\0b")

    def test_too_large_a_file_is_not_read_in_full(self, tmp_path: Path) -> None:
        with (tmp_path / "openmodel.json").open("wb") as stream:
            stream.truncate(2**40)
        with pytest.raises(DocumentError, match="found 67,108,865 bytes"):
            load(tmp_path / "openmodel.json")
