# SPDX-License-Identifier: Apache-2.0
"""Provenance of the training: what it says, what it leaves out, and that it is no signature of the release."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from openmodel.building import build
from openmodel.built import read_built
from openmodel.errors import DocumentError, StageError
from openmodel.inventory.release_root import release_root
from openmodel.signing import KeyPair, sign, verify
from openmodel.signing.provenance import encode
from openmodel.signing.signature_file import read_lines
from tests.signing.authority import REPLY, TIME_STAMPING, honest, needs_openssl, party, serving
from tests.signing.in_toto_shapes import PROVENANCE
from tests.signing.small_release import digest

COMMIT = "59a53e3e0f0c1d2b3a4958677685940312233445"
DIGEST = "ab" * 32
DECLARATION = f"""\
openmodel: 1-draft
release: {{name: toy, version: "1.0", publisher: Example Lab}}
components:
  - {{id: weights, name: Weights, kinds: [weights], files: [model.bin]}}
  - id: code
    name: Code
    kinds: [training_code]
    pin:
      repository: https://example.org/code.git
      kind: commit
      ref: {COMMIT}
      path: train
      dirty_sha256: {{undisclosed: unknown}}
  - {{id: scp, name: S, kinds: [library], pin: {{repository: "git@example.org:lab/code.git", kind: tag, ref: v1}}}}
  - {{id: swh, name: S, kinds: [library], pin: {{repository: "swh:1:rev:{COMMIT}", kind: commit, ref: {COMMIT}}}}}
  - {{id: hidden, name: H, kinds: [data_processing_code], pin: {{undisclosed: withheld, reason: It is internal.}}}}
  - {{id: config, name: Settings, kinds: [configuration], files: [settings.json]}}
  - {{id: server, name: Server, kinds: [inference_code], files: [serve.py]}}
  - {{id: tools, name: Tools, kinds: [library], files: [serve.py]}}
  - {{id: states, name: States, kinds: [optimizer_state], files: [optimizer.bin]}}
  - {{id: many, name: Many, kinds: [library], files: ["lib/**"]}}
sources:
  - id: text
    name: Text
    where:
      - {{url: "https://example.org/about", holds: index}}
      - {{url: "https://example.org/text.tar", holds: copy, sha256: {DIGEST}}}
    files:
      - {{path: data.txt}}
      - {{url: "https://example.org/b.txt", sha256: {DIGEST}}}
      - {{url: "https://example.org/c.txt"}}
    made_by: [server]
  - {{id: hub, name: Hub, where: [{{url: "https://huggingface.co/datasets/lab/set", revision: {COMMIT}}}]}}
  - id: kept
    name: Kept
    where: {{undisclosed: withheld, reason: "A contract says so."}}
    files: {{undisclosed: withheld}}
  - {{id: of-base, name: B, of: base}}
parents:
  - id: base
    name: Base
    where: [{{url: "https://example.org/base", revision: "2"}}]
    manifest: {{url: "https://example.org/base/openmodel.json", sha256: {DIGEST}}}
    tensor_root: {DIGEST}
environments:
  - id: box
    hardware: [{{vendor: NVIDIA, model: A100, count: 8, memory_bytes: {{undisclosed: unknown}}}}]
    software: {{python: "3.12", driver: {{undisclosed: unknown, reason: Nobody wrote it down.}}}}
    container: "example.org/image@sha256:{DIGEST}"
    lock_sha256: {DIGEST}
  - {{id: other-box}}
stages:
  - {{id: before, of: base, kind: train, settings: {{lr: 9}}}}
  - id: training
    kind: train
    models: [{{model: base, role: initial}}]
    data: [{{source: text, epochs: 2}}, {{source: kept}}]
    code: [code]
    settings: {{lr: 0.1, nested: {{undisclosed: a setting of that name}}, nothing: null, list: [1, {{a: b}}]}}
    order: {{undisclosed: unknown, reason: It was not seeded.}}
    result: weights
    compute: {{kwh: 12}}
    segments:
      - id: all
        steps: [0, 99]
        environment: box
        settings: {{component: config, path: settings.json}}
        seeds:
          - {{purpose: all, value: "123456789012345678901234567890"}}
          - {{purpose: dropout, value: {{undisclosed: unknown}}}}
        layout: {{data_parallel: 8}}
        determinism: {{scope: run_to_run, switches: {{deterministic: true}}}}
