# SPDX-License-Identifier: Apache-2.0
"""The provenance of the training, as others read it: an in-toto Statement v1 with a SLSA v1 predicate.

It says nothing that `openmodel.json` does not say, and is made of that alone, so that everybody who signs it signs the
same bytes. The page of the build type is `docs/spec/provenance.md`.

Source: slsa.dev/spec/v1.1/provenance; in-toto/attestation, `spec/v1/resource_descriptor.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from openmodel.built import Built
from openmodel.errors import DocumentError, Problem, StageError
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.json_text import read_json
from openmodel.manifest.stage import Segment, Stage
from openmodel.signing.dependencies import byproducts, dependencies
from openmodel.signing.disclosed import Teller
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.signature_file import Line
from openmodel.signing.statement import ROOT_ALGORITHM, SLSA_PROVENANCE, STATEMENT_TYPE

__all__ = ["BUILDER", "BUILD_TYPE", "encode", "without_earlier"]

BUILD_TYPE = "urn:openmodel:training:1-draft"
"""How to read the parameters and dependencies: `docs/spec/provenance.md`."""
BUILDER = "urn:openmodel:publisher:1-draft"
"""Who ran the training and says so: the publisher, on machines that nobody else vouches for; no SLSA level."""

_ASKED = ("id", "kind", "models", "data", "code", "settings", "order", "result")
"""What the publisher decided of a stage."""
_ASKED_OF_PART = ("id", "steps", "code", "settings", "batch", "batch_unit", "seeds", "resumed_from")
_RAN_ON_OF_PART = ("id", "environment", "layout", "determinism")
"""What the machines had to do with it."""


def encode(built: Built, release_root: str) -> bytes:
    """The payload: JSON, UTF-8, sorted keys, no white space. Equal manifests give equal bytes.

    Args:
        built: the manifest.
        release_root: over `measured.files`, 64 lower-case hexadecimal digits.

    Raises:
        StageError: a third party describes the release, or the manifest tells of no stage of its training.
    """
    manifest, path = built.manifest, str(built.path)
    describer = manifest.release.described_by
    if describer and describer.role == "third_party":
        fix = "Sign without --provenance; whoever trained the model can sign it."
        raise StageError(Problem(path, "a description by a third party", "one by the publisher", fix))
    own = [(index, stage) for index, stage in enumerate(answered(manifest.stages)) if stage.of is None]
    if not own:
        fix = "Describe the training under `stages` and build again, or sign without --provenance."
        raise StageError(Problem(path, "no stage of the training", "at least one", fix, "/stages"))
    teller = Teller()
    for name in ("components", "sources", "parents"):  # Each may be undisclosed as a whole.
        if isinstance(whole := getattr(manifest, name), Undisclosed):
            teller.value(whole, f"/{name}")
    definition: dict[str, Any] = {
        "buildType": BUILD_TYPE,
        "externalParameters": {"stages": [_asked(teller, stage, f"/stages/{index}") for index, stage in own]},
        "internalParameters": _internal(teller, manifest, own),
        "resolvedDependencies": dependencies(teller, manifest, [stage for _, stage in own]),
    }
    if undisclosed := teller.undisclosed():
        definition["internalParameters"]["undisclosed"] = undisclosed
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": "openmodel.json", "digest": {"sha256": built.sha256}},
            {"name": ".", "digest": {ROOT_ALGORITHM: release_root}},
        ],
        "predicateType": SLSA_PROVENANCE,
        "predicate": {
            "buildDefinition": definition,
            "runDetails": {"builder": {"id": BUILDER}, "byproducts": byproducts(manifest)},
        },
    }
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def without_earlier(lines: Iterable[Line], manifest_sha256: str) -> tuple[Line, ...]:
    """The lines without provenance, as this project makes it, that is about another manifest.

    Nobody's signature is looked at: a line that is about other bytes than those beside it serves nobody here.
    """
    return tuple(line for line in lines if _manifest_of(line) in (None, manifest_sha256))


def _manifest_of(line: Line) -> str | None:
    """The manifest that a line of provenance of this project is about; None for all other lines."""
    if line.bundle is None or line.bundle.payload_type != IN_TOTO:
        return None
    try:
        value: Any = read_json(line.bundle.payload, line.file).data
        if (
            value["predicateType"] != SLSA_PROVENANCE
            or value["predicate"]["buildDefinition"]["buildType"] != BUILD_TYPE
        ):
            return None
        return str(value["subject"][0]["digest"]["sha256"])
    except (DocumentError, LookupError, TypeError):
        return None


def _asked(teller: Teller, stage: Stage, at: str) -> dict[str, Any]:
    told = teller.fields(stage, at, _ASKED)
    parts = [teller.fields(one, f"{at}/segments/{index}", _ASKED_OF_PART) for index, one in enumerate(stage.segments)]
    return told | ({"segments": parts} if parts else {})


def _internal(teller: Teller, manifest: Manifest, own: Iterable[tuple[int, Stage]]) -> dict[str, Any]:
    """The environments, and which part of the training ran on which."""
    runs = [
        (f"/stages/{index}/segments/{number}", segment)
        for index, stage in own
        for number, segment in enumerate(stage.segments)
    ]
    used = {segment.environment for _, segment in runs}
    environments = [
        teller.fields(one, f"/environments/{index}", type(one).model_fields)
        for index, one in enumerate(manifest.environments)
        if one.id in used or not _names_one(segment for _, segment in runs)
    ]
    told = [teller.fields(segment, at, _RAN_ON_OF_PART) for at, segment in runs]
    named = {"environments": environments, "segments": [one for one in told if len(one) > 1]}
    return {name: value for name, value in named.items() if value}


def _names_one(segments: Iterable[Segment]) -> bool:
    return any(segment.environment and not isinstance(segment.environment, Undisclosed) for segment in segments)
