# SPDX-License-Identifier: Apache-2.0
"""Texts that are called Python and are none, or do nothing but say that there is none.

A text is parsed and never run. What is not parsed may be for another version of Python, for IPython or a template, so
that one line which begins as a statement does makes it code.
"""

from __future__ import annotations

import ast
import re
import warnings

from openmodel.inventory.formats.no_content import refuses

__all__ = ["why_no_python"]

_LONGEST = 16 * 2**10
"""Characters of the longest text that is parsed, which takes some milliseconds."""
_LONGEST_LINE = 200
_STATEMENT = re.compile(
    r"(?:import|from)\s+[\w.]+|(?:async )?(?:def|class)\s+\w+|[@%!?]"
    r"|(?:return|yield|raise|assert|del|global|exec|print|pass)\b"
    r"|(?:if|elif|else|for|while|with|try|except|finally)\b.*:\s*(?:\#.*)?$|[\w.,\[\]'\" *()]+[-+*/|&]?=(?!=)|[\w.]+\("
    r"|\{[{%]|cp?def\b|cimport\b|<<<<<<<"
)
_QUIET = (
    *(ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.Pass, ast.Expr, ast.Assign),
    *(ast.Import, ast.ImportFrom, ast.alias, ast.arguments, ast.arg, ast.Raise, ast.Constant, ast.Call, ast.keyword),
    *(ast.Name, ast.Attribute, ast.expr_context, ast.Compare, ast.cmpop, ast.List, ast.Tuple, ast.Dict),
)
"""What a text is made of that only says something."""
_SAYS = frozenset({"critical", "error", "exit", "_exit", "info", "print", "quit", "warn", "warning", "write"})
"""Functions that do no more."""


def why_no_python(text: str) -> str | None:
    """Why a text has no code of Python, a phrase that starts with "it"; None where it may have some."""
    if len(text) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None if _has_a_statement(text) else "it has no code, as it is no Python"
    if all(map(_is_data, tree.body)):
        return "it has no code, but names and numbers only"
    if all(map(_lists_names, tree.body)):
        return "it has no code, but names of what it has"
    nodes = list(ast.walk(tree))
    raised = {id(node.exc) for node in nodes if isinstance(node, ast.Raise)}
    told = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    if any(map(refuses, told)) and all(_is_quiet(node) or id(node) in raised for node in nodes):
        return "it has no code, but says that there is none"
    return None


def _has_a_statement(text: str) -> bool:
    if '"""' in text or "'''" in text:
        return True
    return any(_STATEMENT.match(line.strip()[:_LONGEST_LINE]) for line in text.splitlines())


def _is_data(statement: ast.stmt) -> bool:
    """Whether a statement is a name, a number or several of them, as a line of a table or of what was encoded is."""
    if not isinstance(statement, ast.Expr):
        return False
    parts = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
    return all(
        isinstance(one, ast.Name) or (isinstance(one, ast.Constant) and isinstance(one.value, int | float))
        for one in parts
    )


def _lists_names(statement: ast.stmt) -> bool:
    """Whether a statement only sets `__all__`."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return bool(targets) and all(isinstance(one, ast.Name) and one.id == "__all__" for one in targets)


def _is_quiet(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in _SAYS
    if isinstance(node, ast.ImportFrom) and node.level:  # A part of a package.
        return False
    is_number = isinstance(node, ast.Constant) and isinstance(node.value, int | float | complex)
    return isinstance(node, _QUIET) and not (is_number and not isinstance(getattr(node, "value", None), bool))
