# SPDX-License-Identifier: Apache-2.0
"""BLAKE3 as its specification describes it, slow: the modes `hash` and `derive_key`, with 32 bytes of output.

Source: J. O'Connor, J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere", section 2.
"""

from __future__ import annotations

import struct

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
ROUNDS = 7
BLOCK = 64
CHUNK = 1024

CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_KEY_CONTEXT, DERIVE_KEY_MATERIAL = 32, 64

Words = tuple[int, ...]


def rotate_right(word: int, bits: int) -> int:
    return (word >> bits | word << (32 - bits)) & 0xFFFFFFFF


def quarter(v: list[int], at: tuple[int, int, int, int], x: int, y: int) -> None:
    """The function G of the specification, on four words of the state."""
    a, b, c, d = at
    for word, to_d, to_b in ((x, 16, 12), (y, 8, 7)):
        v[a] = (v[a] + v[b] + word) & 0xFFFFFFFF
        v[d] = rotate_right(v[d] ^ v[a], to_d)
        v[c] = (v[c] + v[d]) & 0xFFFFFFFF
        v[b] = rotate_right(v[b] ^ v[c], to_b)


def compress(chaining: Words, block: bytes, counter: int, flags: int) -> Words:
    """The first 8 of the 16 words of output: the next chaining value, or the digest."""
    m = list(struct.unpack("<16I", block.ljust(BLOCK, b"\0")))
    v = [*chaining, *IV[:4], counter & 0xFFFFFFFF, counter >> 32, len(block), flags]
    for _ in range(ROUNDS):
        for i, at in enumerate(COLUMNS + DIAGONALS):
            quarter(v, at, m[2 * i], m[2 * i + 1])
        m = [m[i] for i in PERMUTATION]
    return tuple(v[i] ^ v[i + 8] for i in range(8))


def hash_chunk(data: bytes, key: Words, index: int, flags: int, root: int) -> Words:
    """The chaining value of one chunk, or the digest when it is the only one; only an empty input has an empty one."""
    blocks = [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)] or [b""]
    chaining = key
    for i, block in enumerate(blocks):
        start = CHUNK_START if i == 0 else 0
        end = CHUNK_END | root if i == len(blocks) - 1 else 0
        chaining = compress(chaining, block, index, flags | start | end)
    return chaining


def hash_tree(data: bytes, key: Words, first: int, flags: int, root: int) -> Words:
    """The subtree over data whose first chunk has the number `first`; the left half is full, and as large as may be."""
    if len(data) <= CHUNK:
        return hash_chunk(data, key, first, flags, root)
    left = 1
    while left * 2 * CHUNK < len(data):
        left *= 2
    sides = (
        *hash_tree(data[: left * CHUNK], key, first, flags, 0),
        *hash_tree(data[left * CHUNK :], key, first + left, flags, 0),
    )
    return compress(key, struct.pack("<16I", *sides), 0, flags | PARENT | root)


def blake3(data: bytes) -> bytes:
    """The default hash, 32 bytes."""
    return struct.pack("<8I", *hash_tree(data, IV, 0, 0, ROOT))


def derive_key(context: bytes, material: bytes) -> bytes:
    """The first 32 bytes of the mode derive_key."""
    key = hash_tree(context, IV, 0, DERIVE_KEY_CONTEXT, ROOT)
    return struct.pack("<8I", *hash_tree(material, key, 0, DERIVE_KEY_MATERIAL, ROOT))
