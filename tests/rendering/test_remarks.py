# SPDX-License-Identifier: Apache-2.0
"""What `build` tells beside its result."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner

import openmodel
from openmodel.cli.verbs import app
from openmodel.manifest.measured import Absent, BuiltFrom, Conflict, FileRecord, Format, Measured
from openmodel.rendering.remarks import MOST, remark_on, remarks
from tests.inventory.formats.looking import FILES
from tests.inventory.formats.test_families import POINTER

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


def record(path: str, size: int = 1, form: Format | None = None, unsafe: str | None = None) -> FileRecord:
    known = {"format": form, "unsafe": unsafe}
    given = {name: value for name, value in known.items() if value is not None}
    return FileRecord.model_validate({"path": path, "size": size, "sha256": "a" * 64, "blake3": "b" * 64, **given})


def test_files_with_a_remark() -> None:
    assert remark_on(record("a", unsafe="it is bad")) == "loading it can run code: it is bad"
    assert remark_on(record("c", size=0)) == "it is empty"
    assert remark_on(record("c/__init__.py", size=0)) is None
    assert remark_on(record("d", form="safetensors")) is None


def test_what_is_the_same_of_several_files_is_said_once() -> None:
    built_from = BuiltFrom(declaration_sha256=DIGEST)
    paths = [f"{number:02}.pth" for number in range(MOST + 2)]
    files = (*(record(path, unsafe="a pickle") for path in paths[:3]), record("x", size=0))
    assert list(remarks(Measured(built_from=built_from, files=files, excluded=()))) == [
        "00.pth, 01.pth, 02.pth, each: loading it can run code: a pickle",
        "x: it is empty",
    ]
    files = tuple(record(path, unsafe="a pickle") for path in paths)
    (line,) = remarks(Measured(built_from=built_from, files=files, excluded=()))
    assert line == f"{', '.join(paths[:MOST])}, 2 more, each: loading it can run code: a pickle"


def test_build_and_card_say_it(release: Path) -> None:
    shutil.copy(FILES / "payload.pth", release / "payload.pth")
    (release / "code" / "__main__.py").touch()
    (release / "big.safetensors").write_bytes(POINTER)
    run = CliRunner().invoke(app(), ["build", str(release)])
    assert run.exit_code == 0
    pickle = "its member payload/data.pkl is a pickle that imports __builtin__.print"
    assert run.stderr.splitlines() == [
        "? big.safetensors: it is a Git LFS pointer and not the file itself, which `git lfs pull` fetches",
        "? code/__main__.py: it is empty",
        f"? payload.pth: loading it can run code: {pickle}",
    ]
    card = openmodel.card(release).path.read_text()
    assert "| weights; `git-lfs-pointer`; **it is a Git LFS pointer" in card
    assert "| `pytorch`; **loading it can run code: its member payload/data.pkl is a pickle" in card
