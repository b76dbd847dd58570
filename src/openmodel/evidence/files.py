# SPDX-License-Identifier: Apache-2.0
"""The files of a release, read again, and every place of the manifest that names one of them."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from openmodel.errors import InventoryError
from openmodel.evidence.findings import Collected
from openmodel.inventory.contents import (
    FileProblem,
    Tree,
    compare_bound,
    compare_files,
    paths_in_order,
    tree_of,
)
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.recognising import look_into
from openmodel.inventory.header import Header
from openmodel.inventory.naming import shown
from openmodel.inventory.pool import Progress
from openmodel.inventory.reading import Feed, OpenFile
from openmodel.inventory.release_root import release_root
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest
from openmodel.manifest.globs import Paths, matches
from openmodel.manifest.measured import FileRecord, Measured
from openmodel.manifest.stage import Settings, SettingsFile

__all__ = ["MAX_KEPT", "MAX_TENSORS", "Files", "by", "directories", "directory_of", "read_files"]

MAX_TENSORS = 1_000_000
"""The most tensors whose names and shapes are kept, as in the inventory."""
MAX_KEPT = 256 * 2**20
"""The most bytes of files that are kept for a second look."""
MAX_EXTRA = 10_000
"""The most files too many that are looked at one by one. A directory with more is not this release."""

_FIELDS = ("path", "size", "sha256", "blake3")


@dataclass(frozen=True)
class Files:
    """What was read of the files that the manifest lists."""

    root: Path
    manifest: Manifest
    measured: Measured
    bad: Mapping[str, str]
    """By path, what was found of those that are not what the manifest says."""
    extra: Sequence[str]
    """Paths of files that it does not list, as far as the directory could be listed."""
    is_listed: bool
    """Whether it could be."""
    headers: Mapping[str, Header]
    """By path, of the safetensors and GGUF files among those that are good and can be read strictly; of the bytes that
    were compared."""
    tensors: Mapping[str, Mapping[str, bytes]]
    """By path, the content digests of the tensors of the same files by name."""
    contents: Mapping[str, bytes]
    """By path, those that were asked for, likewise."""
    otherwise: Sequence[FileProblem]
    """What is bound beside the list of files, such as tables of tensors, and is not what the manifest says."""

    @cached_property
    def index(self) -> dict[str, int]:
        """By path, the place in `measured.files`."""
        return {record.path: index for index, record in enumerate(self.measured.files)}

    @cached_property
    def good(self) -> dict[str, FileRecord]:
        """By path, those whose size and digests are what the manifest says."""
        return {record.path: record for record in self.measured.files if record.path not in self.bad}

    def named_by(self, glob: str) -> tuple[str, ...]:
        """The files of the manifest that a glob names."""
        return self._paths.named_by(glob)

    @cached_property
    def _paths(self) -> Paths:
        return Paths(self.index)

    def of(self, component: Component) -> list[str]:
        """The files of the manifest that a component names, sorted."""
        return sorted({path for glob in component.files for path in self.named_by(glob)})

    def settings_file(self, settings: SettingsFile) -> str | None:
        """The one file of a component that a path in it means; None where there is none, or several."""
        component = next(one for _, one in self.components if one.id == settings.component)
        path = settings.path or ""
        found = [one for one in self.of(component) if one == path or one.endswith(f"/{path}")]
        return found[0] if len(found) == 1 else None

    def owner(self, path: str) -> str:
        """Pointer of the glob that makes a file part of a component, rather of one that is no weights; else that of
        the file itself."""
        found = [
            ("weights" in component.kinds, f"{pointer}/files/{number}")
            for pointer, component in self.components
            for number, glob in enumerate(component.files)
            if matches(glob, path)
        ]
        return min(found)[1] if found else f"/measured/files/{self.index[path]}"

    @cached_property
    def components(self) -> list[tuple[str, Component]]:
        """Pointer and component of each."""
        return [(f"/components/{index}", one) for index, one in enumerate(answered(self.manifest.components))]

    @cached_property
    def settings(self) -> list[tuple[str, Settings | Undisclosed | None]]:
        """Place and settings of each stage and segment."""
        found: list[tuple[str, Settings | Undisclosed | None]] = []
        for index, stage in enumerate(answered(self.manifest.stages)):
            found.append((f"/stages/{index}/settings", stage.settings))
            for number, segment in enumerate(stage.segments):
                found.append((f"/stages/{index}/segments/{number}/settings", segment.settings))
        return found


def read_files(
    root: Path, manifest: Manifest, wanted: Mapping[str, int], collected: Collected, progress: Progress | None = None
) -> Files:
    """Reads every file that the manifest lists, once, and compares it.

    Args:
        root: the release directory.
        manifest: its manifest, built.
        wanted: by path, the files whose content is kept unless it has more bytes than this.
        collected: where to put what was found.
        progress: is told of the bytes that were read.
    """
    measured = manifest.measured
    assert measured is not None  # noqa: S101  # `read_built` refuses others.
    tree = tree_of(root.resolve())
    watch = _Watch(measured.files, wanted)
    rows = compare_files(tree, measured.files, "all", watch.look, progress)
    for _, message in sorted(watch.remarks):  # Files are read in any order.
        collected.remark("/measured/files", message)
    # Some rows have the path as it is, and some as it can be shown.
    listed = {name: record for record in measured.files for name in (record.path, shown(record.path))}
    bad: dict[str, tuple[str, str]] = {}
    for row in rows:
        if record := listed.get(row.path):
            bad.setdefault(record.path, (_declared(record, row), _found(row)))
    unseen = {record.path for record in measured.files} - watch.recognised.keys() - bad.keys()
    bad = watch.misread | bad | dict.fromkeys(unseen, ("a file of the release", "nothing that was read"))
    tensors = watch.finish(bad)
    files = Files(
        root,
        manifest,
        measured,
        {path: found for path, (_, found) in bad.items()},
        tuple(row.path for row in rows if row.kind == "extra"),
        tree.listing is not None,
        watch.headers,
        tensors,
        watch.contents,
        compare_bound(tree, measured),
    )
    _of_records(files, bad, watch, collected)
    _of_the_whole(files, tree, [row for row in rows if row.kind == "refused" and row.path not in listed], collected)
    _of_components(files, collected)
    return files


class _Watch:
    """Looks at files while they are open."""

    def __init__(self, records: Sequence[FileRecord], wanted: Mapping[str, int]) -> None:
        self.headers: dict[str, Header] = {}
        self.contents: dict[str, bytes] = {}
        self.recognised: dict[str, Recognised] = {}
        """By path, what the content shows."""
        self.misread: dict[str, tuple[str, str]] = {}
        """By path, declared and found format, where those differ."""
        self._declared = {record.path: record.format for record in records}
        self._wanted = wanted
        self._kept = _kept(records, wanted)
        self.remarks: list[tuple[str, str]] = []
        """What to say of a path."""
        self._tensors = 0
        self._hashed: dict[str, TensorDigests] = {}

    def look(self, path: str, opened: OpenFile) -> Feed | None:
        """Tells the format, and keeps the header of a file of tensors, which are hashed as well, and the content of a
        file that is wanted."""
        size, declared = opened.identity.size, self._declared[path]
        seen = look_into(opened.stream, size, path)
        self.recognised[path] = seen.recognised
        # Another version of this tool may know more formats, but what stands for a file never was the file.
        if seen.recognised.format != declared and (declared or seen.recognised.format == "git-lfs-pointer"):
            self.misread[path] = f"format {declared}", f"format {seen.recognised.format}"
        if seen.header is not None:
            self._keep(path, seen.header)
        elif path.endswith(".safetensors") and size and seen.recognised.format != "git-lfs-pointer":
            self.remarks.append((path, f"{path} is no safetensors file that can be read."))
        if path in self._kept:
            self.contents[path] = opened.start(size + 1)
        elif path in self._wanted:
            self.remarks.append((path, f"{path} was not looked into: it is too long, or others are."))
        hashed = self._hashed.get(path)
        return hashed.update if hashed else None

    def _keep(self, path: str, header: Header) -> None:
        if self._tensors > MAX_TENSORS:
            return
        self._tensors += len(header.tensors)
        if self._tensors > MAX_TENSORS:  # Which files come first differs from run to run, so none of them is kept.
            self.headers.clear()
            self.remarks.append(("", f"Tensors were not counted: there are more than {MAX_TENSORS:,}."))
        else:
            self.headers[path] = header
            self._hashed[path] = TensorDigests(header, path)

    def finish(self, bad: Iterable[str]) -> dict[str, dict[str, bytes]]:
        """Drops what was seen of files that are not what the manifest says; gives the digests of the tensors of the
        others."""
        for path in bad:
            self.headers.pop(path, None)
            self.contents.pop(path, None)
        found: dict[str, dict[str, bytes]] = {}
        for path in [*self.headers]:
            try:
                found[path] = self._hashed[path].digests()
            except InventoryError as error:  # Only their bytes show that there is no padding between tensors of GGUF.
                del self.headers[path]
                defect = f"it has {error.problems[0].got}"
                self.recognised[path] = replace(self.recognised[path], defect=defect)
        return found


def _kept(records: Iterable[FileRecord], wanted: Mapping[str, int]) -> set[str]:
    """The files whose content is kept: of those that are wanted the first ones, however they come to be read."""
    left = MAX_KEPT
    kept: set[str] = set()
    for record in records:
        if record.size <= min(wanted.get(record.path, -1), left):
            left -= record.size
            kept.add(record.path)
    return kept


def _found(row: FileProblem) -> str:
    if row.kind == "missing":
        return "no such file"
    if row.kind == "altered":
        return f"{row.found} bytes" if row.algorithm == "size" else f"{row.algorithm} {row.found}"
    return row.found


def _declared(record: FileRecord, row: FileProblem) -> str:
    if row.algorithm == "size":
        return f"{record.size} bytes"
    return f"blake3 {record.blake3}" if row.algorithm == "blake3" else f"sha256 {record.sha256}"


def by(path: str) -> str:
    """What was read, in words."""
    return f"openmodel check, {path}"


def _of_records(files: Files, bad: Mapping[str, tuple[str, str]], watch: _Watch, collected: Collected) -> None:
    for path, index in files.index.items():
        pointer, record = f"/measured/files/{index}", files.measured.files[index]
        if path in bad:
            collected.contradict(pointer, *bad[path], by(path))
            continue
        collected.verify(*(f"{pointer}/{field}" for field in _FIELDS))
        seen = watch.recognised[path]
        collected.see(path, seen.format if record.format is None else None, seen.defect if not record.defect else None)
        for field in ("format", "unsafe", "defect"):
            stated, found = getattr(record, field), getattr(seen, field)
            if stated is not None and stated == found:
                collected.verify(f"{pointer}/{field}")
            elif stated != found:
                collected.remark(f"{pointer}/{field}", f"Recorded is {stated!r}; this version finds {found!r}.")


def _of_the_whole(files: Files, tree: Tree, strangers: Sequence[FileProblem], collected: Collected) -> None:
    """The list of files, its root, and what is bound beside it."""
    measured, where = files.measured, "/measured/release_root"
    if not paths_in_order(measured.files):
        collected.contradict("/measured/files", "each file once, sorted", "another order", by("openmodel.json"))
    for path in files.extra[:MAX_EXTRA]:
        collected.contradict(where, "only the files of the manifest", f"also {path}", by(path))
    if len(files.extra) > MAX_EXTRA:
        said, found = f"{len(measured.files)} files", f"{len(files.extra)} more"
        collected.contradict("/measured/files", said, found, by("the directory"))
    for row in strangers:
        collected.contradict(where, "only files that can be part of a release", row.found, by(row.path))
    if not files.is_listed:
        message = "Files that the manifest does not list were not looked for, because the directory cannot be listed."
        collected.remark("/measured/files", message)
    root = _root_of(measured)
    if root != measured.release_root:
        collected.contradict(where, measured.release_root, root, by("openmodel.json"))
    elif root is not None and not files.bad and files.is_listed:
        collected.verify(where)
    places = {"openmodel.yaml": "/measured/built_from/declaration_sha256"}
    places |= {one.path: f"/measured/built_from/records/{n}" for n, one in enumerate(measured.built_from.records)}
    places |= {one.table.path: f"/measured/weights/{n}/table" for n, one in enumerate(measured.weights) if one.table}
    for row in files.otherwise:
        if row.kind == "extra":
            collected.contradict(where, "no such file", "a file that nothing binds", by(row.path))
        else:
            declared = row.expected or "the bytes that the manifest was built from"
            collected.contradict(places.get(row.path, where), declared, _found(row), by(row.path))
    differing = {row.path for row in (*files.otherwise, *tree.refused)}
    collected.verify(*(places[path] for path in places.keys() - differing if os.path.lexists(files.root / path)))


def _root_of(measured: Measured) -> str | None:
    try:
        return release_root((file.path, file.size, file.sha256) for file in measured.files) if measured.files else None
    except InventoryError as error:
        return error.problems[0].got


def _of_components(files: Files, collected: Collected) -> None:
    """Whether each component is the files that were measured."""
    for pointer, component in files.components:
        named = files.of(component)
        for number, glob in enumerate(component.files):
            bad = [path for path in files.named_by(glob) if path in files.bad]
            new = [path for path in files.extra[:MAX_EXTRA] if matches(glob, path)]
            if bad or new:
                found = [f"{path}: {files.bad[path]}" for path in bad]
                found += [f"{path}: not in the manifest" for path in new]
                declared = f"{glob}, as measured"
                collected.contradict(f"{pointer}/files/{number}", declared, _some(found), by(glob))
        are_all = files.is_listed and len(files.extra) <= MAX_EXTRA
        if are_all and named and files.bad.keys().isdisjoint(named):
            collected.verify(f"{pointer}/files", *(f"{pointer}/files/{n}" for n in range(len(component.files))))


def _some(found: Sequence[str]) -> str:
    most = 3
    more = f"; and {len(found) - most:,} more" if len(found) > most else ""
    return "; ".join(found[:most]) + more


def directory_of(path: str) -> str:
    """The directory of a file; the top is empty."""
    return posixpath.dirname(path)


def directories(paths: Iterable[str]) -> list[str]:
    """The directories of some files, each once, sorted."""
    return sorted(set(map(directory_of, paths)))
