# SPDX-License-Identifier: Apache-2.0
"""Writes the cases in `verify/cases`. Run `python -m tests.conformance.verify_cases` from the root of the
repository."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.conformance import (
    verify_chains,
    verify_files,
    verify_manifests,
    verify_oms,
    verify_rotations,
    verify_signatures,
    verify_statements,
    verify_timestamps,
    verify_tree,
    verify_trust,
)
from tests.conformance.verify_material import GIVEN, KEPT, Case, signatures
from tests.conformance.verify_running import CASES, KEYS

MODULES = (
    verify_statements,
    verify_manifests,
    verify_signatures,
    verify_oms,
    verify_tree,
    verify_files,
    verify_trust,
    verify_chains,
    verify_timestamps,
    verify_rotations,
)
ALL: list[Case] = [case for module in MODULES for case in module.CASES]


def main() -> None:
    """Writes all of them anew."""
    for folder in (CASES, KEYS):
        shutil.rmtree(folder, ignore_errors=True)
    KEYS.mkdir()
    for key in GIVEN:
        (KEYS / key.file).write_text(key.pem, encoding="utf-8")
    for case in ALL:
        write(case, CASES / case.name)
    KEPT.write_text(json.dumps(signatures, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write(case: Case, folder: Path) -> None:
    """Writes one case."""
    (folder / "release").mkdir(parents=True)
    case.make(folder / "release")
    for name, value in {**case.beside, "expected.json": expected(case)}.items():
        content = value if isinstance(value, bytes) else json.dumps(value, indent=1, ensure_ascii=True).encode() + b"\n"
        (folder / name).write_bytes(content)
    if case.recipe:
        (folder / "recipe.json").write_text(json.dumps(case.recipe, indent=1) + "\n", encoding="utf-8")
    (folder / "README.md").write_text(
        f"{case.attack}\n\nExpected: {sentence(case)}. Row: {case.row}. Source: {case.source}.\n", encoding="utf-8"
    )


def expected(case: Case) -> dict[str, object]:
    """What the test compares."""
    return {
        "row": case.row,
        "keys": [] if "trust" in case.arguments else [key.file for key in case.keys],
        "arguments": dict(case.arguments),
        "outcome": case.outcome,
        "error": case.error,
        "steps": list(case.steps),
        "place": case.place,
        "files": [list(row) for row in case.files],
    }


def sentence(case: Case) -> str:
    """The same for people."""
    if case.error:
        return f"the error {case.error}, which names {case.place}"
    steps = ", ".join(map(str, case.steps))
    return case.outcome + (f" at step {steps}" if steps else "")


if __name__ == "__main__":
    main()
