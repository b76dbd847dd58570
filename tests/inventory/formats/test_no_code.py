# SPDX-License-Identifier: Apache-2.0
"""Files with names of source code that hold none, and those that hold some."""

from __future__ import annotations

import io
import json

import pytest

from openmodel.inventory.formats.recognising import recognise


def defect(name: str, content: str | bytes) -> str | None:
    data = content.encode() if isinstance(content, str) else content
    return recognise(io.BytesIO(data), len(data), name).defect


def notebook(*cells: tuple[str, object]) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": source} for kind, source in cells], "nbformat": 4})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.py", "# the training code will be here soon, sorry\n"),
        ("train.py", '"""Training.\n\nComing "soon"."""\n\n# TODO\npass\n'),
        ("train.py", "'''Coming.''' ; ...\n"),
        ("train.py", "\"Coming.\"\n'soon' # really\n"),
        ("train.py", b"\xef\xbb\xbf# with a byte order mark\r\n"),
        ("train.py", "\n \n\t\n"),
        ("run.sh", "#!/bin/bash\n# TODO\n"),
        ("fit.R", "# Later.\n"),
        ("net.cpp", "/* Soon.\n * Really **soon**. */\n// Sorry.\n"),
        ("main.rs", "// Soon."),
        ("train.lua", "-- Soon."),
        ("make.sql", "-- Soon."),
        ("train.py", "<!DOCTYPE html><html><body>404 Not Found</body></html>\n"),
        ("train.cu", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"),
        ("train.ipynb", "\n<html><head><title>Sign in</title>"),
        ("train.py", '{"message": "Not Found", "documentation_url": "https://docs.github.com"}\n'),
        ("train.rs", "[]"),
        ("train.py", bytes(range(256)) * 3),
        ("train.ts", b"G@\x11\x10\0" * 100),
        ("train.py", "The training code will be released after publication of our paper.\n"),
        ("train.py", 'raise NotImplementedError("We will publish this soon")\n'),
        ("train.py", '"""Training."""\nraise NotImplementedError  # soon\n'),
        ("train.py", "We will publish (soon) the code. Please be patient with us.\n"),
        ("train.py", "# Training\n\nCode comes soon: see https://e.org [1]\n"),
        ("train.py", "lr: 0.1\nepochs: 10\noptimizer: adam\n"),
        ("train.py", "# settings\nmodel:\n  layers: 12\n  tags:\n  - a\n"),
        ("train.js", "404 Not Found: the page is not there.\n"),
        ("train.py", "404: Not Found"),
        ("main.rb", "=begin\nSoon to be published.\n=end\n"),
        ("train.lua", "--[[ The code will be\npublished soon ]]\n--[==[ really ]] ]==]"),
        ("Main.hs", "{- Soon.\n Sorry. -}\n-- Really.\n"),
        ("make.sql", "/* Soon.\n */\n"),
        ("train.ipynb", notebook(("markdown", "# Training"), ("raw", ["Soon."]))),
        ("train.ipynb", notebook(("code", ["# soon\n", "\n"]), ("code", ""))),
        ("train.ipynb", notebook()),
        ("train.py", "raise RuntimeError('Training code is proprietary.')\n"),
        ("train.py", "import sys\n\nsys.exit('not released, contact sales')\n"),
        ("train.py", "def train():\n    'Proprietary. Not released.'\n"),
        ("train.py", "def train(*a):\n    raise NotImplementedError('redacted')\n"),
        ("train.py", "NOTE = 'The training code is proprietary and will not be released.'\n"),
        ("train.py", "# Copyright Acme\n__all__ = []\n"),
        ("train.py", "print('The training code is not public.')\n"),
        ("train.py", "a,b,c\n1,2,3\n4,5,6\n"),
        ("train.py", "name;size\nwren;3\n"),
        ("train.py", "U2FsdGVkX1+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789==\n"),
        ("train.py", "U2FsdGVkX1abcdefghijklmnopqrstuvwxyz\nABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\n"),
        ("train.py", "../../../internal/train/train.py\n"),
        ("train.py", 'Sorry: our training code is in an internal repository.\nAsk us "nicely".\n'),
        ("train.py", "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567890abcdef\n-----END PGP MESSAGE-----\n"),
        ("train.py", "- step: 1\n- step: 2\n"),
        ("train.py", "diff --git a/train.py b/train.py\ndeleted file mode 100644\n"),
        ("train.sh", "Training code is not available, please contact us.\n"),
        ("train.R", "The code is confidential.\n"),
        ("train.sh", "#!/bin/bash\necho 'The training code is not public, contact us.'\nexit 1\n"),
    ],
)
def test_there_is_no_code_in_it(name: str, content: str | bytes) -> None:
    assert (defect(name, content) or "").startswith("it has no c")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.py", '"""Training."""\nimport torch\n'),
        ("train.py", '"""a""".strip()'),
        ("train.py", "f'{print(1)}'"),
        ("page.php", "<!DOCTYPE html><html><?php train(); ?>"),
        ("train.py", "{'a': train()}"),
        ("train.py", "[train() for _ in range(3)]"),
        ("train.m", "x = [1 2 3];"),
        ("train.rb", "{}.each { |x| x }"),
        ("train.py", "from toy import train\n"),
        ("train.py", "raise SystemExit\n"),
        ("train.sh", "python train and wait"),
        ("train.py", "import torch\n".encode("utf-16")),
        ("train.py", '"a" + b'),
        ("train.py", '"""never closed'),
        ("train.py", "passive = 1"),
        ("train.py", b"# \xff is no UTF-8"),
        ("train.py", "#" * 2**17),
        ("run.sh", "#!/bin/sh\npython train.py\n"),
        ("net.cpp", "/* A net. */ int main() {}"),
        ("net.cpp", "#include <net.h>\n"),
        ("net.cpp", "/* never closed"),
        ("doc.go", "// Package doc.\npackage doc\n"),
        ("main.rb", "=begin\nA comment.\n=end\ntrain\n"),
        ("main.rb", "x =begin\n1\n=end"),
        ("main.rb", "=begin\nnever closed"),
        ("train.lua", "--[[ A comment. ]] train()"),
        ("train.lua", "--[[ never closed"),
        ("Main.hs", "{-# LANGUAGE GADTs #-}\n"),
        ("Main.hs", "{- A comment. -}\nmain = train\n"),
        ("make.sql", "/*!40101 SET NAMES utf8 */\n"),
        ("train.py", "def train():\n    raise NotImplementedError\n"),
        ("train.py", "raise NotImplementedError(train())\n"),
        ("train.py", "print x if y else z\n"),
        ("train.py", "from train import main\n"),
        ("train.py", "a is not b\n"),
        ("train.py", "exec code in names\nx = 1\n"),
        ("train.py", "async def train(): ...\n"),
        ("train.py", "lr: float = 0.1\nepochs: 10\n"),
        ("train.py", "try:\n    train\nexcept E:\n    x: 1\n"),
        ("train.js", "404\n"),
        ("train.lua", "-- Sets it.\nx = 1\n"),
        ("train.ipynb", notebook(("markdown", "Training"), ("code", "%run train.py"))),
        ("train.ipynb", notebook(("code", None))),
        ("train.ipynb", notebook(("unheard-of", "# soon"))),
        ("train.ipynb", json.dumps({"cells": [1]})),
        ("train.ipynb", json.dumps({"worksheets": []})),
        ("train.ipynb", "[]"),
        ("train.ipynb", "cut off {"),
        ("README.md", "# Training"),
        ("train.py", "%load_ext autoreload\nimport torch\nx = torch.zeros(3)\n"),
        ("train.py", "print 'hello', 3\nexec 'x = 1'\n"),
        ("train.py", "try:\n    f()\nexcept E, e:\n    pass\n"),
        ("train.py", "type Pair = tuple[int, int]\ndef f(x: Pair): return x\n"),
        ("train.pyx", "cdef int main():\n    return 1\n"),
        ("train.py", "import {{ package }}\n{% if x %}\n{% endif %}\n"),
        ("train.py", "import torch\nraise RuntimeError('CUDA is required')\n"),
        ("train.py", "import sys\nfrom toy import train\nif len(sys.argv) < 2:\n    sys.exit('not public')\ntrain()\n"),
        ("net.py", '"""Weights are not included."""\nfrom .net import Net\n\n__all__ = ["Net"]\n'),
        ("net.py", "class Net:\n    pass\n"),
        ("net.py", "class ProprietaryError(Exception):\n    'Not public.'\n    code = 3\n"),
        ("train.py", "LR = 0.1\nEPOCHS = 3\n"),
        ("train.py", "print('hello')\n"),
        ("train.py", "x = 3\nwarn('not available')\n"),
        ("train.sh", "echo $DATA | python train.py\n"),
        ("train.sh", "echo start\npython train.py\n"),
        ("train.sh", "python -m acme.train --not-available\n"),
        ("train.R", "library(ranger)\nm <- ranger(y ~ ., d) # not public\n"),
        ("dags.py", "a >> b\n"),
        ("settings.cue", "# Soon."),
    ],
)
def test_there_may_be_code_in_it(name: str, content: str | bytes) -> None:
    assert defect(name, content) is None


@pytest.mark.parametrize(
    "content",
    [
        '"' * 60_000,
        "/*" + "*" * 60_000,
        '"\\' * 30_000,
        "#\n" * 30_000,
        "--[[\n" * 12_000,
        "{-\n" * 20_000,
        "=begin\n" * 9_000,
        "a: 1\n" * 12_000 + "(",
        '"""' + '"a' * 30_000,
    ],
)
@pytest.mark.parametrize("name", ["a.py", "a.c"])
def test_what_is_hard_to_read_ends(name: str, content: str) -> None:
    assert (defect(name, content) is None) or "#" in content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.lua", "--[[\n" * 12_000),
        ("a.hs", "{-\n" * 20_000),
        ("a.rb", "=begin\n" * 9_000),
        ("a.sql", "/*\n" * 20_000),
        ("a.py", "a: 1\n" * 12_000 + "("),
        ("a.py", "raise NotImplementedError(" * 2_000),
    ],
    ids=["lua", "hs", "rb", "sql", "settings", "raise"],
)
def test_comments_that_never_end_are_read_once(name: str, content: str) -> None:
    assert defect(name, content) is None
