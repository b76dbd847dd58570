# SPDX-License-Identifier: Apache-2.0
"""A tiny release with real files, for tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

DECLARATION = """\
openmodel: 1-draft
release:
  name: toy
  version: "1.0"
  sequence: 1
  publisher: Example Lab
  disclosure_terms: {expression: CC-BY-4.0}
assertions:
  - {statement: all_training_data_listed, by: Example Lab, date: 2025-01-31}
components:
  - id: weights
    name: Weights
    kinds: [weights]
    files: ["*.safetensors"]
    terms: {expression: Apache-2.0}
  - id: code
    name: Code
    kinds: [training_code, inference_code, architecture, validation_code, data_processing_code]
    files: ["code/**"]
    pin:
      repository: https://example.org/code.git
      kind: commit
      ref: 59a53e3e0f0c1d2b3a4958677685940312233445
      dirty_sha256: {undisclosed: not_applicable, reason: The tree was clean.}
    terms: {expression: Apache-2.0 OR MIT}
not_offered:
  library: {undisclosed: not_applicable, reason: Only the standard library is used.}
  hyperparameter_search_code: {undisclosed: not_applicable, reason: The settings were chosen by hand.}
sources:
  - id: table
    name: Table
    class: open
    where: [{url: "https://example.org/table.csv", access: open}]
    provenance: Measured by the lab in 2024.
    scope: One machine, one week.
    characteristics: Three rows of two numbers.
    obtained: Read from the machine's log.
    selected: All rows were taken.
    labelled: The second number is the label; the machine wrote it.
    processed: Used as it is.
    filtered: Nothing was removed.
    files: [{path: data/table.csv}]
environments:
  - id: desk
    hardware: [{vendor: Intel, model: Core i5-1340P, count: 1}]
stages:
  - id: training
    kind: train
    data: [{source: table, role: train}]
    code: [code]
    settings: {learning_rate: 0.1, epochs: 3}
    result: weights
    segments:
      - id: run
        environment: desk
        seeds:
          - {purpose: initialization, value: 1, origin: config}
          - {purpose: data_order, value: 2, origin: config}
"""
"""Meets provenance-1, and osaid-1.0 but for the judgement of a person."""


def write_release(directory: Path, declaration: str = DECLARATION) -> Path:
    """Writes the release, not yet built, and returns its directory."""
    (directory / "code").mkdir(parents=True, exist_ok=True)
    (directory / "code" / "train.py").write_text("print('training')\n")
    (directory / "data").mkdir()
    (directory / "data" / "table.csv").write_text("1,2\n3,4\n5,6\n")
    save_file(
        {"layer.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "layer.bias": np.zeros(2, np.float16)},
        directory / "model.safetensors",
    )
    (directory / "openmodel.yaml").write_text(declaration)
    return directory
