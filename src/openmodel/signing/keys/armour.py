# SPDX-License-Identifier: Apache-2.0
"""The text around a key: one PEM block (RFC 7468), or one line of OpenSSH.

A file holds one key. Text in front of a block is passed over, as RFC 7468 wants; what comes after it is refused,
because somebody may have meant it.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from openmodel.errors import KeyFileError, Problem
from openmodel.inventory.naming import shown

__all__ = ["MAX_BYTES", "Block", "block_of", "read_file", "refused", "written"]

MAX_BYTES = 64 * 2**10
"""The largest file of a key. The largest kind has some 5,500 bytes."""

_BEGIN = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?$", re.MULTILINE)
_BLOCK = re.compile(
    rb"^-----BEGIN (?P<label>[A-Z0-9 ]+)-----[ \t]*\r?\n(?P<body>.*?)^-----END (?P=label)-----(?P<rest>.*)",
    re.MULTILINE | re.DOTALL,
)
_PARAMETERS = b"EC PARAMETERS"
_READABLE = "a file that this user can read"


@dataclass(frozen=True, slots=True)
class Block:
    """One PEM block."""

    label: str
    """What stands after BEGIN."""
    text: bytes
    """The whole of it, as it was."""
    body: bytes
    """What stands between the first line and the last."""

    def content(self) -> bytes:
        """The bytes that the Base64 means.

        Raises:
            ValueError: it is no Base64.
        """
        return base64.b64decode(b"".join(self.body.split()), validate=True)


def refused(path: str | Path, got: str, expected: str, fix: str) -> KeyFileError:
    """The error of a key file."""
    return KeyFileError(Problem(shown(str(path)), got, expected, fix))


def written(label: str, content: bytes) -> bytes:
    """A PEM block with lines of 64 characters."""
    lines = base64.b64encode(content).decode()
    body = "".join(f"{lines[at : at + 64]}\n" for at in range(0, len(lines), 64))
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


def read_file(path: Path, expected: str) -> bytes:
    """All bytes of a small regular file. A pipe is never waited for.

    Raises:
        KeyFileError: it cannot be read, is none, or is too large.
    """
    if "\0" in str(path):
        raise refused(path, "a path with a NUL character", "a path", "Check the path.")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                fix = "Name the file of the key; of a pipe or a device, write the key to a file of mode 0600 first."
                raise refused(path, "that it cannot be read: it is no regular file", _READABLE, fix)
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise refused(path, f"that it cannot be read: {error.strerror}", _READABLE, "Check the path.") from error
    if len(content) > MAX_BYTES:
        raise refused(path, f"more than {MAX_BYTES:,} bytes", expected, "Check the path.")
    return content


def block_of(path: Path, content: bytes, expected: str) -> Block | None:
    """The one PEM block of a file; None when there is none.

    `openssl ecparam -genkey` writes the parameters of the curve in front of the key, in a block of their own. The key
    says them again, so they are passed over.

    Raises:
        KeyFileError: there are several blocks, or something follows.
    """
    labels = [match.group(1) for match in _BEGIN.finditer(content)]
    if labels == [_PARAMETERS, b"EC PRIVATE KEY"]:
        content, labels = content[content.rindex(b"-----BEGIN ") :], labels[1:]
    if len(labels) > 1:
        got = f"{len(labels)} PEM blocks: {', '.join(label.decode() for label in labels[:4])}"
        raise refused(
            path, got, "one key in a file", "Put each into a file of its own, and name the one that you mean."
        )
    found = _BLOCK.search(content)
    if found is None:
        return None
    if found["rest"].strip():
        raise refused(path, "something after the key", f"{expected}, and nothing after it", "Remove what follows it.")
    text = found.group().removesuffix(found["rest"]) + b"\n"
    return Block(found["label"].decode(), text, found["body"])
