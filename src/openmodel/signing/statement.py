# SPDX-License-Identifier: Apache-2.0
"""What release signers sign: an in-toto Statement v1 that names a release and the digests of its parts.

Source: in-toto/attestation, `spec/v1/statement.md`. Stricter than that: a release statement has exactly the subjects
and fields in `schemas/statement.json`, so that nobody can sign more than what is checked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from openmodel.errors import DocumentError, Problem
from openmodel.signing.bundle import Bundle
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.shapes import shaped_statement

__all__ = [
    "PREDICATE_TYPE",
    "ROOT_ALGORITHM",
    "SLSA_PROVENANCE",
    "STATEMENT_TYPE",
    "ReleaseStatement",
    "encode",
    "kind_of",
    "read",
    "time_text",
]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:openmodel:release:1-draft"
SLSA_PROVENANCE = "https://slsa.dev/provenance/v1"
ROOT_ALGORITHM = "openmodelReleaseRootV1"
"""The release root under a name of its own: it is no digest of a file."""


@dataclass(frozen=True, slots=True)
class ReleaseStatement:
    """What a signature on a release says."""

    manifest_sha256: str
    """SHA-256 of the bytes of `openmodel.json`, 64 lower-case hexadecimal digits."""
    release_root: str
    """Release root, 64 lower-case hexadecimal digits."""
    readme_sha256: str | None
    """SHA-256 of the bytes of `README.md`; None when the release has none."""
    name: str
    """Name of the release."""
    version: str | None
    """The publisher's version."""
    sequence: int | None
    """A number that grows with every release of this name."""
    issued: datetime
    """When the first signer signed, by that signer's clock; UTC, whole seconds."""
    expires: datetime | None = None
    """When the statement ends to hold, later than `issued`; UTC, whole seconds. None: never."""


def time_text(time: datetime) -> str:
    """A time as RFC 3339 in UTC with whole seconds, as in 2026-01-31T12:00:00Z.

    Args:
        time: with a time zone.
    """
    return time.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def encode(statement: ReleaseStatement) -> bytes:
    """The payload: JSON, UTF-8, sorted keys, no white space. Equal statements give equal bytes."""
    subject: list[dict[str, object]] = [
        {"name": "openmodel.json", "digest": {"sha256": statement.manifest_sha256}},
        {"name": ".", "digest": {ROOT_ALGORITHM: statement.release_root}},
    ]
    if statement.readme_sha256 is not None:
        subject.append({"name": "README.md", "digest": {"sha256": statement.readme_sha256}})
    predicate = {
        "name": statement.name,
        "version": statement.version,
        "sequence": statement.sequence,
        "issued": time_text(statement.issued),
        "expires": time_text(statement.expires) if statement.expires else None,
    }
    value = {
        "_type": STATEMENT_TYPE,
        "subject": subject,
        "predicateType": PREDICATE_TYPE,
        "predicate": {key: fact for key, fact in predicate.items() if fact is not None},
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(payload_type: str, payload: bytes, file: str) -> ReleaseStatement | None:
    """Reads a payload whose signature holds.

    Args:
        payload_type: as it was signed.
        payload: as it was signed.
        file: what to call it in messages.

    Returns:
        None when it is plainly a statement of another kind, such as SLSA provenance.

    Raises:
        DocumentError: it is no strict JSON, or a release statement of another shape, or one that expires before it
            is issued.
    """
    value = shaped_statement(payload_type, payload, PREDICATE_TYPE, "statement", file)
    if value is None:
        return None
    digests = [digest for subject in value["subject"] for digest in subject["digest"].values()]
    predicate = value["predicate"]
    issued = _time(predicate["issued"], file, "/predicate/issued")
    expires = _time(predicate["expires"], file, "/predicate/expires") if "expires" in predicate else None
    if expires and expires <= issued:
        raise DocumentError(
            Problem(file, f"{time_text(expires)!r}", "a time after `issued`", "Sign again.", "/predicate/expires")
        )
    return ReleaseStatement(
        manifest_sha256=digests[0],
        release_root=digests[1],
        readme_sha256=digests[2] if len(digests) > 2 else None,  # noqa: PLR2004
        name=predicate["name"],
        version=predicate.get("version"),
        sequence=predicate.get("sequence"),
        issued=issued,
        expires=expires,
    )


def kind_of(bundle: Bundle, release: ReleaseStatement | None) -> str:
    """What a statement of another kind is, in words, after `read` found that it is one.

    Args:
        bundle: it.
        release: what was signed about the release, with which the subjects of provenance are compared.
    """
    said = json.loads(bundle.payload) if bundle.payload_type == IN_TOTO else {}
    if said.get("predicateType") != SLSA_PROVENANCE:
        return "a statement of another kind"
    if release is None:
        return "a statement of another kind (SLSA provenance)"
    subjects = said["subject"] if isinstance(said.get("subject"), list) else []
    digests = [subject.get("digest") for subject in subjects if isinstance(subject, dict)]
    is_ours = any(one.get("sha256") == release.manifest_sha256 for one in digests if isinstance(one, dict))
    return f"a statement of another kind (SLSA provenance{'' if is_ours else ', and not'} of this release)"


def _time(text: str, file: str, pointer: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise DocumentError(Problem(file, f"{text!r}", "a time that exists", "Sign again.", pointer)) from None
