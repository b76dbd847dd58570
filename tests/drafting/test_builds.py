# SPDX-License-Identifier: Apache-2.0
"""Whatever the files are called: what is drafted can be built, checked and rendered as it is, or an error of our own
says why there is no draft."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.errors import InventoryError, OpenModelError
from openmodel.manifest.base import answered
from tests.drafting.files import Content, weights, write
from tests.drafting.test_findings import MIT
from tests.inventory.test_tensor_root import as_gguf

POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 12\n"

FORMS: dict[str, Content] = {
    "{}.safetensors": weights("a"),
    "model-{}-00001-of-00002.safetensors": weights("b"),
    "{}.gguf": b"GGUF\3\0\0\0" + b"\0" * 16,
    "{}.bin": POINTER,
    "{}.py": "print(1)\n",
    "train_{}.py": "print(1)\n",
    "{}/config.json": {"_name_or_path": "example/base"},
    "{}": "words\n",
    "LICENSE{}": MIT,
    "{}/LICENSE": MIT,
    "{}/README.md": "# T\n",
    "{}-1.dist-info/METADATA": "Name: x\n\n# X\n",
}
"""What files of such names are taken for."""

ODD = [
    *(
        "\u2028",
        "\u2029",
        "\x85",
        "\n",
        "\r",
        "\t",
        "\x1b[31m",
        "\x00",
        "\x7f",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\xa0",
    ),
    *("*", "?", "**", "*a", "a?", "[a]", "{a,b}", "!a", "a*b?c", "***", "?*"),
    *(
        "-",
        "--force",
        "-rf",
        "~",
        "#",
        " # x",
        ": ",
        "a: b",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a",
        "*a",
        "!!x",
        "%",
        "@",
        "`",
        "|",
        ">",
    ),
    *("yes", "No", "null", "~", "1", "1e3", "0x1f", ".inf", ".nan", "2026-01-01", "true", "=", "<<"),
    *("CON", "aux.txt", "nul", "a:b", "a.", "a ", " a", "<", "LPT1"),
    *(
        "x" * 200,
        "y" * 255,
        "z" * 300,
        "\u00e9",
        "e\u0301",
        "\U0001f600",
        "\U000e0041",
        "\ud800",
        "\udcff",
        "\ufffe",
        "\\",
        "..",
        ".",
        "...",
    ),
    *(
        "openmodel.records",
        "openmodel.tensors.json",
        "openmodel.json",
        "OpenModel.yaml",
        "model.sig",
        "readme.md",
        ".git",
        ".gitignore",
        ".cache",
    ),
    *("con/aux", "a/*", "**/a", "*/*", "-/-", " / "),
]
"""Pieces of names that some system, language or terminal reads as something else."""


def _created(root: Path, files: Mapping[str, Content]) -> Path:
    """The files that this system lets one create."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        try:
            write(root, {name: content})
        except (OSError, ValueError):
            continue
    return root


def _goes_all_the_way(root: Path) -> bool:
    """Whether there is a draft. All that follows must then work."""
    try:
        draft = openmodel.init(root)
    except OpenModelError:
        assert not (root / "openmodel.yaml").exists()
        return False
    assert all(character.isprintable() for character in draft.text.replace("\n", ""))
    assert openmodel.load(root / "openmodel.yaml") == draft.declaration
    openmodel.build(root)
    assert openmodel.build(root, check=True).manifest.measured
    assert not openmodel.check(root).errors
    openmodel.card(root)
    return True


def test_each_quantisation_in_gguf_has_a_root_of_its_own(tmp_path: Path) -> None:
    first, second = ({name: np.ones(2, "f4")} for name in "ab")
    files: dict[str, Content] = {
        "tiny.Q4_0.gguf": as_gguf(first),
        "tiny.Q8_0.gguf": as_gguf({"a": np.zeros(2, "f4")}),
        "whole-00001-of-00002.gguf": as_gguf(first),
        "whole-00002-of-00002.gguf": as_gguf(second),
        "twice-00001-of-00002.gguf": as_gguf(first),  # Both hold `a`, so that they are no set.
        "twice-00002-of-00002.gguf": as_gguf(first),
        "train.py": "print(1)\n",
    }
    assert _goes_all_the_way(write(tmp_path, files))
    manifest = openmodel.load(tmp_path / "openmodel.json")
    assert manifest.measured is not None
    counted = [(item.tensors, item.parameters) for item in manifest.measured.weights]
    assert sorted(counted) == [(1, 2), (1, 2), (1, 2), (1, 2), (2, 4)]
    assert len({item.tensor_root for item in manifest.measured.weights}) == 3


