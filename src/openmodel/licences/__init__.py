# SPDX-License-Identifier: Apache-2.0
"""Licences: SPDX expressions, what their licences allow, and which terms a policy approves."""

from __future__ import annotations

from openmodel.licences.expressions import names_licence
from openmodel.licences.names import agrees
from openmodel.licences.terms import TERMS_POLICY, Verdict, judge_code, judge_terms

__all__ = ["TERMS_POLICY", "Verdict", "agrees", "judge_code", "judge_terms", "names_licence"]
