# SPDX-License-Identifier: Apache-2.0
"""Policies: requirements, the engine that judges by them, and its report. One package a policy.

The names that are listed here are those for people who write a policy in a package of their own; docs/policies.md says
how, and which of them stay as they are. `openmodel.policies.trying` tries such a policy out.
"""

from __future__ import annotations

from openmodel.policies import checklist, g7, mof, mot, open_data, osaid, provenance
from openmodel.policies.facts import Facts
from openmodel.policies.ladder import Ladder, Rung
from openmodel.policies.requirement import (
    Claim,
    Doubt,
    Failing,
    Finding,
    NotApplicable,
    Policy,
    Requirement,
    Result,
    requirement,
)

POLICIES: tuple[Policy, ...] = (
    osaid.POLICY,
    provenance.POLICY,
    checklist.POLICY,
    open_data.POLICY,
    g7.POLICY,
    mof.POLICY,
    mot.POLICY,
)
"""All policies of this package; `checking.DEFAULT` are those that are judged when none is asked for."""

__all__ = [
    "POLICIES",
    "Claim",
    "Doubt",
    "Facts",
    "Failing",
    "Finding",
    "Ladder",
    "NotApplicable",
    "Policy",
    "Requirement",
    "Result",
    "Rung",
    "checklist",
    "g7",
    "mof",
    "mot",
    "open_data",
    "osaid",
    "provenance",
    "requirement",
]
