# SPDX-License-Identifier: Apache-2.0
"""The wheel holds what the package needs, and runs from it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from openmodel.version import VERSION

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (made,) = folder.glob("*.whl")
    return made


def test_it_holds_types_schemas_and_licence(wheel: Path) -> None:
    assert wheel.name == f"openmodel_provenance-{VERSION}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "src").rglob("*"):
        if path.suffix in (".py", ".json", ".typed"):
            assert path.relative_to(ROOT / "src").as_posix() in names
    for schema in ROOT.glob("schemas/*.json"):
        assert f"openmodel/schemas/{schema.name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "examples"))]


def test_the_command_runs_from_it(wheel: Path, built_release: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-m", "openmodel", "check", str(built_release), "--allow-undetermined"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    where = subprocess.run(
        [sys.executable, "-c", "import openmodel; print(openmodel.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "site") in where.stdout
