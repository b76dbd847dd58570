# SPDX-License-Identifier: Apache-2.0
"""Real training records: the format can say what is known of them, and the types give it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema.protocols import Validator

from openmodel.manifest import Manifest, dump, load, loads, plain
from openmodel.manifest.base import Undisclosed, answered
from openmodel.manifest.stage import Seed, SettingsFile, Stage
from openmodel.manifest.values import Quantity
from tests.manifest.documents import RECORDS


def record(name: str) -> Manifest:
    return load(Path(__file__).parent / "records" / f"{name}.yaml")


def stages(manifest: Manifest) -> dict[str, Stage]:
    return {stage.id: stage for stage in answered(manifest.stages)}


def seeds(stage: Stage) -> list[Seed]:
    return [seed for segment in stage.segments for seed in answered(segment.seeds)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_survives_a_round_trip(path: Path) -> None:
    manifest = load(path)
    written = dump(manifest)
    assert loads(written, "openmodel.json") == manifest
    assert dump(loads(written, "openmodel.json")) == written
    assert plain(loads(written, "openmodel.json")) == plain(manifest)
    assert dump(loads(written)) == written  # JSON is YAML.


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_is_valid_in_both_schemas(path: Path, validators: tuple[Validator, Validator]) -> None:
    for validator in validators:
        assert [error.message for error in validator.iter_errors(plain(load(path)))] == []


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_record_says_that_a_third_party_speaks(path: Path) -> None:
    described_by = load(path).release.described_by
    assert described_by is not None
    assert described_by.role == "third_party"


def test_olmo_is_four_training_stages_and_an_average_of_three() -> None:
    found = stages(record("olmo-2-7b"))
    assert [stage.kind for stage in found.values()] == ["train"] * 4 + ["merge"]
    assert [seed.value for stage in found.values() for seed in seeds(stage)] == [6198, 42, 42069, 666]
    merge = found["merge"]
    assert [(model.model, model.role) for model in merge.models] == [
        ("weights-42", "merged"),
        ("weights-42069", "merged"),
        ("weights-666", "merged"),
    ]
    assert all(isinstance(model.weight, Undisclosed) for model in merge.models)
    assert isinstance(merge.settings, Undisclosed)
    assert merge.settings.undisclosed == "not_applicable"
    assert isinstance(found["stage1"].settings, dict)
    assert found["stage1"].settings["compile"] is None


def test_marin_changed_hardware_code_and_batch_in_the_middle() -> None:
    manifest = record("marin-8b")
    (training,) = answered(manifest.stages)
    first, middle, last = training.segments
    assert (first.environment, last.environment) == ("v5e", "v4")
    assert isinstance(middle.environment, Undisclosed)
    assert (first.code, middle.code) == (("code-first",), ("code-later",))
    batches = [answered(segment.batch)[0] for segment in training.segments]
    assert [batch.value for batch in batches] == [4 << 20, 12 << 20, 16 << 20]
    assert isinstance(batches[1].at_step, Undisclosed)
    hardware = {
        environment.id: [(item.model, item.count) for item in answered(environment.hardware)]
        for environment in manifest.environments
    }
    assert hardware == {"v5e": [("TPU v5e-256", 2)], "v4": [("TPU v4-2048", 1)]}


def test_amber_has_a_rule_instead_of_a_seed() -> None:
    (training,) = answered(record("amber-6.7b").stages)
    (seed,) = seeds(training)
    assert isinstance(seed.value, Undisclosed)
    assert (seed.rule, seed.origin) == ("11111 + last_ckpt_idx + 1", "derived")


def test_pythia_has_the_default_seed_and_a_tag() -> None:
    manifest = record("pythia-12b")
    (training,) = answered(manifest.stages)
    (seed,) = seeds(training)
    assert (seed.value, seed.origin) == (1234, "default")
    pin = answered(manifest.components)[0].pin
    assert not isinstance(pin, Undisclosed)
    assert pin is not None
    assert (pin.kind, pin.ref) == ("tag", "v1.0")
    (data,) = answered(training.data)
    assert isinstance(data.amount, Quantity)
    (segment,) = training.segments
    (batch,) = answered(segment.batch)
    assert isinstance(segment.steps, tuple)
    assert data.amount.value == batch.value * segment.steps[1]


def test_smollm_has_one_seed_for_two_purposes() -> None:
    (training,) = answered(record("smollm3-3b").stages)
    assert [(seed.purpose, seed.value) for seed in seeds(training)] == [("all", 6), ("data_order", 6)]
    assert len(training.segments) == 3


def test_bloom_is_pinned_to_branches_under_terms_of_its_own() -> None:
    manifest = record("bloom-176b")
    pins = [component.pin for component in answered(manifest.components) if component.pin is not None]
    assert [pin.kind for pin in pins if not isinstance(pin, Undisclosed)] == ["branch"] * 3
    terms = {component.id: component.terms for component in answered(manifest.components)}["weights"]
    assert not isinstance(terms, Undisclosed)
    assert terms is not None
    assert terms.expression == "LicenseRef-BigScience-RAIL-1.0"
    (training,) = answered(manifest.stages)
    assert [batch.value for batch in answered(training.segments[0].batch)] == [192, 2048]


def test_adapter_has_a_parent_that_is_only_a_path() -> None:
    manifest = record("lora-adapter")
    (parent,) = answered(manifest.parents)
    assert parent.name == "/gscratch/zlab/llama/65B"
    assert isinstance(parent.data, Undisclosed)
    assert isinstance(parent.code, Undisclosed)
    assert parent.where == ()


def test_merge_has_weights_for_its_parents() -> None:
    manifest = record("merge-of-two-parents")
    merge = stages(manifest)["merge"]
    assert [(model.model, model.weight) for model in merge.models] == [("first", 0.25), ("second", 0.75)]
    assert merge.settings == SettingsFile(component="recipe", path="mergekit_config.yml")
    assert [stage.of for stage in answered(manifest.stages)] == ["first", None]
