# SPDX-License-Identifier: Apache-2.0
"""The release root, written from docs/spec/release-root.md and nothing else."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tests.inventory.by_the_page.tree_plain import lp, refuse_if, root_of, u64

DOMAIN = b"openmodel release root v1"


class File(NamedTuple):
    path: str
    size: int
    sha256: bytes


def check_path(path: str) -> None:
    segments = path.split("/")
    refuse_if(any(segment in {"", ".", ".."} for segment in segments), "a segment that is empty, . or ..")
    refuse_if(re.match("[A-Za-z]:", path) is not None, "a drive")
    refuse_if(any(c == "\\" or unicodedata.category(c) in {"Cc", "Cs"} for c in path), "a character")
    refuse_if(unicodedata.normalize("NFC", path) != path, "not NFC")


def leaf(file: File) -> bytes:
    fields = (DOMAIN, file.path.encode(), u64(file.size), file.sha256)
    return sha256(b"\x00" + b"".join(lp(field) for field in fields)).digest()


def release_root(files: list[File]) -> str:
    refuse_if(not files, "no files")
    refuse_if(len({file.path for file in files}) != len(files), "a path twice")
    for file in files:
        check_path(file.path)
        refuse_if(not 0 <= file.size < 2**53, "a size")
    return root_of(DOMAIN, [leaf(file) for file in sorted(files, key=lambda file: file.path.encode())])


LEFT_OUT = re.compile(
    r"(openmodel\.yaml|openmodel\.json|openmodel\.tensors\.json|openmodel\.sig|model\.sig|README\.md"
    r"|openmodel\.records/.*|\.cache/huggingface(/.*)?|\.git.*)",
    re.DOTALL,
)


def files_below(directory: Path) -> list[File]:
    """The files of a release; links lead to files, if there are any."""
    files = {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }
    return [
        File(path, len(content), sha256(content).digest())
        for path, content in files.items()
        if not LEFT_OUT.fullmatch(path)
    ]
