# SPDX-License-Identifier: Apache-2.0
"""A small built release, and lines of `openmodel.sig` that the public functions would never write."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from openmodel.inventory.files import take_inventory
from openmodel.inventory.release_root import release_root
from openmodel.signing import PrivateKey, load_private_key
from openmodel.signing.dsse import IN_TOTO, pae

Json = dict[str, Any]

FILES = {"config.json": b"{}", "data/a.txt": b"alpha", "data/b.txt": b"beta", "empty.txt": b""}
RECORD = "openmodel.records/run-1.json"
DECLARATION = b"openmodel: 1-draft\nrelease: {name: toy}\ncomponents: [{id: w, name: W}]\n"


def digest(content: bytes) -> str:
    """SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def write_release(root: Path) -> Path:
    """Writes a built release with files, a record, a table of tensors and a README, and without its declaration.

    This version's `build` would write no record and no table, so a declaration would keep it from being signed.
    """
    contents = {
        **FILES,
        RECORD: b'{"run": 1}',
        "openmodel.tensors.json": b"[]",
        "README.md": b"# toy\n",
        ".gitattributes": b"*.bin filter=lfs\n",
    }
    for path, content in contents.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    build(root)
    return root


def build(root: Path, change: Callable[[Json], object] = lambda _: None) -> None:
    """Writes `openmodel.json` for what is there; `change` may alter the document before it is written."""
    inventory = take_inventory(root)
    files = [{key: value for key, value in asdict(file).items() if value is not None} for file in inventory.files]
    document: Json = {
        "openmodel": "1-draft",
        "release": {"name": "toy", "version": "1.0", "sequence": 3},
        "components": [{"id": "w", "name": "W", "kinds": ["weights"]}],
        "measured": {
            "built_from": {
                "declaration_sha256": digest(DECLARATION),
                "records": [{"path": RECORD, "sha256": digest(b'{"run": 1}')}],
            },
            "files": files,
            "excluded": list(inventory.excluded),
            "release_root": release_root((file.path, file.size, file.sha256) for file in inventory.files),
            "weights": [
                {
                    "component": "w",
                    "tensors": 0,
                    "parameters": 0,
                    "dtypes": {},
                    "table": {"path": "openmodel.tensors.json", "sha256": digest(b"[]")},
                }
            ],
        },
    }
    change(document)
    (root / "openmodel.json").write_text(json.dumps(document, indent=2))


def reroot(document: Json) -> None:
    """Makes the release root of a changed document fit its list of files again."""
    measured = document["measured"]
    measured["release_root"] = release_root((file["path"], file["size"], file["sha256"]) for file in measured["files"])


def statement_for(root: Path) -> Json:
    """The statement that signers of this release sign."""
    manifest = (root / "openmodel.json").read_bytes()
    document = json.loads(manifest)
    value: Json = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "openmodel.json", "digest": {"sha256": digest(manifest)}},
            {"name": ".", "digest": {"openmodelReleaseRootV1": document["measured"]["release_root"]}},
            {"name": "README.md", "digest": {"sha256": digest((root / "README.md").read_bytes())}},
        ],
        "predicateType": "urn:openmodel:release:1-draft",
        "predicate": {"name": "toy", "version": "1.0", "sequence": 3, "issued": "2025-01-31T12:00:00Z"},
    }
    return value


def payload_of(statement: Json) -> bytes:
    """The statement in the bytes that `sign` would write."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":")).encode()


def bundle_for(key: PrivateKey, payload: bytes, payload_type: str = IN_TOTO) -> Json:
    """A bundle with a valid signature, as data."""
    signature = key.sign(pae(payload_type, payload))
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": key.public.key_id}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [{"sig": base64.b64encode(signature).decode(), "keyid": key.public.key_id}],
        },
    }


def write_lines(root: Path, *lines: Json | bytes) -> None:
    """Writes `openmodel.sig`."""
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    (root / "openmodel.sig").write_bytes(b"".join(line + b"\n" for line in written))


def sign_payload(root: Path, key: Path, payload: bytes, payload_type: str = IN_TOTO) -> None:
    """Writes `openmodel.sig` with one valid signature over any payload."""
    write_lines(root, bundle_for(load_private_key(key), payload, payload_type))
