# SPDX-License-Identifier: Apache-2.0
"""The types as a Python interface."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import ValidationError

import openmodel.manifest
from openmodel.errors import DocumentError
from openmodel.manifest import base, loads
from openmodel.manifest.base import Node, Optional, Undisclosed, answered
from openmodel.manifest.release import Release
from openmodel.manifest.values import Terms
from tests.manifest.documents import MINIMAL

MODULES = sorted(Path(base.__file__).parent.glob("*.py"))


def test_public_names() -> None:
    assert len(openmodel.manifest.__all__) == len(set(openmodel.manifest.__all__))
    assert all(hasattr(openmodel.manifest, name) for name in openmodel.manifest.__all__)


def test_nothing_can_be_assigned() -> None:
    manifest = loads(MINIMAL + "sources: [{id: a, name: b}]")
    with pytest.raises(ValidationError):
        manifest.release = Release(name="other")  # type: ignore[misc]
    with pytest.raises(ValidationError):
        manifest.release.name = "other"  # type: ignore[misc]
    (source,) = answered(manifest.sources)
    with pytest.raises(ValidationError):
        del source.name


def test_types_are_strict_in_python_too() -> None:
    with pytest.raises(ValidationError):
        Release(name=5)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Release(name="m", nme="m")  # type: ignore[call-arg]


def test_none_cannot_be_given_but_is_what_absent_reads_as() -> None:
    assert Release(name="m").version is None
    with pytest.raises(ValidationError):
        Release.model_validate({"name": "m", "version": None})


def test_disclosable_tells_its_answers_apart() -> None:
    given = Release(name="m", disclosure_terms=Terms(expression="MIT"))
    kept_back = Release(name="m", disclosure_terms=Undisclosed(undisclosed="withheld"))
    assert isinstance(given.disclosure_terms, Terms)
    assert isinstance(kept_back.disclosure_terms, Undisclosed)
    assert Release(name="m").disclosure_terms is None


def test_answered() -> None:
    assert answered((1, 2)) == (1, 2)
    assert answered(None) == ()
    assert answered(Undisclosed(undisclosed="unknown")) == ()


def test_optional_and_disclosable_are_only_for_what_may_be_absent() -> None:
    absent = Optional.__metadata__[0]  # type: ignore[attr-defined]

    class Wrong(Node):
        value: Annotated[str, absent]

    with pytest.raises(TypeError, match="does not allow None"):
        Wrong.model_validate({"value": "x"})


@pytest.mark.parametrize("text", ["layout: {undisclosed: 1}", "settings: {undisclosed: nothing}"])
def test_a_map_with_the_key_undisclosed_is_never_a_map(text: str) -> None:
    with pytest.raises(DocumentError, match="'unknown', 'withheld' or 'not_applicable'"):
        loads(f"{MINIMAL}stages: [{{id: a, segments: [{{id: b, {text}}}]}}]")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_class_field_and_public_constant_has_a_docstring(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8"))
    missing = [] if ast.get_docstring(body) else [path.name]
    for node in body.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            missing += [] if ast.get_docstring(node) else [node.name]
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            missing += [f"{node.name}.{name}" for name in undocumented(node) if name != "model_config"]
    assert [*missing, *(name for name in undocumented(body) if name not in ("__all__", "T"))] == []


def undocumented(node: ast.Module | ast.ClassDef) -> list[str]:
    names = []
    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            documented = (
                isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
                and isinstance(following.value.value, str)
            )
            if isinstance(target, ast.Name) and not target.id.startswith("_") and not documented:
                names.append(target.id)
    return names


def test_importing_the_types_does_not_import_what_generates_the_schema() -> None:
    code = "import sys, openmodel.manifest; print('openmodel.manifest.schema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
