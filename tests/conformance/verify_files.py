# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify` and `build`: files that change meanwhile, files of other kinds and names that read alike, weights
that attack whoever loads them, files beside a list of OpenSSF Model Signing, and a `model.sig` beside `openmodel.sig`.
"""

from __future__ import annotations

import json
import os
import pickle
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.conformance.verify_material import (
    FILES,
    MODEL,
    ONE,
    STRANGER,
    Case,
    Key,
    bundle,
    model,
    release,
    said,
    write_signatures,
)
from tests.conformance.verify_oms import entries
from tests.signing.oms.model_files import resources, sha256, statement, write_model
from tests.signing.small_release import Json, build, digest, payload_of, statement_for

OMS = {"oms": True}
TOCTOU = "huggingface/diffusers#14784"
good = said(lambda _: None)
Rows = Sequence[tuple[str, str]]


def changing() -> list[Case]:
    """The test acts each time the file was opened, before it is read."""
    row = "files changed during verification"
    config = [("config.json", "refused")]

    def case(name: str, attack: str, act: Sequence[str], steps: Sequence[int], rows: Rows, **more: Any) -> Case:
        act = ("meanwhile", f"release/{act[0]}", act[1])
        return Case(name, row, attack, more.pop("make", good), TOCTOU, steps, "changed", rows, recipe=[act], **more)

    alone = {"make": model(), "arguments": OMS}
    both = {"arguments": {"algorithm": "all"}}
    return [
        case("meanwhile-grows", "A file grows while it is hashed.", ("config.json", "grow"), [11], config),
        case(
            "meanwhile-shrinks", "A file shrinks while it is hashed.", ("config.json", "shrink"), [11], config, **both
        ),
        case(
            "meanwhile-rewritten",
            "A file gets other bytes while it is hashed, and its time of change is set back.",
            ("config.json", "rewrite"),
            [11],
            config,
        ),
        case("meanwhile-replaced", "Another file takes its name.", ("config.json", "replace"), [11], config),
        case(
            "meanwhile-manifest",
            "The manifest changes while it is read.",
            ("openmodel.json", "grow"),
            [5],
            [("openmodel.json", "refused")],
        ),
        case("meanwhile-signature", "The signature changes while it is read.", ("openmodel.sig", "rewrite"), [1], []),
        case(
            "oms-meanwhile-grows",
            "A file grows while it is hashed.",
            ("a.txt", "grow"),
            [16],
            [("a.txt", "refused")],
            **alone,
        ),
        case(
            "oms-meanwhile-signature",
            "model.sig changes while it is read.",
            ("model.sig", "rewrite"),
            [12],
            [],
            **alone,
        ),
    ]


def with_more(files: dict[str, bytes]) -> Callable[[Path], None]:
    """A release with more files, all listed and signed."""

    def make(root: Path) -> None:
        write_model(root, FILES | files)

        def small(document: Json) -> None:
            document["measured"]["built_from"]["records"] = []
            document["measured"].pop("weights")

        build(root, small)
        write_signatures(root, bundle(ONE, payload_of(statement_for(root))))

    return make


def model_with(files: dict[str, bytes], **serialization: Any) -> Callable[[Path], None]:
    """A model with more files, all listed and signed."""

    def make(root: Path) -> None:
        write_model(root, MODEL | files)
        value = statement(resources(MODEL | files), **serialization)
        (root / "model.sig").write_text(json.dumps(bundle(ONE, json.dumps(value).encode())))

    return make


class Exit:
    """As a pickle, ends the program that loads it."""

    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return os._exit, (77,)


PICKLE = pickle.dumps(Exit(), protocol=2)


def kinds_and_names() -> list[Case]:
    kinds, names, alike = "links, pipes and names", "twins", "e\u0301.txt"
    twins, source = {"Config.json": b"evil"}, "model-signing 1.1.1, which signs both"
    folded = "Config.json, config.json: one file on systems that ignore case"
    alone = {"make": model(), "arguments": OMS}

    def case(name: str, row: str, attack: str, recipe: Sequence[str], rows: Rows, **more: Any) -> Case:
        arguments: Json = more.get("arguments", {})
        steps, make = [16 if arguments else 11], more.pop("make", good)
        return Case(name, row, attack, make, "threat table", steps, rows[0][0], rows, recipe=[recipe], **more)

    hexed = ["hex name", f"release/{alike}".encode().hex()]
    return [
        case("socket", kinds, "A socket is among the files.", ["socket", "release/s"], [("s", "refused")]),
        case(
            "socket-in-place-of-file",
            kinds,
            "A socket is in place of a file.",
            ["socket", "release/config.json"],
            [("config.json", "refused")],
        ),
        case("oms-socket", kinds, "A socket is among the files.", ["socket", "release/s"], [("s", "refused")], **alone),
        case("extra-normal-form", names, "The name of an unlisted file is not in NFC.", hexed, [(alike, "refused")]),
        case("oms-extra-normal-form", names, "The same.", hexed, [(alike, "refused")], **alone),
        Case(
            "manifest-case-twins",
            names,
            "Two signed files are one where case is ignored: verified here, and told.",
            with_more(twins),
            source,
            place=folded,
            outcome="verified",
        ),
        Case(
            "oms-case-twins",
            names,
            "Two listed files are one where case is ignored: verified here, and told.",
            model_with({"A.txt": b"evil"}),
            source,
            place="A.txt, a.txt: one file on systems that ignore case",
            outcome="verified",
            arguments=OMS,
        ),
        Case(
            "not-covered-git",
            kinds,
            "A program below `.git`, which no manifest lists: told as not covered.",
            good,
            "model-transparency#374",
            place=".git",
            outcome="verified",
            recipe=[["sparse", "release/.git/hooks/post-checkout", 4]],
        ),
        Case(
            "listed-pickle",
            "pickles",
            "A signed pickle that ends the program that loads it: only its bytes are looked at.",
            with_more({"model.pkl": PICKLE}),
            "safetensors attacks/torch_ace_*",
            outcome="verified",
        ),
        Case(
            "oms-listed-pickle",
            "pickles",
            "A listed pickle that ends the program that loads it: only its bytes are looked at.",
            model_with({"model.pkl": PICKLE}),
            "safetensors attacks/torch_ace_*",
            outcome="verified",
            arguments=OMS,
        ),
    ]


TENSOR = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}
TWICE = b'{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}'


def safetensors(header: Json | bytes, data: bytes = b"1234", length: int | None = None) -> bytes:
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(content) if length is None else length) + content + data


def gguf(tensors: int, pairs: int, more: bytes = b"") -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, pairs) + more


HEADERS = {
    "length-beyond-the-file": (safetensors({"a": TENSOR}, length=10**6), "a complete header"),
    "length-of-200-mb": (safetensors({"a": TENSOR}, length=2 * 10**8), "at most 100000000"),
    "overlap": (safetensors({"a": TENSOR, "b": TENSOR | {"data_offsets": [2, 6]}}, b"123456"), "overlaps"),
    "hole": (safetensors({"a": TENSOR, "b": TENSOR | {"data_offsets": [6, 10]}}, b"1234567890"), "a hole"),
    "bytes-after-the-last": (safetensors({"a": TENSOR}, b"12345"), "5 bytes after the header"),
    "shape-overflow": (safetensors({"a": TENSOR | {"shape": [2**33, 2**33]}}), "2^63 elements"),
    "shape-of-nothing": (safetensors({"a": TENSOR | {"shape": [0, 2**60]}}), "1152921504606846976"),
    "tensor-twice": (safetensors(TWICE), "twice"),
    "white-space-first": (safetensors(b" " + json.dumps({"a": TENSOR}).encode()), "its first character"),
    "field-unknown": (safetensors({"a": TENSOR | {"x": 1}}), 'the field "x"'),
}
COUNTS = {
    "tensors": gguf(2**60, 0),
    "pairs": gguf(0, 2**60),
    "length-of-text": gguf(0, 1, struct.pack("<Q", 2**62)),
}
"""What asks a reader to allocate more than there is."""


def built(name: str, row: str, attack: str, files: dict[str, bytes], place: str, **more: Any) -> Case:
    """A declaration and files that `build` has to answer."""
    content = {"openmodel.yaml": b"openmodel: 1-draft\nrelease: {name: toy}\n"} | files
    source = more.pop("source", "safetensors tensor.rs tests, attacks/")
    arguments = {"verb": "build"} | more.pop("arguments", {})
    return Case(
        name, row, attack, lambda root: write_model(root, content), source, arguments=arguments, place=place, **more
    )


def weights() -> list[Case]:
    refused, index = {"error": "InventoryError"}, "model.safetensors.index.json"
    row = "headers of weights"
    outside = json.dumps({"metadata": {}, "weight_map": {"a": "../../evil.safetensors"}}).encode()
    other = json.dumps({"metadata": {}, "weight_map": {"a": "evil.bin"}}).encode()
    flagged = {"model.pt": PICKLE, "README.md": b"# toy\n"}
    return [
        *(
            built(
                f"safetensors-{name}",
                row,
                "The header of a safetensors file lies: refused before anything is allocated.",
                {"model.safetensors": content},
                place,
                **refused,
            )
            for name, (content, place) in HEADERS.items()
        ),
        *(
            built(
                f"gguf-{name}",
                row,
                "A GGUF file counts more than there is: it is taken for none, and nothing is allocated.",
                {"model.gguf": content},
                "",
                outcome="built",
                source="threat table, as of safetensors",
            )
            for name, content in COUNTS.items()
        ),
        built(
            "index-outside",
            row,
            "An index names a file outside.",
            {index: outside},
            "../../evil.safetensors",
            **refused,
        ),
        built(
            "index-of-a-pickle", row, "An index of safetensors names a pickle.", {index: other}, "evil.bin", **refused
        ),
        built(
            "pickle-flagged",
            "pickles",
            "A pickle that ends the program that loads it: told, and never loaded.",
            flagged,
            "it is a pickle that imports",
            outcome="built",
        ),
    ]


def beside_a_list() -> list[Case]:
    """Extra, removed, swapped and stripped, where `model.sig` is all that there is."""
    row, source = "extra, removed and swapped files", "model-transparency#266"

    def case(name: str, attack: str, files: dict[str, bytes | None], rows: Rows, **more: Any) -> Case:
        def make(root: Path) -> None:
            more_make(root)
            for path, content in files.items():
                (root / path).unlink(missing_ok=True)
                write_model(root, {path: content} if content is not None else {})

        more_make = more.pop("make", model())
        place, steps = more.pop("place", rows[0][0] if rows else ""), more.pop("steps", [16])
        arguments = more.pop("arguments", OMS)
        return Case(f"oms-{name}", row, attack, make, source, steps, place, rows, arguments=arguments, **more)

    parts = [{"name": f"a.txt:shard-{at}", "algorithm": "sha256", "digest": sha256(b"a")} for at in range(3)]

    def in_parts(root: Path) -> None:
        (root / "a.txt").write_bytes(b"aaa")
        value = statement(parts, method="file-shard-1")
        (root / "model.sig").write_text(json.dumps(bundle(ONE, json.dumps(value).encode())))

    return [
        case("extra-program", "A program that nobody listed.", {"evil.sh": b"evil"}, [("evil.sh", "extra")]),
        case("extra-in-cache", "A program in `.cache`.", {".cache/evil.sh": b"evil"}, [(".cache/evil.sh", "extra")]),
        case("removed", "A listed file is gone.", {"a.txt": None}, [("a.txt", "missing")]),
        case("altered", "Other bytes of the same length.", {"a.txt": b"alphA"}, [("a.txt", "altered")]),
        case("renamed", "A file has another name.", {"a.txt": None, "b.txt": b"alpha"}, [("a.txt", "renamed")]),
        case(
            "extra-of-60-gb",
            "An unlisted file has 60 GB, of which nothing need be read.",
            {},
            [("big", "extra")],
            recipe=[["sparse", "release/big", 60 * 10**9]],
        ),
        case(
            "removed-beside-60-gb",
            "A listed file is gone, and an unlisted one has 60 GB, which need not be read to see that it is another.",
            {"a.txt": None},
            [("a.txt", "missing"), ("big", "extra")],
            recipe=[["sparse", "release/big", 60 * 10**9]],
        ),
        case(
            "parts-of-a-byte",
            "A list of parts of a byte: a file with more of them is not read.",
            {},
            [("a.txt", "altered")],
            make=in_parts,
            recipe=[["sparse", "release/a.txt", 60 * 10**9]],
        ),
        case(
            "extra-manifest",
            "A manifest that nobody signed lies beside the list.",
            {"openmodel.json": b"{}"},
            [("openmodel.json", "extra")],
        ),
        case(
            "stripped",
            "model.sig was taken away.",
            {"model.sig": None},
            [],
            steps=[12],
            place="model.sig",
            outcome="unsigned",
        ),
    ]


def both(
    change: Callable[[list[Json]], object] = lambda _: None, key: Key = ONE, *, lies: bool = False
) -> Callable[[Path], None]:
    """A release with both files; `change` alters the list before it is signed, `lies` the digest in it afterwards."""

    def make(root: Path) -> None:
        good(root)
        files = FILES | {"openmodel.json": (root / "openmodel.json").read_bytes()}
        value = statement(resources(files))
        entries(change)(value)
        content = json.dumps(value).encode()
        signed = bundle(key, content, message=b"something else" if lies else None)
        (root / "model.sig").write_text(json.dumps(signed))

    return make


def two_signatures() -> list[Case]:
    row, source = "stripped, swapped and mixed signatures", "a killed `sign`; model-transparency#434"

    def case(
        name: str, attack: str, make: Callable[[Path], None], steps: Sequence[int], place: str, **more: Any
    ) -> Case:
        return Case(f"both-{name}", row, attack, make, source, steps, place, more.pop("files", []), **more)

    def interrupted(root: Path) -> None:
        """The release changed, `model.sig` was signed anew, and `openmodel.sig` is about what was there before."""
        said(lambda _: None)(root)
        old = (root / "openmodel.sig").read_bytes()
        release(root, lambda document: document["release"].update(version="2.0"))
        value = statement(resources(FILES | {"openmodel.json": (root / "openmodel.json").read_bytes()}))
        (root / "model.sig").write_text(json.dumps(bundle(ONE, json.dumps(value).encode())))
        (root / "openmodel.sig").write_bytes(old)

    def older(found: list[Json]) -> None:
        next(entry for entry in found if entry["name"] == "data/a.txt")["digest"] = digest(b"older")

    return [
        case("agree", "Both are about the same files.", both(), [], "", outcome="verified"),
        case(
            "another-list", "A trusted key signed an older list.", both(older), [15], "data/a.txt has another SHA-256"
        ),
        case("list-leaves-out", "The list leaves out a file.", both(list.pop), [15], "is not in it"),
        case(
            "list-of-a-stranger", "A stranger signed the list.", both(key=STRANGER), [], "model.sig", outcome="verified"
        ),
        case("false-list", "A list in the name of a trusted key.", both(lies=True), [13], "not one of this key"),
        case(
            "interrupted",
            "`sign` was killed between the two files.",
            interrupted,
            [5],
            "`sign` was interrupted",
            files=[("openmodel.json", "altered")],
        ),
    ]


def provenance() -> list[Case]:
    def make(root: Path) -> None:
        statement = release(root)
        other = {
            "_type": statement["_type"],
            "subject": [{"name": "openmodel.json", "digest": {"sha256": "0" * 64}}],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {},
        }
        write_signatures(root, bundle(ONE, payload_of(statement)), bundle(ONE, payload_of(other)))

    return [
        Case(
            "provenance-of-another-release",
            "replay",
            "A trusted key signed provenance of another release, which somebody put here: told, and without effect.",
            make,
            "in-toto bundles, which nobody signs as a whole",
            place="SLSA provenance, and not of this release",
            outcome="verified",
        )
    ]


CASES = [*changing(), *kinds_and_names(), *weights(), *beside_a_list(), *two_signatures(), *provenance()]
