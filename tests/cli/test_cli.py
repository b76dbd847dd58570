# SPDX-License-Identifier: Apache-2.0
"""The command line as a user meets it: real processes, exit status, what is on which stream."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
from jsonschema import Draft202012Validator

import openmodel
from openmodel.cli import main
from openmodel.policies import POLICIES
from openmodel.version import VERSION


@dataclass
class Ended:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str | Path, cwd: Path | None = None, columns: int = 80) -> Ended:
    """The command in this process; tests of what only a process can show start one."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd or Path.cwd()),
        mock.patch.dict(os.environ, {"COLUMNS": str(columns)}),
        mock.patch.object(sys, "argv", ["openmodel", *map(str, arguments)]),
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Ended(int(ended.value.code or 0), stdout.getvalue(), stderr.getvalue())


def test_help_and_version() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for verb in ("build", "check", "card", "key", "sign", "verify"):
        assert f"\n  {verb} " in shown.stdout
        assert run(*verb.split(), "--help").returncode == 0
    assert run("--version").stdout == f"openmodel {VERSION}\n"
    assert run().returncode == 2
    assert run().stderr.startswith("Usage: openmodel")


@pytest.mark.parametrize(
    "arguments",
    [("buidl",), ("verify",), ("check", "--format", "xml"), ("sign", "--key"), ("check", "--policy", "osaid")],
)
def test_bad_usage_is_status_2_with_a_message_and_no_traceback(arguments: tuple[str, ...], built_release: Path) -> None:
    ended = run(*arguments, cwd=built_release)
    assert ended.returncode == 2
    assert ended.stderr
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr


def test_the_main_job(release: Path, tmp_path: Path) -> None:
    key = tmp_path / "keys" / "release.key"
    key.parent.mkdir()
    steps = [
        (("build",), 0),
        (("build", "--check"), 0),
        (("check",), 1),
        (("check", "--allow-undetermined"), 0),
        (("check", "--policy", "provenance-1"), 0),
        (("card",), 0),
        (("card", "--check"), 0),
        (("key", "new", key), 0),
        (("sign", "--key", key), 0),
        (("verify", "--key", f"{key}.pub"), 0),
    ]
    for arguments, status in steps:
        ended = run(*arguments, cwd=release)
        assert ended.returncode == status, (arguments, ended.stdout, ended.stderr)
    (release / "model.safetensors").write_bytes((release / "model.safetensors").read_bytes()[:-1] + b"\x01")
    ended = run("verify", "--key", f"{key}.pub", cwd=release)
    assert ended.returncode == 1
    assert "altered model.safetensors" in ended.stdout
    assert run("build", "--check", cwd=release).returncode == 1


def test_check_without_a_build_names_the_command(release: Path) -> None:
    ended = run("check", release)
    assert ended.returncode == 2
    assert f"openmodel build {release}" in ended.stderr


def test_check_of_a_stale_manifest_names_the_command(built_release: Path) -> None:
    with (built_release / "openmodel.yaml").open("a") as declaration:
        declaration.write("# a later thought\n")
    ended = run("check", built_release)
    assert ended.returncode == 2
    assert f"openmodel build {built_release}" in ended.stderr
    assert run("build", "--check", built_release).returncode == 1


def test_check_of_several_inputs_reports_what_it_can_and_ends_with_the_worst(built_release: Path) -> None:
    ended = run("check", "--format", "json", built_release, built_release / "openmodel.json", "nowhere")
    assert ended.returncode == 2
    report = json.loads(ended.stdout)
    assert [release["path"] for release in report["releases"]] == [
        str(built_release),
        str(built_release / "openmodel.json"),
    ]
    assert [error["file"] for error in report["errors"]] == ["nowhere"]
    assert "nowhere" in ended.stderr
    assert run("check", "nowhere").stdout == ""
    assert json.loads(run("check", "nowhere", "--format", "json").stdout)["releases"] == []


def test_json_output_is_one_value_even_when_there_is_no_answer(built_release: Path, tmp_path: Path) -> None:
    for arguments in (("check", "--policy", "none"), ("verify", "--key", tmp_path / "none")):
        ended = run(*arguments, built_release, "--format", "json")
        assert ended.returncode == 2
        assert json.loads(ended.stdout)["errors"][0]["fix"]


