# SPDX-License-Identifier: Apache-2.0
"""The model card as a file: what people wrote stays, what is ours is current, and the Hub's client reads it.

`OPENMODEL_UPDATE_CARDS=1 make test ARGS=tests/rendering/test_card.py` writes `cards/full.md` anew; never in CI.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from huggingface_hub import ModelCard, ModelCardData
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

import openmodel
from openmodel import DocumentError, InventoryError, OverwriteError, StageError, UsageError
from openmodel.rendering.card import compose_card, render_card, without_ours
from tests.rendering.manifests import CARDS, DIGEST, full_manifest, manifest, weights_under

FULL = full_manifest()
TOY, OTHER = weights_under("MIT"), weights_under("ISC")
PART = re.compile(r"<!-- openmodel:begin [^\n]* -->\r?\n.*<!-- openmodel:end -->", re.DOTALL)


def render(existing: str | None = None) -> str:
    return render_card(TOY, DIGEST, existing)


def test_golden_card() -> None:
    """The whole card of a manifest in which every part has something."""
    golden, text = CARDS / "full.md", render_card(FULL, DIGEST, None)
    if os.environ.get("OPENMODEL_UPDATE_CARDS"):
        assert "CI" not in os.environ, "golden cards are written by people, not by CI"
        golden.write_text(text, encoding="utf-8", newline="")
    assert text == golden.read_text(encoding="utf-8")


def test_a_card_remembers_whether_the_text_before_its_part_is_its_own() -> None:
    ours = render()
    assert " head:" in ours
    assert render(ours) == ours
    assert without_ours(ours.partition("\n---\n")[2]).strip() == ""
    edited = ours.replace("# toy", "# Toy, by hand")
    assert "# Toy, by hand" in without_ours(render(edited))
    theirs = render("# Mine\n")
    assert " head:" not in theirs
    assert without_ours(theirs.partition("\n---\n")[2]).strip() == "# Mine"


@pytest.mark.parametrize("blank", [" ", "\t", "   \n", "\x0c", "\xa0"])
def test_a_blank_card_of_any_kind_is_stable(blank: str) -> None:
    once = render(blank)
    assert render(once) == once
    assert without_ours(once.partition("\n---\n")[2]).strip() == ""


def test_new_card() -> None:
    text = render()
    assert text.startswith("---\nlicense: mit\nopenmodel:\n  manifest: openmodel.json\n  sha256: ")
    assert "---\n\n# toy\n\n<!-- openmodel:begin sha256:" in text
    assert text.endswith("\n<!-- openmodel:end -->\n")
    assert render("") == text


def test_a_description_opens_a_new_card_and_a_placeholder_does_not() -> None:
    described = manifest(release={"description": "Reads *digits*.\n\n# Well."})
    assert "\n# toy\n\nReads \\*digits\\*.\n\n\\# Well.\n\n<!-- openmodel:begin" in render_card(described, DIGEST, None)
    for text in ("TODO", "[More Information Needed]"):
        card = render_card(manifest(release={"description": text}), DIGEST, None)
        assert "\n# toy\n\n<!-- openmodel:begin" in card
        assert text not in card


def test_a_card_of_front_matter_only_gets_a_heading() -> None:
    for existing in ("---\nlicense: mit\n---\n", "---\nlicense: mit\n---", "---\nlicense: mit\n---\n\n", "\n"):
        text = render(existing)
        assert "---\n" in text
        assert "\n\n# toy\n\n<!-- openmodel:begin" in text
        assert render(text) == text


@pytest.mark.parametrize(
    ("body", "between"), [("# T", "\n\n"), ("# T\n", "\n"), ("# T\n\n", ""), ("# T\n\n\n", ""), ("# T\r\n", "\r\n")]
)
def test_one_empty_line_is_before_the_part(body: str, between: str) -> None:
    text = render(body)
    assert f"{body}{between}<!-- openmodel:begin" in text
    assert render(text) == text


BODIES = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from("#-<>!ab \r\n\t:|"), max_size=60),
    st.lists(st.sampled_from(["# T", "", "text", "---", "```", "<!-- a -->", "\ufeff"]), max_size=8).map("\r\n".join),
)


@settings(max_examples=60, deadline=None)
@given(BODIES)
@example("\ufeff# T\n")
@example("text\r")
@example("text\n\n\r")
@example("\r")
@example("a\rb\r\nc\n")
@example("---\r\nlicense: isc\r\n---\r\n# T\r\n")
def test_hand_written_parts_stay_byte_for_byte_and_a_second_run_changes_nothing(body: str) -> None:
    try:
        text = render(body)
    except DocumentError:  # A first line `---` that opens no front matter.
        assume(False)
    assert render(text) == text
    assert_kept(body, text)
    after = render_card(OTHER, "f" * 64, text)
    assert_kept(body, after)
    assert render_card(OTHER, "f" * 64, after) == after


def assert_kept(body: str, text: str) -> None:
    written = body.removeprefix("\ufeff")
    if not re.match(r"\s*---\s", written):
        assert written in text
    else:
        assert written.partition("---")[2].rpartition("---")[2] in text
    assert text.startswith("\ufeff") == body.startswith("\ufeff")


def test_line_breaks_are_those_of_the_card() -> None:
    text = render("# T\r\n\r\nBy hand.\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert render(text) == text
    assert render(text.replace("\r\n", "\n")) == text.replace("\r\n", "\n")


def test_text_before_and_after_the_part_stays() -> None:
    text = render().replace("# toy\n", "# My toy\n\n## Uses  \n\tNone.\n")
    text = f"{text}\n## After\n\n<!-- mine -->"
    again = render_card(FULL, DIGEST, text)
    assert PART.sub("", again).partition("# My toy")[2] == PART.sub("", text).partition("# My toy")[2]


def test_people_can_say_where_the_part_stands() -> None:
    text = render("# T\n<!-- openmodel:begin -->\n<!-- openmodel:end -->\n## After\n")
    assert re.search(r"# T\n<!-- openmodel:begin sha256.*<!-- openmodel:end -->\n## After\n\Z", text, re.DOTALL)


def test_a_card_follows_its_manifest() -> None:
    text = render_card(weights_under("0BSD"), "a" * 64, None)
    assert 'license: other\nlicense_name: "0bsd"\nlicense_link: "https://spdx.org/licenses/0BSD.html"\n' in text
    text = render_card(weights_under("ISC"), "b" * 64, text)
    assert text == render_card(weights_under("ISC"), "b" * 64, None)


def test_a_deleted_part_is_written_anew() -> None:
    text = render("# T\n")
    assert render(PART.sub("", text)).count("openmodel:begin") == 1


def test_an_edit_inside_the_part_is_refused() -> None:
    text = render("# T\n").replace("### Components", "### Parts")
    with pytest.raises(OverwriteError) as error:
        compose_card(FULL, DIGEST, text, "card.md")
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == ("card.md", 10)
    assert "out of the markers" in problem.fix
    without = re.sub(r"openmodel:begin [^\n]* -->", "openmodel:begin -->", render())
    # What the lost line remembered is now taken for people's own.
    assert render(without) == re.sub(r" (head|license):[0-9a-f]{8}", "", render())
    with pytest.raises(OverwriteError):
        render_card(FULL, DIGEST, without)


BEGIN, END = "<!-- openmodel:begin -->", "<!-- openmodel:end -->"


@pytest.mark.parametrize(
    ("lines", "line", "found"),
    [
        (["# T", BEGIN], 2, "no `openmodel:end`"),
        (["# T", "", END], 3, "before any other"),
        ([END, BEGIN], 1, "before any other"),
        ([BEGIN, BEGIN, END], 2, "a second"),
        ([BEGIN, END, "x", BEGIN, END], 4, "a second"),
        ([BEGIN, END, END], 3, "a second"),
        ([BEGIN, f"{END} text"], 2, "broken"),
        (["<!-- openmodel:begin", END], 1, "broken"),
        (["<!--openmodel:begin sha256:xyz-->", END], 1, "broken"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_broken_markers_are_refused(lines: list[str], line: int, found: str, newline: str) -> None:
    with pytest.raises(DocumentError) as error:
        render(f"---{newline}a: 1{newline}---{newline}" + newline.join(lines))
    (problem,) = error.value.problems
    assert problem.line == line + 3
    assert found in problem.got
    assert problem.fix


def test_a_manifest_cannot_close_the_part_or_the_front_matter() -> None:
    hostile = "x\n---\n<!-- openmodel:end -->\n# Heading\n"
    evil = manifest(
        release={"name": hostile, "description": hostile, "publisher": hostile, "tasks": [hostile], "version": hostile},
        components=[
            {"id": "w", "name": hostile, "kinds": ["weights"], "terms": {"expression": hostile, "url": hostile}}
        ],
        sources=[{"id": "s", "name": hostile, "provenance": hostile}],
        extensions={},
    )
    text = render_card(evil, DIGEST, None)
    assert text.count("\n---\n") == 1
    assert len(re.findall(r"^<!-- openmodel:end -->$", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert render_card(evil, DIGEST, text) == text


@pytest.mark.parametrize(
    ("front", "expression", "warned"),
    [
        ("license: mit", "MIT", False),
        ("license: MIT", "MIT", False),
        ("license: [mit]", "MIT", False),
        ("license:", "MIT", False),
        ("license: other\nlicense_name: ours", "LicenseRef-ours", False),
        ("license: other", "LicenseRef-ours", False),
        ("license: other\nlicense_name: theirs", "LicenseRef-ours", True),
        ("license: apache-2.0", "MIT", True),
        ("license: [mit, isc]", "MIT", True),
        ("license: mit", "NONE", True),
        ("license: {a: b}", "MIT", True),
    ],
)
def test_a_licence_that_differs_is_kept_and_named(front: str, expression: str, warned: bool) -> None:
    text, warnings = compose_card(weights_under(expression), DIGEST, f"---\n{front}\n---\n", "card.md")
    assert front in text
    assert bool(warnings) == warned
    for warning in warnings:
        assert (warning.file, warning.line, warning.column) == ("card.md", 2, 1)
        assert expression in warning.expected


def test_a_licence_without_any_terms_is_named() -> None:
    _, (warning,) = compose_card(manifest(), DIGEST, "---\nlicense: mit\n---\n")
    assert warning.got == "license: 'mit'"
    assert warning.expected.endswith(": none")


def test_the_file(built_release: Path) -> None:
    path = built_release / "README.md"
    assert not openmodel.card(built_release, check=True).current
    assert not path.exists()
    path.write_bytes("\ufeff# Tö\r\n".encode())
    first = openmodel.card(str(built_release))
    assert first.path == path
    assert not first.current
    content = path.read_bytes()
    assert content == first.text.encode()
    assert content.startswith(b"\xef\xbb\xbf---\r\n")
    before = path.stat().st_mtime_ns
    second = openmodel.card(built_release)
    assert second.current
    assert second.text == first.text
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, before)
    assert openmodel.card(built_release, check=True).current


def test_another_file(built_release: Path, tmp_path: Path) -> None:
    output = tmp_path / "card.md"
    card = openmodel.card(built_release, output=str(output))
    assert output.read_text(encoding="utf-8") == card.text
    assert not (built_release / "README.md").exists()
    with pytest.raises(InventoryError):
        openmodel.card(built_release, output=tmp_path / "no" / "card.md")


def test_the_manifest_does_not_depend_on_the_card(built_release: Path) -> None:
    openmodel.card(built_release)
    openmodel.build(built_release, check=True)
    assert openmodel.card(built_release, check=True).current


def test_files_that_cannot_be_read(release: Path, built_release: Path) -> None:
    readme = built_release / "README.md"
    readme.write_bytes(b"# T\n\xff\n")
    with pytest.raises(DocumentError, match="not UTF-8"):
        openmodel.card(built_release)
    assert readme.read_bytes() == b"# T\n\xff\n"
    (release / "openmodel.json").unlink()
    with pytest.raises(StageError, match="openmodel build"):
        openmodel.card(release)


def test_the_hub_s_client_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    for existing in (None, "# T\r\n", "\ufeff---\nnew_version: a/b\nco2_eq_emissions: 12\n---\nbody\n"):
        path.write_bytes(render_card(FULL, DIGEST, existing).encode())
        data = ModelCard.load(path).data
        assert isinstance(data, ModelCardData)
        assert data.license == "apache-2.0"
        assert data.language == ["en", "no"]
        assert data.datasets == ["example/news"]
        assert data.base_model == ["example/base"]
        assert data["base_model_relation"] == "finetune"
        assert data.pipeline_tag == "token-classification"
        assert data.tags == ["part-of-speech"]
        assert data["openmodel"] == {"manifest": "openmodel.json", "sha256": DIGEST}
        (result,) = data.eval_results or []
        assert (result.dataset_type, result.metric_type, result.metric_value) == ("example/test", "accuracy", 0.953)
        assert str(ModelCardData(**data.to_dict())) == str(data)  # type: ignore[no-untyped-call]
    assert data["new_version"] == "a/b"
    assert data["co2_eq_emissions"] == 12


def test_the_hub_s_client_reads_names_that_yaml_could_misread(tmp_path: Path) -> None:
    data: JsonValue = {"url": "https://huggingface.co/datasets/a/b", "revision": "1e3"}
    result: JsonValue = {"task": "text-classification", "metric": "no: #1", "value": 1e-7, "data": data}
    path = tmp_path / "README.md"
    names = manifest(release={"name": "off: 'x' \U0001f600\u2028", "languages": ["no"]}, evaluations=[result])
    path.write_text(render_card(names, "1" * 64, None), encoding="utf-8")
    found = ModelCard.load(path).data
    assert found.language == ["no"]
    assert found["openmodel"]["sha256"] == "1" * 64
    assert found.model_name == r"off: 'x' 😀\u2028"
    (parsed,) = found.eval_results or []
    assert (parsed.metric_type, parsed.metric_value, parsed.dataset_revision) == ("no: #1", 1e-7, "1e3")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_markers_are_seen_whatever_the_line_breaks(newline: str) -> None:
    text = render(newline.join(["# T", BEGIN, END, "after"]))
    assert len(re.findall("openmodel:begin", text)) == 1
    assert render(text) == text
    assert text.endswith(f"{END}{newline}after")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["```sh", "ls"], ("a code fence that is never closed", 3)),
        (["~~~~", "~~~", "```"], ("a code fence that is never closed", 3)),
        (["x", "<!-- note", "```"], ("an HTML comment that is never closed", 4)),
        (["```", "```", "   ````", "```` x"], ("a code fence that is never closed", 5)),
        (["```", "<!-- x", "```"], None),
        (["<!-- x", "``` -->"], None),
        (["<!-- x -->", "    ```", "``` a ` b", "text <!-- x"], None),
        (["~~~ sh", "~~~~~ "], None),
    ],
)
@pytest.mark.parametrize("end", ["", f"{BEGIN}\n{END}\n"])
def test_what_is_left_open_before_the_part_is_named(lines: list[str], found: tuple[str, int] | None, end: str) -> None:
    text = "\n".join(["---", "---", *lines, end])
    written, warnings = compose_card(TOY, DIGEST, text, "card.md")
    assert [(warning.got, warning.line) for warning in warnings] == ([found] if found else [])
    assert "\n".join(lines) in written


@pytest.mark.parametrize("target", ["code/train.py", ".git/hooks/pre-commit", "nowhere"])
def test_a_linked_card_is_not_written_through(built_release: Path, target: str) -> None:
    (built_release / ".git" / "hooks").mkdir(parents=True)
    (built_release / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n")
    before = {path: path.read_bytes() for path in built_release.rglob("*") if path.is_file()}
    (built_release / "README.md").symlink_to(target)
    with pytest.raises((OverwriteError, InventoryError)):
        openmodel.card(built_release)
    (built_release / "elsewhere.md").symlink_to(target)
    with pytest.raises((OverwriteError, DocumentError)):
        openmodel.card(built_release, output=built_release / "elsewhere.md", force=True)
    (built_release / "README.md").unlink()
    (built_release / "elsewhere.md").unlink()
    assert before == {path: path.read_bytes() for path in built_release.rglob("*") if path.is_file()}


def test_a_card_that_leads_out_or_never_ends_is_not_read(built_release: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    (built_release / "README.md").symlink_to("../secret")
    with pytest.raises(InventoryError, match="outside the release"):
        openmodel.card(built_release, check=True)
    (built_release / "README.md").unlink()
    os.mkfifo(built_release / "README.md")
    with pytest.raises(InventoryError, match="not a regular file"):
        openmodel.card(built_release)
    with pytest.raises(DocumentError, match="not a regular file"):
        openmodel.card(built_release, output=built_release / "README.md")


def test_a_file_that_is_no_card_is_kept(built_release: Path, tmp_path: Path) -> None:
    script = built_release / "code" / "train.py"
    before = script.read_bytes()
    with pytest.raises(OverwriteError, match="--force"):
        openmodel.card(built_release, output=script)
    assert not openmodel.card(built_release, output=script, check=True).current
    assert script.read_bytes() == before
    output = tmp_path / "card.md"
    output.write_text("")
    openmodel.card(built_release, output=output)
    openmodel.card(built_release, output=output)
    output.write_text("# Mine\n")
    text = openmodel.card(built_release, output=output, force=True).text
    assert output.read_text(encoding="utf-8") == text
    assert "# Mine\n" in text
    (built_release / "README.md").write_text("# Mine\n")
    openmodel.card(built_release, output=built_release / "README.md")


@pytest.mark.parametrize("name", ["openmodel.yaml", "openmodel.json", "openmodel.sig", "model.sig"])
def test_a_card_has_no_reserved_name(built_release: Path, tmp_path: Path, name: str) -> None:
    for directory in (built_release, tmp_path):
        with pytest.raises(UsageError, match=re.escape(name)):
            openmodel.card(built_release, output=directory / name, force=True)


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_an_output_that_cannot_be_one(built_release: Path, name: str) -> None:
    with pytest.raises(InventoryError, match="cannot be written"):
        openmodel.card(built_release, output=name)
