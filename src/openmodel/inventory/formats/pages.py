# SPDX-License-Identifier: Apache-2.0
"""Pages of the web that were saved in place of a file: mostly what a server says when it does not give the file."""

from __future__ import annotations

import re

__all__ = ["UTF8_MARK", "is_html", "is_xml"]

UTF8_MARK = b"\xef\xbb\xbf"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def is_html(head: bytes) -> bool:
    """Whether a file that begins so is a page."""
    return _HTML.match(head.removeprefix(UTF8_MARK)) is not None


def is_xml(head: bytes) -> bool:
    """Whether it says that it is XML, as stores of objects answer."""
    return head.removeprefix(UTF8_MARK).lstrip().startswith(b"<?xml")
