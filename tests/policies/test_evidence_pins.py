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
from openmodel.manifest.loading import plain
from tests.drafting.test_repository import commit_of, git
from tests.policies.readings import (
    Document,
    declared,
    edit,
    places,
    read,
    requirements,
    verified,
    write,
)
from tests.releases import DECLARATION, write_release

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
CODE = "code/train.py"


def pinned(**changes: Any) -> list[Document]:
    """The components, with a pin of the code that is the repository around the release."""
    clean = {"undisclosed": "not_applicable", "reason": "The tree was clean."}
    pin = {"repository": "https://example.org/code", "kind": "commit", "dirty_sha256": clean} | changes
    weights, code = declared("components")
    return [weights, code | {"pin": pin}]


def repository(root: Path) -> str:
    git(root, "init", "-q", "-b", "main")
    git(root, "remote", "add", "origin", "git@example.org:code.git")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    return commit_of(root)


def in_repository(tmp_path: Path, *, above: bool, **changes: Any) -> tuple[Path, str]:
    """A built release at the top of a clone, or in a folder of one."""
    top = tmp_path if above else tmp_path / "toy"
    write_release(tmp_path / "toy")
    write(".gitignore", "")(top)
    ref = repository(top)
    document = plain(openmodel.loads(DECLARATION)) | {"components": pinned(**({"ref": ref} | changes))}
    (tmp_path / "toy" / "openmodel.yaml").write_text(json.dumps(document))
    openmodel.build(tmp_path / "toy")
    return tmp_path / "toy", ref


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


def test_changes_in_a_tree_that_is_said_to_be_clean(tmp_path: Path) -> None:
    root, _ = in_repository(tmp_path, above=True)
    write("code/more.py", "")(root)  # Not in the repository, and so in no difference.
    openmodel.build(root)
    assert read(root).contradictions == ()
    write("code/train.py", "print('other')\n")(root)
    openmodel.build(root)
    release = read(root)
    assert places(release) == {"/components/1/pin/dirty_sha256": "changes in toy/code/train.py"}
    assert requirements(release)["PROV-CODE-COMMIT"].outcome == "unmet"
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "y")
    release = read(root)
    assert release.contradictions == ()
    assert "/components/1/pin/dirty_sha256" not in verified(release)


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
