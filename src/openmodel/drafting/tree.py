# SPDX-License-Identifier: Apache-2.0
"""A release directory as `init` reads it: bounded, never run, and nothing passed over in silence."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from openmodel.errors import DocumentError, InventoryError
from openmodel.inventory.exclusion import CARD
from openmodel.inventory.files import Examination, ExaminedFile
from openmodel.inventory.whole import read_whole
from openmodel.manifest.yaml_text import read_yaml
from openmodel.rendering.card import without_ours

MAX_TEXT = 2 * 2**20
"""The largest file that is read for what it says, in bytes."""

MAX_YAML = 128 * 2**10
"""The longest YAML that is read, in characters; JSON is read some hundred times faster."""
MAX_VALUES = 10_000
"""The most values in it."""

_CARD = CARD.casefold()
_VALUE = re.compile(r"\r\n|[\r\n,\[{]")
_FRONT = re.compile(r"\A---\r?\n.*?\r?\n---[ \t]*\r?\n", re.DOTALL)
_MARKERS = ("config.json", "adapter_config.json", "model_index.json", "mergekit_config.yml")
_WEIGHTS = ("safetensors", "gguf", "onnx", "pytorch", "pytorch-legacy", "torchscript")


class Tree:
    """The files of a release, and how to read them."""

    def __init__(self, root: Path, examination: Examination) -> None:
        self.root = root
        self.examination = examination
        self.files: dict[str, ExaminedFile] = {file.path: file for file in examination.files}
        self.remarks: list[str] = []
        """What could not be read, as sentences for the head of the draft."""
        self._read: dict[str, str | None] = {}
        self._data: dict[str, object] = {}
        self._cards = {path.casefold(): path for path in self.files if posixpath.basename(path).casefold() == _CARD}
        """README files in other letters, such as `readme.md`."""
        is_card = CARD in examination.excluded and not _is_all_ours(self.text(CARD) or "")
        has_card = is_card or _CARD in self._cards
        self.home = _home(self.files, has_card=has_card)
        """The directory of the model inside the release: where its card, configuration or weights are; "" for the
        release itself."""

    def beside(self, name: str) -> str | None:
        """The path of a file of this name in the directory of the model, if there is one."""
        path = posixpath.join(self.home, name)
        there = path in self.files or path in self.examination.excluded
        return path if there else None

    def cards(self) -> list[str]:
        """The paths of what may be the model's card: `README.md`, then the same in other letters."""
        path = posixpath.join(self.home, CARD)
        return [one for one in dict.fromkeys((self.beside(CARD), self._cards.get(path.casefold()))) if one]

    def named(self, *names: str) -> Iterator[str]:
        """The paths of all files of one of these names, those higher up first."""
        found = [path for path in self.files if posixpath.basename(path) in names]
        yield from sorted(found, key=lambda path: (path.count("/"), path))

    def text(self, path: str) -> str | None:
        """The text of a file. None, and a remark, when it is too long, not UTF-8, or cannot be read."""
        if path not in self._read:
            self._read[path] = self._text(path)
        return self._read[path]

    def _text(self, path: str) -> str | None:
        known = self.files.get(path)
        if known and known.format == "git-lfs-pointer":
            self.remarks.append(f"{path} is a pointer of git LFS and not the file; nothing was read from it.")
            return None
        try:
            content = read_whole(self.root, path, MAX_TEXT)
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.remarks.append(f"{path} is not UTF-8 (byte {error.start}); nothing was read from it.")
        except InventoryError as error:
            self.remarks.append(f"{path}: found {error.problems[0].got}; nothing was read from it.")
        return None

    def json(self, path: str | None) -> object:
        """The data of a JSON file; None, and a remark, when it is none. NaN and large numbers are let through, since
        tools write them."""
        return self._parsed(path, self._json)

    def _parsed(self, path: str | None, parse: Callable[[str, str], object]) -> object:
        """The data of a file, which is parsed once."""
        text = self.text(path) if path else None
        if text is None or path is None:
            return None
        if path not in self._data:
            self._data[path] = parse(text, path)
        return self._data[path]

    def _json(self, text: str, path: str) -> object:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            fault = f"{error.msg}, line {error.lineno}"
        except (ValueError, RecursionError) as error:  # A number of thousands of digits, or endless nesting.
            fault = str(error).partition(";")[0]
        self.remarks.append(f"{path} is not JSON ({fault}); nothing was taken from it.")
        return None

    def yaml(self, path: str | None) -> object:
        """The data of a YAML file; None, and a remark, when it is none that is plainly data."""
        return self._parsed(path, self._yaml)

    def _yaml(self, text: str, path: str) -> object:
        if len(text) > MAX_YAML or len(_VALUE.findall(text)) > MAX_VALUES:
            self.remarks.append(f"{path} is longer than YAML that is read here; nothing was taken from it.")
            return None
        try:
            return read_yaml(text.encode(), path, MAX_VALUES).data
        except DocumentError as error:
            problem = error.problems[0]
            where = f", line {problem.line}" if problem.line else ""
            self.remarks.append(f"{path}: found {problem.got}{where}; nothing was taken from it.")
            return None


def _is_all_ours(text: str) -> bool:
    """Whether `openmodel card` wrote a card all by itself; then it says nothing of where the model is."""
    return "openmodel:begin" in text and not without_ours(_FRONT.sub("", text, count=1)).strip()


def _home(files: dict[str, ExaminedFile], *, has_card: bool) -> str:
    marked = {posixpath.dirname(path) for path, file in files.items() if _is_marker(path, file)}
    if has_card or not marked:
        return ""
    return min(marked, key=lambda path: (path.count("/"), path))


def _is_marker(path: str, file: ExaminedFile) -> bool:
    return posixpath.basename(path) in _MARKERS or file.format in _WEIGHTS
