# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify`: signatures, envelopes and lines that are not what they seem to be."""

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from openmodel.signing.dsse import IN_TOTO, pae
from tests.conformance.verify_material import (
    DIGESTS,
    ED25519,
    IN_TOTO_74,
    ONE,
    P384,
    STRANGER,
    TWO,
    Case,
    bundle,
    line,
    lines,
)
from tests.signing.small_release import Json
from tests.signing.test_keys import ORDER


def resigned(signature: Callable[[bytes], bytes], key: Any = ONE) -> Callable[[bytes], list[Json | bytes]]:
    """One line with the signature that the function makes of the payload."""

    def change(content: bytes) -> list[Json | bytes]:
        value = bundle(key, content)
        value["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(signature(content)).decode()
        return [value]

    return change


def malleated(content: bytes) -> bytes:
    r, s = decode_dss_signature(ONE.sign(pae(IN_TOTO, content)))
    return encode_dss_signature(r, ORDER - s)


def reencoded(content: bytes) -> bytes:
    der = ONE.sign(pae(IN_TOTO, content))
    return der[:1] + b"\x81" + der[1:]


def legacy(content: bytes) -> bytes:
    return ONE.sign(b"DSSEV1 %d b'%s' %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(content), repr(content).encode()))


def spelled(value: Json) -> None:
    value["dsseEnvelope"]["signatures"][0]["sig"] += "\n"


def keyid(value: Json) -> None:
    value["dsseEnvelope"]["signatures"][0]["keyid"] = STRANGER.id


def schemes() -> list[Case]:
    row = "downgrade and mismatch"
    sha1 = resigned(lambda content: ONE.sign(pae(IN_TOTO, content), hashes.SHA1()))  # It is the attack.
    weak = resigned(lambda content: P384.sign(pae(IN_TOTO, content), hashes.SHA256()), P384)
    curve = resigned(lambda content: P384.sign(pae(IN_TOTO, content)))
    kind = resigned(lambda content: ED25519.sign(pae(IN_TOTO, content)))
    return [
        Case("hash-sha-1", row, "A P-256 key signed with SHA-1.", lines(sha1), DIGESTS, [3], "signature"),
        Case(
            "hash-of-another-curve",
            row,
            "A P-384 key signed with SHA-256.",
            lines(weak),
            DIGESTS,
            [3],
            "not one of this key on this payload",
            keys=(P384,),
        ),
        Case(
            "curve-of-another-key",
            row,
            "A P-384 key signed in the name of a P-256 key.",
            lines(curve),
            DIGESTS,
            [3],
            "not one of this key on this payload",
            keys=(ONE, P384),
        ),
        Case(
            "kind-of-another-key",
            row,
            "An Ed25519 key signed in the name of a P-256 key.",
            lines(kind),
            DIGESTS,
            [3],
            "not one of this key on this payload",
            keys=(ONE, ED25519),
        ),
        Case(
            "encoding-of-older-oms",
            row,
            "Signed over the faulty encoding of model-signing 0.2.",
            lines(resigned(legacy)),
            "model-signing 1.1.1, which tries it on every failure",
            [3],
            "not one of this key on this payload",
        ),
        Case(
            "payload-without-encoding",
            row,
            "Signed over the bare payload, without its type.",
            lines(resigned(ONE.sign)),
            "DSSE v1.0.2",
            [3],
            "not one of this key on this payload",
        ),
        Case(
            "ecdsa-other-form",
            "malleability",
            "(r, n - s) in place of (r, s): valid, and of the same signer.",
            lines(resigned(malleated)),
            "FIPS 186-5",
            outcome="verified",
        ),
        Case(
            "ecdsa-der-long-form",
            "malleability",
            "The DER of the signature spells its length in a longer way.",
            lines(resigned(reencoded)),
            "X.690, 10.1",
            [3],
            "not one of this key on this payload",
        ),
        Case(
            "base64-line-feed",
            "malleability",
            "The Base64 of a valid signature ends with a line feed.",
            line(spelled),
            "RFC 4648, section 4",
            [2, 3],
            "sig",
        ),
        Case(
            "keyid-differs",
            "malleability",
            "The `keyid` beside a valid signature names another key.",
            line(keyid),
            "Sigstore bundle v0.3",
            [2, 3],
            "keyid",
        ),
    ]


def counted(change: Callable[[list[Any]], object]) -> Callable[[Json], object]:
    return lambda value: change(value["dsseEnvelope"]["signatures"])


def both(content: bytes) -> list[Json | bytes]:
    """Two given keys say different things."""
    return [bundle(ONE, content), bundle(TWO, content.replace(b"2025-01-31", b"2025-02-01"))]


def false(content: bytes) -> Json:
    value = bundle(TWO, content)
    value["dsseEnvelope"]["signatures"][0]["sig"] = "AAAA"
    return value


def many() -> list[Case]:
    row, source = "signatures and lines", "sigstore-python test_dsse.py; in-toto test_verifylib.py"
    first = {"sig": "AAAA"}
    return [
        Case(
            "signatures-none",
            row,
            "The envelope has no signature.",
            line(counted(list.clear)),
            source,
            [2, 3],
            "signatures",
        ),
        Case(
            "signatures-two",
            row,
            "The envelope has the valid signature twice.",
            line(counted(lambda found: found.append(dict(found[0])))),
            source,
            [2, 3],
            "signatures",
        ),
        Case(
            "signatures-junk-first",
            row,
            "The envelope has junk in front of the valid signature.",
            line(counted(lambda found: found.insert(0, first))),
            source,
            [2, 3],
            "signatures",
        ),
        Case(
            "signatures-junk-second",
            row,
            "The envelope has junk after the valid signature, which model-signing ignores.",
            line(counted(lambda found: found.append(first))),
            source,
            [2, 3],
            "signatures",
        ),
        Case("lines-none", row, "The file of signatures is empty.", lines(lambda _: []), source, [2, 3], "line"),
        Case(
            "lines-junk-first",
            row,
            "Junk is in front of a valid line: who can add a line can as well delete one, so it does not count.",
            lines(lambda good: [b"junk", bundle(ONE, good)]),
            source,
            outcome="verified",
        ),
        Case(
            "lines-twice",
            row,
            "A line is there twice: one signer.",
            lines(lambda good: [bundle(ONE, good)] * 2),
            source,
            outcome="verified",
        ),
        Case(
            "lines-false-first",
            row,
            "A false line of another given key is in front of a valid one.",
            lines(lambda good: [false(good), bundle(ONE, good)]),
            source,
            outcome="verified",
            keys=(ONE, TWO),
        ),
        Case(
            "lines-disagree",
            row,
            "Two given keys signed different statements about the same release.",
            lines(both),
            source,
            [4],
            "differ",
            keys=(ONE, TWO),
        ),
        Case(
            "lines-stranger",
            row,
            "Only a key that was not given signed.",
            lines(lambda good: [bundle(STRANGER, good)]),
            source,
            [3],
            "not given",
        ),
        Case(
            "lines-1001",
            row,
            "More lines than anybody needs.",
            lines(lambda good: [b""] * 1000 + [bundle(ONE, good)]),
            source,
            [1],
            "1,000 lines",
        ),
        Case(
            "line-member-twice",
            row,
            "A valid line has its envelope twice.",
            lines(lambda good: [json.dumps(bundle(ONE, good)).encode()[:-1] + b',"dsse\\u0045nvelope":{}}']),
            IN_TOTO_74,
            [2, 3],
            "dsseEnvelope",
        ),
    ]


CASES = [*schemes(), *many()]
