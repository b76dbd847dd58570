# SPDX-License-Identifier: Apache-2.0
"""A verdict that travels: who judged which bytes, by which policies, and how it came out.

An in-toto Statement v1 with a Simple Verification Result. Whoever knows no more than that sees only what was met;
everything else is under `openmodel`. The page is `docs/spec/verdict.md`.

Source: in-toto/attestation, `spec/predicates/svr.md`, version 0.1.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from openmodel.errors import DocumentError, Problem
from openmodel.signing.shapes import shaped_statement
from openmodel.signing.statement import STATEMENT_TYPE, time_text

__all__ = ["PREDICATE_TYPE", "Outcome", "PolicyVerdict", "Verdict", "encode", "read"]

PREDICATE_TYPE = "https://in-toto.io/attestation/svr/v0.1"
_PACKAGE = "pkg:pypi/openmodel-provenance@"

Outcome = Literal["met", "unmet", "undetermined", "not_applicable"]


@dataclass(frozen=True, slots=True)
class PolicyVerdict:
    """How one policy came out."""

    policy: str
    """Its id, with the class that was asked for if there is one, as in `mof:2`."""
    version: str
    """Version of the policy."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody who signs a report answers for."""

    judged_sha256: str
    """SHA-256 of the manifest that was judged, 64 lower-case hexadecimal digits."""
    judged_name: str
    """Name of its file; digests identify, names do not."""
    name: str
    """Name of the release, as the manifest has it."""
    version: str | None
    """The publisher's version, as the manifest has it."""
    report_sha256: str
    """SHA-256 of the bytes of the report, 64 lower-case hexadecimal digits."""
    tool: str
    """Version of openmodel that judged."""
    time: datetime
    """When, by the clock of whoever judged; UTC, whole seconds."""
    bytes_read: bool
    """Whether the files of the release were read, too, and not its manifest alone."""
    contradicted: bool
    """Whether they contradict the manifest; then the release is unmet, whatever its policies say of the manifest."""
    outcome: Outcome
    """Of the release: the worst of its policies, and `unmet` if its files contradict the manifest."""
    policies: tuple[PolicyVerdict, ...]
    """All that it was judged by."""

    @property
    def is_yes(self) -> bool:
        """Whether everything that was asked is met: what `check` answers with status 0."""
        return {self.outcome, *(one.outcome for one in self.policies)} <= {"met", "not_applicable"}


def encode(verdict: Verdict) -> bytes:
    """The payload: JSON, UTF-8, sorted keys, no white space. Equal verdicts give equal bytes."""
    return json.dumps(_plain(verdict), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read(payload_type: str, payload: bytes, file: str) -> Verdict | None:
    """Reads a payload whose signature holds.

    Args:
        payload_type: as it was signed.
        payload: as it was signed.
        file: what to call it in messages.

    Returns:
        None when it is a statement of another kind.

    Raises:
        DocumentError: it is no strict JSON, of another shape, contradicts itself, or says something else to those who
            know the predicate than to those who know this project's part of it.
    """
    value = shaped_statement(payload_type, payload, PREDICATE_TYPE, "verdict", file)
    if value is None:
        return None
    verdict = _verdict(value, file)
    if verdict.contradicted and not (verdict.bytes_read and verdict.outcome == "unmet"):
        expected, place = "`bytesRead`, and the outcome unmet", "/predicate/openmodel/contradicted"
        raise DocumentError(Problem(file, "a contradiction that changed nothing", expected, "Sign again.", place))
    if _plain(verdict) != value:
        expected = "those that follow from the outcomes"
        raise DocumentError(Problem(file, "other properties", expected, "Sign again.", "/predicate/properties"))
    return verdict


def _plain(verdict: Verdict) -> dict[str, Any]:
    release = {"name": verdict.name} | ({} if verdict.version is None else {"version": verdict.version})
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": verdict.judged_name, "digest": {"sha256": verdict.judged_sha256}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "verifier": {"id": f"{_PACKAGE}{verdict.tool}"},
            "timeCreated": time_text(verdict.time),
            "properties": _properties(verdict),
            "openmodel": {
                "release": release,
                "report": {"digest": {"sha256": verdict.report_sha256}},
                "bytesRead": verdict.bytes_read,
                "contradicted": verdict.contradicted,
                "outcome": verdict.outcome,
                "policies": [
                    {"policy": one.policy, "version": one.version, "outcome": one.outcome} for one in verdict.policies
                ],
            },
        },
    }


def _properties(verdict: Verdict) -> list[str]:
    """What was met. Nothing when the files contradict the manifest: then its being in order is worth nothing."""
    if verdict.contradicted:
        return []
    return [f"openmodel:{one.policy}@{one.version}" for one in verdict.policies if one.outcome == "met"]


def _verdict(value: dict[str, Any], file: str) -> Verdict:
    (subject,), predicate = value["subject"], value["predicate"]
    ours = predicate["openmodel"]
    try:
        time = datetime.fromisoformat(predicate["timeCreated"])
    except ValueError:
        place = "/predicate/timeCreated"
        raise DocumentError(Problem(file, "a time", "one that exists", "Sign again.", place)) from None
    return Verdict(
        judged_sha256=subject["digest"]["sha256"],
        judged_name=subject["name"],
        name=ours["release"]["name"],
        version=ours["release"].get("version"),
        report_sha256=ours["report"]["digest"]["sha256"],
        tool=predicate["verifier"]["id"].removeprefix(_PACKAGE),
        time=time,
        bytes_read=ours["bytesRead"],
        contradicted=ours["contradicted"],
        outcome=ours["outcome"],
        policies=tuple(PolicyVerdict(one["policy"], one["version"], one["outcome"]) for one in ours["policies"]),
    )
