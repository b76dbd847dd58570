# SPDX-License-Identifier: Apache-2.0
"""What is read as `model.sig`, and what is refused although a given key signed it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmodel.errors import DocumentError
from openmodel.signing import KeyPair, PrivateKey, Verification, verify
from openmodel.signing.oms.bundle import decode
from openmodel.signing.oms.file_list import encode, read
from openmodel.signing.oms.older import read_older
from tests.signing.oms.model_files import (
    MODEL,
    Json,
    bundle,
    resources,
    root_of,
    sha256,
    sign_payload,
    statement,
)

MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)


def failed(result: Verification) -> list[int]:
    assert not result.ok
    return [step.number for step in result.steps if step.ok is False]


def alone(model: Path, key: KeyPair, *, older: bool = False) -> Verification:
    return verify(model, keys=[key.public], oms=True, older=older)


def named(name: str) -> Json:
    """A list with one more file, so that it is only the name that is wrong."""
    return statement([*resources(), {"name": name, "algorithm": "sha256", "digest": sha256(b"")}])


def test_what_the_specification_asks_is_read(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, statement())
    result = alone(model, key)
    assert (result.ok, result.outcome, result.by) == (True, "verified", "model.sig")
    assert [(step.number, step.ok) for step in result.steps] == [(12, True), (13, True), (14, True), (16, True)]
    assert (result.file_count, result.algorithm, result.files) == (len(MODEL), "sha256", ())
    (signer,) = result.signers
    assert (signer.line, signer.key_id, signer.key_file, signer.trusted) == (0, key.key_id, str(key.public), True)
    assert (result.name, result.version, result.sequence, result.issued) == (None,) * 4
    assert any("older release" in phrase for phrase in result.unprotected)


def _material(**members: object) -> Callable[[Json, str], None]:
    def change(value: Json, key_id: str) -> None:
        value["verificationMaterial"] = {
            name: {"hint": key_id} if member == "KEY" else member for name, member in members.items()
        }

    return change


def _keyid(keyid: object) -> Callable[[Json, str], None]:
    def change(value: Json, key_id: str) -> None:
        signature = value["dsseEnvelope"]["signatures"][0]
        signature.pop("keyid")
        if keyid != "ABSENT":
            signature["keyid"] = key_id if keyid == "KEY" else keyid

    return change


@pytest.mark.parametrize(
    "change",
    [
        _material(publicKey="KEY", tlogEntries=[]),
        _material(publicKey="KEY", tlogEntries=[], timestampVerificationData=None),
        _material(publicKey={}),
        _material(publicKey={"hint": None}),
        _material(publicKey={"rawBytes": "AAAA", "keyDetails": "PKIX_ECDSA_P256_SHA_256"}),
        _keyid("ABSENT"),
        _keyid(""),
        _keyid(None),
        _keyid("KEY"),
    ],
)
def test_what_other_versions_wrote_is_read(
    change: Callable[[Json, str], None], model: Path, key: KeyPair, secret: PrivateKey
) -> None:
    value = bundle(secret, json.dumps(statement()).encode())
    change(value, key.key_id)
    (model / "model.sig").write_text(json.dumps(value, indent=2))
    assert alone(model, key).ok


@pytest.mark.parametrize(
    "value",
    [
        statement(ignore_paths=None),
        statement(ignore_paths=[]),
        statement(ignore_paths=[".git", ".github", ".gitattributes", ".gitignore", ".gitmodules", "model.sig"]),
        statement(ignore_paths=[".cache", ".cache/huggingface", "openmodel.sig"]),
        statement(allow_symlinks=True),
        statement(list(reversed(resources()))),
        statement([entry | {"annotations": {"a": 1}, "uri": "x"} for entry in resources()]),
    ],
)
def test_choices_that_change_nothing(value: Json, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, value)
    assert alone(model, key).ok


NAMES = [
    "..",
    "../secret",
    "a/../b",
    ".",
    "./a",
    "a/./b",
    "",
    "/etc/passwd",
    "//server/share",
    "\\\\server\\share",
    "a\\b",
    "C:\\windows",
    "C:/windows",
    "c:x",
    "a/",
    "a//b",
    "nul\0byte",
    "line\nfeed",
    "\x7f",
    "e\u0301",
    "x" * 5000,
    "a.txt/below",
    "d0",
    "a.txt",
    "model.sig",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_that_do_not_mean_one_file_are_refused_before_anything_is_opened(
    name: str, model: Path, key: KeyPair, secret: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openmodel.signing.oms.alone.tree_of", lambda _: pytest.fail("it was read"))
    sign_payload(model, secret, named(name))
    assert failed(alone(model, key)) == [14]


def test_names_that_are_only_unusual_are_names(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    for name in ("ab:c", "with space", "-rf", "*.bin", "é", ".hidden", "a..b", "CON"):
        (model / name).touch()
        files = {path.relative_to(model).as_posix(): path.read_bytes() for path in model.rglob("*") if path.is_file()}
        files.pop("model.sig", None)
        sign_payload(model, secret, statement(resources(files)))
        assert alone(model, key).ok, name


@pytest.mark.parametrize(
    "path", [".", "", "*", "**", "*.py", "a.txt", "d0", "../x", "/", ".g", "git", "x/.git", ".git/../a", "mod?l.sig", 1]
)
def test_nothing_of_the_model_can_be_left_out(path: object, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, statement(ignore_paths=["model.sig", path]))
    assert failed(alone(model, key)) == [14]
    for entries in ([], [entry for entry in resources() if entry["name"] != path]):
        sign_payload(model, secret, statement(entries, ignore_paths=[path]))
        assert not alone(model, key).ok


def _put(pointer: str, value: object) -> Json:
    """The statement with another value at a place; `DROP` takes it away."""
    changed = json.loads(json.dumps(statement()))
    *way, last = pointer.strip("/").split("/")
    node = changed
    for token in way:
        node = node[int(token)] if isinstance(node, list) else node[token]
    at = int(last) if isinstance(node, list) else last
    if value == "DROP":
        del node[at]
    else:
        node[at] = value
    result: Json = changed
    return result


DIGEST = resources()[0]["digest"]
STATEMENTS = [
    _put("/_type", "DROP"),
    _put("/_type", "https://in-toto.io/Statement/v0.1"),
    _put("/_type", ["https://in-toto.io/Statement/v1"]),
    _put("/predicateType", "DROP"),
    _put("/predicateType", "https://model_signing/signature/v1.1"),
    _put("/predicateType", "https://model_signing/Digests/v0.1"),
    _put("/predicateType", {}),
    _put("/extra", 1),
    _put("/subject", []),
    _put("/subject", {}),
    _put("/subject", statement()["subject"] * 2),
    _put("/subject/0", "model"),
    _put("/subject/0/name", 1),
    _put("/subject/0/name", "DROP"),
    _put("/subject/0/digest", {}),
    _put("/subject/0/digest", {"sha512": root_of(resources())}),
    _put("/subject/0/digest", {"sha256": root_of(resources()), "md5": "00"}),
    _put("/subject/0/digest/sha256", "0" * 64),
    _put("/subject/0/digest/sha256", root_of(resources()).upper()),
    _put("/subject/0/digest/sha256", [root_of(resources())]),
    _put("/subject/0/digest/sha256", root_of(resources())[:-1]),
    _put("/predicate", []),
    _put("/predicate/extra", True),
    _put("/predicate/resources", "DROP"),
    _put("/predicate/resources", {}),
    _put("/predicate/resources", []),
    _put("/predicate/resources/0", "a.txt"),
    _put("/predicate/resources/0", None),
    _put("/predicate/resources/0/name", None),
    _put("/predicate/resources/0/name", ["a.txt"]),
    _put("/predicate/resources/0/name", "DROP"),
    _put("/predicate/resources/0/digest", "DROP"),
    _put("/predicate/resources/0/digest", [DIGEST]),
    _put("/predicate/resources/0/digest", DIGEST.upper()),
    _put("/predicate/resources/0/digest", DIGEST[:32]),
    _put("/predicate/resources/0/digest", f"{DIGEST}\n"),
    _put("/predicate/resources/0/algorithm", "DROP"),
    _put("/predicate/resources/0/algorithm", "SHA256"),
    _put("/predicate/resources/0/algorithm", "md5"),
    _put("/predicate/resources/0/algorithm", ["sha256"]),
    _put("/predicate/resources/0/algorithm", {"sha256": 1}),
    _put("/predicate/resources/0/algorithm", "sha256-sharded-4"),
    _put("/predicate/resources/1", statement()["predicate"]["resources"][0]),
    _put("/predicate/serialization", "DROP"),
    _put("/predicate/serialization", []),
    _put("/predicate/serialization/method", "DROP"),
    _put("/predicate/serialization/method", ["files"]),
    _put("/predicate/serialization/method", "dfs"),
    _put("/predicate/serialization/method", "file-shard-0"),
    _put("/predicate/serialization/method", "file-shard-4"),
    _put("/predicate/serialization/method", "shards"),
    _put("/predicate/serialization/hash_type", "blake3"),
    _put("/predicate/serialization/hash_type", "DROP"),
    _put("/predicate/serialization/hash_type", ["sha256"]),
    _put("/predicate/serialization/allow_symlinks", "true"),
    _put("/predicate/serialization/allow_symlinks", 1),
    _put("/predicate/serialization/allow_symlinks", "DROP"),
    _put("/predicate/serialization/ignore_paths", "model.sig"),
    _put("/predicate/serialization/ignore_paths", {"model.sig": 1}),
    _put("/predicate/serialization/shard_size", 4),
    _put("/predicate/serialization/extra", 1),
]


@pytest.mark.parametrize("value", STATEMENTS, ids=range(len(STATEMENTS)))
def test_statements_of_another_shape_are_refused(value: Json, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, value)
    assert failed(alone(model, key)) == [14]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"_type": NaN}',
        b"\xff",
        b"[" * 100_000,
        json.dumps(statement()).encode().replace(b'{"_type"', b'{"_type":"x","_type"', 1),
        json.dumps(statement()).encode().replace(b'"name": "a.txt"', b'"name": "evil.py", "n\\u0061me": "a.txt"', 1),
        json.dumps(statement()).encode().replace(b'"files"', b'"\\ud800"', 1),
        json.dumps(statement()).encode() + b" x",
    ],
    ids=range(11),
)
def test_what_is_no_strict_json_is_refused(payload: bytes, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, payload)
    assert failed(alone(model, key)) == ([12] if not payload else [14])


def _set(pointer: str, value: object) -> Callable[[Json], None]:
    def change(node: Json) -> None:
        *way, last = pointer.strip("/").split("/")
        inner: object = node
        for token in way:
            inner = inner[int(token)] if isinstance(inner, list) else inner[token]  # type: ignore[index]
        if value == "DROP":
            del inner[last]  # type: ignore[attr-defined]
        else:
            inner[last] = value  # type: ignore[index]

    return change


BUNDLES = [
    _set("/mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.3"),
    _set("/mediaType", "DROP"),
    _set("/extra", 1),
    _set("/messageSignature", {}),
    _set("/verificationMaterial", {}),
    _set("/verificationMaterial/certificate", {"rawBytes": "AAAA"}),
    _set("/verificationMaterial/x509CertificateChain", {"certificates": []}),
    _set("/verificationMaterial/publicKey/hint", 1),
    _set("/verificationMaterial/tlogEntries", {}),
    _set("/dsseEnvelope/payloadType", "application/json"),
    _set("/dsseEnvelope/payloadType", "DROP"),
    _set("/dsseEnvelope/payload", "DROP"),
    _set("/dsseEnvelope/payload", "not base64"),
    _set("/dsseEnvelope/payload", ["AAAA"]),
    _set("/dsseEnvelope/signatures", []),
    _set("/dsseEnvelope/signatures", [{"sig": "AAAA"}, {"sig": "AAAA"}]),
    _set("/dsseEnvelope/signatures", {"sig": "AAAA"}),
    _set("/dsseEnvelope/signatures", [{"sig": ""}]),
    _set("/dsseEnvelope/signatures", [{"sig": "AAAB=", "keyid": ""}]),
    _set("/dsseEnvelope/signatures", [{"sig": "AAAA", "keyid": "f" * 64}]),
    _set("/dsseEnvelope/signatures", [{"sig": "AAAA", "keyid": 1}]),
    _set("/dsseEnvelope/signatures", [{"sig": "AAAA", "extra": 1}]),
]


@pytest.mark.parametrize("change", BUNDLES, ids=range(len(BUNDLES)))
def test_bundles_of_another_shape_are_refused(
    change: Callable[[Json], None], model: Path, key: KeyPair, secret: PrivateKey
) -> None:
    value = bundle(secret, json.dumps(statement()).encode())
    change(value)
    (model / "model.sig").write_text(json.dumps(value))
    assert failed(alone(model, key)) == [12]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b"{" * 20_000,
        b"[" + b"0," * 50_000 + b"0]",
        b"\x00",
        b'{"mediaType":1,"mediaType":2}',
    ],
    ids=range(7),
)
def test_files_that_are_no_bundle_are_refused(content: bytes, model: Path, key: KeyPair) -> None:
    (model / "model.sig").write_bytes(content)
    assert failed(alone(model, key)) == [12]


def test_a_file_beyond_the_bound_is_not_read(model: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openmodel.signing.oms.checking.decode", lambda _: pytest.fail("it was read"))
    with (model / "model.sig").open("wb") as stream:
        stream.truncate(2**40)
    assert failed(alone(model, key)) == [12]


def test_a_signature_counts_for_a_given_key_only(
    model: Path, key: KeyPair, other_key: KeyPair, secret: PrivateKey
) -> None:
    sign_payload(model, secret, statement())
    result = alone(model, other_key)
    assert failed(result) == [13]
    assert result.signers[0].key_id == key.key_id
    assert "not given" in result.signers[0].problem
    value = json.loads((model / "model.sig").read_text())
    value["verificationMaterial"]["publicKey"]["hint"] = other_key.key_id
    (model / "model.sig").write_text(json.dumps(value))
    assert failed(alone(model, other_key)) == [13]
    assert failed(alone(model, key)) == [13]
    value["verificationMaterial"]["publicKey"]["hint"] = "\x1b[31m" * 100
    (model / "model.sig").write_text(json.dumps(value))
    result = alone(model, key)
    assert failed(result) == [13]
    assert (result.signers[0].key_id, result.signers[0].problem) == ("", "signed with a key that was not given")
    value["verificationMaterial"]["publicKey"] = {}
    (model / "model.sig").write_text(json.dumps(value))
    assert failed(alone(model, other_key)) == [13]
    assert alone(model, key).ok
    assert verify(model, keys=[other_key.public, key.public], oms=True).ok


def test_without_a_signature_it_is_unsigned(model: Path, key: KeyPair) -> None:
    result = alone(model, key)
    assert (result.outcome, failed(result)) == ("unsigned", [12])


@MANY
@given(at=st.integers(0, 10**6), flip=st.integers(1, 255))
def test_any_changed_byte_fails(at: int, flip: int, model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, statement())
    content = bytearray((model / "model.sig").read_bytes())
    before = json.loads(content)
    content[at % len(content)] ^= flip
    (model / "model.sig").write_bytes(bytes(content))
    try:
        is_same = json.loads(content) == before  # Another white space.
    except ValueError:
        is_same = False
    assert alone(model, key).ok is is_same


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    "/_type",
    "/subject",
    "/subject/0",
    "/subject/0/name",
    "/subject/0/digest",
    "/subject/0/digest/sha256",
    "/predicateType",
    "/predicate",
    "/predicate/resources",
    "/predicate/resources/0",
    "/predicate/resources/0/name",
    "/predicate/resources/0/digest",
    "/predicate/resources/0/algorithm",
    "/predicate/serialization",
    "/predicate/serialization/method",
    "/predicate/serialization/shard_size",
    "/predicate/serialization/ignore_paths",
    "/predicate/serialization/ignore_paths/0",
    "/predicate/serialization/allow_symlinks",
]


@settings(max_examples=500, deadline=None)
@given(place=st.sampled_from(PLACES), value=ANYTHING, method=st.sampled_from(["files", "shards", "file-shard-4"]))
def test_only_our_error_comes_out(place: str, value: object, method: str) -> None:
    changed = _put(place, value)
    if isinstance(changed["predicate"], dict) and isinstance(changed["predicate"].get("serialization"), dict):
        changed["predicate"]["serialization"].update({} if "method" in place else {"method": method})
    payload = json.dumps(changed).encode()
    for reading in (read, read_older):
        try:
            files = reading(payload).files
        except DocumentError:
            continue
        assert files
    try:
        decode(json.dumps({"mediaType": value, "verificationMaterial": changed}).encode())
    except DocumentError:
        return
    raise AssertionError(place)


def test_what_is_written_is_read_and_the_same_every_time() -> None:
    files = {path: sha256(content) for path, content in MODEL.items()}
    payload = encode("é", files, [".git", "model.sig"])
    assert payload == encode("é", dict(reversed(files.items())), ["model.sig", ".git"])
    assert read(payload).sha256 == files
    assert read(payload).name == "é"
    assert "é".encode() in payload
    assert [entry["name"] for entry in json.loads(payload)["predicate"]["resources"]] == sorted(files)


def test_the_order_of_names_is_that_of_the_specification() -> None:
    value = json.loads(encode("m", {"d0/w": "0" * 64, "d0.txt": "1" * 64}, []))
    assert [entry["name"] for entry in value["predicate"]["resources"]] == ["d0.txt", "d0/w"]


def test_a_bundle_with_many_values_outside_the_payload_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openmodel.signing.oms.bundle.read_json", lambda *_: pytest.fail("it was parsed"))
    with pytest.raises(DocumentError, match="thousands"):
        decode(b"[" * 20_000)


def test_base64_with_more_than_one_spelling_is_refused(secret: PrivateKey) -> None:
    value = bundle(secret, b"{}")
    assert base64.b64decode(value["dsseEnvelope"]["payload"]) == b"{}"
    value["dsseEnvelope"]["payload"] = "e31="
    with pytest.raises(DocumentError, match="Base64"):
        decode(json.dumps(value).encode())
