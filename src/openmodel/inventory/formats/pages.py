# SPDX-License-Identifier: Apache-2.0
"""Pages of the web that were saved in place of a file: mostly what a server says when it does not give the file."""

from __future__ import annotations

import re

__all__ = ["UTF8_MARK", "is_answer", "is_html", "is_xml"]

UTF8_MARK = b"\xef\xbb\xbf"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,200}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_ANSWER = re.compile(
    rb"\s*[45]\d\d:? (Bad Gateway|Bad Request|Forbidden|Gone|Internal Server Error|Not Found|Service Unavailable"
    rb"|Too Many Requests|Unauthorized)\b"
)


def is_html(head: bytes) -> bool:
    """Whether a file that begins so is a page."""
    return _HTML.match(head.removeprefix(UTF8_MARK)) is not None


def is_xml(head: bytes) -> bool:
    """Whether it says that it is XML, as stores of objects answer."""
    return head.removeprefix(UTF8_MARK).lstrip().startswith(b"<?xml")


def is_answer(head: bytes) -> bool:
    """Whether it begins with the number and the words with which a server refuses."""
    return _ANSWER.match(head) is not None
