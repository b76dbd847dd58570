# SPDX-License-Identifier: Apache-2.0
"""Where the passphrase of a private key comes from: bytes, a function, a variable, a descriptor, or a person.

Never an argument, because every user of a machine sees the arguments of its programs. No message and no exception here
holds a passphrase.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from openmodel.errors import KeyFileError, Problem, UsageError
from openmodel.inventory.naming import shown

__all__ = ["MAX_BYTES", "Passphrase", "from_descriptor", "from_environment", "from_terminal", "passphrase_for"]

Passphrase = bytes | Callable[[Path], bytes]
"""A passphrase, or what to call with the path of a key file for one. It is called for encrypted files only."""

MAX_BYTES = 1024
"""The longest passphrase. openssl takes no longer one either."""

_GIVE_IT = (
    "In a terminal the command asks for it; elsewhere say where it is: --passphrase-env NAME or --passphrase-fd N "
    "(in Python: passphrase=...)."
)


def passphrase_for(file: Path, source: Passphrase | None) -> bytes:
    """The passphrase of an encrypted key, or of a new one.

    Raises:
        KeyFileError: there is no source, or what it gives is empty, too long or holds a NUL byte.
    """
    if source is None:
        raise _refused(file, "an encrypted private key, and no passphrase", "its passphrase", _GIVE_IT)
    passphrase = source if isinstance(source, bytes) else source(file)
    if not passphrase:
        raise _refused(file, "an empty passphrase", "a passphrase", _GIVE_IT)
    if len(passphrase) > MAX_BYTES or b"\0" in passphrase:
        got = "a NUL byte in the passphrase" if b"\0" in passphrase else f"a passphrase of more than {MAX_BYTES} bytes"
        raise _refused(file, got, f"1 to {MAX_BYTES} bytes without NUL", "Check where it comes from; choose another.")
    return passphrase


def from_environment(name: str) -> Passphrase:
    """The bytes of an environment variable, all of them.

    Raises:
        UsageError: when it is asked for it, and the variable is not set.
    """

    def source(_: Path) -> bytes:
        value = os.environ.get(name)
        if value is None:
            got = f"no environment variable {shown(name)}"
            raise UsageError(Problem("--passphrase-env", got, "one that holds the passphrase", "Set and export it."))
        return os.fsencode(value)

    return source


def from_descriptor(number: int) -> Passphrase:
    """The first line that a file descriptor gives, without its line end. It is read once, for all keys.

    Raises:
        UsageError: when it is asked for it, and the descriptor cannot be read.
    """
    read: list[bytes] = []

    def source(_: Path) -> bytes:
        if not read:
            read.append(_line(number))
        return read[0]

    return source


def from_terminal(*, new: bool = False) -> Passphrase:
    """What a person types, unseen, on the terminal that the process belongs to; for a new key twice.

    Raises:
        KeyFileError: when it is asked for it, and there is no terminal, or the two differ.
    """

    def source(file: Path) -> bytes:
        if not _has_terminal():
            raise _refused(file, "no terminal to ask for the passphrase", "the passphrase", _GIVE_IT)
        name = shown(str(file))
        try:
            first = getpass.getpass(f"Passphrase of {name}: ")
            if new and first and getpass.getpass("The same again: ") != first:
                raise _refused(file, "two passphrases that differ", "the same twice", "Start again.")
        except EOFError:
            raise _refused(file, "the end of the input", "a passphrase", "Start again and type one.") from None
        return first.encode("utf-8", "surrogateescape")

    return source


def _line(number: int) -> bytes:
    content = b""
    try:
        # Byte by byte: what follows the line belongs to whoever reads the descriptor next.
        while len(content) <= MAX_BYTES + 1 and not content.endswith(b"\n"):
            byte = os.read(number, 1)
            if not byte:
                break
            content += byte
    except (OSError, OverflowError) as error:
        got = f"a descriptor {number} that cannot be read"
        fix = "Open it for the command, for example: --passphrase-fd 3 3<file."
        raise UsageError(Problem("--passphrase-fd", got, "one that gives the passphrase", fix)) from error
    return content.removesuffix(b"\n").removesuffix(b"\r")


def _has_terminal() -> bool:
    """`getpass` would read standard input, and show what is typed, where there is none."""
    if os.name != "posix":
        return sys.stdin.isatty()
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return True
    return False


def _refused(file: Path, got: str, expected: str, fix: str) -> KeyFileError:
    return KeyFileError(Problem(shown(str(file)), got, expected, fix))
