# SPDX-License-Identifier: Apache-2.0
"""The releases that are measured, all of random bytes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bytes.commands import called

OPENMODEL = (str(Path(sys.executable).parent / "openmodel"),)
SHARDS, LOADED = 4, 2
TENSORS, COLUMNS = 16, 1024
SMALL, SMALL_SIZE, FOLDERS = 20_000, 2048, 20
PIECE = 4 << 20
DECLARATION = "openmodel: 1-draft\nrelease: {name: bytes}\ncomponents:\n- {id: data, name: Data, files: ['data/**']}\n"
WEIGHTS = "- {id: weights, name: Weights, kinds: [weights], files: ['data/*.safetensors']}\n"


@dataclass(frozen=True, slots=True)
class Releases:
    """Folders with files; the signed release is the folder around each. `size` is the bytes of tensors of a shard."""

    size: int
    private: Path
    public: Path
    shards: Path
    single: Path
    loaded: Path
    small: Path
    tiny: Path


def releases(folder: Path, size: int) -> Releases:
    """Makes and signs all releases in a folder."""
    private = folder / "test-only.key"
    called([*OPENMODEL, "key", "new", private])

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        return release(folder / name, fill, private)

    shards = made("shards", lambda data: random_shards(data, size))
    return Releases(
        size,
        private,
        Path(f"{private}.pub"),
        shards,
        made("single", lambda data: random_file(data / "model.bin", SHARDS * size)),
        made("loaded", lambda data: linked_shards(data, shards)),
        made("small", small_files),
        made("tiny", tiny_files),
    )


def release(root: Path, fill: Callable[[Path], None], key: Path) -> Path:
    """A signed release with the files that `fill` puts into its folder `data`, and that folder."""
    data = root / "data"
    data.mkdir(parents=True)
    fill(data)
    (root / "openmodel.yaml").write_text(DECLARATION + WEIGHTS * any(data.glob("*.safetensors")))
    called([*OPENMODEL, "build", root])
    called([*OPENMODEL, "sign", root, "--key", key])
    read(data)
    return data


def read(folder: Path) -> None:
    """Has the page cache hold all files of a folder."""
    buffer = bytearray(PIECE)
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass


def random_file(path: Path, size: int, head: bytes = b"") -> None:
    """Writes a head, and so many random bytes after it."""
    with path.open("wb", buffering=0) as file:
        file.write(head)
        for start in range(0, size, PIECE):
            file.write(os.urandom(min(PIECE, size - start)))


def random_shards(folder: Path, size: int) -> None:
    """Safetensors with `size` bytes of tensors each, named as on the Hugging Face Hub, with an index."""
    each = size // TENSORS
    for shard in range(1, SHARDS + 1):
        header = {
            f"model.layers.{shard * TENSORS + tensor}.weight": {
                "dtype": "F32",
                "shape": [each // COLUMNS // 4, COLUMNS],
                "data_offsets": [tensor * each, (tensor + 1) * each],
            }
            for tensor in range(TENSORS)
        }
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % 8)
        path = folder / f"model-{shard:05d}-of-{SHARDS:05d}.safetensors"
        random_file(path, size, len(text).to_bytes(8, "little") + text)
    indexed(folder)


def linked_shards(folder: Path, others: Path) -> None:
    """The first `LOADED` shards of another release, as links, which take no room."""
    for shard, path in enumerate(sorted(others.glob("*.safetensors"))[:LOADED], 1):
        (folder / f"model-{shard:05d}-of-{LOADED:05d}.safetensors").hardlink_to(path)
    indexed(folder)


def indexed(folder: Path) -> None:
    """Writes the index of a folder's shards."""
    where: dict[str, str] = {}
    total = 0
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        where |= dict.fromkeys(header, path.name)
        total += max(tensor["data_offsets"][1] for tensor in header.values())
    index = {"metadata": {"total_size": total}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def small_files(folder: Path) -> None:
    for number in range(FOLDERS):
        (folder / f"{number:02d}").mkdir()
    for number in range(SMALL):
        random_file(folder / f"{number % FOLDERS:02d}" / f"{number:05d}.bin", SMALL_SIZE)


def tiny_files(folder: Path) -> None:
    for number in range(SHARDS):
        random_file(folder / f"{number}.bin", 1)


def binary(size: int) -> str:
    """A size in its largest unit that divides it: 1 GiB."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"
