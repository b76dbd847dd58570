# SPDX-License-Identifier: Apache-2.0
"""What a card says that the run cost, and what it ran on."""

from __future__ import annotations

from pathlib import Path

import pytest

from openmodel.manifest.base import answered
from tests.drafting.files import Content, drafted

IMPACT = "# T\n\n## Environmental Impact\n\n"


def front(values: str) -> str:
    return f"---\nco2_eq_emissions: {values}\n---\n"


def compute_of(root: Path, card: str) -> tuple[dict[str, object], str]:
    declaration, text = drafted(root, {"README.md": card})
    stages = answered(declaration.stages)
    compute = stages[0].compute if stages else None
    return compute.model_dump(exclude_none=True) if compute else {}, text


@pytest.mark.parametrize(
    ("card", "compute"),
    [
        (front("5") + IMPACT, {"co2_g": 5}),
        (front("{emissions: 12.5, energy_consumed: 3}") + IMPACT, {"co2_g": 12.5, "kwh": 3}),
        (front("{emissions: much, energy_consumed: -1}") + IMPACT, {}),
        (f"{IMPACT}- **Carbon Emitted:** 3 kg\n", {"co2_g": 3000}),
        (f"{IMPACT}- **Carbon Emitted**: 0.017 kg of CO2\n", {"co2_g": 17}),
        (f"{IMPACT}- **Carbon Emitted (Power x Time x {'long ' * 20}):** 11250 kg CO2 eq.\n", {"co2_g": 11_250_000}),
        (f"{IMPACT}- **Carbon Emitted:** 1,234 t CO2eq\n", {"co2_g": 1_234_000_000}),
        (f"{IMPACT}- **Carbon Emitted:** 12 grams\n", {"co2_g": 12}),
        (f"{IMPACT}- **Energy Consumed**: 0.044 kWh\n", {"kwh": 0.044}),
        (f"{IMPACT}- **Energy Consumed**: 1.5 MWh\n", {"kwh": 1500}),
    ],
)
def test_what_a_run_cost(tmp_path: Path, card: str, compute: dict[str, object]) -> None:
    assert compute_of(tmp_path, card)[0] == compute


@pytest.mark.parametrize(
    "line",
    [
        "Carbon emitted: 10-20 kg",
        "Carbon emitted: 3 kg per day",
        "Carbon emitted: 3 lbs",
        "Carbon emitted: 1,23 kg",
        "Carbon emitted: 3",
        "Energy consumed: 3 Wh",
        "Energy consumed: 3 kW",
        "Energy consumed: 3 mWh",
        "Hours used: 8; whether of one device or of all, it does not say",
        "Hours used: 150000; whether of one device or of all, it does not say",
        "Cloud provider: AWS",
        "Compute region: US-east",
        "Paper: https://arxiv.org/abs/2401.00001",
    ],
)
def test_what_is_not_plain_is_told_and_not_taken(tmp_path: Path, line: str) -> None:
    compute, text = compute_of(tmp_path, f"{IMPACT}- **{line.partition(';')[0].replace(':', ':**', 1)}\n")
    assert compute == {}
    assert f'# README.md, "Environmental Impact" (line 3) says {line}.' in text


def test_template_fields_are_not_told(tmp_path: Path) -> None:
    lines = "- **Hours used:** [More Information Needed]\n- **Paper [optional]:** {{ paper }}\n"
    assert "says " not in compute_of(tmp_path, IMPACT + lines)[1].partition("openmodel: 1-draft")[2]


@pytest.mark.parametrize(
    ("stated", "is_told"),
    [("0.017 kg", False), ("0.02 kg", False), ("17.2 g", False), ("0.018 kg", True), ("3 kg", True)],
)
def test_a_rounded_number_is_no_contradiction(tmp_path: Path, stated: str, is_told: bool) -> None:
    compute, text = compute_of(tmp_path, f"{front('17.23')}{IMPACT}- **Carbon Emitted:** {stated}\n")
    assert compute == {"co2_g": 17.23}
    assert ("and 17.23 was taken from elsewhere." in text) is is_told


@pytest.mark.parametrize(
    ("card", "model", "count"),
    [
        (f"{IMPACT}- **Hardware Type:** 8 x NVIDIA A100 80GB\n", "NVIDIA A100 80GB", 8),
        (f"{IMPACT}- **Hardware:** 32 x 8 x A100 GPUs\n", "32 x 8 x A100 GPUs", None),
        (f"{IMPACT}- **GPU Model**: 1 x RTX 3090\n- **CPU Model**: i7\n", "RTX 3090", 1),
        (f"{IMPACT}- **CPU Model**: i7\n", "i7", None),
        (front("{hardware_used: 1 x RTX 3090}") + IMPACT, "RTX 3090", 1),
    ],
)
def test_the_machine(tmp_path: Path, card: str, model: str, count: int | None) -> None:
    declaration, text = drafted(tmp_path, {"README.md": card})
    (environment,) = answered(declaration.environments)
    (hardware,) = answered(environment.hardware)
    assert (hardware.model, hardware.count) == (model, count)
    assert "says otherwise" not in text


def test_two_machines_are_told(tmp_path: Path) -> None:
    card = f"{front('{hardware_used: 1 x RTX 3090}')}{IMPACT}- **Hardware Type:** A100\n"
    declaration, text = drafted(tmp_path, {"README.md": card})
    assert [one.model for one in answered(answered(declaration.environments)[0].hardware)] == ["A100"]
    assert "# NOTE: README.md, `co2_eq_emissions` says that the hardware is 1 x RTX 3090; README.md, " in text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("We trained our model on a TPU v3-8. It took a day.\n", 'says: "We trained our model on a TPU v3-8."'),
        ("It was fine-tuned with 4 A100s.\n", 'says: "It was fine-tuned with 4 A100s."'),
        (
            "## Compute Infrastructure\n\nA cluster.\n",
            'speaks of the hardware under "Compute Infrastructure" (line 3).',
        ),
        ("## Hardware requirements\n\nA cluster.\n", None),
        ("It runs on a GPU.\n", None),
        ("We trained ViT-B16.\n", None),
        ("- **Hardware:** A100\n\nWe trained it on a TPU.\n", None),
    ],
)
def test_machines_in_words_are_pointed_at(tmp_path: Path, body: str, words: str | None) -> None:
    _, text = drafted(tmp_path, {"README.md": f"# T\n\n{body}"})
    assert (words in text) if words else not ("speaks of the hardware" in text or " says: " in text)


def test_how_many_examples_a_script_took_is_told(tmp_path: Path) -> None:
    results: Content = {"train_samples": 16000, "train_loss": 0.5}
    _, text = drafted(tmp_path, {"train_results.json": results, "all_results.json": results})
    assert text.count("# train_results.json, train_samples: 16,000; of which data, it does not say.") == 1
    assert "all_results.json, train_samples" not in text
