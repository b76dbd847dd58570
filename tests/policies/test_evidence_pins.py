# SPDX-License-Identifier: Apache-2.0
"""Pins are held against the repository that the release lies in, which may be a stranger's."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import openmodel
from openmodel.inventory import git_process
from openmodel.manifest.loading import plain
from tests.drafting.repositories import commit_of, git
from tests.policies.readings import (
    Document,
    Step,
    declared,
    delete,
    edit,
    places,
    read,
    remarks,
    requirements,
    verified,
    write,
)
from tests.releases import DECLARATION, write_release

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
CODE = "code/train.py"


def repository(root: Path, format: str) -> str:
    git(root, "init", "-q", "-b", "main", f"--object-format={format}")
    git(root, "remote", "add", "origin", "git@example.org:code.git")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    return commit_of(root)


def in_repository(
    tmp_path: Path,
    *,
    above: bool,
    format: str = "sha1",
    files: list[str] | None = None,
    stages: list[Document] | None = None,
    **changes: Any,
) -> tuple[Path, str]:
    """A built release at the top of a clone, or in a folder of one; its code has a pin of that, with some changes."""
    root = write_release(tmp_path / "toy")
    ref = repository(tmp_path if above else root, format)
    clean = {"undisclosed": "not_applicable", "reason": "The tree was clean."}
    pin = {"repository": "https://example.org/code", "kind": "commit", "ref": ref, "dirty_sha256": clean} | changes
    weights, code = declared("components")
    code |= {"pin": pin} | ({} if files is None else {"files": files})
    document = plain(openmodel.loads(DECLARATION)) | {"components": [weights, code]}
    (root / "openmodel.yaml").write_text(json.dumps(document | ({"stages": stages} if stages else {})))
    openmodel.build(root)
    return root, ref


@pytest.mark.parametrize("above", [False, True])
def test_a_pin_of_the_repository_here(tmp_path: Path, above: bool) -> None:
    root, _ = in_repository(tmp_path, above=above, path=f"{'toy/' * above}code/train.py")
    release = read(root)
    assert release.contradictions == ()
    expected = {f"/components/1/pin{field}" for field in ("", "/ref", "/path", "/dirty_sha256")}
    assert expected <= set(verified(release))
    assert requirements(release)["PROV-CODE-COMMIT"].grade == "verified"
    assert requirements(release)["PROV-CODE-COMMIT"].outcome == "met"


@pytest.mark.parametrize(
    ("changes", "where", "observed"),
    [
        ({"ref": "59a53e3e0f0c1d2b3a4958677685940312233445"}, "/ref", "no such commit"),
        ({"path": "code/other.py"}, "/path", "nothing at this path"),
        ({"path": "../code"}, "/path", "nothing at this path"),
        ({"path": "/code"}, "/path", "nothing at this path"),
    ],
)
def test_a_pin_that_the_repository_contradicts(tmp_path: Path, changes: Document, where: str, observed: str) -> None:
    root, _ = in_repository(tmp_path, above=False, **changes)
    release = read(root)
    assert observed in places(release)[f"/components/1/pin{where}"]
    assert requirements(release)["PROV-CODE-COMMIT"].outcome == "unmet"
    assert release.outcome == "unmet"


def test_an_object_that_is_no_commit_is_none(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False)
    tree = git(root, "rev-parse", "HEAD^{tree}").decode().strip()
    edit("/components/1/pin/ref", tree)(root)
    assert places(read(root))["/components/1/pin/ref"] == "no such commit"


DIRTY = "/components/1/pin/dirty_sha256"

CHANGES: list[tuple[str, Step, str | None]] = [
    ("a file of the repository", write("code/train.py", "print('other')\n"), "changes in toy/code/train.py"),
    ("one outside the release", lambda root: write("more.txt", "x")(root.parent), "changes in more.txt"),
    ("one that is gone", delete("code/old.py"), "changes in toy/code/old.py"),
    ("a new file of the component", write("code/more.py", ""), "changes in toy/code/more.py"),
    ("a new file of something else", write("notes.txt", ""), None),
    ("what this tool writes", write("README.md", "# Toy\n"), None),
]


@pytest.mark.parametrize(("change", "observed"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_changes_in_a_tree_that_is_said_to_be_clean(tmp_path: Path, change: Step, observed: str | None) -> None:
    write("toy/code/old.py", "")(tmp_path)
    write("more.txt", "")(tmp_path)
    root, _ = in_repository(tmp_path, above=True)
    change(root)
    openmodel.build(root)
    release = read(root)
    assert places(release) == ({DIRTY: observed} if observed else {})
    assert (DIRTY in verified(release)) is (observed is None)
    assert requirements(release)["PROV-CODE-COMMIT"].outcome == ("unmet" if observed else "met")


def test_git_that_gives_no_answer_contradicts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, _ = in_repository(tmp_path, above=False)
    asked = git_process.Git.ask

    def ask(self: git_process.Git, *arguments: str) -> bytes | None:
        if arguments[0] == "cat-file":
            self.fault = "gave no answer within 20 seconds"
        return asked(self, *arguments)

    monkeypatch.setattr(git_process.Git, "ask", ask)
    release = read(root)
    assert release.contradictions == ()
    assert (
        remarks(release)["/components/1/pin"]
        == "The repository was not looked at: git gave no answer within 20 seconds."
    )


def test_another_commit_is_checked_out(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False)
    git(root, "commit", "-q", "--allow-empty", "-m", "y")
    release = read(root)
    assert "/components/1/pin/ref" in verified(release)
    assert DIRTY not in verified(release)
    assert "Another commit is checked out" in remarks(release)[DIRTY]


def test_a_digest_of_changes_is_not_compared(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False, dirty_sha256="0" * 64)
    release = read(root)
    assert "were not looked for" in remarks(release)[DIRTY]
    assert DIRTY not in verified(release)


def test_git_that_was_told_not_to_look_bears_out_nothing(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False)
    git(root, "update-index", "--assume-unchanged", CODE)
    write(CODE, "print('other')\n")(root)
    openmodel.build(root)
    release = read(root)
    assert DIRTY in remarks(release)
    assert DIRTY not in verified(release)


def test_files_that_git_ignores_are_not_the_commit(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False)
    write(".git/info/exclude", "hidden.py\n")(root)
    write("code/hidden.py", "x = 1\n")(root)
    openmodel.build(root)
    release = read(root)
    assert remarks(release)[DIRTY].endswith("not as in the commit: code/hidden.py.")
    assert DIRTY not in verified(release)


def test_objects_that_are_put_in_place_of_others_are_not_believed(tmp_path: Path) -> None:
    root, ref = in_repository(tmp_path, above=False, path="code/wanted.py")
    write("code/wanted.py", "")(root)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "y")
    git(root, "replace", ref, commit_of(root))
    assert "nothing at this path" in places(read(root))["/components/1/pin/path"]


def test_an_object_whose_bytes_are_others_is_not_believed(tmp_path: Path) -> None:
    root, ref = in_repository(tmp_path, above=False)
    objects = root / ".git" / "objects"
    other = git(root, "commit-tree", "-m", "forged", f"{ref}^{{tree}}").decode().strip()
    place = objects / ref[:2] / ref[2:]
    place.chmod(0o644)
    place.write_bytes((objects / other[:2] / other[2:]).read_bytes())
    release = read(root)
    assert not [pointer for pointer in verified(release) if "/pin" in pointer]
    assert places(release)["/components/1/pin/ref"] == "no such commit"


def test_a_repository_with_the_newer_object_format(tmp_path: Path) -> None:
    root, ref = in_repository(tmp_path, above=False, path="code", format="sha256")
    assert len(ref) == 64
    assert {"/components/1/pin", DIRTY} <= set(verified(read(root)))


def test_a_path_in_a_submodule_is_not_looked_at(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=False)
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendored")
    git(root, "commit", "-q", "-m", "with a submodule")
    edit("/components/1/pin/ref", commit_of(root))(root)
    edit("/components/1/pin/path", "vendored/train.py")(root)
    release = read(root)
    assert "submodule" in remarks(release)["/components/1/pin/path"]
    assert "/components/1/pin" not in verified(release)


@pytest.mark.parametrize(("path", "found"), [("code/train.py", True), ("settings.yaml", False)])
def test_settings_that_are_in_the_repository_only(tmp_path: Path, path: str, found: bool) -> None:
    stages = declared("stages", settings={"component": "code", "path": path})
    root, _ = in_repository(tmp_path, above=False, files=[], stages=stages)
    release = read(root)
    assert ("/stages/0/settings" in verified(release)) is found
    assert list(places(release)) == ([] if found else ["/stages/0/settings/path"])
    assert (requirements(release)["OSAID-CODE-SETTINGS"].outcome == "unmet") is not found


@pytest.mark.parametrize(
    "changes",
    [
        {"repository": "https://example.org/other"},
        {"repository": "https://elsewhere.org/code", "ref": "59a53e3e0f0c1d2b3a4958677685940312233445"},
        {"repository": "file:///etc"},
        {"kind": "branch", "ref": "main"},
        {"ref": "--output=/tmp/x"},
        {"repository": "swh:1:rev:59a53e3e0f0c1d2b3a4958677685940312233445"},
    ],
)
def test_a_pin_of_anything_else_is_not_looked_at_and_that_is_said(tmp_path: Path, changes: Document) -> None:
    root, _ = in_repository(tmp_path, above=False, **changes)
    release = read(root)
    assert release.contradictions == ()
    assert release.evidence is not None
    assert [item for item in release.evidence.remarks if item.where == "/components/1/pin"]
    assert not [pointer for pointer in verified(release) if "/pin" in pointer]


def test_a_commit_may_be_named_by_its_swhid(tmp_path: Path) -> None:
    root, ref = in_repository(tmp_path, above=False)
    edit("/components/1/pin/repository", f"swh:1:rev:{ref}")(root)
    assert "/components/1/pin" in verified(read(root))


def test_a_shallow_clone_lacks_commits_and_that_is_no_contradiction(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path / "a", above=False)
    write("code/train.py", "print('other')\n")(root)
    openmodel.build(root)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "y")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", "b")
    git(tmp_path / "b", "remote", "set-url", "origin", "https://example.org/code")
    release = read(tmp_path / "b")
    assert places(release) == {}
    assert "/components/1/pin/ref" not in verified(release)


@pytest.mark.parametrize(
    "configuration",
    [
        '[core]\n\tfsmonitor = "touch {mark}; false"\n',
        '[filter "x"]\n\tclean = touch {mark}; cat\n\tsmudge = cat\n',
        '[remote "x"]\n\turl = ext::sh -c touch% {mark}\n\tpromisor = true\n[protocol "ext"]\n\tallow = always\n',
    ],
)
def test_programs_that_a_repository_names_are_not_run(tmp_path: Path, configuration: str) -> None:
    root, _ = in_repository(tmp_path, above=False)
    mark = tmp_path / "mark"
    write(".gitattributes", "*.py filter=x\n")(root)
    with (root / ".git" / "config").open("a") as file:
        file.write(configuration.format(mark=mark))
    os.utime(root / CODE, (1, 1))
    release = read(root)
    assert not mark.exists()
    assert release.evidence is not None
    assert any("could make git run programs" in item.message for item in release.evidence.remarks)
    assert not [pointer for pointer in verified(release) if "/pin" in pointer]
