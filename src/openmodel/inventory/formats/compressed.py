# SPDX-License-Identifier: Apache-2.0
"""The head of compressed files, which joblib unpacks and loads without being asked.

Source: joblib, `joblib/compressor.py` and `joblib/numpy_pickle_utils.py`. Of LZ4, which needs a library, only the mark
is known.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from openmodel.inventory.formats.opcodes import follow
from openmodel.inventory.formats.pickles import find_pickles, why_unsafe
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import CUT_SIZE, WINDOW, View

__all__ = ["MAX_UNPACKED", "Unpacker", "recognise_compressed", "unpacked"]

MAX_UNPACKED = 4 * 2**20
"""The most bytes of the content that are looked at."""

_LZMA_MEMORY = 128 * 2**20  # xz -9 needs 65 MiB; a header can ask for 4 GiB.
_FIRST = 512  # Enough to see that most content is no pickle.
_LZ4 = b"\x04\x22\x4d\x18"
_FAULTS = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError)  # OSError: how bz2 says it.


class Unpacker(Protocol):
    """What bz2, lzma and zlib have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Codec:
    kind: str
    marks: tuple[bytes, ...]
    make: Callable[[], Unpacker]
    head: int = 0
    """Bytes before the packed ones."""


_CODECS = (
    # The second byte of zlib says how hard the packer tried, and makes the two a multiple of 31 (RFC 1950).
    _Codec("zlib", (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), lambda: zlib.decompressobj(15)),
    _Codec("gzip", (b"\x1f\x8b",), lambda: zlib.decompressobj(31)),
    _Codec("bzip2", (b"BZh",), bz2.BZ2Decompressor),
    _Codec("xz", (b"\xfd7zXZ\x00",), lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)),
    _Codec("LZMA", (b"\x5d\x00",), lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY)),
    # joblib before 0.10: b"ZF" and the length in hexadecimal, filled up with spaces, of which Python 2 wrote one more.
    _Codec("zlib", (b"ZF",), lambda: zlib.decompressobj(15), head=21),
)


def recognise_compressed(view: View, name: str) -> Recognised | None:
    """A compressed file with a pickle inside or with what cannot be looked into, or None.

    Raises:
        OSError: the system does not give the bytes.
    """
    head = view.read(0, 32)
    if head.startswith(_LZ4):
        if name.endswith(".joblib"):
            return Recognised("joblib", "it is a joblib file packed with LZ4, which is not looked into")
        return Recognised(None, "it is packed with LZ4, which is not looked into and in which joblib keeps pickles")
    codec = next((codec for codec in _CODECS if head.startswith(codec.marks)), None)
    if codec is None:
        return None
    packed = view.part(codec.head + (codec.head > 0 and view.read(codec.head, 1) == b" "), view.size)
    beginning = unpacked(packed, codec.make, _FIRST)
    if follow(beginning).ended == "broken" and find_pickles(beginning) is None:
        return None
    content = unpacked(packed, codec.make, MAX_UNPACKED)
    if pickles := find_pickles(content):
        return Recognised("joblib", why_unsafe(pickles, f"it is a pickle packed with {codec.kind}"))
    if follow(content).ended != "cut":
        return None
    return Recognised(None, f"it is packed with {codec.kind} and may be a pickle (followed only in part)")


def unpacked(packed: View, make: Callable[[], Unpacker], limit: int, *, streams: bool = True) -> View:
    """The first bytes of what is packed, at most `limit`, and no more than what the budget still allows.

    A view that was cut is as long as a file can be: what comes behind is there, though it is not seen.

    Args:
        packed: the packed bytes.
        make: gives an unpacker at the beginning of a stream.
        limit: the most bytes to unpack.
        streams: whether what follows a stream may be another one, as in gzip, bzip2 and xz.

    Raises:
        OSError: the system does not give the bytes.
    """
    limit = packed.budget.pay_unpacked(limit)
    content, at, piece, unpacker = bytearray(), 0, b"", make()
    while len(content) < limit and at <= MAX_UNPACKED:
        read = not piece and getattr(unpacker, "needs_input", True)
        if read:
            piece = packed.read(at, WINDOW)
            at += len(piece)
        ended = read and not piece
        try:
            content += unpacker.decompress(piece, limit - len(content))
        except _FAULTS as fault:
            if isinstance(fault, MemoryError) or "limit" in str(fault):
                return View(BytesIO(content), CUT_SIZE, packed.budget)  # Who gives it more memory can go on.
            ended = True
        if unpacker.eof:
            # Zeros fill up gzip and xz files. An empty stream before the one that matters must not hide it.
            piece = unpacker.unused_data.lstrip(b"\0")
            ended = ended or not streams or not packed.budget.pay_member()
            unpacker = make()
        else:
            piece = getattr(unpacker, "unconsumed_tail", b"")
        if ended:
            break
    else:
        return View(BytesIO(content), CUT_SIZE, packed.budget)
    packed.budget.unpacked += limit - len(content)
    return View(BytesIO(content), len(content), packed.budget)
