# SPDX-License-Identifier: Apache-2.0
"""Small release directories for the tests of `init`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save

import openmodel
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest

Content = str | bytes | dict[str, object] | list[object]
"""Text, bytes, or what is written as JSON."""


def write(root: Path, files: Mapping[str, Content]) -> Path:
    """Writes the files below a directory and returns it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    root.mkdir(parents=True, exist_ok=True)
    return root


def weights(*names: str) -> bytes:
    """A safetensors file with a small tensor of each name."""
    return save({name: np.arange(6, dtype=np.float32).reshape(2, 3) for name in names or ("w",)})


def drafted(root: Path, files: Mapping[str, Content] | None = None) -> tuple[Manifest, str]:
    """The declaration that is drafted for a directory, and its text. It is also built and checked, as every draft can
    be."""
    draft = openmodel.init(write(root, files or {}))
    text = (root / "openmodel.yaml").read_text(encoding="utf-8")
    assert text == draft.text
    assert openmodel.load(root / "openmodel.yaml") == draft.declaration
    openmodel.build(root)
    assert openmodel.check(root).outcome in ("unmet", "undetermined")
    return draft.declaration, text


def line_of(text: str, start: str) -> str:
    """The one line of a draft that starts so, white space aside."""
    (line,) = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
    return line


def components(directory: Path, files: Mapping[str, Content]) -> tuple[Component, ...]:
    """The components of the draft for some files."""
    return answered(openmodel.init(write(directory, files)).declaration.components)


def of_parameters(directory: Path, names: list[str]) -> dict[str, tuple[str, ...]]:
    """By name, the files of each component of parameters, when nothing is in the files."""
    found = components(directory, dict.fromkeys(names, b""))
    kinds = {"weights", "checkpoint", "optimizer_state"}
    return {one.name: one.files for one in found if set(one.kinds) & kinds}
