# SPDX-License-Identifier: Apache-2.0
"""Asking a timestamp authority over HTTP.

Source: RFC 3161, section 3.4. The answer is signed, so that plain http is as good as https; what the authority learns
is a digest of a signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from openmodel.errors import NetworkError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.signing.timestamps.response import (
    MAX_BYTES,
    RefusedError,
    decoded,
    guarded,
    library,
    require_authority,
    require_past,
)
from openmodel.version import VERSION

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest

__all__ = ["Timestamp", "ask", "require_url"]

_TIMEOUT = 30
"""Seconds to wait for each answer of the other machine."""
_AGAIN = "Try again, name another authority, or sign without --timestamp-url."


@dataclass(frozen=True, slots=True)
class Timestamp:
    """What an authority answered."""

    content: bytes
    """The answer, DER."""
    time: datetime
    """The time that it states, UTC."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Refuses: the request would be sent again without its body."""


def require_url(url: str) -> None:
    """Refuses an address that is none of http or https, before anything is done.

    Raises:
        UsageError: it is another one; or the extra `timestamps` is not installed.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and url.isascii() and " " not in url
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        expected = "the address of a timestamp authority, which begins with http:// or https://"
        raise UsageError(
            Problem("", f"the address {shown(url, 200)!r}", expected, "Ask the authority for its address.")
        )
    library()


def ask(url: str, signature: bytes) -> Timestamp:
    """Has an authority date a signature.

    What is checked is that the answer is to this question and that its signer is for timestamps. Whether to believe it
    is for the reader to say, who names roots.

    Args:
        url: of the authority, http or https.
        signature: what to date. Only its SHA-256 leaves this machine.

    Raises:
        UsageError: the address is no such one, or the extra `timestamps` is not installed.
        NetworkError: the authority cannot be reached, or answers anything else than a timestamp of this signature.
    """
    require_url(url)
    found = library()
    request = found.TimestampRequestBuilder(data=signature, hash_algorithm=found.HashAlgorithm.SHA256).build()
    content = _post(url, request.as_bytes())
    try:
        return Timestamp(content, guarded(lambda: _require_answer(content, request)))
    except RefusedError as error:
        raise NetworkError(
            Problem(shown(url), f"an answer that {error}", "a timestamp of the signature (RFC 3161)", _AGAIN)
        ) from error


def _require_answer(content: bytes, request: TimeStampRequest) -> datetime:
    response = decoded(content)
    info, asked = response.tst_info, request.message_imprint
    if (info.message_imprint.hash_algorithm, info.message_imprint.message) != (asked.hash_algorithm, asked.message):
        raise RefusedError("is about something else")
    if info.nonce != request.nonce:
        raise RefusedError("is to another question (its nonce differs)")
    require_authority(response)
    return require_past(response)


def _post(url: str, body: bytes) -> bytes:
    headers = {
        "Content-Type": "application/timestamp-query",
        "Accept": "application/timestamp-reply",
        "User-Agent": f"openmodel/{VERSION}",
    }
    request = Request(url, body, headers)  # noqa: S310  # `require_url` let http and https through alone.
    try:
        with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as answer:
            kind = answer.headers.get_content_type()
            content: bytes = answer.read(MAX_BYTES + 1)
    except HTTPError as error:
        with error:
            to = error.headers.get("Location") if 300 <= error.code < 400 else None  # noqa: PLR2004
        fix = f"Name the address it leads to: {shown(to, 200)}" if to else _AGAIN
        raise NetworkError(Problem(shown(url), f"the HTTP status {error.code}", "a timestamp", fix)) from error
    except (OSError, ValueError, HTTPException) as error:  # URLError, what sockets and TLS raise, and what is no HTTP.
        why = error.reason if isinstance(error, URLError) else error
        got = f"that it does not answer: {shown(str(why) or type(why).__name__, 200)}"
        fix = f"Check the address, the network and the proxy. {_AGAIN}"
        raise NetworkError(Problem(shown(url), got, "a timestamp", fix)) from error
    if kind != "application/timestamp-reply":
        expected = "application/timestamp-reply"
        raise NetworkError(Problem(shown(url), f"an answer of the type {shown(kind, 100)}", expected, _AGAIN))
    return content
