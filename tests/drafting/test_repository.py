# SPDX-License-Identifier: Apache-2.0
"""What `init` asks git and the hub's cache, and that a repository of strangers runs nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import openmodel
from openmodel.inventory import git_process
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Pin
from tests.drafting.files import Content, drafted, line_of, weights, write
from tests.drafting.repositories import commit_of, committed, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the files committed."""
    return committed(tmp_path / "tiny", FILES)


FILES: dict[str, Content] = {"train.py": "print('training')\n", "model.safetensors": weights()}


def code_of(declaration: openmodel.Manifest) -> Component:
    (code,) = [component for component in answered(declaration.components) if "training_code" in component.kinds]
    return code


def pin_of(declaration: openmodel.Manifest) -> Pin:
    pin = code_of(declaration).pin
    assert isinstance(pin, Pin)
    return pin


def test_a_clean_repository(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://user:secret@example.org/lab/tiny.git")
    declaration, text = drafted(repository)
    pin = pin_of(declaration)
    assert (pin.repository, pin.kind, pin.ref) == ("https://example.org/lab/tiny.git", "commit", commit_of(repository))
    assert isinstance(pin.dirty_sha256, Undisclosed)
    assert pin.dirty_sha256.undisclosed == "not_applicable"
    assert "secret" not in text
    assert "correct it if another commit ran" in line_of(text, "pin:")
    told = "# The remote had not got this commit when git last asked it"
    assert told in text
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert told not in openmodel.init(repository, force=True).text


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@example.org:lab/tiny.git", "ssh://example.org/lab/tiny.git"),
        ("ssh://git@example.org/lab/tiny.git", "ssh://example.org/lab/tiny.git"),
        ("/home/jdoe/tiny", None),
        ("https://[broken", None),
        ("https://[::1]@]/x/y", None),
    ],
)
def test_remotes(repository: Path, remote: str, address: str | None) -> None:
    git(repository, "config", "remote.origin.url", remote)
    declaration, text = drafted(repository)
    assert pin_of(declaration).repository == (address or f"swh:1:rev:{commit_of(repository)}")
    assert "jdoe" not in text


def test_changes_are_pinned_by_their_digest(repository: Path) -> None:
    (repository / "train.py").write_text("print('changed')\n")
    diff = git(repository, "diff", "--binary", "--full-index", "HEAD")
    declaration, _ = drafted(repository)
    assert pin_of(declaration).dirty_sha256 == hashlib.sha256(diff).hexdigest()


def test_code_that_is_not_in_the_repository_is_not_pinned(repository: Path) -> None:
    write(repository, {"finetune.py": ""})
    declaration, text = drafted(repository)
    assert code_of(declaration).pin is None
    assert f"lies in a git repository without a public remote, at commit {commit_of(repository)}" in text


def test_a_repository_around_the_directory(tmp_path: Path) -> None:
    write(tmp_path, {"code/train.py": ""})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "x")
    declaration, text = drafted(tmp_path / "release", {"model.safetensors": weights()})
    assert answered(declaration.components)[0].pin is None
    assert f"at commit {commit_of(tmp_path)}; if the code there trained the model" in text


