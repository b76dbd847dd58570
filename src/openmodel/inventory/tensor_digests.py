# SPDX-License-Identifier: Apache-2.0
"""The content digests of the tensors of one file, from one pass over its bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.header import Header, Tensor
from openmodel.inventory.reading import changed
from openmodel.inventory.tensor_root import content_hash

__all__ = ["TensorDigests"]


class TensorDigests:
    """Takes the bytes of a file in order, from the first one on, in pieces of any size, and hashes each tensor."""

    def __init__(self, header: Header, file: str) -> None:
        """Args:
        header: of the file.
        file: the file for errors.
        """
        self._file = file
        self._count, self._data_start = len(header.tensors), header.data_start
        self._found: dict[str, bytes] = {}
        self._hidden = False
        self._spans = _spans(header)
        self._position = 0
        self._begin()

    def _begin(self) -> None:
        self._end, self._tensor = next(self._spans)
        if self._tensor is not None:
            self._hash = content_hash(self._tensor.dtype, self._tensor.shape)

    def update(self, part: memoryview | bytes | bytearray) -> None:
        """Takes the next bytes of the file, of which nothing is kept or copied."""
        view, at = memoryview(part), 0
        while at < len(view):
            stop = min(len(view), at + self._end - self._position)
            if self._tensor is not None:
                self._hash.update(view[at:stop])
            elif self._position >= self._data_start and not self._hidden:
                self._hidden = bool(bytes(view[at:stop]).strip(b"\0"))
            self._position += stop - at
            at = stop
            while self._position == self._end:
                if self._tensor is not None:
                    self._found[self._tensor.name] = self._hash.digest()
                self._begin()

    def digests(self) -> dict[str, bytes]:
        """By name, the content digest of each tensor, 32 bytes.

        Raises:
            InventoryError: the file ended before its tensors did, or holds something else than zeros where there is
                nothing but padding.
        """
        if len(self._found) < self._count:
            raise changed(self._file)
        if self._hidden:
            got, expected = "bytes other than zeros between its tensors", "padding of zeros"
            raise InventoryError(
                Problem(self._file, got, expected, "Write the file again with the library that made it.")
            )
        return self._found


def _spans(header: Header) -> Iterator[tuple[int, Tensor | None]]:
    """The parts of a file in order: where each ends in the file, and the tensor that it is, if it is one."""
    start = position = header.data_start
    yield start, None
    for tensor in sorted(header.tensors, key=lambda tensor: (tensor.start, tensor.end)):
        if start + tensor.start > position:
            yield start + tensor.start, None
        position = start + tensor.end
        yield position, tensor
    yield sys.maxsize, None
