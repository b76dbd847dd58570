# SPDX-License-Identifier: Apache-2.0
"""Timestamps over signatures: asked of an authority on this machine, and believed only when nothing is wrong."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openmodel.errors import KeyFileError, NetworkError, UsageError
from openmodel.rendering.verification import verification_json, verification_text
from openmodel.signing import KeyPair, KeyType, new_key, sign, verify
from openmodel.signing.bundle import Bundle, decode, encode, with_timestamp
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.keys.der import INTEGER, OBJECT, SEQUENCE, Element, elements, only, write
from openmodel.signing.timestamps import load_roots, timestamp_of
from openmodel.signing.timestamps.authority import ask
from openmodel.signing.timestamps.response import RefusedError, guarded
from openmodel.signing.trust import times
from tests.signing.authority import (
    DAY,
    REPLY,
    SHA_1,
    TIME_STAMPING,
    Party,
    der,
    forged,
    honest,
    needs_openssl,
    party,
    serving,
    token_info,
)
from tests.signing.trust.authorities import trust_file

SIGNATURE = b"the bytes of a signature"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def root(folder: Path) -> Party:
    return party(folder, "root", ca=True)


@pytest.fixture(scope="module")
def tsa(folder: Path, root: Party) -> Party:
    return party(folder, "tsa", root, usages=TIME_STAMPING)


@pytest.fixture(scope="module")
def answers(folder: Path, tsa: Party) -> Callable[[bytes], bytes]:
    assert tsa.name == "tsa"
    return honest(folder)


@pytest.fixture(scope="module")
def url(answers: Callable[[bytes], bytes]) -> Iterator[str]:
    with serving(lambda query: (200, REPLY, answers(query))) as address:
        yield address


def bundle(*timestamps: bytes, signature: bytes = SIGNATURE) -> Bundle:
    return Bundle("", IN_TOTO, b"{}", signature, timestamps)


def judged(root: Party, *timestamps: bytes) -> str:
    """Why the timestamps are not believed; empty when one is."""
    dated = timestamp_of(bundle(*timestamps), [root.certificate])
    assert (dated.time is None) == bool(dated.problem)
    return dated.problem


@needs_openssl
def test_a_signature_is_dated_and_believed_offline(built: Path, key: KeyPair, url: str, root: Party) -> None:
    signed = sign(built, keys=[key.private], timestamp_url=url)
    assert list(signed.stamped) == [key.key_id]
    result = verify(built, keys=[key.public], timestamp_roots=root.pem)
    assert result.ok
    assert result.signers[0].timestamp == signed.stamped[key.key_id]
    assert signed.stamped[key.key_id].tzinfo is UTC
    assert "by a timestamp authority" in verification_text(result, 200)
    assert json.loads(verification_json(result))["signers"][0]["timestamp"]


@needs_openssl
def test_a_trust_file_believes_its_authorities_about_a_key_that_has_ended(
    built: Path, key: KeyPair, url: str, root: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = sign(built, keys=[key.private], timestamp_url=url)
    monkeypatch.setattr(times, "now", lambda: datetime(2999, 1, 1, tzinfo=UTC))
    keys = [{"name": "Ada", "file": str(key.public), "valid_until": "2990-01-01T00:00:00Z"}]
    late = verify(built, trust=trust_file(built.parent, keys=keys))
    assert (late.outcome, "no trusted timestamp" in late.signers[0].problem) == ("failed", True)
    assert "(no `timestamp_authorities` are named)" in late.signers[0].problem
    assert "→ Ask the publisher to sign again, with a key or certificate that counts now." in verification_text(
        late, 300
    )
    dated = trust_file(built.parent, keys=keys, timestamp_authorities=[{"file": str(root.pem)}])
    result = verify(built, trust=dated)
    assert result.ok
    assert result.signers[0].timestamp == signed.stamped[key.key_id]


@needs_openssl
@pytest.mark.parametrize("kind", get_args(KeyType))
def test_keys_of_every_kind_are_dated(built: Path, tmp_path: Path, kind: KeyType, url: str, root: Party) -> None:
    key = new_key(tmp_path / "key", type=kind)
    sign(built, keys=[key.private], timestamp_url=url)
    assert verify(built, keys=[key.public], timestamp_roots=root.pem).ok


@needs_openssl
def test_without_roots_a_timestamp_is_not_looked_at(built: Path, key: KeyPair, url: str) -> None:
    sign(built, keys=[key.private], timestamp_url=url)
    result = verify(built, keys=[key.public])
    assert result.ok
    assert result.signers[0].timestamp is None


@needs_openssl
def test_with_roots_a_signature_without_a_timestamp_does_not_count(signed: Path, key: KeyPair, root: Party) -> None:
    result = verify(signed, keys=[key.public], timestamp_roots=root.pem)
    assert [step.number for step in result.steps if step.ok is False] == [3]
    assert result.signers[0].problem == "it has no timestamp"


@needs_openssl
def test_an_authority_that_is_not_trusted_does_not_count(built: Path, key: KeyPair, url: str, folder: Path) -> None:
    sign(built, keys=[key.private], timestamp_url=url)
    stranger = party(folder, "stranger", ca=True)
    result = verify(built, keys=[key.public], timestamp_roots=stranger.pem)
    assert not result.ok
    assert "an authority that is not trusted" in result.signers[0].problem
    assert "→ Get the root certificate of the timestamp authority" in verification_text(result, 200)


@needs_openssl
def test_a_signature_that_was_there_is_dated_later(signed: Path, key: KeyPair, url: str, root: Party) -> None:
    before = json.loads((signed / "openmodel.sig").read_bytes())
    again = sign(signed, keys=[key.private], timestamp_url=url)
    assert (again.added, again.kept, list(again.stamped)) == ((), (key.key_id,), [key.key_id])
    after = json.loads((signed / "openmodel.sig").read_bytes())
    del after["verificationMaterial"]["timestampVerificationData"]
    assert after == before
    assert verify(signed, keys=[key.public], timestamp_roots=root.pem).ok
    content = (signed / "openmodel.sig").read_bytes()
    assert sign(signed, keys=[key.private], timestamp_url=url).stamped == {}
    assert (signed / "openmodel.sig").read_bytes() == content


@needs_openssl
def test_intermediate_certificates_may_stand_with_the_roots_and_in_the_answer(folder: Path, root: Party) -> None:
    middle = party(folder, "middle", root, ca=True)
    below = party(folder, "below", middle, usages=TIME_STAMPING)
    answer = forged(below, token_info(SIGNATURE))
    assert "not trusted" in judged(root, answer)
    assert timestamp_of(bundle(answer), [root.certificate, middle.certificate]).time
    assert "not trusted" in timestamp_of(bundle(answer), [middle.certificate]).problem
    assert judged(root, forged(below, token_info(SIGNATURE), others=[middle])) == ""


@needs_openssl
def test_of_several_the_earliest_that_holds_counts(root: Party, tsa: Party, folder: Path) -> None:
    early, late = (datetime.now(UTC).replace(microsecond=0) - hours * DAY / 24 for hours in (3, 1))
    forgery = forged(party(folder, "elsewhere", usages=TIME_STAMPING), token_info(SIGNATURE, time=early - DAY))
    answers = [forged(tsa, token_info(SIGNATURE, time=time)) for time in (late, early)]
    assert timestamp_of(bundle(forgery, *answers), [root.certificate]).time == early


@needs_openssl
def test_a_forged_answer_without_a_flaw_holds(root: Party, tsa: Party) -> None:
    assert judged(root, forged(tsa, token_info(SIGNATURE))) == ""


@needs_openssl
def test_an_authority_that_nobody_vouches_for(folder: Path, root: Party) -> None:
    alone = party(folder, "alone", usages=TIME_STAMPING)
    assert "by an authority that is not trusted" in judged(root, forged(alone, token_info(SIGNATURE)))


@needs_openssl
@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"usages": ()}, "without extended key usage"),
        ({"critical": False}, "timeStamping alone"),
        ({"usages": (ExtendedKeyUsageOID.CODE_SIGNING,)}, "timeStamping alone"),
        ({"usages": (*TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH)}, "timeStamping alone"),
        ({"days": (-9, -3)}, "was not valid at its time"),
        ({"days": (3, 9)}, "was not valid at its time"),
    ],
)
def test_a_certificate_that_is_not_for_this(folder: Path, root: Party, options: dict[str, Any], why: str) -> None:
    signer = party(folder, "unfit", root, **({"usages": TIME_STAMPING} | options))
    assert why in judged(root, forged(signer, token_info(SIGNATURE)))


@needs_openssl
@pytest.mark.parametrize(("signs", "commits"), [(False, False), (True, False), (False, True)])
def test_a_key_has_to_be_allowed_to_sign(folder: Path, root: Party, signs: bool, commits: bool) -> None:
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not (signs or commits),
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    signer = party(folder, "agreeing", root, usages=TIME_STAMPING, key_usage=usage)
    dated = timestamp_of(bundle(forged(signer, token_info(SIGNATURE))), [root.certificate])
    assert bool(dated.time) == (signs or commits)
    assert signs or commits or "whose key may not sign" in dated.problem


@needs_openssl
def test_a_crowd_of_certificates(folder: Path, root: Party, tsa: Party) -> None:
    others = [party(folder, f"other-{number}", root) for number in range(8)]
    assert judged(root, forged(tsa, token_info(SIGNATURE), others=others[:7])) == ""
    assert "holds 9 certificates" in judged(root, forged(tsa, token_info(SIGNATURE), others=others))


def test_a_panic_of_the_library_is_no_crash_and_ctrl_c_is_no_refusal() -> None:
    class PanicException(BaseException):  # So it is called.
        pass

    def raising(error: BaseException) -> object:
        raise error

    for error in (PanicException(), ValueError(), RefusedError("why")):
        with pytest.raises(RefusedError):
            guarded(partial(raising, error))
    for interruption in (KeyboardInterrupt(), SystemExit()):
        with pytest.raises(type(interruption)):
            guarded(partial(raising, interruption))


@needs_openssl
def test_validity_is_that_of_the_time_stated(folder: Path, root: Party) -> None:
    """The certificates have to have been valid then; what became of them later does not matter."""
    old_root = party(folder, "old-root", ca=True, days=(-40, -10))
    old = party(folder, "old", old_root, usages=TIME_STAMPING, days=(-30, -20))
    then = datetime.now(UTC) - 25 * DAY
    assert timestamp_of(bundle(forged(old, token_info(SIGNATURE, time=then))), [old_root.certificate]).time
    for days in (35, 32, 15):
        answer = forged(old, token_info(SIGNATURE, time=datetime.now(UTC) - days * DAY))
        assert "was not valid at its time" in timestamp_of(bundle(answer), [old_root.certificate]).problem
    # The window of one authority lends nothing to another.
    assert "was not valid" in judged(
        root, forged(party(folder, "new", root, usages=TIME_STAMPING), token_info(SIGNATURE, time=then))
    )


@needs_openssl
def test_no_authority_below_one_that_is_none(folder: Path, root: Party, tsa: Party) -> None:
    below = party(folder, "below-leaf", tsa, usages=TIME_STAMPING)
    dated = timestamp_of(bundle(forged(below, token_info(SIGNATURE))), [root.certificate, tsa.certificate])
    assert dated.time is None


@needs_openssl
def test_a_signer_is_not_taken_for_another_of_the_same_number(folder: Path, root: Party) -> None:
    """Whoever has any certificate of the root could else add one of their own making, for timestamps."""
    real = party(folder, "mail", root, usages=(ExtendedKeyUsageOID.EMAIL_PROTECTION,), serial=77)
    false_root = party(folder, "false", ca=True)
    lookalike = Party(folder, "root", root.certificate, false_root.key)
    fake = party(folder, "fake", lookalike, usages=TIME_STAMPING, serial=77)
    assert "2 certificates of its signer" in judged(root, forged(real, token_info(SIGNATURE), others=[fake]))
    assert "timeStamping alone" in judged(root, forged(real, token_info(SIGNATURE)))


@needs_openssl
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda tsa: forged(tsa, token_info(b"another signature")), "about another signature"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE, digest=b"")), "about another signature"),
        (
            lambda tsa: forged(tsa, token_info(SIGNATURE, algorithm=SHA_1, digest=b"x" * 20)),
            "digest other than SHA-256",
        ),
        (lambda tsa: forged(tsa, token_info(SIGNATURE), digest="sha1"), "over another digest"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE), status=1), "grants no timestamp"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE), status=2), "grants no timestamp"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE, time=datetime.now(UTC) + 2 * DAY)), "later than now"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE, time=datetime.now(UTC) + 1.5 * DAY)), "later than now"),
        (lambda tsa: forged(tsa, b"\x30\x00"), "cannot be read"),
        (lambda tsa: forged(tsa, b""), "cannot be read"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE)) + b"\x00", "cannot be read"),
        (lambda tsa: forged(tsa, token_info(SIGNATURE))[:-1], "cannot be read"),
        (lambda _: b"", "cannot be read"),
        (lambda _: b"\x30\x80", "cannot be read"),
        (lambda _: der(0x30, der(0x30, b"\x02\x01\x00")), "cannot be read"),
        (lambda _: b"\x30" * 30_000, "at most"),
        (lambda _: b"\x30" * 24_577, "has 24,577 bytes; at most 24,576 are read"),
        (lambda _: b"\x30" * 24_576, "cannot be read"),
    ],
)
def test_answers_that_prove_nothing(root: Party, tsa: Party, make: Callable[[Party], bytes], why: str) -> None:
    assert why in judged(root, make(tsa))


@needs_openssl
def test_an_answer_that_two_signed(folder: Path, root: Party, tsa: Party) -> None:
    second = party(folder, "second", root, usages=TIME_STAMPING)
    assert "has 2 signers" in judged(root, forged(tsa, token_info(SIGNATURE), second=second))


@needs_openssl
def test_a_clock_may_be_half_a_day_ahead(root: Party, tsa: Party) -> None:
    assert judged(root, forged(tsa, token_info(SIGNATURE, time=datetime.now(UTC) + DAY / 2))) == ""


def test_of_several_that_prove_nothing_the_first_is_told(root: Party) -> None:
    assert "has 24,577 bytes" in judged(root, b"x" * 24_577, b"")
    assert "cannot be read" in judged(root, b"", b"x" * 24_577)


def test_what_is_barely_read_today_is_refused_however_warnings_are_treated() -> None:
    def step() -> None:
        warnings.warn("negative", CryptographyDeprecationWarning, stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RefusedError, match="cannot be read"):
            guarded(step)


@needs_openssl
def test_the_same_timestamp_twice(root: Party, tsa: Party) -> None:
    answer = forged(tsa, token_info(SIGNATURE))
    assert judged(root, answer, answer) == "it has the same timestamp twice"


@needs_openssl
def test_a_timestamp_is_of_one_signature(built: Path, key: KeyPair, other_key: KeyPair, url: str, root: Party) -> None:
    """Moved from the line of one signer to that of another."""
    sign(built, keys=[key.private, other_key.private], timestamp_url=url)
    first, second = [json.loads(line) for line in (built / "openmodel.sig").read_bytes().splitlines()]
    second["verificationMaterial"]["timestampVerificationData"] = first["verificationMaterial"][
        "timestampVerificationData"
    ]
    (built / "openmodel.sig").write_text(f"{json.dumps(second)}\n")
    result = verify(built, keys=[other_key.public], timestamp_roots=root.pem)
    assert not result.ok
    assert "about another signature" in result.signers[0].problem


@needs_openssl
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_byte_never_moves_the_time(root: Party, tsa: Party, data: st.DataObject) -> None:
    """It may still hold, where a byte means nothing, and never says another time."""
    answer = _answer(tsa)
    position = data.draw(st.integers(0, len(answer) - 1))
    changed = bytearray(answer)
    changed[position] ^= data.draw(st.integers(1, 255))
    stated = timestamp_of(bundle(answer), [root.certificate]).time
    assert stated is not None
    assert timestamp_of(bundle(bytes(changed)), [root.certificate]).time in (None, stated)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(content: bytes) -> None:
    assert timestamp_of(bundle(content), [_SOME_ROOT]).time is None


def _answer(tsa: Party) -> bytes:
    if tsa.name not in _ANSWERS:
        _ANSWERS[tsa.name] = forged(tsa, token_info(SIGNATURE))
    return _ANSWERS[tsa.name]


_ANSWERS: dict[str, bytes] = {}


def test_no_roots_believe_nothing() -> None:
    assert timestamp_of(bundle(b"x"), []).problem == "no authority for timestamps is trusted"


def test_a_line_keeps_its_timestamps() -> None:
    made = Bundle("a" * 64, IN_TOTO, b"{}", b"sig", (b"one", b"two"))
    line = encode(made)
    assert decode(line, "line") == made
    assert decode(with_timestamp(line, b"three"), "line").timestamps == (b"one", b"two", b"three")
    bare = encode(Bundle("a" * 64, IN_TOTO, b"{}", b"sig"))
    assert b"timestampVerificationData" not in bare
    assert decode(with_timestamp(bare, b"one"), "line").timestamps == (b"one",)


# Asking.


@needs_openssl
def test_only_the_digest_leaves_the_machine(answers: Callable[[bytes], bytes], root: Party) -> None:
    queries: list[bytes] = []

    def answer(query: bytes) -> tuple[int, dict[str, str], bytes]:
        queries.append(query)
        return 200, REPLY, answers(query)

    with serving(answer) as url:
        stamp = ask(url, SIGNATURE)
    assert timestamp_of(bundle(stamp.content), [root.certificate]).time == stamp.time
    assert SIGNATURE not in queries[0]


@needs_openssl
def test_an_answer_to_another_question_is_refused(answers: Callable[[bytes], bytes]) -> None:
    kept: list[bytes] = []

    def replay(query: bytes) -> tuple[int, dict[str, str], bytes]:
        kept.append(answers(query))
        return 200, REPLY, kept[0]

    with serving(replay) as url:
        ask(url, SIGNATURE)
        with pytest.raises(NetworkError, match="nonce differs"):
            ask(url, SIGNATURE)
        with pytest.raises(NetworkError, match="is about something else"):
            ask(url, b"another")


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((200, REPLY, b"no"), "cannot be read as an answer"),
        ((200, REPLY, b""), "cannot be read as an answer"),
        ((200, REPLY, b"x" * 100_000), "at most 24,576 are read"),
        ((200, {"Content-Type": "text/html"}, b"<html>"), "an answer of the type text/html"),
        ((200, {}, b"x"), "an answer of the type"),
        ((404, {}, b""), "the HTTP status 404"),
        ((404, {"Location": "http://127.0.0.1:1"}, b""), "the HTTP status 404; expected a timestamp. Try again"),
        ((400, {"Location": "http://127.0.0.1:1"}, b""), "the HTTP status 400; expected a timestamp. Try again"),
        ((300, {"Location": "http://127.0.0.1:1/else"}, b""), "Name the address it leads to: http://127.0.0.1:1/else"),
        ((500, {}, b""), "the HTTP status 500"),
        ((0, {}, b"no http\r\n"), "that it does not answer: no http"),
        ((0, {}, b""), "that it does not answer: Remote end closed"),
        ((302, {"Location": "http://127.0.0.1:1/else"}, b""), "Name the address it leads to: http://127.0.0.1:1/else"),
        ((307, {"Location": "file:///etc/passwd"}, b""), "the HTTP status 307"),
        ((200, REPLY | {"Content-Length": "50"}, b"short"), "cannot be read as an answer"),
    ],
)
def test_answers_that_are_none(
    built: Path, key: KeyPair, reply: tuple[int, dict[str, str], bytes], message: str
) -> None:
    with serving(lambda _: reply) as url, pytest.raises(NetworkError, match=message) as caught:
        sign(built, keys=[key.private], timestamp_url=url)
    assert caught.value.problems[0].file == url
    assert caught.value.problems[0].fix
    assert not (built / "openmodel.sig").exists()


def test_nobody_there(signed: Path, other_key: KeyPair) -> None:
    before = (signed / "openmodel.sig").read_bytes()
    with serving(lambda _: (200, {}, b"")) as url:
        pass
    with pytest.raises(NetworkError, match=r"does not answer.*Check the address, the network and the proxy"):
        sign(signed, keys=[other_key.private], timestamp_url=url)
    with pytest.raises(NetworkError, match=r"does not answer: \["):  # The cause, not the wrapping of the library.
        sign(signed, keys=[other_key.private], timestamp_url=url)
    assert (signed / "openmodel.sig").read_bytes() == before


@pytest.mark.parametrize(
    "address",
    [
        "",
        "tsa.example",
        "file:///etc/passwd",
        "ftp://tsa.example",
        "http://",
        "http://ä.example",
        "http://[",
        "http://a b",
        "http://a:x",
    ],
)
def test_addresses_are_those_of_the_web(built: Path, key: KeyPair, address: str) -> None:
    with pytest.raises(UsageError, match="begins with http:// or https://"):
        sign(built, keys=[key.private], timestamp_url=address)
    assert not (built / "openmodel.sig").exists()


def test_the_extra_is_asked_for_by_name(
    built: Path, key: KeyPair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(UsageError, match=r"pip install 'openmodel-provenance\[timestamps\]'"):
        sign(built, keys=[key.private], timestamp_url="http://127.0.0.1:1")
    sign(built, keys=[key.private])
    line = with_timestamp((built / "openmodel.sig").read_bytes(), b"x")
    (built / "openmodel.sig").write_bytes(line + b"\n")
    assert verify(built, keys=[key.public]).ok
    with pytest.raises(UsageError, match="timestamps"):
        verify(built, keys=[key.public], timestamp_roots=party(tmp_path, "root", ca=True).pem)


def test_what_asks_is_not_even_loaded_unless_asked(built: Path, key: KeyPair) -> None:
    code = f"""