@pytest.mark.parametrize("piece", ODD, ids=ascii)
def test_names_of_every_sort(tmp_path: Path, piece: str) -> None:
    files = {form.format(piece): content for form, content in FORMS.items()}
    for number in range(2):
        some = dict(list(files.items())[number::2])
        _goes_all_the_way(_created(tmp_path / str(number), {**some, "model.safetensors": weights("c")}))


@pytest.mark.parametrize("block", range(4))
def test_trees_of_such_names(tmp_path: Path, block: int) -> None:
    """20 in each block. Seeded, so that a failure can be repeated by its number."""
    drafts = 0
    for number in range(block * 20, block * 20 + 20):
        chance = random.Random(number)
        names = [
            chance.choice(sorted(FORMS)).format("".join(chance.choices(ODD, k=chance.randint(1, 2)))) for _ in range(6)
        ]
        contents = [chance.choice(list(FORMS.values())) for _ in names]
        drafts += _goes_all_the_way(_created(tmp_path / str(number), dict(zip(names, contents, strict=True))))
    assert drafts


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.tuples(st.sampled_from(sorted(FORMS)), st.text(min_size=1, max_size=12)), max_size=4))
def test_names_of_any_characters(tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[str, str]]) -> None:
    files = {form.format(piece.replace("/", "")): FORMS[form] for form, piece in pieces}
    _goes_all_the_way(_created(tmp_path_factory.mktemp("release"), files))


@pytest.mark.parametrize(
    "names",
    [
        ("*.py", "train.py"),
        ("*.safetensors", "model.safetensors"),
        ("**", "model.safetensors"),
        ("**.gguf", "model.gguf"),
        ("[a].py", "a.py"),
        ("?.py", "a.py"),
        ("LICENSE*", "LICENSE"),
    ],
)
def test_a_name_that_is_a_glob_is_that_file(tmp_path: Path, names: tuple[str, ...]) -> None:
    contents: dict[str, Content] = {"py": "x = 1\n", "safetensors": weights(), "gguf": b"GGUF\3\0\0\0" + b"\0" * 16}
    assert _goes_all_the_way(write(tmp_path, {name: contents.get(name.rpartition(".")[2], MIT) for name in names}))


@pytest.mark.parametrize("name", ["openmodel.records/x", "openmodel.records/a/b.json", "openmodel.tensors.json"])
def test_what_build_refuses_gets_no_draft(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: "{}", "train.py": ""})
    with pytest.raises(InventoryError) as caught:
        openmodel.init(tmp_path)
    assert caught.value.problems[0].where == str(tmp_path / name)
    assert caught.value.problems[0].fix == "Remove it."
    assert not (tmp_path / "openmodel.yaml").exists()


@pytest.mark.parametrize("name", [".json", "a/.jsonl", "a/", "/", ".json.gz", "..csv", "\u00e9.json"])
def test_data_without_a_name_has_one(tmp_path: Path, name: str) -> None:
    root = write(tmp_path, {"data_config.json": [{"name": name, "lines": 5}]})
    assert _goes_all_the_way(root)
    assert all(source.name for source in answered(openmodel.load(root / "openmodel.yaml").sources))


def test_a_name_with_a_line_break_stays_in_its_comment(tmp_path: Path) -> None:
    """YAML 1.1 breaks lines at these; a reader of that version must find nothing else in the draft."""
    files: dict[str, Content] = {f"LICENSE{mark}assertions: x": MIT for mark in ("\u2028", "\u2029")}
    root = write(tmp_path, {**files, "model.safetensors": weights(), "train.py": ""})
    text = openmodel.init(root).text
    assert not [line for line in text.splitlines() if line.startswith("assertions")]
    assert "\\u2028" in text


@pytest.mark.skipif(os.name != "posix", reason="this system refuses such names itself")
def test_the_names_of_the_table_can_be_created(tmp_path: Path) -> None:
    """Else the tests above would show nothing."""
    _created(tmp_path, dict.fromkeys(ODD, ""))
    assert len(list(tmp_path.iterdir())) > len(ODD) / 2
