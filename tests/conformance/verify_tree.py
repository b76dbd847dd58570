# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify`: the signature is as it should be, and the directory is the attack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.conformance.verify_material import MODEL, Case, model, said
from tests.signing.oms.model_files import write_model

good = said(lambda _: None)
OMS = {"oms": True}
Rows = Sequence[tuple[str, str]]


def changed(*changes: Callable[[Path], object]) -> Callable[[Path], None]:
    """A signed release, and what somebody did to it then."""

    def make(root: Path) -> None:
        good(root)
        for change in changes:
            change(root)

    return make


def wrote(path: str, content: bytes = b"") -> Callable[[Path], object]:
    return lambda root: write_model(root, {path: content})


def removed(path: str) -> Callable[[Path], object]:
    return lambda root: (root / path).unlink()


def moved(path: str, to: str) -> Callable[[Path], object]:
    return lambda root: (root / path).rename(root / to)


def made(  # noqa: PLR0917  # A row of a table.
    name: str, row: str, attack: str, recipe: Sequence[Sequence[Any]], steps: Sequence[int], files: Rows, **more: Any
) -> Case:
    """A case that the test has to make; the place is the first file."""
    place = more.pop("place", files[0][0] if files else "")
    source = more.pop("source", "model-signing 1.1.1, which refuses pipes and follows links")
    return Case(name, row, attack, more.pop("make", good), source, steps, place, files, recipe=recipe, **more)


