# SPDX-License-Identifier: Apache-2.0
"""Lines of `openmodel.sig`: what is written, and what is read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.signing import signature_file
from openmodel.signing.bundle import Bundle, decode, encode

GOOD = Bundle("ab" * 32, "application/vnd.in-toto+json", b"{}", b"\x30\x00")


def data() -> Any:
    return json.loads(encode(GOOD))


def change(path: str, value: Any) -> Callable[[Any], Any]:
    """Sets, or with `...` deletes, what is at the dotted path."""

    def changed(bundle: Any) -> Any:
        bundle = copy.deepcopy(bundle)
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        node = bundle
        for part in parents:
            node = node[part]
        if value is ...:
            del node[last]
        else:
            node[last] = value
        return bundle

    return changed


SIGNATURE = "dsseEnvelope.signatures.0."
MATERIAL = "verificationMaterial"
CERTIFICATE = {"rawBytes": "AAAA"}


@settings(deadline=None)  # The first one loads the library of schemas.
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.binary(), st.binary(min_size=1))
def test_decode_undoes_encode(hint: str, payload: bytes, signature: bytes) -> None:
    bundle = Bundle(hint, "t", payload, signature)
    assert decode(encode(bundle), "") == bundle
    assert b"\n" not in encode(bundle)


def test_both_key_ids_are_written_and_are_the_same() -> None:
    assert data()[MATERIAL] == {"publicKey": {"hint": GOOD.hint}, "tlogEntries": []}
    assert data()["dsseEnvelope"]["signatures"][0]["keyid"] == GOOD.hint


@pytest.mark.parametrize(
    "good",
    [
        change(SIGNATURE + "keyid", ...),
        change(SIGNATURE + "keyid", None),
        change(SIGNATURE + "keyid", ""),
        change(f"{MATERIAL}.tlogEntries", ...),
        change(f"{MATERIAL}.tlogEntries", [{"logIndex": "1"}]),
        change(f"{MATERIAL}.timestampVerificationData", {"rfc3161Timestamps": []}),
    ],
)
def test_what_others_may_write_is_read(good: Callable[[Any], Any]) -> None:
    assert decode(json.dumps(good(data())).encode(), "") == GOOD


@pytest.mark.parametrize(
    "material",
    [
        {"publicKey": {}},
        {"certificate": CERTIFICATE, "tlogEntries": []},
        {"x509CertificateChain": {"certificates": [CERTIFICATE]}},
    ],
)
def test_a_bundle_that_names_no_key_has_no_hint(material: Any) -> None:
    assert decode(json.dumps(change(MATERIAL, material)(data())).encode(), "").hint == ""


@pytest.mark.parametrize(
    "bad",
    [
        change("extra", 1),
        change("mediaType", ...),
        change("mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.2"),
        change("dsseEnvelope", ...),
        change("dsseEnvelope", []),
        change("dsseEnvelope.extra", 1),
        change("dsseEnvelope.signatures", []),
        change("dsseEnvelope.signatures", [{"sig": "AAAA"}, {"sig": "AAAA"}]),
        change("dsseEnvelope.signatures", {"0": {"sig": "AAAA"}}),
        change(SIGNATURE + "sig", ""),
        change(SIGNATURE + "sig", None),
        change(SIGNATURE + "sig", "AAA"),
        change(SIGNATURE + "sig", "AAB="),  # Bits that are not used are not zero.
        change(SIGNATURE + "sig", "AA AA"),
        change(SIGNATURE + "sig", "_-__"),
        change(SIGNATURE + "sig", "é"),
        change(SIGNATURE + "cert", "AAAA"),
        change(SIGNATURE + "keyid", "cd" * 32),
        change(SIGNATURE + "keyid", 1),
        change("dsseEnvelope.payload", 1),
        change("dsseEnvelope.payload", "="),
        change("dsseEnvelope.payloadType", None),
        change("dsseEnvelope.payloadType", "x" * 1025),
        change(MATERIAL, {}),
        change(MATERIAL, {"publicKey": {"hint": "a"}, "certificate": CERTIFICATE}),
        change(f"{MATERIAL}.publicKey.hint", True),
        change(f"{MATERIAL}.publicKey.rawBytes", "AAAA"),
        change(f"{MATERIAL}.tlogEntries", [1]),
        change(f"{MATERIAL}.tlogEntries", [{}] * 65),
        change("messageSignature", {}),
    ],
)
def test_what_is_no_bundle_is_refused(bad: Callable[[Any], Any]) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(json.dumps(bad(data())).encode(), "line")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"mediaType": 1, "mediaType": 1}',
        b'{"mediaType": NaN}',
        b"[" * 100_000,
        b'"\\ud800"',
    ],
)
def test_what_is_not_strict_json_is_refused(line: bytes) -> None:
    with pytest.raises(DocumentError):
        decode(line, "line")


@given(st.data())
def test_a_changed_line_is_read_as_something_or_refused(given_data: st.DataObject) -> None:
    line = bytearray(encode(GOOD))
    for _ in range(given_data.draw(st.integers(1, 3))):
        line[given_data.draw(st.integers(0, len(line) - 1))] = given_data.draw(st.integers(0, 255))
    (read,) = signature_file.read_lines(bytes(line).replace(b"\n", b" "))
    assert (read.bundle is None) == bool(read.problem)
    assert read.problem.isprintable()


@given(st.binary(max_size=200))
def test_any_bytes_are_lines(content: bytes) -> None:
    lines = signature_file.read_lines(content)
    again = signature_file.join_lines(line.content for line in lines)
    assert again in {content, content + b"\n"}
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(signature_file.read_lines(b"\n" * 1000)) == 1000
    with pytest.raises(DocumentError, match="1,001 lines"):
        signature_file.read_lines(b"\n" * 1001)
    assert signature_file.MAX_BYTES == 2**20
    assert signature_file.MAX_LINE_BYTES == 2**16  # Lines that are slow to refuse took 17 seconds with wider bounds.
    monkeypatch.setattr(signature_file, "MAX_LINE_BYTES", 500)
    long = change("dsseEnvelope.payload", "AAAA" * 100)(data())
    lines = signature_file.read_lines(encode(GOOD) + b"\n" + json.dumps(long).encode())
    assert [line.bundle is None for line in lines] == [False, True]
    monkeypatch.setattr(signature_file, "MAX_BYTES", 10)
    with pytest.raises(DocumentError, match="at most 10 bytes"):
        signature_file.read_lines(b" " * 11)