def test_json_report_has_the_documented_shape(built_release: Path) -> None:
    report = json.loads(run("check", "--format", "json", built_release).stdout)
    Draft202012Validator(REPORT_SHAPE).validate(report)
    assert report == openmodel.check(built_release).as_json()
    assert [policy["policy"] for policy in report["releases"][0]["policies"]] == ["osaid-1.0", "provenance-1"]


TEXT = {"type": "string"}
OUTCOME = {"enum": ["met", "unmet", "undetermined", "not_applicable"]}
FINDING = {
    "type": "object",
    "required": ["where", "message", "fix", "kind"],
    "additionalProperties": False,
    "properties": {"where": TEXT, "message": TEXT, "fix": TEXT, "kind": {"enum": ["unmet", "judge", "note"]}},
}
REQUIREMENT = {
    "type": "object",
    "required": ["id", "title", "basis", "outcome", "grade", "review", "findings"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "title": TEXT,
        "basis": {"enum": ["definition", "faq", "interpretation", "yardstick"]},
        "outcome": OUTCOME,
        "grade": {"enum": [None, "declared", "claimed", "recorded", "verified"]},
        "review": {"type": ["object", "null"]},
        "findings": {"type": "array", "items": FINDING},
    },
}
FREEDOM = {
    "type": "object",
    "required": ["grant", "clauses"],
    "additionalProperties": False,
    "properties": {
        "grant": {"enum": ["granted", "restricted", "undecided", "not stated"]},
        "clauses": {"type": "array", "items": TEXT},
    },
}
TERMS = {
    "type": "object",
    "required": [
        "where",
        "name",
        "kinds",
        "expression",
        "read_as",
        "use",
        "study",
        "modify",
        "share",
        "redistribution",
        "passing_on",
    ],
    "additionalProperties": False,
    "properties": {
        "where": TEXT,
        "name": TEXT,
        "kinds": {"type": "array", "items": TEXT},
        "expression": {"type": ["string", "null"]},
        "read_as": {"type": ["string", "null"]},
        "use": FREEDOM,
        "study": FREEDOM,
        "modify": FREEDOM,
        "share": FREEDOM,
        "redistribution": {"enum": ["allowed", "conditions", "no", "undecided", "not stated"]},
        "passing_on": {"type": "string"},
    },
}
PARENT = {
    "type": "object",
    "required": ["where", "named_by", "name", "version", "manifest_sha256", "path", "outcome"],
    "additionalProperties": False,
    "properties": {
        "where": TEXT,
        "named_by": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "name": TEXT,
        "version": {"type": ["string", "null"]},
        "manifest_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "path": TEXT,
        "outcome": OUTCOME,
    },
}
POLICY = {
    "type": "object",
    "required": ["policy", "version", "outcome", "requirements"],
    "additionalProperties": False,
    "properties": {
        "policy": TEXT,
        "version": TEXT,
        "outcome": OUTCOME,
        "requirements": {"type": "array", "items": REQUIREMENT, "minItems": 1},
        "freedoms": {"type": "array", "items": TERMS},
        "parents": {"type": "array", "items": PARENT},
    },
}
CONTRADICTION = {
    "type": "object",
    "required": ["where", "declared", "observed", "by"],
    "additionalProperties": False,
    "properties": {"where": TEXT, "declared": {}, "observed": {}, "by": TEXT},
}
REMARK = {
    "type": "object",
    "required": ["where", "message"],
    "additionalProperties": False,
    "properties": {"where": TEXT, "message": TEXT},
}
EVIDENCE = {
    "type": "object",
    "required": ["files", "bytes", "contradictions", "verified", "remarks"],
    "additionalProperties": False,
    "properties": {
        "files": {"type": "integer"},
        "bytes": {"type": "integer"},
        "contradictions": {"type": "integer"},
        "verified": {"type": "array", "items": TEXT},
        "remarks": {"type": "array", "items": REMARK},
    },
}
REPORT_SHAPE = {
    "type": "object",
    "required": ["report", "tool", "releases", "errors"],
    "additionalProperties": False,
    "properties": {
        "report": {"const": 1},
        "tool": {"const": {"name": "openmodel", "version": VERSION}},
        "errors": {"type": "array", "items": {"type": "object", "required": ["file", "got", "expected", "fix"]}},
        "releases": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [
                    "path",
                    "name",
                    "version",
                    "manifest_sha256",
                    "signature",
                    "policies",
                    "contradictions",
                    "evidence",
                ],
                "additionalProperties": False,
                "properties": {
                    "path": TEXT,
                    "name": TEXT,
                    "version": {"type": ["string", "null"]},
                    "manifest_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "signature": {"type": ["object", "null"]},
                    "policies": {"type": "array", "items": POLICY},
                    "contradictions": {"type": "array", "items": CONTRADICTION},
                    "evidence": {"anyOf": [{"type": "null"}, EVIDENCE]},
                },
            },
        },
    },
}


