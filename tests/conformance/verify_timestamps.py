# SPDX-License-Identifier: Apache-2.0
"""Cases of timestamps: a key that has ended, whose signature counts only if an authority dated it in time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from openmodel.signing.dsse import IN_TOTO, pae
from tests.conformance.verify_authority import IN_TIME, SHA_1, Answer, authority, over_sha_1
from tests.conformance.verify_material import (
    ONE,
    STRANGER,
    TWO,
    Case,
    Issued,
    Key,
    bundle,
    certified,
    issue,
    lines,
)
from tests.conformance.verify_signatures import malleated, resigned
from tests.conformance.verify_trust import NAMED, listed, revoked, trust
from tests.signing.small_release import Json
from tests.signing.trust.authorities import usage

Stamper = Callable[[bytes], bytes]
"""From a signature to what stands in its line as a timestamp."""
SOURCE = "sigstore-python test_verifier.py (TSA); conformance rekor2-timestamp-wrong-tsa-validity-borrow_fail; RFC 3161"
ENDED = {"valid_until": "2025-06-01T00:00:00Z"}
ROOT = issue("root of timestamps", authority=True)
TSA = authority("authority of timestamps", ROOT)
PAST, LATE = datetime(2020, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)


def stamped(value: Json, *stampers: Stamper) -> Json:
    """The line with timestamps."""
    signature = base64.b64decode(value["dsseEnvelope"]["signatures"][0]["sig"])
    rows = [{"signedTimestamp": base64.b64encode(one(signature)).decode()} for one in stampers]
    value["verificationMaterial"]["timestampVerificationData"] = {"rfc3161Timestamps": rows}
    return value


def dated(*stampers: Stamper, key: Key = ONE) -> Callable[[Path], None]:
    return lines(lambda text: [stamped(bundle(key, text), *stampers)])


def case(name: str, attack: str, make: Callable[[Path], object], place: str = "", **more: Any) -> Case:
    beside = listed(ONE, **{**ENDED, **more.pop("trust", {}), "timestamp_authorities": [{"pem": ROOT.pem}]})
    steps = [] if more.get("outcome") else more.pop("steps", [3])
    arguments, beside = {"trust": "trust.json"}, more.pop("beside", beside)
    return Case(
        f"timestamp-{name}",
        "timestamps",
        attack,
        make,
        SOURCE,
        steps,
        place,
        arguments=arguments,
        beside=beside,
        **more,
    )


def answers() -> list[Case]:
    """What is wrong with the answer itself."""
    good = Answer(TSA).about
    return [
        case("valid", "A timestamp as it should be, for comparison.", dated(good), outcome="verified"),
        case("none", "The key has ended, and nobody dated its signature.", dated(), "says that it signed in time"),
        case("late", "The signature was dated after the key ended.", dated(Answer(TSA, time=LATE).about), "until 2025"),
        case(
            "of-the-future",
            "The timestamp is of 2098.",
            dated(Answer(TSA, time=datetime(2098, 1, 1, tzinfo=UTC)).about),
            "later than now",
        ),
        case(
            "wrong-message",
            "The timestamp is about other bytes.",
            dated(lambda _: good(b"other bytes")),
            "about another signature",
        ),
        case(
            "of-another-line",
            "The timestamp of the first line stands in the second.",
            lines(_borrowed),
            "about another signature",
            beside=listed(ONE, TWO, threshold=2, timestamp_authorities=[{"pem": ROOT.pem}], **ENDED),
        ),
        case(
            "of-the-other-form",
            "The signature in its other form (r, n-s), dated in its first.",
            lines(lambda text: [stamped(_other_form(text), lambda _: good(_signature(text)))]),
            "about another signature",
        ),
        case("twice", "The same timestamp twice.", dated(good, good), "the same timestamp twice"),
        case("too-many", "Nine timestamps.", dated(*_nine()), "rfc3161Timestamps", steps=[2, 3]),
        case("rejected", "The authority did not grant it.", dated(Answer(TSA, status=2).about), "status 2"),
        case("with-changes", "The authority granted another.", dated(Answer(TSA, status=1).about), "status 1"),
        case("edited", "The time was altered after it was signed.", dated(Answer(TSA, edited=True).about), "is wrong"),
        case("two-signers", "Two signers in one answer.", dated(Answer(TSA, times=2).about), "2 signers"),
        case("signed-over-sha-1", "Signed over SHA-1.", dated(Answer(TSA, digest=SHA_1).about), "another digest"),
        case("imprint-sha-1", "It names a SHA-1.", dated(Answer(TSA, imprint=SHA_1).about), "digest other than"),
        case(
            "of-another-kind",
            "What is signed is no statement about a time.",
            dated(Answer(TSA, kind="1.2.840.113549.1.7.1").about),
            "cannot be read",
        ),
        case("trailing", "A byte follows the answer.", dated(lambda text: good(text) + b"\0"), "cannot be read"),
        case("oversized", "An answer of 25,000 bytes.", dated(lambda _: b"\x30" * 25_000), "25,000 bytes"),
        case(
            "junk-beside",
            "A false timestamp stands beside a true one: it changes nothing.",
            dated(lambda _: b"\x30\0", good),
            outcome="verified",
        ),
    ]


def _borrowed(text: bytes) -> list[Json | bytes]:
    first = stamped(bundle(ONE, text), Answer(TSA).about)
    return [first, stamped(bundle(TWO, text), lambda _: Answer(TSA).about(_signature(text)))]


def _other_form(text: bytes) -> Json:
    (line,) = resigned(malleated)(text)
    assert isinstance(line, dict)
    return line


def _signature(text: bytes) -> bytes:
    return ONE.sign(pae(IN_TOTO, text))


def _nine() -> list[Stamper]:
    return [Answer(TSA, time=IN_TIME.replace(day=day)).about for day in range(1, 10)]


def authorities() -> list[Case]:
    """What is wrong with who gave it."""
    expired, renewed = authority("authority expired", ROOT, years=(2020, 2021)), authority("authority now", ROOT)
    other = issue("root of other timestamps", authority=True, years=(2019, 2099))
    old = authority("authority of other timestamps", other, years=(2019, 2099))
    twin = authority("authority of timestamps", ROOT, key=STRANGER)
    false_root = issue("root of timestamps", authority=True, key=STRANGER)
    middle = issue("middle of timestamps", ROOT, authority=True)
    below = authority("authority below", middle)
    middle_expired = issue("middle of timestamps expired", ROOT, authority=True, years=(2020, 2021))
    middle_none = issue("middle of timestamps none", ROOT, authority=False, key_usage=usage(certify=True))
    not_valid = "was not valid at its time"

    def by(name: str, attack: str, signer: Issued, place: str, **more: Any) -> Case:
        return case(name, attack, dated(Answer(signer, **more).about), place)

    purposes: list[tuple[str, str, dict[str, Any], str]] = [
        ("without-purpose", "has no extended key usage", {"purpose": None}, "without extended key usage"),
        ("code-signing", "is for code signing", {"purpose": ExtendedKeyUsageOID.CODE_SIGNING}, "timeStamping alone"),
        ("several-purposes", "is for two purposes", {"also": [ExtendedKeyUsageOID.CODE_SIGNING]}, "timeStamping alone"),
        (
            "any-purpose",
            "is for any purpose",
            {"purpose": ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE},
            "timeStamping alone",
        ),
        (
            "purpose-not-critical",
            "does not mark its purpose critical",
            {"critical_purpose": False},
            "timeStamping alone",
        ),
        ("key-usage", "is not for signing", {"key_usage": usage(sign=False)}, "may not sign"),
    ]
    return [
        *(
            by(f"authority-{name}", f"The certificate of the authority {what}.", authority(name, ROOT, **more), place)
            for name, what, more, place in purposes
        ),
        by("authority-expired", "The certificate of the authority had expired then.", expired, not_valid),
        by(
            "authority-not-yet-valid",
            "The certificate of the authority was not yet valid then.",
            authority("authority new", ROOT, years=(2026, 2099)),
            not_valid,
        ),
        by("root-not-yet-valid", "The root was not yet valid at the time stated.", old, "not trusted", time=PAST),
        by(
            "validity-borrowed",
            "The authority had expired, and comes with the certificate of another that had not.",
            expired,
            not_valid,
            others=[renewed],
        ),
        by(
            "validity-borrowed-by-name",
            "The authority had expired, and signs as another that had not.",
            expired,
            "chain of certificates is wrong",
            others=[renewed],
            names=renewed,
        ),
        by(
            "time-of-another-authority",
            "The time is one at which the root was not yet valid, and another authority was.",
            authority("authority old", ROOT, years=(2019, 2099)),
            not_valid,
            time=PAST,
            others=[old, other],
        ),
        by("authority-sha-1", "Certified over SHA-1.", over_sha_1(TSA, ROOT), "than SHA-256 and longer"),
        by("forged", "A stranger signed it as the authority.", Issued(TSA.certificate, STRANGER), "is wrong"),
        by("signer-twice", "Two certificates of one issuer and number.", TSA, "2 certificates", others=[twin]),
        by("authority-unknown", "By an authority that nobody named.", authority("alone"), "not trusted"),
        by("root-same-name", "The root has the same name.", authority("below false", false_root), "is wrong"),
        by("middle-missing", "The certificate in between is missing.", below, "not trusted"),
        by(
            "middle-expired",
            "The certificate in between had expired then.",
            authority("authority below expired", middle_expired),
            not_valid,
            others=[middle_expired],
        ),
        by(
            "middle-no-authority",
            "The certificate in between is no authority.",
            authority("authority below none", middle_none),
            "is wrong",
            others=[middle_none],
        ),
        case(
            "middle",
            "An authority below another, for comparison.",
            dated(Answer(below, others=[middle]).about),
            outcome="verified",
        ),
    ]


def times() -> list[Case]:
    """What a timestamp shows, and what it does not."""
    ed_root = issue("root ed25519", authority=True, key=Key("root ed25519", "ed25519"))
    stolen = {"key": ONE.id, "effective": "2025-04-01T00:00:00Z"}
    early, late = Answer(TSA).about, Answer(TSA, time=LATE).about
    root = issue("root", authority=True)
    leaf = issue("leaf expired 2026", root, years=(2025, 2026))
    good = {"valid_until": "2099-01-01T00:00:00Z"}

    def by_certificate(*stampers: Stamper) -> Callable[[Path], None]:
        return certified([leaf], lambda value: stamped(value, *stampers))

    named = trust(roots=[{"pem": root.pem}], identities=NAMED, timestamp_authorities=[{"pem": ROOT.pem}])
    return [
        case(
            "before-revocation",
            "The key was stolen later, for comparison.",
            dated(early),
            outcome="verified",
            trust={**good, "revocations": [stolen]},
        ),
        case("after-revocation", "Dated later.", dated(late), "revoked", trust={**good, "revocations": [stolen]}),
        case(
            "issued-after-revocation",
            "Dated before the key was stolen, of a statement that says that it was issued after.",
            lines(lambda text: [stamped(bundle(ONE, text.replace(b"2025-01-31T12", b"2025-05-31T12")), early)]),
            "issued after",
            trust={**good, "revocations": [stolen]},
        ),
        case(
            "authority-revoked",
            "The authority was revoked: whoever stole its key dates as he likes.",
            dated(early),
            "is by an authority that is revoked",
            trust={"revocations": [{**revoked(TSA), "effective": "2026-01-01T00:00:00Z"}]},
        ),
        case(
            "authority-revoked-later",
            "The authority will be revoked, for comparison.",
            dated(early),
            outcome="verified",
            trust={"revocations": [{**revoked(TSA), "effective": "2098-01-01T00:00:00Z"}]},
        ),
        case(
            "authority-below-ed25519",
            "A root with an Ed25519 key, which signs over no digest, for comparison.",
            dated(Answer(authority("authority below ed25519", ed_root)).about),
            outcome="verified",
            beside=listed(ONE, **ENDED, timestamp_authorities=[{"pem": ed_root.pem}]),
        ),
        case(
            "root-revoked",
            "The root of the authority was revoked.",
            dated(early),
            "no authority for timestamps is trusted",
            trust={"revocations": [{"key": ROOT.key.id, "effective": "2026-01-01T00:00:00Z"}]},
        ),
        case(
            "certificate-expired-since",
            "The certificate expired after it signed, for comparison.",
            by_certificate(early),
            outcome="verified",
            beside=named,
        ),
        case(
            "certificate-expired-before",
            "The certificate had expired when its signature was dated.",
            by_certificate(Answer(TSA, time=datetime(2026, 2, 1, tzinfo=UTC)).about),
            "expired or not yet valid",
            beside=named,
        ),
    ]


CASES = [*answers(), *authorities(), *times()]
