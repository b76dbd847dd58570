# SPDX-License-Identifier: Apache-2.0
"""Signing through Sigstore: the library is the real one, the instance answers on this machine.

It is no dependency of the tests. To run these: `.venv/bin/python -m pip install 'sigstore>=4.5'`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from openmodel.errors import DocumentError, KeyFileError, NetworkError, OverwriteError, UsageError
from openmodel.signing import KeyPair, SignedRelease, Verification, keyless, sign, verify
from openmodel.signing.keyless import VARIABLE, Sigstore
from tests.signing import authority
from tests.signing.small_release import build, write_release
from tests.signing.trust import authorities
from tests.signing.trust.authorities import trust_file
from tests.signing.trust.sigstore_instance import ISSUER, Instance
from tests.signing.trust.sigstore_server import Server, serving, token

pytest.importorskip("sigstore", reason="the extra sigstore is not installed")

ADA = {"name": "Ada", "email": "ada@example.org", "issuer": ISSUER}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Instance()) as found:
        yield found


@pytest.fixture
def built(tmp_path: Path) -> Path:
    return write_release(tmp_path / "release")


def choice(server: Server, folder: Path, text: str | None = None) -> Sigstore:
    (folder / "token").write_text(text or token())
    return Sigstore(folder / "token", server.config(folder))


def signed(release: Path, server: Server, *keys: Path, **more: Any) -> SignedRelease:
    return sign(release, keys=keys, sigstore=choice(server, release.parent), **more)


def checked(release: Path, server: Server, *keys: KeyPair, oms: bool = False, **more: Any) -> Verification:
    folder = release.parent
    (folder / "root.json").write_text(json.dumps(server.instance.trusted_root()))
    listed = [{"name": f"Key {number}", "pem": pair.public.read_text()} for number, pair in enumerate(keys)]
    trust = trust_file(folder, keys=listed, identities=[ADA], sigstore={"trusted_root": "root.json"}, **more)
    return verify(release, trust=trust, oms=oms)


def payloads(release: Path) -> list[bytes]:
    lines = (release / "openmodel.sig").read_bytes().splitlines()
    return [base64.b64decode(json.loads(line)["dsseEnvelope"]["payload"]) for line in lines]


def untouched(release: Path) -> bool:
    return not (release / "openmodel.sig").exists() and not (release / "model.sig").exists()


def test_what_is_signed_verifies(built: Path, server: Server) -> None:
    result = signed(built, server)
    assert (result.identity, result.issuer, result.added, result.model_sig) == (
        "ada@example.org",
        ISSUER,
        (),
        "written",
    )
    assert any("never tested against the live service" in note for note in result.notes)
    answer = checked(built, server)
    assert answer.ok, answer.signers
    assert [(one.identity, one.how) for one in answer.signers] == [("Ada", "sigstore")]
    assert answer.steps[12].detail == "Ada"
    assert "model.sig" not in answer.not_covered
    assert server.asked == ["/api/v2/signingCert", *["/api/v1/log/entries"] * 2]


def test_model_sig_alone(built: Path, server: Server) -> None:
    signed(built, server)
    answer = checked(built, server, oms=True)
    assert answer.ok
    assert (answer.signers[0].identity, answer.signers[0].how) == ("Ada", "sigstore")
    (built / "config.json").write_bytes(b"[]")
    assert not checked(built, server, oms=True).ok
    other = Server(Instance())
    assert "Sigstore does not vouch" in checked(built, other, oms=True).signers[0].problem


@authority.needs_openssl
def test_a_log_without_times(built: Path, server: Server, tmp_path: Path) -> None:
    """That of the next generation, with an authority for timestamps beside it."""
    root = authority.party(tmp_path, "root", ca=True)
    usage = authorities.usage()
    tsa = authority.party(tmp_path, "tsa", root, usages=authority.TIME_STAMPING, key_usage=usage)
    answer = authority.honest(tmp_path)
    chain = [{"rawBytes": base64.b64encode(one.certificate.public_bytes(Encoding.DER)).decode()} for one in (tsa, root)]
    named = {"subject": {"organization": "example", "commonName": "tsa"}, "uri": "https://tsa.example.org"}
    valid = {"validFor": {"start": "2020-01-01T00:00:00Z"}}
    server.instance.time_authorities.append({**named, **valid, "certChain": {"certificates": chain}})
    server.log_version = 2
    with pytest.raises(NetworkError, match="inclusion promise or signed timestamp"):
        signed(built, server)
    with authority.serving(lambda query: (200, authority.REPLY, answer(query))) as server.time_authority:
        signed(built, server)
    assert checked(built, server).ok
    assert checked(built, server, oms=True).ok
    server.instance.time_authorities.clear()
    assert not checked(built, server).ok


def test_the_program_of_model_signing_reads_it_and_is_read(built: Path, server: Server, tmp_path: Path) -> None:
    verifying = pytest.importorskip("model_signing.verifying", reason="model-signing is not installed")
    signing = pytest.importorskip("model_signing.signing")
    refused = pytest.importorskip("sigstore.errors").VerificationError
    signed(built, server)
    ignored = [built / "openmodel.sig", built / ".gitattributes", built / "model.sig"]

    def accepts(name: str) -> bool:
        config = verifying.Config().use_sigstore_verifier(
            identity=name, oidc_issuer=ISSUER, trust_config=server.config(tmp_path)
        )
        try:
            config.verify(built, built / "model.sig")
        except (ValueError, refused):
            return False
        return True

    assert accepts("ada@example.org")
    assert not accepts("ben@example.org")
    (built / "config.json").write_bytes(b"[]")
    assert not accepts("ada@example.org")
    theirs = signing.Config().use_sigstore_signer(identity_token=token(), trust_config=server.config(tmp_path))
    hashing = pytest.importorskip("model_signing.hashing")
    theirs.set_hashing_config(hashing.Config().set_ignored_paths(paths=ignored, ignore_git_paths=True))
    theirs.sign(built, built / "model.sig")
    assert accepts("ada@example.org")
    assert checked(built, server, oms=True).ok
    (built / "config.json").write_bytes(b"{}")
    assert not checked(built, server, oms=True).ok


def test_everybody_signs_the_same_bytes(built: Path, server: Server, key: KeyPair) -> None:
    sign(built, keys=[key.private])
    before = (built / "openmodel.sig").read_bytes()
    again = signed(built, server)
    assert again.model_sig == "kept"
    assert (built / "openmodel.sig").read_bytes().startswith(before)
    assert len(payloads(built)) == 2
    assert len(set(payloads(built))) == 1
    answer = checked(built, server, key, threshold=2)
    assert answer.ok
    assert [one.identity for one in answer.signers] == ["Key 0", "Ada"]


def test_a_key_and_an_identity_at_once(built_release: Path, server: Server, key: KeyPair) -> None:
    built = built_release
    result = signed(built, server, key.private, provenance=True)
    assert (len(result.added), result.identity) == (1, "ada@example.org")
    assert server.asked == [
        "/api/v2/signingCert",
        *["/api/v1/log/entries"] * 2,
    ]  # Not for model.sig, which the key has.
    first, second, third, fourth = payloads(built)
    assert (first, second) == (third, fourth)
    assert checked(built, server, key, threshold=2).ok
    assert verify(built, keys=[key.public]).ok


def test_other_bytes_are_replaced_by_force_only(built: Path, server: Server) -> None:
    signed(built, server)
    (built / "config.json").write_bytes(b"[]")
    build(built)
    with pytest.raises(OverwriteError):
        signed(built, server)
    assert signed(built, server, force=True).model_sig == "written"
    assert len(payloads(built)) == 1
    assert checked(built, server).ok


def test_a_file_that_model_sig_is_about_stays(built: Path, server: Server) -> None:
    signed(built, server)
    before = (built / "model.sig").read_bytes()
    again = signed(built, server)
    assert again.model_sig == "kept"
    assert (built / "model.sig").read_bytes() == before
    assert len(set(payloads(built))) == 1
    assert checked(built, server, threshold=1).ok


@pytest.mark.parametrize("failing", ["signingCert", "entries"])
def test_an_instance_that_refuses(failing: str, built: Path, server: Server) -> None:
    server.failing = failing
    with pytest.raises(NetworkError, match="400") as caught:
        signed(built, server)
    assert "network" in caught.value.problems[0].fix
    assert untouched(built)


def test_an_instance_that_is_not_there(built: Path, tmp_path: Path) -> None:
    with serving(Instance()) as gone:
        chosen = choice(gone, tmp_path)
    with pytest.raises(NetworkError, match="nothing that can be used"):
        sign(built, sigstore=chosen)
    assert untouched(built)


def test_answers_that_do_not_verify(built: Path, built_release: Path, server: Server, tmp_path: Path) -> None:
    """Those of another instance, and those about something else."""
    with serving(Instance()) as other:
        config = json.loads(server.config(tmp_path).read_text())
        config["signingConfig"]["rekorTlogUrls"][0]["url"] = other.url
        chosen = choice(server, tmp_path)
        (tmp_path / "instance.json").write_text(json.dumps(config))
        with pytest.raises(NetworkError, match="nothing that can be used"):
            sign(built, sigstore=chosen)
    assert untouched(built)
    kept: list[Any] = []

    def the_first(path: str, answer: Any) -> Any:
        if "entries" in path:
            kept.append(answer)
        return kept[0] if "entries" in path else answer

    server.change = the_first
    with pytest.raises(NetworkError, match="nothing that can be used"):
        signed(built_release, server, provenance=True)
    assert untouched(built_release)
    useless: tuple[Any, ...] = ({}, [])
    for answer in useless:
        server.change = partial(lambda answer, *_: answer, answer)
        with pytest.raises(NetworkError, match="nothing that can be used"):
            signed(built, server)
    assert untouched(built)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (token(lives=-60), "that has expired"),
        ("no token", "cannot be used"),
        ("\0\xff", "cannot be used"),
        (token(aud="other"), "cannot be used"),
        (token(nbf="soon"), "cannot be used"),
        (token(nbf=2**40), "that has expired"),
    ],
)
def test_tokens_that_are_refused(text: str, found: str, built: Path, server: Server, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=found) as caught:
        sign(built, sigstore=choice(server, tmp_path, text))
    assert "id-token: write" in caught.value.problems[0].fix
    assert text not in str(caught.value)
    assert not server.asked


def test_a_token_that_expires_while_files_are_read(
    built: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = choice(server, tmp_path)
    ready = keyless.KeylessSigner.__init__

    def then_expire(signer: keyless.KeylessSigner, given: Sigstore) -> None:
        ready(signer, given)
        (tmp_path / "token").write_text(token(lives=-60))

    monkeypatch.setattr(keyless.KeylessSigner, "__init__", then_expire)
    with pytest.raises(KeyFileError, match="that has expired"):
        sign(built, sigstore=chosen)
    assert untouched(built)


def test_where_a_token_is_found(built: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = server.config(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: None)
    with pytest.raises(UsageError, match="no identity token"):
        sign(built, sigstore=Sigstore(config=config))
    monkeypatch.setattr("sigstore.oidc.detect_credential", lambda: token("job@example.org"))
    assert sign(built, sigstore=Sigstore(config=config)).identity == "job@example.org"
    monkeypatch.setenv(VARIABLE, f"{token('env@example.org')}\n")
    assert sign(built, sigstore=Sigstore(config=config)).identity == "env@example.org"
    assert sign(built, sigstore=choice(server, tmp_path)).identity == "ada@example.org"
    with pytest.raises(KeyFileError, match="no such file"):
        sign(built, sigstore=Sigstore(tmp_path / "none", config))


def test_only_signatures_of_keys_are_dated(built: Path, server: Server) -> None:
    with pytest.raises(UsageError, match="no key"):
        signed(built, server, timestamp_url="http://127.0.0.1:1")
    assert untouched(built)


def test_a_token_inside_the_release(built: Path, server: Server) -> None:
    with pytest.raises(KeyFileError, match="an identity token inside the release"):
        sign(built, sigstore=choice(server, built))


def test_a_config_that_is_none(built: Path, server: Server, tmp_path: Path) -> None:
    chosen = choice(server, tmp_path)
    for content in ("", "{}", "[]", '{"mediaType": "x"}', "\udcff"):
        (tmp_path / "instance.json").write_bytes(content.encode("utf-8", "surrogateescape"))
        with pytest.raises(DocumentError, match="a client trust config"):
            sign(built, sigstore=chosen)
    with pytest.raises(DocumentError, match="no such file"):
        sign(built, sigstore=Sigstore(tmp_path / "token", tmp_path / "none"))
    assert not server.asked


def test_an_address_counts_with_its_issuer_only(built: Path, server: Server) -> None:
    """Whoever has the same address elsewhere is somebody else."""
    signed(built, server)
    (built.parent / "root.json").write_text(json.dumps(server.instance.trusted_root()))
    ben = ADA | {"name": "Ben", "issuer": "https://elsewhere.example.org"}
    for order in ([ADA, ben], [ben, ADA]):
        trust = trust_file(built.parent, identities=order, sigstore={"trusted_root": "root.json"}, threshold=1)
        (signer,) = verify(built, trust=trust).signers
        assert (signer.identity, signer.problem) == ("Ada", "")


def test_a_certificate_of_several_is_of_nobody(built: Path, server: Server) -> None:
    server.instance.more_names.append(x509.RFC822Name("ben@example.org"))
    with pytest.raises(NetworkError, match="nobody, or several"):
        signed(built, server)
    assert untouched(built)
