# SPDX-License-Identifier: Apache-2.0
"""check with verify_bytes: what the bytes bear out is verified, what they contradict is told with both sides."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import openmodel
from openmodel.evidence import files as evidence_files
from openmodel.inventory import contents
from openmodel.inventory.pool import ALONE
from openmodel.manifest.measured import FileRecord
from tests.policies.readings import (
    Document,
    Step,
    declared,
    delete,
    edit,
    fifo,
    made,
    places,
    read,
    remarks,
    requirements,
    sha256,
    turned,
    verified,
    write,
)
from tests.test_building_licences import APACHE, GPL, MIT

CARD = "# Toy\n\nThe table was measured in 2024.\n"
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 9\n"
INDEX = json.dumps(
    {"weight_map": {"layer.weight": "model.safetensors", "layer.bias": "model.safetensors", "x": "model-2.safetensors"}}
)
WEIGHTS, CODE, TABLE = "model.safetensors", "code/train.py", "data/table.csv"


def test_bytes_that_agree_make_the_grade(built_release: Path) -> None:
    release = read(built_release)
    assert release.contradictions == ()
    assert release.evidence is not None
    assert (release.evidence.files, release.evidence.contradictions) == (3, 0)
    grades = {id: item.grade for id, item in requirements(release).items()}
    assert grades["PROV-DATA-HASH"] == grades["PROV-WEIGHTS"] == grades["OSAID-PARAM-AVAILABLE"] == "verified"
    assert grades["PROV-SEEDS"] == grades["PROV-CODE-COMMIT"] == grades["OSAID-TERMS-PARAM"] == "declared"
    without = openmodel.check(built_release).releases[0]
    outcomes = {id: item.outcome for id, item in requirements(without).items()}
    assert {id: item.outcome for id, item in requirements(release).items()} == outcomes
    assert without.evidence is None
    assert not any(item.grade == "verified" for item in requirements(without).values())


def test_without_the_option_no_bytes_are_read(built_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built_release / WEIGHTS).unlink()
    before = openmodel.check(built_release)
    assert before.releases[0].contradictions == ()
    monkeypatch.setattr("openmodel.evidence.reading.read_evidence", lambda *_: pytest.fail("bytes were read"))
    assert openmodel.check(built_release) == before


TAMPERED = [
    (WEIGHTS, "/components/0/files/0", ("PROV-WEIGHTS", "OSAID-PARAM-AVAILABLE")),
    (CODE, "/components/1/files/0", ("OSAID-CODE-TRAINING", "OSAID-CODE-INFERENCE")),
    (TABLE, "/sources/0/files/0", ("PROV-DATA-HASH", "OSAID-DATA-OPEN")),
]


@pytest.mark.parametrize(("path", "where", "ids"), TAMPERED)
@pytest.mark.parametrize("how", ["one bit", "longer", "shorter", "gone", "a FIFO", "a link", "a folder"])
def test_a_tampered_file_never_meets_what_rests_on_it(
    built_release: Path, path: str, where: str, ids: tuple[str, ...], how: str
) -> None:
    file = built_release / path
    content = file.read_bytes()
    ways: dict[str, Callable[[], object]] = {
        "one bit": lambda: file.write_bytes(content[:-1] + bytes([content[-1] ^ 1])),
        "longer": lambda: file.write_bytes(content + b"\n"),
        "shorter": lambda: file.write_bytes(content[:-1]),
        "gone": file.unlink,
        "a FIFO": lambda: fifo(path)(built_release),
        "a link": lambda: file.symlink_to("/etc/hostname"),
        "a folder": file.mkdir,
    }
    if how in ("a link", "a folder"):
        file.unlink()
    ways[how]()
    report = openmodel.check(built_release, verify_bytes=True)
    (release,) = report.releases
    assert where in places(release)
    assert report.outcome == release.outcome == "unmet"
    found = requirements(release)
    for id in ids:
        assert found[id].outcome == "unmet", id
        assert any(finding.where.startswith(("/measured/files/", where)) for finding in found[id].findings)
    others = [id for _, _, ids in TAMPERED for id in ids if id not in found]
    assert all(found[id].grade == "verified" for id in others)


@pytest.mark.parametrize("path", ["code/a\u200bb.py", "code/\U000f0000.py", "code/\u00e9 \u00ad.py"])
def test_names_that_are_shown_otherwise_are_compared_all_the_same(tmp_path: Path, path: str) -> None:
    root = made(tmp_path, write(path, "x = 1\n"))
    assert read(root).contradictions == ()
    for tamper in (write(path, "x = 2\n"), delete(path), fifo(path)):
        tamper(root)
        release = read(root)
        assert "/components/1/files/0" in places(release)
        assert requirements(release)["OSAID-CODE-TRAINING"].outcome == "unmet"


def test_what_this_version_finds_otherwise_is_told(built_release: Path) -> None:
    for pointer, value in (("/measured/files/0/unsafe", "It says so."), ("/measured/files/2/format", None)):
        edit(pointer, value)(built_release)
    release = read(built_release)
    assert release.contradictions == ()
    assert remarks(release) == {
        "/components/1/pin": "The repository was not looked at: the release lies in no git repository.",
        "/measured/files/0/unsafe": "Recorded is 'It says so.'; this version finds None.",
        "/measured/files/2/format": "Recorded is None; this version finds 'safetensors'.",
    }


def test_texts_and_documents_that_say_nothing_definite(tmp_path: Path) -> None:
    steps = (write("README.md", CARD), write("code/LICENSE", "Ours."), write("TERMS", "Ours."))
    sources = declared("sources", scope={"document": {"path": "README.md"}})
    components = declared("components", terms={"expression": "Apache-2.0", "text": "TERMS"})
    release = read(made(tmp_path, *steps, sources=sources, components=components))
    assert release.contradictions == ()
    assert "no digest says" in remarks(release)["/sources/0/scope/document"]
    assert "not recognised" in remarks(release)["/components/0/terms"]
    assert not [pointer for pointer in verified(release) if "/terms" in pointer]


def test_what_is_too_much_to_keep_is_not_borne_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_files, "MAX_KEPT", 100)
    release = read(made(tmp_path, write("LICENSE", APACHE)))
    assert release.contradictions == ()
    assert "not looked into" in remarks(release)["/measured/files"]
    assert "not identified again" in remarks(release)["/measured/files/0/license_ids"]
    assert not [pointer for pointer in verified(release) if "/terms" in pointer]


@pytest.fixture(params=[1, -1])
def order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in the order of the manifest, or the other way round."""

    def one_by_one(items: list[FileRecord], _: object, work: Callable[..., object], *__: object) -> list[object]:
        return [work(item, ALONE) for item in items[:: request.param]][:: request.param]

    monkeypatch.setattr(contents, "for_each", one_by_one)


