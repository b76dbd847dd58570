# SPDX-License-Identifier: Apache-2.0
"""The tensors of a safetensors file, read as docs/spec/tensor-root.md and the README of safetensors say."""

from __future__ import annotations

import json
import struct
from typing import Any

from tests.inventory.by_the_page.tensor_root_plain import Tensor, elements
from tests.inventory.by_the_page.tree_plain import RefusedError, refuse_if

BITS = {
    8: "BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ",
    16: "I16 U16 F16 BF16",
    32: "I32 U32 F32",
    64: "C64 F64 I64 U64",
    4: "F4",
    6: "F6_E2M3 F6_E3M2",
}
BITS_OF = {dtype: bits for bits, dtypes in BITS.items() for dtype in dtypes.split()}


def read_safetensors(file: bytes) -> list[Tensor]:
    refuse_if(len(file) < 8, "no length")
    (length,) = struct.unpack("<Q", file[:8])
    refuse_if(length > min(100_000_000, len(file) - 8), "the header ends after the file")
    header, data = parse(file[8 : 8 + length]), file[8 + length :]
    metadata = header.pop("__metadata__", {})
    refuse_if(not isinstance(metadata, dict), "metadata is no object")
    refuse_if(not all(isinstance(value, str) for value in metadata.values()), "metadata that is no text")
    refuse_if(len(header) > 200_000, "too many tensors")
    spans = []
    tensors = []
    for name, entry in header.items():
        begin, end, tensor = read_entry(name, entry, data)
        spans.append((begin, end))
        tensors.append(tensor)
    at = 0
    for begin, end in sorted(spans):
        refuse_if(begin != at, "a gap or an overlap")
        at = end
    refuse_if(at != len(data), "a rest")
    return tensors


def read_entry(name: str, entry: Any, data: bytes) -> tuple[int, int, Tensor]:
    refuse_if(not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}, "fields")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    refuse_if(not isinstance(dtype, str) or dtype not in BITS_OF, "a dtype")
    for numbers in (shape, offsets):
        refuse_if(not isinstance(numbers, list) or any(type(n) is not int for n in numbers), "numbers")
    refuse_if(len(offsets) != 2, "offsets")
    begin, end = offsets
    bits = elements(tuple(shape)) * BITS_OF[dtype]
    refuse_if(bits % 8 != 0, "a part of a byte")
    refuse_if(end - begin != bits // 8, "a size")
    return begin, end, Tensor(name, dtype, tuple(shape), data[begin:end])


def parse(header: bytes) -> dict[str, Any]:
    """An object in JSON that begins with `{`, with spaces after it, and without a key that comes twice."""
    refuse_if(not header.startswith(b"{"), "no object")
    try:
        text = header.decode("utf-8")
        parsed, end = DECODER.raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError("no JSON") from error
    refuse_if(text[end:].strip(" ") != "", "more than spaces after the header")
    refuse_if(not isinstance(parsed, dict), "no object")
    return dict(parsed)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    refuse_if(len(dict(pairs)) != len(pairs), "a key twice")
    texts = (text for pair in pairs for text in pair if isinstance(text, str))
    refuse_if(any("\ud800" <= c <= "\udfff" for text in texts for c in text), "a lone surrogate")
    return dict(pairs)


def no_constant(text: str) -> Any:
    raise RefusedError(text)


def natural(text: str) -> int | None:
    """`-0` is not written as one, though Python reads it as 0."""
    return None if text.startswith("-") else int(text)


DECODER = json.JSONDecoder(object_pairs_hook=once, parse_constant=no_constant, parse_int=natural)
