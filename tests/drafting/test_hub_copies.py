# SPDX-License-Identifier: Apache-2.0
"""A copy of a model of the Hub, and what only looks like one: an address is drafted for the very bytes from there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import openmodel
from openmodel.drafting import hub_copies
from openmodel.manifest.base import answered
from openmodel.manifest.values import Where
from tests.drafting.files import Content, drafted, weights, write
from tests.drafting.repositories import commit_of, committed, git, published

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

REMOTE = "https://huggingface.co/example/tiny-talker"
OTHER = weights("other")
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def pointer_to(content: bytes) -> bytes:
    oid = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


@pytest.fixture(params=["plain", "lfs"])
def clone(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A clone of a model of the Hub, its weights in the repository itself or, as a rule, in git LFS."""
    content = weights()
    held = pointer_to(content) if request.param == "lfs" else content
    root = published(committed(tmp_path / "mine", {"train.py": "", "model.safetensors": held}), REMOTE)
    (root / "model.safetensors").write_bytes(content)
    return root


def place_of(declaration: openmodel.Manifest) -> Where | None:
    (model,) = [one for one in answered(declaration.components) if "weights" in one.kinds]
    places = answered(model.where)
    return places[0] if places else None


def availability(root: Path) -> str:
    (release,) = openmodel.check(root, policies=["osaid-1.0"]).releases
    (outcome,) = [one.outcome for one in release.policies[0].requirements if one.id == "OSAID-PARAM-AVAILABLE"]
    return outcome


def test_a_clone_of_a_model_of_the_hub(clone: Path) -> None:
    declaration, _ = drafted(clone)
    place = place_of(declaration)
    assert (declaration.release.name, declaration.release.publisher) == ("tiny-talker", "example")
    assert place is not None
    assert (place.url, place.revision) == (REMOTE, commit_of(clone))
    assert all(component.pin is None for component in answered(declaration.components))
    assert availability(clone) == "met"


def _trained_further(root: Path) -> None:
    (root / "model.safetensors").write_bytes(OTHER)


