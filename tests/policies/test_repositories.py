# SPDX-License-Identifier: Apache-2.0
"""A pin says where code is only if others can fetch it from there."""

from __future__ import annotations

import pytest

from openmodel.policies.repositories import can_be_fetched
from tests.policies.test_code_that_is_none import TOKENIZER, VOCABULARY, complete
from tests.policies.test_disclosure import judged_code
from tests.policies.test_osaid import CODE, NO_SEARCH, found
from tests.policies.test_presence import measured

NOWHERE = (
    "our internal git server",
    "not public",
    "private",
    "available on request",
    "none yet",
    "https://",
    "https:///lab/code",
    "https://[::1",
    "https://git/lab/code",
    "https://localhost/lab/code",
    "https://git.localhost:3000/lab/code",
    "http://127.0.0.1/lab/code",
    "http://10.1.2.3:3000/lab/code",
    "http://[::1]/lab/code",
    "https://git.lab.internal/code",
    "https://gitlab.corp/lab/code",
    "git@internal:lab/code",
    "git@git.lab.local:code",
    "file:///srv/git/code",
    "/srv/git/code",
    "../code",
    "C:\\code",
    "mailto:ann@lab.example",
    "https://github.com/lab/code but ask first",
    "swh:1:rev:59a5",
)
PUBLIC = (
    "https://github.com/lab/code",
    "http://git.example/lab/code.git",
    "HTTPS://GitHub.com/lab/code",
    "https://user@git.example:8443/code",
    "https://bücher.example/code",
    "git://git.example/code",
    "ssh://git@git.example/lab/code",
    "git+https://git.example/code@main",
    "git@github.com:lab/code.git",
    "https://8.8.8.8/code",
    " https://git.example/code ",
    "swh:1:rev:59a53e3e0f0c1d2b3a4958677685940312233445",
    "swh:1:dir:59a53e3e0f0c1d2b3a4958677685940312233445;origin=https://git.example/code",
)


@pytest.mark.parametrize("repository", PUBLIC)
def test_names_by_which_others_can_fetch(repository: str) -> None:
    assert can_be_fetched(repository)


@pytest.mark.parametrize("repository", NOWHERE)
def test_a_pin_to_nowhere_is_for_a_person_to_judge(repository: str) -> None:
    assert not can_be_fetched(repository)
    code = {key: value for key, value in CODE.items() if key not in ("where", "files")}
    stages = [{"id": "s", "kind": "train", "settings": {"lr": 1}}]
    pinned = code | {"pin": {"repository": repository, "kind": "none"}}
    report = judged_code(components=[pinned], stages=stages, not_offered=NO_SEARCH)
    assert report.outcome == "undetermined"
    assert set(found(report, "judge")) == {"/components/0/pin/repository"}
    assert "is no address by which others can fetch" in report.findings[0].message
    there = pinned | {"where": [{"url": "https://e.org/code"}]}
    assert judged_code(components=[there], stages=stages, not_offered=NO_SEARCH).outcome == "met"


def test_files_that_are_no_code_need_more_than_a_pin_to_nowhere() -> None:
    library = TOKENIZER | {"kinds": ["library"], "pin": {"repository": "private"}}
    assert found(complete(library, **measured(*VOCABULARY)), "judge") == ["/components/1/files"]
