# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify`: the statement that a trusted key signed is itself the attack."""

from collections.abc import Callable
from typing import Any

from openmodel.signing.dsse import IN_TOTO
from tests.conformance.verify_material import (
    DIGESTS,
    DSSE_TESTS,
    IN_TOTO_74,
    ONE,
    TUF_SHAPES,
    Case,
    bundle,
    dropped,
    line,
    lines,
    payload,
    put,
    said,
)
from tests.signing.small_release import Json


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def raw(  # noqa: PLR0917  # A row of a table.
    name: str, row: str, attack: str, change: Callable[[bytes], bytes], place: str, source: str
) -> Case:
    """A case of bytes that are signed as they are, and refused by step 4."""
    return Case(name, row, attack, payload(change), source, [4], place)


NAME = b'"name":"toy"'
DUPLICATES = [
    raw(
        "statement-member-twice",
        "duplicate keys",
        "The signed predicate has `name` twice.",
        replaced(NAME, NAME + b"," + NAME),
        "/predicate/name: found the key",
        IN_TOTO_74,
    ),
    raw(
        "statement-member-twice-escaped",
        "duplicate keys",
        "The signed predicate has `name` twice, once spelled with an escape.",
        replaced(NAME, NAME + b',"n\\u0061me":"evil"'),
        "/predicate/name: found the key",
        IN_TOTO_74,
    ),
    raw(
        "statement-subject-twice",
        "duplicate keys",
        "The signed statement has two lists of subjects, the first empty.",
        replaced(b'"subject":', b'"subject":[],"subject":'),
        "/subject: found the key",
        IN_TOTO_74,
    ),
    raw(
        "statement-predicate-type-twice",
        "duplicate keys",
        "The signed statement has two predicate types.",
        replaced(b'"predicateType":', b'"predicateType":"urn:other","predicateType":'),
        "/predicateType: found the key",
        IN_TOTO_74,
    ),
    raw(
        "statement-digest-twice",
        "duplicate keys",
        "The signed digest of the manifest is there twice, the first time as zeros.",
        replaced(b'{"sha256":', b'{"sha256":"' + b"0" * 64 + b'","sha256":'),
        "/subject/0/digest/sha256: found the key",
        IN_TOTO_74,
    ),
    raw(
        "statement-member-case-variant",
        "duplicate keys",
        "The signed predicate has `name` and `Name`, which some readers take for one.",
        replaced(NAME, NAME + b',"Name":"evil"'),
        'the unknown member "Name"',
        IN_TOTO_74,
    ),
]
DEEP = [
    raw(
        "statement-nan",
        "type confusion",
        "The signed sequence is NaN.",
        replaced(b'"sequence":3', b'"sequence":NaN'),
        "/predicate/sequence: found the number NaN",
        TUF_SHAPES,
    ),
    raw(
        "statement-huge-integer",
        "type confusion",
        "The signed sequence is an integer of 5000 digits.",
        replaced(b'"sequence":3', b'"sequence":' + b"9" * 5000),
        "/predicate/sequence: found the number 999",
        TUF_SHAPES,
    ),
    raw(
        "statement-integer-beyond-2-53",
        "type confusion",
        "The signed sequence is 2^53, which readers with doubles take for another number.",
        replaced(b'"sequence":3', b'"sequence":9007199254740992'),
        "/predicate/sequence: found the number 9007199254740992",
        TUF_SHAPES,
    ),
    raw(
        "statement-deep",
        "deep or oversized",
        "The signed payload is 70 arrays in one another.",
        lambda _: b"[" * 70 + b"]" * 70,
        "64",
        TUF_SHAPES,
    ),
    raw(
        "statement-very-deep",
        "deep or oversized",
        "The signed payload is 20,000 arrays in one another, which overflow the stack of a recursive reader.",
        lambda _: b"[" * 20000 + b"]" * 20000,
        "64 levels",
        TUF_SHAPES,
    ),
    raw(
        "statement-empty",
        "type confusion",
        "The signed payload is empty.",
        lambda _: b"",
        "payload of line 1",
        TUF_SHAPES,
    ),
    raw(
        "statement-not-utf-8",
        "type confusion",
        "The signed payload is no UTF-8.",
        replaced(b'"toy"', b'"\xff"'),
        "UTF-8",
        TUF_SHAPES,
    ),
    raw(
        "statement-lone-surrogate",
        "type confusion",
        "The signed name is half of a pair of surrogates.",
        replaced(b'"toy"', b'"\\ud800"'),
        "surrogate",
        "rfc8785, which lets a UnicodeEncodeError out",
    ),
    raw(
        "statement-trailing",
        "type confusion",
        "Two documents are signed as one.",
        lambda good: good + b"{}",
        "payload of line 1",
        IN_TOTO_74,
    ),
    Case(
        "line-oversized",
        "deep or oversized",
        "A valid signature over a payload that makes a line of more than 64 KiB.",
        payload(replaced(NAME, b'"name":"' + b"x" * 60000 + b'"')),
        TUF_SHAPES,
        [2, 3],
        "65,536",
    ),
]


def shape(  # noqa: PLR0917  # A row of a table.
    name: str, row: str, attack: str, change: Callable[[Any], object], place: str, source: str = TUF_SHAPES
) -> Case:
    return Case(f"statement-{name}", row, attack, said(change), source, [4], place)