@pytest.mark.usefixtures("order")
def test_of_what_is_too_much_to_keep_the_first_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_files, "MAX_KEPT", len(APACHE))
    root = made(tmp_path, lambda root: [write(f"{name}/LICENSE", APACHE)(root) for name in "ab"])
    evidence = read(root).evidence
    assert evidence is not None
    assert [item.message for item in evidence.remarks if "looked into" in item.message] == [
        "b/LICENSE was not looked into: it is too long, or others are.",
        "code/train.py was not looked into: it is too long, or others are.",
    ]


@pytest.mark.usefixtures("order")
def test_too_many_tensors_are_not_counted_and_contradict_nothing(
    built_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_files, "MAX_TENSORS", 1)
    release = read(built_release)
    assert release.contradictions == ()
    assert "there are more than 1" in remarks(release)["/measured/files"]
    assert "were not counted" in remarks(release)["/measured/weights/0"]


def test_what_cannot_be_listed_is_not_all_there_is(built_release: Path) -> None:
    fifo("notes.txt")(built_release)
    release = read(built_release)
    assert "/components/0/files" not in verified(release)
    assert "were not looked for" in remarks(release)["/measured/files"]


def test_a_directory_with_far_more_files_is_another_one(built_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence_files, "MAX_EXTRA", 2)
    for name in ("a", "b"):
        write(name, "")(built_release)
    assert "/components/0/files" in verified(read(built_release))
    write("c", "")(built_release)
    release = read(built_release)
    assert places(release)["/measured/files"] == "3 more"
    assert "/components/0/files" not in verified(release)
    assert requirements(release)["PROV-WEIGHTS"].outcome == "unmet"


