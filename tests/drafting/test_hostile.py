# SPDX-License-Identifier: Apache-2.0
"""Whatever is in the directory: a draft that loads, builds and checks, or an error of our own, and nothing is run."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import openmodel
from openmodel.errors import OpenModelError
from openmodel.manifest.base import answered
from tests.drafting.files import Content, drafted, weights, write
from tests.drafting.test_findings import MIT, TRAINER_CARD, gguf
from tests.drafting.test_init import CARD, TEMPLATE
from tests.drafting.test_written_cards import CARDS as WRITTEN

TABLE = "\n## Training data\n\n| Dataset | Rows |\n|---|---|\n| [One](https://example.org/1) | 10 |\n| Total | 11 |\n"

INDEX: dict[str, object] = {
    "metadata": {"total_size": 48},
    "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"},
}

WHOLE: dict[str, Content] = {
    "README.md": CARD + TABLE,
    "LICENSE": MIT,
    "config.json": {"_name_or_path": "example/base", "transformers_version": "4.0", "auto_map": {"AutoModel": "m.M"}},
    "generation_config.json": {"transformers_version": "4.0"},
    "config_sentence_transformers.json": {"__version__": {"pytorch": "1.8.1"}},
    "adapter_config.json": {"base_model_name_or_path": "example/base", "revision": "abc"},
    "mergekit_config.yml": "models: [{model: a/b, parameters: {weight: 0.5}}]\nbase_model: a/c\n",
    "trainer_state.json": {"global_step": 10, "total_flos": 1.0, "max_steps": 10},
    "data_config.json": [{"name": "one.jsonl", "lines": 10}],
    "tokenizer.json": {"version": "1.0"},
    "model.safetensors.index.json": INDEX,
    "model-00001-of-00002.safetensors": weights("a"),
    "model-00002-of-00002.safetensors": weights("b"),
    "train.py": "print('training')\n",
    "args.json": {"lr": 1, "modules": ["a"], "seed": 1, "output_dir": "/home/x"},
    "hparams.yaml": "lr: 1\nmodules: [a, b]\n",
    "emissions.csv": "emissions,energy_consumed,gpu_model\n0.1,2.5,1 x A100\n",
    "all_results.json": {"eval_loss": 1.0, "test_f1": 0.5},
    "tokenizer_config.json": {"name_or_path": "example/base"},
    "CITATION.cff": "title: Tiny\nversion: 1.0\nauthors: [{given-names: A, family-names: Bee}]\n",
    "pyproject.toml": "[project]\nname = 'tiny'\nversion = '1'\nurls = {Homepage = 'https://example.org'}\n",
    "package.json": {"name": "tiny", "repository": {"url": "https://example.org"}},
    "pkg-1.dist-info/METADATA": "Name: pkg\nVersion: 1\nLicense: MIT\n\n# pkg\n",
}
"""A release with every kind of file that `init` reads."""

LLM: dict[str, Content] = {
    "README.md": TEMPLATE.replace("[More Information Needed]", "wiki", 1),
    "LICENSE": MIT,
    "config.json": {"architectures": ["LlamaForCausalLM"], "transformers_version": "4.40.0"},
    "generation_config.json": {"transformers_version": "4.40.0"},
    "tokenizer.json": {"version": "1.0"},
    "tokenizer_config.json": {"model_max_length": 10**30},
    "special_tokens_map.json": {},
    "model.safetensors.index.json": INDEX,
    "model-00001-of-00002.safetensors": weights("a"),
    "model-00002-of-00002.safetensors": weights("b"),
    "original/consolidated.00.pth": b"PK\x03\x04",
    "checkpoint-10/trainer_state.json": {"global_step": 10},
    "checkpoint-10/optimizer.pt": b"PK\x03\x04",
    "eval_results.json": {"eval_accuracy": 0.5, "eval_runtime": 1.0},
    "modeling_tiny.py": "class M: pass\n",
}

MERGED: dict[str, Content] = {
    "README.md": TRAINER_CARD,
    "adapter_config.json": {"base_model_name_or_path": "example/base", "revision": "main", "peft_type": "LORA"},
    "adapter_model.safetensors": weights("lora"),
    "mergekit_config.yml": "slices: [{sources: [{model: a/b, layer_range: [0, 2]}]}]\nbase_model: a/c\n",
    "trainer_state.json": {"global_step": 7, "total_flos": 2.5e9, "num_train_epochs": 3},
    "training_args.bin": b"\x80\x04K\x01.",
    "all_results.json": {"train_loss": 1.5},
}

WHEEL: dict[str, Content] = {
    "tiny/__init__.py": "",
    "tiny/model/config.json": {"transformers_version": "4.0"},
    "tiny/model/model.safetensors": weights(),
    "tiny/model/vocab.txt": "a\nb\n",
    "tiny/predict.py": "print('hi')\n",
    "tiny-1.0.dist-info/METADATA": "Name: tiny\nVersion: 1.0\nAuthor: Ann\nSummary: A model.\n"
    "Classifier: License :: OSI Approved :: MIT License\nHome-page: https://example.org\n\n# Tiny\n\nIt is of words.\n",
    "tiny-1.0.dist-info/RECORD": "tiny/__init__.py,,\n",
    "tiny-1.0.dist-info/licenses/LICENSE": MIT,
}

QUANTISED: dict[str, Content] = {
    "README.md": CARD.replace(
        "license: apache-2.0", "license: other\nlicense_name: own\nbase_model_relation: quantized"
    ),
    "tiny.Q4_K_M.gguf": gguf(**{"general.name": "Tiny", "general.license": "mit"}),
    "tiny.Q8_0.gguf": gguf(**{"general.name": "Tiny", "general.base_model.0.repo_url": "https://huggingface.co/a/b"}),
    "onnx/model.onnx": b"\x08\x07",
    "LICENSE.txt": MIT,
    "imatrix.dat": b"\0" * 40,
}

TREES = [WHOLE, LLM, MERGED, WHEEL, QUANTISED]
"""Releases of the kinds that people meet."""

JSON_FILES = sorted(name for name in WHOLE if name.endswith(".json") and "index" not in name)

ODD: list[object] = [
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "x" * 100_000,
    "\ud800",
    "a\nb: [",
    "\u202e\u2028\x00",
    [],
    [[[[]]]],
    {},
    {"": {"": None}},
    [None, 1, {}],
    "/etc/passwd",
    "../../..",
]


@pytest.mark.parametrize("number", range(len(TREES)))
def test_releases_of_every_kind(tmp_path: Path, number: int) -> None:
    declaration, _ = drafted(tmp_path, TREES[number])
    assert answered(declaration.components)


def test_a_release_with_everything(tmp_path: Path) -> None:
    declaration, _ = drafted(tmp_path, WHOLE)
    assert declaration.release.name == "Tiny Talker"


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _replace_values(content: bytes, chance: random.Random) -> bytes:
    """JSON with values of other types at random places; other files get an odd value instead."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return json.dumps(chance.choice(ODD)).encode()
    if isinstance(data, dict) and data:
        data[chance.choice(sorted(data))] = chance.choice(ODD)
    elif isinstance(data, list) and data:
        data[chance.randrange(len(data))] = chance.choice(ODD)
    return json.dumps(data).encode()


