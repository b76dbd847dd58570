# SPDX-License-Identifier: Apache-2.0
"""Releases whose bytes are read by check, changes to them, and what came of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openmodel
from openmodel.manifest.loading import plain
from openmodel.policies.report import ReleaseReport, RequirementReport
from tests.releases import DECLARATION, write_release

Document = dict[str, Any]
Step = Callable[[Path], object]


def sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def made(tmp_path: Path, *steps: Step, **fields: Any) -> Path:
    """A built release; steps change its files before, fields of its declaration are replaced."""
    root = write_release(tmp_path / "toy")
    for step in steps:
        step(root)
    document = plain(openmodel.loads(DECLARATION)) | fields
    (root / "openmodel.yaml").write_text(json.dumps(document))
    openmodel.build(root)
    return root


def declared(name: str, **changes: Any) -> list[Document]:
    """A list of the declaration with the first member changed."""
    document: Document = json.loads(json.dumps(plain(openmodel.loads(DECLARATION))))
    first, *others = document[name]
    return [first | changes, *others]


def write(path: str, content: str | bytes) -> Step:
    def step(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)

    return step


def write_json(path: str, content: object) -> Step:
    return write(path, json.dumps(content))


def delete(path: str) -> Step:
    return lambda root: (root / path).unlink()


def fifo(path: str) -> Step:
    def step(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        os.mkfifo(root / path)

    return step


def edit(pointer: str, value: object) -> Step:
    """Changes the manifest after it was built, as whoever wants to pass would."""

    def step(root: Path) -> None:
        document = json.loads((root / "openmodel.json").read_text())
        *tokens, last = [int(token) if token.isdigit() else token for token in pointer.split("/")[1:]]
        place = document
        for token in tokens:
            place = place[token]
        if value is None:
            del place[last]
        else:
            place[last] = value
        (root / "openmodel.json").write_text(json.dumps(document))

    return step


def turned(root: Path) -> None:
    files = json.loads((root / "openmodel.json").read_text())["measured"]["files"]
    edit("/measured/files", files[::-1])(root)


def read(root: Path) -> ReleaseReport:
    (release,) = openmodel.check(root, verify_bytes=True).releases
    assert release.evidence is not None
    return release


def remarks(release: ReleaseReport) -> dict[str, str]:
    assert release.evidence is not None
    return {item.where: item.message for item in release.evidence.remarks}


def requirements(release: ReleaseReport) -> dict[str, RequirementReport]:
    return {item.id: item for policy in release.policies for item in policy.requirements}


def places(release: ReleaseReport) -> dict[str, str]:
    return {item.where: str(item.observed) for item in release.contradictions}


def verified(release: ReleaseReport) -> tuple[str, ...]:
    assert release.evidence is not None
    return release.evidence.verified
