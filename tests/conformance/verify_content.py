# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify`: what a trusted key signed is itself the attack, in a statement or a manifest."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from openmodel.signing.dsse import IN_TOTO, pae
from tests.conformance.verify_material import (
    ED25519,
    ONE,
    P384,
    STRANGER,
    TWO,
    Case,
    bundle,
    line,
    lines,
    manifest,
    payload,
    release,
    reroot,
    said,
    write_signatures,
)
from tests.signing.small_release import Json, digest, payload_of
from tests.signing.test_keys import ORDER

IN_TOTO_74 = "in-toto/specification#74"
TUF_SHAPES = "python-tuf test_metadata_serialization.py"
DSSE_TESTS = "sigstore-python test_dsse.py"
DIGESTS = "in-toto DigestSet guidelines"

DRIVE = "a path of a manifest may begin with a drive letter, one of model.sig may not"
HOSTILE_PATHS = {
    "parent": "../secret",
    "parent-inside": "data/../../secret",
    "absolute": "/etc/passwd",
    "drive": "C:\\windows\\system32",
    "drive-slash": "C:/windows",
    "unc": "\\\\server\\share",
    "double-slash": "//server/share",
    "backslash": "data\\a.txt",
    "nul": "nul\0byte",
    "trailing-slash": "data/",
    "dot": "./config.json",
    "empty": "",
    "control": "line\nfeed",
    "decomposed": "e\u0301.txt",
}


def renamed(path: str) -> Callable[[Json], None]:
    """Puts a path in place of the last one, with a root that fits."""

    def change(document: Json) -> None:
        files = document["measured"]["files"]
        files[-1]["path"] = path
        files.sort(key=lambda file: file["path"].encode())
        reroot(document)

    return change


