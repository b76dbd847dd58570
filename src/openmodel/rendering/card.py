# SPDX-License-Identifier: Apache-2.0
"""The model card: `README.md` with front matter for the Hub and a part that is drawn from the manifest.

The part stands between two markers; all else is people's and stays byte for byte. The first marker remembers what was
written, so that an edit between the markers, or of a value in the front matter, is noticed and not lost.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from openmodel.building import read_built
from openmodel.errors import DocumentError, OverwriteError, Problem
from openmodel.inventory import write_atomically
from openmodel.manifest.document import Manifest
from openmodel.manifest.loading import read_file
from openmodel.manifest.text import decode
from openmodel.manifest.values import Terms
from openmodel.policies.placeholders import is_placeholder
from openmodel.rendering import hub
from openmodel.rendering.card_sections import provenance
from openmodel.rendering.front_matter import EMPTY, OURS, FrontMatter, read_front_matter
from openmodel.rendering.markdown import escape, prose

NAME = "README.md"
"""The name of a card in a release."""

MAX_BYTES = 16 * 2**20
"""The largest card that is read, in bytes."""

_MARKER = re.compile(r"^[ \t]*<!--[ \t]*openmodel:(begin|end)\b([^\r\n]*)", re.MULTILINE)
_MARKER_REST = re.compile(r"((?:[ \t]+[a-z0-9_-]+:[0-9a-f]+)*)[ \t]*-->[ \t]*")
_END = "<!-- openmodel:end -->"
_HINT = (
    "<!-- Drawn from openmodel.json. To change it, edit openmodel.yaml and run `openmodel build` and `openmodel card`. "
    "Write your own text outside of these markers. -->"
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Card:
    """A model card."""

    path: Path
    """The file."""
    text: str
    """Its text as it should be."""
    current: bool
    """Whether the file held this text already, before anything was written."""
    warnings: tuple[Problem, ...] = ()
    """What people wrote in the front matter and the manifest says otherwise. It was left as it is."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The body of a card around the part that is ours."""

    before: str
    after: str
    inside: str | None
    """What is between the markers, with LF line breaks; None when there are none."""
    sha256: str | None
    """What the first marker says of the part: the start of its SHA-256."""
    owned: dict[str, str]
    """What it says of each value of ours in the front matter."""
    line: int
    """Line of the first marker in the file."""


def card(directory: str | Path, *, output: str | Path | None = None, check: bool = False) -> Card:
    """Writes the model card of a release; what people wrote in it stays.

    Equal manifest and card give equal bytes, so a second run changes nothing.

    Args:
        directory: the release; it holds a current `openmodel.json`.
        output: the file to write instead of `README.md` in the release.
        check: write nothing, only say whether the card is current.

    Raises:
        StageError: the manifest is missing or stale.
        DocumentError: the markers or the front matter of the card are broken.
        OverwriteError: somebody edited the part between the markers.
        InventoryError: the card cannot be written.
    """
    built = read_built(directory)
    path = Path(output) if output is not None else built.path.parent / NAME
    existing = _read(path) if path.exists() else None
    _require_card(path, existing, asked_for=output is not None)
    text, warnings = compose_card(built.manifest, built.sha256, existing, str(path))
    current = text == existing
    if not current and not check:
        write_atomically(path, text.encode(), overwrite=True)
    return Card(path, text, current, warnings)


def _require_card(path: Path, existing: str | None, *, asked_for: bool) -> None:
    """A card is written over a card only: a link may lead to anything, and so may a name that was typed."""
    if path.is_symlink():
        found, fix = "a symbolic link", "Put the file itself there; what it leads to would be written over."
    elif asked_for and existing is not None and not _MARKER.search(existing):
        found, fix = "a file that is no card", "Move it away or choose another name."
    else:
        return
    raise OverwriteError(Problem(str(path), found, "a card, or a name that is free", fix))


def render_card(manifest: Manifest, manifest_sha256: str, existing: str | None) -> str:
    """The text of a card. As `compose_card`, without the warnings."""
    return compose_card(manifest, manifest_sha256, existing)[0]


def compose_card(
    manifest: Manifest, manifest_sha256: str, existing: str | None, file: str = NAME
) -> tuple[str, tuple[Problem, ...]]:
    """The text of a card, and what people wrote in it that the manifest says otherwise.

    Args:
        manifest: what the card is drawn from.
        manifest_sha256: SHA-256 of the bytes of `openmodel.json`, 64 hex digits.
        existing: the card as it is, line breaks included; None when there is none.
        file: its name for messages.

    Raises:
        DocumentError: the markers or the front matter of the card are broken.
        OverwriteError: somebody edited the part between the markers.
    """
    text = existing or ""
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    front = read_front_matter(text.removeprefix(mark), file)
    newline = "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"
    parts = _parts(front, newline)
    content = "\n".join([_HINT, "", *provenance(manifest, manifest_sha256), ""])
    _require_unedited(parts, content, file)
    wanted: dict[str, hub.Value] = {
        **hub.front_matter(manifest),
        OURS: {"manifest": "openmodel.json", "sha256": manifest_sha256},
    }
    head, ours = front.edited(wanted, parts.owned, newline)
    lead = "" if head.endswith(("\r", "\n")) else newline
    before = parts.before if parts.inside is not None else _opened(parts.before, manifest, newline)
    remembered = " ".join(f"{key}:{value}" for key, value in {"sha256": _digest(content), **ours}.items())
    block = f"<!-- openmodel:begin {remembered} -->\n{content}{_END}".replace("\n", newline)
    warnings = tuple(_licence_warnings(front, manifest, ours))
    return f"{mark}{head}{lead}{before}{block}{parts.after}", warnings


