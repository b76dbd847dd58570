# SPDX-License-Identifier: Apache-2.0
"""What is in a release directory, and that nothing in it is passed over in silence."""

from __future__ import annotations

import os
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from openmodel.errors import InventoryError, Problem
from openmodel.inventory import walking
from openmodel.inventory.boundary import boundary_of
from openmodel.inventory.exclusion import RESERVED_FILES
from openmodel.inventory.walking import walk


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode(errors="surrogateescape"))


def paths_of(root: Path) -> list[str]:
    return [found.path for found in walk(root).files]


def problems_of(root: Path) -> list[Problem]:
    with pytest.raises(InventoryError) as caught:
        walk(root)
    return list(caught.value.problems)


def only_problem(root: Path) -> Problem:
    (problem,) = problems_of(root)
    return problem


def test_files_are_sorted_by_the_bytes_of_the_whole_path(tmp_path: Path) -> None:
    names = ["\U0001f0a1", "\uff21", "é", "z", "a0", "a-b", "a/c", "a/b/c", "Z"]
    make(tmp_path, *names)
    assert paths_of(tmp_path) == ["Z", "a-b", "a/b/c", "a/c", "a0", "z", "é", "\uff21", "\U0001f0a1"]


def test_an_empty_directory_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert walk(tmp_path) == walking.Walk((), ())


def test_the_location_is_where_the_path_is(tmp_path: Path) -> None:
    make(tmp_path, "a/b", "c")
    (tmp_path / "link").symlink_to("a")
    located = {found.path: Path(found.location) for found in walk(tmp_path).files}
    real = tmp_path.resolve()
    assert located == {"a/b": tmp_path / "a/b", "c": tmp_path / "c", "link/b": real / "a/b"}


def test_exclusions_are_listed(tmp_path: Path) -> None:
    excluded = [
        ".cache/huggingface",
        ".git",
        ".gitattributes",
        ".github",
        ".gitignore",
        "README.md",
        "model.sig",
        "openmodel.json",
        "openmodel.records/run-1.json",
        "openmodel.records/sub/model.sig",
        "openmodel.sig",
        "openmodel.tensors.json",
        "openmodel.yaml",
    ]
    make(tmp_path, ".git/config", ".github/workflows/x.yml", ".cache/huggingface/download/x.lock")
    make(tmp_path, *(path for path in excluded if not (tmp_path / path).exists()))
    inventoried = [
        ".cache/huggingface2",
        ".cache/other",
        ".gi",
        "README.MD",
        "docs/.gitkeep",
        "docs/README.md",
        "docs/openmodel.json",
        "openmodel.records2/x",
    ]
    make(tmp_path, *inventoried)
    assert list(walk(tmp_path).excluded) == excluded
    assert paths_of(tmp_path) == inventoried


def test_sealed_places_are_not_looked_into(tmp_path: Path) -> None:
    make(tmp_path, ".git/config")
    os.mkfifo(tmp_path / ".git/fifo")
    (tmp_path / ".gitmodules").symlink_to("/nowhere")
    assert walk(tmp_path).excluded == (".git", ".gitmodules")


@pytest.mark.parametrize("name", sorted(RESERVED_FILES))
def test_a_directory_of_a_reserved_name(tmp_path: Path, name: str) -> None:
    make(tmp_path, f"{name}/hidden.bin")
    assert only_problem(tmp_path).got == "a directory"


def test_a_file_called_as_the_records(tmp_path: Path) -> None:
    make(tmp_path, "openmodel.records")
    assert "reserved" in only_problem(tmp_path).expected
    make(tmp_path, "other")
    (tmp_path / "openmodel.records").unlink()
    (tmp_path / "openmodel.records").symlink_to("other")
    assert only_problem(tmp_path).file == str(tmp_path / "openmodel.records")


def test_links_inside_the_tree_are_followed(tmp_path: Path) -> None:
    make(tmp_path, "a/one", "a/b/two", "openmodel.records/1")
    (tmp_path / "file").symlink_to("a/one")
    (tmp_path / "absolute").symlink_to(tmp_path.resolve() / "a/one")
    (tmp_path / "directory").symlink_to("a/b")
    (tmp_path / "chain").symlink_to("directory")
    (tmp_path / "a/b/up").symlink_to("../one")
    (tmp_path / "openmodel.records/latest").symlink_to("1")
    assert paths_of(tmp_path) == [
        "a/b/two",
        "a/b/up",
        "a/one",
        "absolute",
        "chain/two",
        "chain/up",
        "directory/two",
        "directory/up",
        "file",
    ]
    assert walk(tmp_path).excluded == ("openmodel.records/1", "openmodel.records/latest")


