# SPDX-License-Identifier: Apache-2.0
"""What a GGUF file says of its tensors, believed only if every byte after the header is accounted for.

As for safetensors, two readers that disagree on a file load different weights from the same bytes. Source: ggml,
`docs/gguf.md`, "File Structure"; `gguf_init_from_file_impl` in `ggml/src/gguf.cpp`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.formats.gguf import GGUF_HEAD_BYTES, GgufHead, read_gguf_head
from openmodel.inventory.formats.gguf_reading import CutError, GgufReader, Info, UnreadableError
from openmodel.inventory.formats.views import View
from openmodel.inventory.ggml_types import TYPES
from openmodel.inventory.gguf import MAX_PAIRS
from openmodel.inventory.header import Header, Tensor, element_count
from openmodel.inventory.naming import shown
from openmodel.manifest.values import MAX_INTEGER

__all__ = ["MAX_NAME", "MAX_TENSORS", "NO_TENSORS", "GgufTensors", "look_at_tensors", "read_gguf_header"]

MAX_TENSORS = 200_000
"""The most tensors of one file, as of a safetensors file."""

MAX_NAME = 64
"""The longest name of a tensor, in bytes; the standard's own bound."""

MAX_ALIGNMENT = 2**20
"""The largest `general.alignment`; the largest pages that files are laid out for have 64 KiB."""

NO_TENSORS = "it holds no tensors"
"""What is said of a file of keys alone, as of a vocabulary."""

_ALIGNMENT, _UINT32 = b"general.alignment", 4
_FIX = "Write the file again with the library that made it, or take it out of the release."


@dataclass(frozen=True, slots=True)
class GgufTensors:
    """What was found where a GGUF file speaks of its tensors."""

    header: Header | None
    """None where the strict reader refuses the file."""
    defect: str | None
    """Why the file does not hold the tensors that it announces, a phrase that starts with "it"; None where it does, as
    far as this version can tell: it may be of types that came later."""


class _RefusedError(Exception):
    """What was found, what was expected, and what is wrong with the file, if it is the file that is wrong."""

    def __init__(self, got: str, expected: str, defect: str | None = "") -> None:
        super().__init__(got)
        self.got, self.expected = got, expected
        self.defect = f"it has {got}" if defect == "" else defect


def read_gguf_header(stream: BinaryIO, size: int, file: str) -> Header:
    """Reads and checks what the header of a GGUF file says of its tensors, which themselves are not read.

    Args:
        stream: the file, which can be positioned anywhere.
        size: bytes of the file.
        file: the file for errors.

    Raises:
        InventoryError: not a GGUF file of version 1, 2 or 3, or not strictly one; or big-endian, or with a type or name
            that this version does not know how to identify. Nothing is allocated on the word of the file.
        OSError: the system does not give the bytes.
    """
    view = View(stream, size)
    head = read_gguf_head(view.read(0, GGUF_HEAD_BYTES), size)
    try:
        if head is None:
            expected = "GGUF, a version from 1 to 3, and counts that fit into the file"
            raise _RefusedError("a beginning that is not that of GGUF", expected)
        return _header(view, head)
    except _RefusedError as error:
        raise InventoryError(Problem(file, error.got, error.expected, _FIX)) from error


def look_at_tensors(view: View) -> GgufTensors:
    """The same for a file of which it is not known whether anything is wrong with it.

    Raises:
        OSError: the system does not give the bytes.
    """
    head = read_gguf_head(view.read(0, GGUF_HEAD_BYTES), view.size)
    if head is None:
        return GgufTensors(None, None)
    empty = None if head.tensors else NO_TENSORS
    try:
        return GgufTensors(_header(view, head), empty)
    except _RefusedError as error:
        return GgufTensors(None, empty or error.defect)


