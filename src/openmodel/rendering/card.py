# SPDX-License-Identifier: Apache-2.0
"""The model card: `README.md` with front matter for the Hub and a part that is drawn from the manifest.

The part stands between two markers; all else is people's and stays byte for byte. The first marker remembers what was
written, so that an edit between the markers, or of a value in the front matter, is noticed and not lost.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openmodel.built import read_built
from openmodel.errors import DocumentError, OverwriteError, Problem, UsageError, copy_out
from openmodel.inventory.boundary import in_hub_cache
from openmodel.inventory.exclusion import CARD as NAME
from openmodel.inventory.exclusion import RESERVED_FILES
from openmodel.inventory.front_matter import EMPTY, OURS, FrontMatter, Value, plain_digest, read_front_matter
from openmodel.inventory.whole import read_whole
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.document import Manifest
from openmodel.manifest.loading import read_file
from openmodel.manifest.text import decode
from openmodel.manifest.values import Terms
from openmodel.policies.texts.placeholders import is_placeholder
from openmodel.rendering import hub
from openmodel.rendering.card_sections import provenance
from openmodel.rendering.markdown import escape, prose

MAX_BYTES = 16 * 2**20
"""The largest card that is read, in bytes."""

_MARKER = re.compile(r"(?:^|(?<=\r))[ \t]*<!--[ \t]*openmodel:(begin|end)\b([^\r\n]*)", re.MULTILINE)
_MARKER_REST = re.compile(r"((?:[ \t]+[a-z0-9_-]+:[0-9a-f]+)*)[ \t]*-->[ \t]*")
_HEAD = "head"
"""The word of the first marker that is not a key of the front matter."""
_OURS = re.compile(
    r"<!--[ \t]*openmodel:begin(?P<remembered>(?:[ \t]+[a-z0-9_-]+:[0-9a-f]+)*)[ \t]*-->"
    r"(?:(?!<!--[ \t]*openmodel:begin\b).)*?<!--[ \t]*openmodel:end[ \t]*-->",
    re.DOTALL,
)
"""Our part. It holds no second beginning, or a text of many would be gone through as often."""
_END = "<!-- openmodel:end -->"
_HINT = (
    "<!-- Drawn from openmodel.json. To change it, edit openmodel.yaml and run `openmodel build` and `openmodel card`. "
    "Write your own text outside of these markers. -->"
)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)")
_COMMENT = re.compile(r" {0,3}<!--")
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
    """What people wrote in the front matter and the manifest says otherwise, or before our part and would hide it. It
    was left as it is."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """The body of a card around the part that is ours."""

    before: str
    after: str
    inside: str | None
    """What is between the markers, with LF line breaks; None when there are none."""
    sha256: str | None
    """What the first marker says of the part: the start of its SHA-256."""
    head: str | None
    """What it says of the text before it, when that is ours: the start of its SHA-256."""
    owned: dict[str, str]
    """What it says of each value of ours in the front matter."""
    line: int
    """Line of the first marker in the file."""


def card(directory: str | Path, *, output: str | Path | None = None, check: bool = False, force: bool = False) -> Card:
    """Writes the model card of a release; what people wrote in it stays.

    Equal manifest and card give equal bytes, so a second run changes nothing.

    Args:
        directory: the release; it holds a current `openmodel.json`.
        output: the file to write instead of `README.md` in the release.
        check: write nothing, only say whether the card is current.
        force: also write into a file of `output` that is no card yet.

    Raises:
        StageError: the manifest is missing or stale.
        DocumentError: the markers or the front matter of the card are broken.
        OverwriteError: somebody edited the part between the markers, or `output` is a link or a file that is no card.
        InventoryError: the card cannot be read or written.
        UsageError: `output` has a name that means something else in a release.
    """
    built = read_built(directory)
    release = built.path.parent
    path = Path(output) if output is not None else release / NAME
    _require_free_name(path)
    existing = _read(path, None if output is not None else release)
    text, warnings = compose_card(built.manifest, built.sha256, existing, str(path))
    current = text == existing
    if not current and not check:
        _require_writable(path, existing, force=force or output is None or _is_card_of(release, path))
        write_atomically(path, text.encode(), overwrite=True)
    return Card(path, text, current, warnings)


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
    wanted: dict[str, Value] = {
        **hub.front_matter(manifest),
        OURS: {"manifest": "openmodel.json", "sha256": manifest_sha256},
    }
    head, ours = front.edited(wanted, parts.owned, newline)
    lead = "" if head.endswith(("\r", "\n")) else newline
    before = parts.before if parts.inside is not None else _opened(parts.before, manifest, newline)
    told = {"sha256": _digest(content), **({_HEAD: plain_digest(before.strip())} if _is_ours(parts) else {}), **ours}
    remembered = " ".join(f"{key}:{value}" for key, value in told.items())
    block = f"<!-- openmodel:begin {remembered} -->\n{content}{_END}".replace("\n", newline)
    warnings = (*_licence_warnings(front, manifest, ours), *_open_warnings(front, before))
    return f"{mark}{head}{lead}{before}{block}{parts.after}", warnings


def _read(path: Path, release: Path | None) -> str | None:
    """The card as it is, None when there is none; one of a release may be a link inside the release."""
    if not os.path.lexists(path):
        return None
    content = read_file(path, MAX_BYTES) if release is None else read_whole(release, NAME, MAX_BYTES)
    text = decode(content, str(path), MAX_BYTES, marked=True)
    return _BYTE_ORDER_MARK + text if content.startswith(_BYTE_ORDER_MARK.encode()) else text


def _is_card_of(release: Path, path: Path) -> bool:
    try:
        return path.name == NAME and path.parent.samefile(release)
    except (OSError, ValueError):  # There is no such directory, as writing will say.
        return False


def _require_free_name(path: Path) -> None:
    if path.name in RESERVED_FILES - {NAME}:
        got, expected = f"the name {path.name}, which has a meaning of its own in a release", "another name"
        raise UsageError(Problem(str(path), got, expected, f"Leave out --output to write {NAME}."))


def _require_writable(path: Path, existing: str | None, *, force: bool) -> None:
    """Refuses to write through a link, which may lead to any file of the release, and into text that is no card."""
    if os.path.islink(path):  # noqa: PTH114  # Path.is_symlink raises if the path is too long.
        got, fix = "a symbolic link", "Remove the link; the card is then written in its place."
        if in_hub_cache(path.parent):  # Removing it would lose the card that the publisher wrote.
            fix = f"{copy_out(path.parent)} Or name another file with --output."
        raise OverwriteError(Problem(str(path), got, "a regular file, or nothing", fix))
    if not force and existing is not None and existing.strip() and not _MARKER.search(existing):
        got, fix = "a file that `openmodel card` did not write", "Choose another name, or repeat with --force."
        raise OverwriteError(Problem(str(path), got, "a card, or nothing", fix))


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
        return _Parts(body, newline, None, None, None, {}, 1)
    begin, end = found
    remembered = dict(word.split(":") for word in rests[0][1].split())
    inside = _LINE_BREAK.sub("\n", body[begin.end() : end.start()]).removeprefix("\n")
    sha256, head = remembered.pop("sha256", None), remembered.pop(_HEAD, None)
    return _Parts(body[: begin.start()], body[end.end() :], inside, sha256, head, remembered, lines[0])


def _is_ours(parts: _Parts) -> bool:
    """Whether what stands before our part was written by us, too: heading and description of a card that was blank."""
    if parts.inside is None:
        return not parts.before.strip()
    return parts.head == plain_digest(parts.before.strip())


def without_ours(body: str) -> str:
    """The body of a card with what we wrote in it left blank, line for line."""
    found = _OURS.search(body)
    if not found:
        return body
    before = body[: found.start()]
    remembered = dict(word.split(":") for word in found["remembered"].split())
    if remembered.get(_HEAD) == plain_digest(before.strip()):
        before = _blank(before)
    return before + _blank(found[0]) + body[found.end() :]


def _blank(text: str) -> str:
    return "\n" * len(_LINE_BREAK.findall(text))


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


def _open_warnings(front: FrontMatter, before: str) -> Iterator[Problem]:
    """What people opened before our part and did not close, so that the part is not shown as it should be."""
    fence, since, kind = "", 0, ""
    for number, line in enumerate(_LINE_BREAK.split(before)):
        if kind == "an HTML comment":
            kind = "" if "-->" in line else kind
        elif kind:
            found = _FENCE.fullmatch(line)
            kind = "" if found and found[1].startswith(fence) and not found[2].strip() else kind
        elif found := _FENCE.fullmatch(line):
            fence, since, kind = found[1], number, "a code fence"
        elif _COMMENT.match(line) and "-->" not in line:
            since, kind = number, "an HTML comment"
    if kind:
        above = len(_LINE_BREAK.findall(front.opening + front.block + front.closing))
        fix = "Close it before the line `openmodel:begin`; the card was left as it is."
        yield Problem(front.file, f"{kind} that is never closed", "one that ends", fix, None, above + since + 1, 1)


def _licence_warnings(front: FrontMatter, manifest: Manifest, ours: dict[str, str]) -> list[Problem]:
    entry, wanted = front.entries.get("license"), hub.licence(manifest)
    if entry is None or entry.value in EMPTY or "license" in ours:
        return []
    names = entry.value if isinstance(entry.value, list) else [entry.value]
    theirs = [name.lower() for name in names if isinstance(name, str)]
    custom = front.entries.get("license_name")
    same_name = custom is None or (
        isinstance(custom.value, str) and hub.slug(custom.value) == wanted.get("license_name")
    )
    if wanted and theirs == [wanted["license"]] and (wanted["license"] != "other" or same_name):
        return []
    stated = [item.terms.expression for item in hub.weights(manifest) if isinstance(item.terms, Terms)]
    terms = ", ".join(dict.fromkeys(repr(expression) for expression in stated if expression)) or "none"
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
