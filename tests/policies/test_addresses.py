# SPDX-License-Identifier: Apache-2.0
"""What counts as a place: addresses that others can fetch something from."""

from __future__ import annotations

from typing import Any

import pytest

from openmodel.policies.availability.addresses import is_address, is_repository, why_unfinished
from tests.policies.test_disclosure import judged

FETCHED = (
    "https://example.org/a",
    "http://example.org:8080/a?b=c#d",
    "HTTPS://EXAMPLE.ORG/A",
    "https://bücher.example/a",
    "https://163.com/a",
    "https://home.cern/a",
    "https://151.101.1.69/a",
    "https://[2606:4700::1111]/a",
    "ftp://ftp.example.org/a",
    "git+https://git.example/a/b",
    "ssh://git@git.example/a/b.git",
    "oci://ghcr.io/a/b:1",
    "hf://datasets/a/b",
    "s3://commoncrawl/crawl-data/",
    "gs://t5-data/experiments",
    "swh:1:rev:309cf2674ee7a0749978cf8265ab91a60aea0f7d",
    "swh:1:dir:309cf2674ee7a0749978cf8265ab91a60aea0f7d;origin=https://git.example/a",
    "doi:10.5281/zenodo.1234",
    "arXiv:2401.04088",
    "https://doi.org/10.1002/(SICI)1097-4636(199823)43:4<338::AID-JBM16>3.0.CO;2-B",
    "https://data.example/train/{00..29}.jsonl.zst",
    "https://data.example/{train,test}.csv",
    "https://dumps.example/{lang}wiki/20240320/",
    "magnet:?xt=urn:btih:5f96d43576e3d386c9ba65b883210a393b68210e&tr=https%3A%2F%2Facademictorrents.com%2Fannounce",
)
NOT_FETCHED = (
    "",
    "TODO",
    "example.org/a",
    "mailto:a@b.c",
    "tel:+431",
    "file:///home/a/data.tar",
    "javascript:alert(1)",
    "data:text/plain,a",
    "about:blank",
    "urn:isbn:1",
    "https:",
    "https://",
    "https:///a",
    "https://a",
    "https://?a.b",
    "https://.",
    "https://../a",
    "https://a..b/c",
    "https://[::1",
    "https://localhost/x",
    "https://models.localhost/x",
    "http://127.0.0.1:8000/x",
    "http://[::1]/x",
    "http://10.1.2.3/x",
    "http://192.168.0.1/x",
    "http://1.2.3/x",
    "https://nas.lan/x",
    "https://a.invalid/x",
    "https://example.org/a b",
    "https://on request",
    "https://huggingface.co/<your-org>/<your-model>",
    "https://github.com/{org}/{repo}",
    "https://github.com/${ORG}/weights",
    "https://models.example/[model-name]/weights",
    "hf://{org}/{repo}",
    "s3://bucket/<your-path>",
    "s3://",
    "s3://a b",
    "hf://a",
    "swh:1:rev:abc",
    "doi:later",
    "magnet:?dn=a",
    "ipfs://x",
    "https://example.org/" + 2000 * "a",
)


@pytest.mark.parametrize("text", FETCHED)
def test_others_can_fetch_from_it(text: str) -> None:
    assert is_address(text)
    assert is_repository(text)


@pytest.mark.parametrize("text", NOT_FETCHED)
def test_nobody_else_can_fetch_from_it(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("git.example/a/b", True),
        ("git@git.example:a/b.git", True),
        ("git@localhost:a/b.git", False),
        ("my laptop", False),
        ("/home/a/code", False),
        ("code", False),
        ("git.example", False),
        ("file:///home/a/code", False),
        ("TODO", False),
        ("https://github.com/a/b", True),
        ("https://github.com/a", False),
        ("github.com", False),
        ("https://huggingface.co/gpt2", True),
        ("https://huggingface.co/", False),
        ("https://github.com/<org>/<repo>", False),
        ("<org>/<repo>", False),
        ("git@github.com:{user}/{repo}.git", False),
    ],
)
def test_repositories_may_go_without_a_scheme(text: str, reached: bool) -> None:
    assert is_repository(text) == reached


UNFINISHED = (
    "https://github.com/your-username/your-repo",
    "https://github.com/example-lab/your-repo.git",
    "https://your-domain.com/weights",
    "https://huggingface.co",
    "https://github.com/",
    "https://huggingface.co/datasets",
    "https://zenodo.org/",
    "https://data.example/TODO",
    "https://TODO.com/",
    "https://huggingface.co/ORG/MODEL_NAME",
    "https://data.example/path/to/data",
    "https://data.example/link-to-data",
    "https://coming-soon.example/w",
    "https://dumps.example/{lang}wiki/20240320/",
)
FINISHED = (
    "https://example.org/a",
    "https://www.gutenberg.org/",
    "https://zenodo.org/records/1234",
    "https://huggingface.co/gpt2",
    "https://huggingface.co/coqui/XTTS-v2",
    "https://huggingface.co/youraverageuser/yourtts",
    "https://github.com/jdoe/todo",
    "https://data.example/user/model/dataset",
    "https://data.example/xxx.tar",
    "https://data.example/{000..124}.parquet",
    "https://doi.org/10.1002/(SICI)1097-4636(199823)43:4<338::AID-JBM16>3.0.CO;2-B",
    "git@git.example:a/b.git",
    "doi:10.5281/zenodo.1234",
)


