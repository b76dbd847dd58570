# SPDX-License-Identifier: Apache-2.0
"""Policies: requirements, the engine that judges by them, and its report. One package a policy."""

from __future__ import annotations

from openmodel.policies import checklist, g7, mof, mot, open_data, osaid, provenance
from openmodel.policies.requirement import Policy

POLICIES: tuple[Policy, ...] = (
    osaid.POLICY,
    provenance.POLICY,
    checklist.POLICY,
    open_data.POLICY,
    g7.POLICY,
    mof.POLICY,
    mot.POLICY,
)
"""All policies; `checking.DEFAULT` are those that are judged when none is asked for."""

__all__ = ["POLICIES", "Policy"]