def _header(view: View, head: GgufHead) -> Header:
    if head.tensors > MAX_TENSORS or head.pairs > MAX_PAIRS:
        got, expected = f"{head.pairs} keys and {head.tensors} tensors", f"at most {MAX_PAIRS} and {MAX_TENSORS}"
        raise _RefusedError(got, expected, None)
    reader = GgufReader(view, head)
    try:
        alignment = _alignment(reader, head)
        infos = [reader.info(number + 1) for number in range(head.tensors)]
        start = -(-reader.at // alignment) * alignment
        padding = reader.padding(start) if infos else b""
    except CutError as error:
        raise _RefusedError("the end of the file", "all of its header", "it is cut off in its header") from error
    except UnreadableError as error:
        got, expected = error.args
        raise _RefusedError(got, expected, "it has a header that cannot be read") from error
    if padding.strip(b"\0"):
        raise _RefusedError("bytes other than zeros between its header and its tensors", "padding of zeros")
    names = _names(infos)
    tensors = [_tensor(name, info) for name, info in zip(names, infos, strict=True)]
    end = start + max((tensor.end for tensor in tensors), default=0)
    if tensors and end > view.size:
        cut = f"it is cut off: its tensors end at byte {end:,} of {view.size:,}"
        raise _RefusedError(f"{view.size} bytes", f"{end}, as its tensors say", cut)
    _require_known(head, infos)
    _check_coverage(tensors, alignment, view.size - start)
    return Header(tuple(sorted(tensors, key=lambda tensor: tensor.name.encode())), {}, start, "gguf")


def _alignment(reader: GgufReader, head: GgufHead) -> int:
    """Passes the keys; gives the one that says where tensors may start."""
    found: int | None = None
    for _ in range(head.pairs):
        key, kind = reader.key(), int(reader.number("I"))
        if key != _ALIGNMENT:
            reader.pass_value(kind)
            continue
        if found is not None or kind != _UINT32:
            raise _RefusedError("a general.alignment twice or of another type", "one that is a UINT32")
        found = int(reader.number("I"))
        if found % 8 or found & (found - 1) or not 0 < found <= MAX_ALIGNMENT:
            raise _RefusedError(f"a general.alignment of {found}", f"a power of two from 8 to {MAX_ALIGNMENT}")
    return found or 32


def _names(infos: list[Info]) -> list[str]:
    """The names of the tensors, each once."""
    names: dict[str, None] = {}
    for number, info in enumerate(infos):
        try:
            name = info.name.decode()
        except UnicodeDecodeError as error:
            raise _RefusedError(f"tensor {number + 1} with a name that is not UTF-8", "a name in UTF-8") from error
        if name in names:
            raise _RefusedError(f'tensor "{shown(name, 200)}" twice', "every name once")
        names[name] = None
    return list(names)


def _tensor(name: str, info: Info) -> Tensor:
    """A tensor, which has at least one byte where its type is not known."""
    what = f'tensor "{shown(name, 200)}"'
    elements = element_count(info.dimensions)
    if elements is None or max(info.dimensions, default=0) > MAX_INTEGER:
        raise _RefusedError(f"{what} with a shape of 2^63 elements or more, or a dimension of 2^53", "fewer")
    code, block, size = TYPES.get(info.kind, ("", 1, 0))
    row = info.dimensions[0] if info.dimensions else 1
    if row % block:
        raise _RefusedError(f"{what} with rows of {row} elements", f"whole blocks of {block}, as its type {code} has")
    length = elements // block * size if code else 1
    return Tensor(name, code, info.dimensions[::-1], info.offset, info.offset + length, elements)


def _require_known(head: GgufHead, infos: list[Info]) -> None:
    """Refuses what is no fault of the file, but has no identity here."""
    if head.order != "little":  # Blocks mix numbers of 8, 16 and 32 bits, and no reader agreed on how they are turned.
        raise _RefusedError("numbers in big-endian order", "little-endian order", None)
    for info in infos:
        what = f'tensor "{shown(info.name.decode(), 200)}"'
        if info.kind not in TYPES:
            raise _RefusedError(f"{what} of the type {info.kind}", "a type of ggml that this version knows", None)
        if len(info.name) > MAX_NAME:  # Some programs are built with a longer bound.
            raise _RefusedError(f"{what}, a name of {len(info.name)} bytes", f"at most {MAX_NAME}", None)


def _check_coverage(tensors: list[Tensor], alignment: int, data_size: int) -> None:
    """Every byte of the data belongs to exactly one tensor, or to the padding that the alignment needs."""
    end = 0
    for tensor in sorted(tensors, key=lambda tensor: (tensor.start, tensor.end)):
        expected = -(-end // alignment) * alignment
        if tensor.start != expected:
            relation = (
                f"is no multiple of {alignment}"
                if tensor.start % alignment
                else "overlaps the one before"
                if tensor.start < expected
                else "leaves a hole before it"
            )
            got = f'tensor "{shown(tensor.name, 200)}" from byte {tensor.start}, which {relation}'
            raise _RefusedError(got, f"one that starts at byte {expected}")
        end = tensor.end
    most = -(-end // alignment) * alignment
    if data_size > most:
        raise _RefusedError("bytes after its last tensor", f"{most} bytes of tensors and padding, and not {data_size}")
