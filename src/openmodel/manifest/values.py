# SPDX-License-Identifier: Apache-2.0
"""Small values that many parts of the manifest share."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic_core import PydanticCustomError

from openmodel.manifest.base import Disclosable, Node, Optional

MAX_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, section 6). Larger ones are decimal strings."""

_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
_HEX64 = r"^[0-9a-f]{64}$"
_DTYPE = r"^[A-Z0-9_]{1,32}$"
_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_POINTER = r"^(/([^/~]|~0|~1)*)*$"
_INTEGER = r"^(0|-?[1-9][0-9]*)$"
_NAME = r"[^/\\\x00-\x1f\x7f]"
_DOTTED = rf"\.[^./\\\x00-\x1f\x7f]{_NAME}*|\.\.{_NAME}+"
_SEGMENT = rf"([^./\\\x00-\x1f\x7f]{_NAME}*|{_DOTTED})"
# Joined to a directory, `C:/x` and `C:x` leave it on Windows. No lookahead: pydantic's patterns have none.
_FIRST = rf"([A-Za-z]([^:/\\\x00-\x1f\x7f]{_NAME}*)?|[^A-Za-z./\\\x00-\x1f\x7f]{_NAME}*|{_DOTTED})"
_PATH = rf"^{_FIRST}(/{_SEGMENT})*$"
_REVERSE_DNS = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"

PATTERNS = {
    _ID: "a letter or digit, then up to 127 letters, digits, dots, underscores or hyphens",
    _HEX64: "64 lower-case hexadecimal digits",
    _DTYPE: "1 to 32 capital letters, digits and underscores",
    _DATE: "a date as YYYY, YYYY-MM or YYYY-MM-DD",
    _POINTER: "a JSON pointer such as /sources/0",
    _INTEGER: "an integer in decimal digits",
    _PATH: "a relative path with / between its parts, without ., .., control characters and a drive letter",
    _REVERSE_DNS: "a reverse domain name such as org.example",
}
"""Each pattern in words."""

Id = Annotated[str, StringConstraints(pattern=_ID)]
"""A name inside the document. Components, sources, environments, parents, stages and segments share one namespace."""

Sha256 = Annotated[str, StringConstraints(pattern=_HEX64)]
"""A SHA-256 digest (FIPS 180-4), 64 lower-case hexadecimal digits."""

Blake3 = Annotated[str, StringConstraints(pattern=_HEX64)]
"""A BLAKE3 digest of 32 bytes, 64 lower-case hexadecimal digits."""

TensorRoot = Annotated[str, StringConstraints(pattern=_HEX64)]
"""The identity of weights whatever the sharding and file names, 64 lower-case hexadecimal digits."""

Dtype = Annotated[str, StringConstraints(pattern=_DTYPE)]
"""The code of the data type of a tensor; docs/spec/tensor-root.md lists them."""

Date = Annotated[str, StringConstraints(pattern=_DATE)]
"""A calendar date, ISO 8601 with reduced precision allowed: 2024, 2024-11 or 2024-11-26."""

Pointer = Annotated[str, StringConstraints(pattern=_POINTER)]
"""A JSON pointer into this document, RFC 6901."""

ReverseDns = Annotated[str, StringConstraints(pattern=_REVERSE_DNS)]
"""A name that its owner's domain makes unique."""

Integer = Annotated[int, Field(ge=-MAX_INTEGER, le=MAX_INTEGER)]
"""An integer that every JSON reader keeps exactly."""

Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
"""An integer of at least 0."""

IntegerText = Annotated[str, StringConstraints(pattern=_INTEGER)]
"""An integer of any size as decimal digits, for values beyond 2^53-1."""

Number = Integer | float
"""An integer, or a finite number with a point or exponent."""


def _normal_path(path: str) -> str:
    if not unicodedata.is_normalized("NFC", path):
        raise PydanticCustomError("path_form", "a path that is not in Unicode normal form NFC")
    return path


RelPath = Annotated[
    str,
    StringConstraints(pattern=_PATH),
    AfterValidator(_normal_path),
]
"""A file inside the release: POSIX, relative to the release directory, no `.` or `..`, no backslash or control
character, no drive letter (a letter and a colon at the beginning), Unicode NFC."""

Glob = RelPath
"""A path in which `*` and `?` stand for characters of one segment and `**` for any number of segments."""

Map = dict[str, JsonValue]
"""Any JSON object; its keys are the publisher's."""


class Terms(Node):
    """The legal terms something is under, as written by whoever states them."""

    expression: Optional[str] = None
    """SPDX licence expression or identifier, as written; `NONE` when no licence is stated. Parsed by
    `openmodel.licences`."""
    text: Optional[RelPath] = None
    """Path of the licence text inside the release."""
    url: Optional[str] = None
    """Where the terms can be read."""
    grant: Optional[str] = None
    """The sentence that grants the freedoms, word for word."""
    note: Optional[str] = None
    """Anything a reader of the terms needs to know."""


class Where(Node):
    """A place where something can be had or read."""

    url: str
    """Absolute URL."""
    holds: Optional[Literal["copy", "original", "index", "derived"]] = None
    """What is there: the thing itself where it was first published, a copy, only an index, or something derived
    from it."""
    revision: Optional[str] = None
    """Commit, tag or version of what is there."""
    sha256: Optional[Sha256] = None
    """SHA-256 of the bytes at the URL, 64 hex digits."""
    access: Optional[Literal["open", "registration", "fee", "request", "gone"]] = None
    """What a reader must do to get it. `open`: nothing, `gone`: no longer there."""
    fee: Disclosable[str] = None
    """The price with its currency, when access costs one."""
    gone_since: Disclosable[Date] = None
    """Since when it is no longer there."""


class Quantity(Node):
    """How much."""

    unit: Literal["tokens", "documents", "bytes", "images", "hours", "rows", "pairs", "sequences"]
    """What is counted."""
    value: Disclosable[Number] = None
    """How many of the unit."""
    approximate: Optional[bool] = None
    """True when the value is rounded or estimated."""


class Pin(Node):
    """Which state of a code repository."""

    repository: str
    """URL of the repository, or another identifier of it such as a SWHID."""
    kind: Optional[Literal["commit", "tag", "branch", "none"]] = None
    """How exactly `ref` names a state; only a commit cannot move."""
    ref: Disclosable[str] = None
    """The commit (full hexadecimal id), tag or branch."""
    path: Disclosable[str] = None
    """Directory or file inside the repository."""
    dirty_sha256: Disclosable[Sha256] = None
    """SHA-256 of the output of `git diff --binary --full-index HEAD` when the tree had changes; `not_applicable` when
    it was clean."""


class FileReference(Node):
    """A file of a data source, inside the release (`path`) or elsewhere (`url`)."""

    path: Optional[RelPath] = None
    """Path inside the release."""
    url: Optional[str] = None
    """URL when the file is not part of the release."""
    size: Optional[Count] = None
    """Size in bytes."""
    sha256: Optional[Sha256] = None
    """SHA-256 of the bytes, 64 hex digits."""
