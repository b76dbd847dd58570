# SPDX-License-Identifier: Apache-2.0
"""What `model-signing` 0.2 signed. It is read only when that is asked for, and never written.

Two things are weaker than in version 1.0: nothing says which files were left out, and what the signature covers is not
the DSSE encoding but a text with the payload as Python prints bytes. Source: `pae_compat` and
`dsse_payload_to_manifest_compat` of `model-signing` 1.1.1.
"""

from __future__ import annotations

from typing import Any

from openmodel.manifest.json_text import read_json
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.oms.file_list import STATEMENT_TYPE, FileList, read_entries, refuse, require_tree

__all__ = ["OLDER_PREDICATE_TYPE", "is_older", "older_pae", "read_older"]

OLDER_PREDICATE_TYPE = "https://model_signing/Digests/v0.1"


def older_pae(payload: bytes) -> bytes:
    """The bytes that such a signature covers, the mistakes included: a capital V, and `b'..'` around the payload."""
    return f"DSSEV1 {len(IN_TOTO)} {IN_TOTO} {len(payload)} {payload!r}".encode()


def is_older(payload: bytes) -> bool:
    """Whether a payload whose signature holds is of that kind.

    Raises:
        DocumentError: it is no strict JSON.
    """
    value: Any = read_json(payload, "model.sig, payload").data
    return isinstance(value, dict) and value.get("predicateType") == OLDER_PREDICATE_TYPE


def read_older(payload: bytes) -> FileList:
    """Reads such a payload: every file is a subject, with its SHA-256; there is no root.

    Raises:
        DocumentError: it is another value, or a name in it does not mean one file.
    """
    value: Any = read_json(payload, "model.sig, payload").data
    known = ["_type", "predicate", "predicateType", "subject"]
    if not isinstance(value, dict) or sorted(value) != known or value["_type"] != STATEMENT_TYPE:
        refuse("", "another value", "an in-toto statement")
    if value["predicateType"] != OLDER_PREDICATE_TYPE:
        refuse("/predicateType", "another type", OLDER_PREDICATE_TYPE)
    subjects = value["subject"]
    rows = []
    for subject in subjects if isinstance(subjects, list) else []:
        digest = subject.get("digest") if isinstance(subject, dict) else None
        notes = subject.get("annotations", {}) if isinstance(subject, dict) else None
        if not isinstance(digest, dict) or list(digest) != ["sha256"] or not isinstance(notes, dict):
            refuse("/subject", "another value", "a name and the SHA-256 of each file")
        if notes.get("actual_hash_algorithm", "file-sha256") != "file-sha256":
            refuse("/subject", "digests of another kind", "the SHA-256 of each file")
        rows.append({"name": subject.get("name"), "digest": digest["sha256"], "algorithm": "sha256"})
    entries = read_entries(rows, "/subject", {"sha256"})
    files: dict[str, tuple[str, ...]] = {path: (digest,) for path, digest in entries}
    if len(files) != len(entries):
        refuse("/subject", "a file that is listed twice", "every file once")
    require_tree(files)
    return FileList(files)
