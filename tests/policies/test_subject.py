# SPDX-License-Identifier: Apache-2.0
"""The bytes that a review is bound to."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from openmodel.policies.subject import subject_bytes

DATA: JsonValue = {"sources": [{"id": "a", "name": "A"}], "stages": [{"id": "s"}]}


@pytest.mark.parametrize("pointers", [["/sources"], ["/sources/0/name", "/stages", "/sources"], ["/parents"], [""]])
def test_members_of_the_document_are_kept_and_the_bytes_are_the_same(pointers: list[str]) -> None:
    known: dict[str, bytes] = {}
    for _ in range(2):
        assert subject_bytes(DATA, pointers, known) == subject_bytes(DATA, pointers)
    assert set(known) == {"/sources", "/stages"}.intersection(pointers)