AGREEING: dict[str, tuple[tuple[Step, ...], Document, tuple[str, ...]]] = {
    "data": (
        (),
        {"sources": declared("sources", files=[{"path": TABLE, "size": 12, "sha256": sha256("1,2\n3,4\n5,6\n")}])},
        ("/sources/0/files/0", "/sources/0/files/0/sha256", "/sources/0/files/0/size"),
    ),
    "document": (
        (write("README.md", CARD),),
        {"sources": declared("sources", scope={"document": {"path": "README.md", "sha256": sha256(CARD)}})},
        ("/sources/0/scope/document", "/sources/0/scope/document/sha256"),
    ),
    "parent": (
        (write("base/openmodel.json", "{}"),),
        {"parents": [{"id": "p", "name": "P", "manifest": {"path": "base/openmodel.json", "sha256": sha256("{}")}}]},
        ("/parents/0/manifest", "/parents/0/manifest/sha256"),
    ),
    "weights": ((), {}, ("/measured/weights/0/parameters", "/measured/weights/0/dtypes", "/components/0/files")),
    "root and declaration": ((), {}, ("/measured/release_root", "/measured/built_from/declaration_sha256")),
    "licence that terms name": (
        (write("LICENSE", APACHE),),
        {"components": declared("components", terms={"expression": "Apache-2.0", "text": "LICENSE"})},
        ("/components/0/terms/expression",),
    ),
    "licence beside": (
        (write("LICENSE", APACHE),),
        {},
        ("/components/0/terms/expression",),
    ),
    "settings": (
        (write("code/settings.yaml", "rate: 0.1\n"),),
        {"stages": declared("stages", settings={"component": "code", "path": "code/settings.yaml"})},
        ("/stages/0/settings",),
    ),
    "lock file": (
        (write("uv.lock", "lock\n"),),
        {"environments": declared("environments", lock_sha256=sha256("lock\n"))},
        ("/environments/0/lock_sha256",),
    ),
    "order of examples": (
        (write("order.npy", "3 1 2\n"),),
        {"stages": declared("stages", order={"algorithm": "shuffle", "sha256": sha256("3 1 2\n")})},
        ("/stages/0/order/sha256",),
    ),
}


@pytest.mark.parametrize("case", AGREEING)
def test_what_bytes_bear_out(tmp_path: Path, case: str) -> None:
    steps, fields, expected = AGREEING[case]
    release = read(made(tmp_path, *steps, **fields))
    assert release.contradictions == ()
    assert set(expected) <= set(verified(release))