def test_output_is_written_once_and_replaced_only_when_asked(built_release: Path, tmp_path: Path) -> None:
    output = tmp_path / "report.json"
    arguments = ("check", built_release, "--format", "json", "--output", output)
    ended = run(*arguments)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert json.loads(output.read_text())["report"] == 1
    output.write_text("mine")
    assert run(*arguments).returncode == 2
    assert output.read_text() == "mine"
    assert run(*arguments, "--force").returncode == 1
    assert json.loads(output.read_text())["report"] == 1


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_text_fits_the_terminal(built_release: Path, columns: int) -> None:
    ended = run("check", ".", cwd=built_release, columns=columns)
    for line in ended.stdout.splitlines():
        assert len(line) <= columns or " " not in line.strip(), line


def test_text_says_what_is_met_and_what_a_person_must_do(built_release: Path) -> None:
    text = run("check", ".", cwd=built_release).stdout
    assert "? Open Source AI Definition 1.0: undetermined" in text
    assert "✓ openmodel provenance 1: met" in text
    assert "✓ OSAID-DATA-PROVENANCE [declared]" in text
    assert "✓ PROV-WEIGHTS [recorded]" in text
    assert "? /sources: No program can tell" in text


def test_hostile_text_is_shown_and_not_obeyed(release: Path) -> None:
    declaration = release / "openmodel.yaml"
    hostile = '"\\e[31mevil\\u202e\\u0007"'
    declaration.write_text(declaration.read_text().replace("name: Table", f"name: {hostile}").replace("scope:", "#"))
    assert run("build", release).returncode == 0
    text = run("check", release).stdout
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert "\\x1b[31mevil\\u202e\\x07" in text


def test_all_problems_of_a_declaration_are_shown_with_their_places(release: Path) -> None:
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace("class: open", "class: free").replace("result: weights", ""))
    declaration.write_text(declaration.read_text().replace("environment: desk", "environment: dsek"))
    ended = run("build", release)
    assert ended.returncode == 2
    assert f"{declaration}:32:5: /sources/0/class" in ended.stderr
    assert "dsek" in ended.stderr
    assert not (release / "openmodel.json").exists()


