# SPDX-License-Identifier: Apache-2.0
"""Remarks on single files, in lines and as `openmodel build` prints them."""

from __future__ import annotations

import shutil
from pathlib import Path

from typer.testing import CliRunner

import openmodel
from openmodel.cli import app
from openmodel.manifest.measured import FileRecord, Format
from openmodel.rendering.files import remarks
from tests.inventory.formats.looking import FILES
from tests.inventory.formats.test_families import POINTER


def record(path: str, size: int = 1, form: Format | None = None, unsafe: str | None = None) -> FileRecord:
    known = {"format": form, "unsafe": unsafe}
    given = {name: value for name, value in known.items() if value is not None}
    return FileRecord.model_validate({"path": path, "size": size, "sha256": "a" * 64, "blake3": "b" * 64, **given})


def test_only_what_matters_is_remarked() -> None:
    files = [
        record("a", unsafe="it is \x1b[31mbad"),
        record("b", form="git-lfs-pointer"),
        record("c", size=0),
        record("d", form="safetensors"),
    ]
    assert list(remarks(files)) == [
        "a: loading it can run code: it is \\x1b[31mbad",
        "b: it is a Git LFS pointer and not the file itself, which `git lfs pull` fetches",
        "c: it is empty",
    ]


def test_a_long_list_is_cut() -> None:
    lines = list(remarks([record(f"{number}", size=0) for number in range(1021)]))
    assert len(lines) == 21
    assert lines[-1] == "1,001 more files of these kinds; openmodel.json lists them"


def test_build_and_card_say_it(release: Path) -> None:
    shutil.copy(FILES / "payload.pth", release / "payload.pth")
    (release / "code" / "__init__.py").touch()
    (release / "big.safetensors").write_bytes(POINTER)
    run = CliRunner().invoke(app, ["build", str(release)])
    assert run.exit_code == 0
    pickle = "its member payload/data.pkl is a pickle that imports __builtin__.print"
    assert run.stderr.splitlines() == [
        "? big.safetensors: it is a Git LFS pointer and not the file itself, which `git lfs pull` fetches",
        "? code/__init__.py: it is empty",
        f"? payload.pth: loading it can run code: {pickle}",
    ]
    card = openmodel.card(release).path.read_text()
    assert "| weights; `git-lfs-pointer`; **it is a Git LFS pointer" in card
    assert "| `pytorch`; **loading it can run code: its member payload/data.pkl is a pickle" in card
