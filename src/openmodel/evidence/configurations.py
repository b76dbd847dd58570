# SPDX-License-Identifier: Apache-2.0
"""Configuration and tokenizer against the tensors that lie beside them.

Only what both sides say plainly is compared: the rows of embedding and output matrices that are not quantised, where
all that there are agree; layers that are numbered from 0 without a gap in one stack; the width where embedding and last
norm agree. Sources: `config.json` of transformers, `PreTrainedConfig`; `tokenizer.json` of tokenizers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from openmodel.errors import DocumentError
from openmodel.evidence.files import Files, by, directories, directory_of
from openmodel.evidence.findings import Collected
from openmodel.inventory.header import Tensor
from openmodel.manifest.json_text import MAX_BYTES, read_json

__all__ = ["compare_configurations", "wanted_beside"]

MAX_CONFIGURATION = 4 * 2**20
"""The longest configuration that is read, in bytes."""

_MATRIX = re.compile(
    r"(?:.*\.)?(?:embed_tokens|wte|word_embeddings|tok_embeddings|embed_in|lm_head)\.weight", re.DOTALL
)
_LAYER = re.compile(r"(?P<stack>(?:.*?\.)?(?:layers|layer|h|blocks|block))\.(?P<number>[0-9]{1,6})\..*", re.DOTALL)
_LAST_NORM = re.compile(r"(?:.*\.)?(?:norm|ln_f|final_layernorm|final_layer_norm)\.weight", re.DOTALL)
_FLOATS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True, slots=True)
class _Beside:
    """The tensors of one component in one directory, and what lies there."""

    files: Files
    weights: str
    """Pointer of the files of the component."""
    directory: str
    tensors: Mapping[str, Tensor]

    def document(self, name: str, collected: Collected) -> tuple[str, dict[str, JsonValue]]:
        """Path and members of a JSON file beside the tensors; none when it is not there or is none."""
        path = f"{self.directory}/{name}" if self.directory else name
        content = self.files.contents.get(path)
        if content is None:
            return path, {}
        try:
            data = read_json(content, path).data
        except DocumentError as error:
            collected.remark(self.files.owner(path), f"{path} was not compared: found {error.problems[0].got}.")
            return path, {}
        return path, data if isinstance(data, dict) else {}

    def matrices(self) -> dict[str, Tensor]:
        """The embedding and output matrices that are stored as plain numbers."""
        return {
            name: tensor
            for name, tensor in self.tensors.items()
            if len(tensor.shape) == 2 and tensor.dtype in _FLOATS and _MATRIX.fullmatch(name)  # noqa: PLR2004
        }


def wanted_beside(directory: str) -> dict[str, int]:
    """The files in a directory of weights that are compared with them, with the most bytes of each."""
    prefix = f"{directory}/" if directory else ""
    return {
        f"{prefix}config.json": MAX_CONFIGURATION,
        f"{prefix}tokenizer.json": MAX_BYTES,
        f"{prefix}vocab.json": MAX_BYTES,
    }


def compare_configurations(files: Files, collected: Collected) -> None:
    """Compares what lies beside the weights of the release with their tensors."""
    for beside in _beside(files, collected):
        path, configuration = beside.document("config.json", collected)
        nested = configuration.get("text_config")
        text = nested if isinstance(nested, dict) else configuration
        rows = _rows(beside, path, collected)
        if configuration:
            _compare_vocabulary(beside, path, text, rows, collected)
            _compare_layers(beside, path, text, collected)
            _compare_width(beside, path, text, collected)
            _compare_type(beside, path, configuration | text, collected)
        if rows:
            _compare_tokenizer(beside, rows, collected)


def _beside(files: Files, collected: Collected) -> Iterator[_Beside]:
    for pointer, component in files.components:
        # Names in GGUF are others, and what it needs is in it.
        paths = [
            path
            for path in (files.of(component) if "weights" in component.kinds else ())
            if path in files.headers and files.headers[path].format == "safetensors"
        ]
        absent = {directory_of(item.path) for item in files.measured.absent}
        absent |= {directory_of(path) for path in files.of(component) if path in files.bad}
        for directory in directories(paths):
            if directory in absent:
                message = "Configuration and tokenizer were not compared with the tensors, which are not all there."
                collected.remark(f"{pointer}/files", message)
                continue
            headers = [files.headers[path] for path in paths if directory_of(path) == directory]
            yield _Beside(
                files, f"{pointer}/files", directory, {tensor.name: tensor for one in headers for tensor in one.tensors}
            )


def _rows(beside: _Beside, path: str, collected: Collected) -> tuple[str, int] | None:
    """Name and rows of the embedding or output matrix; None without one, or when several differ."""
    matrices = beside.matrices()
    rows = {tensor.shape[0] for tensor in matrices.values()}
    if len(rows) > 1 and path in beside.files.contents:
        message = f"{path} was not compared with the embeddings, which differ in their rows: {sorted(rows)[:5]}."
        collected.remark(beside.files.owner(path), message)
    return (min(matrices), rows.pop()) if len(rows) == 1 else None


def _number(configuration: Mapping[str, JsonValue], *names: str) -> tuple[str, int] | None:
    found = [(name, value) for name in names if type(value := configuration.get(name)) is int]
    return found[0] if found else None


def _compare_vocabulary(
    beside: _Beside,
    path: str,
    configuration: Mapping[str, JsonValue],
    rows: tuple[str, int] | None,
    collected: Collected,
) -> None:
    stated = _number(configuration, "vocab_size")
    if stated is None or rows is None:
        return
    where, (matrix, count) = beside.files.owner(path), rows
    if count < stated[1]:
        said = f"{path}: vocab_size {stated[1]}"
        collected.contradict(where, said, f"{count} rows", by(f"tensor {matrix}"), beside.weights)
    elif count > stated[1]:
        collected.remark(where, f"{matrix} has {count} rows and {path} a vocab_size of {stated[1]}: padded.")


def _compare_layers(beside: _Beside, path: str, configuration: Mapping[str, JsonValue], collected: Collected) -> None:
    stated = _number(configuration, "num_hidden_layers", "n_layer", "num_layers")
    stacks: dict[str, set[int]] = {}
    for name in beside.tensors:
        if found := _LAYER.fullmatch(name):
            stacks.setdefault(found["stack"], set()).add(int(found["number"]))
    is_whole = bool(beside.matrices())  # Else it may be an adapter of some layers.
    if stated is None or len(stacks) != 1 or not is_whole:
        return
    ((stack, numbers),) = stacks.items()
    count = len(numbers)
    where, said = beside.files.owner(path), f"{path}: {stated[0]} {stated[1]}"
    if max(numbers) + 1 != count or count == stated[1]:
        return
    if count < stated[1]:
        collected.contradict(where, said, f"{count} layers", by(f"tensors {stack}.*"), beside.weights)
    else:  # Layers for predicting more than the next token are stored behind the others and not counted.
        collected.remark(where, f"The tensors have {count} layers in {stack}, and {said}.")


def _compare_width(beside: _Beside, path: str, configuration: Mapping[str, JsonValue], collected: Collected) -> None:
    stated = _number(configuration, "hidden_size", "n_embd", "d_model")
    widths = {tensor.shape[1] for tensor in beside.matrices().values()}
    norms = {
        tensor.shape[0]
        for name, tensor in beside.tensors.items()
        if len(tensor.shape) == 1 and _LAST_NORM.fullmatch(name) and not _LAYER.fullmatch(name)
    }
    if stated and len(widths) == 1 and widths == norms and widths != {stated[1]}:
        said = f"{path}: {stated[0]} {stated[1]}"
        owner, read = beside.files.owner(path), by("embedding and last norm")
        collected.contradict(owner, said, f"width {widths.pop()}", read, beside.weights)


def _compare_type(beside: _Beside, path: str, configuration: Mapping[str, JsonValue], collected: Collected) -> None:
    stated = configuration.get("dtype", configuration.get("torch_dtype"))
    elements: Counter[str] = Counter()
    for tensor in beside.tensors.values():
        elements[tensor.dtype] += tensor.elements
    most = max(elements, key=lambda code: (elements[code], code), default="")
    if isinstance(stated, str) and most and stated.removeprefix("torch.") != _FLOATS.get(most, most):
        message = f"{path} states the type {stated}, and most elements of the tensors are {most}."
        collected.remark(beside.files.owner(path), message)


def _compare_tokenizer(beside: _Beside, rows: tuple[str, int], collected: Collected) -> None:
    """A vocabulary that the embedding has no rows for. Tokens that were only added are no contradiction: there are
    releases whose tokenizer has some that the model never learned."""
    matrix, count = rows
    path, tokenizer = beside.document("tokenizer.json", collected)
    model = tokenizer.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if not tokenizer:
        path, vocabulary = beside.document("vocab.json", collected)
    size = _size(vocabulary)
    if size > count:
        said = f"{path}: a vocabulary of {size}"
        collected.contradict(beside.files.owner(path), said, f"{count} rows", by(f"tensor {matrix}"), beside.weights)
    added = tokenizer.get("added_tokens")
    last = (
        _size({str(n): one.get("id") for n, one in enumerate(added) if isinstance(one, dict)})
        if isinstance(added, list)
        else 0
    )
    if size <= count < last:
        message = f"{path} adds tokens up to the number {last - 1}, and {matrix} has {count} rows."
        collected.remark(beside.files.owner(path), message)


def _size(vocabulary: object) -> int:
    """One more than the last number in a vocabulary, or its length where it is a list."""
    if isinstance(vocabulary, list):
        return len(vocabulary)
    if not isinstance(vocabulary, dict):
        return 0
    return max((number for number in vocabulary.values() if type(number) is int), default=-1) + 1
