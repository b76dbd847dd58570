# SPDX-License-Identifier: Apache-2.0
"""Judges case folders by `osaid-1.0`.

`python -m tests.conformance.judging FOLDER...` prints the reports. The files that cases name are not there, so that
`openmodel build`, and with it `openmodel check`, refuses most of them.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import openmodel
from openmodel.built import Built
from openmodel.manifest.loading import plain
from openmodel.policies import osaid
from openmodel.policies.engine import judge
from openmodel.policies.report import TOOL, PolicyReport, ReleaseReport, Report
from openmodel.policies.resolving import facts_of
from openmodel.rendering.report import report_text


@cache  # Several tests ask about each case, and most of the time of a test is that YAML is read.
def built(folder: Path) -> Built:
    """The document of a case as if `build` had written it; what it says of files is believed."""
    file = folder / ("openmodel.yaml" if (folder / "openmodel.yaml").exists() else "openmodel.json")
    return Built(openmodel.load(file), file, file.read_bytes())


def content(folder: Path) -> Any:
    """The document of a case as plain data, a copy."""
    return plain(built(folder).manifest)


@cache
def judged(folder: Path) -> PolicyReport:
    """How a case comes out."""
    return judge(facts_of(built(folder)), osaid.POLICY)


def printed(folder: Path) -> str:
    """The report on a case as `openmodel check` would print it."""
    case, policies = built(folder), (judged(folder),)
    release = case.manifest.release
    reports = (ReleaseReport(str(folder), release.name, release.version, case.sha256, None, policies, (), None),)
    return report_text(Report(1, TOOL, reports), 100)


if __name__ == "__main__":
    for named in sys.argv[1:]:
        sys.stdout.write(printed(Path(named)))