def links() -> list[Case]:
    row = "links, pipes and names"
    outside = ["sparse", "outside.txt", 2]
    alone = {"make": model(), "arguments": OMS}
    return [
        made(
            "link-out-of-the-release",
            row,
            "A file is a link to one outside.",
            [outside, ["symlink", "release/config.json", "../outside.txt"]],
            [11],
            [("config.json", "refused")],
        ),
        made(
            "link-absolute",
            row,
            "A file is a link to /etc/hostname.",
            [["symlink", "release/config.json", "/etc/hostname"]],
            [11],
            [("config.json", "refused")],
        ),
        made(
            "link-loop",
            row,
            "A link leads to itself.",
            [["symlink", "release/loop", "loop"]],
            [11],
            [("loop", "refused")],
        ),
        made(
            "link-loop-of-two",
            row,
            "Two links lead to each other.",
            [["symlink", "release/x", "y"], ["symlink", "release/y", "x"]],
            [11],
            [("x", "refused"), ("y", "refused")],
        ),
        made(
            "link-to-parent",
            row,
            "A link to the release itself makes a tree without an end.",
            [["symlink", "release/data/up", ".."]],
            [11],
            [("data/up", "refused")],
        ),
        made(
            "link-to-directory-outside",
            row,
            "A directory is a link to one outside.",
            [["sparse", "elsewhere/x", 1], ["symlink", "release/more", "../elsewhere"]],
            [11],
            [("more", "refused")],
        ),
        made(
            "link-dangling",
            row,
            "A link leads nowhere.",
            [["symlink", "release/gone", "nothing"]],
            [11],
            [("gone", "refused")],
        ),
        made(
            "link-to-directory-inside",
            row,
            "A link to a directory of the release shows its files twice.",
            [["symlink", "release/again", "data"]],
            [11],
            [("again/a.txt", "extra"), ("again/b.txt", "extra")],
        ),
        made(
            "link-for-the-manifest",
            row,
            "The manifest is a link to /etc/hostname.",
            [["symlink", "release/openmodel.json", "/etc/hostname"]],
            [5],
            [("openmodel.json", "refused")],
        ),
        made(
            "link-for-the-signature",
            row,
            "The signature is a link to /etc/hostname.",
            [["symlink", "release/openmodel.sig", "/etc/hostname"]],
            [1],
            [],
            place="openmodel.sig",
        ),
        made(
            "link-for-the-readme",
            row,
            "The README is a link to /etc/hostname.",
            [["symlink", "release/README.md", "/etc/hostname"]],
            [6, 11],
            [("README.md", "refused")],
        ),
        made(
            "hard-link-to-listed",
            row,
            "An unlisted name is a hard link to a listed file.",
            [["hard link", "release/evil.sh", "release/data/a.txt"]],
            [11],
            [("evil.sh", "extra")],
        ),
        made(
            "hard-link-in-place-of-file",
            row,
            "A file is a hard link to another listed one.",
            [["hard link", "release/data/b.txt", "release/data/a.txt"]],
            [11],
            [("data/b.txt", "altered")],
        ),
        made(
            "pipe",
            row,
            "A pipe, which nobody writes to, is among the files.",
            [["fifo", "release/pipe"]],
            [11],
            [("pipe", "refused")],
        ),
        made(
            "pipe-in-place-of-file",
            row,
            "A pipe is in place of a file.",
            [["fifo", "release/config.json"]],
            [11],
            [("config.json", "refused")],
        ),
        made(
            "pipe-for-the-signature",
            row,
            "The signature is a pipe.",
            [["fifo", "release/openmodel.sig"]],
            [1],
            [],
            place="openmodel.sig",
        ),
        made(
            "directory-in-place-of-file",
            row,
            "A directory is in place of a file.",
            [["folder", "release/config.json"]],
            [11],
            [("config.json", "missing")],
        ),
        made(
            "name-not-utf-8",
            row,
            "The name of an unlisted file is no UTF-8.",
            [["hex name", b"release/\xff.py".hex()]],
            [11],
            [("\\udcff.py", "refused")],
            source="model-signing 1.1.1, which lets a UnicodeEncodeError out",
        ),
        made(
            "oms-link-to-directory-outside",
            row,
            "A directory is a link, and what is in it is listed nowhere.",
            [["sparse", "elsewhere/x.py", 1], ["symlink", "release/more", "../elsewhere"]],
            [16],
            [("more", "refused")],
            source="model-signing 1.1.1; OMS hole 5",
            **alone,
        ),
        made(
            "oms-link-to-directory-inside",
            row,
            "A link to a directory of the model: files behind it are not listed.",
            [["symlink", "release/again", "d0"]],
            [16],
            [("again/w.bin", "extra")],
            source="model-signing 1.1.1; OMS hole 5",
            **alone,
        ),
        made(
            "oms-link-out",
            row,
            "A file is a link to one outside, though the list allows links.",
            [["sparse", "outside.txt", 5], ["symlink", "release/a.txt", "../outside.txt"]],
            [16],
            [("a.txt", "refused")],
            source="model-signing 1.1.1; OMS hole 4",
            make=model(lambda value: value["predicate"]["serialization"].update(allow_symlinks=True)),
            arguments=OMS,
        ),
        made(
            "oms-hub-cache",
            row,
            "A snapshot of a hub cache is links into its blobs: read, without being asked to allow links.",
            hub_recipe(),
            [],
            [],
            source="model-signing 1.1.1; OMS hole 4",
            make=hub,
            arguments=OMS | {"below": "models--lab--toy/snapshots/0123"},
            outcome="verified",
        ),
        made(
            "oms-link-loop",
            row,
            "A link leads to itself.",
            [["symlink", "release/loop", "loop"]],
            [16],
            [("loop", "refused")],
            **alone,
        ),
        made(
            "oms-pipe",
            row,
            "A pipe is among the files.",
            [["fifo", "release/pipe"]],
            [16],
            [("pipe", "refused")],
            **alone,
        ),
        made(
            "oms-name-not-utf-8",
            row,
            "The name of an unlisted file is no UTF-8.",
            [["hex name", b"release/\xff.py".hex()]],
            [16],
            [("\\udcff.py", "refused")],
            source="model-signing 1.1.1, which lets a UnicodeEncodeError out",
            **alone,
        ),
    ]


def hub(root: Path) -> None:
    """A model whose files are blobs of a hub cache."""
    folder = root / "models--lab--toy"
    (folder / "snapshots" / "0123").mkdir(parents=True)
    model()(folder / "snapshots" / "0123")
    (folder / "blobs").mkdir()
    for number, path in enumerate(MODEL):
        (folder / "snapshots" / "0123" / path).rename(folder / "blobs" / str(number))


def hub_recipe() -> list[list[str]]:
    folder = "release/models--lab--toy/snapshots/0123/"
    return [
        ["symlink", folder + path, "../" * (2 + path.count("/")) + f"blobs/{number}"]
        for number, path in enumerate(MODEL)
    ]


