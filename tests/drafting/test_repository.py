# SPDX-License-Identifier: Apache-2.0
"""What `init` asks git and the hub's cache, and that a repository of strangers runs nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import openmodel
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Pin
from tests.drafting.files import Content, drafted, line_of, weights, write

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

FILES: dict[str, Content] = {"train.py": "print('training')\n", "model.safetensors": weights()}


def git(root: Path, *arguments: str) -> bytes:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, env=environment
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the files committed."""
    root = write(tmp_path / "tiny", FILES)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "x")
    return root


def commit_of(root: Path) -> str:
    return git(root, "rev-parse", "HEAD").decode().strip()


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
    diff = git(repository, "diff", "--binary", "HEAD")
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


def test_a_clone_of_a_model_of_the_hub(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://huggingface.co/example/tiny-talker")
    declaration, _ = drafted(repository)
    model, code = answered(declaration.components)
    (place,) = answered(model.where)
    assert (declaration.release.name, declaration.release.publisher) == ("tiny-talker", "example")
    assert (place.url, place.revision) == ("https://huggingface.co/example/tiny-talker", commit_of(repository))
    assert code.pin is None


@pytest.mark.parametrize(
    "configuration",
    [
        '[core]\n\tfsmonitor = "touch {mark}; false"\n',
        '[filter "x"]\n\tclean = touch {mark}; cat\n\tsmudge = cat\n',
        '[diff "x"]\n\ttextconv = touch {mark}; cat\n',
        "[core]\n\thooksPath = {hooks}\n",
        "[include]\n\tpath = {included}\n",
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
    assert any("Its own configuration could make git run programs, so no more was asked." in it for it in draft.remarks)


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


def test_a_folder_inside_a_clone_of_the_hub_is_not_that_model(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://huggingface.co/example/tiny-talker")
    declaration, _ = drafted(repository / "mine", {"model.safetensors": weights("other")})
    assert declaration.release.name == "mine"
    assert answered(declaration.components)[0].where is None


def test_a_clone_with_changes_is_no_revision(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://huggingface.co/example/tiny-talker")
    (repository / "train.py").write_text("print('changed')\n")
    declaration, _ = drafted(repository)
    (place,) = answered(answered(declaration.components)[0].where)
    assert place.revision is None


def test_what_init_wrote_is_no_change(repository: Path) -> None:
    first = openmodel.init(repository)
    assert openmodel.init(repository, force=True).text == first.text


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    declaration, _ = drafted(repository)
    assert code_of(declaration).pin is None


def test_a_snapshot_in_the_cache_of_the_hub_client(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    root = tmp_path / "models--example--tiny-talker" / "snapshots" / commit
    declaration, text = drafted(root, {"model.safetensors": weights()})
    (place,) = answered(answered(declaration.components)[0].where)
    assert declaration.release.name == "tiny-talker"
    assert (place.url, place.revision) == ("https://huggingface.co/example/tiny-talker", commit)
    assert "the path in the cache of the hub client" in text


def test_a_download_of_the_hub_client(tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    notes = {f".cache/huggingface/download/{name}.metadata": f"{commit}\netag\n1.0\n" for name in ("a", "b")}
    _, text = drafted(tmp_path / "tiny", {"model.safetensors": weights(), **notes})
    assert f"It was downloaded from the Hub at commit {commit}" in text