"""


@pytest.fixture
def release(tmp_path: Path) -> Path:
    root = tmp_path / "release"
    texts = {
        "openmodel.yaml": DECLARATION,
        "model.bin": "weights",
        "settings.json": "{}",
        "serve.py": "print(1)\n",
        "optimizer.bin": "state",
        "data.txt": "data",
        **{f"lib/{number:02}.py": f"print({number})\n" for number in range(17)},
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    build(root)
    return root


def payloads(root: Path) -> list[bytes]:
    return [line.bundle.payload for line in read_lines((root / "openmodel.sig").read_bytes()) if line.bundle]


def said(root: Path) -> Any:
    built = read_built(root)
    assert built.manifest.measured
    return json.loads(encode(built, str(built.manifest.measured.release_root)))


def test_it_has_the_shape_that_others_read(release: Path) -> None:
    Draft202012Validator(PROVENANCE).validate(said(release))


def test_it_is_about_what_the_release_statement_is_about(release: Path, key: KeyPair) -> None:
    sign(release, keys=[key.private], provenance=True)
    statement, provenance = map(json.loads, payloads(release))
    assert provenance["subject"] == statement["subject"][:2]
    assert provenance["subject"][0]["digest"]["sha256"] == digest((release / "openmodel.json").read_bytes())


def test_what_the_publisher_decided(release: Path) -> None:
    (stage,) = said(release)["predicate"]["buildDefinition"]["externalParameters"]["stages"]
    assert stage == {
        "id": "training",
        "kind": "train",
        "models": [{"model": "base", "role": "initial"}],
        "data": [{"source": "text", "epochs": 2}, {"source": "kept"}],
        "code": ["code"],
        "settings": {
            "lr": 0.1,
            "nested": {"undisclosed": "a setting of that name"},
            "nothing": None,
            "list": [1, {"a": "b"}],
        },
        "result": "weights",
        "segments": [
            {
                "id": "all",
                "steps": [0, 99],
                "settings": {"component": "config", "path": "settings.json"},
                "seeds": [{"purpose": "all", "value": "123456789012345678901234567890"}, {"purpose": "dropout"}],
            }
        ],
    }


def test_what_it_ran_on_and_what_is_not_disclosed(release: Path) -> None:
    internal = said(release)["predicate"]["buildDefinition"]["internalParameters"]
    assert [one["id"] for one in internal["environments"]] == ["box"]
    assert internal["environments"][0]["software"] == {"python": "3.12"}
    assert internal["segments"] == [
        {
            "id": "all",
            "environment": "box",
            "layout": {"data_parallel": 8},
            "determinism": {"scope": "run_to_run", "switches": {"deterministic": True}},
        }
    ]
    assert {one["at"]: one for one in internal["undisclosed"]} == {
        at: {"at": at, "undisclosed": kind, **({"reason": reason} if reason else {})}
        for at, kind, reason in (
            ("/components/1/pin/dirty_sha256", "unknown", ""),
            ("/components/4/pin", "withheld", "It is internal."),
            ("/environments/0/hardware/0/memory_bytes", "unknown", ""),
            ("/environments/0/software/driver", "unknown", "Nobody wrote it down."),
            ("/sources/2/files", "withheld", ""),
            ("/sources/2/where", "withheld", "A contract says so."),
            ("/stages/1/order", "unknown", "It was not seeded."),
            ("/stages/1/segments/0/seeds/1/value", "unknown", ""),
        )
    }


def test_what_went_in(release: Path) -> None:
    found = said(release)["predicate"]["buildDefinition"]["resolvedDependencies"]
    library = sorted(release.glob("lib/*"))
    root = release_root((f"lib/{path.name}", path.stat().st_size, digest(path.read_bytes())) for path in library)
    assert found == [
        {
            "name": "code",
            "uri": f"git+https://example.org/code.git@{COMMIT}",
            "digest": {"gitCommit": COMMIT},
            "annotations": {"path": "train"},
        },
        {"name": "scp", "uri": "git+ssh://git@example.org/lab/code.git@v1"},
        {"name": "swh", "uri": f"swh:1:rev:{COMMIT}", "digest": {"gitCommit": COMMIT}},
        {"name": "settings.json", "digest": {"sha256": digest(b"{}")}, "annotations": {"part_of": ["config"]}},
        {
            "name": "serve.py",
            "digest": {"sha256": digest(b"print(1)\n")},
            "annotations": {"part_of": ["server", "tools"]},
        },
        {"name": "many", "digest": {"openmodelReleaseRootV1": root}, "annotations": {"files": 17}},
        {"name": "text", "uri": "https://example.org/text.tar", "digest": {"sha256": DIGEST}},
        {"name": "data.txt", "digest": {"sha256": digest(b"data")}, "annotations": {"part_of": ["text"]}},
        {"uri": "https://example.org/b.txt", "digest": {"sha256": DIGEST}, "annotations": {"part_of": ["text"]}},
        {"uri": "https://example.org/c.txt", "annotations": {"part_of": ["text"]}},
        {
            "name": "hub",
            "uri": f"git+https://huggingface.co/datasets/lab/set@{COMMIT}",
            "digest": {"gitCommit": COMMIT},
        },
        {
            "name": "base",
            "uri": "https://example.org/base",
            "annotations": {"revision": "2", "tensor_root": DIGEST},
        },
        {
            "name": "base/openmodel.json",
            "uri": "https://example.org/base/openmodel.json",
            "digest": {"sha256": DIGEST},
        },
        {
            "name": "box/container",
            "uri": f"docker://example.org/image@sha256:{DIGEST}",
            "digest": {"sha256": DIGEST},
        },
        {"name": "box/lock", "digest": {"sha256": DIGEST}},
    ]


def test_what_it_left(release: Path) -> None:
    details = said(release)["predicate"]["runDetails"]
    assert details["builder"] == {"id": "urn:openmodel:publisher:1-draft"}
    assert details["byproducts"] == [
        {"name": "optimizer.bin", "digest": {"sha256": digest(b"state")}, "annotations": {"part_of": ["states"]}}
    ]


def test_it_is_made_of_the_manifest_alone(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that everybody who signs it signs the same bytes, whenever and wherever."""
    built = read_built(release)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.chdir("/")
    again = read_built(release / "openmodel.json")
    assert encode(built, DIGEST) == encode(again, DIGEST)


