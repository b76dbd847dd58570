# SPDX-License-Identifier: Apache-2.0
"""Mutation testing of what decides outcomes, on a seeded sample: of `policies/` and `licences/`, or of `signing/`.

    .venv/bin/python benchmarks/mutation.py [--part signing] [--count 400] [--seed 1] [--limit 60] [--at FILE:LINE]
        [TEST ...]

Each mutant changes one expression, or leaves out one `raise` or one call whose result nobody uses, as checks are. What
people read is not mutated: texts, and what only builds them. Prints the share that was killed and every survivor.

The tests are collected once, and run once to see which of them run which lines. Each mutant then gets a fork of that
process, where its code is put in place, and the tests that run its lines are run until one fails or the time is up; so
the share is a lower bound. Those that are quick and run little else, being about these lines, come first. A mutant of
what runs while modules are imported gets all tests, imported and collected afresh. For others, what a test module
computes on import is of the unchanged code. Tests that start a process see no mutant.
"""

from __future__ import annotations

import argparse
import ast
import gc
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import _lru_cache_wrapper, partial
from importlib import import_module
from importlib.machinery import SourceFileLoader
from itertools import islice
from pathlib import Path
from types import CodeType, FunctionType

import coverage
import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "openmodel"
PARTS = {"policies": ("policies", "licences"), "signing": ("signing",)}
"""The packages of each part."""
TESTS = {
    "policies": (
        "tests/policies",
        "tests/conformance",
        "tests/licences",
        "tests/test_building_licences.py",
        "tests/examples/test_digits_disclosures.py",
        "tests/rendering/test_report.py",
        "tests/rendering/test_requirement_page.py",
        "tests/cli/test_check_lineage.py",
    ),
    "signing": (
        "tests/signing",
        "tests/conformance/test_verify.py",
        "tests/cli",
        "tests/fuzz",
    ),
}
"""Those about each part. `signing/trust/sigstore.py` has some where the extra `sigstore` is installed."""
PYTEST = ("-q", "-s", "-p", "no:cacheprovider", "--tb=native", "--hypothesis-profile=ci", f"--rootdir={ROOT}")
"""Nothing is caught, remembered between runs or left to chance."""
SECONDS = 30
"""After so long, and ten times what it usually takes, a test that does not end kills the mutant."""

_PAIRS = ((ast.Eq, ast.NotEq), (ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.In, ast.NotIn), (ast.Is, ast.IsNot))
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = dict(_PAIRS) | {other: one for one, other in _PAIRS}


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: Path
    number: int
    """Its place among the changes of the file."""
    source: str
    """The file, unchanged."""
    lines: range
    was: str
    now: str

    @property
    def where(self) -> str:
        """Its file and first line."""
        return f"{self.path.relative_to(SOURCE)}:{self.lines.start}"

    def code(self) -> CodeType:
        """The whole file, changed, with all lines where they were."""
        tree = ast.parse(self.source)
        node, now = next(change for number, change in enumerate(_changes(tree)) if number == self.number)
        _Replace(node, ast.copy_location(now, node)).visit(tree)
        return compile(ast.fix_missing_locations(tree), str(self.path), "exec", dont_inherit=True)


def mutants(path: Path) -> Iterator[Mutant]:
    """All mutants of a file, in order."""
    source = path.read_text(encoding="utf-8")
    for number, (node, now) in enumerate(_changes(ast.parse(source))):
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        yield Mutant(path, number, source, lines, ast.unparse(node), ast.unparse(ast.fix_missing_locations(now)))


def drawn(every: Iterable[Mutant], seed: int) -> list[Mutant]:
    """The mutants in the order of a seed, which does not depend on the source around them: where that is changed, the
    others of a sample stay the same."""
    alike: Counter[str] = Counter()
    places = {}
    for mutant in every:
        change = f"{mutant.path.relative_to(SOURCE)} {mutant.was} {mutant.now}"
        alike[change] += 1
        places[mutant] = hashlib.sha256(f"{seed} {alike[change]} {change}".encode()).digest()
    return sorted(places, key=places.__getitem__)


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
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom | ast.Call):
            yield node, ast.Pass()
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            yield node, ast.Return(ast.Constant(None))
        elif isinstance(node, ast.Continue | ast.Raise):
            yield node, ast.Pass()
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
            name = "all" if node.func.id == "any" else "any"
            yield node, ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)


