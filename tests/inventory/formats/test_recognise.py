# SPDX-License-Identifier: Apache-2.0
"""Files as the libraries write them, and what a file is when it is nothing of the kind."""

from __future__ import annotations

import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from openmodel.inventory.formats.pickles import find_pickles
from openmodel.inventory.formats.recognised import Recognised
from openmodel.inventory.formats.views import View
from openmodel.inventory.naming import shown
from tests.inventory.formats.looking import FILES, look, look_at

TENSORS = "though all imports found in it are for tensors or arrays"
SKLEARN = "imports sklearn.linear_model._logistic.LogisticRegression (followed only in part)"
OBJECTS = "is an array of Python objects, kept as a pickle that imports fractions.Fraction"
LAMBDA = "it is a Keras model with a Lambda layer, which is Python code"

EXPECTED: dict[str, tuple[str | None, str | None]] = {
    "big.gguf": ("gguf", None),
    "lambda.h5": ("hdf5", LAMBDA),
    "lambda.keras": ("keras", LAMBDA),
    "legacy-payload.pth": ("pytorch-legacy", "it is a PyTorch file of pickles that imports __builtin__.print"),
    "legacy-protocol-4.pth": ("pytorch-legacy", f"it is a PyTorch file of pickles, {TENSORS}"),
    "legacy.pth": ("pytorch-legacy", f"it is a PyTorch file of pickles, {TENSORS}"),
    "legacy.tar": (
        "pytorch-legacy",
        (
            "its member sys_info is a pickle, though no imports were found in it; "
            "its member pickle is a pickle, though no imports were found in it; "
            "its member storages is a pickle, though no imports were found in it; 1 more of its members are unsafe"
        ),
    ),
    "little.gguf": ("gguf", None),
    "model-bz2.joblib": ("joblib", f"it is a pickle packed with bzip2 that {SKLEARN}"),
    "model-gzip.joblib": ("joblib", f"it is a pickle packed with gzip that {SKLEARN}"),
    "model-lz4.joblib": ("joblib", "it is a joblib file packed with LZ4, which is not looked into"),
    "model-lzma.joblib": ("joblib", f"it is a pickle packed with LZMA that {SKLEARN}"),
    "model-xz.joblib": ("joblib", f"it is a pickle packed with xz that {SKLEARN}"),
    "model-zlib.joblib": ("joblib", f"it is a pickle packed with zlib that {SKLEARN}"),
    "model.joblib": ("joblib", f"it is a joblib pickle that {SKLEARN}"),
    "model.onnx": ("onnx", None),
    "no-arrays.joblib": ("joblib", "it is a joblib pickle, though no imports were found in it"),
    "no-imports.pkl": ("pickle", "it is a pickle, though no imports were found in it"),
    "objects-packed.npz": ("npz", f"its member objects.npy {OBJECTS}"),
    "objects.npy": ("npy", f"it {OBJECTS}"),
    "objects.npz": ("npz", f"its member objects.npy {OBJECTS}"),
    "payload.pth": ("pytorch", "its member payload/data.pkl is a pickle that imports __builtin__.print"),
    "plain.h5": ("hdf5", None),
    "plain.keras": ("keras", None),
    "plain.npy": ("npy", None),
    "plain.npz": ("npz", None),
    "state-dict.pth": ("pytorch", f"its member state-dict/data.pkl is a pickle, {TENSORS}"),
    "structured-objects.npy": ("npy", f"it is an array of Python objects, kept as a pickle, {TENSORS}"),
    "structured.npy": ("npy", None),
    "torchscript.pt": ("torchscript", "it is a TorchScript program, which runs when it is called"),
    "whole-module.pth": (
        "pytorch",
        "its member whole-module/data.pkl is a pickle that imports torch.nn.modules.linear.Linear, __builtin__.set",
    ),
}
for protocol in range(6):
    module = "__builtin__" if protocol < 3 else "builtins"
    imports = ["fractions.Fraction", *([f"{module}.set"] if protocol < 4 else []), "datetime.date"]
    EXPECTED[f"payload-{protocol}.pkl"] = ("pickle", f"it is a pickle that imports {module}.print")
    EXPECTED[f"protocol-{protocol}.pkl"] = ("pickle", f"it is a pickle that imports {', '.join(imports)}")


def test_every_file_is_named() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in FILES.iterdir())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_libraries_write(name: str) -> None:
    found = look_at(name)
    assert (found.format, found.unsafe) == EXPECTED[name]
    if not name.endswith(".joblib"):  # The one format that a name can decide.
        assert look((FILES / name).read_bytes(), "other.txt") == found


