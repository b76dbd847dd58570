# SPDX-License-Identifier: Apache-2.0
"""The trust file: who counts, how many of them, and files that are refused."""

from __future__ import annotations

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from openmodel.errors import DocumentError, OpenModelError, UsageError
from openmodel.signing import KeyPair, load_public_key, new_key, sign, verify
from openmodel.signing.trust import load_trust, schema
from tests.signing.small_release import payload_of, sign_payload, statement_for
from tests.signing.trust.authorities import NAMED, issue, trust_file

SCHEMA = Path(__file__).parents[3] / "schemas" / schema.FILE
START = "openmodel_trust: 1-draft\n"


@pytest.fixture(scope="session")
def third_key(tmp_path_factory: pytest.TempPathFactory) -> KeyPair:
    return new_key(tmp_path_factory.mktemp("keys") / "three.key", type="ed25519")


@pytest.fixture
def signed_by_three(built: Path, key: KeyPair, other_key: KeyPair, third_key: KeyPair) -> Path:
    sign(built, keys=[key.private, other_key.private, third_key.private])
    return built


def listed(name: str, pair: KeyPair, **more: Any) -> dict[str, Any]:
    return {"name": name, "file": str(pair.public), **more}


def test_one_listed_key_is_enough_unless_more_are_asked_for(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    result = verify(signed, trust=trust_file(tmp_path, keys=[listed("Ada", key)]))
    assert result.ok
    (signer,) = result.signers
    assert (signer.identity, signer.how, signer.key_id) == ("Ada", "key", load_public_key(key.public).key_id)
    assert result.steps[2].detail == "1 of the identities in the trust file, 1 needed: Ada"


def test_the_threshold_counts_people_and_not_keys_or_lines(
    signed_by_three: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair, third_key: KeyPair
) -> None:
    release = signed_by_three
    two_people = [listed("Ada", key), listed("Ada", other_key), listed("Ben", third_key)]
    assert verify(release, trust=trust_file(tmp_path, keys=two_people, threshold=2)).ok
    lines = (release / "openmodel.sig").read_bytes().splitlines(keepends=True)
    (release / "openmodel.sig").write_bytes(b"".join([*lines[:2], lines[0], lines[0]]))
    result = verify(release, trust=trust_file(tmp_path, keys=two_people, threshold=2))
    assert result.outcome == "failed"
    assert [step.number for step in result.steps if step.ok is False] == [3]
    assert result.steps[2].detail == "1 of the identities in the trust file, 2 needed: Ada"
    assert verify(release, trust=trust_file(tmp_path, keys=two_people)).ok


def test_keys_and_certificates_of_one_name_are_one_identity(
    built: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair
) -> None:
    root = issue("Root", authority=True)
    signer = issue("Ada", root)
    chain = tmp_path / "chain.pem"
    chain.write_text(signer.pem)
    sign(built, keys=[key.private, signer.write_key(tmp_path / "ada.key")], certificate_chain=chain)
    parts = {"roots": [{"pem": root.pem}], "identities": NAMED, "threshold": 2}
    ben = listed("Ben", other_key)
    result = verify(built, trust=trust_file(tmp_path, keys=[listed("Ada", key), ben], **parts))
    assert result.outcome == "failed"
    assert result.steps[2].detail.endswith(", 2 needed: Ada")
    assert verify(built, trust=trust_file(tmp_path, keys=[listed("Cem", key), ben], **parts)).ok


def test_false_signatures_and_other_kinds_count_for_nobody(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    trust = trust_file(tmp_path, keys=[listed("Ada", key)])
    sign_payload(signed, key.private, payload_of({**statement_for(signed), "predicateType": "https://slsa.dev/x"}))
    assert "another kind" in verify(signed, trust=trust).signers[0].problem
    sign_payload(signed, key.private, payload_of(statement_for(signed)), "text/plain")
    assert verify(signed, trust=trust).outcome == "failed"
    line = json.loads((signed / "openmodel.sig").read_bytes())
    line["dsseEnvelope"]["payloadType"] = "application/vnd.in-toto+json"
    (signed / "openmodel.sig").write_text(json.dumps(line))
    assert "not one of this key" in verify(signed, trust=trust).signers[0].problem


def test_only_allowed_algorithms_count(signed_by_three: Path, tmp_path: Path, key: KeyPair, third_key: KeyPair) -> None:
    keys = [listed("Ada", key), listed("Ben", third_key)]
    trust = trust_file(tmp_path, keys=keys, algorithms=["ed25519"])
    result = verify(signed_by_three, trust=trust)
    assert result.ok
    assert [signer.identity for signer in result.signers if signer.trusted] == ["Ben"]
    assert "ecdsa-p256-sha256 is not among the allowed algorithms" in result.signers[0].problem
    root = issue("Root", authority=True)
    trust = trust_file(tmp_path, roots=[{"pem": root.pem}], identities=NAMED, algorithms=["ed25519"])
    chain = tmp_path / "chain.pem"
    signer = issue("Ada", root)
    chain.write_text(signer.pem)
    sign(signed_by_three, keys=[signer.write_key(tmp_path / "ada.key")], certificate_chain=chain)
    assert "allowed algorithms" in verify(signed_by_three, trust=trust).signers[3].problem


@pytest.mark.parametrize(
    ("period", "why"),
    [
        ({"valid_from": "2020-01-01T00:00:00Z"}, ""),
        ({"valid_until": "2999-01-01T00:00:00Z"}, ""),
        ({"valid_from": "2999-01-01T00:00:00Z"}, "from 2999-01-01T00:00:00Z on only"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "until 2020-01-01T00:00:00Z only, and no trusted timestamp"),
    ],
)
def test_entries_have_periods(signed: Path, tmp_path: Path, key: KeyPair, period: dict[str, str], why: str) -> None:
    result = verify(signed, trust=trust_file(tmp_path, keys=[listed("Ada", key, **period)]))
    assert result.ok is not bool(why)
    assert why in result.signers[0].problem
    root = issue("Root", authority=True)
    chain = tmp_path / "chain.pem"
    signer = issue("Ada", root)
    chain.write_text(signer.pem)
    sign(signed, keys=[signer.write_key(tmp_path / "ada.key")], certificate_chain=chain)
    trust = trust_file(tmp_path, roots=[{"pem": root.pem}], identities=[{**NAMED[0], **period}])
    assert why in verify(signed, trust=trust).signers[1].problem
    assert verify(signed, trust=trust).ok is not bool(why)


def test_a_lowest_sequence_is_by_the_name_of_the_release(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    keys = [listed("Ada", key)]
    for name, lowest, ok in (("toy", 3, True), ("toy", 4, False), ("Toy", 4, True)):
        result = verify(signed, trust=trust_file(tmp_path, keys=keys, minimum_sequence={name: lowest}))
        assert result.ok is ok
    result = verify(signed, trust=trust_file(tmp_path, keys=keys, minimum_sequence={"toy": 4}))
    (step,) = [step for step in result.steps if step.ok is False]
    assert (step.number, step.detail) == (17, "it is 3; the trust file asks for 4 or more")


def test_a_file_in_yaml_with_keys_inside_and_beside_it(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    folder = tmp_path / "trust"
    folder.mkdir()
    shutil.copy(key.public, folder / "ada.pub")
    for place in (
        "file: ada.pub",
        "pem: |\n" + "".join(f"    {line}" for line in key.public.read_text().splitlines(True)),
    ):
        key_id = load_public_key(key.public).key_id
        text = f"{START}threshold: 1  # of one\nkeys:\n- name: Ada\n  id: {key_id}\n  {place}"
        (folder / "trust.yaml").write_text(text)
        assert verify(signed, trust=folder / "trust.yaml").ok


REFUSED: dict[str, tuple[str, str]] = {
    "empty": ("", "not YAML"),
    "a list": ("[]", "a mapping"),
    "no version": ("keys: []", "no `openmodel_trust`"),
    "another version": ("openmodel_trust: 2", "'1-draft'"),
    "nobody": (START, "no `keys` and no `identities`"),
    "unknown field": (START + "key: []", "the unknown field `key`"),
    "misspelt limit": (START + "keys: [{name: A, file: ada.pub, valid_util: x}]", "`valid_util`"),
    "twice": (START + "threshold: 2\nthreshold: 1", "a second time"),
    "threshold 0": (START + "threshold: 0\nkeys: [{name: A, file: ada.pub}]", "greater than or equal to 1"),
    "threshold as text": (START + "threshold: '1'\nkeys: [{name: A, file: ada.pub}]", "valid integer"),
    "threshold true": (START + "threshold: true\nkeys: [{name: A, file: ada.pub}]", "valid integer"),
    "threshold 1.0": (START + "threshold: 1.0\nkeys: [{name: A, file: ada.pub}]", "/threshold"),
    "never met": (START + "threshold: 2\nkeys: [{name: A, file: ada.pub}]", "1 distinct names"),
    "null": (START + "keys: [{name: A, file: ada.pub, id: null}]", "/keys/0/id"),
    "no algorithms": (START + "algorithms: []\nkeys: [{name: A, file: ada.pub}]", "/algorithms"),
    "rsa": (START + "algorithms: [rsa]\nkeys: [{name: A, file: ada.pub}]", "'ecdsa-p256-sha256'"),
    "no key": (START + "keys: [{name: A}]", "either `file` or `pem`"),
    "two keys": (START + "keys: [{name: A, file: ada.pub, pem: x}]", "either `file` or `pem`"),
    "pem": (START + "keys: [{name: A, pem: x}]", "no PEM public key"),
    "private": (START + "keys: [{name: A, file: ada.key}]", "a private key"),
    "missing": (START + "keys: [{name: A, file: none.pub}]", "cannot be read"),
    "device": (START + "keys: [{name: A, file: /dev/zero}]", "no regular file"),
    "nul": (START + 'keys: [{name: A, file: "a\\0b"}]', "NUL"),
    "other id": (START + f"keys: [{{name: A, file: ada.pub, id: {'0' * 64}}}]", "the id of the key"),
    "same key": (START + "keys: [{name: A, file: ada.pub}, {name: B, file: ada.pub}]", "a key that 'A' has already"),
    "alike": (START + "keys: [{name: Ada, file: ada.pub}, {name: ADA, file: ben.pub}]", "'ADA' and 'Ada'"),
    "spaces": (START + "keys: [{name: 'Ada ', file: ada.pub}]", "needless spaces"),
    "invisible": (START + 'keys: [{name: "A\\u200bda", file: ada.pub}]', "control characters"),
    "bidi": (START + 'keys: [{name: "\\u202eadA", file: ada.pub}]', "control characters"),
    "no name": (START + "keys: [{file: ada.pub}]", "no `name`"),
    "date": (START + "keys: [{name: A, file: ada.pub, valid_from: 2026-02-31T00:00:00Z}]", "a time that exists"),
    "no zone": (START + "keys: [{name: A, file: ada.pub, valid_from: 2026-01-31T00:00:00}]", "a time such as"),
    "backwards": (
        START + "keys: [{name: A, file: ada.pub, valid_from: 2026-02-01T00:00:00Z, valid_until: 2026-01-01T00:00:00Z}]",
        "a time after `valid_from`",
    ),
    "no roots": (START + "identities: [{name: A, email: a@b.c}]", "an identity, and no `roots`"),
    "nobody for roots": (START + "keys: [{name: A, file: ada.pub}]\nroots: [{file: root.pem}]", "whom they vouch for"),
    "root is a leaf": (START + "identities: [{name: A, email: a@b.c}]\nroots: [{file: leaf.pem}]", "no authority"),
    "root is a key": (START + "identities: [{name: A, email: a@b.c}]\nroots: [{file: ada.pub}]", "no certificate"),
    "root of no name": (
        START + "identities: [{name: A, dns: b, root: R}]\nroots: [{file: root.pem}]",
        "one of `roots`",
    ),
    "root of Sigstore": (
        START + "identities: [{name: A, email: b, root: R, issuer: https://i}]\nroots: [{name: R, file: root.pem}]",
        "one of `roots`",
    ),
    "long roots": (START + "identities: [{name: A, dns: b}]\nroots: [{file: long.pem}]", "more than 65,536 bytes"),
    "issuer": (
        START
        + "keys: [{name: A, file: ada.pub}]\nrevocations:"
        + " [{certificate: {issuer: /CN=x, serial: '1'}, effective: 2026-01-01T00:00:00Z}]",
        "-nameopt RFC2253",
    ),
    "two kinds": (START + "identities: [{name: A, email: a@b.c, dns: b}]\nroots: [{file: root.pem}]", "one of `email`"),
    "two names": (
        START + "identities: [{name: A, dns: b}, {name: B, dns: b}]\nroots: [{file: root.pem}]",
        "what is 'A' already",
    ),
    "no sigstore": (START + "identities: [{name: A, dns: b, issuer: https://i}]", "no `sigstore`"),
    "revokes nothing": (
        START + "keys: [{name: A, file: ada.pub}]\nrevocations: [{effective: 2026-01-01T00:00:00Z}]",
        "one of `key`, `certificate` and `fingerprint`",
    ),
    "revokes for ever": (
        START + f"keys: [{{name: A, file: ada.pub}}]\nrevocations: [{{key: {'0' * 64}}}]",
        "no `effective`",
    ),
    "serial": (
        START
        + "keys: [{name: A, file: ada.pub}]\nrevocations:"
        + " [{certificate: {issuer: CN=x, serial: zz}, effective: 2026-01-01T00:00:00Z}]",
        "the serial number in hexadecimal",
    ),
    "sequence": (START + "keys: [{name: A, file: ada.pub}]\nminimum_sequence: {toy: -1}", "/minimum_sequence/toy"),
    "rotation": (START + "keys: [{name: A, file: ada.pub}]\nrotations: [ada.pub]", "ada.pub"),
    "alias": (START + "keys: &a [*a]", ""),
    "merge": (START + "x: &x {name: A}\nkeys: [{<<: *x, file: ada.pub}]", ""),
    "tag": (START + "keys: !!python/object:os.system []", ""),
    "deep": (START + "keys: " + "[" * 5000, ""),
    "wide": (START + "keys: [" + "{}, " * 900 + "]", "problems"),
    "long": (START + "#" * 2**20, "more than 1,048,576 bytes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_files_that_are_refused(signed: Path, tmp_path: Path, key: KeyPair, other_key: KeyPair, case: str) -> None:
    content, why = REFUSED[case]
    shutil.copy(key.public, tmp_path / "ada.pub")
    shutil.copy(key.private, tmp_path / "ada.key")
    shutil.copy(other_key.public, tmp_path / "ben.pub")
    root = issue("Root", authority=True)
    (tmp_path / "root.pem").write_text(root.pem)
    (tmp_path / "leaf.pem").write_text(issue("Leaf", root).pem)
    (tmp_path / "long.pem").write_text(root.pem + "\n" * 2**16)
    trust = tmp_path / "trust.yaml"
    trust.write_text(content)
    with pytest.raises(OpenModelError) as caught:
        verify(signed, trust=trust)
    assert why in str(caught.value)
    assert len(str(caught.value)) < 20_000


@pytest.mark.parametrize(
    "content",
    [
        b'{"openmodel_trust": "1-draft", "threshold": 2, "thr\\u0065shold": 1}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"openmodel_trust": "1-draft", "threshold": 1e0}',
        b'{"openmodel_trust": "1-draft", "threshold": NaN}',
        b"[" * 100_000,
        b'{"openmodel_trust": "1-draft", "keys": [{"name": "\\ud800", "pem": "x"}]}',
    ],
)
def test_json_is_read_strictly(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "trust.json").write_bytes(content)
    with pytest.raises(DocumentError):
        load_trust(tmp_path / "trust.json")


def test_where_it_may_not_lie_and_what_may_not_be_given_with_it(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    trust = trust_file(tmp_path, keys=[listed("Ada", key)])
    inside = shutil.copy(trust, signed / ".git-trust.json")
    with pytest.raises(UsageError, match="a trust file inside the release"):
        verify(signed, trust=inside)
    (tmp_path / "link.json").symlink_to(inside)
    with pytest.raises(UsageError, match="a trust file inside the release"):
        verify(signed, trust=tmp_path / "link.json")
    with pytest.raises(UsageError, match="both keys and a trust file"):
        verify(signed, keys=[key.public], trust=trust)
    with pytest.raises(UsageError, match="no key"):
        verify(signed)
    with pytest.raises(DocumentError, match="no such file"):
        verify(signed, trust=tmp_path / "none.yaml")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "fifo.yaml")
        with pytest.raises(DocumentError, match="not a regular file"):
            verify(signed, trust=tmp_path / "fifo.yaml")


def test_nothing_that_is_to_be_believed_lies_in_the_release(signed: Path, tmp_path: Path, key: KeyPair) -> None:
    """Whoever made the release could have put a key of theirs there."""
    inside = shutil.copy(key.public, signed / "ada.pub")
    (tmp_path / "link.pub").symlink_to(inside)
    for path in (inside, tmp_path / "link.pub"):
        with pytest.raises(UsageError, match="a public key inside the release"):
            verify(signed, keys=[path])
        with pytest.raises(UsageError, match="a file of the trust file inside the release"):
            verify(signed, trust=trust_file(tmp_path, keys=[{"name": "Ada", "file": str(path)}]))
    root = issue("Root", authority=True)
    (signed / "root.pem").write_text(root.pem)
    with pytest.raises(UsageError, match="certificates of authorities inside the release"):
        verify(signed, keys=[key.public], timestamp_roots=signed / "root.pem")
    roots = [{"file": str(signed / "root.pem")}]
    with pytest.raises(UsageError, match="a file of the trust file inside the release"):
        verify(signed, trust=trust_file(tmp_path, roots=roots, identities=NAMED))


def test_an_unsigned_release_is_called_that(built: Path, tmp_path: Path, key: KeyPair) -> None:
    assert verify(built, trust=trust_file(tmp_path, keys=[listed("Ada", key)])).outcome == "unsigned"


def test_the_published_schema_is_that_of_the_types_and_takes_what_is_taken(tmp_path: Path, key: KeyPair) -> None:
    assert SCHEMA.read_bytes() == schema.encode()
    document = json.loads(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(document)
    validator = Draft202012Validator(document)
    written = json.loads(trust_file(tmp_path, keys=[listed("Ada", key)]).read_bytes())
    assert not list(validator.iter_errors(written))
    assert list(validator.iter_errors({**written, "key": []}))
    assert list(validator.iter_errors({**written, "algorithms": None}))


def test_sigstore_is_an_extra(signed: Path, tmp_path: Path) -> None:
    if find_spec("sigstore"):
        pytest.skip("the extra is installed here")
    identities = [{"name": "Ada", "email": "a@example.org", "issuer": "https://example.org"}]
    trust = trust_file(tmp_path, identities=identities, sigstore={"trusted_root": "root.json"})
    with pytest.raises(UsageError, match=r"openmodel-provenance\[sigstore\]"):
        verify(signed, trust=trust)
    identities[0] |= {"dns": "example.org"}
    identities[0].pop("email")
    trust = trust_file(tmp_path, identities=identities, sigstore={"trusted_root": "root.json"})
    with pytest.raises(OpenModelError):
        verify(signed, trust=trust)
