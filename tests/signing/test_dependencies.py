# SPDX-License-Identifier: Apache-2.0
"""What becomes a dependency or a byproduct in the provenance, one kind of fact at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openmodel.building import build
from openmodel.built import read_built
from openmodel.manifest.loading import loads
from openmodel.signing.bundle import Bundle
from openmodel.signing.disclosed import Teller
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.provenance import encode, without_earlier
from openmodel.signing.signature_file import Line
from tests.signing.small_release import RECORD, digest, write_release
from tests.signing.small_release import build as write_manifest

COMMIT = "59a53e3e0f0c1d2b3a4958677685940312233445"
DIGEST = "ab" * 32
HEAD = "openmodel: 1-draft\nrelease: {name: toy é}\n"
STAGES = "stages: [{id: training}]\n"


def predicate(root: Path, declaration: str) -> Any:
    (root / "openmodel.yaml").write_text(HEAD + declaration, encoding="utf-8")
    build(root)
    return json.loads(encode(read_built(root), DIGEST))["predicate"]


def dependencies(root: Path, declaration: str) -> Any:
    return predicate(root, declaration + STAGES)["buildDefinition"]["resolvedDependencies"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("print(1)\n")
    return tmp_path


def test_the_bytes_are_in_one_form(root: Path) -> None:
    (root / "openmodel.yaml").write_text(HEAD + STAGES, encoding="utf-8")
    build(root)
    payload = encode(read_built(root), DIGEST)
    value = json.loads(payload)
    assert payload == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("pin", "uri", "sums"),
    [
        (f"kind: commit, ref: {COMMIT}", f"git+https://example.org/code@{COMMIT}", {"gitCommit": COMMIT}),
        (f"kind: commit, ref: {DIGEST}", f"git+https://example.org/code@{DIGEST}", {"gitCommit": DIGEST}),
        ("kind: commit, ref: 59a53e3", "git+https://example.org/code@59a53e3", {}),
        (f"kind: tag, ref: {COMMIT}", f"git+https://example.org/code@{COMMIT}", {}),
        ("kind: branch, ref: {undisclosed: unknown}", "git+https://example.org/code", {}),
        ("kind: none", "git+https://example.org/code", {}),
    ],
)
def test_only_a_whole_commit_is_a_digest(root: Path, pin: str, uri: str, sums: dict[str, str]) -> None:
    whole = f"{{repository: 'https://example.org/code', {pin}}}"
    (found,) = dependencies(root, f"components: [{{id: c, name: C, kinds: [library], pin: {whole}}}]\n")
    assert (found["uri"], found.get("digest", {})) == (uri, sums)


def test_an_address_that_says_git_says_it_once(root: Path) -> None:
    pin = "{repository: 'git+ssh://example.org/code'}"
    (found,) = dependencies(root, f"components: [{{id: c, name: C, kinds: [library], pin: {pin}}}]\n")
    assert found["uri"] == "git+ssh://example.org/code"


def test_a_component_elsewhere_is_known_by_its_place(root: Path) -> None:
    where = f"[{{url: 'https://example.org/lib', revision: '2', sha256: {DIGEST}}}]"
    found = dependencies(root, f"components: [{{id: c, name: C, kinds: [library], where: {where}}}]\n")
    assert found == [
        {
            "name": "c",
            "uri": "https://example.org/lib",
            "digest": {"sha256": DIGEST},
            "annotations": {"revision": "2"},
        }
    ]
    nothing = "components: [{id: c, name: C, kinds: [library]}]\n"
    assert dependencies(root, nothing) == []


@pytest.mark.parametrize(
    ("url", "revision", "expected"),
    [
        ("https://huggingface.co/lab/model", COMMIT, f"git+https://huggingface.co/lab/model@{COMMIT}"),
        ("https://github.com/lab/model/", COMMIT, f"git+https://github.com/lab/model@{COMMIT}"),
        ("https://huggingface.co/lab/model", "main", "https://huggingface.co/lab/model"),
        ("https://huggingface.co/lab/model", COMMIT[:7], "https://huggingface.co/lab/model"),
        ("https://huggingface.co/lab/model/resolve/main/x", COMMIT, "https://huggingface.co/lab/model/resolve/main/x"),
        ("https://example.org/lab/model", COMMIT, "https://example.org/lab/model"),
    ],
)
def test_a_revision_is_a_commit_where_there_is_git(root: Path, url: str, revision: str, expected: str) -> None:
    where = f"[{{url: '{url}', revision: '{revision}'}}]"
    (found,) = dependencies(root, f"sources: [{{id: s, name: S, where: {where}}}]\n")
    assert found["uri"] == expected
    if expected.startswith("git+"):
        assert found["digest"] == {"gitCommit": COMMIT}
        assert "annotations" not in found
    else:
        assert found["annotations"] == {"revision": revision}
        assert "digest" not in found


def test_the_place_that_holds_it_comes_first(root: Path) -> None:
    for holds in ("copy", "original"):
        where = f"[{{url: 'https://a', holds: derived}}, {{url: 'https://b', holds: {holds}}}]"
        assert dependencies(root, f"sources: [{{id: s, name: S, where: {where}}}]\n")[0]["uri"] == "https://b"
    where = "[{url: 'https://a', holds: derived}, {url: 'https://b', holds: index}]"
    assert dependencies(root, f"sources: [{{id: s, name: S, where: {where}}}]\n")[0]["uri"] == "https://a"


def test_a_commitment_comes_with_its_data_set(root: Path) -> None:
    where = "where: [{url: 'https://a'}]"
    commitment = f"{{algorithm: some-1, root: {DIGEST}}}"
    (found,) = dependencies(root, f"sources: [{{id: s, name: S, {where}, commitment: {commitment}}}]\n")
    assert found["annotations"] == {"commitment": {"algorithm": "some-1", "root": DIGEST}}
    told = predicate(root, f"sources: [{{id: s, name: S, {where}, commitment: {{undisclosed: withheld}}}}]\n{STAGES}")
    definition = told["buildDefinition"]
    assert definition["resolvedDependencies"] == [{"name": "s", "uri": "https://a"}]
    assert definition["internalParameters"]["undisclosed"] == [
        {"at": "/sources/0/commitment", "undisclosed": "withheld"}
    ]


def test_sixteen_files_are_listed_one_by_one(root: Path) -> None:
    for number in range(16):
        (root / "lib").mkdir(exist_ok=True)
        (root / f"lib/{number}.py").write_text(f"print({number})\n")
    files = ", ".join(f"{{url: 'https://a/{number}'}}" for number in range(16))
    found = dependencies(
        root,
        f"sources: [{{id: s, name: S, files: [{files}]}}]\n"
        "components: [{id: c, name: C, kinds: [library], files: ['lib/*']}]\n",
    )
    assert len(found) == 32


def test_a_file_that_nothing_identifies_is_left_out(root: Path) -> None:
    listed = f"[{{size: 3}}, {{sha256: {DIGEST}}}]"
    found = dependencies(root, f"sources: [{{id: s, name: S, files: {listed}}}]\n")
    assert found == [{"digest": {"sha256": DIGEST}, "annotations": {"part_of": ["s"]}}]


def test_a_parent_is_known_by_its_manifest_too(root: Path) -> None:
    (root / "base.json").write_text("{}")
    parents = f"""\
