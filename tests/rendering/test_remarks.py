# SPDX-License-Identifier: Apache-2.0
"""What `build` tells beside its result."""

from __future__ import annotations

from openmodel.manifest.measured import Absent, BuiltFrom, Conflict, FileRecord, Measured
from openmodel.rendering.remarks import MOST, remarks

DIGEST = "0" * 64


def measured(*paths: str, absent: tuple[Absent, ...] = (), conflicts: tuple[Conflict, ...] = ()) -> Measured:
    files = tuple(FileRecord(path=path, size=1, sha256=DIGEST, blake3=DIGEST) for path in paths)
    built_from = BuiltFrom(declaration_sha256=DIGEST)
    return Measured(built_from=built_from, files=files, excluded=(), absent=absent, conflicts=conflicts)


def test_what_is_no_trouble_is_not_remarked() -> None:
    assert list(remarks(measured("a", "b/a"))) == []


def test_every_sort_of_remark() -> None:
    absent = tuple(
        Absent(path=path, named_by=index) for path, index in (("a", "x.json"), ("b", "x.json"), ("b", "y.json"))
    )
    conflict = Conflict(at="/sources/0/files/0/size", declared=3, observed=4, by="openmodel build")
    assert list(remarks(measured("A.txt", "a.txt", "con", absent=absent, conflicts=(conflict,)))) == [
        "/sources/0/files/0/size: declared 3, measured 4",
        "x.json: names 2 files that are not here",
        "y.json: names 1 file that is not here",
        "A.txt, a.txt: one file on systems that ignore case",
        "con: a name that Windows keeps for a device",
    ]


def test_remarks_end_and_hold_nothing_that_a_terminal_obeys() -> None:
    lines = list(remarks(measured(*(f"{number:03}\u202e?" for number in range(MOST + 5)))))
    assert len(lines) == MOST + 1
    assert all(line.isprintable() for line in lines)
    assert lines[-1] == "and 5 more like it"
