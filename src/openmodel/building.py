# SPDX-License-Identifier: Apache-2.0
"""Declaration + inventory -> manifest: `openmodel.yaml` and the bytes beside it become `openmodel.json`.

The tensors of the weights go to `openmodel.tensors.json`, which the manifest binds.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from pydantic import JsonValue

from openmodel.built import Built, read_built
from openmodel.errors import DocumentError, InventoryError, Problem, StageError, UsageError, next_command
from openmodel.inventory.component_tensors import measured_weights
from openmodel.inventory.contents import read_start
from openmodel.inventory.digest_cache import DigestCache, digest_cache_at
from openmodel.inventory.exclusion import DECLARATION, MANIFEST, RECORDS, TENSORS, WRITTEN_FILES
from openmodel.inventory.files import InventoriedFile, Inventory, take_inventory
from openmodel.inventory.naming import shown
from openmodel.inventory.pool import Progress
from openmodel.inventory.reading import Look, changed
from openmodel.inventory.release_root import release_root
from openmodel.inventory.tensor_changes import TensorChange, tensor_changes
from openmodel.inventory.tensor_table import read_tensor_table
from openmodel.inventory.walking import Walk
from openmodel.inventory.whole import read_whole
from openmodel.inventory.writing import remove_written, write_atomically
from openmodel.manifest.base import answered
from openmodel.manifest.component import Kind
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths
from openmodel.manifest.json_text import MAX_BYTES
from openmodel.manifest.loading import encode, loads, plain, read_document
from openmodel.manifest.measured import FileRecord, Measured
from openmodel.manifest.named_files import named_files
from openmodel.manifest.stated_terms import stated_terms
from openmodel.manifest.tensor_table import TABLE_START, loads_table
from openmodel.manifest.text import Text
from openmodel.manifest.values import Terms

_MOST_TENSORS = 50
"""Who retrained a model has changed all of its tensors."""
_LONGEST_NAME = 200
"""Characters of the name of a licence in the metadata of weights."""


def build(
    directory: str | Path,
    *,
    check: bool = False,
    digest_cache: str | Path | None = None,
    progress: Progress | None = None,
) -> Built:
    """Measures a release and writes its manifest, `openmodel.json`, and the table of its tensors,
    `openmodel.tensors.json`, each atomically.

    Equal declaration and files give equal bytes. A table of an earlier build is removed when there are no tensors.

    Args:
        directory: the release; it holds `openmodel.yaml`.
        check: write nothing, and raise when what is on disk is not what would be written.
        digest_cache: a file outside the release in which to keep the digests of its files. Those that by the system's
            word are still the same are not read again; `inventory.digest_cache` says what that is worth.
        progress: is told how many bytes of files were read, and of how many.

    Raises:
        UsageError: a cache in the release, or with `check`.
        DocumentError: the declaration is not valid, or names files that are not there. Lists all problems. Or the
            table of tensors would be larger than is read, or the cache cannot be read.
        InventoryError: the files cannot be read honestly, an index of sharded weights contradicts its shards, or there
            are files that only another version of this tool knows how to bind. Lists all problems. Or a file cannot be
            written.
        StageError: with `check`, when `openmodel.json` or `openmodel.tensors.json` is missing or is not what would be
            written. Lists the files that were added, removed or altered.
    """
    root = Path(directory)
    if check:
        if digest_cache is not None:
            fix = "Leave one of the two out: to check is to read."
            raise UsageError(Problem("", "a cache of digests with check", "one of the two", fix))
        return built_again(root, progress=progress)[0]
    with nullcontext() if digest_cache is None else digest_cache_at(root, digest_cache) as cache:
        built, _ = _measured(root, progress=progress, cache=cache)
        if built.changed:
            _write(root, built)
    return built


def built_again(root: Path, look: Look | None = None, progress: Progress | None = None) -> tuple[Built, Walk]:
    """As `build` with `check`.

    Args:
        root: the release.
        look: is called with each file that is inventoried.
        progress: is told of the bytes that were read.

    Returns:
        The manifest, and the listing of the directory that it is about.

    Raises:
        As `build`.
    """
    built, listing = _measured(root, look, progress)
    if built.changed:
        _require_equal(root, built)
    return built, listing


def _write(root: Path, built: Built) -> None:
    """Writes what is not there yet: the table first, as a manifest that names another one is seen to be stale."""
    if built.table is not None and not _holds(root, TENSORS, built.table):
        write_atomically(root / TENSORS, built.table, overwrite=True)
    if not _holds(root, MANIFEST, built.content):
        write_atomically(built.path, built.content, overwrite=True)
    if built.table is None and os.path.lexists(root / TENSORS):
        remove_written(root / TENSORS)  # It begins as a table that was written does, or was refused.


def _measured(
    root: Path, look: Look | None = None, progress: Progress | None = None, cache: DigestCache | None = None
) -> tuple[Built, Walk]:
    """The manifest of the release as it is now, not written; whether that changes the file."""
    _require_declaration(root)
    data, table, listing = _measure(root, lambda: take_inventory(root, look, progress, cache))
    content = encode(data)
    manifest = loads(content, str(root / MANIFEST))  # What cannot be read again is not written.
    is_current = _holds(root, MANIFEST, content) and _holds(root, TENSORS, table)
    return Built(manifest, root / MANIFEST, content, not is_current, table), listing


def _require_declaration(root: Path) -> None:
    if not os.path.isdir(root):  # noqa: PTH112  # As in `built`.
        raise DocumentError(Problem(shown(str(root)), "no such directory", "a release", "Check the path."))
    if not os.path.lexists(root / DECLARATION):
        fix = f"{next_command('init', root)} It drafts one from what is there."
        raise DocumentError(Problem(str(root / DECLARATION), "no such file", "a declaration of the release", fix))


def _measure(root: Path, inventoried: Callable[[], Inventory]) -> tuple[JsonValue, bytes | None, Walk]:
    content = read_whole(root, DECLARATION, MAX_BYTES)
    text, declaration = read_document(content, str(root / DECLARATION))
    inventory = inventoried()  # After the declaration was read: who mistyped it must not wait.
    refuse_unbound(root, inventory.excluded)
    problems = list(_problems(text, declaration, inventory))
    if problems:
        raise DocumentError(sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0)))
    texts = _licence_texts(root, declaration, inventory)
    paths = Paths(file.path for file in inventory.files)
    roles = _roles(declaration, paths)
    in_weights = _conflicts_in_weights(declaration, inventory, paths)
    weights, table = measured_weights(answered(declaration.components), inventory, paths)
    measured: dict[str, JsonValue] = {
        "built_from": {"declaration_sha256": hashlib.sha256(content).hexdigest()},
        "files": [_record(file, roles.get(file.path), texts.get(file.path, ())) for file in inventory.files],
        "excluded": [name for name in inventory.excluded if name not in WRITTEN_FILES],
        "weights": weights,
        "conflicts": [*_conflicts(declaration, inventory), *_conflicts_of_terms(declaration, texts), *in_weights],
    }
    if absent := list(_absent(inventory)):
        measured["absent"] = absent
    if inventory.files:
        measured["release_root"] = release_root((file.path, file.size, file.sha256) for file in inventory.files)
    return plain(declaration) | {"measured": measured}, table, inventory.listing


def refuse_unbound(root: Path, excluded: Iterable[str]) -> None:
    """Nothing would bind these files: they are not inventoried, and this version neither reads nor writes them.

    Args:
        root: the release.
        excluded: what is there and is not inventoried.

    Raises:
        InventoryError: there are such files. Lists all of them.
    """
    if unbound := [path for path in excluded if _is_strange(root, path)]:
        got, expected = "a file that this version neither reads nor writes", "no file of this name"
        raise InventoryError(Problem(shown(str(root / path)), got, expected, "Remove it.") for path in unbound)


def _is_strange(root: Path, path: str) -> bool:
    """Whether a file that is not inventoried is a record, or in the place of a table of tensors and not written as one,
    which would be lost."""
    if path == TENSORS:
        return read_start(root, path, len(TABLE_START)) != TABLE_START
    return path.startswith(f"{RECORDS}/")


def _problems(text: Text, declaration: Manifest, inventory: Inventory) -> Iterator[Problem]:
    """Where the declaration names files that are not there, or says what only `build` may say."""
    if declaration.measured is not None:
        yield text.problem(
            "/measured",
            got="the block `measured`",
            expected="a declaration without it",
            fix="Delete it; `openmodel build` writes it.",
        )
    paths = {file.path for file in inventory.files}
    # A download may be partial: what an index says is there to be had may be named.
    with_absent = Paths([*paths, *(shard for index in inventory.indexes for shard in index.shards)])
    for pointer, glob in named_files(declaration):
        is_glob = "/files/" in pointer and pointer.startswith("/components/")
        if not (with_absent.named_by(glob) if is_glob else glob in paths):
            yield text.problem(
                pointer,
                got=f"{glob!r}, which no file of the release matches",
                expected="files that are there",
                fix="Correct the path, or add the file to the release.",
            )


def _licence_texts(root: Path, declaration: Manifest, inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """By path, the ids of the licences whose text a file is: of those that `terms` name, then of those that are named
    like a licence. Each content is looked at once, and not all of them if there are very many."""
    # 80 ms that `verify`, which imports this with `sign`, has no use for; so in the next two functions.
    from openmodel.licences.texts import MAX_BYTES as MAX_LICENCE  # noqa: PLC0415
    from openmodel.licences.texts import different_texts, identify, licence_files  # noqa: PLC0415

    named = {terms.text for _, terms in stated_terms(declaration)}
    candidates = licence_files(inventory.files, named)
    by_content: dict[str, tuple[str, ...]] = {}
    for file in different_texts(candidates)[0]:
        content = read_whole(root, file.path, MAX_LICENCE)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise changed(root / file.path)
        by_content[file.sha256] = identify(content.decode("utf-8-sig", "replace"))
    return {file.path: by_content.get(file.sha256, ()) for file in candidates}


def _conflicts_of_terms(declaration: Manifest, texts: dict[str, tuple[str, ...]]) -> Iterator[JsonValue]:
    """Expressions that do not name the licence whose text is said to hold the terms."""
    from openmodel.licences import names_licence  # noqa: PLC0415

    for pointer, terms in stated_terms(declaration):
        ids = texts.get(terms.text, ()) if terms.text else ()
        if ids and terms.expression is not None and not names_licence(terms.expression, ids):
            yield {
                "at": f"{pointer}/expression",
                "declared": terms.expression,
                "observed": " OR ".join(ids),
                "by": f"openmodel build, {terms.text}",
            }


def _conflicts_in_weights(declaration: Manifest, inventory: Inventory, paths: Paths) -> Iterator[JsonValue]:
    """Expressions, where the metadata of a file of the component name another licence."""
    from openmodel.licences import contradicts  # noqa: PLC0415

    for index, component in enumerate(answered(declaration.components) if inventory.licences else ()):
        expression = component.terms.expression if isinstance(component.terms, Terms) else None
        told: set[str] = set()
        for path in sorted({path for glob in component.files for path in paths.named_by(glob)}):
            name = inventory.licences.get(path, "")[:_LONGEST_NAME]
            if expression is not None and name not in told and contradicts(expression, name):
                told.add(name)
                at, by = f"/components/{index}/terms/expression", f"openmodel build, the metadata of {path}"
                yield {"at": at, "declared": expression, "observed": name, "by": by}


def _record(file: InventoriedFile, role: Kind | None, license_ids: tuple[str, ...]) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {
        "path": file.path,
        "size": file.size,
        "sha256": file.sha256,
        "blake3": file.blake3,
        "role": role,
        "format": file.format,
        "license_ids": list(license_ids) or None,
        "unsafe": file.unsafe,
        "defect": file.defect,
    }
    return {name: value for name, value in found.items() if value is not None}


def _roles(declaration: Manifest, paths: Paths) -> dict[str, Kind]:
    """By path, the first kind of the first component that says what it is and names the file."""
    roles: dict[str, Kind] = {}
    asked: set[str] = set()
    for component in answered(declaration.components):
        for glob in component.files if component.kinds else ():
            if glob not in asked:  # Nothing is left of a glob that was met before.
                asked.add(glob)
                for path in paths.named_by(glob):
                    roles.setdefault(path, component.kinds[0])
    return roles


def _absent(inventory: Inventory) -> Iterator[JsonValue]:
    """The files that an index, or a file whose parameters are in others, names and that are not there."""
    paths = {file.path for file in inventory.files}
    named = {(shard, index.path) for index in inventory.indexes for shard in index.shards if shard not in paths}
    named |= {(other, path) for path, needs in inventory.needs.items() for other in needs if other not in paths}
    for shard, index in sorted(named, key=lambda pair: (pair[0].encode(), pair[1].encode())):
        yield {"path": shard, "named_by": index}


def _conflicts(declaration: Manifest, inventory: Inventory) -> Iterator[JsonValue]:
    """Sizes and digests of data files that people wrote and that are not what was measured."""
    files = {file.path: file for file in inventory.files}
    for index, source in enumerate(answered(declaration.sources)):
        for number, file in enumerate(answered(source.files)):
            for field in ("size", "sha256"):
                declared = getattr(file, field)
                observed = getattr(files[file.path], field) if file.path else None
                if declared is not None and observed is not None and declared != observed:
                    pointer = f"/sources/{index}/files/{number}/{field}"
                    yield {"at": pointer, "declared": declared, "observed": observed, "by": "openmodel build"}


def _holds(root: Path, path: str, content: bytes | None) -> bool:
    """Whether the file is there and is these bytes; without any, whether it is not there."""
    if content is None:
        return not os.path.lexists(root / path)
    try:
        return read_whole(root, path, len(content)) == content
    except InventoryError:  # Gone or longer; the walk has refused what is no regular file or cannot be read.
        return False


def _require_equal(root: Path, now: Built) -> None:
    then = read_built(root)
    problems = list(_differences(root, _files(then.manifest.measured), _files(now.manifest.measured)))
    if problems:
        problems += _changed_tensors(root, then.manifest.measured, now.table)
    if not problems and then.content != now.content:
        got, expected = "a manifest that was edited, or built by another version", "what `openmodel build` writes now"
        problems = [Problem(str(now.path), got, expected, next_command("build", root))]
    if not problems and not _holds(root, TENSORS, now.table):
        got = "another table of tensors" if os.path.lexists(root / TENSORS) else "no such file"
        expected = "what `openmodel build` writes now" if now.table else "none, as the weights have no tensors"
        problems = [Problem(str(root / TENSORS), got, expected, next_command("build", root))]
    if problems:
        raise StageError(problems)


def _changed_tensors(root: Path, then: Measured | None, now: bytes | None) -> Iterator[Problem]:
    """The tensors that were added, removed, renamed, cast or altered, as far as the table of then is still there."""
    table = loads_table(now, TENSORS) if now else None
    changes: list[TensorChange] = []
    of_now = {one.component: one.tensors for one in table.weights} if table else {}
    for stated in then.weights if then else ():
        if stated.table is None:
            continue
        try:
            earlier = read_tensor_table(root, stated.table)
        except (InventoryError, DocumentError) as error:
            yield from error.problems
            return
        rows = [row for one in earlier.weights if one.component == stated.component for row in one.tensors]
        changes += tensor_changes(stated.component, rows, of_now.get(stated.component, ()))
    for change in changes[:_MOST_TENSORS]:
        got = f'tensor "{change.name}" of {change.component} {change.kind}{": " * bool(change.now)}{change.now}'
        yield Problem(str(root / TENSORS), got, change.was or "no such tensor", next_command("build", root))
    if (more := len(changes) - _MOST_TENSORS) > 0:
        got = f"{more:,} more tensors changed"
        yield Problem(str(root / TENSORS), got, "those of the manifest", next_command("build", root))


def _files(measured: Measured | None) -> dict[str, FileRecord]:
    return {file.path: file for file in (measured.files if measured else ())}


def _differences(root: Path, then: dict[str, FileRecord], now: dict[str, FileRecord]) -> Iterator[Problem]:
    """The files that were added, removed or altered since the manifest was built."""
    for path in sorted(then.keys() | now.keys()):
        if path not in then:
            got, expected = "a file that was added since the manifest was built", "the files of the manifest"
        elif path not in now:
            got, expected = "no such file", "the file that the manifest lists"
        elif (then[path].size, then[path].sha256, then[path].blake3) != (
            now[path].size,
            now[path].sha256,
            now[path].blake3,
        ):
            got, expected = "other bytes than when the manifest was built", "the bytes that the manifest lists"
        else:
            continue
        yield Problem(shown(str(root / path)), got, expected, next_command("build", root))
