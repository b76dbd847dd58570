# SPDX-License-Identifier: Apache-2.0
"""Random tensors, and files of both formats written by hand in any of the ways that they may be written, or not."""

from __future__ import annotations

import json
import random
import re
import struct

from hypothesis import strategies as st

from tests.inventory.by_the_page.gguf_plain import TYPES
from tests.inventory.by_the_page.safetensors_plain import BITS_OF
from tests.inventory.by_the_page.tensor_root_plain import Tensor, elements

BLOCKS = {code: (number, block, size) for number, (code, block, size) in TYPES.items()}
NAMES = st.one_of(
    st.text(max_size=16),
    st.text("ab.\x00\n\x7f\x80\u00e9e\u0301\uff21\U0001f0a1\ufeff", max_size=6),
    st.sampled_from(
        ["", "model.layers.0.mlp.up_proj.weight", "general.alignment", "__metadata_", '"', "\\u0041", "/", " "]
    ),
)
SHAPES = st.lists(st.integers(0, 4), max_size=5).map(tuple)
TEXTS = st.text(max_size=6)


def tensors_of(codes: set[str], *, gguf: bool) -> st.SearchStrategy[list[Tensor]]:
    """One to eight tensors of these data types, under different names of at most 64 bytes, which GGUF takes if so."""
    names = NAMES.filter(lambda name: "\0" not in name) if gguf else NAMES
    tensor = st.builds(of_whole_blocks, names, st.sampled_from(sorted(codes)), SHAPES, st.integers(0))
    return st.lists(tensor, min_size=1, max_size=8, unique_by=lambda tensor: tensor.name)


def of_whole_blocks(name: str, dtype: str, shape: tuple[int, ...], seed: int) -> Tensor:
    """With as many elements in the last dimension as whole bytes, or blocks, need; the bytes are any."""
    _, block, size = BLOCKS.get(dtype, (0, 1, 1))
    if dtype in BITS_OF:
        block, size = (4, BITS_OF[dtype] // 2) if BITS_OF[dtype] < 8 else (1, BITS_OF[dtype] // 8)
    if block > 1:
        shape = (*shape[-3:-1], shape[-1] * block if shape else block)
    return Tensor(name, dtype, shape, random.Random(seed).randbytes(elements(shape) // block * size))


@st.composite
def safetensors_files(draw: st.DrawFn, tensors: list[Tensor]) -> bytes:
    entries = {}
    data = b""
    for tensor in draw(st.permutations(tensors)):
        offsets = [len(data), len(data) + len(tensor.data)]
        data += tensor.data
        fields = [("dtype", tensor.dtype), ("shape", tensor.shape), ("data_offsets", offsets)]
        entries[tensor.name] = dict(draw(st.permutations(fields)))
    header = [(name, entries[name]) for name in draw(st.permutations(sorted(entries)))]
    if draw(st.booleans()):
        header.insert(0, ("__metadata__", draw(st.dictionaries(TEXTS, TEXTS, max_size=2))))
    text = json.dumps(dict(header), ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 1, "\t"])))
    encoded = text.encode() + b" " * draw(st.integers(0, 9))
    return struct.pack("<Q", len(encoded)) + encoded + data


@st.composite
def gguf_files(draw: st.DrawFn, tensors: list[Tensor]) -> bytes:
    version, alignment = draw(st.integers(1, 3)), draw(st.sampled_from([None, 8, 32, 64, 4096]))
    count = struct.Struct("<I" if version == 1 else "<Q")

    def text(characters: str) -> bytes:
        return count.pack(len(characters.encode())) + characters.encode()

    strings = struct.pack("<I", 9) + struct.pack("<I", 8) + count.pack(2) + text("a") + text("\u00e9")
    pairs = [
        text("general.name") + struct.pack("<I", 8) + text(draw(TEXTS)),
        text("x.list") + strings,
        text("x.yes") + struct.pack("<I?", 7, True),
        text("x.float") + struct.pack("<Id", 12, 0.5),
    ]
    pairs = [pair for pair in pairs if draw(st.booleans())]
    if alignment is not None:
        pairs.append(text("general.alignment") + struct.pack("<II", 4, alignment))
    step = alignment or 32
    offsets = {}
    data = b""
    last = 0
    for tensor in draw(st.permutations(tensors)):
        offsets[tensor.name] = len(data)
        last = -len(tensor.data) % step
        data += tensor.data + b"\0" * last
    data = data[: len(data) - draw(st.sampled_from([0, last, last // 2]))]
    infos = [
        text(tensor.name)
        + struct.pack("<I", len(tensor.shape))
        + b"".join(count.pack(dimension) for dimension in reversed(tensor.shape))
        + struct.pack("<IQ", BLOCKS[tensor.dtype][0], offsets[tensor.name])
        for tensor in draw(st.permutations(tensors))
    ]
    header = b"GGUF" + struct.pack("<I", version) + count.pack(len(infos)) + count.pack(len(pairs))
    header += b"".join(draw(st.permutations(pairs))) + b"".join(infos)
    return header + b"\0" * (-len(header) % step) + data


VALUES = (
    *("0", "-0", "1", "1.0", "1e0", "2", "4", "9007199254740991", "9007199254740992", "9223372036854775808"),
    *("null", "true", "NaN", "[]", "[0]", "[0,0]", "{}", '{"a":"b"}', '{"a":1}', '{"a":"b","a":"b"}'),
    *('""', '"F4"', '"F32"', '"Q4_0"', '"a"', r'"\u0061"', r'"\ud800"', '"dtype"', r'"\u0073hape"', '"__metadata__"'),
)
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|\d+|[][{},:]')


@st.composite
def spoilt_safetensors(draw: st.DrawFn, file: bytes) -> bytes:
    """With something else in place of a token of the header, or after it, or an end that is cut off or too long."""
    (length,) = struct.unpack("<Q", file[:8])
    header, data = file[8 : 8 + length], file[8 + length :]
    token = draw(st.sampled_from(list(TOKEN.finditer(header))))
    values = st.sampled_from(VALUES).map(str.encode)
    spaces = st.sampled_from([b" ", b"\n", b"\t\r", b"\0", b"\xc2\xa0", b"\xef\xbb\xbf"]).map(token.group().__add__)
    header = header[: token.start()] + draw(st.one_of(values, spaces, st.binary(max_size=1))) + header[token.end() :]
    return struct.pack("<Q", len(header)) + header + draw(st.sampled_from([data, data, data, data[:-1], data + b"\0"]))


@st.composite
def spoilt_gguf(draw: st.DrawFn, file: bytes) -> bytes:
    """With other bytes somewhere, fewer or more of them."""
    at = draw(st.integers(0, len(file)))
    instead = draw(st.one_of(st.binary(max_size=2), st.sampled_from([0, 1, 2, 31, 32, 33]).map(lambda n: bytes([n]))))
    return file[:at] + instead + file[at + draw(st.sampled_from([len(instead), len(instead), 0, 1, 8])) :]
