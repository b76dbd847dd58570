# SPDX-License-Identifier: Apache-2.0
"""Makes the release: lays out its files, trains there, and writes down what this very run was.

    python examples/digits/release.py [DIR]

DIR is `build/digits-release` unless named. What an earlier run left there is replaced; anything else is left alone.
Recording is plain code for now: `train.py` writes `run.json`, and `fill_in` puts that into the declaration.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEFAULT = ROOT / "build" / "digits-release"

SCRIPTS = ("train.py", "infer.py", "architecture.json", "settings.json")
"""What makes and runs the network. The release has them as they are in the repository."""
MARK = "# Written by release.py from declaration.yaml and what the run recorded. Running that again replaces it."
"""First line of the openmodel.yaml of a release; it tells a release of ours from everything else."""
MADE = {
    *(*SCRIPTS, "LICENSE", "model.safetensors", "evaluation.json", "run.json"),
    *("data", "data/README.md", "data/digits.csv.gz", "data/digits.rst", "data/COPYING.scikit-learn"),
    *("openmodel.yaml", "openmodel.json", "openmodel.tensors.json", "README.md", "openmodel.sig", "model.sig"),
}
"""Everything that this script and the commands of openmodel write into the release."""
SWITCHES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ONE_THREAD = dict.fromkeys(SWITCHES, "1")
"""More threads would add numbers up in another order, and a network this small gains nothing from them."""

Facts = dict[str, Any]


def main() -> None:
    """Makes the release."""
    directory = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else DEFAULT
    clear(directory)
    code = pin()  # Before anything is written, which git would count as a change where it does not ignore it.
    lay_out(directory)
    subprocess.run([sys.executable, "train.py"], cwd=directory, env=os.environ | ONE_THREAD, check=True)
    # safetensors makes its file readable for its owner only; the others have the mode that the user's umask gives.
    shutil.copymode(directory / "run.json", directory / "model.safetensors")
    fill_in(directory, code)


def clear(directory: Path) -> None:
    """Removes what an earlier run made, and stops before touching anything else."""
    if not os.path.lexists(directory) or (directory.is_dir() and not any(directory.iterdir())):
        return
    text = read(directory / "openmodel.yaml")
    others = {path.relative_to(directory).as_posix() for path in directory.rglob("*")} - MADE
    if directory.is_symlink() or not text.startswith(MARK) or others:
        sys.exit(f"{directory} is there, and not all of it is by this script. Move it away, or name another directory.")
    if not text.endswith("reviews: []"):
        sys.exit(f"{directory} holds somebody's review. Move it away, or name another directory.")
    shutil.rmtree(directory)


def lay_out(directory: Path) -> None:
    """Copies code, data and licences."""
    data = directory / "data"
    data.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(HERE / "declaration.yaml", directory / "openmodel.yaml")
    mark(directory)
    for name in SCRIPTS:
        shutil.copyfile(HERE / name, directory / name)
    shutil.copyfile(ROOT / "LICENSE", directory / "LICENSE")
    shutil.copyfile(HERE / "data.md", data / "README.md")
    # Importing scikit-learn takes seconds, and two of its files are all that is wanted.
    package = importlib.util.find_spec("sklearn")
    if package is None or not package.submodule_search_locations:
        sys.exit("scikit-learn is not installed; the images come with it.")
    images = Path(package.submodule_search_locations[0]) / "datasets"
    shutil.copyfile(images / "data" / "digits.csv.gz", data / "digits.csv.gz")
    shutil.copyfile(images / "descr" / "digits.rst", data / "digits.rst")
    texts = [file for file in importlib.metadata.files("scikit-learn") or () if file.name == "COPYING"]
    if not texts:
        sys.exit("The installed scikit-learn has no licence text (COPYING), and its file may not be copied without.")
    shutil.copyfile(Path(str(texts[0].locate())), data / "COPYING.scikit-learn")


def mark(directory: Path) -> None:
    """Puts the mark on top of the declaration of a release."""
    path = directory / "openmodel.yaml"
    path.write_text(f"{MARK}\n{path.read_text(encoding='utf-8')}", encoding="utf-8", newline="\n")


def fill_in(directory: Path, code: Facts) -> None:
    """Puts what this run was into the declaration: the code, the machine, the software, the seeds, the result."""
    run = json.loads((directory / "run.json").read_bytes())
    results = json.loads((directory / "evaluation.json").read_bytes())
    yaml = YAML()
    yaml.width = 10_000  # Lines stay as they are.
    yaml.indent(mapping=2, sequence=4, offset=2)
    declaration = yaml.load((HERE / "declaration.yaml").read_text(encoding="utf-8"))

    by_id(declaration["components"], "train")["pin"] = code
    by_id(declaration["sources"], "digits")["where"][1]["revision"] = importlib.metadata.version("scikit-learn")

    machine = by_id(declaration["environments"], "machine")
    machine["hardware"] = [processor()]
    machine["software"] = run["software"]

    stage = by_id(declaration["stages"], "training")
    for use in stage["data"]:
        use["amount"] = {"unit": "rows", "value": run["rows"][use["role"]]}
    stage["data"][0]["epochs"] = run["epochs"]
    stage["order"] |= {"version": f"NumPy {run['software']['numpy']}", "seed": run["seeds"]["data_order"]}
    segment = stage["segments"][0]
    segment["steps"] = [1, run["steps"]]
    segment["batch"] = [{"at_step": 1, "value": run["batch_size"]}]
    segment["seeds"] = [{"purpose": name, "value": seed, "origin": "config"} for name, seed in run["seeds"].items()]
    segment["determinism"]["switches"] = run["switches"]

    declaration["evaluations"][0].insert(2, "value", results["test"]["accuracy"])
    with (directory / "openmodel.yaml").open("w", encoding="utf-8", newline="\n") as file:
        yaml.dump(declaration, file)
    mark(directory)


def by_id(items: list[Facts], name: str) -> Facts:
    """The item with an id."""
    return next(item for item in items if item["id"] == name)


def pin() -> Facts:
    """Which commit the scripts are of, and whether there were changes; undisclosed where git does not know."""
    commit, changes = git("rev-parse", "HEAD"), git("diff", "--binary", "--no-relative", "--no-ext-diff", "HEAD")
    status = git("status", "--porcelain", "--untracked-files=normal")
    if commit is None or changes is None or status is None:
        return {"undisclosed": "unknown", "reason": "The directory from which this was made is at no commit of git."}
    if git("ls-files", "--error-unmatch", "--", *SCRIPTS) is None:
        return {"undisclosed": "unknown", "reason": "The scripts that ran are not all in git, so no commit names them."}
    name = commit.decode("ascii").strip()
    reason = "`git status --porcelain` printed nothing when this was made: no file was changed or untracked."
    clean = {"undisclosed": "not_applicable", "reason": reason}
    return {
        "repository": repository(name),
        "kind": "commit",
        "ref": name,
        "path": (git("rev-parse", "--show-prefix") or b"").decode().strip().rstrip("/") or ".",
        "dirty_sha256": sha256(changes).hexdigest() if status else clean,
    }


def repository(commit: str) -> str:
    """The address that git knows for the repository, without user name or token. A path on this machine would tell
    nobody anything; then it is the SWHID of the commit (ISO/IEC 18670). That identifies the commit wherever it is kept,
    and does not claim that an archive has it."""
    remote = (git("config", "--get", "remote.origin.url") or b"").decode().strip()
    short = re.fullmatch(r"[\w.-]+@([\w.-]+):(?!/)(.+)", remote)  # git@host:path
    url = urlsplit(f"ssh://{short[1]}/{short[2]}" if short else remote)
    if url.scheme in ("https", "http", "ssh", "git") and url.hostname:
        return urlunsplit((url.scheme, url.netloc.rpartition("@")[2], url.path, "", ""))
    return f"swh:1:rev:{commit}"


def git(*arguments: str) -> bytes | None:
    """What git prints about the repository that this file is in; None when it fails or is not there."""
    # Where a hook of git runs this, these say which repository the hook is of.
    elsewhere = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
    try:
        result = subprocess.run(["git", *arguments], cwd=HERE, env=environment, capture_output=True, check=False)
    except OSError:
        return None
    return result.stdout if result.returncode == 0 else None


def processor() -> Facts:
    """Vendor, model and number of the processors, as the system reports them. What it does not report is left out."""
    if platform.system() == "Darwin":
        names = ("machdep.cpu.vendor", "machdep.cpu.brand_string", "hw.packages")
        vendor, model, count = (sysctl(name) for name in names)
        vendor = vendor or ("Apple" if model.startswith("Apple") else "")
    else:
        # 64-bit Arm gives numbers for both, which name them all the same.
        cpuinfo = read(Path("/proc/cpuinfo"))
        vendor = _line(cpuinfo, "vendor_id", "CPU implementer")
        model = _line(cpuinfo, "model name", "CPU part") or platform.processor()
        packages = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/physical_package_id")
        count = str(len({read(path) for path in packages}) or "")
    found = {"vendor": vendor, "model": model, "count": int(count) if count else None, "nodes": 1}
    return {name: value for name, value in found.items() if value}


def _line(text: str, *keys: str) -> str:
    found = (re.search(rf"^{key}\s*:\s*(.+)$", text, re.MULTILINE) for key in keys)
    return next((match[1].strip() for match in found if match), "")


def sysctl(name: str) -> str:
    """A value that macOS knows about the machine; empty when there is none."""
    result = subprocess.run(["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, check=False)
    return result.stdout.strip()


def read(path: Path) -> str:
    """The text of a file; empty when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


if __name__ == "__main__":
    main()
