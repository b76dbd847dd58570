# SPDX-License-Identifier: Apache-2.0
"""The inventory of a release: every file with its size, format and digests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openmodel.errors import InventoryError, Problem
from openmodel.inventory.digest_cache import DigestCache
from openmodel.inventory.digests import digest_open_file
from openmodel.inventory.formats.recognising import look_into
from openmodel.inventory.gguf import read_gguf_metadata
from openmodel.inventory.header import Header
from openmodel.inventory.indexes import Index, read_indexes, require_read
from openmodel.inventory.naming import shown
from openmodel.inventory.parallel import for_each
from openmodel.inventory.pool import Pool, Progress
from openmodel.inventory.reading import Feed, Identity, Look, OpenFile, changed, one_at_a_time, open_regular, size_of
from openmodel.inventory.safetensors import read_open_header
from openmodel.inventory.tensor_digests import TensorDigests
from openmodel.inventory.walking import Found, Walk, require_same, walk
from openmodel.manifest.measured import Format

__all__ = ["Examination", "ExaminedFile", "InventoriedFile", "Inventory", "examine", "take_inventory"]

_LICENCE_KEYS = ("license", "licence", "modelspec.license", "license_name")
"""Keys of the metadata of safetensors, in small letters; `modelspec` is the Stability AI Model Metadata Standard, and
`license_name` goes with `license: other` on the Hub."""
MAX_TENSORS = 1_000_000
"""The most tensors in all files of a release; their names and shapes are kept."""


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """One file of a release, looked into and not read in full."""

    path: str
    """Relative POSIX path, NFC."""
    location: str
    """Where to open it; see `walking.Found`."""
    size: int
    """Bytes."""
    format: Format | None
    """The format that the content shows; None where it shows none we know."""
    unsafe: str | None
    """Why loading it could run code; None where nothing of the kind was found. See `formats.Recognised`."""
    defect: str | None
    """Why it cannot be the model or code that it seems to be; None where it can. See `formats.Recognised`."""
    header: Header | None = field(repr=False)
    """Of a safetensors file, or of a GGUF file that can be read strictly."""
    licence: str | None = field(default=None, repr=False)
    """What its metadata call its licence, where they do; any text."""
    needs: tuple[str, ...] = field(default=(), repr=False)
    """The paths in the release of the files that hold its parameters, as far as it says so; they need not be there."""


@dataclass(frozen=True, slots=True)
class Examination:
    """The files of a release without their digests. Both are sorted by the UTF-8 bytes of the path."""

    files: tuple[ExaminedFile, ...]
    excluded: tuple[str, ...]
    """What is there and is not inventoried; see `walking.Walk`."""
    indexes: tuple[Index, ...] = field(default=(), repr=False)
    """The indexes of sharded weights, sorted by path."""

    @property
    def headers(self) -> dict[str, Header]:
        """By path, the headers of the safetensors files, and of the GGUF files that can be read strictly."""
        return {file.path: file.header for file in self.files if file.header is not None}


@dataclass(frozen=True, slots=True)
class InventoriedFile:
    """One file of a release, as its bytes were when they were read."""

    path: str
    """Relative POSIX path, NFC."""
    size: int
    """Bytes."""
    sha256: str
    """64 lower-case hex digits."""
    blake3: str
    """64 lower-case hex digits."""
    format: Format | None
    """The format that the content shows; None where it shows none we know."""
    unsafe: str | None
    """Why loading it could run code; None where nothing of the kind was found. See `formats.Recognised`."""
    defect: str | None
    """Why it cannot be the model or code that it seems to be; None where it can. See `formats.Recognised`."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The files of a release. Both are sorted by the UTF-8 bytes of the path."""

    files: tuple[InventoriedFile, ...]
    excluded: tuple[str, ...]
    """What is there and is not inventoried; see `walking.Walk`."""
    headers: Mapping[str, Header] = field(default_factory=dict, compare=False, repr=False)
    """By path, the headers of the safetensors files, and of the GGUF files that can be read strictly, read from the
    very files that were then identified."""
    tensors: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict, compare=False, repr=False)
    """By path, the content digests of the tensors of the same files by name; see `docs/spec/tensor-root.md`."""
    indexes: tuple[Index, ...] = field(default=(), compare=False, repr=False)
    """The indexes of sharded weights, sorted by path, read from the very bytes that were then identified."""
    licences: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """By path, what the metadata of a file call its licence."""
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """By path, the paths of the files that hold the parameters of a file, as far as it says so."""
    listing: Walk = field(default=Walk((), ()), compare=False, repr=False)
    """Of the directory, after all was read."""


