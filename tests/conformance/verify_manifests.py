# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify`: the manifest that a trusted key signed is itself the attack, or is not the one that was signed."""

import json
from collections.abc import Callable
from typing import Any

from tests.conformance.verify_material import (
    DIGESTS,
    ONE,
    TUF_SHAPES,
    Case,
    bundle,
    dropped,
    manifest,
    put,
    release,
    reroot,
    said,
    write_signatures,
)
from tests.signing.small_release import Json, digest, payload_of

HOSTILE_PATHS = {
    "parent": "../secret",
    "parent-inside": "data/../../secret",
    "absolute": "/etc/passwd",
    "drive": "C:\\windows\\system32",
    "drive-slash": "C:/windows",
    "drive-relative": "C:windows",
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
        "/path: found",
    )
    for name, path in HOSTILE_PATHS.items()
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


CASES = [*PATHS, *manifests()]
