# SPDX-License-Identifier: Apache-2.0
"""Cases of keys that name their successors, and of keys of the kind ML-DSA-65."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from openmodel.signing.dsse import IN_TOTO, pae
from tests.conformance.verify_authority import Answer
from tests.conformance.verify_material import ED25519, MLDSA, ONE, STRANGER, TWO, Case, Key, bundle, lines, said
from tests.conformance.verify_signatures import resigned
from tests.conformance.verify_timestamps import LATE, ROOT, TSA, Stamper, stamped
from tests.conformance.verify_trust import listed
from tests.signing.small_release import Json

SOURCE = "python-tuf test_updater_key_rotations.py, test_trusted_metadata_set.py; RFC 9881"
ENDED = "2025-04-01T00:00:00Z"


def rotation(old: Key, new: Key, /, *stampers: Stamper, by: Key | None = None, said: str = "", **members: Any) -> bytes:
    """A file in which a key names its successor, signed by that key; `members` are other facts than these."""
    payload = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "public key", "digest": {"sha256": new.id}}],
        "predicateType": said or "urn:openmodel:key-rotation:1-draft",
        "predicate": {"issued": "2025-01-31T12:00:00Z", "old": old.id, "new": new.pem, **members},
    }
    line = bundle(by or old, json.dumps(payload).encode())
    line["verificationMaterial"]["publicKey"]["hint"] = old.id
    return json.dumps(stamped(line, *stampers) if stampers else line).encode() + b"\n"


def case(name: str, attack: str, files: list[bytes], place: str = "", **more: Any) -> Case:
    names = [f"{number}.rotation" for number in range(len(files))]
    keys, key, make = more.pop("keys", [ONE]), more.pop("key", TWO), more.pop("make", None)
    beside = listed(*keys, rotations=names, **more.pop("trust", {}))
    steps = [] if more.get("outcome") or more.get("error") else [3]
    return Case(
        f"rotation-{name}",
        "thresholds, rotation and revocation",
        attack,
        make or said(lambda _: None, key),
        SOURCE,
        steps,
        place,
        arguments={"trust": "trust.json"},
        beside={**beside, **dict(zip(names, files, strict=True))},
        **more,
    )


def rotations() -> list[Case]:
    to_two, refused = rotation(ONE, TWO), {"error": "DocumentError"}
    revoked = {"revocations": [{"key": ONE.id, "effective": ENDED}]}
    dated = {**revoked, "timestamp_authorities": [{"pem": ROOT.pem}]}
    return [
        case("valid", "The new key signed, for comparison.", [to_two], outcome="verified"),
        case("old-key-as-well", "The old key signed, for comparison.", [to_two], key=ONE, outcome="verified"),
        case(
            "in-two-steps",
            "The successor of a successor signed; the files stand in the other order.",
            [rotation(TWO, ED25519), to_two],
            key=ED25519,
            outcome="verified",
        ),
        case("signed-by-new-key", "The new key names itself.", [rotation(ONE, TWO, by=TWO)], "not one of this key"),
        case("signed-by-stranger", "A stranger signed.", [rotation(ONE, TWO, by=STRANGER)], "not one of this key"),
        case(
            "signed-by-co-signer",
            "Another listed key signed in the name of the first.",
            [rotation(ONE, TWO, by=ED25519)],
            "not one of this key",
            keys=[ONE, ED25519],
        ),
        case(
            "of-a-stranger",
            "A key that is not listed names its successor.",
            [rotation(STRANGER, TWO)],
            "which is not listed",
            **refused,
        ),
        case("loop", "Two keys name each other; both count.", [to_two, rotation(TWO, ONE)], outcome="verified"),
        case(
            "loop-of-strangers",
            "Two keys that are not listed name each other.",
            [rotation(STRANGER, TWO), rotation(TWO, STRANGER)],
            "which is not listed",
            **refused,
        ),
        case(
            "to-itself", "A key names itself: it still counts once.", [rotation(ONE, ONE)], key=ONE, outcome="verified"
        ),
        case(
            "after-revocation",
            "The old key was stolen; the statement is dated back.",
            [to_two],
            "is revoked",
            trust=revoked,
        ),
        case(
            "before-revocation",
            "The old key was stolen after an authority dated the statement, for comparison.",
            [rotation(ONE, TWO, Answer(TSA).about)],
            outcome="verified",
            trust=dated,
        ),
        case(
            "dated-after-revocation",
            "The old key was stolen before an authority dated the statement.",
            [rotation(ONE, TWO, Answer(TSA, time=LATE).about)],
            "is revoked",
            trust=dated,
        ),
        case(
            "issued-after-revocation",
            "Dated before the old key was stolen, and it says that it was issued after.",
            [rotation(ONE, TWO, Answer(TSA).about, issued="2025-05-01T00:00:00Z")],
            "was issued after",
            trust=dated,
        ),
        case("after-end", "The old key has ended.", [to_two], "until 2025-04-01", trust={"valid_until": ENDED}),
        case(
            "new-key-revoked",
            "The new key was stolen.",
            [to_two],
            "is revoked",
            trust={"revocations": [{"key": TWO.id, "effective": ENDED}]},
        ),
        case(
            "through-revoked-key",
            "The one in the middle was stolen.",
            [to_two, rotation(TWO, ED25519)],
            "is revoked",
            key=ED25519,
            trust={"revocations": [{"key": TWO.id, "effective": ENDED}]},
        ),
        case(
            "from-kind-not-allowed",
            "The old key is of a kind that is not allowed.",
            [rotation(ED25519, TWO)],
            "not allowed",
            keys=[ED25519],
            trust={"algorithms": ["ecdsa-p256-sha256"]},
        ),
        case(
            "to-kind-not-allowed",
            "The new key is of a kind that is not allowed.",
            [rotation(ONE, ED25519)],
            "ed25519",
            key=ED25519,
            trust={"algorithms": ["ecdsa-p256-sha256"]},
        ),
        case(
            "to-the-key-of-another",
            "A key names one of somebody else, to count for both.",
            [to_two],
            "one name",
            keys=[ONE, TWO],
            trust={"threshold": 2},
            **refused,
        ),
        case(
            "counts-once",
            "Old and new key signed, where two have to.",
            [to_two],
            "1 of the identities",
            keys=[ONE, ED25519],
            trust={"threshold": 2},
            make=lines(lambda text: [bundle(ONE, text), bundle(TWO, text)]),
        ),
        case(
            "statement-of-a-release",
            "A signature on something else is no word about a successor.",
            [rotation(ONE, TWO, said="urn:openmodel:release:1-draft")],
            "0.rotation",
            **refused,
        ),
        case(
            "names-another-key",
            "The subject is another key than the one in the text.",
            [rotation(ONE, TWO, new=ED25519.pem)],
            "another id",
            **refused,
        ),
        case(
            "names-another-old-key",
            "It says that another key signed it.",
            [rotation(ONE, TWO, old=ED25519.id)],
            "another key",
            **refused,
        ),
        case("two-lines", "Two lines in one file.", [to_two * 2], "more than one line", **refused),
        Case(
            "rotation-as-release",
            "thresholds, rotation and revocation",
            "What names a successor stands in place of a signature.",
            lines(lambda _: [rotation(ONE, TWO).strip()]),
            SOURCE,
            [3],
            "a statement of another kind",
        ),
    ]


def quantum() -> list[Case]:
    """ML-DSA-65."""

    def changed(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
        return lines(resigned(lambda text: change(MLDSA.sign(pae(IN_TOTO, text))), MLDSA))

    def case(name: str, attack: str, make: Callable[[Path], object], place: str = "", **more: Any) -> Case:
        steps = [] if more.get("outcome") else [3]
        return Case(f"ml-dsa-{name}", "ML-DSA", attack, make, SOURCE, steps, place, keys=[MLDSA], **more)

    not_it = "not one of this key"
    return [
        case("valid", "As it should be, for comparison.", said(lambda _: None, MLDSA), outcome="verified"),
        case("one-bit", "One bit of the signature is another.", changed(lambda it: _flipped(it, 7)), not_it),
        case("last-bit", "The last bit, in the hints.", changed(lambda it: _flipped(it, len(it) - 1)), not_it),
        case("short", "A byte is missing.", changed(lambda it: it[:-1]), not_it),
        case("long", "A byte more.", changed(lambda it: it + b"\0"), not_it),
        case("of-zeros", "Zeros in place of a signature.", changed(lambda it: bytes(len(it))), not_it),
        case("with-context", "Signed with a context, as for another protocol.", lines(_with_context), not_it),
        case(
            "of-other-bytes",
            "The statement was changed after it was signed.",
            lines(lambda text: [_with_payload(bundle(MLDSA, text), text.replace(b'"sequence":3', b'"sequence":4'))]),
            not_it,
        ),
        case(
            "of-an-ecdsa-key",
            "A signature by ECDSA in the name of the ML-DSA key.",
            lines(resigned(lambda it: ONE.sign(pae(IN_TOTO, it)), MLDSA)),
            not_it,
        ),
    ]


def _flipped(signature: bytes, place: int) -> bytes:
    return signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]


def _with_context(text: bytes) -> list[Json | bytes]:
    return resigned(lambda it: MLDSA.sign(pae(IN_TOTO, it), context=b"another protocol"), MLDSA)(text)


def _with_payload(value: Json, payload: bytes) -> Json:
    value["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    return value


CASES = [*rotations(), *quantum()]