def _nest(content: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"[", b'{"a":', b"- ", b"> ", b"("]) * chance.choice([100, 20_000]) + content


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [_cut, _flip, _replace_values, _nest]


def damage(root: Path, chance: random.Random) -> None:
    """Damages one to four files of a release, or takes them away."""
    for _ in range(chance.randint(1, 4)):
        path = chance.choice(sorted(path for path in root.rglob("*") if path.is_file()))
        if chance.random() < 0.15:
            path.unlink()
        else:
            path.write_bytes(chance.choice(DAMAGES)(path.read_bytes(), chance))


@pytest.mark.parametrize("block", range(8))
def test_two_hundred_damaged_directories(tmp_path: Path, block: int) -> None:
    """25 in each block. Seeded, so that a failure can be repeated by its number."""
    drafts = 0
    for number in range(block * 25, block * 25 + 25):
        root = write(tmp_path / str(number), TREES[number % len(TREES)])
        damage(root, random.Random(number))
        try:
            openmodel.init(root)
        except OpenModelError:  # What build would refuse; anything else fails the test.
            continue
        drafts += 1
        openmodel.build(root)
        assert not openmodel.check(root).errors
        with contextlib.suppress(OpenModelError):  # A card that is too broken to be written into.
            openmodel.card(root)
    assert drafts >= 10


MARKS = (
    "  |    |\t|* |- |1. |> |> - |- > |# |#### |[x]: |<!-- |<details>|```|~~~yaml|**|![|[](|`|\\|---|===|\x00|\u2028"
)
SMALL_TABLE = "| a | b |\n|---|---|\n| c | d |"
FRONT = 'null|[]|{}|"x"|1e999|-1|true|[[[[]]]]|"\\ud800"|{a: {b: [1]}}|[{}]|!!x y|&a [*a]|>-'


