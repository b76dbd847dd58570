# SPDX-License-Identifier: Apache-2.0
"""What was read is what is written."""

from __future__ import annotations

import json
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from openmodel.manifest import dump, loads, plain
from tests.manifest.documents import json_bytes, valid, with_references

randoms = st.integers(0, 2**32).map(Random)


def as_text(document: object) -> str:
    """Tells 1 from 1.0 and true, which Python calls equal."""
    return json.dumps(document, sort_keys=True)


@given(randoms)
@settings(max_examples=100, deadline=None)
def test_json_round_trip_keeps_everything(random: Random) -> None:
    document = with_references(valid(random), random)
    manifest = loads(json_bytes(document), "openmodel.json")
    assert as_text(plain(manifest)) == as_text(document)
    again = loads(dump(manifest), "openmodel.json")
    assert again == manifest
    assert dump(again) == dump(manifest)


@given(randoms)
@settings(max_examples=40, deadline=None)
def test_yaml_reads_json_as_json_does(random: Random) -> None:
    content = json_bytes(with_references(valid(random), random))
    assert dump(loads(content, "openmodel.yaml")) == dump(loads(content, "openmodel.json"))


@given(randoms)
@settings(max_examples=40, deadline=None)
def test_key_order_does_not_matter(random: Random) -> None:
    document = with_references(valid(random), random)
    reordered = dict(random.sample(list(document.items()), len(document)))
    assert dump(loads(json_bytes(document), "a.json")) == dump(loads(json_bytes(reordered), "a.json"))


def test_what_is_written_is_sorted_and_ends_in_a_newline() -> None:
    written = dump(loads("release: {version: 'ä', name: m}\nopenmodel: 1-draft\n"))
    text = '{\n  "openmodel": "1-draft",\n  "release": {\n    "name": "m",\n    "version": "ä"\n  }\n}\n'
    assert written == text.encode()


def test_absent_and_empty_stay_apart() -> None:
    absent = loads("openmodel: 1-draft\nrelease: {name: m}\n")
    empty = loads("openmodel: 1-draft\nrelease: {name: m}\nsources: []\nassertions: []\n")
    assert absent.sources is None
    assert empty.sources == ()
    assert plain(absent).keys() == {"openmodel", "release"}
    assert plain(empty).keys() == {"openmodel", "release", "sources", "assertions"}