parents:
  - {{id: a, name: A, manifest: {{path: base.json, sha256: {digest(b"{}")}}}}}
  - {{id: b, name: B, manifest: {{url: "https://example.org/b.json"}}}}
  - {{id: c, name: C, manifest: {{undisclosed: unknown}}}}
  - {{id: d, name: D, manifest: {{path: base.json}}}}
"""
    assert dependencies(root, parents) == [
        {"name": "base.json", "digest": {"sha256": digest(b"{}")}},
        {"name": "b/openmodel.json", "uri": "https://example.org/b.json"},
    ]


def test_what_is_said_of_the_place_of_a_parent(root: Path) -> None:
    place = 'where: [{url: "https://example.org/base"}]'
    for stated, more in (("", {}), (f", tensor_root: {DIGEST}", {"annotations": {"tensor_root": DIGEST}})):
        found = dependencies(root, f"parents: [{{id: a, name: A, {place}{stated}}}]\n")
        assert found == [{"name": "a", "uri": "https://example.org/base", **more}]


def test_code_that_made_a_parent_is_the_parents(root: Path) -> None:
    declaration = """\
components:
  - {id: theirs, name: T, of: base, kinds: [training_code], where: [{url: "https://example.org/theirs"}]}
  - {id: used, name: U, of: base, kinds: [training_code], where: [{url: "https://example.org/used"}]}