def test_a_root_that_is_reached_by_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/a", "real/b")
    (tmp_path / "real/link").symlink_to("a")
    (tmp_path / "root").symlink_to("real")
    assert paths_of(tmp_path / "root") == ["a", "b", "link"]


@pytest.mark.parametrize("target", ["../outside/file", "../outside", "../outside/../outside/file", ".."])
def test_links_out_of_the_tree_are_refused(tmp_path: Path, target: str) -> None:
    make(tmp_path, "root/a", "outside/file", "rootlike/file")
    (tmp_path / "root/link").symlink_to(target)
    problem = only_problem(tmp_path / "root")
    assert problem.got == "a symbolic link to something outside the release"
    assert problem.file == str(tmp_path / "root/link")


def test_a_link_to_a_directory_whose_name_begins_alike(tmp_path: Path) -> None:
    make(tmp_path, "root/a", "root2/file")
    (tmp_path / "root/link").symlink_to("../root2")
    assert "outside" in only_problem(tmp_path / "root").got


@pytest.mark.parametrize(
    ("links", "count"),
    [
        ({"a/loop": "."}, 1),
        ({"a/loop": ".."}, 1),
        ({"a/b/loop": "../../a"}, 1),
        ({"a/to": "../b", "b/to": "../a"}, 2),
    ],
)
def test_directory_loops_are_refused(tmp_path: Path, links: dict[str, str], count: int) -> None:
    make(tmp_path, "a/b/x", "b/y")
    for name, target in links.items():
        (tmp_path / name).symlink_to(target)
    problems = problems_of(tmp_path)
    assert len(problems) == count
    assert {problem.got for problem in problems} == {"a symbolic link to a directory that contains it"}


def test_broken_and_circular_links_are_refused(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to("nothing")
    (tmp_path / "circle").symlink_to("circle")
    broken, circle = problems_of(tmp_path)
    assert "No such file" in broken.got
    assert "symbolic links" in circle.got


def test_links_that_multiply_the_tree_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "MAX_ENTRIES", 1000)
    for level in range(40):  # 2 to the 40 files
        make(tmp_path, f"{level}/file")
        for side in ("left", "right"):
            (tmp_path / f"{level}/{side}").symlink_to(f"../{level + 1}")
    make(tmp_path, "40/file")
    assert any(problem.got == "more than 1000 files and directories" for problem in problems_of(tmp_path))


@pytest.mark.parametrize(
    "target", ["openmodel.json", "openmodel.records/1", "openmodel.records", ".git/x", "README.md"]
)
def test_links_from_the_inventory_to_excluded_files_are_refused(tmp_path: Path, target: str) -> None:
    make(tmp_path, "a", "openmodel.json", "openmodel.records/1", ".git/x", "README.md")
    (tmp_path / "link").symlink_to(target)
    assert "which is not inventoried and may change" in only_problem(tmp_path).got


