# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify --oms`: lists of files of OpenSSF Model Signing, most of which `model-signing` 1.1.1 accepts.

"OMS hole N" are the ten things in it that were reproduced: what the root binds, the order of names, shards, links of a
hub cache, directories behind links, what it accepts, certificates, the first signature only, what is left over between
two models, and rollback.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID

from openmodel.signing.dsse import IN_TOTO
from tests.conformance.verify_manifests import HOSTILE_PATHS
from tests.conformance.verify_material import (
    ED25519,
    MODEL,
    ONE,
    STRANGER,
    Case,
    Issued,
    bundle,
    dropped,
    issue,
    listed,
    model,
    model_bundle,
    put,
    release,
)
from tests.signing.oms.model_files import root_of, sha256, write_model
from tests.signing.small_release import Json
from tests.signing.test_keys import ORDER

OMS = {"oms": True}
PEER = "model-signing 1.1.1"
Change = Callable[[Any], object]


def case(  # noqa: PLR0917  # A row of a table.
    name: str, row: str, attack: str, make: Callable[[Path], object], steps: Sequence[int], place: str = "", **more: Any
) -> Case:
    source = more.pop("source", PEER)
    return Case(f"oms-{name}", row, attack, make, source, steps, place, **{"arguments": OMS, **more})


def entries(change: Callable[[list[Json]], object]) -> Callable[[Json], None]:
    """Alters the list, with a root that fits."""

    def whole(value: Json) -> None:
        found = value["predicate"]["resources"]
        change(found)
        value["subject"][0]["digest"]["sha256"] = root_of(found)

    return whole


def one_more(name: str) -> Change:
    return entries(lambda found: found.append({"name": name, "algorithm": "sha256", "digest": sha256(b"")}))


def with_files(change: Change, **files: bytes) -> Callable[[Path], None]:
    """A model with files that the list does not have; their names with `__` for `/`."""

    def make(root: Path) -> None:
        model(change)(root)
        write_model(root, {name.replace("__", "/").replace("_dot_", "."): content for name, content in files.items()})

    return make


def raw(  # A row of a table.
    old: bytes, new: bytes
) -> Callable[[Json], bytes]:
    def change(value: Json) -> bytes:
        content = json.dumps(value).encode()
        assert old in content
        return content.replace(old, new, 1)

    return change


PATHS = [
    case(
        f"path-{name}",
        "paths",
        f"The signed list has the file {json.dumps(path)}.",
        model(one_more(path)),
        [14],
        "/predicate/resources/2/name",
        source="model-transparency#647; OMS specification 6.1.2; OMS hole 6"
        if ".." in path
        else "OMS specification 6.1.2",
    )
    for name, path in HOSTILE_PATHS.items()
]


def empty(*ignored: str) -> Change:
    def change(value: Json) -> None:
        entries(list.clear)(value)
        value["predicate"]["serialization"]["ignore_paths"] = list(ignored)

    return change


def ignoring(*paths: str) -> Change:
    return put("predicate", "serialization", "ignore_paths", value=["model.sig", *paths])


def ignored() -> list[Case]:
    row, hole = "ignore lists", f"{PEER}; OMS hole 6"
    place = "/predicate/serialization/ignore_paths"
    return [
        case(
            "empty-and-ignores-all",
            "empty resources",
            "An empty list that ignores `.`: fits any directory.",
            model(empty(".")),
            [14],
            source=hole,
            place="/predicate/serialization/ignore_paths",
        ),
        case(
            "empty",
            "empty resources",
            "An empty list.",
            model(empty("model.sig")),
            [14],
            "/predicate/resources",
            source=hole,
        ),
        case("ignores-dot", row, "The list ignores `.`.", model(ignoring(".")), [14], place, source=hole),
        case(
            "ignores-empty-text",
            row,
            "The list ignores the empty text, which some join to the directory itself.",
            model(ignoring("")),
            [14],
            place,
            source=hole,
        ),
        case("ignores-star", row, "The list ignores `*`.", model(ignoring("*")), [14], place, source=hole),
        case(
            "ignores-a-program",
            row,
            "The list ignores `evil.sh`, which is there.",
            with_files(ignoring("evil.sh"), evil_dot_sh=b"evil"),
            [14],
            place,
            source=hole,
        ),
        case(
            "ignores-a-listed-file",
            row,
            "The list ignores a file that it lists.",
            model(ignoring("a.txt")),
            [14],
            place,
            source=hole,
        ),
        case("ignores-parent", row, "The list ignores `../x`.", model(ignoring("../x")), [14], place),
        case(
            "ignores-git-below",
            row,
            "The list ignores `d0/.git`, which is part of the model.",
            model(ignoring("d0/.git")),
            [14],
            place,
        ),
    ]


