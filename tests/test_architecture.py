# SPDX-License-Identifier: Apache-2.0
"""The shape of the package: imports point one way, every module imports, every public verb runs afterwards."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import openmodel
from openmodel import errors

SOURCE = Path(openmodel.__file__).parent

ORDER = (
    "version",
    "errors",
    "manifest",
    "licences",
    "inventory",
    "datasets",
    "recording",
    "built",
    "building",
    "evidence",
    "signing",
    "weights",
    "policies",
    "comparison",
    "exchange",
    "checking",
    "verdicts",
    "rendering",
    "drafting",
    "cli",
    "__main__",
)
"""The parts of the package. Each may import those before it. `openmodel` itself imports all, when asked."""

MODULES = sorted(SOURCE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("openmodel."):
            yield node.module.split(".")[1], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "openmodel":
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name in ORDER)
        elif isinstance(node, ast.Import):
            yield from (
                (alias.name.split(".")[1], node.lineno) for alias in node.names if alias.name.startswith("openmodel.")
            )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_up_the_list(path: Path) -> None:
    part = part_of(path)
    if part == "__init__":
        return
    for imported, line in imported_parts(path):
        assert ORDER.index(imported) <= ORDER.index(part), f"{path}:{line}: {part} must not import {imported}"
        assert {part, imported} != {"signing", "policies"}, f"{path}:{line}: the caller hands results over"


def test_errors_import_the_standard_library_only() -> None:
    tree = ast.parse((SOURCE / "errors.py").read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(module.split(".")[0] in sys.stdlib_module_names for module in modules)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_small_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: Apache-2.0\n")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_are_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= 60, f"{path}:{node.lineno}: {node.name} has {lines} lines"


def test_the_package_of_many_modules_says_what_each_is_for() -> None:
    folder = SOURCE / "drafting"
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = re.findall(r"(?m)^- `(\w+)`: \S.+$", text)
    assert sorted(named) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


def test_public_names_are_listed_and_documented() -> None:
    assert openmodel.__all__ == sorted(openmodel.__all__, key=lambda name: (name.strip("_")[0].islower(), name))
    assert dir(openmodel) == sorted(openmodel.__all__)
    for name in openmodel.__all__:
        value = getattr(openmodel, name)
        assert name == "__version__" or value.__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'verifyy'"):
        getattr(openmodel, "verifyy")  # noqa: B009  # A name that the type checker would refuse.


def test_every_error_is_public() -> None:
    tree = {name for name in errors.__all__ if issubclass(getattr(errors, name), Exception)}
    assert tree <= set(openmodel.__all__)


def test_import_is_cheap() -> None:
    code = "import sys, openmodel; print([m for m in ('pydantic', 'typer', 'rich', 'jsonschema') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_check_does_not_load_what_it_does_not_need(built_release: Path) -> None:
    code = f"""
import sys, openmodel
openmodel.check({str(built_release)!r})
unneeded = ('huggingface_hub', 'licenseclassifier', 'numpy', 'jsonschema', 'rich', 'ruamel', 'safetensors')
print([m for m in unneeded if m in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_verify_does_not_load_what_it_does_not_need(built_release: Path, tmp_path: Path) -> None:
    key = openmodel.new_key(tmp_path / "release.key")
    openmodel.sign(built_release, keys=[key.private])
    code = f"""
import sys, openmodel
assert openmodel.verify({str(built_release)!r}, keys=[{str(key.public)!r}]).ok
unneeded = ('building', 'inventory.formats', 'licences', 'policies', 'signing.signatures', 'signing.trust')
print([m for m in unneeded if f'openmodel.{{m}}' in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_verb_loads_no_other() -> None:
    code = """
import sys
from openmodel.cli import main
sys.argv = ['openmodel', 'verify', '--help']
try:
    main()
except SystemExit:
    print(sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('openmodel.cli.')))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "['arguments', 'ending', 'progress', 'verbs', 'verify']"


def test_all_modules_import_and_then_every_verb_runs(release: Path, tmp_path: Path) -> None:
    for module in pkgutil.walk_packages([str(SOURCE)], "openmodel."):
        if module.name != "openmodel.__main__":
            importlib.import_module(module.name)
    key = openmodel.new_key(tmp_path / "release.key")
    built = openmodel.build(release)
    assert json.loads(openmodel.dump(built.manifest)) == json.loads(built.content)
    assert openmodel.load(built.path) == openmodel.loads(built.content, "openmodel.json") == built.manifest
    assert openmodel.check(release).releases[0].name == "toy"
    assert openmodel.card(release).path == release / "README.md"
    openmodel.sign(release, keys=[key.private])
    assert openmodel.verify(release, keys=[key.public]).ok