@pytest.mark.parametrize("text", UNFINISHED)
def test_an_address_may_be_still_to_be_written(text: str) -> None:
    assert is_address(text)
    assert why_unfinished(text)


@pytest.mark.parametrize("text", FINISHED)
def test_an_address_may_only_look_like_that(text: str) -> None:
    assert why_unfinished(text) is None


def place(url: str, **fields: str) -> list[dict[str, str]]:
    return [{"url": url, **fields}]


WEIGHTS: dict[str, Any] = {"id": "w", "name": "W", "kinds": ["weights"]}


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (place("mailto:a@b.c"), "mailto:a@b.c, is no address that others can fetch"),
        (place("https://localhost/x"), "https://localhost/x, is no address that others can fetch"),
        (place("https://example.org/w", access="gone"), "https://example.org/w, is said to be gone"),
        (place("https://example.org/w", holds="index"), "https://example.org/w, is said to hold only an index of it"),
        (
            place("https://example.org/w", access="gone") + place("https://example.org/v", holds="derived"),
            "https://example.org/v, is said to hold only something derived from it",
        ),
        (place("https://"), "https://, is no address that others can fetch"),
    ],
)
def test_what_is_said_of_a_place_that_does_not_count(where: list[dict[str, str]], why: str) -> None:
    report = judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"where": where}])
    assert report.outcome == "unmet"
    assert [finding.message for finding in report.findings] == [
        f"The place that is given, {why}, so that the manifest does not say where the parameters can be had (W)."
    ]


def test_a_repository_that_others_cannot_reach_is_told() -> None:
    component = {"id": "c", "name": "C", "kinds": ["training_code"], "pin": {"repository": "my laptop"}}
    report = judged("OSAID-CODE-TRAINING", components=[component])
    assert report.outcome == "unmet"
    assert "The repository that is given, my laptop, is none that others can reach" in report.findings[0].message


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (
            place("https://github.com/your-username/your-repo"),
            "has “your-username” in it, which reads as if it were still to be written.",
        ),
        (
            place("https://huggingface.co"),
            "https://huggingface.co, leads to a service that has things of many, and not to one of them.",
        ),
        (
            place("https://example.org/w", gone_since="2023"),
            "W is said to be gone since 2023, so that it may not be there.",
        ),
        (
            place("https://example.org/w", access="open", gone_since="2023-01-01"),
            "W is said to be gone since 2023-01-01, so that it may not be there.",
        ),
        (place("https://example.org/w", fee="USD 1,000,000"), "W can only be had for a fee or on request."),
        (place("https://example.org/w", access="open", fee="5 EUR"), "W can only be had for a fee or on request."),
        (
            place("https://example.org/w", access="request") + place("https://example.org/v", fee="5 EUR"),
            "W can only be had for a fee or on request.",
        ),
    ],
)
def test_a_person_must_judge_a_place_that_may_be_none(where: list[dict[str, str]], message: str) -> None:
    report = judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"where": where}])
    assert report.outcome == "undetermined"
    (finding,) = report.findings
    assert finding.where == "/components/0/where"
    assert finding.message.endswith(message)
    source = {"id": "a", "name": "W", "class": "open", "where": where}
    assert judged("OSAID-DATA-OPEN", sources=[source]).outcome == "undetermined"
    elsewhere = place("https://example.org/u")
    assert judged("OSAID-PARAM-AVAILABLE", components=[WEIGHTS | {"where": where + elsewhere}]).outcome == "met"


@pytest.mark.parametrize("fee", ["none", "0", "0 EUR", "0.00 USD", "free", "Free of charge.", "No fee", ""])
def test_a_price_that_is_none_asks_nothing(fee: str) -> None:
    components = [WEIGHTS | {"where": place("https://example.org/w", fee=fee)}]
    assert judged("OSAID-PARAM-AVAILABLE", components=components).outcome == "met"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"gone_since": {"undisclosed": "unknown"}}, "undetermined"),
        ({"gone_since": {"undisclosed": "not_applicable", "reason": "It is there."}}, "met"),
        ({"fee": {"undisclosed": "withheld"}}, "undetermined"),
        ({"fee": {"undisclosed": "not_applicable", "reason": "It is free."}}, "met"),
    ],
)
def test_a_price_or_date_that_is_not_told_is_one(fields: dict[str, Any], expected: str) -> None:
    components = [WEIGHTS | {"where": [{"url": "https://example.org/w"} | fields]}]
    assert judged("OSAID-PARAM-AVAILABLE", components=components).outcome == expected


