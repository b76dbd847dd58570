# SPDX-License-Identifier: Apache-2.0
"""The text of where policies part."""

from __future__ import annotations

import pytest

from openmodel.policies.parting import Independence, Parting, Reason, Side, Stance
from openmodel.rendering.parting import parting_text

CLASS = Side("mot:1", "Model Openness Tool", "Class I, Open Science", "met", self_reviewed=False)
OWN = Side("own", "Our yardstick", None, "met", self_reviewed=True)
OSAID = Side("osaid-1.0", "Open Source AI Definition 1.0", None, "unmet", self_reviewed=False)
HIGHER = Side("g:4", "Labels", "Open Data", "undetermined", self_reviewed=False)

PLACE = "/sources/0/filtered"


def reason(*stances: Stance, review: Independence | None = None) -> Reason:
    return Reason("R-FILTERED", "Data filtering is disclosed", PLACE, "Nothing is said.", review, stances)


def stance(policy: str, said: str, where: str | None = None, more: int = 0, own: bool = False) -> Stance:
    by = None if said == "nothing" else f"{policy.upper()}-A"
    return Stance(policy, said, where, by, more, "self-reviewed" if own else None)  # type: ignore[arg-type]


def text(width: int, *partings: Parting) -> str:
    return "\n".join(parting_text(partings, width)) + "\n"


def test_it_reads_so_at_60_columns() -> None:
    first = Parting(
        (CLASS, OWN),
        OSAID,
        (
            reason(stance("mot:1", "nothing"), stance("own", "met", PLACE, own=True)),
            reason(stance("mot:1", "aside", "/sources/0", more=2), stance("own", "not_needed", PLACE, more=1)),
            reason(stance("mot:1", "nothing"), stance("own", "nothing"), review="reviewed independently"),
        ),
        7,
    )
    second = Parting((CLASS, OWN), HIGHER, (reason(stance("own", "aside", "/sources/0/scope")),), 1)
    assert (
        text(60, first, second)
        == """
Where the policies part:
  ✓ Model Openness Tool (Class I, Open Science): met
  ✓ Our yardstick: met (self-reviewed)
  ✗ Open Source AI Definition 1.0: yet not met, because of:
    ✗ R-FILTERED Data filtering is disclosed
      /sources/0/filtered: Nothing is said.
      · own takes it as met: OWN-A (self-reviewed).
      · mot:1 rests on nothing there.
    ✗ R-FILTERED Data filtering is disclosed
      /sources/0/filtered: Nothing is said.
      · mot:1 does not rest on it, but on other facts of
        /sources/0: MOT:1-A and 2 more.
      · own has a finding there too, and is met without it:
        OWN-A and 1 more.
    ✗ R-FILTERED Data filtering is disclosed
      /sources/0/filtered: Nothing is said.
      A review finds against it (reviewed independently).
      · mot:1 and own rest on nothing there.
    and 7 more that are not met.
  ? Labels (Open Data): yet undetermined, because of:
    ? R-FILTERED Data filtering is disclosed
      /sources/0/filtered: Nothing is said.
      · own does not rest on it, but on /sources/0/scope:
        OWN-A.
    and 1 more that is undetermined.
"""
    )


def test_those_that_are_met_are_told_again_only_where_they_are_others() -> None:
    partings = [Parting((CLASS,), OSAID, (reason(),), 0), Parting((OWN,), HIGHER, (reason(),), 0)]
    lines = text(80, *partings).splitlines()
    assert [line for line in lines if line.startswith("  ") and not line.startswith("   ")] == [
        "  ✓ Model Openness Tool (Class I, Open Science): met",
        "  ✗ Open Source AI Definition 1.0: yet not met, because of:",
        "  ✓ Our yardstick: met (self-reviewed)",
        "  ? Labels (Open Data): yet undetermined, because of:",
    ]


def test_without_one_requirement_that_decides_it_says_so() -> None:
    said = " ".join(text(60, Parting((CLASS,), HIGHER, (), 0)).split())
    assert said.endswith("yet undetermined: no requirement by itself decides, and too little is met.")


def test_nothing_parts_nothing_is_said() -> None:
    assert list(parting_text((), 60)) == []


@pytest.mark.parametrize("width", [40, 60, 100])
def test_hostile_names_are_made_visible_and_long_messages_are_cut(width: int) -> None:
    bad = "x\x1b[2J\u202ey\n"
    side = Side(bad, bad, bad, "met", self_reviewed=False)
    other = Side(bad, bad, bad, "unmet", self_reviewed=False)
    stances = (Stance(bad, "met", bad, bad, 0, None), Stance(bad, "nothing", None, None, 0, None))
    found = text(width, Parting((side,), other, (Reason(bad, bad, bad, f"{bad} {'word ' * 500}", None, stances),), 0))
    assert not {"\x1b", "\u202e"} & set(found)
    assert "x\\x1b[2J" in found
    assert found.count("word") < 50
    assert " …" in found
    assert all(len(line) <= width for line in found.splitlines())