@pytest.mark.parametrize(
    "configuration",
    [
        '[core]\n\tfsmonitor = "touch {mark}; false"\n',
        '[filter "x"]\n\tclean = touch {mark}; cat\n\tsmudge = cat\n',
        '[diff "x"]\n\ttextconv = touch {mark}; cat\n',
        "[core]\n\thooksPath = {hooks}\n",
        "[include]\n\tpath = {included}\n",
        '[includeIf "gitdir:**"]\n\tpath = {included}\n',
        '[includeIf "onbranch:other"]\n\tpath = {included}\n',
        "[extensions]\n\tworktreeConfig = true\n",
        '[core]\n\tsshCommand = touch {mark}\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\turl = ssh://h/x\n',
    ],
)
def test_programs_that_a_repository_names_are_not_run(repository: Path, tmp_path: Path, configuration: str) -> None:
    mark, hooks, included = tmp_path / "mark", tmp_path / "hooks", tmp_path / "included"
    hooks.mkdir()
    for name in ("post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
    included.write_text(f'[filter "x"]\n\tclean = touch {mark}; cat\n')
    write(repository, {".gitattributes": "*.py filter=x diff=x\n"})
    with (repository / ".git" / "config").open("a") as file:
        file.write(configuration.format(mark=mark, hooks=hooks, included=included))
    os.utime(repository / "train.py", (1, 1))  # So that git would have to look into it.
    (repository / "train.py").write_text("print('changed!')\n")
    draft = openmodel.init(repository)
    assert not mark.exists()
    assert code_of(draft.declaration).pin is None
    told = "The configuration of the git repository could make git run programs ("
    assert any(remark.startswith(told) for remark in draft.remarks)


def test_the_configuration_of_a_submodule_runs_nothing(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    write(repository / "sub", {".gitattributes": "* filter=x\n", "f.txt": "hi\n"})
    git(repository / "sub", "init", "-q")
    git(repository / "sub", "add", ".")
    git(repository / "sub", "commit", "-q", "-m", "s")
    git(repository, "add", "sub")
    git(repository, "commit", "-q", "-m", "with a submodule")
    git(repository / "sub", "config", "filter.x.clean", f"touch {mark}; cat")
    (repository / "sub" / "f.txt").write_text("changed\n")
    (repository / "train.py").write_text("print('changed')\n")
    draft = openmodel.init(repository)
    assert not mark.exists()
    assert pin_of(draft.declaration).dirty_sha256 is not None


def test_a_remote_that_promises_objects_is_not_asked_for_them(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    blob = git(repository, "rev-parse", "HEAD:train.py").decode().strip()
    git(repository, "config", "remote.x.url", f"ext::sh -c touch% {mark}")
    git(repository, "config", "remote.x.promisor", "true")
    git(repository, "config", "protocol.ext.allow", "always")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repository / "train.py").write_text("print('changed')\n")
    openmodel.init(repository)
    assert not mark.exists()


def test_what_init_wrote_is_no_change(repository: Path) -> None:
    first = openmodel.init(repository)
    assert openmodel.init(repository, force=True).text == first.text


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    declaration, text = drafted(repository)
    assert code_of(declaration).pin is None
    assert "# NOTE: git could not be run (No such file or directory)" in text


@pytest.mark.parametrize(
    "configuration",
    [
        "diff.noprefix=true",
        "diff.mnemonicPrefix=true",
        "diff.algorithm=patience",
        "diff.context=9",
        "diff.interHunkContext=9",
        "diff.renames=copies",
        "diff.external=false",
        "diff.suppressBlankEmpty=true",
        "diff.wsErrorHighlight=all",
        "core.abbrev=7",
        "core.quotePath=false",
        "core.attributesFile={home}/attributes",
        "color.ui=always",
        "color.diff=always",
    ],
)
def test_the_digest_is_the_same_for_everybody(
    repository: Path, tmp_path: Path, configuration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [*(f"line {number}" for number in range(40)), "", *"x{ab}cxxd{ab}exx"]
    write(repository, {"train.py": "\n".join([*lines, "", ""]), "\u00e4.py": "same\n" * 20, "deleted.py": "x\n"})
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "longer")
    (repository / "\u00e4.py").write_text("other\n")
    git(repository, "mv", "deleted.py", "renamed.py")
    lines[10] = lines[25] = lines[41] = "other"
    lines[45:] = "xd{ab}exxf{ab}cxx"
    (repository / "train.py").write_text("\n".join([*lines, "", ""]))
    home = write(tmp_path / "home", {".gitconfig": "", "attributes": "*.py -diff\n"})
    key, _, value = configuration.format(home=home).partition("=")
    git(home, "config", "-f", ".gitconfig", key, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    expected = hashlib.sha256(git(repository, "diff", "--binary", "--full-index", "--no-renames", "HEAD")).hexdigest()
    assert pin_of(openmodel.init(repository).declaration).dirty_sha256 == expected


@pytest.mark.parametrize(
    "variable",
    ["DIR", "WORK_TREE", "INDEX_FILE", "COMMON_DIR", "OBJECT_DIRECTORY", "NAMESPACE", "CONFIG", "CONFIG_PARAMETERS"],
)
def test_the_hook_of_another_repository_may_ask(
    repository: Path, tmp_path: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git tells its hooks by variables which repository it is about."""
    expected = openmodel.init(repository).text
    monkeypatch.setenv(f"GIT_{variable}", "'core.bare=true'" if "CONFIG" in variable else str(tmp_path))
    assert openmodel.init(repository, force=True).text == expected


@pytest.mark.parametrize("variable", ["GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_TRACE"])
def test_variables_do_not_change_the_digest(repository: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "train.py").write_text("print('changed')\n" * 9)
    expected = openmodel.init(repository).text
    monkeypatch.setenv(variable, {"GIT_EXTERNAL_DIFF": "false", "GIT_DIFF_OPTS": "-u0"}.get(variable, "1"))
    assert openmodel.init(repository, force=True).text == expected


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_that_git_was_told_to_overlook_are_not_clean(repository: Path, flag: str) -> None:
    git(repository, "update-index", flag, "train.py")
    (repository / "train.py").write_text("print('changed')\n")
    draft = openmodel.init(repository)
    assert pin_of(draft.declaration).dirty_sha256 is None
    assert any("git was told not to look for changes of train.py" in remark for remark in draft.remarks)


def test_large_changes_get_no_digest(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_process, "MAX_OUTPUT", 1000)
    monkeypatch.setattr("openmodel.drafting.repository.MAX_OUTPUT", 1000)
    (repository / "train.py").write_text("x" * 1001)
    draft = openmodel.init(repository)
    assert pin_of(draft.declaration).dirty_sha256 is None
    assert any("are too large for a digest" in remark for remark in draft.remarks)


def test_a_long_difference_gets_no_digest(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "train.py").write_text("x\n" * 2000)
    monkeypatch.setattr(git_process, "MAX_OUTPUT", 1000)
    draft = openmodel.init(repository)
    assert pin_of(draft.declaration).dirty_sha256 is None
    assert any("git gives no digest of what is changed (an answer of more than" in it for it in draft.remarks)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in the file system")
@pytest.mark.parametrize(
    "name", [".git", ".git/index", ".git/config", ".git/HEAD", ".git/refs/heads/main", ".gitattributes", ".gitignore"]
)
def test_pipes_do_not_keep_it_waiting(repository: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_process, "SECONDS", 600)
    path = repository / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    draft = openmodel.init(repository)
    assert any(f"{name} is no regular file; git would wait for it" in remark for remark in draft.remarks)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in the file system")
def test_pipes_of_a_repository_that_lies_elsewhere(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "../other", "-b", "other")
    config = repository / ".git" / "config"
    config.unlink()
    os.mkfifo(config)
    draft = openmodel.init(tmp_path / "other")
    assert any("config is no regular file; git would wait for it" in remark for remark in draft.remarks)


@pytest.mark.skipif(os.name != "posix", reason="the program is a shell script")
def test_git_that_does_not_answer_is_asked_once(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = write(tmp_path / "bin", {"git": f"#!/bin/sh\necho asked >> {tmp_path}/log\nsleep 300\n"})
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow}:{os.environ['PATH']}")
    monkeypatch.setattr(git_process, "SECONDS", 0.3)
    draft = openmodel.init(repository)
    assert (tmp_path / "log").read_text() == "asked\n"
    assert any("git gave no answer within 0.3 seconds" in remark for remark in draft.remarks)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda root: shutil.rmtree(root / ".git" / "objects"), "git names no commit of this directory ("),
        (lambda root: (root / ".git" / "config").write_text("garbage ["), "git names no commit of this directory ("),
        (lambda root: (root / ".git" / "index").write_bytes(b"x" * 999), "git does not say whether files were changed"),
        (lambda root: git(root, "checkout", "-q", "--orphan", "e"), "git names no commit of this directory ("),
        (lambda root: (root / ".git" / "HEAD").unlink(), "git names no commit of this directory ("),
    ],
)
def test_what_git_cannot_say_is_told(repository: Path, damage: Callable[[Path], object], words: str) -> None:
    damage(repository)
    declaration, text = drafted(repository)
    pin = code_of(declaration).pin
    assert pin is None or (isinstance(pin, Pin) and pin.dirty_sha256 is None)
    assert words in text
