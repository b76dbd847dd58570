# SPDX-License-Identifier: Apache-2.0
"""What `verify` says of `model.sig`, step by step."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from openmodel.errors import DocumentError, OverwriteError
from openmodel.inventory.reading import OpenFile
from openmodel.signing import KeyPair, PrivateKey, Verification, load_private_key, new_key, sign, verify
from openmodel.signing.oms.file_list import read
from tests.signing.oms.model_files import (
    Authority,
    Json,
    bundle,
    payload_in,
    resources,
    sha256,
    sign_payload,
    statement,
)
from tests.signing.oms.test_checking import relist
from tests.signing.oms.test_reading import alone
from tests.signing.oms.test_trust import listed, rooted, trust_file

LATER = "not looked at, because of an earlier step"


@pytest.fixture
def both(built: Path, key: KeyPair) -> Path:
    """A release with both signatures."""
    sign(built, keys=[key.private])
    return built


def said(result: Verification) -> dict[int, tuple[bool | None, str]]:
    """The steps about `model.sig`."""
    return {step.number: (step.ok, step.detail) for step in result.steps if 12 <= step.number <= 16}


def test_all_is_well(both: Path, key: KeyPair, tmp_path: Path) -> None:
    good = {12: (True, "by a key"), 13: (True, key.key_id), 14: (True, "of 'release'")}
    assert said(verify(both, keys=[key.public])) == good | {15: (True, "8 files")}
    good[13] = (True, "Lab")
    trust = trust_file(tmp_path, keys=[listed(key)])
    assert said(verify(both, trust=trust)) == good | {15: (True, "8 files")}
    assert said(verify(both, trust=trust, oms=True)) == good | {16: (True, "8 files, sha256")}


def test_by_a_certificate_of_a_model_without_a_name(
    both: Path, key: KeyPair, secret: PrivateKey, authority: Authority, tmp_path: Path
) -> None:
    (both / "model.sig").unlink()
    sign(both, keys=[key.private], certificate_chain=authority.chain_file(secret), force=True)
    trust = trust_file(tmp_path, **rooted(authority))
    good = {12: (True, "by a certificate"), 13: (True, "Lab"), 15: (True, "8 files")}
    assert said(verify(both, trust=trust)) == good | {14: (True, "of 'release'")}
    value = payload_in(both)
    value["subject"][0]["name"] = ""
    sign_payload(both, secret, value)
    assert said(verify(both, keys=[key.public]))[14] == (True, "")


def test_what_is_no_bundle(both: Path, key: KeyPair) -> None:
    (both / "model.sig").write_text("{}")
    for oms, last in ((False, 15), (True, 16)):
        found = said(verify(both, keys=[key.public], oms=oms))
        assert {number: ok for number, (ok, _) in found.items()} == {12: False, 13: None, 14: None, last: None}
        assert found[12][1].startswith("model.sig: found ")
        assert [found[number][1] for number in (13, 14, last)] == [LATER] * 3


def test_by_a_key_that_was_not_given(both: Path, key: KeyPair, other_key: KeyPair) -> None:
    sign_payload(both, load_private_key(other_key.private), b"anything")
    problem = "signed with a key that was not given"
    assert said(verify(both, keys=[key.public])) == {
        12: (True, "by a key"),
        13: (None, f"{problem}: {other_key.key_id}"),
    }
    assert said(verify(both, keys=[key.public], oms=True)) == {
        12: (True, "by a key"),
        13: (False, problem),
        14: (None, LATER),
        16: (None, LATER),
    }
    value = json.loads((both / "model.sig").read_text())
    value["verificationMaterial"] = {"publicKey": {}}
    (both / "model.sig").write_text(json.dumps(value))
    assert said(verify(both, keys=[key.public]))[13] == (None, "no given key signed it")


def test_without_a_hint_a_key_that_fits_is_found(both: Path, key: KeyPair, secret: PrivateKey, tmp_path: Path) -> None:
    value = bundle(secret, json.dumps(payload_in(both)).encode())
    value["verificationMaterial"] = {"publicKey": {}}
    (both / "model.sig").write_text(json.dumps(value))
    cannot = new_key(tmp_path / "cannot", type="ed25519")
    result = verify(both, keys=[cannot.public, key.public])
    assert said(result)[13] == (True, key.key_id)
    assert result.ok


def test_parts_of_files_are_no_files_of_the_release(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    """Although each is the whole of one."""
    entries = [entry | {"name": f"{entry['name']}:shard-0"} for entry in payload_in(both)["predicate"]["resources"]]
    sign_payload(both, secret, statement(entries, method=f"file-shard-{2**20}"))
    with pytest.raises(OverwriteError, match="a signature on something else than this release"):
        sign(both, keys=[key.private])


@pytest.mark.parametrize(
    ("name", "left_out"),
    [(".git/x", ".git"), (".gitattributes", ".gitattributes"), ("model.sig", "model.sig"), (".cache/x/y", ".cache/x")],
)
def test_what_is_listed_is_not_left_out(name: str, left_out: str) -> None:
    entry = {"name": name, "algorithm": "sha256", "digest": "0" * 64}
    assert list(read(json.dumps(statement([entry], ignore_paths=[".gitx"])).encode()).files) == [name]
    with pytest.raises(DocumentError, match="a file that ignore_paths leaves out"):
        read(json.dumps(statement([entry], ignore_paths=[left_out])).encode())


def test_how_many_files_were_looked_for(both: Path, key: KeyPair, other_key: KeyPair) -> None:
    assert verify(both, keys=[key.public], oms=True).file_count == 8
    assert verify(both, keys=[other_key.public], oms=True).file_count == 0
    assert verify(both, keys=[key.public]).file_count == 4
    assert verify(both, keys=[other_key.public]).file_count == 0


def test_a_false_signature(both: Path, key: KeyPair, other_key: KeyPair) -> None:
    value = bundle(load_private_key(other_key.private), b"anything")
    value["verificationMaterial"]["publicKey"]["hint"] = key.key_id
    (both / "model.sig").write_text(json.dumps(value))
    for oms, last in ((False, 15), (True, 16)):
        assert said(verify(both, keys=[key.public], oms=oms)) == {
            12: (True, "by a key"),
            13: (False, "the signature is not one of this key on this payload"),
            14: (None, LATER),
            last: (None, LATER),
        }


def test_what_is_no_list(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(both, secret, b"[]")
    for oms, last in ((False, 15), (True, 16)):
        found = said(verify(both, keys=[key.public], oms=oms))
        assert {number: ok for number, (ok, _) in found.items()} == {12: True, 13: True, 14: False, last: None}
        assert found[14][1].startswith("model.sig, payload: found another value")


INTERRUPTED = (
    "it lists openmodel.json as it is here, and openmodel.sig is not about that: `sign` was interrupted, or "
    "openmodel.sig is missing; sign again"
)
NOTHING = "no signed manifest to compare it with"


def test_a_list_without_a_manifest_to_compare_it_with(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    signatures = (both / "openmodel.sig").read_bytes()
    (both / "openmodel.sig").unlink()
    assert said(verify(both, keys=[key.public]))[15] == (None, INTERRUPTED)
    manifest = (both / "openmodel.json").read_bytes()
    (both / "openmodel.json").write_bytes(manifest + b"\n")
    assert said(verify(both, keys=[key.public]))[15] == (None, NOTHING)
    (both / "openmodel.sig").write_bytes(signatures)
    assert said(verify(both, keys=[key.public]))[15] == (None, NOTHING)
    (both / "openmodel.json").unlink()
    assert said(verify(both, keys=[key.public]))[15] == (None, NOTHING)
    (both / "openmodel.json").mkdir()
    assert said(verify(both, keys=[key.public]))[15] == (None, NOTHING)
    (both / "openmodel.json").rmdir()
    (both / "openmodel.json").write_bytes(manifest + b"\n")
    relist(both, secret, lambda entries: _of(entries, "openmodel.json").update(digest=sha256(manifest + b"\n")))
    assert said(verify(both, keys=[key.public]))[15] == (None, INTERRUPTED)


def _of(entries: list[Json], name: str) -> Json:
    return next(entry for entry in entries if entry["name"] == name)


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, ", and 1 more")])
def test_five_files_that_differ_are_named(both: Path, key: KeyPair, secret: PrivateKey, count: int, more: str) -> None:
    def add(entries: list[Json]) -> None:
        entries += [{"name": f"z{number}", "algorithm": "sha256", "digest": "0" * 64} for number in range(count)]

    relist(both, secret, add)
    named = "; ".join(f"z{number} is no file of this release" for number in range(5))
    ok, detail = said(verify(both, keys=[key.public]))[15]
    assert ok is False
    assert detail.startswith(f"{named}{more}. `sign` was interrupted")


def test_files_that_are_listed_under_other_names(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    """One that is there under two other names is renamed once, and the second is none of the release."""

    def twice(entries: list[Json]) -> None:
        entry = _of(entries, "data/a.txt")
        entries.append(entry | {"name": "y"})
        entry["name"] = "x"

    relist(both, secret, twice)
    (_, detail) = said(verify(both, keys=[key.public]))[15]
    assert detail.startswith("x is no file of this release; y is no file of this release; data/a.txt is not in it.")


def test_a_name_of_git_that_is_not_there_is_no_file(both: Path, key: KeyPair, secret: PrivateKey) -> None:
    value = payload_in(both)
    value["predicate"]["serialization"]["ignore_paths"] = []
    sign_payload(both, secret, value)
    relist(both, secret, lambda entries: entries.append({"name": ".gitx", "algorithm": "sha256", "digest": "0" * 64}))
    (_, detail) = said(verify(both, keys=[key.public]))[15]
    assert detail.startswith(".gitx is no file of this release.")
    (both / ".gitx").mkdir()
    assert said(verify(both, keys=[key.public]))[15] == (False, detail)


PARTS = [("a.txt", b"alph"), ("a.txt", b"a"), ("d0.txt", b"zero"), ("d0/w.bin", b"weig"), ("d0/w.bin", b"hts")]


def parted() -> Json:
    entries = []
    for number, (path, part) in enumerate(PARTS):
        place = sum(1 for other, _ in PARTS[:number] if other == path)
        entries.append({"name": f"{path}:shard-{place}", "algorithm": "sha256", "digest": sha256(part)})
    entries.append({"name": "empty:shard-0", "algorithm": "sha256", "digest": sha256(b"")})
    return statement(entries, method="file-shard-4")


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (b"alphA", f"part 2: {sha256(b'a')}", f"part 2: {sha256(b'A')}"),
        (b"Alpha", f"part 1: {sha256(b'alph')}", f"part 1: {sha256(b'Alph')}"),
        (b"alphaaaa", f"part 2: {sha256(b'a')}", f"part 2: {sha256(b'aaaa')}"),
        (b"alph", "2 parts of up to 4 bytes", "4 bytes"),
        (b"alphaaaaa", "2 parts of up to 4 bytes", "9 bytes"),
        (b"", "2 parts of up to 4 bytes", "0 bytes"),
    ],
)
def test_which_part_of_a_file_differs(  # noqa: PLR0917  # Three fixtures and a row of the table.
    model: Path, key: KeyPair, secret: PrivateKey, content: bytes, expected: str, found: str
) -> None:
    sign_payload(model, secret, parted())
    assert alone(model, key).ok
    (model / "a.txt").write_bytes(content)
    (row,) = alone(model, key).files
    assert (row.path, row.kind, row.algorithm) == ("a.txt", "altered", "sha256" if "part " in found else "size")
    assert (row.expected, row.found) == (expected, found)


def test_a_part_too_many(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, parted())
    (model / "d0.txt").write_bytes(b"zeros")
    (row,) = alone(model, key).files
    assert (row.expected, row.found) == ("1 part of up to 4 bytes", "5 bytes")


def test_a_whole_file_differs_as_a_whole(model: Path, key: KeyPair, secret: PrivateKey) -> None:
    sign_payload(model, secret, statement())
    (model / "a.txt").write_bytes(b"alphA")
    (row,) = alone(model, key).files
    assert (row.expected, row.found) == (sha256(b"alpha"), sha256(b"alphA"))


def test_more_than_one_who_signed_cannot_be_asked_for(
    model: Path, key: KeyPair, other_key: KeyPair, secret: PrivateKey, tmp_path: Path
) -> None:
    sign_payload(model, secret, statement())
    keys: list[Any] = [listed(key, "Ada"), listed(other_key, "Ben")]
    assert verify(model, trust=trust_file(tmp_path, keys=keys, threshold=1), oms=True).ok
    result = verify(model, trust=trust_file(tmp_path, keys=keys, threshold=2), oms=True)
    assert said(result)[13] == (False, "the trust file asks for 2 who signed, and model.sig has room for one")


@pytest.mark.parametrize(
    ("digest", "found"),
    [
        ({"sha512": "x", "md5": "x"}, "sha512, md5"),
        ({str(number): "x" for number in range(7)}, "0, 1, 2, 3, 4;"),
        ({}, "no digest"),
        (None, "no digest"),
        (1, "no digest"),
    ],
)
def test_which_digests_there_are_of_a_model(digest: object, found: str) -> None:
    value = statement()
    value["subject"][0]["digest"] = digest
    with pytest.raises(DocumentError, match=f"found {found}"):
        read(json.dumps(value).encode())


def test_which_name_is_listed_twice() -> None:
    twice = {"name": "z", "algorithm": "sha256", "digest": "0" * 64}
    with pytest.raises(DocumentError, match="found 'z', a name that is listed twice"):
        read(json.dumps(statement([*resources(), twice, twice])).encode())


def test_a_file_that_has_other_bytes_than_its_size_says(
    model: Path, key: KeyPair, secret: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in /proc, where the size is 0; what is read of it is not taken for the file."""

    class Open(OpenFile):
        def __enter__(self) -> Open:
            super().__enter__()
            self.identity = self.identity._replace(size=0)
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.descriptor)

    sign_payload(model, secret, statement())
    monkeypatch.setattr("openmodel.signing.oms.alone.open_regular", Open)
    rows = alone(model, key).files
    assert [(row.path, row.kind, row.found) for row in rows] == [
        (path, "refused", "a file that changed while it was read") for path in ("a.txt", "d0.txt", "d0/w.bin")
    ]


def test_a_false_signature_in_nobodys_name_is_a_doubt(
    both: Path, key: KeyPair, secret: PrivateKey, authority: Authority, tmp_path: Path
) -> None:
    """Anybody could have put it there: it claims to be of a certificate, whose name was not checked."""
    (both / "model.sig").unlink()
    chain = authority.chain_file(secret)
    sign(both, keys=[key.private], certificate_chain=chain, force=True)
    value = json.loads((both / "model.sig").read_text())
    value["dsseEnvelope"]["signatures"] = bundle(secret, b"other")["dsseEnvelope"]["signatures"]
    (both / "model.sig").write_text(json.dumps(value))
    ok, detail = said(verify(both, trust=trust_file(tmp_path, **rooted(authority))))[13]
    assert (ok, detail.partition(":")[0]) == (None, "the signature is not one of this key on this payload")
