# SPDX-License-Identifier: Apache-2.0
"""Policies: requirements, the engine that judges by them, and its report. One package a policy."""

from __future__ import annotations

from openmodel.policies import checklist, mot, osaid, provenance
from openmodel.policies.requirement import Policy

POLICIES: tuple[Policy, ...] = (osaid.POLICY, provenance.POLICY, checklist.POLICY, mot.POLICY)
"""All policies; `checking.DEFAULT` are those that are judged when none is asked for."""

__all__ = ["POLICIES", "Policy"]
