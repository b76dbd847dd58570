# SPDX-License-Identifier: Apache-2.0
"""What `model-signing` 0.2 signed: read on demand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openmodel.errors import DocumentError, UsageError
from openmodel.signing import KeyPair, PrivateKey, verify
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.oms.older import older_pae, read_older
from tests.signing.oms.model_files import MODEL, Json, bundle, sha256, sign_payload, statement
from tests.signing.oms.test_reading import alone, failed


def older_statement(**members: object) -> Json:
    value: Json = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {
                "name": path,
                "digest": {"sha256": sha256(content)},
                "annotations": {"actual_hash_algorithm": "file-sha256"},
            }
            for path, content in sorted(MODEL.items())
        ],
        "predicateType": "https://model_signing/Digests/v0.1",
        "predicate": {"unused": "Unused, just passed due to API requirements"},
    }
    return value | members


def write_older(model: Path, secret: PrivateKey, value: Json) -> None:
    payload = json.dumps(value).encode()
    (model / "model.sig").write_text(json.dumps(bundle(secret, payload, older_pae(payload))))


def test_older_files_are_read_only_when_that_is_asked_for(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    write_older(model, secret, older_statement())
    assert failed(alone(model, key)) == [13]
    assert alone(model, key, older=True).ok
    sign_payload(model, secret, older_statement())  # In the right encoding.
    assert failed(alone(model, key)) == [14]
    assert alone(model, key, older=True).ok
    sign_payload(model, secret, statement())
    assert alone(model, key, older=True).ok
    with pytest.raises(UsageError, match="--oms"):
        verify(model, keys=[key.public], older=True)


def test_the_older_encoding_is_that_of_python() -> None:
    assert (
        older_pae(b'{"a":"\xc3\xa9"}') == (f"DSSEV1 {len(IN_TOTO)} {IN_TOTO} 10 " + 'b\'{"a":"\\xc3\\xa9"}\'').encode()
    )


SUBJECT = older_statement()["subject"]


@pytest.mark.parametrize(
    "value",
    [
        older_statement(subject=[]),
        older_statement(subject={}),
        older_statement(subject=[1]),
        older_statement(subject=1),
        older_statement(subject=[*SUBJECT, SUBJECT[0]]),
        older_statement(subject=[*SUBJECT, SUBJECT[0] | {"name": "../x"}]),
        older_statement(subject=[*SUBJECT, SUBJECT[0] | {"name": "a.txt/b"}]),
        older_statement(subject=[SUBJECT[0] | {"digest": {"sha512": "0"}}]),
        older_statement(subject=[SUBJECT[0] | {"digest": {"sha256": "0"}}]),
        older_statement(subject=[SUBJECT[0] | {"annotations": {"actual_hash_algorithm": "file-md5"}}]),
        older_statement(subject=[SUBJECT[0] | {"annotations": []}]),
        older_statement(_type="x"),
        older_statement(more=1),
    ],
    ids=range(13),
)
def test_older_files_of_another_shape_are_refused(value: Json, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    write_older(model, secret, value)
    assert failed(alone(model, key, older=True)) == [14]


def test_another_type_is_no_older_list() -> None:
    values: list[object] = [statement(), 1, None, [], {}]
    for value in values:
        with pytest.raises(DocumentError):
            read_older(json.dumps(value).encode())