def test_links_from_written_files_into_the_inventory_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "docs/README.md", "docs/openmodel.yaml")
    (tmp_path / "openmodel.yaml").symlink_to("docs/openmodel.yaml")  # only ever read
    assert walk(tmp_path).excluded == ("openmodel.yaml",)
    (tmp_path / "README.md").symlink_to("docs/README.md")
    assert "would be written to" in only_problem(tmp_path).got


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A release in a hub cache, laid out as huggingface_hub does."""
    make(tmp_path, "models--org--name/blobs/0123", "models--org--other/blobs/4567", "models--org--name/refs/main")
    root = tmp_path / "models--org--name/snapshots/abc"
    root.mkdir(parents=True)
    (root / "config.json").symlink_to("../../blobs/0123")
    return root


def test_a_hub_snapshot_may_link_to_its_own_blobs(snapshot: Path) -> None:
    (snapshot / "onnx").mkdir()
    (snapshot / "onnx/config.json").symlink_to("../../../blobs/0123")
    assert [Path(found.location).name for found in walk(snapshot).files] == ["0123", "0123"]


@pytest.mark.parametrize(
    "target",
    [
        "../../blobs",
        "../../refs/main",
        "../../../models--org--other/blobs/4567",
        "../../blobs/escape",
        "../../blobs/d/f",
    ],
)
def test_a_hub_snapshot_may_link_to_nothing_else(snapshot: Path, target: str) -> None:
    make(snapshot.parents[1], "blobs/d/f")
    (snapshot.parents[1] / "blobs/escape").symlink_to("../../models--org--other/blobs/4567")
    (snapshot / "link").symlink_to(target)
    assert "outside" in only_problem(snapshot).got


def test_what_only_resembles_a_hub_cache_is_none(tmp_path: Path) -> None:
    make(tmp_path, "name/blobs/0123", "models--a--b/elsewhere/0123", "models--a--b/snapshots/abc/x")
    plain = tmp_path / "name/snapshots/abc"
    plain.mkdir(parents=True)
    (plain / "link").symlink_to("../../blobs/0123")
    assert "outside" in only_problem(plain).got
    linked = tmp_path / "models--a--b/snapshots/abc"
    (tmp_path / "models--a--b/blobs").symlink_to("elsewhere")
    (linked / "link").symlink_to("../../blobs/0123")
    assert "outside" in only_problem(linked).got


def test_a_hub_cache_whose_blobs_lead_elsewhere(snapshot: Path) -> None:
    """The link resolves to where `blobs` leads, so only a `blobs` that is itself no link may count."""
    blobs = snapshot.parents[1] / "blobs"
    blobs.rename(snapshot.parents[2] / "elsewhere")
    blobs.symlink_to("../elsewhere")
    assert boundary_of(snapshot).blobs is None
    assert "outside" in only_problem(snapshot).got


def test_what_is_neither_file_nor_directory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    os.mkfifo(tmp_path / "openmodel.yaml")
    monkeypatch.chdir(tmp_path)  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert [(Path(problem.file).name, problem.got) for problem in problems_of(tmp_path)] == [
            ("fifo", "a FIFO"),
            ("openmodel.yaml", "a FIFO"),
            ("socket", "a socket"),
        ]


def test_a_device_is_refused(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "null", stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make device files")
    assert only_problem(tmp_path).got == "a device"


@pytest.mark.parametrize(
    ("name", "got"),
    [
        (b"\xff", "not UTF-8"),
        (b"back\\slash", "backslash"),
        (b"new\nline", "control character"),
        (b"esc\x1b[2J", "control character"),
        ("\u0085".encode(), "control character"),
        ("e\u0301".encode(), "NFC"),
        (b".git\n", "control character"),
    ],
)
def test_names_that_a_manifest_cannot_hold_are_refused(tmp_path: Path, name: bytes, got: str) -> None:
    make(tmp_path, "a")
    try:
        (tmp_path / os.fsdecode(name)).touch()
    except OSError:
        pytest.skip("this file system refuses the name itself")
    problem = only_problem(tmp_path)
    assert got in problem.got
    assert str(problem).isprintable()


@pytest.mark.parametrize(
    ("limit", "most", "found"),
    [
        ("MAX_ENTRIES", 4, "more than 3 files and directories"),
        ("MAX_PATHS_BYTES", 1 + 3 + 3 + 2, "more than 8 bytes in its paths"),
        ("MAX_PATH_BYTES", 3, "a path of 3 bytes in the release"),
    ],
)
def test_the_limits_themselves_are_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, found: str
) -> None:
    make(tmp_path, "a/b", "a/c", "de")
    monkeypatch.setattr(walking, limit, most)
    assert paths_of(tmp_path) == ["a/b", "a/c", "de"]
    monkeypatch.setattr(walking, limit, most - 1)
    assert found in {problem.got for problem in problems_of(tmp_path)}


@pytest.mark.parametrize(
    ("name", "found"), [("n", "more than 40 symbolic links on the way to it"), ("n" * 200, "a path of 4")]
)
def test_a_chain_of_directory_links_comes_to_an_end(tmp_path: Path, name: str, found: str) -> None:
    for level in range(60):
        (tmp_path / f"{level}").mkdir()
        (tmp_path / f"{level}" / name).symlink_to(f"../{level + 1}")
    make(tmp_path, "60/file")
    assert all(problem.got.startswith(found) for problem in problems_of(tmp_path))


def test_forty_links_on_one_way_are_followed(tmp_path: Path) -> None:
    for level in range(41):
        (tmp_path / f"{level:02}").mkdir()
    for level in range(40):
        (tmp_path / f"{level:02}" / "n").symlink_to(f"../{level + 1:02}")
    make(tmp_path, "40/file")
    assert paths_of(tmp_path)[0] == "00/" + "n/" * 40 + "file"


def test_the_list_of_problems_ends(tmp_path: Path) -> None:
    make(tmp_path, *(f"a\\{number}" for number in range(1100)))
    assert len(problems_of(tmp_path)) == 1000


def test_hard_links_are_files_like_others(tmp_path: Path) -> None:
    make(tmp_path, "a")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert paths_of(tmp_path) == ["a", "b"]


def test_a_tree_deeper_than_the_recursion_limit(tmp_path: Path) -> None:
    levels = [tmp_path]
    for _ in range(sys.getrecursionlimit() + 100):
        levels.append(levels[-1] / "d")
        levels[-1].mkdir()
    (levels[-1] / "f").touch()
    assert paths_of(tmp_path) == ["d/" * (len(levels) - 1) + "f"]
    (levels[-1] / "f").unlink()
    for level in reversed(levels[1:]):  # what deletes temporary directories does have a recursion limit
        level.rmdir()


def test_leftovers_of_an_interrupted_write_are_reported_anywhere(tmp_path: Path) -> None:
    name = ".openmodel-" + "0" * 32 + ".tmp"
    make(tmp_path, f"a/{name}", f"openmodel.records/{name}", name, f".git/{name}", ".openmodel-0.tmp")
    assert [problem.fix for problem in problems_of(tmp_path)] == ["Delete it."] * 3


def test_all_problems_are_listed_in_order(tmp_path: Path) -> None:
    make(tmp_path, "fine", "a\\b")
    os.mkfifo(tmp_path / "z")
    (tmp_path / "m").symlink_to("..")
    assert [Path(problem.file).name for problem in problems_of(tmp_path)] == ["a\\b", "m", "z"]


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A directory for a user whom permissions bind; root becomes `nobody` for the test."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        make(Path(name), "locked.bin", "locked/inside", "open")
        (Path(name) / "locked.bin").chmod(0)
        (Path(name) / "locked").chmod(0)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)
        except OSError:
            pytest.skip("root cannot become another user here")
        yield Path(name)
        os.seteuid(user)
        (Path(name) / "locked").chmod(0o700)


def test_what_cannot_be_read_is_refused(unprivileged: Path) -> None:
    directory, file = problems_of(unprivileged)
    assert (Path(directory.file).name, Path(file.file).name) == ("locked", "locked.bin")
    assert "Permission denied" in directory.got
    assert "Permission denied" in file.got


@pytest.mark.parametrize(("name", "got"), [("nothing", "No such file"), ("file", "a file")])
def test_a_root_that_is_not_a_directory(tmp_path: Path, name: str, got: str) -> None:
    make(tmp_path, "file")
    problem = only_problem(tmp_path / name)
    assert got in problem.got
    assert problem.file == str(tmp_path / name)


def test_the_twin_of_a_name_in_another_normal_form_is_named(tmp_path: Path) -> None:
    make(tmp_path, "re\u0301sume\u0301.md")
    assert only_problem(tmp_path).fix == "Rename it."
    make(tmp_path, "résumé.md")
    fix = only_problem(tmp_path).fix
    assert fix == "Rename it. résumé.md, which reads the same, is there too: keep one of them, or name them apart."


def test_a_name_that_begins_like_a_drive_is_refused_at_the_top(tmp_path: Path) -> None:
    make(tmp_path, "C:x/a", "data/C:x", "data:x")
    problem = only_problem(tmp_path)
    assert (problem.file, problem.got) == (str(tmp_path / "C:x"), "a path with a drive letter")
    assert problem.fix == "Rename it."


@pytest.mark.parametrize("name", ["OPENMODEL.JSON", "OpenModel.yaml", "openmodel.Tensors.json", "Model.sig"])
def test_a_name_that_differs_from_a_reserved_one_in_case_is_refused(tmp_path: Path, name: str) -> None:
    make(tmp_path, name, f"docs/{name}")
    problem = only_problem(tmp_path)
    assert problem.file == str(tmp_path / name)
    assert problem.got == f"a name that differs from {name.lower()} only in case"
    assert problem.fix == f"Rename it to {name.lower()} or otherwise."


def test_records_in_another_case_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "OpenModel.Records/run-1.json")
    assert only_problem(tmp_path).got == "a name that differs from openmodel.records only in case"


def test_a_card_in_another_case_is_a_file_unless_the_system_takes_it_for_the_card(tmp_path: Path) -> None:
    make(tmp_path, "Readme.md")
    assert paths_of(tmp_path) == ["Readme.md"]
    make(tmp_path, "README.md")
    assert walk(tmp_path).excluded == ("README.md",)
    assert paths_of(tmp_path) == ["Readme.md"]
    (tmp_path / "README.md").unlink()
    (tmp_path / "README.md").hardlink_to(tmp_path / "Readme.md")  # one entry, as on a system that ignores case
    assert only_problem(tmp_path).got == "a name that differs from README.md only in case"
