# SPDX-License-Identifier: Apache-2.0
"""Files at the edges of what docs/spec/tensor-root.md takes: each has a root, or is refused."""

from __future__ import annotations

import struct

PLAIN = '"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}'


def safetensors(header: str, data: bytes = b"xy") -> tuple[str, bytes]:
    encoded = header.encode("utf-8", "surrogatepass")
    return "safetensors", struct.pack("<Q", len(encoded)) + encoded + data


def beside(begin: int, end: int, dtype: str = "U8", shape: str = "[0]") -> tuple[str, bytes]:
    """A second tensor beside two bytes of the first."""
    return safetensors(f'{{{PLAIN},"b":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{begin},{end}]}}}}')


def metadata(value: str, key: str = "__metadata__") -> tuple[str, bytes]:
    return safetensors(f'{{"{key}":{value},{PLAIN}}}')


def text(content: bytes) -> bytes:
    return struct.pack("<Q", len(content)) + content


def pair(key: bytes, kind: int, value: bytes) -> bytes:
    return text(key) + struct.pack("<I", kind) + value


def info(name: bytes, dimensions: list[int], number: int = 24, offset: int = 0) -> bytes:
    """Of a tensor, which has the type I8 if not another."""
    lengths = struct.pack(f"<I{len(dimensions)}Q", len(dimensions), *dimensions)
    return text(name) + lengths + struct.pack("<IQ", number, offset)


def gguf(
    infos: list[bytes], data: bytes = b"", pairs: tuple[bytes, ...] = (), pad: bytes = b"\0", step: int = 32
) -> tuple[str, bytes]:
    header = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(pairs)) + b"".join(pairs) + b"".join(infos)
    return "gguf", header + pad * (-len(header) % step) + data


def aligned(to: int) -> tuple[str, bytes]:
    return gguf([info(b"a", [2])], b"xy", (pair(b"general.alignment", 4, struct.pack("<I", to)),), step=max(to, 1))


ONE = [info(b"a", [2])]
YES = pair(b"k", 7, b"\2")

WITH_ROOT = {
    "plain": safetensors(f"{{{PLAIN}}}"),
    "spaces after the header": safetensors(f"{{{PLAIN}}}  "),
    "white space within": safetensors(f"{{\n\t{PLAIN}\r\n}}"),
    "escapes": safetensors('{"\\u0061":{"\\u0064type":"\\u00558","shape":[2],"data_offsets":[0,2]}}'),
    "metadata": metadata('{"a":"\\ud83c\\udca1"}'),
    "metadata with an escaped key": metadata("{}", "__metadata\\u005f_"),
    "empty at 0": beside(0, 0),
    "empty at the end": beside(2, 2),
    "half bytes, none of them": beside(2, 2, "F4", "[0,3]"),
    "the largest dimension": beside(2, 2, shape="[0,9007199254740991]"),
    "rank 1024": beside(2, 2, shape="[0" + ",1" * 1023 + "]"),
    "gguf": gguf(ONE, b"xy"),
    "gguf, padded at the end": gguf(ONE, b"xy".ljust(32, b"\0")),
    "gguf, padded in part": gguf(ONE, b"xy\0"),
    "gguf, only an empty one": gguf([info(b"a", [0])]),
    "gguf, empty behind a full one at one offset": gguf([*ONE, info(b"b", [0])], b"xy"),
    "gguf, empty at the end": gguf([*ONE, info(b"b", [0], offset=32)], b"xy".ljust(32, b"\0")),
    "gguf, scalar": gguf([info(b"a", [])], b"x"),
    "gguf, rank 16": gguf([info(b"a", [1] * 16)], b"x"),
    "gguf, 64 bytes of a name": gguf([info("\u00e9".encode() * 32, [2])], b"xy"),
    "gguf, blocks of nothing": gguf([info(b"a", [0, 3], 2)]),
    "gguf, nearly 2^63 elements": gguf([info(b"a", [2**32, 2**31 - 1, 0])]),
    "gguf, a key twice, and a third truth": gguf(ONE, b"xy", (YES, YES)),
    "gguf, text that is not UTF-8": gguf(ONE, b"xy", (pair(b"\xff", 8, text(b"\xff")),)),
    "gguf, arrays 4 deep": gguf(ONE, b"xy", (pair(b"k", 9, struct.pack("<IQ", 9, 1) * 3 + struct.pack("<IQ", 0, 0)),)),
    "gguf, alignment 8": aligned(8),
    "gguf, alignment 2^20": aligned(2**20),
}