def test_many_files_of_a_data_set_are_named_by_the_manifest(release: Path) -> None:
    listed = ", ".join(f'{{url: "https://example.org/{number}", sha256: {DIGEST}}}' for number in range(17))
    text = DECLARATION.replace("made_by: [server]", "").replace(
        DECLARATION[DECLARATION.index("    files:\n      - {path") : DECLARATION.index("    made_by")],
        f"    files: [{listed}]\n",
    )
    (release / "openmodel.yaml").write_text(text)
    build(release)
    found = said(release)["predicate"]["buildDefinition"]["resolvedDependencies"]
    (of_text,) = [one for one in found if one.get("name") == "text"]
    assert of_text["annotations"] == {"files": 17, "manifest": "/sources/0/files"}
    assert not [one for one in found if one.get("uri") == "https://example.org/3"]


def test_it_never_counts_as_a_signature_of_the_release(release: Path, key: KeyPair, other_key: KeyPair) -> None:
    sign(release, keys=[key.private])
    sign(release, keys=[other_key.private], provenance=True)
    lines = (release / "openmodel.sig").read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    verified = verify(release, keys=[other_key.public])
    assert verified.ok
    assert "(SLSA provenance of this release)" in verified.signers[2].problem
    (release / "openmodel.sig").write_bytes(lines[0] + lines[2])  # The key signed the provenance alone.
    result = verify(release, keys=[other_key.public])
    assert [step.number for step in result.steps if step.ok is False] == [3]
    assert result.signers[1].problem == "a statement of another kind (SLSA provenance), which does not count"
    (release / "openmodel.sig").write_bytes(lines[2])
    assert not verify(release, keys=[other_key.public]).ok


def test_who_signs_later_adds_only_what_is_not_there(release: Path, key: KeyPair, other_key: KeyPair) -> None:
    assert sign(release, keys=[key.private]).provenance == ()
    later = sign(release, keys=[key.private, other_key.private], provenance=True)
    assert (later.added, later.kept) == ((other_key.key_id,), (key.key_id,))
    assert later.provenance == (key.key_id, other_key.key_id)
    before = (release / "openmodel.sig").read_bytes()
    again = sign(release, keys=[other_key.private], provenance=True)
    assert (again.added, again.provenance) == ((), ())
    assert (release / "openmodel.sig").read_bytes() == before
    assert len(set(payloads(release))) == 2


