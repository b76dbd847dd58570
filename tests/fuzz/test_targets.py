# SPDX-License-Identifier: Apache-2.0
"""Every fuzz target over its seeds and over some mutations of them, the same each time; atheris is not needed.

`make fuzz` looks further. What it finds is fixed, and its input becomes a seed.
"""

from __future__ import annotations

import random
import re

import pytest

from tests.fuzz.targets import CORPUS, TARGETS

MUTATIONS = 200
MOST_BYTES = 200_000
TOKENS = (b"", b"\0", b"\xff" * 8, b"{", b"[" * 500, b'"', b"\\u0000", b"\\ud800", b"null", b"-1", b"1e999", b"9" * 30)
NUMBER = re.compile(rb"\d+")


def seeds(target: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def mutated(draw: random.Random, known: list[bytes]) -> bytes:
    """A seed with one to four changes."""
    data = draw.choice(known)
    for _ in range(draw.randint(1, 4)):
        start = draw.randint(0, len(data))
        end = min(len(data), start + draw.choice((0, 1, 2, 8, 64)))
        other = draw.choice(known)
        cut = draw.randint(0, len(other))
        numbers = list(NUMBER.finditer(data))
        match draw.randint(0, 4):
            case 0:
                data = data[:start] + draw.randbytes(end - start) + data[end:]
            case 1:
                data = data[:start] + draw.choice(TOKENS) + data[end:]
            case 2:
                data = data[:start] + data[start:end] * 2 + data[end:]
            case 3 if numbers:
                number = draw.choice(numbers)
                data = data[: number.start()] + draw.choice(TOKENS) + data[number.end() :]
            case _:
                data = data[:start] + other[cut : cut + 64] + data[end:]
    return data


def test_every_target_has_seeds() -> None:
    assert sorted(path.name for path in CORPUS.iterdir()) == sorted(TARGETS)
    assert all(seeds(target) for target in TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*")) < MOST_BYTES


@pytest.mark.parametrize("target", TARGETS)
def test_only_errors_of_this_project_leave_it(target: str) -> None:
    known, draw = seeds(target), random.Random(target)
    for data in known:
        TARGETS[target](data)
    for _ in range(MUTATIONS):
        data = mutated(draw, known)
        try:
            TARGETS[target](data)
        except Exception as error:
            error.add_note(f"input: {data!r}")
            raise
