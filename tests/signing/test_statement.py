# SPDX-License-Identifier: Apache-2.0
"""The payload: what is written, and that nothing else is read as a statement about a release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.statement import ReleaseStatement, encode, read, time_text

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
TIME = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0))
STATEMENTS = st.builds(
    ReleaseStatement,
    HEX,
    HEX,
    st.none() | HEX,
    TEXT,
    st.none() | TEXT,
    st.none() | st.integers(0, 2**53 - 1),
    TIME,
    st.none() | TIME,
).filter(lambda statement: not statement.expires or statement.expires > statement.issued)


@settings(deadline=None)  # The first one loads the library of schemas.
@given(STATEMENTS)
def test_read_undoes_encode(statement: ReleaseStatement) -> None:
    assert read(IN_TOTO, encode(statement), "") == statement


@given(STATEMENTS, STATEMENTS)
def test_different_statements_have_different_payloads(one: ReleaseStatement, other: ReleaseStatement) -> None:
    assert (encode(one) == encode(other)) == (one == other)


@given(TEXT, st.binary(), TEXT, st.binary())
def test_what_is_signed_is_unambiguous(kind: str, payload: bytes, other_kind: str, other_payload: bytes) -> None:
    same = (kind, payload) == (other_kind, other_payload)
    assert (pae(kind, payload) == pae(other_kind, other_payload)) == same


@pytest.mark.parametrize("issued", ["2025-01-31T00:00:00Z", "2025-01-31T00:00:01Z"])
def test_no_statement_ends_before_it_begins(issued: str) -> None:
    until = datetime(2025, 1, 31, tzinfo=UTC)
    payload = encode(
        ReleaseStatement("0" * 64, "1" * 64, None, "n", None, None, datetime(2024, 1, 1, tzinfo=UTC), until)
    )
    with pytest.raises(DocumentError, match=r"/predicate/expires.*a time after `issued`"):
        read(IN_TOTO, payload.replace(b"2024-01-01T00:00:00Z", issued.encode()), "payload")


@pytest.mark.parametrize(
    "text", ["2025-00-31T00:00:00Z", "2025-13-31T00:00:00Z", "2025-01-32T00:00:00Z", "2025-01-31T24:00:00Z"]
)
def test_the_schema_knows_the_ranges_of_times(text: str) -> None:
    good = ReleaseStatement("0" * 64, "1" * 64, None, "n", None, None, datetime(2025, 1, 31, tzinfo=UTC))
    with pytest.raises(DocumentError, match="a time as in 2026"):
        read(IN_TOTO, encode(good).replace(b"2025-01-31T00:00:00Z", text.encode()), "payload")


def test_times_are_utc() -> None:
    assert time_text(datetime(2025, 1, 31, 13, 0, 0, 999, timezone(timedelta(hours=1)))) == "2025-01-31T12:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30T00:00:00Z",
        "2025-01-31T00:00:00+00:00",
        "2025-01-31T00:00:00.0Z",
        "2025-01-31",
        "2025-01-31T00:00:00Z\n",
    ],
)
def test_times_have_one_form(text: str) -> None:
    good = ReleaseStatement("0" * 64, "1" * 64, None, "n", None, None, datetime(2025, 1, 31, tzinfo=UTC))
    payload = encode(good).decode().replace("2025-01-31T00:00:00Z", text.replace("\n", "\\n"))
    with pytest.raises(DocumentError):
        read(IN_TOTO, payload.encode(), "payload")