import sys, openmodel
openmodel.sign({str(built)!r}, keys=[{str(key.private)!r}])
assert openmodel.verify({str(built)!r}, keys=[{str(key.public)!r}]).ok
unneeded = ('rfc3161_client', 'urllib.request', 'http.client', 'openmodel.signing.timestamps')
print([m for m in unneeded if m in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# Roots.


def test_model_sig_has_no_timestamps_that_could_be_asked_for(signed: Path, key: KeyPair, tmp_path: Path) -> None:
    root = party(tmp_path, "root", ca=True)
    with pytest.raises(UsageError, match="roots of timestamps with oms"):
        verify(signed, keys=[key.public], oms=True, timestamp_roots=root.pem)


@pytest.mark.parametrize(
    "content", [b"", b"no", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"x" * 70_000]
)
def test_files_that_are_no_roots(signed: Path, key: KeyPair, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "roots.pem").write_bytes(content)
    with pytest.raises(KeyFileError):
        verify(signed, keys=[key.public], timestamp_roots=tmp_path / "roots.pem")


def test_roots_that_are_not_there(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")  # Which is never waited for.
    for place in (tmp_path, tmp_path / "none", tmp_path / "a\0b", tmp_path / "pipe"):
        with pytest.raises(KeyFileError):
            load_roots(place)


def test_a_root_twice_is_one(tmp_path: Path) -> None:
    pem = party(tmp_path, "root", ca=True).pem.read_bytes()
    (tmp_path / "two.pem").write_bytes(pem + pem)
    assert len(load_roots(tmp_path / "two.pem")) == 1
    (tmp_path / "many.pem").write_bytes(pem * 65)
    with pytest.raises(KeyFileError, match="65 certificates"):
        load_roots(tmp_path / "many.pem")


# Lines.


@pytest.mark.parametrize(
    "data",
    [
        [],
        {"rfc3161Timestamps": {}},
        {"rfc3161Timestamps": [{}]},
        {"rfc3161Timestamps": [{"signedTimestamp": ""}]},
        {"rfc3161Timestamps": [{"signedTimestamp": "AA="}]},
        {"rfc3161Timestamps": [{"signedTimestamp": "AAAA", "x": 1}]},
        {"rfc3161Timestamps": [{"signedTimestamp": base64.b64encode(bytes([n])).decode()} for n in range(9)]},
        {"rfc3161Timestamps": [], "other": []},
    ],
)
def test_shapes_that_cannot_be_read(signed: Path, key: KeyPair, data: object) -> None:
    line = json.loads((signed / "openmodel.sig").read_bytes())
    line["verificationMaterial"]["timestampVerificationData"] = data
    (signed / "openmodel.sig").write_text(f"{json.dumps(line)}\n")
    result = verify(signed, keys=[key.public])
    assert next(step.number for step in result.steps if step.ok is False) == 2


def _some_root() -> x509.Certificate:
    with tempfile.TemporaryDirectory() as folder:
        return party(Path(folder), "some", ca=True).certificate


_SOME_ROOT = _some_root()


@needs_openssl
def test_an_answer_of_a_certificate_that_is_for_something_else_is_not_kept(folder: Path, root: Party) -> None:
    """Even if it is to the question."""
    for name, usages, fits in (("fit", TIME_STAMPING, True), ("web", (ExtendedKeyUsageOID.SERVER_AUTH,), False)):
        signer = party(folder, name, root, usages=usages)

        def answer(query: bytes, signer: Party = signer) -> tuple[int, dict[str, str], bytes]:
            _, imprint, nonce, *_ = elements(only(query, SEQUENCE).body)
            info = only(token_info(SIGNATURE), SEQUENCE).parts(INTEGER, OBJECT, SEQUENCE, INTEGER)
            info[2] = imprint
            parts = [write(part.tag, part.body) for part in (*info, nonce)]
            return 200, REPLY, forged(signer, der(0x30, *parts))

        with serving(answer) as url, nullcontext() if fits else pytest.raises(NetworkError, match="timeStamping alone"):
            assert ask(url, SIGNATURE).content


@needs_openssl
def test_all_digests_that_are_taken_may_be_named_at_once(root: Party, tsa: Party) -> None:
    """The list of them is not signed, so that anybody can change it."""
    status, token = only(forged(tsa, token_info(SIGNATURE)), SEQUENCE).parts(SEQUENCE, SEQUENCE)
    kind, content = token.parts(OBJECT)
    version, digests, *rest = only(content.body, SEQUENCE).parts(INTEGER)
    named = only(only(digests.body, SEQUENCE).body, OBJECT).body
    for last, fits in ((b"\1\2\3", True), (b"\1\2\3\4", False)):
        every = b"".join(write(SEQUENCE, write(OBJECT, named[:-1] + bytes([one]))) for one in last)
        parts = [write(part.tag, part.body) for part in (version, Element(digests.tag, every), *rest)]
        signed = write(content.tag, write(SEQUENCE, *parts))
        answer = write(SEQUENCE, write(SEQUENCE, status.body), write(SEQUENCE, write(OBJECT, kind.body), signed))
        assert ("over another digest" in judged(root, answer)) is not fits
        assert (judged(root, answer) == "") is fits
