# SPDX-License-Identifier: Apache-2.0
"""Tar archives are followed as `tarfile` of Python follows them, or it is said that they are not."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openmodel.inventory.formats import tars
from tests.inventory.formats.looking import look, unsafe, zipped

CALL = b"cos\nsystem\n(S'true'\ntR."
IN_PART = "it is a tar archive in which readers find different members (followed only in part)"


def header(
    name: bytes = b"a",
    kind: bytes = b"0",
    size: bytes = b"00000000000",
    *,
    at: dict[int, bytes] | None = None,
    signed: bool = False,
) -> bytes:
    """The block before a member, with a checksum that is right."""
    block = bytearray(512)
    for place, content in {0: name, 100: b"0000644\0", 124: size, 156: kind, 148: b" " * 8, **(at or {})}.items():
        block[place : place + len(content)] = content
    total = sum(block) - (256 * sum(byte > 127 for byte in block) if signed else 0)
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def octal(size: int) -> bytes:
    return b"%011o" % size


def filled(content: bytes) -> bytes:
    return content + bytes(-len(content) % 512)


def member(name: bytes, content: bytes, kind: bytes = b"0") -> bytes:
    return header(name, kind, octal(len(content))) + filled(content)


def record(key: bytes, value: bytes) -> bytes:
    length = len(key) + len(value) + 3
    while len(b"%d" % length) + len(key) + len(value) + 3 != length:
        length += 1
    return b"%d %s=%s\n" % (length, key, value)


def seen_by_tarfile(content: bytes) -> list[bytes]:
    """What `tarfile` gives for each regular file, as far as it reads the archive."""
    found: list[bytes] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for _ in range(50):  # Sizes below zero send it in circles.
                if (item := archive.next()) is None:
                    break
                if item.isreg() and (stream := archive.extractfile(item)):
                    found.append(stream.read(len(CALL)))
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, OSError, MemoryError, UnicodeError):
        pass
    return found


END = bytes(1024)
HIDDEN = member(b"model.pkl", CALL)
"""Bytes that are a member for a reader that takes the member before for empty or small, and else its content."""
INNER = bytes(512) + HIDDEN
BIG = octal(len(INNER))
CASES = {
    "size in a header of its own": member(b"x", record(b"size", b"512"), b"x") + header(size=BIG) + INNER,
    "the same of Solaris": member(b"x", record(b"size", b"512"), b"X") + header(size=BIG) + INNER,
    "size in digits of another script": member(b"x", record(b"size", "५१२".encode()), b"x") + header(size=BIG) + INNER,
    "no size that is one": member(b"x", record(b"size", b"many"), b"x") + header(size=octal(len(HIDDEN))) + HIDDEN,
    "the last of two records": member(b"x", record(b"size", b"9") + record(b"size", b"512"), b"x")
    + header(size=BIG)
    + INNER,
    "the first of two headers": member(b"x", record(b"size", b"512"), b"x")
    + member(b"x", record(b"size", BIG), b"x")
    + header(size=BIG)
    + INNER,
    "a record behind the stated end": header(b"x", b"x", octal(3))
    + filled(record(b"a", b"b") + record(b"size", b"512"))
    + header(size=BIG)
    + INNER,
    "a long name before it": member(b"L", b"long" * 50 + b"\0", b"L") + HIDDEN,
    "a long link before it": member(b"K", b"long" * 50 + b"\0", b"K") + HIDDEN,
    "a size in an extended header before a long name": member(b"x", record(b"size", b"512"), b"x")
    + member(b"L", b"n\0", b"L")
    + header(size=BIG)
    + INNER,
    "a directory with a size": header(b"d", b"5", octal(len(HIDDEN))) + HIDDEN,
    "a link with a size": header(b"d", b"1", octal(len(HIDDEN))) + HIDDEN,
    "an old directory with a size": header(b"d/", b"\0", octal(len(HIDDEN))) + HIDDEN,
    "an unknown type": header(b"d", b"Z", octal(512)) + bytes(512) + HIDDEN,
    "a size of nothing": header(b"a", b"0", b" " * 11) + HIDDEN,
    "a size with an underscore": header(b"a", b"0", b"00000001_000") + bytes(512) + HIDDEN,
    "a size with a prefix": header(b"a", b"0", b"0o1000") + bytes(512) + HIDDEN,
    "a size with a sign": header(b"a", b"0", b"+1000") + bytes(512) + HIDDEN,
    "a size that ends early": header(b"a", b"0", b"1000\x00777777") + bytes(512) + HIDDEN,
    "a binary size": header(b"a", b"0", b"\x80" + (512).to_bytes(11, "big")) + bytes(512) + HIDDEN,
    "a checksum of signed bytes": header("é".encode(), signed=True) + HIDDEN,
    "a sparse file": header(b"a", b"S", octal(512), at={386: octal(0), 398: octal(512), 483: octal(512)})
    + bytes(512)
    + HIDDEN,
    "a sparse file with a longer map": header(b"a", b"S", octal(0), at={482: b"\1", 483: octal(0)})
    + bytes(512)
    + HIDDEN,
}


@pytest.mark.parametrize("how", CASES)
def test_members_are_found_where_tarfile_finds_them(how: str) -> None:
    assert CALL in seen_by_tarfile(CASES[how] + END)
    assert "os.system" in unsafe(CASES[how] + END)


LOST = {
    "a sparse file in an extended header": member(
        b"x", record(b"GNU.sparse.map", b"0,1") + record(b"GNU.sparse.size", b"1"), b"x"
    ),
    "a size for all": member(b"g", record(b"size", b"512"), b"g") + header(size=BIG) + INNER,
    "a record that is too short": member(b"x", b"3 size=512\n", b"x"),
    "no record": member(b"x", b"size 512", b"x"),
    "a directory with a size": header(b"d", b"5", octal(512)) + bytes(512),
    "a sparse file": header(b"a", b"S", octal(512)) + bytes(512),
    "no header where one should be": member(b"a", b"text") + b"x" * 512,
    "a size below zero": header(b"a", b"0", b"\xff" * 12) + HIDDEN,
    "an extended header below zero": header(b"a", b"x", b"\xff" * 12) + HIDDEN,
    "an extended header without end": header(b"x", b"x", octal(2**21)) + bytes(2**21) + member(b"a", b"text"),
}


@pytest.mark.parametrize("how", LOST)
def test_where_readers_part_that_is_said(how: str) -> None:
    assert IN_PART in unsafe(LOST[how] + END)


PLAIN = {
    "nothing odd": member(b"a", b"text") + member(b"b", b"more"),
    "an archive of git": member(b"g", record(b"comment", b"0" * 40), b"g") + member(b"a", b"text"),
    "a name in an extended header": member(b"x", record(b"path", b"n" * 200) + record(b"mtime", b"1.5"), b"x")
    + member(b"a", b"text"),
    "a directory and a link": header(b"d/", b"5") + header(b"l", b"2", at={157: b"a"}),
    "no zeros at the end": member(b"a", b"text"),
    "the longest extended header": member(b"x", record(b"comment", b"c" * (2**20 - 17)), b"x") + member(b"a", b"text"),
}


@pytest.mark.parametrize("how", PLAIN)
def test_plain_archives_have_no_remark(how: str) -> None:
    for content in (PLAIN[how] + END, PLAIN[how]):
        assert (look(content).format, look(content).unsafe) == (None, None)


def test_names_in_extended_headers_count() -> None:
    def named(name: bytes) -> bytes:
        return member(b"x", record(b"path", name), b"x") + member(b"other", b"")

    assert (
        look(named(b"pickle") + named(b"storages/") + member(b"L", b"tensors\0x", b"L") + member(b"x", b"")).format
        == "pytorch-legacy"
    )


def test_an_archive_with_as_many_members_as_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    content = member(b"a", b"text") + member(b"b", b"text") + END
    monkeypatch.setattr(tars, "_MAX_MEMBERS", 3)
    assert look(content).unsafe is None
    monkeypatch.setattr(tars, "_MAX_MEMBERS", 2)
    assert "too large" in unsafe(content)
    monkeypatch.setattr(tars, "_MAX_MEMBERS", 20)
    sparse = header(b"a", b"S", octal(0), at={482: b"\1"}) + (bytes(504) + b"\1" + bytes(7)) * 30
    assert "too large" in unsafe(sparse)


KINDS = st.sampled_from([b"0", b"\0", b"7", b"1", b"2", b"5", b"6", b"x", b"X", b"g", b"L", b"K", b"S", b"V", b"Z"])
SIZES = st.one_of(
    st.sampled_from(
        [octal(0), octal(24), octal(512), octal(1024), octal(1536), b"", b" 30 ", b"3_0", b"-1000", b"1000\0001"]
    ),
    st.sampled_from([b"\x80" + bytes(9) + b"\2\0", b"\xff" * 12, b"8", b"\xe9"]),
)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from([b"size", b"path", b"GNU.sparse.size", b"GNU.sparse.map", b"comment", b"hdrcharset"]),
        st.sampled_from([b"0", b"512", b"1024", b"24", b"-512", b"x", b"0,24", "२४".encode()]),
    ),
    max_size=2,
).map(lambda pairs: b"".join(record(key, value) for key, value in pairs))
BODIES = st.one_of(st.just(b""), st.just(filled(CALL)), RECORDS.map(filled), st.just(HIDDEN), st.just(bytes(512)))
PARTS = st.tuples(st.sampled_from([b"a", b"d/", b"\xe9"]), KINDS, SIZES, BODIES)


@settings(max_examples=600, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=5))
@example([(b"a", b"g", octal(24), filled(record(b"size", b"512"))), (b"a", b"0", octal(0), HIDDEN)])
def test_nothing_that_tarfile_finds_is_passed_over(parts: list[tuple[bytes, bytes, bytes, bytes]]) -> None:
    content = b"".join(header(name, kind, size) + body for name, kind, size, body in parts) + END
    if any(one == CALL for one in seen_by_tarfile(content)):
        found = unsafe(content)
        assert "os.system" in found or IN_PART in found


def test_an_archive_that_is_deflated_in_a_zip() -> None:
    archive = member(b"readme", b"text") + HIDDEN + END
    assert "os.system" in unsafe(zipped(("inner", archive), method=zipfile.ZIP_DEFLATED))
