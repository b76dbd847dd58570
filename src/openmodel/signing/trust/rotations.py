# SPDX-License-Identifier: Apache-2.0
"""A key names its successor: a statement that the old key signs, in a file of one bundle.

The statement is an in-toto Statement v1 with the new key as its subject: its digest is the key id, SHA-256 of the PEM
text that is in the predicate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openmodel.errors import DocumentError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.json_text import read_json
from openmodel.manifest.loading import read_file
from openmodel.signing import bundle
from openmodel.signing.bundle import Bundle
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys import Passphrase, PublicKey, load_private_key, load_public_key
from openmodel.signing.keys.key import pem
from openmodel.signing.keys.reading import public_key_in
from openmodel.signing.shapes import shaped
from openmodel.signing.signature_file import MAX_LINE_BYTES
from openmodel.signing.statement import STATEMENT_TYPE, time_text
from openmodel.signing.trust.times import now

__all__ = ["PREDICATE_TYPE", "KeyRotation", "Rotation", "read", "rotate_key"]

PREDICATE_TYPE = "urn:openmodel:key-rotation:1-draft"


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """What `rotate_key` wrote."""

    file: Path
    old_key_id: str
    new_key_id: str


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a file says, which nobody is known to have signed yet."""

    bundle: Bundle
    """Its hint is the id of the old key."""
    new: PublicKey
    issued: datetime


def rotate_key(
    old: str | Path, new: str | Path, path: str | Path, *, passphrase: Passphrase | None = None
) -> KeyRotation:
    """Writes a statement by a key that another one is its successor, for the trust files of those who verify.

    Args:
        old: the private key that signs it.
        new: the public key that takes over.
        path: the file to write.
        passphrase: of the old key, if it is encrypted.

    Raises:
        KeyFileError: a key cannot be read or used.
        UsageError: both are the same key, or no passphrase where it should be.
        OverwriteError: the file is there already.
        InventoryError: it cannot be written.
    """
    successor, key = load_public_key(new), load_private_key(old, passphrase)
    if successor.key_id == key.public.key_id:
        fix = "Make a new one with `openmodel key new`."
        raise UsageError(Problem(str(new), "the same key", "another one than the old", fix))
    payload = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": "public key", "digest": {"sha256": successor.key_id}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "issued": time_text(now()),
            "old": key.public.key_id,
            "new": pem(successor.key).decode(),
        },
    }
    content = json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()
    made = Bundle(key.public.key_id, IN_TOTO, content, key.sign(pae(IN_TOTO, content)))
    write_atomically(Path(path), bundle.encode(made) + b"\n", overwrite=False)
    return KeyRotation(Path(path), key.public.key_id, successor.key_id)


def read(path: Path) -> Rotation:
    """Reads such a file strictly. The caller has to check the signature.

    Raises:
        DocumentError: it cannot be read, or is something else.
        KeyFileError: the new key is of no kind that is used.
    """
    file = shown(str(path))
    content = read_file(path, MAX_LINE_BYTES)
    if len(content) > MAX_LINE_BYTES or b"\n" in content[:-1]:
        raise _refused(file, "more than one line, or a long one")
    read_bundle = bundle.decode(content, file)
    if read_bundle.payload_type != IN_TOTO or read_bundle.certificates:
        raise _refused(file, "a bundle about something else")
    data = shaped(read_json(read_bundle.payload, f"{file}, payload").data, "rotation", f"{file}, payload")
    predicate = data["predicate"]
    new = public_key_in(predicate["new"].encode(), path)
    if new.key_id != data["subject"][0]["digest"]["sha256"]:
        raise _refused(file, "a key with another id than its subject")
    if read_bundle.hint != predicate["old"]:
        raise _refused(file, "a statement of another key than the one that is named as signer")
    try:
        issued = datetime.fromisoformat(predicate["issued"])
    except ValueError:
        raise _refused(file, "a time that does not exist") from None
    return Rotation(read_bundle, new, issued)


def _refused(file: str, got: str) -> DocumentError:
    expected = "one line that `openmodel key rotate` wrote"
    return DocumentError(Problem(file, got, expected, "Get the file again from the holder of the key."))