def examine(root: Path) -> Examination:
    """Looks into every file of a release directory and computes no digests.

    Args:
        root: the release directory.

    Raises:
        InventoryError: with every problem of the tree, or else every file that cannot be looked into, or whose name
            ends in `.safetensors` and which is neither that nor empty nor a pointer of Git LFS, or else every index
            that is none; see `walk`, `read_open_header` and `read_indexes`.
    """
    listed = walk(root)
    examiner = _Examiner()
    files = [examined for found in listed.files if (examined := examiner.examine(found))]
    examiner.finish()
    return Examination(tuple(files), listed.excluded, read_indexes(listed.files, examiner.headers))


def take_inventory(
    root: Path, look: Look | None = None, progress: Progress | None = None, cache: DigestCache | None = None
) -> Inventory:
    """Reads every file of a release directory once and identifies its bytes.

    1. The tree is walked.
    2. The headers of files that are named `.safetensors` are checked, and then the indexes of sharded weights against
       them, which takes seconds where reading takes hours.
    3. The files are looked into, as `examine` does, and read. One that is not the same as in 2 is refused.
    4. The tree is walked again. What came, went or moved meanwhile is refused.

    Args:
        root: the release directory.
        look: is called with each file, in step 3.
        progress: is told of the bytes that were read in step 3.
        cache: digests of files that are not read in step 3 if they seem to be the same.

    Raises:
        InventoryError: with every problem of step 1, or else of step 2, or else one of step 3; see
            `walk`, `examine`, `read_indexes` and `digest_file`. At last those of step 4.
    """
    look = look and one_at_a_time(look)
    listed = walk(root)
    examiner = _Examiner()
    for found in listed.files:
        if _claims_safetensors(found):
            examiner.examine(found)
    examiner.finish()
    indexes = read_indexes(listed.files, examiner.headers)
    identifier = _Identifier(examiner, look, cache)
    sizes = [size_of(found.location) for found in listed.files]
    files = tuple(for_each(listed.files, sizes, identifier.identify, progress))
    require_read(indexes, {file.path: file.sha256 for file in files})
    require_same(root, listed)
    tensors = dict(sorted(identifier.tensors.items()))  # Files are read in any order.
    headers = {path: examiner.headers[path] for path in tensors}
    return Inventory(files, listed.excluded, headers, tensors, indexes, examiner.licences, examiner.needs, listed)


def _claims_safetensors(found: Found) -> bool:
    return found.path.endswith(".safetensors")