def _damage_lines(card: str, chance: random.Random) -> str:
    """A card with lines moved, cut, quoted, put into lists, turned into tables, and with odd values in front."""
    lines = card.split("\n")
    for _ in range(chance.randint(1, 6)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        mark = chance.choice(MARKS.split("|"))
        some = slice(at, at + chance.randint(1, 12))
        key = lines[at].partition(":")[0]
        indent = mark if mark.isspace() else "  "
        lines[some] = chance.choice(
            [
                [mark + SMALL_TABLE.replace("\n", f"\n{indent}"), *lines[some]],
                [mark + line for line in lines[some]],
                [lines[other], *lines[some][1:]],
                [f"{key}: {chance.choice(FRONT.split('|'))}", *lines[some][1:]],
                ["".join(lines[some])],
                lines[some][:1],
            ]
        )
    return "\n".join(lines)


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_damaged_cards_of_common_tools(tmp_path: Path, name: str) -> None:
    """Seeded, as above."""
    for number in range(20):
        card = _damage_lines(WRITTEN[name], random.Random(f"{name} {number}"))
        root = write(tmp_path / str(number), {"README.md": card.encode(errors="replace")})
        openmodel.init(root)
        openmodel.build(root)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(ODD[:8]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(JSON_FILES), value=JSON)
def test_json_of_any_shape(tmp_path_factory: pytest.TempPathFactory, name: str, value: object) -> None:
    root = write(tmp_path_factory.mktemp("release"), {name: json.dumps(value)})
    openmodel.init(root)
    openmodel.build(root)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(["_name_or_path", "base_model_name_or_path", "transformers_version"]), value=JSON)
def test_values_of_any_shape_where_text_is_meant(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: object
) -> None:
    files: dict[str, Content] = {"config.json": {key: value}, "adapter_config.json": {key: value, "revision": value}}
    root = write(tmp_path_factory.mktemp("release"), files)
    openmodel.init(root)
    openmodel.build(root)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(
        st.sampled_from([*TRAINER_CARD.splitlines(), *TEMPLATE.splitlines(), *TABLE.splitlines()])
        | st.text(max_size=40),
        max_size=30,
    )
)
def test_cards_of_any_lines(tmp_path_factory: pytest.TempPathFactory, body: list[str]) -> None:
    root = write(tmp_path_factory.mktemp("release"), {"README.md": "\n".join(body).encode(errors="replace")})
    openmodel.init(root)
    openmodel.build(root)


def test_large_numbers_and_nan_are_let_through(tmp_path: Path) -> None:
    text = '{"model_max_length": 1000000000000000019884624838656, "x": NaN, "_name_or_path": "example/base"}'
    _, text = drafted(tmp_path, {"config.json": text})
    assert "example/base" in text
    assert "is not JSON" not in text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"a": ', "config.json is not JSON (Expecting value, line 1)"),
        (b"[" * 100_000, "config.json is not JSON ("),
        (b"1" * 10_000, "config.json is not JSON ("),
        (b"\xff\xfe", "config.json is not UTF-8 (byte 0)"),
        (b" " * (2 * 2**20 + 1), "config.json: found 2,097,153 bytes"),
        (b"", "config.json is not JSON ("),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_taken_from_it(tmp_path: Path, content: bytes, words: str) -> None:
    _, text = drafted(tmp_path, {"config.json": content})
    assert f"# NOTE: {words}" in text


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("---\nlicense: [\n---\n# T\n", "nothing was taken from its front matter"),
        ("---\na: 1\na: 2\n---\n# T\n", "nothing was taken from its front matter"),
        ("---\nlicense: mit\n", "nothing was taken from its front matter"),
        ("# T\n" + "x" * 300_000, "Only the first 262,144 characters of README.md were read."),
    ],
)
def test_cards_that_are_broken(tmp_path: Path, card: str, words: str) -> None:
    _, text = drafted(tmp_path, {"README.md": card})
    assert words in text


def test_a_merge_that_is_no_plain_yaml(tmp_path: Path) -> None:
    _, text = drafted(tmp_path, {"mergekit_config.yml": "models: !!python/object/apply:os.system [x]\n"})
    assert "mergekit_config.yml: found the tag" in text


def test_many_data_sets_are_bounded(tmp_path: Path) -> None:
    names = "\n".join(f"- example/set-{number}" for number in range(500))
    declaration, text = drafted(tmp_path, {"README.md": f"---\ndatasets:\n{names}\n---\n# T\n"})
    assert isinstance(declaration.sources, tuple)
    assert len(declaration.sources) == 200
    assert "300 more data sets are named than are drafted here." in text
    assert len(text) < 1_000_000