def twins(found: list[Json]) -> None:
    found[1]["name"] = "a.txt"


def names() -> list[Case]:
    row = "duplicate names"
    return [
        case(
            "name-twice",
            row,
            "The signed list has a name twice, with two digests; the last one wins in other readers.",
            model(entries(twins)),
            [14],
            "'a.txt', a name that is listed twice",
            source=f"{PEER}; OMS hole 6",
        ),
        case(
            "name-below-file",
            row,
            "The signed list has `a.txt` and `a.txt/below`.",
            model(one_more("a.txt/below")),
            [14],
            "'a.txt/below', a file below another file",
            source="OMS specification",
        ),
        case(
            "names-under-one-root",
            "swapped names",
            "Other names under the same root, which binds digests only.",
            renamed_model,
            [16],
            "d0/w.bin",
            files=[("a.txt", "renamed"), ("d0/w.bin", "renamed")],
            source=f"{PEER}; OMS hole 1",
        ),
        case(
            "names-swapped",
            "swapped names",
            "The contents of two files are swapped.",
            swapped_model,
            [16],
            "a.txt",
            files=[("a.txt", "altered"), ("d0/w.bin", "altered")],
            source="model-transparency#49",
        ),
        case(
            "order-by-parts",
            "swapped names",
            "Another order than that of texts gives another root: any order that fits its root is read.",
            model(entries(list.reverse)),
            [],
            outcome="verified",
            source=f"{PEER}; OMS hole 2",
        ),
    ]


def renamed_model(root: Path) -> None:
    model()(root)
    (root / "a.txt").rename(root / "evil.sh")
    (root / "d0" / "w.bin").rename(root / "z.bin")


def swapped_model(root: Path) -> None:
    model()(root)
    (root / "a.txt").write_bytes(MODEL["d0/w.bin"])
    (root / "d0" / "w.bin").write_bytes(MODEL["a.txt"])


