# SPDX-License-Identifier: Apache-2.0
"""Recognising bytes and the files beside this one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.recognising import recognise

FILES = Path(__file__).parent / "files"


def look(content: bytes, name: str = "model") -> Recognised:
    return recognise(io.BytesIO(content), len(content), name)


def look_at(name: str) -> Recognised:
    return look((FILES / name).read_bytes(), name)


def unsafe(content: bytes, name: str = "model") -> str:
    found = look(content, name).unsafe
    assert found is not None
    return found


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()
