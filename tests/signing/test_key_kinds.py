# SPDX-License-Identifier: Apache-2.0
"""Every kind of key: it is made, read, signs a release and verifies it, and nothing else holds."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.errors import KeyFileError, UsageError
from openmodel.signing import KeyPair, KeyType, PrivateKey, load_private_key, load_public_key, new_key, sign, verify
from openmodel.signing.keys import ALGORITHMS, armour, ml_dsa, pair
from openmodel.signing.keys.key import public_key_of, weakness
from tests.signing.key_files import KINDS, SEED, ml_dsa_form, public_der

MESSAGE = b"what is signed"
P = 2**255 - 19


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, KeyPair]:
    folder = tmp_path_factory.mktemp("kinds")
    return {kind: new_key(folder / kind, type=cast("KeyType", kind)) for kind in KINDS}


@pytest.fixture(scope="module")
def secrets(pairs: dict[str, KeyPair]) -> dict[str, PrivateKey]:
    return {kind: load_private_key(made.private) for kind, made in pairs.items()}


@pytest.fixture(scope="module")
def signatures(secrets: dict[str, PrivateKey]) -> dict[str, bytes]:
    return {kind: secret.sign(MESSAGE) for kind, secret in secrets.items()}


def test_the_kinds_are_those_of_the_table(secrets: dict[str, PrivateKey]) -> None:
    assert get_args(KeyType) == KINDS
    assert [key.algorithm for key in secrets.values()] == list(ALGORITHMS)
    assert [name for name, row in ALGORITHMS.items() if row.not_in_model_sig] == ["ed25519", "ml-dsa-65"]
    assert [name for name, row in ALGORITHMS.items() if row.not_in_certificate] == ["ed25519", "ml-dsa-65"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_round_trips(pairs: dict[str, KeyPair], secrets: dict[str, PrivateKey], kind: str) -> None:
    made, secret = pairs[kind], secrets[kind]
    public = load_public_key(made.public)
    assert stat.S_IMODE(made.private.stat().st_mode) == 0o600
    assert public.key_id == made.key_id == secret.public.key_id == openmodel.public_key(made.private).key_id
    assert public.algorithm == made.algorithm == secret.algorithm
    assert public.verifies(secret.sign(MESSAGE), MESSAGE)
    assert not public.verifies(secret.sign(MESSAGE), b"")


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_takes_the_signature_of_another(secrets: dict[str, PrivateKey], kind: str) -> None:
    signature = secrets[kind].sign(MESSAGE)
    assert [other for other in KINDS if secrets[other].public.verifies(signature, MESSAGE)] == [kind]
    for odd in (b"", b"\0", signature + b"\0", signature[:-1], bytes(len(signature)), signature * 2):
        assert not secrets[kind].public.verifies(odd, MESSAGE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_any_changed_byte_fails(
    secrets: dict[str, PrivateKey], signatures: dict[str, bytes], kind: str, data: st.DataObject
) -> None:
    secret = secrets[kind]
    parts = [bytearray(signatures[kind]), bytearray(MESSAGE)]
    part = data.draw(st.sampled_from(parts))
    part[data.draw(st.integers(0, len(part) - 1))] ^= data.draw(st.integers(1, 255))
    assert not secret.public.verifies(bytes(parts[0]), bytes(parts[1]))


def test_keys_of_all_kinds_sign_one_payload(built: Path, pairs: dict[str, KeyPair]) -> None:
    signed = sign(built, keys=[made.private for made in pairs.values()])
    assert set(signed.added) == {made.key_id for made in pairs.values()}
    assert [note for note in signed.notes if "ML-DSA-65 cannot sign model.sig" in note]
    lines = [json.loads(line) for line in (built / "openmodel.sig").read_bytes().splitlines()]
    assert len({line["dsseEnvelope"]["payload"] for line in lines}) == 1
    for made in pairs.values():
        assert verify(built, keys=[made.public]).ok
    assert (
        len([signer for signer in verify(built, keys=[p.public for p in pairs.values()]).signers if signer.trusted])
        == 5
    )
    assert sign(built, keys=[pairs["ml-dsa-65"].private]).kept == (pairs["ml-dsa-65"].key_id,)


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'rsa'.*ed25519"):
        new_key(tmp_path / "k", type=cast("KeyType", "rsa"))
    assert not list(tmp_path.iterdir())


def test_a_library_without_a_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise UnsupportedAlgorithm("ML-DSA is not supported")

    monkeypatch.setitem(pair._MAKERS, "ml-dsa-65", missing)
    with pytest.raises(KeyFileError, match="an OpenSSL without ml-dsa-65"):
        new_key(tmp_path / "k", type="ml-dsa-65")
    assert not list(tmp_path.iterdir())


# The points of Ed25519 whose order divides 8, and the second spellings of the field elements 0 and 1.


def _root(square: int) -> int:
    root = pow(square, (P + 3) // 8, P)
    return root if root * root % P == square else root * pow(2, (P - 1) // 4, P) % P


def test_points_of_small_order_are_refused(tmp_path: Path) -> None:
    # The double of a point of order 8 has y = 0, so x*x = -y*y, and of the curve stays d*y^4 + 2*y*y - 1 = 0.
    d = -121665 * pow(121666, -1, P) % P
    forms = {0, 1, P - 1, P, P + 1}
    for side in (1, -1):
        candidate = (-1 + side * _root(1 + d)) * pow(d, -1, P) % P
        y = _root(candidate)
        if y * y % P == candidate:
            forms |= {y, P - y}
    assert len(forms) == 7
    for y in forms:
        for sign_bit in (0, 1 << 255):
            key = ed25519.Ed25519PublicKey.from_public_bytes((y | sign_bit).to_bytes(32, "little"))
            (tmp_path / "k").write_bytes(armour.written("PUBLIC KEY", public_der(key)))
            with pytest.raises(KeyFileError, match="small order"):
                load_public_key(tmp_path / "k")


def test_without_the_check_anybody_could_sign() -> None:
    identity = ed25519.Ed25519PublicKey.from_public_bytes((1).to_bytes(32, "little"))
    forged = (1).to_bytes(32, "little") + bytes(32)
    assert public_key_of(Path("k"), identity).verifies(forged, b"anything")
    assert weakness(identity)


@pytest.mark.parametrize("y", [2, P + 3, 2**255 - 1])
def test_bytes_that_are_no_point_are_refused(tmp_path: Path, y: int) -> None:
    key = ed25519.Ed25519PublicKey.from_public_bytes(y.to_bytes(32, "little"))
    (tmp_path / "k").write_bytes(armour.written("PUBLIC KEY", public_der(key)))
    with pytest.raises(KeyFileError, match="no point of the curve"):
        load_public_key(tmp_path / "k")


def test_the_second_form_of_an_ed25519_signature_is_none(secrets: dict[str, PrivateKey]) -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    signature = secrets["ed25519"].sign(MESSAGE)
    other = int.from_bytes(signature[32:], "little") + order
    assert not secrets["ed25519"].public.verifies(signature[:32] + other.to_bytes(32, "little"), MESSAGE)


def test_published_signatures_hold(tmp_path: Path) -> None:
    """RFC 8032, section 7.1, test 2, and RFC 6979, section A.2.5, with SHA-256 and the message "sample"."""
    edwards = ed25519.Ed25519PublicKey.from_public_bytes(
        bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    )
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    (tmp_path / "e").write_bytes(armour.written("PUBLIC KEY", public_der(edwards)))
    assert load_public_key(tmp_path / "e").verifies(signature, b"\x72")
    point = ec.EllipticCurvePublicNumbers(
        0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
        0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
        ec.SECP256R1(),
    )
    (tmp_path / "p").write_bytes(armour.written("PUBLIC KEY", public_der(point.public_key())))
    ecdsa = encode_dss_signature(
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )
    assert load_public_key(tmp_path / "p").verifies(ecdsa, b"sample")


def test_the_forms_of_ml_dsa(tmp_path: Path) -> None:
    ids = set()
    for form in ("seed", "both"):
        (tmp_path / form).write_bytes(ml_dsa_form(form))
        ids.add(load_private_key(tmp_path / form).public.key_id)
    assert len(ids) == 1
    (tmp_path / "k").write_bytes(ml_dsa_form("expanded"))
    with pytest.raises(KeyFileError, match=r"expanded form only.*seed"):
        load_private_key(tmp_path / "k")
    for place in (0, 40, 70, 130, 2000, 4031):
        false = bytearray(ml_dsa.expanded(bytes(range(32))))
        false[place] ^= 1
        (tmp_path / "k").write_bytes(ml_dsa_form("both", expanded=bytes(false)))
        with pytest.raises(KeyFileError, match="does not belong to its seed"):
            load_private_key(tmp_path / "k")
    for form, seed, expanded in (("seed", b"short", b""), ("both", bytes(33), b""), ("both", bytes(32), b"")):
        (tmp_path / "k").write_bytes(ml_dsa_form(form, seed, expanded))
        with pytest.raises(KeyFileError):
            load_private_key(tmp_path / "k")


def test_the_expanded_key_is_the_published_one() -> None:
    """Parts of the example with the seed 000102..1f in lamps-wg/dilithium-certificates, which became RFC 9881."""
    found = ml_dsa.expanded(bytes(range(32)))
    assert len(found) == 4032
    assert found.startswith(bytes.fromhex("48683d91978e31eb3dddb8b0473482d2b88a5f625949fd8f58a561e696bd4c27"))
    assert found.endswith(bytes.fromhex("47b13244d6c892fc8ef223ab3f43f924c2f466097ee8"))


@pytest.mark.parametrize("seed", [bytes(32), b"\xff" * 32, b"another seed of thirty-two bytes"])
def test_the_expanded_key_has_the_public_key_of_the_library(seed: bytes, tmp_path: Path) -> None:
    (tmp_path / "k").write_bytes(ml_dsa_form("both", seed))
    public = load_private_key(tmp_path / "k").public.key
    assert ml_dsa.expanded(seed)[:32] == public.public_bytes_raw()[:32]  # type: ignore[union-attr]
    # tr, the hash of the whole public key (FIPS 204, algorithm 6, line 9), so that t1 is right.
    trace = hashlib.shake_256(public.public_bytes_raw()).digest(64)  # type: ignore[union-attr]
    assert ml_dsa.expanded(seed)[64:128] == trace


def test_the_parts_of_the_expanded_key_fit_the_public_key_of_the_library(tmp_path: Path) -> None:
    """t1 * 2^13 + t0 = A * s1 + s2 (FIPS 204, algorithm 6), at each of the 256 points where A is given."""
    (tmp_path / "k").write_bytes(ml_dsa_form("seed"))
    public = load_private_key(tmp_path / "k").public.key.public_bytes_raw()  # type: ignore[union-attr]
    expanded, q = ml_dsa.expanded(SEED), 8380417
    points = [pow(1753, 2 * int(f"{index:08b}"[::-1], 2) + 1, q) for index in range(256)]
    powers = np.array([[pow(point, power, q) for power in range(256)] for point in points], dtype=np.int64)

    def values(content: bytes, bits: int, top: int) -> Any:
        """What the polynomials are at the points; their coefficients are written as `top` less each."""
        size, found = 32 * bits, []
        for start in range(0, len(content), size):
            packed = int.from_bytes(content[start : start + size], "little")
            coefficients = [(packed >> bits * index) % 2**bits for index in range(256)]
            found.append([top - one if top else one for one in coefficients])
        return powers @ np.array(found, dtype=np.int64).T % q

    s1, s2 = values(expanded[128:768], 4, 4), values(expanded[768:1536], 4, 4)
    t0, t1 = values(expanded[1536:], 13, 2**12), values(public[32:], 10, 0)
    for row in range(6):
        total = s2[:, row]
        for column in range(5):
            stream = hashlib.shake_128(public[:32] + bytes([column, row])).digest(3 * 512)
            numbers = (int.from_bytes(stream[at : at + 3], "little") % 2**23 for at in range(0, len(stream), 3))
            total = (total + np.array([one for one in numbers if one < q][:256], dtype=np.int64) * s1[:, column]) % q
        assert (total == (t1[:, row] * 2**13 + t0[:, row]) % q).all()