def test_a_reader_that_stops_early_causes_no_complaint(built_release: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m openmodel check {shlex.quote(str(built_release))} | head -1"
    ended = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert ended.stdout.startswith("toy")
    assert ended.stderr == ""


def test_a_terminal_without_utf_8_gets_escapes(built_release: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "openmodel", "check", str(built_release)]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ended.returncode == 1
    assert b"Traceback" not in ended.stderr
    assert b"\\u2713" in ended.stdout


def wait_until_read(process: int, file: Path) -> None:
    """Until a process has a file open; where that cannot be seen, a while."""
    descriptors = Path(f"/proc/{process}/fd")
    deadline = time.monotonic() + 20
    while descriptors.is_dir() and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if any(link.readlink() == file for link in descriptors.iterdir()):
                return
        time.sleep(0.01)
    time.sleep(2)


def test_interrupting_a_build_leaves_what_was_there(release: Path) -> None:
    assert run("build", release).returncode == 0
    before = (release / "openmodel.json").read_bytes()
    with (release / "large.bin").open("wb") as file:
        file.truncate(64 * 2**30)  # Sparse: takes no space, and half a minute to read.
    process = subprocess.Popen(
        [sys.executable, "-m", "openmodel", "build", str(release)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_until_read(process.pid, release / "large.bin")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Interrupted" in stderr
    assert b"Traceback" not in stderr
    assert (release / "openmodel.json").read_bytes() == before
    assert not [path for path in release.iterdir() if "tmp" in path.name]


def test_a_defect_of_the_tool_is_no_answer(built_release: Path) -> None:
    code = (
        "import openmodel, openmodel.cli\n"
        "openmodel.check = lambda *_, **__: 1 / 0\n"
        f"import sys; sys.argv = ['openmodel', 'check', {str(built_release)!r}]\n"
        "openmodel.cli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "ZeroDivisionError" in ended.stderr
    assert "defect of openmodel" in ended.stderr


def test_a_wrong_key_is_said(built_release: Path, tmp_path: Path) -> None:
    mine, other = openmodel.new_key(tmp_path / "mine"), openmodel.new_key(tmp_path / "other")
    openmodel.sign(built_release, keys=[mine.private])
    ended = run("verify", built_release, "--key", other.public)
    assert ended.returncode == 1
    assert mine.key_id[:16] in ended.stdout
    result = json.loads(run("verify", built_release, "--key", other.public, "--format", "json").stdout)
    assert result["outcome"] == "failed"
    assert run("verify", built_release, "--key", tmp_path / "none").returncode == 2
    assert run("verify", built_release, "--key", built_release / "openmodel.yaml").returncode == 2


def test_an_unsigned_release_does_not_verify(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "mine")
    ended = run("verify", built_release, "--key", key.public)
    assert ended.returncode == 1
    assert "not signed" in ended.stdout


def test_the_long_list_of_wrong_files_is_cut_in_text_and_whole_in_json(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "mine")
    openmodel.sign(built_release, keys=[key.private])
    for number in range(60):
        (built_release / f"extra-{number}").touch()
    text = run("verify", built_release, "--key", key.public)
    assert text.returncode == 1
    assert "and 10 more" in text.stdout
    result = json.loads(run("verify", built_release, "--key", key.public, "--format", "json").stdout)
    assert len(result["files"]) == 60


def test_sign_again_after_a_change_asks_before_it_replaces(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "mine")
    assert run("sign", built_release, "--key", key.private, "--expires", "2999-01-01").returncode == 0
    assert run("sign", built_release, "--key", key.private, "--expires", "2999-01-01").returncode == 0
    (built_release / "more.txt").write_text("more")
    assert run("sign", built_release, "--key", key.private).returncode == 2
    assert run("build", built_release).returncode == 0
    assert run("sign", built_release, "--key", key.private).returncode == 2
    assert run("sign", built_release, "--key", key.private, "--force").returncode == 0
    verified = run("verify", built_release, "--key", key.public, "--algorithm", "all")
    assert verified.returncode == 0


def test_a_conflict_is_said_at_build_and_found_by_check(release: Path) -> None:
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace("{path: data/table.csv}", "{path: data/table.csv, size: 3}"))
    ended = run("build", release)
    assert ended.returncode == 0
    assert "/sources/0/files/0/size" in ended.stderr
    checked = run("check", release, "--policy", "provenance-1")
    assert checked.returncode == 1
    assert "Declared 3" in checked.stdout


def test_a_card_that_is_not_current_and_one_that_differs(built_release: Path) -> None:
    ended = run("card", "--check", built_release)
    assert ended.returncode == 1
    assert f"openmodel card {built_release}" in ended.stderr
    (built_release / "README.md").write_text("---\nlicense: mit\n---\nMine.\n")
    ended = run("card", built_release)
    assert ended.returncode == 0
    assert "mit" in ended.stderr
    assert "Mine." in (built_release / "README.md").read_text()


def test_a_card_is_written_over_another_file_only_when_asked(built_release: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.md"
    other.write_text("Mine.\n")
    assert run("card", built_release, "--output", other).returncode == 2
    assert other.read_text() == "Mine.\n"
    assert run("card", built_release, "--output", other, "--force").returncode == 0
    assert other.read_text().startswith("---\n")
    assert run("card", built_release, "--output", built_release / "openmodel.yaml", "--force").returncode == 2


def test_a_review_is_shown_with_who_made_it(release: Path) -> None:
    openmodel.build(release)
    fix = next(openmodel.check(release).findings("judge")).fix
    digest = fix.rpartition(" ")[2]
    with (release / "openmodel.yaml").open("a") as declaration:
        declaration.write(
            f"""reviews:
  - requirement: OSAID-DATA-DETAIL
    policy: osaid-1.0@4
    at: [/sources]
    subject_sha256: {digest}
    judgement: met
    by: A Test
    affiliation: Elsewhere
    date: 2025-02-01
    reason: This is a test, and nobody read anything.
"""
        )
    assert run("build", release).returncode == 0
    ended = run("check", release)
    assert ended.returncode == 0, ended.stdout
    assert "reviewed independently: met (A Test, Elsewhere, 2025-02-01)" in ended.stdout


def test_the_command_is_installed() -> None:
    command = shutil.which("openmodel", path=str(Path(sys.executable).parent))
    assert command is not None
    assert subprocess.run([command, "--version"], capture_output=True, check=False).returncode == 0


def test_build_tells_what_nobody_should_overlook(release: Path) -> None:
    for name in ("A.txt", "a.txt"):
        (release / name).write_text("x")
    (release / "pytorch_model.bin.index.json").write_text('{"weight_map": {"a": "1.bin", "b": "2.bin"}}')
    ended = run("build", release)
    assert ended.returncode == 0
    assert ended.stderr.splitlines() == [
        "? pytorch_model.bin.index.json: names 2 files that are not here",
        "? A.txt, a.txt: one file on systems that ignore case",
    ]
    assert run("build", "--check", release).stderr == ended.stderr


def test_explain_prints_a_requirement_or_lists_all() -> None:
    listed = run("explain")
    assert listed.returncode == 0
    assert "OSAID-DATA-LABELLED  Labelling procedures are disclosed" in listed.stdout
    page = run("explain", "OSAID-DATA-LABELLED").stdout
    assert page.startswith("OSAID-DATA-LABELLED: Labelling procedures are disclosed\n")
    assert "✗ /sources/0/labelled: It is said not to apply, but not why" in page
    wrong = run("explain", "OSAID-DATA-LABELED")
    assert wrong.returncode == 2
    assert "Did you mean OSAID-DATA-LABELLED?" in wrong.stderr


def test_remarks_fit_the_terminal(tmp_path: Path) -> None:
    shards = {str(number): f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    for columns in (60, 100):
        lines = run("init", tmp_path, "--force", columns=columns).stderr.splitlines()
        assert len(lines) > 3
        assert all(line.startswith(("? ", "  ")) and len(line) <= columns for line in lines)
    lines = run("build", tmp_path, columns=60).stderr.splitlines()
    assert lines == ["? model.safetensors.index.json: names 3 files that are not", "  here"]


def test_into_a_file_a_remark_is_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "openmodel", "init", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[0].startswith("? There is no model card; `openmodel card` writes README.md once")
    assert all(line.startswith("? ") for line in ended.stderr.splitlines())


@pytest.mark.skipif(os.name != "posix", reason="this system refuses such names itself")
def test_names_of_directories_do_not_reach_the_terminal(tmp_path: Path) -> None:
    root = tmp_path / "\x1b]0;owned\x07\x1b[31mX\nall is signed"
    root.mkdir()
    (root / "train.py").write_text("x = 1\n")
    key, plain = root.parent / "k\x1b[31m", re.compile(r"[^\x00-\x09\x0b-\x1f\x7f]*")
    twice = ["init", "init", "build", "check", "card", "card", "sign", "sign", "verify"]
    options = {"sign": ["--key", str(key)], "verify": ["--key", f"{key}.pub"]}
    commands = [["key", "new", str(key)], *([verb, str(root), *options.get(verb, [])] for verb in twice)]
    commands += [["check", str(root / "no")], ["card", str(root / "no"), "--check"], ["card", str(root), "--check"]]
    for command in commands:
        ended = run(*command)
        assert plain.fullmatch(ended.stdout + ended.stderr), command
        assert "\nall is signed" not in ended.stdout + ended.stderr


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    ended = run("check", tmp_path / "nope")
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        f"openmodel: {tmp_path / 'nope'}",
        "  found     no such file or directory",
        "  expected  a release directory, or its openmodel.json",
        "  \u2192 Check the path.",
    ]


def test_a_directory_that_nobody_described(tmp_path: Path) -> None:
    ended = run("check", tmp_path)
    assert f"Run `openmodel init {tmp_path}`. Fill the blanks of what it drafts. Run `openmodel build" in ended.stderr


def test_one_reason_for_many_requirements_stands_once(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("x = 1\n")
    run("init", tmp_path)
    run("build", tmp_path)
    text = run("check", tmp_path, columns=100).stdout
    assert "These 9 do not apply: no training data is described; OSAID-DATA-LISTED says what that means." in text
    assert text.count("no training data is described") == 2  # OSAID-DATA-DETAIL stands by itself.
    assert all(f"  - OSAID-DATA-{name} " in text for name in ("PROVENANCE", "SCOPE", "FILTERED", "CLASS", "DETAIL"))


def test_check_reads_the_bytes_when_asked(built_release: Path) -> None:
    arguments = ("check", built_release, "--policy", "provenance-1", "--verify-bytes")
    ended = run(*arguments)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "✓ Bytes read again: 3 files, 202 bytes, are as the manifest says." in ended.stdout
    assert "✓ PROV-WEIGHTS [verified]" in ended.stdout
    report = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(REPORT_SHAPE).validate(report)
    grades = {item["id"]: item["grade"] for item in report["releases"][0]["policies"][0]["requirements"]}
    assert grades["PROV-WEIGHTS"] == grades["PROV-DATA-HASH"] == "verified"
    (built_release / "code" / "train.py").write_text("print('cheating')\n")
    assert run(*arguments[:-1]).returncode == 0
    ended = run(*arguments)
    assert ended.returncode == 1  # Though no requirement of this policy rests on that file.
    assert "✓ openmodel provenance 1: met" in ended.stdout
    words = " ".join(ended.stdout.split())
    assert "✗ Bytes read again: 2 files, 184 bytes, are as the manifest says; 2 contradictions." in words
    assert "✗ Declared otherwise than observed; findings of requirements do not repeat it:" in words
    assert "✗ /components/1/files/0: Declared 'code/**, as measured', but openmodel check, code/** says" in words
    report = json.loads(run(*arguments, "--format", "json").stdout)
    Draft202012Validator(REPORT_SHAPE).validate(report)
    assert [item["where"] for item in report["releases"][0]["contradictions"]] == [
        "/measured/files/0",
        "/components/1/files/0",
    ]


def test_bytes_that_contradict_a_requirement_are_told_there(built_release: Path) -> None:
    (built_release / "model.safetensors").unlink()
    ended = run("check", built_release, "--policy", "provenance-1", "--verify-bytes", "--allow-undetermined")
    assert ended.returncode == 1
    words = " ".join(ended.stdout.split())
    assert "✗ PROV-WEIGHTS [recorded] Weights have checksums" in words
    assert "openmodel check, model.safetensors says 'no such file'." in words
    assert "findings of requirements do not repeat it" not in words


def test_bytes_of_a_manifest_without_its_directory(built_release: Path) -> None:
    ended = run("check", built_release / "openmodel.json", "--verify-bytes")
    assert ended.returncode == 2
    assert f"Name the directory: {built_release}." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_reading_is_announced_on_a_terminal_only(built_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(io, "StringIO", Terminal)
    assert run("check", built_release, "--verify-bytes").stderr == f"Reading the files of {built_release} …\n"
    assert run("check", built_release).stderr == ""


def test_requirements_that_do_not_apply_come_last_and_in_json_in_their_own_order(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("x = 1\n")
    run("init", tmp_path)
    run("build", tmp_path)
    text = run("check", tmp_path, columns=100).stdout
    for policy in re.split(r"\n\n", text)[1:]:
        marks = re.findall(r"(?m)^  (\S) [A-Z]+-", policy)
        assert marks == sorted(marks, key=lambda mark: mark == "-")
    data = json.loads(run("check", "--format", "json", tmp_path).stdout)
    for told in data["releases"][0]["policies"]:
        policy = next(one for one in POLICIES if one.id == told["policy"])
        ids = [requirement["id"] for requirement in told["requirements"]]
        assert ids == [requirement.id for requirement in policy.requirements]
