# SPDX-License-Identifier: Apache-2.0
"""The names that the inventory accepts are names that a manifest can hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from openmodel.inventory.naming import path_defect, shown
from openmodel.manifest.values import RelPath

MANIFEST_PATH: TypeAdapter[str] = TypeAdapter(RelPath)


@settings(deadline=None)
@given(st.text(st.characters() | st.sampled_from("./\\:C")))
def test_what_has_no_defect_is_a_path_of_the_manifest(path: str) -> None:
    if path_defect(path) is None:
        assert MANIFEST_PATH.validate_python(path) == path


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "M", "N", "P", "Z", "Cf", "Cs", "Cc"]) | st.sampled_from("./\\:C\x85")))
def test_what_the_manifest_refuses_has_a_defect(path: str) -> None:
    try:
        MANIFEST_PATH.validate_python(path)
    except ValueError:
        assert path_defect(path)


@pytest.mark.parametrize(
    "path", ["a", "..a", ".a", "...", "a.b", "a b", "é", "日本/語", "👩‍🔬", "a/b/c", "ab:c", "é:c", "1:c", "d/C:c"]
)
def test_ordinary_names_have_no_defect(path: str) -> None:
    assert path_defect(path) is None


@pytest.mark.parametrize("path", ["C:", "C:c", "c:/windows", "a:b/c", "x:0:5"])
def test_a_path_that_begins_like_a_drive_is_neither_inventoried_nor_in_a_manifest(path: str) -> None:
    assert path_defect(path) == "a path with a drive letter"
    with pytest.raises(ValueError, match="string_pattern_mismatch"):
        MANIFEST_PATH.validate_python(path)


@settings(deadline=None)
@given(st.text(st.characters()))
def test_shown_text_is_printable(text: str) -> None:
    assert shown(text).isprintable()


def test_shown_text_escapes_what_a_terminal_obeys_and_ends() -> None:
    assert shown("a\x1b[2J\u202e\udcff\n") == "a\\x1b[2J\\u202e\\udcff\\n"
    assert shown("日本語") == "日本語"
    assert shown("x" * 10, 3) == "xxx…"
