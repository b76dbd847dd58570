# SPDX-License-Identifier: Apache-2.0
"""What a draft says about terms: where cards, texts and packages name them, and where they differ."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

import openmodel
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.values import Terms
from tests.drafting.files import Content, drafted, weights, write

TEXTS = Path(__file__).parents[1] / "licences" / "texts"
MIT, APACHE, GPL = ((TEXTS / f"{name}.txt").read_text(encoding="utf-8") for name in ("MIT", "Apache-2.0", "GPL-3.0"))
OWN = "Our own terms: ask us.\n"


def card(front: str, body: str = "# Tiny\n") -> str:
    return f"---\n{front}\n---\n{body}"


def weights_of(root: Path, files: dict[str, Content]) -> tuple[Component, str]:
    declaration, text = drafted(root, files)
    (model,) = [one for one in answered(declaration.components) if "weights" in one.kinds]
    return model, text


@pytest.mark.parametrize(
    ("link", "terms"),
    [
        ("LICENSE", {"text": "LICENSE"}),
        ("./LICENSE", {"text": "LICENSE"}),
        ("docs/terms.pdf", {"text": "docs/terms.pdf"}),
        ("https://example.org/own", {"url": "https://example.org/own"}),
        ("http://example.org/own", {"url": "http://example.org/own"}),
        ("ftp://example.org/own", {}),
        ("../LICENSE", {}),
        ("/LICENSE", {}),
        ("MISSING", {}),
        ("javascript:alert(1)", {}),
    ],
)
def test_a_link_to_a_licence_is_a_url_or_a_file_of_the_release(
    tmp_path: Path, link: str, terms: dict[str, str]
) -> None:
    front = card(f"license: other\nlicense_name: own\nlicense_link: {link}")
    files: dict[str, Content] = {"README.md": front, "LICENSE": OWN, "docs/terms.pdf": "%PDF"}
    model, _ = weights_of(tmp_path, files | {"model.safetensors": weights()})
    assert model.terms == Terms(expression="LicenseRef-own", **terms)


def test_the_file_that_the_card_links_to_goes_before_another_with_this_text(tmp_path: Path) -> None:
    front = card("license: mit\nlicense_link: legal/terms.txt")
    files: dict[str, Content] = {"README.md": front, "LICENSE": MIT, "legal/terms.txt": MIT}
    model, _ = weights_of(tmp_path, files | {"model.safetensors": weights()})
    assert model.terms == Terms(expression="MIT", text="legal/terms.txt")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("LICENSE", MIT, "weights/LICENSE is the text of MIT."),
        ("LICENSE", OWN, "weights/LICENSE lies nearer to these files; read it."),
        ("README.md", card("license: cc-by-nc-4.0"), "weights/README.md says cc-by-nc-4.0."),
        ("README.md", card("license: [mit, apache-2.0]"), "weights/README.md says mit, apache-2.0."),
        ("NOTICE.txt", "Under the Tiny Licence.\n", "weights/NOTICE.txt lies nearer to these files and speaks of"),
    ],
)
@pytest.mark.parametrize("top", [{"README.md": card("license: apache-2.0")}, {"LICENSE": APACHE}])
def test_terms_nearer_to_the_parameters_are_pointed_at(
    tmp_path: Path, top: dict[str, Content], name: str, content: str, said: str
) -> None:
    files: dict[str, Content] = {f"weights/{name}": content, "weights/model.safetensors": weights()}
    model, text = weights_of(tmp_path, {**top, "config.json": {}, **files})
    assert model.terms is None
    assert said in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("LICENSE", APACHE),
        ("README.md", card("license: Apache-2.0")),
        ("README.md", "# No front matter\n"),
        ("README.md", "---\n[\n---\n"),
        ("NOTICE", "Made by us.\n"),
    ],
)
def test_terms_nearer_to_the_parameters_that_are_the_same_are_not(tmp_path: Path, name: str, content: str) -> None:
    files: dict[str, Content] = {f"weights/{name}": content, "weights/model.safetensors": weights()}
    model, _ = weights_of(tmp_path, {"README.md": card("license: apache-2.0"), "config.json": {}, **files})
    assert isinstance(model.terms, Terms)
    assert model.terms.expression == "Apache-2.0"


def test_what_lies_above_the_model_is_not_nearer(tmp_path: Path) -> None:
    files: dict[str, Content] = {"README.md": card("license: apache-2.0"), "config.json": {}, "LICENSE": APACHE}
    files = {f"a/b/{name}": content for name, content in files.items()}
    model, _ = weights_of(tmp_path, files | {"a/NOTICE": "A licence.\n", "a/b/model.safetensors": weights()})
    assert isinstance(model.terms, Terms)
    assert model.terms == Terms(expression="Apache-2.0", text="a/b/LICENSE")


@pytest.mark.parametrize(
    ("front", "label", "is_told"),
    [
        ("license: mit", "License: MIT", False),
        ("license: mit", "License: The MIT License", False),
        ("license: apache-2.0", "License: Apache", False),
        ("license: mit", "License: CC BY-NC 4.0", True),
        ("license: llama3.1", "License: Llama 3.1 Community License", False),
        ("license: other\nlicense_name: Tiny-Own", "License: tiny own", False),
        ("license: other\nlicense_name: Tiny-Own", "License: other", False),
        ("license: other\nlicense_name: Tiny-Own", "License: LicenseRef-Tiny-Own", False),
        ("license: other\nlicense_name: Tiny-Own", "License: MIT", True),
        ("language: en", "License: MIT", False),
    ],
)
def test_another_name_of_the_licence_in_the_card_is_told(tmp_path: Path, front: str, label: str, is_told: bool) -> None:
    body = f"# Tiny\n\n- {label}\n"
    _, text = drafted(tmp_path, {"README.md": card(front, body), "model.safetensors": weights()})
    assert ("calls the licence" in text) is is_told


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            "- License: BSD",
            """README.md, "Tiny" (line 5) calls the licence 'BSD'; its front matter says MIT, LICENSE is""",
        ),
        (
            "![License: BSD](badge.svg)",
            """README.md, "Tiny" (line 5) calls the licence 'BSD' in the text of an image, such as a badge; its""",
        ),
    ],
)
def test_a_conflict_is_told_with_both_sides(tmp_path: Path, body: str, sentence: str) -> None:
    files: dict[str, Content] = {
        "README.md": card("license: mit", f"\n# Tiny\n\n{body}\n"),
        "LICENSE": MIT,
        "model.safetensors": weights(),
    }
    draft = openmodel.init(write(tmp_path, files))
    assert [remark for remark in draft.remarks if remark.startswith(sentence)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            f"{MIT}\nNo warfare, and no surveillance.\n",
            'MIT, but with other words: "No", "warfare", "no", "surveillance"',
        ),
        (MIT.replace("sublicense, ", ""), 'MIT, but without: "sublicense"'),
        (f"{MIT}\n" + "Some say a lot of other things here before the end. " * 3, "MIT, but with other words, such as"),
        (f"{MIT}\n{APACHE}", None),
        (OWN, None),
    ],
)
def test_a_text_that_is_nearly_a_licence_is_told_with_what_differs(
    tmp_path: Path, content: str, words: str | None
) -> None:
    files: dict[str, Content] = {"LICENSE": content, "train.py": "x = 1\n", "model.safetensors": weights()}
    draft = openmodel.init(write(tmp_path, files))
    start = "LICENSE is not just the text of one licence that SPDX lists"
    (told,) = [remark for remark in draft.remarks if remark.startswith(start)]
    assert told.startswith(f"{start}; it is nearest to {words}" if words else f"{start}; read it.")
    assert told.endswith("; read it.")
    assert all(one.terms is None for one in answered(draft.declaration.components))


@pytest.mark.parametrize(
    ("fields", "content", "is_told"),
    [
        ("License: MIT", MIT, False),
        ("License: MIT License", MIT, False),
        ("License: MIT", f"{MIT}\nNo warfare.\n", True),
        ("License: Apache-2.0", MIT, True),
        (f"{'Classifier: License :: OSI Approved :: '}MIT License", MIT, False),
    ],
)
def test_a_licence_of_the_package_that_no_text_is_of_is_told(
    tmp_path: Path, fields: str, content: str, *, is_told: bool
) -> None:
    files: dict[str, Content] = {"tiny-1.dist-info/METADATA": metadata(fields), "tiny/LICENSE": content}
    remarks = " ".join(openmodel.init(write(tmp_path, files)).remarks)
    assert ("; no text here was recognised as that of this licence." in remarks) is is_told


def metadata(fields: str, body: str = "") -> str:
    return f"Metadata-Version: 2.4\nName: tiny\nVersion: 1\n{fields}\n\n{body}"


LICENCES = "Classifier: License :: OSI Approved :: "


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ("License-Expression: MIT\nLicense: BSD", "MIT"),
        ("License: Apache-2.0", "Apache-2.0"),
        ("License: UNKNOWN\n" + LICENCES + "MIT License", "MIT"),
        (LICENCES + "Apache Software License", "Apache-2.0"),
        (LICENCES + "BSD License", "BSD License"),
        (f"{LICENCES}MIT License\n{LICENCES}Apache Software License", None),
        ("Classifier: Programming Language :: Python", None),
    ],
)
def test_the_licence_of_a_package(tmp_path: Path, fields: str, licence: str | None) -> None:
    _, text = drafted(tmp_path, {"tiny-1.dist-info/METADATA": metadata(fields), "tiny/model.safetensors": weights()})
    said = f"says that the package is under {licence}; there is no licence text"
    assert (said in text) if licence else ("says that the package is under" not in text)


def test_of_several_packages_none_is_what_the_release_is(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        f"{name}-1.dist-info/METADATA": metadata("License: MIT").replace("tiny", name) for name in ("one", "two")
    }
    declaration, text = drafted(tmp_path / "here", files)
    assert declaration.release.name == "here"
    assert "says that the package is under" not in text


def test_lines_of_the_description_of_a_package_are_those_of_the_file(tmp_path: Path) -> None:
    body = "# Tiny\n\nIt is small.\n\n## Training data\n\nTrained on the web.\n"
    path = "tiny-1.dist-info/METADATA"
    content = metadata("License: MIT", body)
    _, text = drafted(tmp_path, {path: content, "tiny/model.safetensors": weights()})
    line = content.splitlines().index("## Training data") + 1
    assert f'"Training data" (line {line})' in text


def test_texts_that_licences_share_and_texts_below_are_not_chosen(tmp_path: Path) -> None:
    declaration, text = drafted(tmp_path, {"COPYING": GPL, "train.py": ""})
    assert answered(declaration.components)[0].terms is None
    assert "COPYING is the text of GPL-3.0-only or GPL-3.0-or-later; say which" in text
    declaration, text = drafted(tmp_path / "below", {"vendored/LICENSE": MIT, "train.py": ""})
    assert answered(declaration.components)[0].terms is None
    assert "vendored/LICENSE is the text of MIT; say in `terms` what is under it." in text


OWN_TEXT = "You may use the weights for non-commercial research only.\n"
STRING = b"\x08\0\0\0"


def gguf(licence: str) -> bytes:
    name = licence.encode()
    pair = struct.pack("<Q", 15) + b"general.license" + STRING + struct.pack("<Q", len(name)) + name
    head = b"GGUF\3\0\0\0" + struct.pack("<QQ", 1, 1) + pair + struct.pack("<Q1sIQIQ", 1, b"w", 1, 8, 0, 0)
    return head + bytes(-len(head) % 32 + 32)


def named(licence: str) -> bytes:
    return save({"w": np.zeros(2, np.float32)}, metadata={"license": licence})


AGAINST: list[tuple[dict[str, Content], str]] = [
    ({"README.md": card("license: mit"), "m.gguf": gguf("llama2")}, "The metadata of m.gguf name the licence llama2."),
    ({"README.md": card("license: mit"), "m.safetensors": named("CC-BY-NC-4.0")}, "m.safetensors name the licence CC-"),
    (
        {"README.md": card("license: mit\nlicense_name: llama3\nlicense_link: L.txt"), "L.txt": OWN_TEXT},
        "README.md, `license_name` says llama3.",
    ),
    ({"README.md": card("license: apache-2.0", "# T\n\n**License:** cc-by-nc-4.0\n")}, "License: cc-by-nc-4.0"),
    ({"README.md": card("license: apache-2.0", "# T\n\nWeights are licensed under CC-BY-NC-4.0.\n")}, "CC-BY-NC-4.0"),
    ({"README.md": card("license: mit", "# T\n\n## License\n\ncc-by-nc-4.0\n")}, "License: cc-by-nc-4.0"),
    (
        {"README.md": card("license: mit", "# T\n\nReleased under a non-commercial licence.\n")},
        "a non-commercial licence",
    ),
    ({"README.md": card("license: mit\nextra_gated_prompt: For research only.")}, "`extra_gated_prompt` says"),
]


@pytest.mark.parametrize(("files", "said"), AGAINST)
def test_what_contradicts_the_card_leaves_the_parameters_without_terms(
    tmp_path: Path, files: dict[str, Content], said: str
) -> None:
    has_weights = any(name.endswith((".gguf", ".safetensors")) for name in files)
    model, text = weights_of(tmp_path, files if has_weights else files | {"model.safetensors": weights()})
    assert model.terms is None
    told = " ".join(" ".join(draft_remarks(text)).split())
    assert said in told
    assert "and this another thing" in told


def draft_remarks(text: str) -> list[str]:
    return [line.lstrip("# ") for line in text.partition("openmodel: 1-draft")[0].splitlines()]


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": card("license: apache-2.0"), "m.gguf": gguf("apache-2.0")},
        {"README.md": card("license: apache-2.0"), "m.safetensors": named("Apache License 2.0")},
        {"README.md": card("license: apache-2.0", "# T\n\nThe model is under the Apache 2.0 license.\n")},
        {"README.md": card("license: apache-2.0", "# T\n\nThe code is licensed under MIT.\n")},
        {"README.md": card("license: apache-2.0", "# T\n\nReleased with support for Llama.\n")},
        {"README.md": card("license: apache-2.0\nextra_gated_prompt: Tell us who you are.")},
        {"README.md": card("license: apache-2.0", "# T\n\n## License\n\nApache 2.0\n")},
    ],
)
def test_what_says_the_same_does_not(tmp_path: Path, files: dict[str, Content]) -> None:
    has_weights = any(name.endswith((".gguf", ".safetensors")) for name in files)
    model, _ = weights_of(tmp_path, files if has_weights else files | {"model.safetensors": weights()})
    assert model.terms == Terms(expression="Apache-2.0")


def test_the_text_of_a_card_nearer_to_the_parameters_counts(tmp_path: Path) -> None:
    files: dict[str, Content] = {
        "sub/README.md": "# Sub\n\nLicensed CC-BY-NC-4.0.\n",
        "sub/model.safetensors": weights(),
    }
    model, text = weights_of(tmp_path, {"README.md": card("license: mit"), **files})
    assert model.terms is None
    assert "sub/README.md says another licence than the top" in text
