# SPDX-License-Identifier: Apache-2.0
"""What a safetensors file says of its tensors, believed only if every byte of the file is accounted for.

Stricter than the library where that is lenient, because two readers that disagree on a file load
different weights from the same bytes: no key twice, no unknown field, no white space before the
header, no numbers that a JSON reader may round. Source: safetensors README, "Format"; `Metadata::validate`
in safetensors 0.8.0, `safetensors/src/tensor.rs`.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from openmodel.errors import InventoryError
from openmodel.inventory.header import Header, Tensor, element_count
from openmodel.inventory.header_text import Entry, parse_header, refusal
from openmodel.inventory.naming import shown
from openmodel.inventory.reading import open_regular

__all__ = ["BEGINNING", "DTYPE_BITS", "MAX_HEADER_BYTES", "find_header", "read_header", "read_open_header"]

MAX_HEADER_BYTES = 100_000_000
"""The longest header that the safetensors library reads."""

BEGINNING = 9
"""The bytes by which a file may be safetensors: the length of the header, and its first brace."""

DTYPE_BITS = {
    "BOOL": 8,
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}
"""Bits of one element by dtype code. Source: `enum Dtype` of safetensors 0.8.0; a test compares the two."""


def read_header(path: Path) -> Header:
    """Reads and checks the header of a safetensors file; the tensors themselves are not read.

    Args:
        path: a regular file. Its last name is not followed when it is a symbolic link.

    Raises:
        InventoryError: the file cannot be read, changed while it was read, or is not strictly safetensors.
    """
    with open_regular(path) as opened:
        return read_open_header(opened.stream, opened.identity.size, shown(str(path)))


def read_open_header(stream: BinaryIO, size: int, file: str) -> Header:
    """The same from a stream at the start of the file, which may be part of something remote.

    Args:
        stream: gives the bytes from the first one on; `read(n)` gives n bytes where there are as many.
        size: size of the whole file in bytes.
        file: the file for errors.

    Raises:
        InventoryError: naming the file and the tensor. Nothing is allocated on the word of the file alone.
    """
    length = int.from_bytes(_read(stream, 8, size, file), "little")
    if length > MAX_HEADER_BYTES:
        raise refusal(file, f"a header of {length} bytes", f"one of at most {MAX_HEADER_BYTES}")
    try:
        text = _read(stream, length, size - 8, file).decode()
    except UnicodeDecodeError as error:
        raise refusal(file, f"a header with a fault at byte {error.start}", "UTF-8") from error
    entries, metadata = parse_header(text, file)
    tensors = [_tensor(name, entry, file) for name, entry in entries.items()]
    _check_coverage(tensors, size - 8 - length, file)
    tensors.sort(key=lambda tensor: tensor.name.encode())
    return Header(tuple(tensors), metadata, 8 + length)


def find_header(stream: BinaryIO, size: int, start: bytes) -> Header | None:
    """The checked header of a file of any kind; None unless it is strictly safetensors.

    Args:
        stream: the file, which can be positioned anywhere.
        size: bytes of the file.
        start: its first bytes, at least `BEGINNING` where it has as many.

    Raises:
        OSError: the system does not give the bytes.
    """
    length = int.from_bytes(start[:8], "little")
    if start[8:BEGINNING] != b"{" or length > min(size - 8, MAX_HEADER_BYTES):
        return None
    stream.seek(0)
    try:
        return read_open_header(stream, size, "")
    except InventoryError:  # Nothing but its beginning said that it might be one.
        return None


def _read(stream: BinaryIO, count: int, left: int, file: str) -> bytes:
    found = stream.read(count) if count <= left else b""
    if len(found) < count:
        raise refusal(file, f"{max(left, 0)} bytes where a header needs {count}", "a complete header")
    return found


def _tensor(name: str, entry: Entry, file: str) -> Tensor:
    def refuse(got: str, expected: str) -> InventoryError:
        return refusal(file, f'tensor "{shown(name, 200)}" with {got}', expected)

    bits = DTYPE_BITS.get(entry.dtype)
    if bits is None:
        raise refuse(f'dtype "{shown(entry.dtype, 80)}"', f"one of {', '.join(DTYPE_BITS)}")
    if len(entry.data_offsets) != 2:  # noqa: PLR2004
        raise refuse(f"{len(entry.data_offsets)} data_offsets", "two: the first byte and the one after the last")
    elements = element_count(entry.shape)
    if elements is None:
        raise refuse("a shape of 2^63 elements or more", "fewer")
    size, odd_bits = divmod(elements * bits, 8)
    if odd_bits:
        raise refuse(f"{elements} elements of {bits} bits", "a whole number of bytes")
    start, end = entry.data_offsets
    if end - start != size:
        raise refuse(f"the bytes {start} to {end}", f"{size} bytes, as its dtype and shape say")
    return Tensor(name, entry.dtype, entry.shape, start, end, elements)


def _check_coverage(tensors: list[Tensor], data_size: int, file: str) -> None:
    """Every byte of the data belongs to exactly one tensor: nothing is hidden and nothing is shared."""
    position = 0
    for tensor in sorted(tensors, key=lambda tensor: (tensor.start, tensor.end)):
        if tensor.start != position:
            relation = "overlaps the one before" if tensor.start < position else "leaves a hole before it"
            raise refusal(
                file,
                f'tensor "{shown(tensor.name, 200)}" from byte {tensor.start}, which {relation}',
                f"one that starts at byte {position}",
            )
        position = tensor.end
    if position != data_size:
        raise refusal(file, f"{data_size} bytes after the header", f"{position}, as its tensors say")
