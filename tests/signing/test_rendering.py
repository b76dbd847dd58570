# SPDX-License-Identifier: Apache-2.0
"""The result of `verify`, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from openmodel.errors import StageError
from openmodel.rendering.verification import verification_json, verification_text
from openmodel.signing import KeyPair, sign, verify
from tests.signing.small_release import build, payload_of, sign_payload, statement_for

DIGEST_LINE = re.compile(r"  [0-9a-f]{64}")


def text_of(release: Path, key: KeyPair, width: int = 68) -> str:
    return verification_text(verify(release, keys=[key.public]), width)


def test_the_headline_claims_what_is_covered(signed: Path, key: KeyPair) -> None:
    (signed / ".gitevil").mkdir()
    lines = text_of(signed, key, 100).splitlines()
    assert lines[0].endswith("every file of the manifest is what was signed.")
    assert lines[1] == "  NOT covered by the signature: .gitattributes, .gitevil"


def test_files_that_are_one_elsewhere_are_told(built: Path, key: KeyPair) -> None:
    (built / "Config.json").touch()
    build(built)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    assert "? Config.json, config.json: one file on systems that ignore case" in text_of(built, key, 200)


def test_a_long_list_of_what_is_not_covered_is_cut_in_text_only(signed: Path, key: KeyPair) -> None:
    for number in range(20):
        (signed / f".git{number}").touch()
    assert "and 11 more" in text_of(signed, key, 300)
    result = verify(signed, keys=[key.public])
    assert len(json.loads(verification_json(result))["not_covered"]) == 21


def test_digests_stand_alone_and_fit(signed: Path, key: KeyPair) -> None:
    (signed / "config.json").write_bytes(b"[]")
    (signed / "README.md").write_text("other")
    lines = text_of(signed, key).splitlines()
    assert max(map(len, lines)) <= 68
    digests = [line for line in lines if re.search("[0-9a-f]{64}", line)]
    assert len(digests) > 5
    assert all(DIGEST_LINE.fullmatch(line) for line in digests)
    assert all(line.startswith("  ") for line in lines[1:])


def test_after_a_wrong_key_the_cause_stands_out(signed: Path, other_key: KeyPair) -> None:
    text = text_of(signed, other_key, 200)
    assert text.count("not looked at") == 1
    assert "- 4 to 11 were not looked at, because of an earlier step" in text
    assert "→ Get the publisher's public key" in text


def test_what_to_do_next_is_said(built: Path, signed: Path, key: KeyPair) -> None:
    assert "→ Ask the publisher to sign the release." in text_of(built, key)
    assert "→" not in text_of(signed, key)
    (signed / "config.json").unlink()
    assert "→ Get the release again" in text_of(signed, key)
    statement = statement_for(built)
    statement["predicate"]["expires"] = "2025-02-01T00:00:00Z"
    sign_payload(built, key.private, payload_of(statement))
    assert "→ Ask the publisher to sign again" in text_of(built, key)


def test_a_list_that_is_signed_is_another_way_to_verify(built: Path, key: KeyPair) -> None:
    sign(built, keys=[key.private])
    (built / "openmodel.sig").unlink()
    assert "`--oms` verifies it by model.sig alone" in text_of(built, key, 200)
    (built / "openmodel.json").unlink()
    with pytest.raises(StageError, match="--oms"):
        verify(built, keys=[key.public])


def test_steps_that_were_left_out_are_one_line(signed: Path, key: KeyPair) -> None:
    (signed / "openmodel.json").write_text("{}")
    text = text_of(signed, key, 100)
    assert "- 7, 8, 10 and 11 were not looked at" in text
    assert "sequence 3: no files compared" in text


def test_one_file_is_one_file(built: Path, key: KeyPair) -> None:
    for path in ("config.json", "data/a.txt", "data/b.txt"):
        (built / path).unlink()
    build(built)
    sign_payload(built, key.private, payload_of(statement_for(built)))
    text = text_of(built, key, 100)
    assert "1 file, blake3" in text
    assert "1 files" not in text


def test_json_is_ascii(built: Path, key: KeyPair) -> None:
    for number in range(2):
        (built / f".git{number}é").touch()
    result = verify(built, keys=[key.public])
    text = verification_json(result)
    assert text.isascii()
    assert json.loads(text)["not_covered"] == [".git0é", ".git1é", ".gitattributes"]


@pytest.mark.parametrize("width", [1, 40, 200])
def test_any_width_is_one(signed: Path, key: KeyPair, width: int) -> None:
    assert text_of(signed, key, width)
