# SPDX-License-Identifier: Apache-2.0
"""Shows what openmodel does, on a release made here: make it, build, check, card, sign, verify; draft it anew;
break it twice; and take a part of it.

    make demo

Everything is written below `build/`. Each command is printed as you would type it.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path("build")
RELEASE = BUILD / "digits-release"
KEY = BUILD / "digits-demo.key"
PUBLIC_KEY = BUILD / "digits-demo.key.pub"


def main() -> None:
    """Runs the demonstration."""
    make_sign_verify()
    with tempfile.TemporaryDirectory(prefix="digits-", dir=ROOT / BUILD) as scratch:
        folder = Path(scratch).relative_to(ROOT)
        draft(folder / "drafted")
        take_a_disclosure_away(folder / "undisclosed")
        change_a_byte(folder / "changed")
        take_a_part(folder / "part", folder / "output.proof.json")
    say(f"That is all. The release is in {RELEASE}; its declaration, openmodel.yaml, is the file to read.")


def make_sign_verify() -> None:
    """The usual order."""
    say("Lay out a release and train a network in it. The run writes down what it used.")
    run(sys.executable, "examples/digits/release.py", shown="python examples/digits/release.py")
    say("Measure the files; write the manifest.")
    openmodel("build", RELEASE)
    say(
        "Judge it. OSAID comes out as `undetermined`: nothing is missing, but one thing only a person can judge. "
        "provenance-1 asks for the commit of the code as well, so it is met only if this is a git checkout."
    )
    openmodel("check", RELEASE, expected=1)
    say("Write the model card, make a key, sign, verify.")
    openmodel("card", RELEASE)
    if (ROOT / KEY).exists():
        say(f"The key of an earlier run is there: {KEY}.")
    else:
        openmodel("key", "new", KEY)
    openmodel("sign", RELEASE, "--key", KEY)
    openmodel("verify", RELEASE, "--key", PUBLIC_KEY)


def draft(copy: Path) -> None:
    """A copy without a declaration, as most releases are."""
    say("In a copy without a declaration, draft one from the files that are there. What is not known stays blank.")
    shutil.copytree(ROOT / RELEASE, ROOT / copy, ignore=shutil.ignore_patterns("openmodel.*"))
    openmodel("init", copy)
    for line in (ROOT / copy / "openmodel.yaml").read_text(encoding="utf-8").splitlines()[4:24]:
        print(line if len(line) <= 110 else f"{line[:109]}…")
    openmodel("build", copy)


def take_a_disclosure_away(copy: Path) -> None:
    """A copy whose declaration does not say how the data was filtered."""
    say("In a copy, delete from the declaration how the data was filtered. `check` says what is missing, and where.")
    shutil.copytree(ROOT / RELEASE, ROOT / copy)
    path, yaml = ROOT / copy / "openmodel.yaml", YAML()
    declaration = yaml.load(path)
    del declaration["sources"][0]["filtered"]
    yaml.dump(declaration, path)
    openmodel("build", copy)
    openmodel("check", copy, "--policy", "osaid-1.0", expected=1)


def change_a_byte(copy: Path) -> None:
    """A copy whose weights are not what was signed."""
    say("In another copy, change one byte of the weights. `verify` names the file, and the tensor in it.")
    shutil.copytree(ROOT / RELEASE, ROOT / copy)
    path = ROOT / copy / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    openmodel("verify", copy, "--key", PUBLIC_KEY, expected=1)


def take_a_part(part: Path, proof: Path) -> None:
    """A directory with the weights alone, as who wants one layer would download them."""
    say("Prove that one layer belongs to the weights. Who has only the file that holds it checks that, offline.")
    openmodel("prove", RELEASE, "--tensor", "output.*", "--output", proof)
    (ROOT / part).mkdir()
    for name in ("model.safetensors", "openmodel.json", "openmodel.sig"):
        shutil.copy(ROOT / RELEASE / name, ROOT / part)
    openmodel("verify-proof", proof, part, "--key", PUBLIC_KEY)
    say("Load that layer in Python. Its very bytes are hashed as they are read, and compared with what was signed.")
    load = f"openmodel.load_verified({str(RELEASE)!r}, key={str(PUBLIC_KEY)!r}, names='output.*')"
    code = f"import openmodel; print({{n: a.shape for n, a in {load}.items()}})"
    run(sys.executable, "-c", code, shown=f'python -c "{code}"')


def openmodel(*arguments: str | Path, expected: int = 0) -> None:
    """Runs the command line of openmodel."""
    words = [str(argument) for argument in arguments]
    run(sys.executable, "-m", "openmodel", *words, shown=shlex.join(["openmodel", *words]), expected=expected)


def run(*command: str, shown: str, expected: int = 0) -> None:
    """Prints a command, runs it in the root of the repository, and stops if it did not end as it should."""
    print(f"$ {shown}", flush=True)
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status != expected:
        sys.exit(f"This ended with status {status}, and should have with {expected}.")
    if expected:
        print(f"[exit status {status}: no]", flush=True)


def say(text: str) -> None:
    """Prints what comes next."""
    print("\n" + textwrap.fill(text, 100, initial_indent="# ", subsequent_indent="# "), flush=True)


if __name__ == "__main__":
    main()