@pytest.mark.parametrize("name", [name for name in sorted(EXPECTED) if name.endswith(".pkl")])
def test_imports_are_those_that_pickletools_sees(name: str) -> None:
    content = (FILES / name).read_bytes()
    expected: list[str] = []
    strings: list[str] = []
    for opcode, argument, _ in pickletools.genops(content):
        if opcode.name == "GLOBAL":
            expected.append(str(argument).replace(" ", "."))
        elif opcode.name == "STACK_GLOBAL":  # Right for these files, in which nothing else comes in between.
            expected.append(".".join(strings[-2:]))
        elif isinstance(argument, str):
            strings.append(argument)
    with (FILES / name).open("rb") as stream:
        found = find_pickles(View(stream, len(content)))
    assert found is not None
    assert found.complete
    assert list(found.imports) == list(dict.fromkeys(expected))


TEXTS = {
    "python": "import os\nimport sys\n\n\nclass Model:\n    size = 1\n\n\ndef run():\n    return os.getcwd()\n",
    "class": "class Net(Module):\n    pass\n",
    "from": "from torch import nn\n",
    "prose": "Contents of this directory\n==========================\nIt is a model.\nVery good.\n",
    "point": "In short\n\nLet us say that\nPeople read this.\nNo more.\n.",
    "json": '{"c": ["os", "system"], "n": [1, 2.5, null], "text": "cos\\nsystem\\n(tR."}',
    "json list": '[1, [2, 3], {"a": {}}]',
    "json text": '"cos\\nsystem"',
    "csv": "c1,c2,c3\n1,2,3\n4,5,6\n",
    "csv lines": "col\nname\n1\n2\n",
    "vocabulary": "cat\ncow\ncrab\ncrow\nperson\nit\nI\nV\n(\n)\n.\nthe\n##s\n",
    "lisp": "(defun f (x) (+ x 1))\n(setq a '(1 2))\n",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>\n',
    "yaml": "name: a\nlist:\n  - 1\n",
    "toml": "[project]\nname = 'a'\n",
    "merges": "#version: 0.2\nĠ t\nĠ a\nh e\n",
    "smile": ":-) (.)\n",
    "numbers": "0\n1\n2\n",
    "ini": "I1\nI2\nI3\n",
    "lines": "V\nP\nN\nS\n" * 200,
    "none": "N.",
    "licence": "Copyright 2025\nPermission is hereby granted, free of charge\n",
}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_is_no_pickle(name: str) -> None:
    assert look(TEXTS[name].encode()) == Recognised(None, None)


def test_no_file_of_this_project_is_unsafe() -> None:
    root = Path(__file__).parents[3]
    files = [path for part in ("src", "docs", "schemas", "tests", "examples") for path in (root / part).rglob("*")]
    texts = [path for path in files if path.suffix in {".py", ".md", ".json", ".yaml", ".pub", ".sig", ".hex"}]
    assert len(texts) > 100
    for path in texts:
        found = look(path.read_bytes(), path.name)
        assert (found.format, found.unsafe) == (None, None), path


@settings(max_examples=300)
@given(st.text())
def test_no_text_of_words_is_a_pickle(text: str) -> None:
    assert look(f"{text}\n".encode(errors="replace")).format is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300) | st.binary(max_size=300),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner) | st.sets(st.integers()),
)


@settings(max_examples=200)
@given(VALUES, st.integers(0, 5))
def test_every_pickle_of_a_container_is_recognised(value: object, protocol: int) -> None:
    found = look(pickle.dumps([value], protocol=protocol))
    assert found.format == "pickle"
    assert found.unsafe
    assert "followed only in part" not in found.unsafe


def test_the_number_of_pytorch_counts_only_at_the_beginning() -> None:
    magic = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
    assert look(pickle.dumps([magic])).format == "pickle"
    assert look(pickle.dumps(0x1950A86A20F9469CFC6C, protocol=0) + pickle.dumps([1])).format == "pytorch-legacy"


def test_safetensors_by_another_name() -> None:
    content = save({"a": np.zeros(2)})
    assert look(content).format == "safetensors"
    assert look(content[:-1]).format is None
    assert look(content + b"x").format is None


@pytest.mark.parametrize("content", [b"", b"\0", b"x", b"\x80", b"PK", b"GGUF", b"\x93NUMPY", b"\x89HDF\r\n\x1a\n"])
def test_beginnings_are_nothing(content: bytes) -> None:
    assert look(content) == Recognised(None, None)


def test_names_from_a_file_are_safe_to_print() -> None:
    name = "\x1b[31mos.sys\u202etem" + "x" * 100
    found = look(b"\x80\x02c" + name.replace(".", "\n").encode() + b"\n)R.").unsafe
    assert found == f"it is a pickle that imports {shown(name, 80)}"
    assert found.isprintable()