CONTRADICTING: dict[str, tuple[tuple[Step, ...], Document, Step, str, str, str | None]] = {
    "a digest of data in the manifest": (
        (),
        {"sources": declared("sources", files=[{"path": TABLE, "sha256": sha256("1,2\n3,4\n5,6\n")}])},
        edit("/sources/0/files/0/sha256", "0" * 64),
        "/sources/0/files/0/sha256",
        sha256("1,2\n3,4\n5,6\n"),
        "PROV-DATA-HASH",
    ),
    "a digest of a file in the manifest": (
        (),
        {},
        edit("/measured/files/2/sha256", "0" * 64),
        "/measured/files/2",
        "sha256 ",
        "PROV-WEIGHTS",
    ),
    "another digest of it": (
        (),
        {},
        edit("/measured/files/2/blake3", "0" * 64),
        "/measured/files/2",
        "blake3 ",
        "PROV-WEIGHTS",
    ),
    "a document": (
        (write("paper.md", CARD),),
        {"sources": declared("sources", scope={"document": {"path": "paper.md", "sha256": "0" * 64}})},
        lambda _: None,
        "/sources/0/scope/document/sha256",
        sha256(CARD),
        "OSAID-DATA-SCOPE",
    ),
    "a document that is not inventoried": (
        (write("README.md", CARD),),
        {"sources": declared("sources", scope={"document": {"path": "README.md", "sha256": sha256(CARD)}})},
        write("README.md", "# Toy\n"),
        "/sources/0/scope/document/sha256",
        sha256("# Toy\n"),
        None,
    ),
    "a document that is gone": (
        (write("paper.md", CARD),),
        {"sources": declared("sources", scope={"document": {"path": "paper.md"}})},
        delete("paper.md"),
        "/sources/0/scope/document",
        "no such file",
        "OSAID-DATA-SCOPE",
    ),
    "a parent's manifest": (
        (write("base/openmodel.json", "{}"),),
        {"parents": [{"id": "p", "name": "P", "manifest": {"path": "base/openmodel.json", "sha256": sha256("{}")}}]},
        write("base/openmodel.json", "[]"),
        "/parents/0/manifest",
        "sha256 ",
        "PROV-WEIGHTS",
    ),
    "a pointer that was measured": (
        (write("big.safetensors", POINTER),),
        {},
        edit("/measured/files/0/format", None),
        "/components/0/files/0",
        "format git-lfs-pointer",
        "PROV-WEIGHTS",
    ),
    "a format": (
        (),
        {},
        edit("/measured/files/2/format", "gguf"),
        "/measured/files/2",
        "format safetensors",
        "PROV-WEIGHTS",
    ),
    "a shard that an index names": (
        (write("model.safetensors.index.json", INDEX),),
        {},
        edit("/measured/absent", None),
        "/components/0/files",
        "it names model-2.safetensors",
        "PROV-WEIGHTS",
    ),
    "settings that are not there": (
        (write("run.yaml", "rate: 0.1\n"),),
        {
            "components": [*declared("components"), {"id": "settings", "name": "Run", "files": ["run.yaml"]}],
            "stages": declared("stages", settings={"component": "settings", "path": "other.yaml"}),
        },
        lambda _: None,
        "/stages/0/settings",
        "no such file",
        "OSAID-CODE-SETTINGS",
    ),
    "an index of what is absent": (
        (write("model.safetensors.index.json", INDEX),),
        {},
        edit("/measured/absent", None),
        "/measured/absent",
        "it names model-2.safetensors",
        None,
    ),
    "a record of a run that is not there": (
        (),
        {"stages": declared("stages", segments=[{"id": "s1", "record": "records/run.json"}])},
        lambda _: None,
        "/stages/0/segments/0/record",
        "no such file",
        None,
    ),
    "parameters": (
        (),
        {},
        edit("/measured/weights/0/parameters", 7_000_000_000),
        "/measured/weights/0/parameters",
        "8",
        None,
    ),
    "types": ((), {}, edit("/measured/weights/0/dtypes", {"F32": 8}), "/measured/weights/0/dtypes", "'F16': 2", None),
    "the root": ((), {}, edit("/measured/release_root", "0" * 64), "/measured/release_root", "", None),
    "a file too many": ((), {}, write("notes.txt", ""), "/measured/release_root", "also notes.txt", None),
    "a shard too many": (
        (),
        {},
        write("model-2.safetensors", ""),
        "/components/0/files/0",
        "model-2.safetensors: not in the manifest",
        "PROV-WEIGHTS",
    ),
    "something that is no file": ((), {}, fifo("notes.txt"), "/measured/release_root", "a FIFO", None),
    "a licence that terms name": (
        (write("LICENSE", MIT),),
        {"components": declared("components", terms={"expression": "MIT", "text": "LICENSE"})},
        edit("/components/0/terms/expression", "Apache-2.0"),
        "/components/0/terms/expression",
        "MIT",
        "OSAID-TERMS-PARAM",
    ),
    "a licence that was recognised": (
        (write("LICENSE", MIT),),
        {"components": declared("components", terms={"expression": "MIT", "text": "LICENSE"})},
        edit("/measured/files/0/license_ids", ["Apache-2.0"]),
        "/measured/files/0/license_ids",
        "['MIT']",
        None,
    ),
    "a licence that changed": (
        (write("LICENSE", APACHE),),
        {"components": declared("components", terms={"expression": "Apache-2.0", "text": "LICENSE"})},
        write("LICENSE", "All rights reserved."),
        "/components/0/terms",
        "20 bytes",
        "OSAID-TERMS-PARAM",
    ),
    "a licence beside that changed": (
        (write("LICENSE", APACHE),),
        {},
        write("LICENSE", "All rights reserved."),
        "/components/0/terms",
        "20 bytes",
        "OSAID-TERMS-PARAM",
    ),
    "another licence beside": (
        (write("code/LICENSE", GPL),),
        {},
        lambda _: None,
        "/components/1/terms/expression",
        "GPL-3.0-only OR GPL-3.0-or-later",
        "OSAID-TERMS-CODE",
    ),
    "settings": (
        (write("code/settings.yaml", "rate: 0.1\n"),),
        {"stages": declared("stages", settings={"component": "code", "path": "code/settings.yaml"})},
        write("code/settings.yaml", "rate: 0.2\n"),
        "/stages/0/settings",
        "sha256 ",
        "OSAID-CODE-SETTINGS",
    ),
    "an empty list": ((), {}, edit("/measured/files", []), "/measured/release_root", "None", None),
    "files in another order": ((), {}, turned, "/measured/files", "another order", "PROV-WEIGHTS"),
    "a table of tensors": (
        (),
        {},
        delete("openmodel.tensors.json"),
        "/measured/weights/0/table",
        "no such file",
        None,
    ),
    "another table of tensors": (
        (),
        {},
        edit("/measured/weights/0/table", {"path": "openmodel.tensors.json", "sha256": "0" * 64}),
        "/measured/weights/0/table",
        "sha256 ",
        None,
    ),
    "a tensor root": (
        (),
        {},
        edit("/measured/weights/0/tensor_root", "0" * 64),
        "/measured/weights/0/tensor_root",
        "4c8782eb",
        "PROV-WEIGHTS",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTING)
def test_what_bytes_contradict(tmp_path: Path, case: str) -> None:
    steps, fields, tamper, where, observed, id = CONTRADICTING[case]
    root = made(tmp_path, *steps, **fields)
    tamper(root)
    release = read(root)
    assert observed in places(release)[where]
    assert release.outcome == "unmet"
    assert where not in verified(release)
    if id is not None:
        assert requirements(release)[id].outcome != "met"
        assert any(finding.where in (where, *places(release)) for finding in requirements(release)[id].findings)


def test_a_review_does_not_settle_what_the_bytes_contradict(tmp_path: Path) -> None:
    scope = {"document": {"path": "paper.md", "sha256": sha256(CARD)}}
    fields: Document = {"sources": declared("sources", scope=scope)}
    root = made(tmp_path, write("paper.md", CARD), **fields)
    found = [one for one in openmodel.check(root).findings("judge") if one.where == "/sources/0/scope"]
    (finding,) = [one for one in found if "a person must read it" in one.message]
    at, digest = finding.fix.split("at: [")[1].split("] and subject_sha256: ")
    review = {
        "requirement": "OSAID-DATA-SCOPE",
        "policy": f"osaid-1.0@{openmodel.check(root).releases[0].policies[0].version}",
        "at": at.split(", "),
        "subject_sha256": digest,
        "judgement": "met",
        "by": "Jo Reader",
        "affiliation": "Elsewhere",
        "date": "2025-02-01",
        "reason": "I read it.",
    }
    shutil.rmtree(tmp_path / "toy")
    root = made(tmp_path, write("paper.md", CARD), **fields, reviews=[review])
    assert requirements(read(root))["OSAID-DATA-SCOPE"].outcome == "met"
    write("paper.md", CARD.replace("2024", "2023"))(root)
    assert requirements(openmodel.check(root).releases[0])["OSAID-DATA-SCOPE"].outcome == "met"
    judged = requirements(read(root))["OSAID-DATA-SCOPE"]
    assert judged.outcome == "undetermined"
    assert {finding.where for finding in judged.findings} >= {"/sources/0/scope/document", "/measured/files/3"}


def test_a_file_that_changes_while_it_is_read(built_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(_self: object, path: str, _opened: object) -> None:
        with (built_release / path).open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr(evidence_files._Watch, "look", look)
    release = read(built_release)
    assert places(release)["/measured/files/2"] == "a file that changed while it was read"
    assert requirements(release)["PROV-WEIGHTS"].outcome == "unmet"


def test_a_tensor_root_is_computed_again(built_release: Path) -> None:
    assert {"/measured/weights/0/tensor_root", "/measured/weights/0/table"} <= set(verified(read(built_release)))
    edit("/measured/weights/0/tensor_root", None)(built_release)
    release = read(built_release)
    assert "which the manifest does not record" in remarks(release)["/measured/weights/0"]
    assert "/measured/weights/0/tensor_root" not in verified(release)


def test_a_table_that_lies_is_found(built_release: Path) -> None:
    place = built_release / "openmodel.tensors.json"
    for old, new in (
        ("[2, 3]", "[3, 2]"),
        ('"dtype": "F32"', '"dtype": "I32"'),
        ('"tensors": [', '"tensors": 1, "x": ['),
    ):
        content = place.read_bytes()
        place.write_text(changed := content.decode().replace(old, new, 1))
        assert changed.encode() != content
        edit("/measured/weights/0/table/sha256", sha256(changed))(built_release)
        release = read(built_release)
        assert set(places(release)) == {"/measured/weights/0/table"}, old
        assert release.outcome == "unmet"
        place.write_bytes(content)


def test_contradictions_of_the_manifest_itself_are_listed_without_reading(tmp_path: Path) -> None:
    files = [{"path": TABLE, "sha256": "0" * 64}]
    validation = declared("sources")[0] | {"id": "v", "files": files}
    root = made(tmp_path, sources=[*declared("sources"), validation])
    release = openmodel.check(root).releases[0]
    assert [item.where for item in release.contradictions] == ["/sources/1/files/0/sha256"]
    assert release.outcome != "unmet"
    assert not list(openmodel.check(root).findings("unmet"))
    assert read(root).outcome == "unmet"
    assert list(places(read(root))) == ["/sources/1/files/0/sha256"]


def test_a_manifest_without_its_directory(built_release: Path, tmp_path: Path) -> None:
    for path in (built_release / "openmodel.json", shutil.copy(built_release / "openmodel.json", tmp_path / "m.json")):
        with pytest.raises(openmodel.UsageError, match="Name the directory"):
            openmodel.check(path, verify_bytes=True)


@pytest.mark.parametrize("place", ["pin", "where"])
def test_a_tampered_file_fails_code_that_can_be_had_elsewhere_too(tmp_path: Path, place: str) -> None:
    weights, code = declared("components")
    if place == "where":
        code = {key: value for key, value in code.items() if key != "pin"} | {"where": [{"url": "https://e.org/code"}]}
    root = made(tmp_path, components=[weights, code])
    assert requirements(read(root))["OSAID-CODE-TRAINING"].outcome == "met"
    write(CODE, "print('Training')\n")(root)
    assert requirements(read(root))["OSAID-CODE-TRAINING"].outcome == "unmet"


def test_long_lists_are_cut_and_still_decide(tmp_path: Path) -> None:
    root = made(tmp_path, *(write(f"code/m{n}.py", "x = 1\n") for n in range(1200)))
    for n in range(1200):
        (root / f"code/m{n}.py").unlink()
    release = read(root)
    assert len(release.contradictions) == 1000
    assert release.evidence is not None
    assert release.evidence.contradictions > 1200
    assert requirements(release)["OSAID-CODE-TRAINING"].outcome == "unmet"
