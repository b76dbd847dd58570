# SPDX-License-Identifier: Apache-2.0
"""What either unpickler of Python reads, the one in C or the one in Python that joblib has, is followed here."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inventory.formats.looking import look, unsafe

CALL = b"cos\nsystem\n(S'true'\ntR."
BEHIND = b"\0junk"


def imported(content: bytes) -> Iterator[str]:
    """What each unpickler asks for, which is not given to it."""

    class InPython(pickle._Unpickler):
        def find_class(self, module: str, name: str) -> object:
            asked.append(f"{module}.{name}")
            return print

    class InC(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            asked.append(f"{module}.{name}")
            return print

    for unpickler in (InPython, InC):
        asked: list[str] = []
        try:
            with warnings.catch_warnings(action="ignore"):
                unpickler(io.BytesIO(content)).load()
        except Exception:  # noqa: BLE001  # Unpicklers raise anything.
            pass
        yield from asked


NAMES = {
    "V in four digits": rb"V\u006fs",
    "V in eight digits": rb"V\U0000006fs",
    "S in hexadecimal": rb"S'\x6fs'",
    "S in octal": rb"S'\157s'",
    "S in double quotes": rb'S"\x6fs"',
}


@pytest.mark.parametrize("how", NAMES)
def test_names_that_are_escaped(how: str) -> None:
    content = NAMES[how] + b"\nVsystem\n\x93(S'true'\ntR."
    assert "os.system" in imported(content)
    for one in (content, content + BEHIND):
        assert look(one).format == "pickle"
        assert "os.system" in unsafe(one) or "a name that is computed" in unsafe(one)


def test_names_on_lines_of_their_own_have_no_escapes() -> None:
    assert unsafe(b"\x80\x02c\\u006fs\nsystem\n.") == "it is a pickle that imports \\u006fs.system"


LINES = {
    "a float with an underscore": b"F1_0",
    "a float with spaces": b"F 1.5 ",
    "no number": b"FnAn",
    "infinity": b"F-Infinity",
    "an exponent with an underscore": b"F1e+1_0",
    "a float that ends at a NUL": b"F1\0junk",
    "an int with an underscore": b"I1_0",
    "an int in hexadecimal": b"I0X_f",
    "an int that ends at a NUL": b"I1\0junk",
    "an int that is nothing": b"I\0",
    "a long with a space": b"L1 L",
    "a long that ends at a NUL": b"L1\0junk",
    "an index with an underscore": b"Np1_0\n0g1_0",
    "an index with a leading zero": b"Np0_1\n0g1",
    "an index with a sign": b"Np+7\n0g 7 ",
    "an index that ends at a NUL": b"Np1\0junk\n0g1",
    "an index of forty digits": b"Np" + b"1" * 40 + b"\n0g" + b"1" * 40,
}


@pytest.mark.parametrize("how", LINES)
def test_lines_that_one_of_them_reads(how: str) -> None:
    content = LINES[how] + b"\n0" + CALL
    assert any(name.endswith(".system") for name in imported(content))
    assert "os.system" in unsafe(content)


ALPHABET = st.sampled_from([*list("01x_.eE+-LnaifI tT\\\x00'\"u6fsXoN"), "nan", "inf", "\\x6f", "\\u006f", "os"])
LINE = st.tuples(st.sampled_from("FILSV"), st.lists(ALPHABET, max_size=6).map("".join))


@settings(max_examples=500, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=3))
def test_no_line_that_one_of_them_reads_stops_us(lines: list[tuple[str, str]]) -> None:
    before = "".join(f"{code}{text}\n0" for code, text in lines).encode()
    if "os.system" in imported(before + CALL):
        assert "os.system" in unsafe(before + CALL)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from("SV"), st.lists(ALPHABET, max_size=4).map("".join), st.sampled_from(["'", '"', ""]))
def test_every_name_is_found_or_counts_as_computed(code: str, text: str, quote: str) -> None:
    content = f"{code}{quote}{text}{quote}\nVname\n".encode() + b"\x93(S'true'\ntR."
    for name in imported(content):
        module = name.removesuffix(".name")
        if module.isidentifier():
            found = unsafe(content + BEHIND)
            assert module in found or "a name that is computed" in found