def test_provenance_of_an_earlier_state_goes_with_its_signatures(release: Path, key: KeyPair) -> None:
    sign(release, keys=[key.private], provenance=True)
    (release / "model.bin").write_text("other weights")
    build(release)
    sign(release, keys=[key.private], force=True)
    assert len(payloads(release)) == 1
    sign(release, keys=[key.private], provenance=True)
    sign(release, keys=[key.private], force=True)
    assert len(payloads(release)) == 2
    assert verify(release, keys=[key.public]).ok


@needs_openssl
def test_it_is_dated_like_the_others(
    release: Path, key: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    root = party(tmp_path, "root", ca=True)
    party(tmp_path, "tsa", root, usages=TIME_STAMPING)
    answer = honest(tmp_path)
    with serving(lambda query: (200, REPLY, answer(query))) as url:
        sign(release, keys=[key.private], provenance=True, timestamp_url=url)
    lines = read_lines((release / "openmodel.sig").read_bytes())
    assert [len(line.bundle.timestamps) for line in lines if line.bundle] == [1, 1]
    assert verify(release, keys=[key.public], timestamp_roots=root.pem).ok


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("publisher: Example Lab", "described_by: {role: third_party}", "a description by a third party"),
        (DECLARATION[DECLARATION.index("  - id: training") :], "", "no stage of the training"),
        (DECLARATION[DECLARATION.index("stages:") :], "stages: {undisclosed: withheld}\n", "no stage of the training"),
    ],
)
def test_what_cannot_be_vouched_for(release: Path, key: KeyPair, old: str, new: str, message: str) -> None:
    (release / "openmodel.yaml").write_text(DECLARATION.replace(old, new))
    build(release)
    with pytest.raises(StageError, match=message):
        sign(release, keys=[key.private], provenance=True)
    assert not (release / "openmodel.sig").exists()


def test_more_than_a_line_holds_is_not_written(release: Path, key: KeyPair) -> None:
    (release / "openmodel.yaml").write_text(DECLARATION.replace("lr: 0.1", f"lr: {'x' * 60_000}"))
    build(release)
    with pytest.raises(DocumentError, match="longer ones are not read again"):
        sign(release, keys=[key.private], provenance=True)
    assert not (release / "openmodel.sig").exists()


EXAMPLE = f"""\
openmodel: 1-draft
release: {{name: toy, version: "1.0", sequence: 3, publisher: Example Lab}}
components:
  - {{id: weights, name: Weights, kinds: [weights], files: [model.bin]}}
  - {{id: script, name: Script, kinds: [training_code], files: [train.py]}}
  - id: library
    name: Library
    kinds: [library]
    pin: {{repository: "https://example.org/library.git", kind: commit, ref: {COMMIT}}}
sources:
  - {{id: text, name: Text, where: [{{url: "https://example.org/text.tar", holds: original, sha256: {DIGEST}}}]}}
environments:
  - {{id: box, hardware: [{{vendor: NVIDIA, model: A100-SXM4-80GB, count: 8}}], software: {{python: 3.12.3}}}}
stages:
  - id: training
    kind: train
    data: [{{source: text, epochs: 2}}]
    code: [script]
    settings: {{learning_rate: 0.001, batch_size: 32}}
    segments:
      - {{id: all, environment: box, seeds: [{{purpose: all, value: 1}}], determinism: {{undisclosed: unknown}}}}
    result: weights
"""


def test_the_page_prints_a_complete_example(tmp_path: Path) -> None:
    for path, text in {"openmodel.yaml": EXAMPLE, "train.py": "print(1)\n", "model.bin": "weights"}.items():
        (tmp_path / path).write_text(text)
    build(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "spec" / "provenance.md").read_text(encoding="utf-8")
    (yaml,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert yaml == EXAMPLE
    assert json.loads(printed) == said(tmp_path)["predicate"]


def test_an_empty_account_is_a_valid_one(release: Path) -> None:
    (release / "openmodel.yaml").write_text(
        "openmodel: 1-draft\nrelease: {name: toy}\nsources: {undisclosed: withheld}\nstages: [{id: training}]\n"
    )
    build(release)
    value = said(release)
    Draft202012Validator(PROVENANCE).validate(value)
    definition = value["predicate"]["buildDefinition"]
    assert definition["externalParameters"] == {"stages": [{"id": "training"}]}
    assert definition["internalParameters"] == {"undisclosed": [{"at": "/sources", "undisclosed": "withheld"}]}
    assert definition["resolvedDependencies"] == []