parents: [{id: base, name: Base}]
stages: [{id: training, code: [used]}]
"""
    found = predicate(root, declaration)["buildDefinition"]["resolvedDependencies"]
    assert found == [{"name": "used", "uri": "https://example.org/used"}]


def test_what_a_container_is_called(root: Path) -> None:
    for text, uri in (("lab/image:1", "docker://lab/image:1"), ("oci://lab/image", "oci://lab/image")):
        (found,) = dependencies(root, f"environments: [{{id: e, container: '{text}'}}]\n")
        assert found == {"name": "e/container", "uri": uri}
    assert dependencies(root, "environments: [{id: e, container: {undisclosed: unknown}}]\n") == []


def test_which_environments_are_told(root: Path) -> None:
    environments = "environments: [{id: one}, {id: two}]\n"

    def told(segments: str) -> Any:
        internal = predicate(root, f"{environments}stages: [{{id: t, segments: [{segments}]}}]\n")["buildDefinition"][
            "internalParameters"
        ]
        return [each["id"] for each in internal["environments"]], internal.get("segments")

    assert told("{id: s}") == (["one", "two"], None)
    assert told("{id: s, environment: two}, {id: r}") == (["two"], [{"id": "s", "environment": "two"}])
    assert told("{id: s, environment: {undisclosed: unknown}}") == (["one", "two"], None)


def test_what_training_left_is_the_releases_own(root: Path) -> None:
    for name in ("a.ckpt", "b.ckpt", "c.ckpt"):
        (root / name).write_text(name)
    declaration = f"""\
components:
  - {{id: early, name: E, kinds: [checkpoint], files: [a.ckpt]}}
  - {{id: final, name: F, kinds: [weights, checkpoint], files: [b.ckpt]}}
  - {{id: base-state, name: B, of: base, kinds: [optimizer_state], files: [c.ckpt]}}
parents: [{{id: base, name: Base}}]
{STAGES}"""
    found = predicate(root, declaration)["runDetails"]["byproducts"]
    assert found == [{"name": "a.ckpt", "digest": {"sha256": digest(b"a.ckpt")}, "annotations": {"part_of": ["early"]}}]


def test_run_records_are_byproducts(tmp_path: Path) -> None:
    root = write_release(tmp_path / "release")
    write_manifest(root, lambda document: document.update(stages=[{"id": "training"}]))
    found = json.loads(encode(read_built(root), DIGEST))["predicate"]["runDetails"]["byproducts"]
    assert found == [{"name": RECORD, "digest": {"sha256": digest(b'{"run": 1}')}}]


def test_names_are_those_of_the_document() -> None:
    manifest = loads(HEAD.encode() + b"sources: [{id: s, name: S, class: open}]\n", "openmodel.yaml")
    assert isinstance(manifest.sources, tuple)
    assert Teller().fields(manifest.sources[0], "/sources/0", ("class_",)) == {"class": "open"}


def test_only_provenance_of_this_project_about_other_bytes_is_taken_out() -> None:
    ours = {
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {"buildDefinition": {"buildType": "urn:openmodel:training:1-draft"}},
        "subject": [{"name": "openmodel.json", "digest": {"sha256": DIGEST}}],
    }
    others: list[Any] = [
        ours | {"predicateType": "https://example.org/other"},
        ours | {"predicate": {"buildDefinition": {"buildType": "https://example.org/build"}}},
        ours | {"predicate": {}},
        ours | {"predicate": []},
        ours | {"subject": []},
        [],
        1,
    ]
    lines = [_line(number, json.dumps(value).encode()) for number, value in enumerate(others, 2)]
    lines += [_line(20, b"\xff"), _line(21, json.dumps(ours).encode(), "application/json"), Line(22, b"x", None)]
    own = _line(1, json.dumps(ours).encode())
    assert without_earlier([own, *lines], "cd" * 32) == tuple(lines)
    assert without_earlier([own, *lines], DIGEST) == (own, *lines)


def _line(number: int, payload: bytes, payload_type: str = IN_TOTO) -> Line:
    return Line(number, b"", Bundle("", payload_type, payload, b""))


def test_where_something_is_may_be_kept_back(root: Path) -> None:
    where = "{undisclosed: withheld, reason: é}"
    found = predicate(root, f"components: [{{id: c, name: C, kinds: [library], where: {where}}}]\n{STAGES}")
    (kept,) = found["buildDefinition"]["internalParameters"]["undisclosed"]
    assert kept == {"at": "/components/0/where", "undisclosed": "withheld", "reason": "é"}
    assert "é".encode() in encode(read_built(root), DIGEST)