def shapes() -> list[Case]:
    types, downgrade = "type confusion", "algorithm downgrade"
    resource: tuple[str | int, ...] = ("predicate", "resources", 0)
    settings = ("predicate", "serialization")
    return [
        case(
            "symlinks-text",
            types,
            '`allow_symlinks` is the text "true".',
            model(put(*settings, "allow_symlinks", value="true")),
            [14],
            "allow_symlinks",
        ),
        case(
            "symlinks-one",
            types,
            "`allow_symlinks` is 1.",
            model(put(*settings, "allow_symlinks", value=1)),
            [14],
            "allow_symlinks",
        ),
        case(
            "digest-list",
            types,
            "A digest is a list.",
            model(put(*resource, "digest", value=["0"])),
            [14],
            "/predicate/resources/0/digest",
        ),
        case(
            "digest-short",
            types,
            "A digest is half as long.",
            model(put(*resource, "digest", value="0" * 32)),
            [14],
            "/predicate/resources/0/digest",
        ),
        case(
            "resources-object",
            types,
            "The resources are an object.",
            model(put("predicate", "resources", value={})),
            [14],
            "/predicate/resources",
        ),
        case(
            "predicate-member-unknown",
            types,
            "The predicate has a member that the specification does not have.",
            model(put("predicate", "extra", value=True)),
            [14],
            "the unknown member 'extra'",
        ),
        case(
            "deep",
            "deep or oversized",
            "The signed payload is 100,000 arrays in one another.",
            model(lambda _: b"[" * 100_000),
            [14],
            place="64 levels",
        ),
        case(
            "algorithm-md5",
            downgrade,
            "A file is listed by its MD5.",
            model(put(*resource, "algorithm", value="md5")),
            [14],
            "/predicate/resources/0/algorithm",
        ),
        case(
            "root-sha1",
            downgrade,
            "The root is a SHA-1 only.",
            model(put("subject", 0, "digest", value={"sha1": "0" * 40})),
            [14],
            "/subject/0/digest",
        ),
        case(
            "root-lies",
            downgrade,
            "The root is not that of the digests.",
            model(put("subject", 0, "digest", "sha256", value="0" * 64)),
            [14],
            "/subject/0/digest/sha256",
        ),
        case(
            "shards-of-nothing",
            "shards",
            "The list is of shards, which leave files without bytes unsigned: `__init__.py` is extra.",
            sharded_model,
            [16],
            "__init__.py",
            files=[("__init__.py", "extra")],
            recipe=[["sparse", "release/__init__.py", 0]],
            source=f"{PEER}; OMS hole 3",
        ),
        case(
            "type-missing",
            "payload and predicate types",
            "`_type` is missing.",
            model(dropped("_type")),
            [14],
            source="sigstore-conformance dsse-statement-missing-type_fail",
            place="_type",
        ),
        case(
            "predicate-type-other",
            "payload and predicate types",
            "A predicate type that nobody knows.",
            model(put("predicateType", value="https://model_signing/signature/v9")),
            [14],
            "/predicateType",
        ),
        case(
            "predicate-type-older",
            "payload and predicate types",
            "The predicate of version 0.2, which is read on demand only.",
            model(put("predicateType", value="https://model_signing/Digests/v0.1")),
            [14],
            place="/predicateType",
        ),
        case(
            "subject-second",
            "swapped subjects",
            "A second subject is signed.",
            model(lambda value: value["subject"].append(value["subject"][0])),
            [14],
            "/subject",
        ),
        case(
            "member-twice",
            "duplicate keys",
            "`predicateType` is there twice.",
            model(raw(b'"predicateType":', b'"predicateType": "x", "predicateType":')),
            [14],
            "predicateType",
            source=f"{PEER}; OMS hole 6; in-toto/specification#74",
        ),
        case(
            "member-twice-escaped",
            "duplicate keys",
            "A resource has two names, one of them spelled with an escape.",
            model(raw(b'"name": "a.txt"', b'"name": "evil.sh", "n\\u0061me": "a.txt"')),
            [14],
            "name",
            source=f"{PEER}; OMS hole 6; in-toto/specification#74",
        ),
    ]


def sharded_model(root: Path) -> None:
    def change(value: Json) -> None:
        value["predicate"]["serialization"]["method"] = f"file-shard-{2**20}"
        for entry in value["predicate"]["resources"]:
            entry["name"] += ":shard-0"

    model(change)(root)


def signatures(change: Callable[[list[Any]], object]) -> Callable[[Path], None]:
    return model_bundle(lambda value: change(value["dsseEnvelope"]["signatures"]))


def malleated(value: Json) -> None:
    (signature,) = value["dsseEnvelope"]["signatures"]
    r, s = decode_dss_signature(base64.b64decode(signature["sig"]))
    signature["sig"] = base64.b64encode(encode_dss_signature(r, ORDER - s)).decode()


def legacy(value: Json) -> None:
    content = base64.b64decode(value["dsseEnvelope"]["payload"])
    message = b"DSSEV1 %d b'%s' %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(content), repr(content).encode())
    value["dsseEnvelope"]["signatures"][0]["sig"] = base64.b64encode(ONE.sign(message)).decode()


def envelope() -> list[Case]:
    row, hole = "signatures and lines", f"{PEER}, which reads the first signature only; OMS hole 8"
    junk = {"sig": "AAAA"}
    return [
        case("signatures-none", row, "No signature in the envelope.", signatures(list.clear), [12], "signatures"),
        case(
            "signatures-junk-first",
            row,
            "Junk in front of the valid signature.",
            signatures(lambda found: found.insert(0, junk)),
            [12],
            "signatures",
            source=hole,
        ),
        case(
            "signatures-junk-second",
            row,
            "Junk after the valid signature.",
            signatures(lambda found: found.append(junk)),
            [12],
            "signatures",
            source=hole,
        ),
        case(
            "ecdsa-other-form",
            "malleability",
            "(r, n - s) in place of (r, s): valid, and of the same signer.",
            model_bundle(malleated),
            [],
            outcome="verified",
            source=f"{PEER}; OMS hole 6",
        ),
        case(
            "encoding-older",
            "downgrade and mismatch",
            "Signed over the faulty encoding of version 0.2, without being asked to read that.",
            model_bundle(legacy),
            [13],
            source=f"{PEER}, which tries it on every failure",
            place="not one of this key on this payload",
        ),
        case(
            "key-kind",
            "downgrade and mismatch",
            "An Ed25519 key signed, which the format does not have.",
            model(key=ED25519),
            [13],
            "cannot sign",
            keys=(ED25519,),
        ),
        case("stranger", row, "A key that was not given signed.", model(key=STRANGER), [13], "not given"),
        case(
            "payload-type",
            "payload and predicate types",
            "The payload type is text/plain.",
            model_bundle(put("dsseEnvelope", "payloadType", value="text/plain")),
            [12],
            "payloadType",
        ),
        case(
            "media-type",
            "payload and predicate types",
            "The media type is that of bundle 0.2.",
            model_bundle(put("mediaType", value="application/vnd.dev.sigstore.bundle+json;version=0.2")),
            [12],
            "mediaType",
        ),
    ]