def _read(path: Path) -> str:
    content = read_file(path)
    text = decode(content, str(path), MAX_BYTES)
    return _BYTE_ORDER_MARK + text if content.startswith(_BYTE_ORDER_MARK.encode()) else text


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _parts(front: FrontMatter, newline: str) -> _Parts:
    body, found = front.body, list(_MARKER.finditer(front.body))
    above = front.opening + front.block + front.closing
    lines = [len(_LINE_BREAK.findall(above + body[: marker.start()])) + 1 for marker in found]
    rests = [_MARKER_REST.fullmatch(marker[2]) for marker in found]
    if trouble := _trouble([marker[1] for marker in found], [rest is not None for rest in rests]):
        index, got, expected, fix = trouble
        raise DocumentError(Problem(front.file, got, expected, fix, None, lines[index], 1))
    if not found or rests[0] is None:
        return _Parts(body, newline, None, None, {}, 1)
    begin, end = found
    remembered = dict(word.split(":") for word in rests[0][1].split())
    inside = _LINE_BREAK.sub("\n", body[begin.end() : end.start()]).removeprefix("\n")
    sha256 = remembered.pop("sha256", None)
    return _Parts(body[: begin.start()], body[end.end() :], inside, sha256, remembered, lines[0])


def _trouble(kinds: list[str], whole: list[bool]) -> tuple[int, str, str, str] | None:
    """The first marker that is wrong: its index, what was found, what was expected, how to fix it."""
    pair = "one line `<!-- openmodel:begin -->` and after it one line `<!-- openmodel:end -->`"
    fix = f"Delete all markers but one pair, or all of them with what is between; {_END} ends the part."
    for index, (kind, is_whole) in enumerate(zip(kinds, whole, strict=True)):
        if not is_whole:
            return index, f"a marker `openmodel:{kind}` that is broken", "a marker alone on its line, as written", fix
        if kind != ("begin", "end", "")[min(index, 2)]:
            marker = f"marker `openmodel:{kind}`"
            return index, f"a second {marker}" if kind in kinds[:index] else f"a {marker} before any other", pair, fix
    return (0, "a marker `openmodel:begin` with no `openmodel:end` after it", pair, fix) if len(kinds) == 1 else None


def _require_unedited(parts: _Parts, content: str, file: str) -> None:
    inside = parts.inside
    if inside is None or inside == content or _digest(inside) == parts.sha256:
        return
    if not inside.strip() and parts.sha256 is None:  # Somebody says where the part shall stand.
        return
    raise OverwriteError(
        Problem(
            file,
            "text between the markers that `openmodel card` did not write",
            "an unchanged part between `openmodel:begin` and `openmodel:end`",
            "Move your text out of the markers, then delete them with what is between: it is written anew.",
            None,
            parts.line,
            1,
        )
    )


def _opened(body: str, manifest: Manifest, newline: str) -> str:
    """The body of a card without our part, ready for it to follow; a blank one gets heading and description."""
    if not body.strip():
        lines = [f"# {escape(manifest.release.name)}"]
        description = manifest.release.description
        if isinstance(description, str) and not is_placeholder(description):
            lines += ["", *prose(description)]
        body += "".join(f"{line}{newline}" for line in ([] if body.endswith("\n") else [""]) + lines)
    ended = _LONE_RETURN.split(body[len(body.rstrip("\r\n")) :])[-1].count("\n")
    return body + newline * max(0, 2 - ended)


def _licence_warnings(front: FrontMatter, manifest: Manifest, ours: dict[str, str]) -> list[Problem]:
    entry, wanted = front.entries.get("license"), hub.licence(manifest)
    if entry is None or entry.value in EMPTY or "license" in ours:
        return []
    names = entry.value if isinstance(entry.value, list) else [entry.value]
    theirs = [name.lower() for name in names if isinstance(name, str)]
    custom = front.entries.get("license_name")
    same_name = custom is None or custom.value == wanted.get("license_name")
    if wanted and theirs == [wanted["license"]] and (wanted["license"] != "other" or same_name):
        return []
    stated = [item.terms.expression for item in hub.weights(manifest) if isinstance(item.terms, Terms)]
    terms = ", ".join(repr(expression) for expression in stated if expression) or "none"
    shown = ", ".join(map(repr, theirs)) or "something else"
    return [
        Problem(
            front.file,
            f"license: {shown}",
            f"the terms of the weights in openmodel.json: {terms}",
            "Correct one of the two; the card was left as it is.",
            None,
            entry.line,
            entry.column,
        )
    ]
