# SPDX-License-Identifier: Apache-2.0
"""Texts with names of data, settings and tokenizers that have nothing in them, and those that have something."""

from __future__ import annotations

import pytest

from tests.inventory.formats.test_no_code import defect

PAGE = "<!DOCTYPE html><html><body>404 Not Found</body></html>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("houses.csv", " "),
        ("houses.csv", "\n\n"),
        ("houses.csv", "TODO"),
        ("houses.csv", "404: Not Found"),
        ("houses.csv", PAGE),
        ("houses.csv", '{"message": "Not Found"}'),
        ("houses.csv", "The data is not public. Please contact jo@bloggs.example.\n"),
        ("houses.csv", "rooms,area,year,price\n"),
        ("houses.jsonl", '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
        ("corpus.txt", "We do not share the corpus.\n"),
        ("corpus.txt", "Available upon request.\n"),
        ("tokenizer.json", "{}"),
        ("tokenizer.json", "[]\n"),
        ("tokenizer.json", "404: Not Found"),
        ("tokenizer.json", "The tokenizer is not public."),
        ("tokenizer.json", '{"message": "Not Found", "documentation_url": "https://docs.example"}'),
        ("tokenizer.json", '{"error": "Entry not found"}'),
        ("model.json", "We do not share the architecture."),
        ("model.json", '{"note": "The architecture is proprietary."}'),
        ("config.yaml", "# settings are confidential\n"),
        ("config.yaml", "{}"),
        ("config.yaml", "lr: TODO\noptimizer: TODO\n"),
        ("config.yaml", "lr:\nepochs: '???'\n"),
        ("config.yaml", "settings: not disclosed\n"),
        ("config.yaml", "The settings are confidential, contact us.\n"),
        ("config.yaml", PAGE),
        ("config.toml", "# soon\n"),
        ("config.ini", "[train]\nlr = <todo>\n"),
    ],
)
def test_there_is_nothing_in_it(name: str, content: str) -> None:
    assert defect(name, content) is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("houses.csv", "rooms,price\n3,200\n"),
        ("rows.jsonl", '{"message": "Hello", "from": "Jo"}\n{"message": "Hi", "from": "Al"}\n'),
        ("numbers.csv", "1,2,3\n"),
        ("sentences.csv", "It is not available\nIt is not public\nWe do not share it\nAsk us\n"),
        ("names.txt", "wren\n"),
        ("corpus.txt", "<p>A page that is data.</p>"),
        ("corpus.txt", "The film was not released in 1998.\n"),
        ("corpus.txt", "A quiet day.\n"),
        ("special_tokens_map.json", "{}"),
        ("generation_config.json", "{}"),
        ("config.json", '{"model_type": "llama"}'),
        ("answers.json", '{"message": "Hello", "author": "Jo"}'),
        ("config.json", '// with comments\n{"a": 1}'),
        ("labels.json", '["not available", "public"]'),
        ("config.yaml", "lr: 0.1\nnote: not available\n"),
        ("config.yaml", "lr: 0.1\nseed:\n"),
        ("config.yaml", "defaults:\n  - base\n"),
        ("config.yaml", "model: llama\n"),
        ("config.cfg", "[train]\nlr = 0.1\n"),
        ("requirements.txt", "torch\n"),
        ("LICENSE.txt", "The data may not be distributed.\n"),
        ("vocab.txt", "[PAD]\nnot\npublic\n"),
        ("houses.csv", "rooms,area\n".encode("utf-16")),
        ("data.parquet", " "),
        ("houses.csv", "x" * 5000),
    ],
)
def test_there_may_be_something_in_it(name: str, content: str | bytes) -> None:
    assert defect(name, content) is None
