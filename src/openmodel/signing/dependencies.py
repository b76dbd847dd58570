# SPDX-License-Identifier: Apache-2.0
"""What went into a training and what it left besides the model, as resource descriptors of in-toto.

A descriptor has an address, a digest or both; what has neither is in the manifest, and not here.

Source: in-toto/attestation, `spec/v1/resource_descriptor.md` and `spec/v1/digest_set.md`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openmodel.inventory.release_root import release_root
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component, Kind
from openmodel.manifest.document import Manifest
from openmodel.manifest.environment import Environment
from openmodel.manifest.globs import Paths
from openmodel.manifest.measured import FileRecord
from openmodel.manifest.parent import Parent
from openmodel.manifest.source import Source
from openmodel.manifest.stage import SettingsFile, Stage
from openmodel.manifest.values import FileReference, Pin, Where
from openmodel.signing.disclosed import Teller
from openmodel.signing.statement import ROOT_ALGORITHM

__all__ = ["MOST_FILES", "byproducts", "dependencies"]

Descriptor = dict[str, Any]

MOST_FILES = 16
"""The most files of one component or data set that are listed one by one: a line of signatures is short."""

_PART_OF = "part_of"
"""Of a file: the components and data sets that it belongs to, by their ids."""
_CODE: set[Kind] = {
    "data_processing_code",
    "data_generation_code",
    "training_code",
    "hyperparameter_search_code",
    "merging_code",
    "conversion_code",
    "library",
}
_LEFT: set[Kind] = {"checkpoint", "optimizer_state"}
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SCP = re.compile(r"([\w.-]+@[\w.-]+):(?!/)(.+)")
_REPOSITORY = re.compile(
    r"https://(?:huggingface\.co/(?:datasets/)?|(?:github\.com|gitlab\.com|codeberg\.org)/)[\w.-]+/[\w.-]+/?"
)
_IMAGE = re.compile(r"[^\s@]+@sha256:([0-9a-f]{64})")


def dependencies(teller: Teller, manifest: Manifest, stages: Sequence[Stage]) -> list[Descriptor]:
    """Code with its commits, data sets, parents and containers of the release's own training.

    Args:
        teller: remembers what is undisclosed.
        manifest: all of it.
        stages: those of the release's own training.
    """
    files = _files_of(manifest)
    sources = [(f"/sources/{index}", one) for index, one in enumerate(answered(manifest.sources)) if one.of is None]
    named = _named_by(stages) | {maker for _, source in sources for maker in source.made_by}
    found: list[Descriptor] = []
    for index, component in enumerate(answered(manifest.components)):
        if component.id in named or (component.of is None and _CODE.intersection(component.kinds)):
            found += _component(teller, component, f"/components/{index}", files)
    for at, source in sources:
        found += _source(teller, source, at, files)
    for index, parent in enumerate(answered(manifest.parents)):
        found += _parent(teller, parent, f"/parents/{index}")
    for environment in manifest.environments:
        found += _environment(environment)
    return _once(found)


def byproducts(manifest: Manifest) -> list[Descriptor]:
    """Run records, checkpoints and states of optimizers that the release holds."""
    measured, files = manifest.measured, _files_of(manifest)
    found = [_file(record.path, record.sha256, "") for record in (measured.built_from.records if measured else ())]
    for component in answered(manifest.components):
        if component.of is None and _LEFT.intersection(component.kinds) and "weights" not in component.kinds:
            found += _released(component, files)
    return _once(found)


def _named_by(stages: Iterable[Stage]) -> set[str]:
    """Ids of the components that the stages and their parts name as code and settings."""
    named: set[str] = set()
    for stage in stages:
        named.update(answered(stage.code), *(answered(segment.code) for segment in stage.segments))
        for settings in (stage.settings, *(segment.settings for segment in stage.segments)):
            if isinstance(settings, str):
                named.add(settings)
            elif isinstance(settings, SettingsFile):
                named.add(settings.component)
    return named


def _component(teller: Teller, component: Component, at: str, files: Mapping[str, FileRecord]) -> list[Descriptor]:
    pin = component.pin
    teller.value(pin, f"{at}/pin")
    if isinstance(pin, Pin):
        parts = {"path": pin.path, "dirty_sha256": pin.dirty_sha256}
        return [_pinned(component.id, pin, {key: value for key, value in parts.items() if isinstance(value, str)})]
    teller.value(component.where, f"{at}/where")
    return _released(component, files) or _placed(component.id, answered(component.where), {})


def _pinned(name: str, pin: Pin, annotations: Descriptor) -> Descriptor:
    """Code by repository and, where it is one, commit. Source: SPDX 2.3, section 7.7, for the form of the address."""
    ref = pin.ref if isinstance(pin.ref, str) else ""
    uri = pin.repository
    if scp := _SCP.fullmatch(uri):
        uri = f"ssh://{scp[1]}/{scp[2]}"
    if "://" in uri:
        uri = f"{uri if uri.startswith('git+') else f'git+{uri}'}{f'@{ref}' if ref else ''}"
    is_commit = pin.kind == "commit" and _COMMIT.fullmatch(ref)
    return _described(name, uri, {"gitCommit": ref} if is_commit else {}, annotations)


def _source(teller: Teller, source: Source, at: str, files: Mapping[str, FileRecord]) -> list[Descriptor]:
    for name in ("where", "files", "commitment"):
        teller.value(getattr(source, name), f"{at}/{name}")
    listed = answered(source.files)
    annotations: Descriptor = {}
    if source.commitment and not isinstance(source.commitment, Undisclosed):
        annotations["commitment"] = {"algorithm": source.commitment.algorithm, "root": source.commitment.root}
    if len(listed) > MOST_FILES:
        annotations |= {"files": len(listed), "manifest": f"{at}/files"}
        listed = ()
    each = [found for file in listed if (found := _data_file(source.id, file, files))]
    return [*_placed(source.id, answered(source.where), annotations), *each]


def _data_file(owner: str, file: FileReference, files: Mapping[str, FileRecord]) -> Descriptor:
    """Empty when nothing identifies it."""
    measured = files.get(file.path or "")
    sha256 = measured.sha256 if measured else file.sha256
    digest = {"sha256": sha256} if sha256 else {}
    return _described(file.path or "", file.url or "", digest, {_PART_OF: [owner]}) if digest or file.url else {}


def _parent(teller: Teller, parent: Parent, at: str) -> list[Descriptor]:
    teller.value(parent.manifest, f"{at}/manifest")
    teller.value(parent.data, f"{at}/data")
    teller.value(parent.code, f"{at}/code")
    found = _placed(parent.id, parent.where, {"tensor_root": parent.tensor_root} if parent.tensor_root else {})
    own = parent.manifest
    if own and not isinstance(own, Undisclosed) and (own.sha256 or own.url):
        name = own.path or f"{parent.id}/openmodel.json"
        found.append(_described(name, own.url or "", {"sha256": own.sha256} if own.sha256 else {}, {}))
    return found


def _environment(environment: Environment) -> Iterator[Descriptor]:
    if isinstance(environment.container, str):
        image = environment.container
        digest = _IMAGE.fullmatch(image)
        uri = image if "://" in image else f"docker://{image}"
        yield _described(f"{environment.id}/container", uri, {"sha256": digest[1]} if digest else {}, {})
    if isinstance(environment.lock_sha256, str):
        yield _described(f"{environment.id}/lock", "", {"sha256": environment.lock_sha256}, {})


def _placed(name: str, places: Iterable[Where], annotations: Descriptor) -> list[Descriptor]:
    """Something by the place where it can be had: the first that holds the thing itself, if one does."""
    ordered = sorted(places, key=lambda place: place.holds not in (None, "copy", "original"))
    if not ordered:
        return []
    place = ordered[0]
    revision = place.revision or ""
    digest = {"sha256": place.sha256} if place.sha256 else {}
    if _REPOSITORY.fullmatch(place.url) and _COMMIT.fullmatch(revision):
        uri = f"git+{place.url.rstrip('/')}@{revision}"
        return [_described(name, uri, digest | {"gitCommit": revision}, annotations)]
    return [_described(name, place.url, digest, annotations | ({"revision": revision} if revision else {}))]


def _released(component: Component, files: Mapping[str, FileRecord]) -> list[Descriptor]:
    """A component by its files in the release: each, or where there are many their root."""
    paths = Paths(files)
    own = [files[path] for path in sorted({path for glob in component.files for path in paths.named_by(glob)})]
    if len(own) <= MOST_FILES:
        return [_file(file.path, file.sha256, component.id) for file in own]
    root = release_root((file.path, file.size, file.sha256) for file in own)
    return [_described(component.id, "", {ROOT_ALGORITHM: root}, {"files": len(own)})]


def _files_of(manifest: Manifest) -> dict[str, FileRecord]:
    return {file.path: file for file in (manifest.measured.files if manifest.measured else ())}


def _file(path: str, sha256: str, owner: str) -> Descriptor:
    return _described(path, "", {"sha256": sha256}, {_PART_OF: [owner]} if owner else {})


def _described(name: str, uri: str, digest: Mapping[str, str], annotations: Descriptor) -> Descriptor:
    parts = {"name": name, "uri": uri, "digest": dict(digest), "annotations": annotations}
    return {key: value for key, value in parts.items() if value}


def _once(found: Iterable[Descriptor]) -> list[Descriptor]:
    """Each descriptor once, in order. A file that is part of several things says so of all."""
    kept: dict[str, Descriptor] = {}
    for one in found:
        annotations = dict(one.get("annotations", {}))
        owners = annotations.pop(_PART_OF, [])
        first = kept.setdefault(json.dumps(one | {"annotations": annotations}, sort_keys=True), one)
        if owners:
            before = first.get("annotations", {}).get(_PART_OF, [])
            first["annotations"] = annotations | {_PART_OF: list(dict.fromkeys([*before, *owners]))}
    return list(kept.values())