def sizes() -> list[Case]:
    row, big = "deep or oversized", 60 * 10**9
    return [
        made(
            "file-of-60-gb",
            row,
            "A file has 60 GB, of which nothing need be read.",
            [["sparse", "release/config.json", big]],
            [11],
            [("config.json", "altered")],
        ),
        made(
            "signature-of-1-gb",
            row,
            "The file of signatures has 1 GB.",
            [["sparse", "release/openmodel.sig", 10**9]],
            [1],
            [],
            place="1,048,576",
        ),
        made(
            "manifest-of-60-gb",
            row,
            "The manifest has 60 GB.",
            [["sparse", "release/openmodel.json", big]],
            [5],
            [("openmodel.json", "refused")],
        ),
        made(
            "readme-of-60-gb",
            row,
            "The README has 60 GB.",
            [["sparse", "release/README.md", big]],
            [6],
            [("README.md", "refused")],
        ),
        made(
            "declaration-of-60-gb",
            row,
            "The declaration has 60 GB.",
            [["sparse", "release/openmodel.yaml", big]],
            [10],
            [("openmodel.yaml", "refused")],
        ),
        made(
            "oms-signature-of-60-gb",
            row,
            "model.sig has 60 GB.",
            [["sparse", "release/model.sig", big]],
            [12],
            [],
            make=model(),
            arguments=OMS,
            place="67,108,864",
        ),
    ]


def files() -> list[Case]:
    row, source = "extra, removed and swapped files", "model-transparency#266"

    def case(  # A row of a table.
        name: str, attack: str, make: Callable[[Path], object], steps: Sequence[int], rows: Rows
    ) -> Case:
        return Case(name, row, attack, make, source, steps, rows[0][0], rows)

    swap = changed(moved("data/a.txt", "x"), moved("data/b.txt", "data/a.txt"), moved("x", "data/b.txt"))
    return [
        case(
            "extra-program",
            "A program that nobody listed.",
            changed(wrote("evil.sh", b"evil")),
            [11],
            [("evil.sh", "extra")],
        ),
        case(
            "extra-pickle",
            "A pickle that nobody listed.",
            changed(wrote("data/model.pkl", b"\x80\x04.")),
            [11],
            [("data/model.pkl", "extra")],
        ),
        made(
            "extra-empty-init",
            row,
            "An empty `__init__.py`.",
            [["sparse", "release/data/__init__.py", 0]],
            [11],
            [("data/__init__.py", "extra")],
            source=source,
        ),
        case("extra-empty-dot-file", "An empty hidden file.", changed(wrote(".hidden")), [11], [(".hidden", "extra")]),
        case(
            "extra-record",
            "A run record that the manifest does not name.",
            changed(wrote("openmodel.records/run-9.json", b"{}")),
            [10],
            [("openmodel.records/run-9.json", "extra")],
        ),
        case(
            "extra-table",
            "A table of tensors that the manifest does not name.",
            changed(wrote("openmodel.tensors.json", b"[]")),
            [10],
            [("openmodel.tensors.json", "extra")],
        ),
        case(
            "extra-declaration",
            "Another declaration than the one that was built.",
            changed(wrote("openmodel.yaml", b"evil")),
            [10],
            [("openmodel.yaml", "altered")],
        ),
        case(
            "extra-case-twin",
            "A twin of a file whose name differs in case only.",
            changed(wrote("CONFIG.json", b"{}")),
            [11],
            [("CONFIG.json", "extra")],
        ),
        case(
            "extra-git-inside",
            "A `.git` below the top, which is no git's.",
            changed(wrote("data/.gitx", b"evil")),
            [11],
            [("data/.gitx", "extra")],
        ),
        case("removed", "A listed file is gone.", changed(removed("config.json")), [11], [("config.json", "missing")]),
        case(
            "removed-readme",
            "The signed README is gone.",
            changed(removed("README.md")),
            [6],
            [("README.md", "missing")],
        ),
        case(
            "removed-manifest",
            "The signed manifest is gone.",
            changed(removed("openmodel.json")),
            [5],
            [("openmodel.json", "missing")],
        ),
        case(
            "swapped",
            "The names of two files are swapped.",
            swap,
            [11],
            [("data/a.txt", "altered"), ("data/b.txt", "altered")],
        ),
        case(
            "renamed",
            "A file has another name.",
            changed(moved("data/a.txt", "data/c.txt")),
            [11],
            [("data/a.txt", "renamed")],
        ),
        case(
            "same-size",
            "A file has other bytes of the same length.",
            changed(wrote("data/a.txt", b"alphA")),
            [11],
            [("data/a.txt", "altered")],
        ),
        Case(
            "stripped",
            "stripped",
            "The signature was taken away.",
            changed(removed("openmodel.sig")),
            "tuf test_new_*_unsigned",
            [1],
            "openmodel.sig",
            outcome="unsigned",
        ),
        Case(
            "stripped-of-everything",
            "stripped",
            "Signature and manifest were taken away.",
            changed(removed("openmodel.sig"), removed("openmodel.json")),
            "fail closed",
            place="openmodel.json",
            error="StageError",
        ),
    ]


CASES = [*links(), *sizes(), *files()]
