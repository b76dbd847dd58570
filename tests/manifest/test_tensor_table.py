# SPDX-License-Identifier: Apache-2.0
"""Tables of tensors: what is written is read again, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.manifest import schema, tensor_table
from openmodel.manifest.tensor_table import TensorRow, TensorTable, WeightTensors, dump_table, loads_table

ROOT, DIGEST = "1" * 64, "0" * 64

digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
rows = st.builds(
    TensorRow,
    name=st.text(st.characters(codec="utf-8")),
    dtype=st.sampled_from(["F32", "F8_E4M3", "IQ2_XXS"]),
    shape=st.lists(st.integers(0, 2**53 - 1), max_size=5).map(tuple),
    blake3=digests,
    file=st.sampled_from(["model.safetensors", "é/ü.gguf"]),
)
weights = st.lists(
    st.builds(
        WeightTensors,
        component=st.sampled_from(["weights", "a-1"]),
        tensor_root=digests,
        tensors=st.lists(rows, max_size=4).map(tuple),
    ),
    max_size=3,
)


@settings(deadline=None)
@given(weights)
def test_what_is_written_is_read(listed: list[WeightTensors]) -> None:
    content = dump_table(listed)
    assert loads_table(content, "t") == TensorTable(openmodel_tensors="1-draft", weights=tuple(listed))
    assert dump_table(loads_table(content, "t").weights) == content
    assert content.count(b"\n") == 2 + sum(2 + len(one.tensors) for one in listed)
    jsonschema.validate(json.loads(content), schema.table_schema())


ROW: dict[str, Any] = {"blake3": DIGEST, "dtype": "F32", "file": "m.safetensors", "name": "a", "shape": [2]}
TABLE = {
    "openmodel_tensors": "1-draft",
    "weights": [{"component": "w", "tensor_root": ROOT, "tensors": [ROW]}],
}


def with_row(**fields: Any) -> bytes:
    row = ROW | fields
    return json.dumps(TABLE | {"weights": [{"component": "w", "tensor_root": ROOT, "tensors": [row]}]}).encode()


WRONG = {
    "nothing": (b"", "text that is not JSON"),
    "a list": (b"[]", "a list of 0"),
    "another version": (json.dumps(TABLE | {"openmodel_tensors": "2"}).encode(), "found '2'"),
    "a field more": (with_row(more=1), "the unknown field `more`"),
    "no shape": (with_row().replace(b', "shape": [2]', b""), "no `shape`"),
    "a key twice": (with_row().replace(b'"shape"', b'"name": "b", "shape"'), "'name' a second time"),
    "a shape of fractions": (with_row(shape=[2.0]), "found 2.0"),
    "a negative dimension": (with_row(shape=[-1]), "found -1"),
    "a large dimension": (with_row(shape=[2**53]), "9007199254740992"),
    "a small dtype": (with_row(dtype="f32"), "1 to 32 capital letters"),
    "a digest in capitals": (with_row(blake3="A" * 64), "64 lower-case"),
    "a path that leads out": (with_row(file="../m"), "a relative path"),
    "half a character": (with_row(name="\ud800"), "half of a surrogate pair"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused(name: str) -> None:
    content, said = WRONG[name]
    with pytest.raises(DocumentError, match=r"t\.json") as caught:
        loads_table(content, "t.json")
    assert said in str(caught.value)


def test_a_table_of_wrong_rows_is_told_by_the_first() -> None:
    wrong = [ROW | {str(number): number for number in range(2000)}, ROW | {"name": 1}]
    for tensors in (wrong, wrong[::-1]):
        content = json.dumps(TABLE | {"weights": [{"component": "w", "tensor_root": ROOT, "tensors": tensors}]})
        with pytest.raises(DocumentError) as caught:
            loads_table(content.encode(), "t.json")
        assert len(caught.value.problems) == 1


def test_an_object_of_many_members_is_refused_before_they_are_looked_at() -> None:
    many = {str(number): number for number in range(51)}
    row = {"component": "w", "tensor_root": ROOT, "tensors": [ROW]}
    for document in (many, TABLE | {"weights": [row, many]}, TABLE | {"weights": [row | {"tensors": [ROW, many]}]}):
        with pytest.raises(DocumentError, match="an object of more than 50 members") as caught:
            loads_table(json.dumps(document).encode(), "t.json")
        assert len(caught.value.problems) == 1


@pytest.mark.parametrize(("limit", "value"), [("MAX_TABLE_BYTES", 300), ("_MAX_VALUES", 20)])
def test_bounds(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one = WeightTensors.model_validate_json(json.dumps(TABLE["weights"][0] | {"tensors": [ROW] * 3}))  # type: ignore[operator]
    content = dump_table([one])
    monkeypatch.setattr(tensor_table, limit, value)
    with pytest.raises(DocumentError, match="a table of too many tensors"):
        dump_table(iter([one]))
    with pytest.raises(DocumentError, match="at most"):
        loads_table(content, "t.json")