REFUSED = {
    "space before": safetensors(f" {{{PLAIN}}}"),
    "new line after": safetensors(f"{{{PLAIN}}}\n"),
    "not UTF-8": metadata('{"a":"\ud800"}'),
    "key twice": safetensors(f"{{{PLAIN},{PLAIN}}}"),
    "key twice, escaped": safetensors(f"{{{PLAIN},{PLAIN}}}".replace('"a"', '"\\u0061"', 1)),
    "field twice": safetensors(f"{{{PLAIN}}}".replace(":{", ':{"dtype":"U8",')),
    "field too many": safetensors(f'{{{PLAIN[:-1]},"x":0}}}}'),
    "metadata null": metadata("null"),
    "metadata with a number": metadata('{"a":1}'),
    "metadata with a key twice": metadata('{"a":"","a":""}'),
    "metadata with half a pair": metadata('{"a":"\\ud800"}'),
    "name with half a pair": safetensors(f"{{{PLAIN}}}".replace('"a"', '"\\udca1\\ud83c"')),
    "minus zero": beside(2, 2, shape="[-0]"),
    "decimal point": beside(2, 2, shape="[0.0]"),
    "exponent": beside(2, 2, shape="[0e0]"),
    "dimension 2^53": beside(2, 2, shape="[0,9007199254740992]"),
    "2^63 elements but for a zero": beside(2, 2, shape="[0,4294967296,2147483648]"),
    "half bytes": beside(2, 3, "F4", "[1]"),
    "empty within": beside(1, 1),
    "empty beyond": beside(3, 3),
    "overlap": beside(1, 2, shape="[1]"),
    "rest": safetensors(f"{{{PLAIN}}}", b"xyz"),
    "no tensors": safetensors("{}", b""),
    "gguf, padded too far": gguf(ONE, b"xy".ljust(33, b"\0")),
    "gguf, other padding behind": gguf(ONE, b"xy\1"),
    "gguf, other padding before the data": gguf(ONE, b"xy", pad=b"\1"),
    "gguf, other padding before no data": gguf([info(b"a", [0])], pad=b"\1"),
    "gguf, padding before no data cut off": ("gguf", gguf([info(b"a", [0])])[1][:-1]),
    "gguf, cut off": gguf(ONE, b"x"),
    "gguf, no padding before no data": gguf([info(b"a", [0])], pad=b""),
    "gguf, empty at the end of a file cut off": gguf([*ONE, info(b"b", [0], offset=32)], b"xy"),
    "gguf, empty beyond": gguf([info(b"a", [0]), info(b"b", [0], offset=32)], b"\0" * 32),
    "gguf, not aligned": gguf([*ONE, info(b"b", [2], offset=2)], b"xyxy"),
    "gguf, rank 17": gguf([info(b"a", [1] * 17)], b"x"),
    "gguf, 66 bytes of a name": gguf([info("\u00e9".encode() * 33, [2])], b"xy"),
    "gguf, name twice": gguf([info(b"a", [0])] * 2),
    "gguf, part of a block": gguf([info(b"a", [16, 2], 2)], bytes(18)),
    "gguf, scalar of a block": gguf([info(b"a", [], 2)], bytes(18)),
    "gguf, Q8_1": gguf([info(b"a", [0], 9)]),
    "gguf, 2^63 elements but for a zero": gguf([info(b"a", [2**32, 2**31, 0])]),
    "gguf, dimension 2^53": gguf([info(b"a", [2**53, 0])]),
    "gguf, unknown type of no values": gguf(ONE, b"xy", (pair(b"k", 9, struct.pack("<IQ", 13, 0)),)),
    "gguf, long key": gguf(ONE, b"xy", (pair(b"k" * 65_536, 7, b"\0"),)),
    "gguf, alignment of 64 bits": gguf(ONE, b"xy", (pair(b"general.alignment", 10, struct.pack("<Q", 32)),)),
    "gguf, alignment twice": gguf(ONE, b"xy", (pair(b"general.alignment", 4, struct.pack("<I", 32)),) * 2),
    "gguf, alignment 0": aligned(0),
    "gguf, alignment 4": aligned(4),
    "gguf, alignment 24": aligned(24),
    "gguf, alignment 2^21": aligned(2**21),
    "gguf, big-endian": ("gguf", b"GGUF" + struct.pack(">IQQ", 3, 0, 0)),
}
