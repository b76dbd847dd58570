# SPDX-License-Identifier: Apache-2.0
"""Places outside components that name a file of the release: data, documents, parents' manifests, settings, licences.

Also digests of files that may or may not be in the release: lock files, and the order of examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from openmodel.errors import InventoryError
from openmodel.evidence.files import Files, by
from openmodel.evidence.findings import Collected
from openmodel.inventory.contents import digest_of
from openmodel.manifest.base import answered
from openmodel.manifest.parent import ManifestReference
from openmodel.manifest.source import InDocument
from openmodel.manifest.stage import Order, SettingsFile
from openmodel.manifest.stated_terms import stated_terms
from openmodel.manifest.values import FileReference

__all__ = ["compare_namings"]

_Reference: TypeAlias = FileReference | ManifestReference


@dataclass(frozen=True, slots=True)
class _Naming:
    """A place that names a file of the release."""

    where: str
    path: str
    size: int | None = None
    sha256: str | None = None
    is_all: bool = True
    """Whether the path and digests are all that is said at the place."""
    verifiable: bool = True
    """Whether bytes that agree bear out what is said at the place."""


def compare_namings(files: Files, collected: Collected) -> None:
    """Compares every place that names a file with the bytes."""
    unmeasured: dict[str, str | None] = {}
    for naming in _namings(files, collected):
        record = files.good.get(naming.path)
        if naming.path in files.bad:
            _contradict(naming, files.bad[naming.path], collected)
        elif record is not None:
            _compare(naming, record.size, record.sha256, collected)
        else:
            _compare_unmeasured(files, naming, unmeasured, collected)
    _compare_digests(files, collected)


def _contradict(naming: _Naming, found: str, collected: Collected) -> None:
    declared = f"{naming.path}, sha256 {naming.sha256}" if naming.sha256 else naming.path
    collected.contradict(naming.where, declared, found, by(naming.path))


def _compare(naming: _Naming, size: int | None, sha256: str, collected: Collected) -> None:
    agree = True
    for field, declared, observed in (("size", naming.size, size), ("sha256", naming.sha256, sha256)):
        if declared is None or observed is None:
            continue
        if declared == observed:
            collected.verify(f"{naming.where}/{field}")
        else:
            agree = False
            collected.contradict(f"{naming.where}/{field}", declared, observed, by(naming.path), naming.where)
    if agree and naming.verifiable:
        collected.verify(f"{naming.where}/path")
        if naming.is_all:
            collected.verify(naming.where)


def _compare_unmeasured(files: Files, naming: _Naming, digests: dict[str, str | None], collected: Collected) -> None:
    """A file that is not inventoried, such as the card, or that is not there."""
    try:
        if naming.path not in digests:
            digests[naming.path] = digest_of(files.root, naming.path)
    except InventoryError as error:
        _contradict(naming, error.problems[0].got, collected)
        return
    found = digests[naming.path]
    if found is None:
        _contradict(naming, "no such file", collected)
    elif naming.sha256 is None:
        collected.remark(naming.where, f"{naming.path} is there; no digest says which bytes it should have.")
    else:
        _compare(replace(naming, is_all=naming.is_all and naming.size is None), None, found, collected)


def _namings(files: Files, collected: Collected) -> Iterator[_Naming]:
    manifest = files.manifest
    for index, source in enumerate(answered(manifest.sources)):
        for number, file in enumerate(answered(source.files)):
            yield from _referred(f"/sources/{index}/files/{number}", file, file.size)
        for field in type(source).model_fields:
            value = getattr(source, field)
            if isinstance(value, InDocument):
                yield from _referred(f"/sources/{index}/{field}/document", value.document, value.document.size)
    for index, parent in enumerate(answered(manifest.parents)):
        if isinstance(parent.manifest, ManifestReference):
            yield from _referred(f"/parents/{index}/manifest", parent.manifest, None)
    for where, terms in stated_terms(manifest):
        if terms.text:  # That the text is there does not bear out that it is the one of the expression; see `terms`.
            yield _Naming(where, terms.text, verifiable=False)
    yield from _of_stages(files, collected)


def _of_stages(files: Files, collected: Collected) -> Iterator[_Naming]:
    for index, stage in enumerate(answered(files.manifest.stages)):
        for number, segment in enumerate(stage.segments):
            if segment.record:
                yield _Naming(f"/stages/{index}/segments/{number}/record", segment.record, verifiable=False)
    for where, settings in files.settings:
        if isinstance(settings, SettingsFile) and settings.path:
            yield from _settings_file(files, where, settings, collected)


def _settings_file(files: Files, where: str, settings: SettingsFile, collected: Collected) -> Iterator[_Naming]:
    """The file of the component that holds settings. What is in a repository only, `pins` looks for."""
    component = next(one for _, one in files.components if one.id == settings.component)
    found = files.settings_file(settings)
    if found is not None:
        yield _Naming(where, found)
    elif files.of(component) and component.pin is None:
        yield _Naming(where, str(settings.path))
    elif component.pin is None:
        collected.remark(where, f"{component.id} has no files in the release, so that this one was not read.")


def _referred(where: str, file: _Reference, size: int | None) -> Iterator[_Naming]:
    if file.path:
        yield _Naming(where, file.path, size, file.sha256, is_all=file.url is None)


def _compare_digests(files: Files, collected: Collected) -> None:
    """A digest of a file that need not be in the release says nothing against it when it is not."""
    there = {record.sha256 for record in files.good.values()}
    manifest = files.manifest
    stated = [(f"/environments/{n}/lock_sha256", one.lock_sha256) for n, one in enumerate(manifest.environments)]
    stated += [
        (f"/stages/{n}/order/sha256", one.order.sha256)
        for n, one in enumerate(answered(manifest.stages))
        if isinstance(one.order, Order)
    ]
    for where, digest in stated:
        if isinstance(digest, str) and digest in there:
            collected.verify(where)
        elif isinstance(digest, str):
            collected.remark(where, "No file of the release has this digest, so that it was not compared.")
