# SPDX-License-Identifier: Apache-2.0
"""`examples/house-policy`, installed beside this package, which knows nothing of it; and a broken one like it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import openmodel

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "examples" / "house-policy"
OWNER = "extensions: {com.example.house: {data_owners: {table: Jo Reader}}}\n"


def install(project: Path, site: Path) -> Path:
    """Installs a project into a folder that goes on the path, without the network."""
    options = (
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--disable-pip-version-check",
        "--no-cache",
    )
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(site), str(project)]
    subprocess.run(command, check=True, capture_output=True, env=environment(site))
    return site


def environment(site: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(site), "COLUMNS": "100", "PYTHONDONTWRITEBYTECODE": "1"}


def run(site: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as a user has it who installed what is in the folder."""
    command = [sys.executable, "-m", "openmodel", *map(str, arguments)]
    return subprocess.run(command, env=environment(site), check=False, capture_output=True, text=True, encoding="utf-8")


def outcomes(site: Path, release: Path, name: str = "house-1") -> dict[str, str]:
    report = json.loads(run(site, "check", "--policy", name, "--format", "json", release).stdout)
    (told,) = report["releases"][0]["policies"]
    assert told["policy"] == name
    return {item["id"]: item["outcome"] for item in told["requirements"]}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed example."""
    folder = tmp_path_factory.mktemp("house")
    project = folder / "house-policy"  # A copy: no build writes into the checkout.
    shutil.copytree(HOUSE, project, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
    return install(project, folder / "site")


@pytest.fixture
def owned(release: Path) -> Path:
    """The built release, whose data somebody in the house answers for."""
    with (release / "openmodel.yaml").open("a", encoding="utf-8") as declaration:
        declaration.write(OWNER)
    openmodel.build(release)
    return release


def test_a_release_meets_it(house: Path, owned: Path) -> None:
    ended = run(house, "check", "--policy", "house-1", owned)
    assert ended.returncode == 0, ended.stderr
    assert "✓ Models that Example Ltd uses: met" in ended.stdout
    assert "✓ HOUSE-WEIGHTS-FORMAT [recorded] Loading the weights cannot run code" in ended.stdout
    assert ended.stderr == ""


def test_a_release_does_not(house: Path, built_release: Path) -> None:
    ended = run(house, "check", "--policy", "provenance-1", "--policy", "house-1", built_release)
    assert ended.returncode == 1
    assert "✓ openmodel provenance 1: met" in ended.stdout
    assert "✗ Models that Example Ltd uses: not met" in ended.stdout
    assert "✗ /extensions/com.example.house/data_owners/table: Nobody in the house answers for Table." in ended.stdout
    assert outcomes(house, built_release)["HOUSE-DATA-OWNER"] == "unmet"


def test_a_person_must_judge_and_may(house: Path, owned: Path) -> None:
    declaration = owned / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace("Apache-2.0}", "ISC}"))
    openmodel.build(owned)
    ended = run(house, "check", "--policy", "house-1", "--format", "json", owned)
    assert ended.returncode == 1
    report: dict[str, Any] = json.loads(ended.stdout)
    listed = next(item for item in report["releases"][0]["policies"][0]["requirements"] if "LISTED" in item["id"])
    assert listed["outcome"] == "undetermined"
    digest = listed["findings"][0]["fix"].rpartition(" ")[2]
    review = {
        "requirement": "HOUSE-TERMS-LISTED",
        "policy": "house-1@1",
        "at": ["/components/0/terms"],
        "subject_sha256": digest,
        "judgement": "met",
        "by": "Al Counsel",
        "affiliation": "Example Ltd, legal team",
        "date": "2025-03-01",
        "reason": "ISC asks for no more than MIT does.",
    }
    declaration.write_text(f"{declaration.read_text()}reviews: [{json.dumps(review)}]\n")
    openmodel.build(owned)
    assert set(outcomes(house, owned).values()) == {"met"}


def test_explain_knows_it(house: Path) -> None:
    page = run(house, "explain", "house-data-owner")
    assert page.returncode == 0
    assert page.stdout.startswith("HOUSE-DATA-OWNER: Somebody in the house answers for each training source\n")
    assert "house-1 version 1, part data; basis: the rules of Example Ltd" in page.stdout
    assert "✗ /extensions/com.example.house/data_owners/forms: Nobody in the house answers" in page.stdout
    assert "basis: the text of the definition" in run(house, "explain", "HOUSE-TERMS-FREE").stdout
    listed = run(house, "explain")
    assert "house-1: Models that Example Ltd uses\n  HOUSE-WEIGHTS-FORMAT  Loading" in listed.stdout
    assert listed.stderr == ""
    assert "Did you mean house-1?" in run(house, "check", "--policy", "house").stderr


def test_its_own_tests_pass(house: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HOUSE / "tests")]
    ended = subprocess.run(command, env=environment(house), check=False, capture_output=True, text=True, cwd=HOUSE)
    assert ended.returncode == 0, ended.stdout


def test_nothing_of_it_runs_unless_it_is_named(house: Path, owned: Path) -> None:
    code = f"""
import sys, openmodel
openmodel.check({str(owned)!r}, policies=["osaid-1.0", "mot:2"])
openmodel.explain("OSAID-TERMS-PARAM")
print([name for name in ("house_policy", "openmodel.policies.outside") if name in sys.modules])
openmodel.check({str(owned)!r}, policies=["house-1"])
print("house_policy" in sys.modules)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment(house), check=True, capture_output=True, text=True
    )
    assert ended.stdout == "[]\nTrue\n"


def test_a_broken_one_is_told_and_does_no_harm(house: Path, owned: Path, tmp_path: Path) -> None:
    project = tmp_path / "broken"
    shutil.copytree(HOUSE, project, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    settings = project / "pyproject.toml"
    text = settings.read_text(encoding="utf-8").replace("house_policy", "broken_policy").replace("house-", "broken-")
    settings.write_text(text, encoding="utf-8")
    (project / "src" / "house_policy").rename(project / "src" / "broken_policy")
    module = project / "src" / "broken_policy" / "__init__.py"
    module.write_text("import sys\nsys.exit('no licence for this machine')\n", encoding="utf-8")
    site = tmp_path / "site"
    shutil.copytree(house, site)
    install(project, site)
    ended = run(site, "check", "--policy", "broken-1", owned)
    assert ended.returncode == 2
    assert ended.stderr.startswith("openmodel: policy broken-1 (broken_policy:POLICY of broken-policy 1.0)\n")
    assert "SystemExit: no licence for this machine" in ended.stderr
    assert f"{site / 'broken_policy' / '__init__.py'}:2" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "→ Mend or reinstall broken-policy 1.0" in ended.stderr
    told = json.loads(run(site, "check", "--policy", "broken-1", "--format", "json", owned).stdout)
    assert told["errors"][0]["file"] == "policy broken-1 (broken_policy:POLICY of broken-policy 1.0)"
    listed = run(site, "explain")
    assert listed.returncode == 0
    assert "HOUSE-TERMS-FREE" in listed.stdout
    assert [line[:2] for line in listed.stderr.splitlines()].count("? ") == 1
    assert "Not listed: policy broken-1" in listed.stderr
    unknown = run(site, "explain", "BROKEN-RULE")
    assert unknown.returncode == 2
    assert "SystemExit: no licence for this machine" in unknown.stderr
    assert run(site, "check", "--policy", "house-1", owned).returncode == 0