def _trained_to_the_same_size(root: Path) -> None:
    content = bytearray((root / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (root / "model.safetensors").write_bytes(content)


def _trained_and_committed(root: Path) -> None:
    _trained_further(root)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "further")


def _trained_unseen(flag: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        git(root, "update-index", flag, "model.safetensors")
        _trained_further(root)

    return change


def _not_in_the_commit(root: Path) -> None:
    git(root, "rm", "-q", "--cached", "model.safetensors")
    git(root, "commit", "-q", "-m", "without")
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")


def _one_more_form(root: Path) -> None:
    (root / "model.gguf").write_bytes(b"GGUF\3\0\0\0" + b"\0" * 16)


def _a_configuration_with_programs(root: Path) -> None:
    git(root, "config", "core.fsmonitor", "false")


def _a_pointer_of_another(root: Path) -> None:
    (root / "model.safetensors").write_bytes(pointer_to(OTHER))


DOUBTFUL = [
    (_trained_further, "model.safetensors has other bytes than the commit"),
    (_trained_to_the_same_size, "model.safetensors has other bytes than the commit"),
    (_a_pointer_of_another, "model.safetensors has other bytes than the commit"),
    (_trained_and_committed, "stands in a commit that the remote had not got when git last asked it"),
    (_trained_unseen("--assume-unchanged"), "model.safetensors has other bytes than the commit"),
    (_trained_unseen("--skip-worktree"), "model.safetensors has other bytes than the commit"),
    (_not_in_the_commit, "model.safetensors is no file of the commit"),
    (_a_configuration_with_programs, "cannot be compared with the commit, as git may not be asked or does not answer"),
]


@pytest.mark.parametrize(("change", "words"), DOUBTFUL)
def test_other_weights_are_not_at_the_address(clone: Path, change: Callable[[Path], None], words: str) -> None:
    change(clone)
    declaration, text = drafted(clone)
    assert place_of(declaration) is None
    assert (declaration.release.name, declaration.release.publisher) == ("mine", None)
    assert words in text
    assert '# where: [{url: ""}]  # where just these weights can be had' in text


def test_pointers_of_other_weights_are_not_had_from_the_hub(clone: Path) -> None:
    _a_pointer_of_another(clone)
    drafted(clone)
    assert availability(clone) == "unmet"


@pytest.mark.parametrize("change", [change for change, _ in DOUBTFUL])
def test_nor_are_those_that_are_too_large_to_read(
    clone: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_copies, "MAX_COMPARED", 0)
    change(clone)
    assert place_of(drafted(clone)[0]) is None


def test_of_large_weights_git_has_to_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_copies, "MAX_COMPARED", 0)
    root = published(committed(tmp_path / "mine", {"model.safetensors": weights()}), REMOTE)
    assert place_of(drafted(root)[0]) is not None


def test_one_form_of_two_is_from_there(clone: Path) -> None:
    _one_more_form(clone)
    declaration, _ = drafted(clone)
    known, mine = answered(declaration.components)[:2]
    assert [place.url for place in answered(known.where)] == [REMOTE]
    assert mine.where is None
    assert (declaration.release.name, declaration.release.publisher) == ("mine", None)


def test_changed_code_does_not_change_where_the_weights_are(clone: Path) -> None:
    (clone / "train.py").write_text("print('changed')\n")
    place = place_of(drafted(clone)[0])
    assert place is not None
    assert place.revision == commit_of(clone)


def test_very_many_files_are_not_all_compared(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_copies, "MAX_FILES", 0)
    declaration, text = drafted(clone)
    assert place_of(declaration) is None
    assert "model.safetensors is one file too many to be compared" in text


def test_a_link_is_no_file_of_the_commit(tmp_path: Path) -> None:
    root = write(tmp_path / "mine", {"x.dat": weights()})
    (root / "model.safetensors").symlink_to("x.dat")
    published(committed(root, {}), REMOTE)
    declaration, _ = drafted(root)
    (link,) = [one for one in answered(declaration.components) if "model.safetensors" in one.files]
    assert link.where is None


def test_an_object_that_replaces_another_is_not_looked_at(clone: Path) -> None:
    _trained_further(clone)
    write(clone / ".git", {"pointer": pointer_to(OTHER)})
    mine = git(clone, "hash-object", "-w", ".git/pointer").decode().strip()
    git(clone, "replace", git(clone, "rev-parse", "HEAD:model.safetensors").decode().strip(), mine)
    assert place_of(drafted(clone)[0]) is None


@pytest.mark.parametrize("around", [False, True])
def test_ordinary_files_are_no_repository(clone: Path, tmp_path: Path, around: bool) -> None:
    """They can stand in a download; a `.git` cannot."""
    root = write(tmp_path / "outer" / "download", {"model.safetensors": (clone / "model.safetensors").read_bytes()})
    for name in ("HEAD", "config", "index"):
        shutil.copy(clone / ".git" / name, root)
    for name in ("objects", "refs"):
        shutil.copytree(clone / ".git" / name, root / name)
    git(root, "config", "-f", "config", "core.bare", "true")
    if around:
        committed(tmp_path / "outer", {"x.py": ""})
    declaration, _ = drafted(root)
    assert place_of(declaration) is None
    assert (declaration.release.name, declaration.release.publisher) == ("download", None)


def test_a_folder_inside_a_clone_of_the_hub_is_not_that_model(clone: Path) -> None:
    declaration, _ = drafted(clone / "mine", {"model.safetensors": OTHER})
    assert declaration.release.name == "mine"
    assert place_of(declaration) is None


def snapshot(tmp_path: Path, content: bytes, blob: str) -> Path:
    """A snapshot in the cache of the hub client, with a link to its file as the client makes it."""
    repository = tmp_path / "models--example--tiny-talker"
    root = write(repository / "snapshots" / COMMIT, {})
    write(repository / "blobs", {blob: content})
    (root / "model.safetensors").symlink_to(os.path.join("..", "..", "blobs", blob))  # noqa: PTH118
    return root


@pytest.mark.parametrize(
    "digest",
    [
        hashlib.sha256(weights()).hexdigest(),
        hashlib.sha1(b"blob %d\0" % len(weights()) + weights(), usedforsecurity=False).hexdigest(),
    ],
)
def test_a_snapshot_in_the_cache_of_the_hub_client(tmp_path: Path, digest: str) -> None:
    draft = openmodel.init(snapshot(tmp_path, weights(), digest))
    place = place_of(draft.declaration)
    assert draft.declaration.release.name == "tiny-talker"
    assert place is not None
    assert (place.url, place.revision) == (REMOTE, COMMIT)
    assert "the path in the cache of the hub client" in draft.text


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 40, "model.safetensors"])
def test_a_snapshot_that_was_trained_further(tmp_path: Path, digest: str) -> None:
    draft = openmodel.init(snapshot(tmp_path, weights(), digest))
    assert place_of(draft.declaration) is None
    assert draft.declaration.release.name == COMMIT


def test_a_snapshot_that_is_too_large_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_copies, "MAX_COMPARED", 0)
    draft = openmodel.init(snapshot(tmp_path, weights(), hashlib.sha256(weights()).hexdigest()))
    assert place_of(draft.declaration) is None
    assert "is too large to be compared with its digest here" in draft.text


@pytest.mark.parametrize(
    ("notes", "is_told"),
    [
        ({"a": COMMIT, "b": COMMIT}, True),
        ({"a": COMMIT, "b": COMMIT.replace("0", "1")}, False),
        ({"a": "main"}, False),
        ({"a": ""}, False),
    ],
)
def test_a_download_of_the_hub_client(tmp_path: Path, notes: dict[str, str], is_told: bool) -> None:
    files: dict[str, Content] = {
        f".cache/huggingface/download/{name}.metadata": f"{commit}\netag\n1.0\n" for name, commit in notes.items()
    }
    _, text = drafted(tmp_path / "tiny", {"model.safetensors": weights(), **files})
    assert (f"It was downloaded from the Hub at commit {COMMIT}" in text) is is_told
    assert ("It was downloaded" in text) is is_told


def test_a_note_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    root = write(tmp_path / "tiny", {".cache/huggingface/download/x": f"{COMMIT}\n"})
    (root / ".cache/huggingface/download/a.metadata").symlink_to("x")
    assert "It was downloaded" not in drafted(root)[1]
