# SPDX-License-Identifier: Apache-2.0
"""Licences: SPDX expressions, what their licences allow, and which terms a policy approves."""

from __future__ import annotations

from openmodel.licences.expressions import families, family, names_licence
from openmodel.licences.names import agrees
from openmodel.licences.table import FREEDOMS, Clause, Element, Freedom
from openmodel.licences.terms import NOT_GRANTED, Verdict, asserts_nothing, judge

__all__ = [
    "FREEDOMS",
    "NOT_GRANTED",
    "Clause",
    "Element",
    "Freedom",
    "Verdict",
    "agrees",
    "asserts_nothing",
    "families",
    "family",
    "judge",
    "names_licence",
]
