# SPDX-License-Identifier: Apache-2.0
"""Where something can be had: which of the places that are given count, and what to say when none does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.values import Where
from openmodel.policies.availability.addresses import is_address, why_unfinished
from openmodel.policies.disclosure import Question, answer, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Doubt, Result
from openmodel.policies.texts.placeholders import is_placeholder

_FREE = re.compile(
    r"\W*(0+([.,]0+)?|none|no|nothing|nil|zero|free|gratis|kostenlos|gratuit)\b.*", re.IGNORECASE | re.DOTALL
)
"""A price that is none: "none", "0 EUR", "free of charge"."""
_NO_PRICE_WORDS = """
a agreement all an and anfrage answer apply applies application applications are ask asked at auf available be bespoke
by call case charge charged commercial confidential contact contacting cost costs custom demande depend depending
depends details different dollar dollars email enquire enquiry eur euro euros fee fees for from gbp have in individual
individually info information inquire inquiry is it licence license licensing list mail may money must need needed
needs negotiable negotiate negotiated negotiation negotiations not of offer on online or our owner page paid pay
payment please poa preis price priced prices pricing prix publisher quotation quote request requested required
requires sales see site sold some subject sur team terms the their them there third to undisclosed upon us usd varies
vary varying vendor we website will with yes you your
"""
_NO_PRICE = frozenset(_NO_PRICE_WORDS.split())
"""Words of which a text that names no price can consist: "on request", "Contact sales for a quote."."""
_LONGEST_FEE = 1000
_NO_CONTENT = {"index": "an index of it", "derived": "something derived from it"}


def places(
    where: tuple[Where, ...] | Undisclosed | None, *, also_gone: bool = False
) -> tuple[Where, ...] | Undisclosed:
    """The places in an answer to "where": those that others can fetch from, and unless `also_gone`, those that still
    hold the thing itself."""
    if isinstance(where, Undisclosed):
        return where
    return tuple(
        place
        for place in where or ()
        if is_address(place.url) and (also_gone or (place.access != "gone" and place.holds not in _NO_CONTENT))
    )


def had(
    facts: Facts, question: Question, where: tuple[Where, ...] | Undisclosed | None, *, also_gone: bool = False
) -> Iterator[Result]:
    """As `answer`, for an answer to "where"; when no place counts, with why."""
    found = places(where, also_gone=also_gone)
    if where and not found and not isinstance(where, Undisclosed):
        yield missing(facts, question, f"{why_none(where)}, so that the manifest does not say {question.asked}")
    else:
        yield from answer(facts, question, found)
        unfinished = [why_unfinished(place.url) for place in answered(found)]
        if unfinished and all(unfinished):
            message = f"The place that is given, {short(answered(found)[0].url)}, {unfinished[0]}."
            yield Doubt(question.where, message, "Write the whole address of the thing itself.")


def why_none(where: tuple[Where, ...]) -> str:
    """Why none of some places counts, by the one that comes nearest."""
    fetched = [place for place in where if is_address(place.url)]
    if not fetched:
        return f"the place that is given, {short(where[0].url)}, is no address that others can fetch"
    there = next((place for place in fetched if place.access != "gone"), None)
    if there is None:
        return f"the place that is given, {short(fetched[0].url)}, is said to be gone"
    return f"the place that is given, {short(there.url)}, is said to hold only {_NO_CONTENT[there.holds or 'index']}"


def behind_a_gate(pointer: str, name: str, found: tuple[Where, ...] | Undisclosed) -> Iterator[Result]:
    """A doubt when something that must be free to all can only be had by asking or paying, or may not be there."""
    gates = [why_not_free(place) for place in answered(found)]
    if not gates or not all(gates):
        return
    gone = next((gate for gate in gates if gate and gate.startswith("gone")), None)
    if gone is None:
        message = f"{name} can only be had for a fee or on request."
    else:
        message = f"{name} is said to be {gone}, so that it may not be there."
    yield Doubt(pointer, message, "Add a place that is open to all.")


def why_not_free(place: Where) -> str | None:
    """What keeps people from fetching from a place without asking or paying: "a fee", "a request" or "gone since ...";
    None where nothing is said to. A price and a date count also where `access` says otherwise or nothing."""
    if place.access == "gone":
        return "gone"
    if isinstance(place.gone_since, str):
        return f"gone since {place.gone_since}"
    if place.gone_since is not None and place.gone_since.undisclosed != "not_applicable":
        return "gone since a day that is not told"
    if place.access in ("fee", "request"):
        return f"a {place.access}"
    if isinstance(place.fee, Undisclosed):
        return "a fee" if place.fee.undisclosed == "withheld" else None
    says_a_price = place.fee is not None and not is_placeholder(place.fee) and not _FREE.fullmatch(place.fee)
    return "a fee" if says_a_price else None


def fees_without_price(pointer: str, where: tuple[Where, ...]) -> Iterator[Result]:
    """A doubt for each place that asks for a fee and does not say how much, in figures or in words."""
    for index, place in enumerate(where):
        fee, is_asked = place.fee, place.access == "fee"
        if isinstance(fee, Undisclosed):
            is_missing = is_asked or (fee.undisclosed != "not_applicable" and place.access != "gone")
        else:
            is_missing = is_asked if fee is None else place.access != "gone" and not _says_a_price(fee)
        if is_missing:
            said = f" (“{short(' '.join(fee.split()))}”)" if isinstance(fee, str) and fee.strip() else ""
            message = f"A fee is asked, but not how much{said}."
            yield Doubt(f"{pointer}/{index}/fee", message, "Add the price with its currency.")


def _says_a_price(fee: str) -> bool:
    """Whether a text has more than words that send the reader elsewhere to ask. Figures, an address, and "free of
    charge" are more."""
    words = re.findall(r"[^\W_]+|[€$£¥]", fee[:_LONGEST_FEE].casefold())
    return not is_placeholder(fee) and not _NO_PRICE.issuperset(words)
