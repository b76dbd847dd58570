# SPDX-License-Identifier: Apache-2.0
"""The tools to compare with, in an environment of their own."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bytes.commands import Arguments, Command, NotMeasuredError, called
from benchmarks.bytes.releases import LOADED, Releases

LOCK = Path(__file__).parents[2] / "requirements/peers.txt"

LOAD = """
import sys, time
from pathlib import Path
from safetensors.numpy import load_file
start = time.perf_counter()
arrays = {}
for path in sorted(Path(sys.argv[1]).glob("*.safetensors")):
    arrays |= load_file(path)
seconds = time.perf_counter() - start
assert sum(array.nbytes for array in arrays.values()) == int(sys.argv[2])
print(seconds)
"""


@dataclass(frozen=True, slots=True)
class Peers:
    """What peers do with the same files, in words of `model_signing` where nothing else is said."""

    sign_shards: Command
    verify_shards: Command
    verify_single: Command
    verify_small: Command
    verify_small_by_toolkit: Command
    load: Command


def prepared(releases: Releases) -> Peers:
    """Signs the files for them. Where they cannot be installed, as without a network, each command is a missing one."""
    try:
        folder = programs()
        sign_shards, verify_shards = model_signing(folder, releases, releases.shards)
        return Peers(
            Command(sign_shards),
            Command(verify_shards),
            Command(model_signing(folder, releases, releases.single)[1]),
            Command(model_signing(folder, releases, releases.small)[1]),
            Command(toolkit(folder, releases.small)),
            Command([folder / "python", "-c", LOAD, releases.loaded, str(LOADED * releases.size)], says_seconds=True),
        )
    except NotMeasuredError as error:
        missing = Command(missing=str(error))
        return Peers(missing, missing, missing, missing, missing, missing)


def programs() -> Path:
    """The folder of their programs, in `OPENMODEL_PEERS` or `~/.cache/openmodel-peers`; made anew for another lock."""
    folder = Path(os.environ.get("OPENMODEL_PEERS") or Path.home() / ".cache/openmodel-peers").absolute() / "bytes"
    mark, made_of = folder / "made-of", f"# Python {sys.version}\n{LOCK.read_text()}"
    if not mark.exists() or mark.read_text() != made_of:
        print(f"Installing {LOCK.name} into {folder} ...", file=sys.stderr)
        called([sys.executable, "-m", "venv", "--clear", folder])
        locked: Arguments = ["--require-hashes", "--only-binary", ":all:", "-r", LOCK]
        try:
            called([folder / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", *locked])
        except NotMeasuredError as error:
            raise NotMeasuredError(f"pip cannot install {LOCK.name}: {error}") from error
        mark.write_text(made_of)
    return folder / "bin"


def model_signing(folder: Path, releases: Releases, data: Path) -> tuple[Arguments, Arguments]:
    """Signs files; the commands that sign them again and that verify them."""
    program = folder / "model_signing"
    signature: Arguments = ["--signature", data.parent.with_suffix(".model-signing")]
    sign: Arguments = [program, "sign", "key", data, "--private_key", releases.private, *signature]
    called(sign)
    return sign, [program, "verify", "key", data, "--public_key", releases.public, *signature]


def toolkit(folder: Path, data: Path) -> Arguments:
    """Lists and signs files; the command that verifies them."""
    program = folder / "toolkit-mlsbom"
    manifest, signature, private, public = (
        data.parent.with_suffix(f".toolkit-{what}") for what in ("manifest", "signature", "private", "public")
    )
    called([program, "keygen", "--private-key", private, "--public-key", public])
    called([program, "generate", "--root", data, "--out", manifest, "--include", "**/*", "--no-pickle-scan"])
    called([program, "sign", "--manifest", manifest, "--private-key", private, "--out", signature])
    signed: Arguments = ["--signature", signature, "--public-key", public]
    return [program, "verify", "--manifest", manifest, "--root", data, *signed, "--format", "table"]