def test_public_data_at_an_address_that_was_never_written() -> None:
    source = {"id": "a", "name": "A", "class": "public", "where": place("https://example.org/TODO")}
    assert judged("OSAID-DATA-PUBLIC", sources=[source]).outcome == "undetermined"
    gone = source | {"where": place("https://example.org/a", gone_since="2023")}
    assert judged("OSAID-DATA-PUBLIC", sources=[gone]).outcome == "met"


def test_data_that_cannot_be_shared_is_not_there_for_everybody_where_it_is_gone() -> None:
    source = {
        "id": "a",
        "name": "A",
        "class": "unshareable",
        "not_shared_because": "Patient records; the law forbids it.",
    }
    assert (
        judged("OSAID-DATA-UNSHAREABLE", sources=[source | {"where": place("https://e.org/a")}]).outcome
        == "undetermined"
    )
    gone = place("https://e.org/a", gone_since="2023")
    assert judged("OSAID-DATA-UNSHAREABLE", sources=[source | {"where": gone}]).outcome == "met"


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("https://github.com/<org>/<repo>", "unmet"),
        ("github.com/your-org/your-repo", "undetermined"),
        ("https://github.com/example-lab/train", "met"),
    ],
)
def test_a_repository_that_somebody_still_has_to_write(repository: str, expected: str) -> None:
    component = {"id": "c", "name": "C", "kinds": ["training_code"], "pin": {"repository": repository}}
    report = judged("OSAID-CODE-TRAINING", components=[component])
    assert report.outcome == expected
    if expected == "undetermined":
        assert [finding.where for finding in report.findings] == ["/components/0/pin"]


def test_a_document_at_no_address_describes_nothing() -> None:
    source = {"id": "a", "name": "A", "filtered": {"document": {"url": "file:///a.pdf"}}}
    assert judged("OSAID-DATA-FILTERED", sources=[source]).outcome == "unmet"


def test_a_citation_of_no_address_shows_nothing() -> None:
    withheld = {"undisclosed": "withheld", "reason": "secret"}
    report = judged(
        "OSAID-DATA-OBTAINED",
        release={"name": "toy", "described_by": {"role": "third_party"}},
        sources=[{"id": "a", "name": "A", "obtained": withheld}],
        citations=[{"at": "/sources/0/obtained", "where": {"url": "mailto:a@b.c"}}],
    )
    assert report.outcome == "undetermined"


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://arxiv.org/abs/2401.00001", "undetermined"),
        ("https://openreview.net/forum?id=x", "undetermined"),
        ("https://e.org/report.pdf", "undetermined"),
        ("https://github.com/", "undetermined"),
        ("https://github.com/a", "undetermined"),
        ("https://github.com/a/b", "met"),
        ("https://doi.org/10.5281/zenodo.1", "met"),
        ("https://huggingface.co/gpt2", "met"),
        ("https://e.org/arxiv.org", "met"),
    ],
)
def test_code_is_neither_in_a_paper_nor_at_the_page_of_an_owner(url: str, outcome: str) -> None:
    code: dict[str, Any] = {"id": "c", "name": "C", "kinds": ["inference_code"], "where": place(url)}
    report = judged("OSAID-CODE-INFERENCE", components=[code])
    assert report.outcome == outcome
    assert [one.where for one in report.findings] == ([] if outcome == "met" else ["/components/0/where"])
    beside = code | {"where": [*place(url), *place("https://e.org/code")]}
    assert judged("OSAID-CODE-INFERENCE", components=[beside]).outcome == "met"
    assert judged("OSAID-CODE-INFERENCE", components=[code | {"files": ["run.py"]}]).outcome == "met"
    document = judged("OSAID-CODE-INFERENCE", components=[code | {"files": ["run.txt"]}])
    assert document.outcome == outcome


def test_a_pin_to_a_paper_is_for_a_person() -> None:
    pin = {"repository": "https://arxiv.org/abs/2401.00001"}
    code = {"id": "c", "name": "C", "kinds": ["inference_code"], "pin": pin}
    report = judged("OSAID-CODE-INFERENCE", components=[code])
    assert [one.where for one in report.findings if one.kind == "judge"] == ["/components/0/pin"]


@pytest.mark.parametrize(("length", "is_one"), [(2000, True), (2001, False)])
@pytest.mark.parametrize("start", ["https://e.org/", "doi:10.5281/"])
def test_what_is_longer_than_addresses_are_is_none(start: str, length: int, *, is_one: bool) -> None:
    assert is_address(start.ljust(length, "a")) is is_one