TYPES = [
    shape(
        "sequence-text",
        "type confusion",
        'The signed sequence is the text "3".',
        put("predicate", "sequence", value="3"),
        "/predicate/sequence",
    ),
    shape(
        "sequence-true",
        "type confusion",
        "The signed sequence is true.",
        put("predicate", "sequence", value=True),
        "/predicate/sequence",
    ),
    shape(
        "sequence-float",
        "type confusion",
        "The signed sequence is 3.0.",
        put("predicate", "sequence", value=3.0),
        "/predicate/sequence",
    ),
    shape(
        "sequence-negative",
        "type confusion",
        "The signed sequence is -1.",
        put("predicate", "sequence", value=-1),
        "/predicate/sequence",
    ),
    shape(
        "version-null",
        "type confusion",
        "The signed version is null.",
        put("predicate", "version", value=None),
        "/predicate/version",
    ),
    shape(
        "issued-number",
        "type confusion",
        "The signed time is a number.",
        put("predicate", "issued", value=1),
        "/predicate/issued",
    ),
    shape(
        "issued-no-date",
        "type confusion",
        "The signed time is 30 February.",
        put("predicate", "issued", value="2025-02-30T00:00:00Z"),
        "/predicate/issued",
    ),
    shape(
        "subject-object", "type confusion", "The signed subjects are an object.", put("subject", value={}), "/subject"
    ),
    shape(
        "digest-list",
        "type confusion",
        "The signed digest is a list.",
        put("subject", 0, "digest", "sha256", value=["0" * 64]),
        "/subject/0/digest/sha256",
    ),
    shape(
        "digest-upper-case",
        "type confusion",
        "The signed digest is in upper case.",
        put("subject", 0, "digest", "sha256", value="A" * 64),
        "/subject/0/digest/sha256",
    ),
    shape(
        "member-unknown",
        "type confusion",
        "The signed predicate has a member that nobody knows.",
        put("predicate", "more", value=1),
        'the unknown member "more"',
    ),
    shape(
        "subject-more",
        "swapped subjects",
        "A fourth subject is signed.",
        lambda s: s["subject"].append({"name": "evil.bin", "digest": {"sha256": "0" * 64}}),
        "/subject",
        "model-transparency#49",
    ),
    shape(
        "subject-swapped",
        "swapped subjects",
        "The first two subjects are signed in the other order.",
        lambda s: s["subject"].insert(0, s["subject"].pop(1)),
        "/subject/0",
        "model-transparency#49",
    ),
    shape(
        "subject-none",
        "empty resources",
        "No subject is signed.",
        put("subject", value=[]),
        "/subject",
        "model-signing 1.1.1 takes an empty list",
    ),
    shape(
        "type-missing",
        "payload and predicate types",
        "The signed statement has no `_type`.",
        dropped("_type"),
        "no member '_type'",
        "sigstore-conformance dsse-statement-missing-type_fail",
    ),
    shape(
        "type-unknown",
        "payload and predicate types",
        "The signed `_type` is that of in-toto 0.1.",
        put("_type", value="https://in-toto.io/Statement/v0.1"),
        "/_type",
        "sigstore-conformance dsse-statement-unknown-type_fail",
    ),
    shape(
        "digest-md5-only",
        "algorithm downgrade",
        "The manifest is signed by its MD5 only.",
        put("subject", 0, "digest", value={"md5": "0" * 32}),
        "/subject/0/digest",
        DIGESTS,
    ),
    shape(
        "digest-sha1-only",
        "algorithm downgrade",
        "The manifest is signed by its SHA-1 only.",
        put("subject", 0, "digest", value={"sha1": "0" * 40}),
        "/subject/0/digest",
        DIGESTS,
    ),
    shape(
        "digest-md5-as-well",
        "algorithm downgrade",
        "An MD5 is signed beside the SHA-256, so that a reader may choose it.",
        put("subject", 0, "digest", "md5", value="0" * 32),
        "/subject/0/digest",
        DIGESTS,
    ),
    shape(
        "expires-before-issued",
        "replay",
        "The statement expires before it was issued.",
        put("predicate", "expires", value="2024-01-01T00:00:00Z"),
        "/predicate/expires",
        "python-tuf test_updater_top_level_update.py",
    ),
]


def kinds_of_types() -> list[Case]:
    other = "https://slsa.dev/provenance/v1"
    row, source = "payload and predicate types", DSSE_TESTS

    def relabel(value: Json) -> None:
        value["dsseEnvelope"]["payloadType"] = "text/plain"

    return [
        Case(
            "predicate-type-other",
            row,
            "A valid signature over the statement under the predicate type of SLSA.",
            said(put("predicateType", value=other)),
            source,
            [3],
            "another kind",
        ),
        Case(
            "payload-type-other",
            row,
            "A valid signature over the statement as application/json.",
            payload(lambda good: good, "application/json"),
            source,
            [3],
            "another kind",
        ),
        Case(
            "payload-type-relabelled",
            row,
            "The payload type is replaced after it was signed.",
            line(relabel),
            source,
            [3],
            "not one of this key on this payload",
        ),
        Case(
            "payload-type-signed-as-other",
            row,
            "Signed as application/json, and then called a statement.",
            lines(relabelled),
            source,
            [3],
            "not one of this key on this payload",
        ),
        Case(
            "predicate-type-null",
            row,
            "The signed predicate type is null.",
            said(put("predicateType", value=None)),
            source,
            [4],
            "/predicateType",
        ),
    ]


def relabelled(content: bytes) -> list[Json | bytes]:
    value = bundle(ONE, content, kind="application/json")
    value["dsseEnvelope"]["payloadType"] = IN_TOTO
    return [value]


CASES = [*DUPLICATES, *DEEP, *TYPES, *kinds_of_types()]