PATHS = [
    Case(
        f"manifest-path-{name}",
        "paths",
        f"A signed manifest lists the file {json.dumps(path)}, with a release root that fits.",
        manifest(renamed(path)),
        "model-transparency#647; OMS specification 6.1.2",
        [5],
        "path",
        xfail=DRIVE if name == "drive-slash" else "",
    )
    for name, path in HOSTILE_PATHS.items()
]


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
        "name",
        IN_TOTO_74,
    ),
    raw(
        "statement-member-twice-escaped",
        "duplicate keys",
        "The signed predicate has `name` twice, once spelled with an escape.",
        replaced(NAME, NAME + b',"n\\u0061me":"evil"'),
        "name",
        IN_TOTO_74,
    ),
    raw(
        "statement-subject-twice",
        "duplicate keys",
        "The signed statement has two lists of subjects, the first empty.",
        replaced(b'"subject":', b'"subject":[],"subject":'),
        "subject",
        IN_TOTO_74,
    ),
    raw(
        "statement-predicate-type-twice",
        "duplicate keys",
        "The signed statement has two predicate types.",
        replaced(b'"predicateType":', b'"predicateType":"urn:other","predicateType":'),
        "predicateType",
        IN_TOTO_74,
    ),
    raw(
        "statement-digest-twice",
        "duplicate keys",
        "The signed digest of the manifest is there twice, the first time as zeros.",
        replaced(b'{"sha256":', b'{"sha256":"' + b"0" * 64 + b'","sha256":'),
        "sha256",
        IN_TOTO_74,
    ),
    raw(
        "statement-member-case-variant",
        "duplicate keys",
        "The signed predicate has `name` and `Name`, which some readers take for one.",
        replaced(NAME, NAME + b',"Name":"evil"'),
        "/predicate",
        IN_TOTO_74,
    ),
]
DEEP = [
    raw(
        "statement-nan",
        "type confusion",
        "The signed sequence is NaN.",
        replaced(b'"sequence":3', b'"sequence":NaN'),
        "NaN",
        TUF_SHAPES,
    ),
    raw(
        "statement-huge-integer",
        "type confusion",
        "The signed sequence is an integer of 5000 digits.",
        replaced(b'"sequence":3', b'"sequence":' + b"9" * 5000),
        "integer",
        TUF_SHAPES,
    ),
    raw(
        "statement-integer-beyond-2-53",
        "type confusion",
        "The signed sequence is 2^53, which readers with doubles take for another number.",
        replaced(b'"sequence":3', b'"sequence":9007199254740992'),
        "9007199254740992",
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


def put(*way: str | int, value: Any) -> Callable[[Any], None]:
    """Sets what is at the end of the way."""

    def change(document: Any) -> None:
        for part in way[:-1]:
            document = document[part]
        document[way[-1]] = value

    return change


def dropped(*way: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in way[:-1]:
            document = document[part]
        del document[way[-1]]

    return change


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
        "/predicate",
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
        "required",
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
            "signature",
        ),
        Case(
            "payload-type-signed-as-other",
            row,
            "Signed as application/json, and then called a statement.",
            lines(relabelled),
            source,
            [3],
            "signature",
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
            "signature",
            keys=(P384,),
        ),
        Case(
            "curve-of-another-key",
            row,
            "A P-384 key signed in the name of a P-256 key.",
            lines(curve),
            DIGESTS,
            [3],
            "signature",
            keys=(ONE, P384),
        ),
        Case(
            "kind-of-another-key",
            row,
            "An Ed25519 key signed in the name of a P-256 key.",
            lines(kind),
            DIGESTS,
            [3],
            "signature",
            keys=(ONE, ED25519),
        ),
        Case(
            "encoding-of-older-oms",
            row,
            "Signed over the faulty encoding of model-signing 0.2.",
            lines(resigned(legacy)),
            "model-signing 1.1.1, which tries it on every failure",
            [3],
            "signature",
        ),
        Case(
            "payload-without-encoding",
            row,
            "Signed over the bare payload, without its type.",
            lines(resigned(ONE.sign)),
            "DSSE v1.0.2",
            [3],
            "signature",
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
            "signature",
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


def lying(column: str, value: object) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        document["measured"]["files"][0][column] = value
        reroot(document)

    return change


def twice(document: Json) -> None:
    files = document["measured"]["files"]
    files.insert(0, dict(files[0]))
    reroot(document)


def colliding(document: Json) -> None:
    files = document["measured"]["files"]
    files.insert(1, files[0] | {"path": "config.json/below"})
    reroot(document)


def manifests() -> list[Case]:
    row, zeros = "manifest", "0" * 64
    every = {"algorithm": "all"}
    two = "sha256 and blake3 of different bytes"
    here, root = [("config.json", "altered")], ("measured", "release_root")
    return [
        Case(
            "manifest-sha256-of-other-bytes",
            two,
            "SHA-256 in the signed manifest is of other bytes than BLAKE3.",
            manifest(lying("sha256", zeros)),
            DIGESTS,
            [11],
            "config.json",
            here,
            arguments=every,
        ),
        Case(
            "manifest-blake3-of-other-bytes",
            two,
            "BLAKE3 in the signed manifest is of other bytes than SHA-256.",
            manifest(lying("blake3", zeros)),
            DIGESTS,
            [11],
            "config.json",
            here,
            arguments=every,
        ),
        Case(
            "manifest-size-lies",
            row,
            "The signed size of a file is another one.",
            manifest(lying("size", 99)),
            DIGESTS,
            [11],
            "config.json",
            here,
        ),
        Case(
            "manifest-size-true",
            "type confusion",
            "The signed size of a file is true.",
            manifest(put("measured", "files", 0, "size", value=True)),
            TUF_SHAPES,
            [5],
            "size",
        ),
        Case(
            "manifest-digest-list",
            "type confusion",
            "The signed digest of a file is a list.",
            manifest(put("measured", "files", 0, "sha256", value=[zeros])),
            TUF_SHAPES,
            [5],
            "sha256",
        ),
        Case(
            "manifest-files-empty",
            "empty resources",
            "The signed manifest lists no files, and the root is that of no files.",
            manifest(emptied),
            "model-signing 1.1.1 takes an empty list",
            [7, 11],
            "no files",
            [("config.json", "extra"), ("data/a.txt", "extra"), ("data/b.txt", "extra")],
        ),
        Case(
            "manifest-root-lies",
            row,
            "The manifest and the statement agree on a root that is not that of the files.",
            manifest(put(*root, value=zeros)),
            "OMS root, which binds no names",
            [7],
            "0" * 64,
        ),
        Case(
            "manifest-file-twice",
            "duplicate names",
            "The signed manifest lists a file twice, with a root that fits.",
            manifest(twice),
            "OMS specification",
            [7],
            "twice",
        ),
        Case(
            "manifest-file-below-file",
            "duplicate names",
            "The signed manifest lists `config.json` and `config.json/below`.",
            manifest(colliding),
            "OMS specification",
            [11],
            "config.json/below",
            [("config.json/below", "missing")],
        ),
        Case(
            "manifest-not-built",
            row,
            "A manifest that was never built is signed.",
            manifest_unbuilt,
            "fail closed",
            [5],
            "measured",
        ),
        Case(
            "statement-another-manifest",
            row,
            "The signed digest of the manifest is another one.",
            said(put("subject", 0, "digest", "sha256", value=zeros)),
            "tuf test_new_*_unsigned",
            [5],
            "openmodel.json",
            [("openmodel.json", "altered")],
        ),
        Case(
            "statement-another-root",
            row,
            "The signed release root is another one.",
            said(put("subject", 1, "digest", "openmodelReleaseRootV1", value=zeros)),
            "OMS root, which binds no names",
            [7],
            "0" * 64,
        ),
        Case(
            "statement-another-readme",
            row,
            "The signed digest of the README is another one.",
            said(put("subject", 2, "digest", "sha256", value=zeros)),
            "model-transparency#583",
            [6],
            "README.md",
            [("README.md", "altered")],
        ),
        Case(
            "statement-readme-left-out",
            row,
            "The statement leaves out the README that is there.",
            said(dropped("subject", 2)),
            "model-transparency#583",
            [6],
            "README.md",
            [("README.md", "extra")],
        ),
        Case(
            "statement-another-sequence",
            "replay",
            "The signed sequence is above that of the manifest (fast forward).",
            said(put("predicate", "sequence", value=2**53 - 1)),
            "python-tuf fast_forward",
            [8],
            "sequence",
        ),
        Case(
            "statement-another-name",
            row,
            "The signed name is that of another release.",
            said(put("predicate", "name", value="other")),
            "mix and match",
            [8],
            "name",
        ),
        Case(
            "statement-expired",
            "replay",
            "The signed statement has expired (freeze).",
            said(put("predicate", "expires", value="2025-02-01T00:00:00Z")),
            "python-tuf test_trusted_metadata_set.py",
            [9],
            "2025-02-01",
        ),
        Case(
            "statement-of-the-future",
            "replay",
            "The statement says that it was issued in the year 9000.",
            said(put("predicate", "issued", value="9000-01-01T00:00:00Z")),
            "python-tuf fast_forward",
            [9],
            "9000-01-01",
        ),
    ]


def emptied(document: Json) -> None:
    document["measured"]["files"] = []
    reroot(document)


def manifest_unbuilt(root: Any) -> None:
    statement = release(root)
    document = json.loads((root / "openmodel.json").read_bytes())
    document.pop("measured")
    content = json.dumps(document).encode()
    (root / "openmodel.json").write_bytes(content)
    statement["subject"][0]["digest"]["sha256"] = digest(content)
    write_signatures(root, bundle(ONE, payload_of(statement)))


CASES = [*PATHS, *DUPLICATES, *DEEP, *TYPES, *kinds_of_types(), *schemes(), *many(), *manifests()]
