# SPDX-License-Identifier: Apache-2.0
"""Bytes to `Manifest` and back. JSON text is the only way in; YAML is turned into it first."""

from __future__ import annotations

import json
import os
import stat
from io import FileIO
from itertools import islice
from pathlib import Path

from pydantic import JsonValue, ValidationError

from openmodel.errors import DocumentError, Problem
from openmodel.manifest import references
from openmodel.manifest.complaints import complaints, too_many_wrong
from openmodel.manifest.document import Manifest
from openmodel.manifest.json_text import MAX_BYTES, read_json
from openmodel.manifest.large import TooManyError, is_large, require_few
from openmodel.manifest.text import MAX_PROBLEMS, Complaint, Text

# Some do not exist on every system. O_NONBLOCK: a FIFO must not wait for a writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PART = 2**20  # Bytes; a read call allocates all that it is asked for.


def load(path: str | Path) -> Manifest:
    """Reads a manifest (`openmodel.json`) or a declaration (any other name, as YAML) from a file.

    Raises:
        DocumentError: the file cannot be read or is no valid document. Lists all problems with their places.
    """
    return loads(read_file(Path(path)), str(path))


def loads(content: bytes | str, file: str = "") -> Manifest:
    """Reads a document from its bytes or text.

    Args:
        content: the document, UTF-8.
        file: its name for messages; a name that ends in `.json` says that it is JSON and not YAML.

    Raises:
        DocumentError: it is no valid document. Lists all problems with their places.
    """
    return read_document(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content, file)[1]


def dump(manifest: Manifest) -> bytes:
    """The document as JSON, UTF-8: sorted keys, a newline at the end. One document, one sequence of bytes."""
    return encode(plain(manifest))


def encode(data: JsonValue) -> bytes:
    """Plain data as `dump` writes it."""
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def plain(manifest: Manifest) -> dict[str, JsonValue]:
    """The document as plain data, as JSON pointers address it. Absent fields are left out."""
    return manifest.model_dump(mode="json", by_alias=True, exclude_unset=True)


def read_file(path: Path, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a document that the user named; what belongs to a release is read by `inventory`.

    Args:
        path: the file; symbolic links are followed.
        limit: the most bytes that are read; of a longer file, the first byte too many is the last.

    Raises:
        DocumentError: the file cannot be read, or is not a regular one.
    """
    try:
        with FileIO(path, "rb", opener=lambda name, _: os.open(name, _FLAGS)) as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return _read(stream, limit + 1)
        found = "something that is not a regular file"
    except FileNotFoundError:
        found = "no such file"
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character.
        found = f"a file that cannot be read ({error.strerror if isinstance(error, OSError) else error})"
    raise DocumentError(Problem(str(path), found, "a document", "Check the path."))


def _read(stream: FileIO, most: int) -> bytes:
    content = bytearray()
    while part := stream.read(min(most - len(content), _PART)):
        content += part
    return bytes(content)


def read_document(content: bytes, file: str) -> tuple[Text, Manifest]:
    """As `loads`, with the places of all values."""
    if file.endswith(".json"):
        text = read_json(content, file)
    else:
        from openmodel.manifest.yaml_text import read_yaml  # noqa: PLC0415  # 50 ms that `check` has no use for.

        text = read_yaml(content, file)
    return text, _manifest(text)


def _records(data: JsonValue) -> int:
    measured = data.get("measured") if isinstance(data, dict) else None
    files = measured.get("files") if isinstance(measured, dict) else None
    return len(files) if isinstance(files, list) else 0


def _manifest(text: Text) -> Manifest:
    found: list[Complaint] = []
    try:
        if is_large(text.json, _records(text.data)):
            require_few(Manifest, text.json)
        manifest = Manifest.model_validate_json(text.json)
    except ValidationError as error:
        found += complaints(text.data, error, Manifest)
    except TooManyError:
        found.append(too_many_wrong(f"more than {MAX_PROBLEMS:,}"))
    found += islice(references.complaints(text.data), MAX_PROBLEMS)
    if not found:
        return manifest
    raise DocumentError(text.problems(found))
