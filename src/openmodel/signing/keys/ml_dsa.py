# SPDX-License-Identifier: Apache-2.0
"""The three forms of a private ML-DSA-65 key (RFC 9881, section 6): seed, expanded key, both.

The seed is the key; the expanded key follows from it and cannot be turned back. So the seed is what is kept. A file
with both (openssl writes it) is taken if its expanded key is that of its seed, as section 8.2 of the RFC wants: of
two parts that differ nobody could say which one the owner signs with elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from openmodel.signing.keys import der

__all__ = ["OBJECT_ID", "expanded", "seed_in"]

OBJECT_ID = bytes.fromhex("608648016503040312")
"""id-ml-dsa-65, 2.16.840.1.101.3.4.3.18."""

_SEED_TAG = 0x80
_Q, _ROOT, _DROPPED, _ETA = 8380417, 1753, 13, 4
_ROWS, _COLUMNS = 6, 5
_ZETAS = [pow(_ROOT, int(f"{index:08b}"[::-1], 2), _Q) for index in range(256)]


def seed_in(private_key: bytes) -> tuple[bytes, str]:
    """The seed, of any length, or why there is none to take.

    Args:
        private_key: ML-DSA-65-PrivateKey in DER.

    Raises:
        ValueError: it is none of the three forms.
    """
    (form,) = der.elements(private_key)
    if form.tag == _SEED_TAG:
        return form.body, ""
    if form.tag == der.OCTETS:
        return b"", "an ML-DSA-65 key in expanded form only, of which no seed can be computed"
    seed, other = form.parts(der.OCTETS, der.OCTETS)
    if form.tag != der.SEQUENCE:
        raise ValueError("no private ML-DSA-65 key")
    if not hmac.compare_digest(other.body, expanded(seed.body)):
        return b"", "an ML-DSA-65 key whose expanded form does not belong to its seed"
    return seed.body, ""


def expanded(seed: bytes) -> bytes:
    """The expanded key of a seed: ML-DSA.KeyGen_internal and skEncode (FIPS 204, algorithms 6 and 24)."""
    stream = hashlib.shake_256(seed + bytes([_ROWS, _COLUMNS])).digest(128)
    rho, rho_prime, secret = stream[:32], stream[32:96], stream[96:]
    small = [_bounded(rho_prime + index.to_bytes(2, "little")) for index in range(_COLUMNS + _ROWS)]
    transformed = [_ntt(polynomial) for polynomial in small[:_COLUMNS]]
    high, low = [], []
    for row in range(_ROWS):
        total = [0] * 256
        for column in range(_COLUMNS):
            matrix = _uniform(rho + bytes([column, row]))
            total = [t + a * s for t, a, s in zip(total, matrix, transformed[column], strict=True)]
        t = [(a + b) % _Q for a, b in zip(_inverse(total), small[_COLUMNS + row], strict=True)]
        rounded = [(value + (1 << _DROPPED - 1) - 1) >> _DROPPED for value in t]
        high.append(_packed(rounded, 10))
        low.append([value - (part << _DROPPED) for value, part in zip(t, rounded, strict=True)])
    trace = hashlib.shake_256(rho + b"".join(high)).digest(64)
    vectors = [_packed([_ETA - value for value in polynomial], 4) for polynomial in small]
    vectors += [_packed([(1 << _DROPPED - 1) - value for value in polynomial], 13) for polynomial in low]
    return rho + secret + trace + b"".join(vectors)


def _uniform(seed: bytes) -> list[int]:
    """Algorithm 30, RejNTTPoly. One candidate in a thousand is dropped, so the stream is long enough."""
    stream = hashlib.shake_128(seed).digest(3 * 512)
    values = (int.from_bytes(stream[at : at + 3], "little") & 0x7FFFFF for at in range(0, len(stream), 3))
    return [value for value in values if value < _Q][:256]


def _bounded(seed: bytes) -> list[int]:
    """Algorithm 31, RejBoundedPoly. Seven in sixteen are dropped; of 2,048 more than 256 stay."""
    stream = hashlib.shake_256(seed).digest(1024)
    halves = (half for byte in stream for half in (byte & 15, byte >> 4))
    return [_ETA - half for half in halves if half <= 2 * _ETA][:256]


def _butterflies(lengths: list[int]) -> Iterator[tuple[int, int]]:
    for length in lengths:
        for start in range(0, 256, 2 * length):
            yield length, start


def _ntt(values: list[int]) -> list[int]:
    """Algorithm 41."""
    w = list(values)
    for index, (length, start) in enumerate(_butterflies([128, 64, 32, 16, 8, 4, 2, 1]), 1):
        for j in range(start, start + length):
            t = _ZETAS[index] * w[j + length] % _Q
            w[j + length], w[j] = w[j] - t, w[j] + t
    return w


def _inverse(values: list[int]) -> list[int]:
    """Algorithm 42."""
    w = list(values)
    for index, (length, start) in enumerate(_butterflies([1, 2, 4, 8, 16, 32, 64, 128])):
        for j in range(start, start + length):
            t = w[j]
            w[j], w[j + length] = (t + w[j + length]) % _Q, -_ZETAS[255 - index] * (t - w[j + length]) % _Q
    scale = pow(256, -1, _Q)
    return [value * scale % _Q for value in w]


def _packed(values: list[int], bits: int) -> bytes:
    """Algorithms 16 and 17: little-endian bit fields."""
    total = 0
    for value in reversed(values):
        total = total << bits | value
    return total.to_bytes(32 * bits, "little")