def certified_model(chain: Sequence[Issued]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        write_model(root, MODEL)
        value = bundle(chain[0].key, json.dumps(listed()).encode())
        value["verificationMaterial"] = {"x509CertificateChain": {"certificates": [one.raw for one in chain]}}
        (root / "model.sig").write_text(json.dumps(value))

    return make


def certificates() -> list[Case]:
    root = issue("root", authority=True)
    named = [{"name": "Ada", "email": "release@example.org"}]
    trust = {"trust.json": {"openmodel_trust": "1-draft", "roots": [{"pem": root.pem}], "identities": named}}
    more: dict[str, Any] = {
        "beside": trust,
        "arguments": {"oms": True, "trust": "trust.json"},
        "source": f"{PEER}; OMS hole 7",
    }
    row = "certificates"
    expired = issue("leaf expired", root, years=(2020, 2021))
    web = issue("leaf web server", root, purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    other = issue("leaf other name", root, email="evil@example.org")
    public = issue("web root", authority=True)
    return [
        case(
            "certificate",
            row,
            "A certificate that is as it should be, for comparison.",
            certified_model([issue("leaf", root)]),
            [],
            outcome="verified",
            **more,
        ),
        case(
            "certificate-expired",
            row,
            "The certificate of the signer has expired.",
            certified_model([expired]),
            [13],
            "valid",
            **more,
        ),
        case(
            "certificate-web-server",
            row,
            "The certificate is for web servers.",
            certified_model([web]),
            [13],
            "not for code signing",
            **more,
        ),
        case(
            "certificate-other-name",
            row,
            "The certificate names somebody else under the same root.",
            certified_model([other]),
            [13],
            "names nobody",
            **more,
        ),
        case(
            "certificate-other-root",
            row,
            "The chain leads to a root that nobody named, as those of the public web.",
            certified_model([issue("leaf public", public), public]),
            [13],
            "its certificate does not count",
            **more,
        ),
    ]


def rollback(root: Path) -> None:
    """A whole older model has a valid `model.sig`; beside a manifest of this project it is not asked alone."""
    release(root)
    value = listed()
    content = json.dumps(value).encode()
    (root / "model.sig").write_text(json.dumps(bundle(ONE, content)))


def two_models(root: Path) -> None:
    """The list of the first ignores what the second has and does not list."""
    (root / "first").mkdir()
    (root / "second").mkdir()
    model(ignoring(".cache"))(root / "first")
    model()(root / "second")
    write_model(root / "second", {".cache/x": b"evil"})


def holes() -> list[Case]:
    return [
        case(
            "ignored-by-the-one-before",
            "ignore lists",
            "A model that ignores `.cache` is verified first; the second has a file there and does not ignore it.",
            two_models,
            [16],
            ".cache/x",
            files=[(".cache/x", "extra")],
            arguments=OMS | {"first": "first", "below": "second"},
            source="model-transparency#650; OMS hole 9",
        ),
        case(
            "rollback-stripped",
            "replay",
            "`openmodel.sig` was stripped, and an older valid `model.sig` is there, which binds no version or time.",
            rollback,
            [1],
            "openmodel.sig",
            outcome="unsigned",
            arguments={},
            source=f"{PEER}; OMS hole 10",
        ),
    ]


CASES = [*PATHS, *ignored(), *names(), *shapes(), *envelope(), *certificates(), *holes()]
