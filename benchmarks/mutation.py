# SPDX-License-Identifier: Apache-2.0
"""Mutation testing of what decides outcomes: `policies/` and `licences/`, on a seeded sample.

    .venv/bin/python benchmarks/mutation.py [--count 400] [--seed 1] [--workers 2]

Each mutant changes one expression of a copy of the source, and the tests of these parts are run on it until one fails.
What people read is not mutated: texts, and what only builds them. Prints the share that was killed and every survivor.
It takes ten to sixty seconds a mutant and core, so it is no part of CI.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[1]
PARTS = ("policies", "licences")
TESTS = {
    "policies": (
        "tests/policies/test_osaid.py",
        "tests/policies",
        "tests/conformance",
        "tests/examples/test_digits_disclosures.py",
        "--ignore-glob=*/test_evidence*.py",  # They read bytes, which nothing here does.
    ),
    "licences": ("tests/licences", "tests/test_building_licences.py", "tests/policies/test_osaid.py"),
}
"""The tests that are run on mutants of each part, those that kill most first."""
SECONDS = 300
"""After this a mutant that does not end is killed, in both senses."""

_COMPARED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: Path
    line: int
    was: str
    source: str
    """The whole file, changed."""
    now: str


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a file, in order."""
    text = path.read_text(encoding="utf-8")
    count = sum(1 for _ in _changes(ast.parse(text)))
    for number in range(count):
        tree = ast.parse(text)
        node, now = next(change for index, change in enumerate(_changes(tree)) if index == number)
        was = ast.unparse(node)
        changed = _Replace(node, now).visit(tree)
        yield Mutant(path, node.lineno, was, ast.unparse(ast.fix_missing_locations(changed)), ast.unparse(now))


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Nodes, each with the one to put in its place."""
    for node in _deciding(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            swapped = _COMPARED[type(node.ops[0])]
            yield node, ast.Compare(node.left, [swapped()], node.comparators)
        elif isinstance(node, ast.BoolOp):
            other = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield node, ast.BoolOp(other(), node.values)
            for index in range(len(node.values)):
                rest = [value for place, value in enumerate(node.values) if place != index]
                yield node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, node.operand
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield node, ast.Constant(not node.value)
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield node, ast.Constant(node.value + 1)
        elif isinstance(node, ast.IfExp):
            yield node, node.body
            yield node, node.orelse
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom):
            yield node, ast.Pass()
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            yield node, ast.Return(ast.Constant(None))
        elif isinstance(node, ast.Continue):
            yield node, ast.Pass()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
            name = "all" if node.func.id == "any" else "any"
            yield node, ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)


def _deciding(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of bodies of functions, without texts that people read, decorators and annotations."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            waiting += node.body
        elif isinstance(node, ast.JoinedStr | ast.arguments | ast.Import | ast.ImportFrom | ast.AnnAssign):
            continue
        else:
            yield node
            waiting += ast.iter_child_nodes(node)


def survives(mutant: Mutant, copy: Path) -> bool:
    """Whether all tests pass on the mutant."""
    place = copy / mutant.path.relative_to(ROOT / "src")
    original = mutant.path.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        *TESTS[mutant.path.relative_to(ROOT / "src" / "openmodel").parts[0]],
    ]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        place.write_text(original, encoding="utf-8")
    return ended.returncode == 0


def main(arguments: list[str]) -> None:
    """Runs the sample and prints what survived."""
    parser = argparse.ArgumentParser(description="Mutation testing of policies and licences.")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    files = sorted(path for part in PARTS for path in (ROOT / "src" / "openmodel" / part).rglob("*.py"))
    every = [mutant for path in files for mutant in mutants(path)]
    sample = random.Random(given.seed).sample(  # noqa: S311  # Not cryptography.
        every, min(given.count, len(every))
    )
    print(f"{len(sample)} of {len(every)} mutants, seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as above:
        copies: Queue[Path] = Queue()
        for number in range(given.workers):
            copies.put(Path(shutil.copytree(ROOT / "src", Path(above) / str(number))))

        done: list[bool] = []

        def one(mutant: Mutant) -> bool:
            copy = copies.get()
            try:
                lives = survives(mutant, copy)
            finally:
                copies.put(copy)
            done.append(lives)
            if len(done) % 25 == 0:
                print(f"{len(done)} done, {sum(done)} survived", flush=True)
            if lives:
                where = mutant.path.relative_to(ROOT / "src" / "openmodel")
                print(f"survived {where}:{mutant.line}: {mutant.was!r} -> {mutant.now!r}", flush=True)
            return lives

        with ThreadPoolExecutor(given.workers) as pool:
            alive = sum(pool.map(one, sample))
    print(f"killed {len(sample) - alive} of {len(sample)}: {1 - alive / len(sample):.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
