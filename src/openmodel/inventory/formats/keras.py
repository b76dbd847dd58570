# SPDX-License-Identifier: Apache-2.0
"""Lambda layers in the configuration of a Keras model: Python bytecode that runs when the model does.

The configuration is JSON. It is searched as bytes and not parsed, as it can be of any size and stand anywhere in an
HDF5 file. White space is dropped, and so are the zeros with which UTF-16 and UTF-32 write ASCII, and escapes of ASCII
are undone, so that JSON can be written in no way that hides a layer. Source: Keras,
`keras/src/saving/serialization_lib.py` and `keras/src/legacy/saving/legacy_h5_format.py`.
"""

from __future__ import annotations

import re

from openmodel.inventory.formats.recognised import join, named
from openmodel.inventory.formats.views import View

__all__ = ["ConfigurationSearch", "search_view"]

_CHUNK = 2**20
_KEPT = 2048  # Longer than what is searched, every character of it written as an escape of six.
_ESCAPE = re.compile(rb"\\u00([2-7][0-9a-fA-F])")
_LAMBDA = re.compile(rb'"class_name":"(?:Lambda|__lambda__)"')
_MODULE = re.compile(rb'"module":"([^"]{1,200})"')
_USUAL_MODULE = re.compile(rb"(?:keras|tf_keras|builtins)(?:\.[\w.]+)?")
_MOST_MODULES = 100


class ConfigurationSearch:
    """A search through bytes that come piece by piece. Memory is bounded, whatever they hold."""

    def __init__(self) -> None:
        self.has_lambda = False
        self.modules: dict[bytes, None] = {}
        self._kept = b""

    def feed(self, piece: bytes) -> None:
        """Searches the next piece, of bounded size."""
        text = self._kept + piece.translate(None, b" \t\r\n\0")
        self._kept = text[-_KEPT:]
        if b"\\u00" in text:
            text = _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), text)
        if b"_name" not in text and b'"module' not in text:
            return
        self.has_lambda = self.has_lambda or bool(_LAMBDA.search(text))
        for found in _MODULE.finditer(text):
            if len(self.modules) < _MOST_MODULES and not _USUAL_MODULE.fullmatch(found[1]):
                self.modules[found[1]] = None

    @property
    def unsafe(self) -> str | None:
        """The phrase about what was found, or None."""
        if self.has_lambda:
            return "it is a Keras model with a Lambda layer, which is Python code"
        if self.modules:
            names = [name.decode("utf-8", "replace") for name in self.modules]
            return f"it is a Keras model that takes classes or functions from {named(names)}"
        return None


def search_view(view: View) -> str | None:
    """Why a configuration anywhere in the view makes it unsafe, or None. All of it is read once.

    Raises:
        OSError: the system does not give the bytes.
    """
    search = ConfigurationSearch()
    at = 0
    while piece := view.read(at, _CHUNK):
        search.feed(piece)
        at += len(piece)
    if at >= view.size:
        return search.unsafe
    return join(search.unsafe, "it is too large to be searched for layers of Keras in full (followed only in part)")
