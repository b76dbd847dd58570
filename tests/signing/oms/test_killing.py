# SPDX-License-Identifier: Apache-2.0
"""`sign` is killed at every call that changes the directory: each file is the old or the new one, and a mix is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openmodel.signing import KeyPair, sign, verify
from tests.signing.small_release import build

NAMES = ("model.sig", "openmodel.sig")
SCRIPT = Path(__file__).parent / "killing.py"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    "before",
    [
        pytest.param("unsigned", marks=pytest.mark.slow),
        "signed by the same key",
        pytest.param("signed by another key", marks=pytest.mark.slow),
    ],
)
def test_every_kill_leaves_old_or_new(
    before: str, built: Path, key: KeyPair, other_key: KeyPair, tmp_path: Path
) -> None:
    if before != "unsigned":
        sign(built, keys=[(key if "same" in before else other_key).private])
        (built / "config.json").write_bytes(b"[]")
        build(built)
    old = {name: (built / name).read_bytes() if (built / name).exists() else None for name in NAMES}
    command = [sys.executable, str(SCRIPT), str(built), str(tmp_path / "copies"), str(key.private)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    copies = [Path(copy) for copy in json.loads(ended.stdout)]
    assert len(copies) > 4
    states = set()
    for copy in copies:
        now = {name: (copy / name).read_bytes() if (copy / name).exists() else None for name in NAMES}
        new = {name: now[name] is not None and now[name] != old[name] for name in NAMES}
        assert all(new[name] or now[name] == old[name] for name in NAMES)
        for left in copy.glob(".openmodel-*.tmp"):  # What `verify` reports, and a person deletes.
            left.unlink()
        states.add((new["model.sig"], new["openmodel.sig"]))
        result = verify(copy, keys=[key.public])
        assert result.ok == all(new.values()), copy
        if new["model.sig"] and not new["openmodel.sig"]:
            assert "`sign` was interrupted" in result.steps[14].detail
    assert states == {(False, False), (True, False), (True, True)}