class _Examiner:
    """Looks into files, notes which they were, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        """Held by who calls `look`, if several threads may."""
        self.seen: dict[str, tuple[Identity, ExaminedFile]] = {}
        """By path, those that `examine` looked into."""
        self.headers: dict[str, Header] = {}
        self.licences: dict[str, str] = {}
        self.needs: dict[str, tuple[str, ...]] = {}
        self._problems: list[Problem] = []
        self._tensors = 0

    def examine(self, found: Found) -> ExaminedFile | None:
        """Opens a file and looks into it; None when there is a problem, which is kept for `finish`."""
        if self._tensors > MAX_TENSORS:  # Said once, and nothing more is held.
            return None
        try:
            with open_regular(found.location) as opened:
                examined = self.look(found, opened)
        except InventoryError as error:
            self._problems.extend(error.problems)
            return None
        self.seen[found.path] = (opened.identity, examined)
        return examined

    def look(self, found: Found, opened: OpenFile) -> ExaminedFile:
        """Looks into an open file.

        Raises:
            InventoryError: it has a name that says safetensors and a content that does not, or one tensor too many.
            OSError: the system does not give the bytes.
        """
        size = opened.identity.size
        contents = look_into(opened.stream, size, found.path)
        recognised, header = contents.recognised, contents.header
        if _claims_safetensors(found) and size and header is None and recognised.format != "git-lfs-pointer":
            opened.stream.seek(0)
            header = read_open_header(opened.stream, size, shown(found.location))
        if header is not None:
            self._tensors += len(header.tensors)
            if self._tensors > MAX_TENSORS:
                got = f"more than {MAX_TENSORS} tensors up to this file"
                fix = "Split the release, or remove checkpoints."
                raise InventoryError(Problem(shown(found.location), got, "fewer in one release", fix))
            self.headers[found.path] = header
        folder = found.path[: found.path.rfind("/") + 1]
        if needs := tuple(f"{folder}{path}" for path in contents.needs):
            self.needs[found.path] = needs
        licence = _licence(opened, found.path, recognised.format, header)
        if licence:
            self.licences[found.path] = licence
        seen = recognised.format, recognised.unsafe, recognised.defect
        return ExaminedFile(found.path, found.location, size, *seen, header, licence, needs)

    def finish(self) -> None:
        """Raises:
        InventoryError: with all problems that there were.
        """
        if self._problems:
            raise InventoryError(self._problems)


def _licence(opened: OpenFile, path: str, format: Format | None, header: Header | None) -> str | None:
    """What the metadata of an open file call its licence."""
    if format == "gguf":
        try:
            named = read_gguf_metadata(opened.stream, opened.identity.size, path).get("general.license")
        except InventoryError:  # It is measured as any other file is; `init` says what is wrong with it.
            return None
        return named if isinstance(named, str) and named else None
    if header is not None:
        stated = {key.lower(): value for key, value in header.metadata.items() if value}
        names = [stated[key] for key in _LICENCE_KEYS if key in stated]
        return next((name for name in names if name.lower() != "other"), names[0] if names else None)
    return None


class _Identifier:
    """Reads files, and says what they are."""

    def __init__(self, examiner: _Examiner, look: Look | None, cache: DigestCache | None) -> None:
        self._examiner = examiner
        self._look = look
        self._cache = cache
        self.tensors: dict[str, dict[str, bytes]] = {}
        """By path, the content digests of the tensors of each file that has some."""

    def identify(self, found: Found, pool: Pool) -> InventoriedFile:
        with open_regular(found.location) as opened:
            identity, examined = self._examiner.seen.get(found.path, (opened.identity, None))
            if identity != opened.identity:
                raise changed(found.location)
            if examined is None:
                with self._examiner.lock:
                    examined = self._examiner.look(found, opened)
            feed = self._look(found.path, opened) if self._look else None
            known = self._known(found, opened, examined)
            if known:
                pool.count(identity.size)
            sha256, blake3, defect = known or self._read(found, opened, examined, feed, pool)
        return InventoriedFile(
            path=found.path,
            size=identity.size,
            sha256=sha256,
            blake3=blake3,
            format=examined.format,
            unsafe=examined.unsafe,
            defect=defect,
        )

    def _known(self, found: Found, opened: OpenFile, examined: ExaminedFile) -> tuple[str, str, str | None] | None:
        """Both digests and the defect of a file that the cache knows."""
        names = {tensor.name for tensor in examined.header.tensors} if examined.header else None
        known = self._cache.find(opened.identity, names) if self._cache else None
        if known is None:
            return None
        if known.tensors is not None:
            self.tensors[found.path] = {name: bytes.fromhex(digest) for name, digest in known.tensors.items()}
        return known.sha256, known.blake3, examined.defect

    def _read(
        self, found: Found, opened: OpenFile, examined: ExaminedFile, feed: Feed | None, pool: Pool
    ) -> tuple[str, str, str | None]:
        """The same of a file from its bytes."""
        hashed = TensorDigests(examined.header, shown(found.location)) if examined.header else None
        also = [*([feed] if feed else []), *([hashed.update] if hashed else [])]
        digests = digest_open_file(found.location, opened, pool=pool, also=also).digests
        try:
            tensors = hashed.digests() if hashed else None
        except InventoryError as error:  # What no header shows: padding in GGUF that is none.
            return digests["sha256"], digests["blake3"], f"it has {error.problems[0].got}"
        if tensors is not None:
            self.tensors[found.path] = tensors
        if self._cache:
            self._cache.add(opened.identity, digests["sha256"], digests["blake3"], tensors)
        return digests["sha256"], digests["blake3"], examined.defect
