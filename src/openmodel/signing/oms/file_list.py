# SPDX-License-Identifier: Apache-2.0
"""What `model.sig` signs: an in-toto Statement v1 with the predicate of OpenSSF Model Signing v1.0, a list of files.

Source: OpenSSF Model Signing v1.0, sections 5 to 7. `encode` writes the method `files` with SHA-256, and nothing of our
own: other programs must be able to read it. `read` takes also what `model-signing` 1.1.1 writes when it lists shards of
files (`shards`), and what the specification says of them (`file-shard-N`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, NoReturn

from openmodel.errors import DocumentError, Problem
from openmodel.inventory.naming import shown
from openmodel.manifest.json_text import read_json
from openmodel.manifest.pointers import join
from openmodel.signing.oms.names import ignored_defect, resource_defect

__all__ = ["PREDICATE_TYPE", "STATEMENT_TYPE", "FileList", "encode", "read", "read_entries", "refuse", "require_tree"]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://model_signing/signature/v1.0"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHARD_METHOD = re.compile(r"file-shard-([1-9][0-9]{0,15})")
_SHARD_NAME = re.compile(r"(?s)(.+):shard-(0|[1-9][0-9]{0,15})")
_RANGE_NAME = re.compile(r"(?s)(.+):(0|[1-9][0-9]{0,15}):([1-9][0-9]{0,15})")
_FILE = "model.sig, payload"


@dataclass(frozen=True, slots=True)
class FileList:
    """The files of a model, as somebody signed them."""

    files: Mapping[str, tuple[str, ...]]
    """By path, SHA-256 of the whole file, or of each shard in order; 64 lower-case hexadecimal digits."""
    name: str = ""
    """What the signer called the model. Nothing depends on it."""
    shard_size: int | None = None
    """Bytes of each shard but the last of a file; None when whole files are listed."""

    @property
    def sha256(self) -> dict[str, str]:
        """By path, SHA-256 of the whole file; only when whole files are listed."""
        return {path: digests[0] for path, digests in self.files.items()} if self.shard_size is None else {}


def encode(name: str, files: Mapping[str, str], ignored: Sequence[str]) -> bytes:
    """The payload: JSON, UTF-8, sorted keys, no white space. Equal arguments give equal bytes.

    Args:
        name: of the release directory.
        files: SHA-256 by path.
        ignored: paths that are left out, which other programs leave out then, too.
    """
    paths = sorted(files)
    root = hashlib.sha256(b"".join(bytes.fromhex(files[path]) for path in paths)).hexdigest()
    value = {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": {"sha256": root}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "resources": [{"name": path, "algorithm": "sha256", "digest": files[path]} for path in paths],
            "serialization": {
                "method": "files",
                "hash_type": "sha256",
                "allow_symlinks": False,
                "ignore_paths": sorted(ignored),
            },
        },
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(payload: bytes) -> FileList:
    """Reads a payload whose signature holds.

    Raises:
        DocumentError: it is no strict JSON, or no list of files in which every name means one file and whose root is
            that of its entries.
    """
    value: Any = read_json(payload, _FILE).data
    _require_members(value, "", {"_type", "subject", "predicateType", "predicate"})
    if value["_type"] != STATEMENT_TYPE:
        refuse("/_type", "another type", STATEMENT_TYPE)
    if value["predicateType"] != PREDICATE_TYPE:
        expected = f"{PREDICATE_TYPE}; older files are read when that is asked for"
        refuse("/predicateType", "another type", expected)
    name, root = _subject(value["subject"])
    predicate = value["predicate"]
    _require_members(predicate, "/predicate", {"resources", "serialization"})
    size, is_ranges = _serialization(predicate["serialization"])
    algorithms = {"sha256", f"sha256-sharded-{size}"} if is_ranges else {"sha256"}
    entries = read_entries(predicate["resources"], "/predicate/resources", algorithms, of_parts=size is not None)
    found = hashlib.sha256(b"".join(bytes.fromhex(digest) for _, digest in entries)).hexdigest()
    if found != root:
        refuse("/subject/0/digest/sha256", root, f"{found}, the SHA-256 over the digests in their order")
    _require_not_ignored(entries, predicate["serialization"].get("ignore_paths", []))
    files: dict[str, tuple[str, ...]] = {path: (digest,) for path, digest in entries}
    if len(files) != len(entries):
        name = next(name for name, count in Counter(name for name, _ in entries).items() if count > 1)
        refuse("/predicate/resources", f"{shown(name, 200)!r}, a name that is listed twice", "every name once")
    if size is not None:
        files = _in_ranges(entries, size) if is_ranges else _in_shards(entries)
        if any(resource_defect(path) for path in files):  # What is left of a name without its shard.
            refuse("/predicate/resources", "a shard of what is no path", "relative POSIX paths in NFC")
    require_tree(files)
    return FileList(files, name, size)


def read_entries(value: Any, pointer: str, algorithms: set[str], *, of_parts: bool = False) -> list[tuple[str, str]]:
    """Names and digests of a list of resources. Members that are not known are ignored, as the specification asks.

    Args:
        value: the list.
        pointer: to it.
        algorithms: those that it may name.
        of_parts: the names are those of parts of files, whose paths are looked at when they are known.
    """
    if not isinstance(value, list) or not value:
        refuse(pointer, "no list, or an empty one", "at least one file")
    entries = []
    for number, entry in enumerate(value):
        name, digest = (entry.get("name"), entry.get("digest")) if isinstance(entry, dict) else (None, None)
        if not isinstance(name, str):
            refuse(join(pointer, number, "name"), "no text", "a relative POSIX path in NFC")
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            refuse(join(pointer, number, "digest"), "no SHA-256", "64 lower-case hexadecimal digits")
        if not isinstance(entry.get("algorithm"), str) or entry["algorithm"] not in algorithms:
            refuse(join(pointer, number, "algorithm"), "another algorithm", " or ".join(sorted(algorithms)))
        if not of_parts and (defect := resource_defect(name)):
            refuse(join(pointer, number, "name"), defect, "a relative POSIX path in NFC")
        entries.append((name, digest))
    return entries


def require_tree(files: Collection[str]) -> None:
    """Refuses a path that is also the directory of another."""
    # A slash sorts in front of everything else here, so that what is below a path follows it at once.
    for one, other in pairwise(sorted(files, key=lambda path: path.replace("/", "\0"))):
        if other.startswith(f"{one}/"):
            got = f"{shown(other, 200)!r}, a file below another file"
            refuse("/predicate/resources", got, "a tree of files")


def refuse(pointer: str, got: str, expected: str) -> NoReturn:
    """Raises the error that the payload is not as expected."""
    raise DocumentError(Problem(_FILE, got, expected, "Ask the publisher to sign again.", pointer))


def _require_members(value: Any, pointer: str, names: set[str]) -> None:
    """Refuses what is no object with exactly these members."""
    if not isinstance(value, dict):
        refuse(pointer, "another value", "an object")
    for name in sorted(names ^ set(value)):
        found = f"no member {name}" if name in names else f"the unknown member {shown(name, 100)!r}"
        refuse(pointer, found, f"{', '.join(sorted(names))}, and nothing else")


def _subject(value: Any) -> tuple[str, str]:
    """The name of the model and the root."""
    if not isinstance(value, list) or len(value) != 1:
        refuse("/subject", "another number of subjects", "exactly one")
    subject = value[0]
    if not isinstance(subject, dict) or not isinstance(subject.get("name"), str):
        refuse("/subject/0", "a subject without a name", "a name and a digest")
    digest = subject.get("digest")
    if not isinstance(digest, dict) or list(digest) != ["sha256"]:
        found = ", ".join(shown(name, 40) for name in list(digest)[:5]) if isinstance(digest, dict) else "no digest"
        refuse("/subject/0/digest", found or "no digest", "sha256 and nothing else")
    if not isinstance(digest["sha256"], str) or not _DIGEST.fullmatch(digest["sha256"]):
        refuse("/subject/0/digest/sha256", "another value", "64 lower-case hexadecimal digits")
    return subject["name"], digest["sha256"]


def _serialization(value: Any) -> tuple[int | None, bool]:
    """The size of shards, None for whole files; and whether shards are named by their first and last byte."""
    pointer = "/predicate/serialization"
    if not isinstance(value, dict) or not isinstance(method := value.get("method"), str):
        refuse(pointer, "another value", "method, hash_type and allow_symlinks")
    known = {"method", "hash_type", "allow_symlinks", "ignore_paths"} | (
        {"shard_size"} if method == "shards" else set()
    )
    for name in sorted(value.keys() - known):
        refuse(pointer, f"the unknown member {shown(name, 100)!r}", f"only {', '.join(sorted(known))}")
    if value.get("hash_type") != "sha256":
        refuse(f"{pointer}/hash_type", "another algorithm", "sha256, the only one that is read")
    if type(value.get("allow_symlinks")) is not bool:
        refuse(f"{pointer}/allow_symlinks", "another value", "true or false")
    ignored = value.get("ignore_paths", [])
    if not isinstance(ignored, list):
        refuse(f"{pointer}/ignore_paths", "another value", "a list of paths")
    for number, path in enumerate(ignored):
        defect = ignored_defect(path) if isinstance(path, str) else "another value"
        if defect:
            refuse(join(f"{pointer}/ignore_paths", number), defect, "what belongs to git, a cache or the signatures")
    if method == "files":
        return None, False
    if shards := _SHARD_METHOD.fullmatch(method):
        return int(shards[1]), False
    size: Any = value.get("shard_size")
    if method != "shards":
        refuse(f"{pointer}/method", "another method", "files, shards or file-shard-N")
    # The program that writes this turns every number into a float.
    if type(size) not in {int, float} or size != int(size) or not 1 <= size <= 2**53 - 1:
        refuse(f"{pointer}/shard_size", "another value", "a number of bytes")
    return int(size), True


def _in_ranges(entries: Sequence[tuple[str, str]], size: int) -> dict[str, tuple[str, ...]]:
    """Shards named `path:first:end`, as `model-signing` writes them. Files without a byte are not among them."""
    parts: dict[str, dict[int, tuple[int, str]]] = {}
    for name, digest in entries:
        match = _RANGE_NAME.fullmatch(name)
        if not match:
            refuse("/predicate/resources", "a shard without its place", "names as in weights.bin:0:1000")
        start, end = int(match[2]), int(match[3])
        if start % size or not start < end <= start + size or start in parts.setdefault(match[1], {}):
            refuse("/predicate/resources", "a shard that is no multiple, or there twice", f"each {size} bytes once")
        parts[match[1]][start] = end, digest
    for found in parts.values():
        last = size * (len(found) - 1)
        if set(found) != set(range(0, last + 1, size)) or any(found[at][0] != at + size for at in found if at != last):
            refuse("/predicate/resources", "a file of which a shard is missing", "all of its bytes")
    return {path: tuple(found[at][1] for at in sorted(found)) for path, found in parts.items()}


def _in_shards(entries: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Shards named `path:shard-N`, as the specification says."""
    parts: dict[str, dict[int, str]] = {}
    for name, digest in entries:
        match = _SHARD_NAME.fullmatch(name)
        if not match or int(match[2]) in parts.setdefault(match[1], {}):
            refuse("/predicate/resources", "a shard without its number, or there twice", "weights.bin:shard-0")
        parts[match[1]][int(match[2])] = digest
    for found in parts.values():
        if set(found) != set(range(len(found))):
            refuse("/predicate/resources", "a file of which a shard is missing", "all of its bytes")
    return {path: tuple(found[at] for at in sorted(found)) for path, found in parts.items()}


def _require_not_ignored(entries: Sequence[tuple[str, str]], ignored: Sequence[str]) -> None:
    """Other programs never find a file that is both listed and left out."""
    left_out = set(ignored)
    for path, _ in entries:
        if not path.startswith((".git", ".cache")) and path not in left_out:
            continue  # No others can be left out.
        if not left_out.isdisjoint(accumulate(path.split("/"), "{}/{}".format)):
            refuse(
                "/predicate/resources", f"{shown(path, 200)!r}, a file that ignore_paths leaves out", "one of the two"
            )