def _deciding(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes without texts that people read, decorators and annotations."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            waiting += node.body
        elif isinstance(node, ast.JoinedStr | ast.arguments | ast.Import | ast.ImportFrom | ast.AnnAssign):
            continue
        else:
            yield node
            waiting += ast.iter_child_nodes(node)


class Clock:
    """A plugin of pytest that knows how long each test takes: one that takes far too long ends the process."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        signal.alarm(SECONDS + round(10 * self.seconds.get(item.nodeid, SECONDS)))


class Deadline:
    """A plugin of pytest that ends a run as passed when tests took so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = 0.0

    def pytest_collection_finish(self) -> None:
        self.until = time.process_time() + self.seconds

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        if time.process_time() > self.until:
            pytest.exit("the time is up", pytest.ExitCode.OK)


class Trial:
    """A plugin of pytest: once the tests are collected, it tries the mutants on them."""

    def __init__(self, sample: list[Mutant], given: argparse.Namespace, folder: Path) -> None:
        self.sample, self.given, self.folder = sample, given, folder
        self.files = {mutant.path for mutant in sample}
        self.clock = Clock()
        self.running: dict[tuple[str, int], set[str]] = defaultdict(set)
        """The tests that run each line of each file."""
        self.breadth: Counter[str] = Counter()
        """How many lines each test runs."""
        self.functions: dict[str, list[FunctionType]] = defaultdict(list)
        """Those of each file."""
        self.failed = False
        self.survivors: list[Mutant] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of running each test once."""
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected")
        self.tests = {item.nodeid: item for item in session.items}
        for path in self.files:  # Some are imported only where they are used; then a mutant would not be put in place.
            import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__"))
        alive = gc.get_objects()
        for item in alive:
            if isinstance(item, FunctionType):
                self.functions[item.__code__.co_filename].append(item)
        self.caches = [item for item in alive if isinstance(item, _lru_cache_wrapper) and _ours(item.__module__)]
        self.learn()
        self.try_all()
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def passes(self, test: str) -> bool:
        """Whether a test passes on what is in place. All fixtures are made for it alone."""
        item = self.tests[test]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.failed

    def forget(self) -> None:
        """Empties the caches of functions."""
        for cache in self.caches:
            cache.cache_clear()

    def learn(self) -> None:
        """Runs all tests without a mutant."""
        files = [self.folder / f"learned-{start}.json" for start in range(self.given.workers)]
        shares = [list(self.tests)[start :: self.given.workers] for start in range(self.given.workers)]
        works = [partial(self.observe, share, file) for share, file in zip(shares, files, strict=True)]
        for number, _ in forked(works, self.given.workers, self.folder):
            learned = json.loads(files[number].read_text(encoding="utf-8"))
            names = list(learned["seconds"])
            self.clock.seconds |= learned["seconds"]
            for path, line, tests in learned["running"]:
                self.running[path, line].update(names[test] for test in tests)
                self.breadth.update(names[test] for test in tests)
        print(f"{len(self.tests)} tests take {sum(self.clock.seconds.values()):.0f} s", flush=True)

    def observe(self, tests: list[str], file: Path) -> bool:
        """Runs tests and writes how long they take and the lines that they run."""
        watching = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in self.files])
        watching.set_option("run:disable_warnings", ["no-data-collected"])
        watching.start()
        seconds = {}
        for test in tests:
            self.forget()
            watching.switch_context(test)
            began = time.monotonic()
            if not self.passes(test):
                raise RuntimeError(f"{test} fails without a mutant")
            seconds[test] = time.monotonic() - began
        watching.stop()
        data = watching.get_data()
        numbers = {test: number for number, test in enumerate(tests)}
        running = [
            (path, line, [numbers[test] for test in contexts if test])
            for path in data.measured_files()
            for line, contexts in data.contexts_by_lineno(path).items()
        ]
        file.write_text(json.dumps({"seconds": seconds, "running": running}), encoding="utf-8")
        return True

    def try_all(self) -> None:
        """Tries each mutant of the sample."""
        works = [partial(self.survives, mutant) for mutant in self.sample]
        for done, (number, survived) in enumerate(forked(works, self.given.workers, self.folder), start=1):
            if survived:
                mutant = self.sample[number]
                self.survivors.append(mutant)
                print(f"survived {mutant.where}: {mutant.was!r} -> {mutant.now!r}", flush=True)
            if done % 25 == 0:
                print(f"{done} done, {len(self.survivors)} survived", flush=True)

    def survives(self, mutant: Mutant) -> bool:
        """Whether all tests pass on a mutant that there is time for. It stays in place."""
        code = mutant.code()
        tests = set[str]().union(*(self.running[str(mutant.path), line] for line in mutant.lines))
        if not tests or not self.put_in_place(code):
            return self.survives_import(code)
        self.forget()
        in_order = sorted(tests, key=lambda test: self.breadth[test] * self.clock.seconds[test])
        return all(time.process_time() > self.given.limit or self.passes(test) for test in in_order)

    def put_in_place(self, module: CodeType) -> bool:
        """Gives the functions of a module its code; false where one is a closure over other variables than now."""
        changed = {(code.co_qualname, code.co_firstlineno): code for code in _codes(module)}
        try:
            for function in self.functions[module.co_filename]:
                code = function.__code__
                function.__code__ = changed[code.co_qualname, code.co_firstlineno]
        except (KeyError, ValueError):
            return False
        return True

    def survives_import(self, module: CodeType) -> bool:
        """Whether all tests pass where a module has this code from its import on."""
        get_code = SourceFileLoader.get_code

        def changed(loader: SourceFileLoader, name: str) -> CodeType | None:
            return module if loader.path == module.co_filename else get_code(loader, name)

        SourceFileLoader.get_code = changed  # type: ignore[assignment, method-assign]
        for name in filter(_ours, list(sys.modules)):
            del sys.modules[name]
        signal.alarm(10 * SECONDS)
        plugins = [self.clock, Deadline(self.given.limit)]
        return pytest.main([*PYTEST, "-x", *self.given.tests], plugins=plugins) == pytest.ExitCode.OK


def _ours(module: str) -> bool:
    return module.partition(".")[0] in ("openmodel", "tests")


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes(part)


def forked(works: Sequence[Callable[[], bool]], workers: int, folder: Path) -> Iterator[tuple[int, bool]]:
    """Does each work in a fork, so many at a time, and yields its number and whether it came out true. It did not where
    the process died of it.

    Raises `RuntimeError` for a work that raised.
    """
    waiting = enumerate(works)
    running: dict[int, int] = {}
    while True:
        for number, work in islice(waiting, workers - len(running)):
            running[_fork(work, folder / str(number))] = number
        if not running:
            return
        process, status = os.wait()
        number = running.pop(process)
        ended = os.waitstatus_to_exitcode(status)
        if ended == _RAISED:
            raise RuntimeError((folder / str(number) / "output").read_text(errors="replace")[-3000:])
        shutil.rmtree(folder / str(number))
        yield number, ended == _TRUE


_TRUE, _FALSE, _RAISED = 0, 1, 70


def _fork(work: Callable[[], bool], folder: Path) -> int:
    """Starts a process that works and ends; it writes to nothing but its folder."""
    folder.mkdir()
    sys.stdout.flush()
    if process := os.fork():
        return process
    status = _RAISED
    try:
        output = os.open(folder / "output", os.O_CREAT | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)  # For what tests write.
        status = _TRUE if work() else _FALSE
    except BaseException:  # noqa: BLE001  # Nothing may come back to where the other process goes on.
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


def main(arguments: list[str]) -> None:
    """Tries the sample and prints what survived."""
    parser = argparse.ArgumentParser(description="Mutation testing of what decides outcomes.")
    parser.add_argument("--part", choices=PARTS, default="policies")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60, help="seconds of tests after which a mutant has survived")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--at", action="append", metavar="FILE:LINE", help="take all mutants here, and no sample")
    parser.add_argument("tests", nargs="*", help="what pytest collects, unless it is what is about the part")
    given = parser.parse_args(arguments)
    given.tests = given.tests or TESTS[given.part]
    files = sorted(path for package in PARTS[given.part] for path in (SOURCE / package).rglob("*.py"))
    every = [mutant for path in files for mutant in mutants(path)]
    if given.at:
        sample = [mutant for mutant in every if mutant.where in given.at]
        print(f"{len(sample)} mutants")
    else:
        sample = drawn(every, given.seed)[: given.count]
        print(f"{len(sample)} of {len(every)} mutants, seed {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(sample, given, Path(folder))
        ended = pytest.main([*PYTEST, *given.tests], plugins=[trial, trial.clock])
    if ended != pytest.ExitCode.OK:
        sys.exit(ended)
    killed = len(sample) - len(trial.survivors)
    print(f"killed {killed} of {len(sample)}: {killed / len(sample):.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
