# SPDX-License-Identifier: Apache-2.0
"""Files of the Model Openness Framework, in and out: nothing lost, nothing crashes, what is odd is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.exchange.mof import imported, recognised
from openmodel.manifest.component import Component
from openmodel.manifest.loading import plain
from openmodel.manifest.values import Terms, Where
from openmodel.policies.engine import judge
from openmodel.policies.facts import Facts
from openmodel.policies.mof.components import BY_NAME, required_for
from openmodel.policies.mot import POLICY

FOLDER = Path(os.environ.get("OPENMODEL_MOT_DIR") or "-")
needs_cases = pytest.mark.skipif(
    not (FOLDER / "expected.json").is_file(), reason="OPENMODEL_MOT_DIR does not name the cases of the tool"
)
ADDRESS = "https://example.org/it"


def file_of(*components: object, **release: object) -> dict[str, object]:
    return {
        "framework": {"name": "Model Openness Framework"},
        "release": {"name": "It", **release} | {"components": [*components]},
    }


def read(data: object, name: str = "it.json") -> tuple[openmodel.Manifest, list[str]]:
    found = imported(json.dumps(data).encode(), name)
    return found.manifest, [str(remark) for remark in found.remarks]


def components(manifest: openmodel.Manifest) -> list[Component]:
    assert manifest.components is None or isinstance(manifest.components, tuple)
    return [*(manifest.components or ())]


def expression(data: object) -> str | None:
    (component,) = components(read(data)[0])
    return component.terms.expression if isinstance(component.terms, Terms) else None


@needs_cases
def test_all_cases_of_the_tool_come_out_exactly() -> None:
    expected = json.loads((FOLDER / "expected.json").read_text())
    assert len(expected) == 14
    for case in expected:
        report = openmodel.check(FOLDER / case["file"], policies=["mot"]).releases[0].policies[0]
        assert report.class_ == case["class"], case["file"]
        assert report.progress == pytest.approx(case["progress"], abs=1e-6), case["file"]
        assert (report.outcome == "met") == (case["class"] > 0)


@needs_cases
def test_the_cases_of_the_tool_come_out_as_they_went_in() -> None:
    for path in sorted(FOLDER.glob("case-*.yml")):
        found = openmodel.import_mof(path)
        assert openmodel.export_mof(found.manifest) == yaml.safe_load(path.read_text())
        assert not [remark for remark in found.remarks if "no id" not in remark.found]


def test_what_fields_hold_is_in_them_and_the_rest_is_kept() -> None:
    card = {"name": "Model card", "license": "CC-BY-4.0", "license_path": f"{ADDRESS}/l", "component_path": ADDRESS}
    data = file_of(card | {"description": "About it"}, version="1", producer="They", date="2024-12", type="text")
    manifest, remarks = read(data)
    assert remarks == []
    assert plain(manifest) == {
        "openmodel": "1-draft",
        "release": {
            "name": "It",
            "version": "1",
            "publisher": "They",
            "date": "2024-12",
            "described_by": {"role": "third_party"},
        },
        "components": [
            {
                "id": "model-card",
                "name": "Model card",
                "kinds": ["model_card"],
                "where": [{"url": ADDRESS}],
                "terms": {"expression": "CC-BY-4.0", "url": f"{ADDRESS}/l"},
            }
        ],
        "extensions": {
            "foundation.lfaidata.mof": {
                "document": {"framework": {"name": "Model Openness Framework"}},
                "release": {"type": "text"},
                "components": [{"component": "model-card", "left": {"name": "Model card", "description": "About it"}}],
            }
        },
    }


@pytest.mark.parametrize(
    ("stated", "read_as"),
    [
        ({}, None),
        ({"license": None}, None),
        ({"license": ""}, "NONE"),
        ({"license": "unlicensed"}, "NONE"),
        ({"license": "MIT"}, "MIT"),
        ({"license": "Apache 2.0"}, "Apache 2.0"),
        ({"license": 2.0}, "2.0"),
        ({"license": {"name": "MIT"}}, '{"name": "MIT"}'),
        ({"license_name": "MIT"}, "MIT"),
        ({"license_name": "MIT", "license": None}, None),
        ({"license_name": "MIT", "license": "ISC"}, "ISC"),
    ],
)
def test_a_licence_is_read_as_the_tool_reads_it(stated: dict[str, object], read_as: str | None) -> None:
    data = file_of({"name": "Model card", **stated})
    assert expression(data) == read_as
    assert openmodel.export_mof(read(data)[0]) == data


@pytest.mark.parametrize(
    ("stated", "is_met"),
    [({}, True), ({"license": None}, True), ({"license": ""}, False), ({"license": "unlicensed"}, False)],
)
def test_only_who_says_nothing_falls_back_on_the_licence_of_the_release(
    stated: dict[str, object], is_met: bool
) -> None:
    whole = {"distribution": {"name": "MIT", "path": ADDRESS}}
    report = judge(Facts(read(file_of({"name": "Model card", **stated}, license=whole))[0]), POLICY)
    outcomes = {item.id: item.outcome for item in report.requirements}
    assert outcomes["MOT-MODEL-CARD"] == ("met" if is_met else "unmet")


MESSY = [
    ({"release": {}}, "/release/name: no name but nothing (null). The release is called 'unnamed'."),
    ({"framework": 1, "components": []}, "/name: no name but nothing (null)."),
    (file_of(name=7), "/release/name: 7. It is read as the text '7'."),
    (file_of(version=1.5), "/release/version: 1.5. It is read as the text '1.5'."),
    (file_of(date="December"), "/release/date: 'December'. It is kept"),
    (file_of(producer=["A"]), "/release/producer: a list of 1. It is kept"),
    (file_of(license="MIT"), "/release/license: 'MIT', where `distribution`, `code`, .. belong. It is kept"),
    (file_of(license={"weights": {"name": "MIT"}}), "/release/license/weights: a licence for 'weights'. It is kept"),
    (file_of(license={"code": "MIT"}), "/release/license/code: 'MIT', where {name, path} belongs. It is kept"),
    (file_of(license={"code": {"name": "BSD-3"}}), "/release/license/code/name: 'BSD-3', which is no id"),
    ({"release": {"name": "It", "components": "none"}}, "/release/components: 'none', where a list belongs."),
    (file_of(None), "/release/components/0: nothing (null), where a component belongs. It is kept"),
    (file_of([]), "/release/components/0: a list of 0, where a component belongs."),
    (file_of({"license": "MIT"}), "/release/components/0: a component without a name (nothing (null))."),
    (file_of({"name": 3}), "/release/components/0: a component without a name (3)."),
    (
        file_of({"name": "Model Card"}),
        "/release/components/0: 'Model Card', which is no component of the framework (near 'Model card').",
    ),
    (file_of({"name": "Datasets"}, {"name": "Datasets"}), "/release/components/1: Datasets a second time. Its later"),
    (file_of({"name": "Datasets", "license": "Apache 2.0"}), "Apache-2.0 may be meant."),
    (file_of({"name": "Datasets", "license": [1]}), "/release/components/0/license: a list of 1, where text belongs."),
    (file_of({"name": "Datasets", "component_path": "data/"}), "/release/components/0/component_path: 'data/', which"),
    (
        file_of({"name": "Datasets", "location": ADDRESS}),
        "/release/components/0/location: the old name of `component_path`. It is read",
    ),
    (file_of({"name": "Datasets", "size": 1}), "/release/components/0/size: the unknown member 'size'. It is kept"),
]


@pytest.mark.parametrize(("data", "remark"), MESSY)
def test_what_is_odd_is_told_and_nothing_is_lost(data: object, remark: str) -> None:
    manifest, remarks = read(data)
    assert any(remark in told for told in remarks), remarks
    assert openmodel.export_mof(manifest) == data
    judge(Facts(manifest), POLICY)


def test_later_values_of_a_component_that_is_there_twice_count() -> None:
    data = file_of(
        {"name": "Datasets", "license": "MIT", "component_path": ADDRESS}, {"name": "Datasets", "license": "ISC"}
    )
    manifest, _ = read(data)
    (component,) = components(manifest)
    assert expression(data) == "ISC"
    assert component.where == (Where(url=ADDRESS),)


@pytest.mark.parametrize("text", ["", "[]", "text", "3", "null", "- a\n- b\n"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(openmodel.DocumentError, match="expected a mapping, with `release`"):
        imported(text.encode(), "it.yml")


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("it.yml", b"release: {name: [}", "not YAML"),
        ("it.yml", b"a: \x00", "not YAML"),
        ("it.yml", b"a: 1\n---\nb: 2\n", "not YAML"),
        ("it.yml", b"a: *b\n", "not YAML"),
        ("it.yml", b"a: \xff", "0xff, which is not UTF-8"),
        ("it.yml", b"[" * 100_000, "levels of nesting"),
        ("it.yml", b"- " * 100_000, "levels of nesting"),
        ("it.yml", b"a: &a [*a]\n", "levels of nesting"),
        ("it.yml", BOMB.encode(), "too many values"),
        ("it.yml", b"x: &x " + b"y" * 500_000 + b"\nz: [" + b"*x, " * 1000 + b"]", "too many values"),
        ("it.yml", b"#" * 2**21, "bytes"),
        ("it.yml", b"k" * 1001 + b": 1\n", "key of 1,001 characters"),
        ("it.json", b'{"release": ', "not JSON"),
        ("it.json", b"[" * 100_000, "levels of nesting"),
        ("it.json", b"[" * 40 + b"]" * 40, "levels of nesting"),
        ("it.json", b'{"a": "\\ud800"}', "surrogate"),
        ("it.json", b'{"\\ud800": 1}', "surrogate"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_an_error_and_no_crash(name: str, content: bytes, found: str) -> None:
    with pytest.raises(openmodel.DocumentError) as caught:
        imported(content, name)
    assert found in caught.value.problems[0].got
    assert recognised(content, name) is None


def test_scalars_are_those_of_json() -> None:
    text = "release: {name: It, a: no, b: 2024-12-15, c: 012, d: 1_000, e: .nan, f: 9007199254740993, g: ~, h: true"
    text += ", i: '1', j: 'true', k: 1.5, l: -2}"
    release = openmodel.export_mof(imported(text.encode(), "it.yml").manifest)["release"]
    assert release == {
        "name": "It",
        "a": "no",
        "b": "2024-12-15",
        "c": "012",
        "d": "1_000",
        "e": ".nan",
        "f": "9007199254740993",
        "g": None,
        "h": True,
        "i": "1",
        "j": "true",
        "k": 1.5,
        "l": -2,
    }


def test_keys_that_are_odd_are_told() -> None:
    found = imported(b"release: {name: A, name: B, 1: x, [2]: y, !!python/object:os.system z: !t w}", "it.yml")
    assert found.manifest.release.name == "B"
    assert [str(remark) for remark in found.remarks] == [
        "/release: a list or mapping as a key. It is left out, with its value.",
        "/release/name: the same key a second time. The later value counts.",
    ]
    assert openmodel.export_mof(found.manifest) == {"release": {"name": "B", "1": "x", "z": "w"}}
    twice = imported(b'{"release": {"name": "A", "name": "B"}}', "it.json")
    assert twice.manifest.release.name == "B"
    assert len(twice.remarks) == 1


words = st.text("aé0/~ ", max_size=4)
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-2, 2) | words
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
licences = st.sampled_from(["MIT", "CC-BY-4.0", "unlicensed", "", "NONE", "0", "Apache 2.0", None]) | anything
paths = st.sampled_from([ADDRESS, "", "data/", None]) | anything
entries = st.fixed_dictionaries(
    {"name": st.sampled_from([*BY_NAME]) | st.sampled_from(["Datasets", "Model Card"]) | anything},
    optional={
        "license": licences,
        "license_name": licences,
        "license_path": paths,
        "component_path": paths,
        "location": paths,
        "description": anything,
        "other": anything,
    },
)
whole = st.dictionaries(
    st.sampled_from(["distribution", "code", "data", "x"]),
    anything | st.fixed_dictionaries({"name": licences}),
    max_size=3,
)
releases = st.fixed_dictionaries(
    {},
    optional={
        "name": anything,
        "version": anything,
        "date": st.sampled_from(["2024", "2024-02-30", "soon"]) | anything,
        "producer": anything,
        "description": anything,
        "license": whole | anything,
        "components": st.lists(entries | anything, max_size=5) | anything,
        "release": anything,
        "other": anything,
    },
)
files = releases | st.fixed_dictionaries(
    {"release": releases | anything}, optional={"framework": anything, "name": anything}
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(files)
def test_nothing_is_lost_and_nothing_crashes(data: dict[str, object]) -> None:
    manifest, _ = read(data)
    assert openmodel.export_mof(manifest) == data
    again = openmodel.loads(openmodel.dump(manifest), "openmodel.json")
    assert openmodel.export_mof(again) == data
    assert judge(Facts(manifest), POLICY).class_ in (0, 1, 2, 3)


class TestExport:
    """What is written of a manifest that people wrote, or changed."""

    def test_what_was_changed_in_the_manifest_is_in_the_file(self) -> None:
        data = file_of(
            {"name": "Model card", "license": "Apache 2.0", "description": "d"}, {"name": "Data card"}, version=2
        )
        changed: dict[str, Any] = plain(read(data)[0])
        changed["components"][0]["terms"] = {"expression": "Apache-2.0"}
        del changed["components"][1]
        changed["components"].append({"id": "w", "name": "W", "kinds": ["weights"], "pin": {"repository": ADDRESS}})
        changed["release"]["version"] = "3"
        assert openmodel.export_mof(openmodel.loads(json.dumps(changed))) == file_of(
            {"name": "Model card", "license": "Apache-2.0", "description": "d"},
            {"name": "Model parameters (Final)", "component_path": ADDRESS},
            version="3",
        )

    def test_a_manifest_that_came_from_no_file(self) -> None:
        manifest = openmodel.loads(
            """
            openmodel: 1-draft
            release: {name: It, publisher: They, version: "1", date: {undisclosed: unknown}}
            components:
              - id: run
                name: Run
                kinds: [training_code, evaluation_code]
                files: [run.py]
                terms: {expression: MIT, text: LICENSE}
              - {id: a, name: A, kinds: [library], terms: {expression: MIT}}
              - {id: b, name: B, kinds: [library], terms: {expression: LicenseRef-own}}
              - {id: t, name: T, kinds: [tokenizer]}
              - id: d
                name: D
                kinds: [training_data]
                where: [{url: "https://example.org/d"}]
                terms: {undisclosed: unknown}
              - {id: p, name: P, kinds: [model_card], of: parent, terms: {expression: MIT}}
            parents: [{id: parent, name: Parent, where: []}]
            """
        )
        assert openmodel.export_mof(manifest) == {
            "framework": {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"},
            "release": {
                "name": "It",
                "version": "1",
                "producer": "They",
                "license": [],
                "components": [
                    {"name": "Datasets", "license": "unlicensed", "component_path": "https://example.org/d"},
                    {"name": "Training code", "license": "MIT", "license_path": "LICENSE", "component_path": "run.py"},
                    {
                        "name": "Evaluation code",
                        "license": "MIT",
                        "license_path": "LICENSE",
                        "component_path": "run.py",
                    },
                    {"name": "Supporting libraries and tools", "license": "LicenseRef-own"},
                ],
            },
        }

    def test_the_file_is_judged_as_the_release_is(self) -> None:
        kinds = [BY_NAME[name].kinds[0] for name in required_for(2)]
        listed = [{"id": kind, "name": kind, "kinds": [kind], "terms": {"expression": "MIT"}} for kind in kinds]
        document = {"openmodel": "1-draft", "release": {"name": "It"}, "components": listed}
        manifest = openmodel.loads(json.dumps(document))
        again = imported(json.dumps(openmodel.export_mof(manifest)).encode(), "it.json").manifest
        first, second = judge(Facts(manifest), POLICY), judge(Facts(again), POLICY)
        assert first.class_ == second.class_ == 2
        assert first.progress == second.progress
