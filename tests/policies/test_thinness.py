# SPDX-License-Identifier: Apache-2.0
"""Which texts are too thin: real ones that must be called so, and real ones that must not."""

from __future__ import annotations

import pytest

from openmodel.policies.texts.thinness import why_thin

THIN = [
    ("provenance", "The open Web; no site or data set is named.", "it says that something is kept back"),
    ("provenance", "A new mix of publicly available online data", "only general words"),
    ("provenance", "publicly available online data and licensed data", "only general words"),
    ("provenance", "We do not say where the data comes from", "it says that something is kept back"),
    ("provenance", "Details are in our internal wiki", "only a place to look"),
    ("provenance", "Web pages", "only general words"),
    ("provenance", "Pages of 12 sites, which we cannot name.", "it says that something is kept back"),
    ("scope", "News of 2021 to 2023; the languages are not disclosed.", "it says that something is kept back"),
    ("obtained", "Scraped from the web", "only general words"),
    ("obtained", "From a partner whose name we won't disclose", "it says that something is kept back"),
    ("selected", "We selected the best data using our proprietary pipeline", "only general words"),
    ("filtered", "We applied safety filters", "only general words"),
    ("processed", "The tokenizer and its vocabulary will not be released.", "it says that something is kept back"),
    ("not_shared_because", "Competitive reasons", "only general words"),
    # field, text, why
    ("provenance", "various web sources", "only general words"),
    ("provenance", "Various Web Sources.", "only general words"),
    ("provenance", "Publicly available data from the internet", "only general words"),
    ("provenance", "A mix of publicly available online data.", "only general words"),
    ("provenance", "Data crawled from the web", "only general words"),
    ("provenance", "A diverse mixture of high-quality datasets", "only general words"),
    ("provenance", "Proprietary internal data", "only general words"),
    ("provenance", "https://example.org/data", "only an address"),
    ("provenance", "www.example.org", "only an address"),
    ("provenance", "doi:10.1000/182", "only an address"),
    ("provenance", "TODO: https://example.org/data", "only an address"),
    ("provenance", "See https://arxiv.org/abs/2402.00159", "only a place to look"),
    ("provenance", "See the paper.", "only a place to look"),
    ("filtered", "Please refer to our technical report for details", "only a place to look"),
    ("selected", "As described in the paper", "only a place to look"),
    ("processed", "Standard preprocessing was used.", "only general words"),
    ("processed", "The data was used as it is described in the report.", "only a place to look"),
    ("selected", "The data was used as it is.", "only general words"),
    ("processed", "Cleaned and processed using standard pipelines", "only general words"),
    ("filtered", "Filtered for quality", "only general words"),
    ("filtered", "Low-quality data was filtered", "only general words"),
    ("obtained", "Collected from various sources", "only general words"),
    ("scope", "General web text on a wide range of topics", "only general words"),
    ("characteristics", "Large, diverse, high quality text", "only general words"),
    ("labelled", "Labeled data", "only general words"),
    ("scope", "Lorem ipsum dolor sit amet, consectetur adipiscing elit", "filler text"),
    ("scope", "The text is: lorem ipsum dolor " + "and so on " * 30, "filler text"),
    ("not_shared_because", "Legal reasons", "only general words"),
    ("not_shared_because", "The data cannot be shared due to privacy reasons.", "only general words"),
    ("not_shared_because", "Confidential internal data", "only general words"),
    ("characteristics", "Text.", "only general words"),
    ("selected", "See appendix B", "only a place to look"),
    ("selected", "cf. our paper", "only a place to look"),
    ("selected", "See Section 3 of arXiv:2401.00001.", "only a place to look"),
    ("selected", "Described in [1].", "only a place to look"),
    ("selected", "As described in the model card on the hub.", "only a place to look"),
]

ENOUGH = [
    ("provenance", "The web pages of example.org"),
    ("filtered", "Pages that do not name an author were removed."),
    ("obtained", "Scraped from 12 recipe sites with scrapy"),
    (
        "labelled",
        (
            "Each writer was told which digit to write, and that is the label; the last column has it. Those of "
            "the creators do not say how these were checked."
        ),
    ),
    ("selected", "We selected pages with more than 100 words"),
    ("not_shared_because", "The hospital does not disclose records of patients."),
    ("provenance", "Wikipedia"),
    ("provenance", "Common Crawl, 84 dumps from 2017 to 2023"),
    ("provenance", "https://dumps.wikimedia.org, the dump of 1 March 2023"),
    ("provenance", "Scanned forms that 43 people filled in by hand at NIST."),
    ("provenance", "Measured by the lab in 2024."),
    ("provenance", "English web pages collected by the Internet Archive"),
    ("scope", "English only; no code."),
    ("scope", "One machine, one week."),
    ("scope", "Isolated digits 0 to 9"),
    ("characteristics", "Three rows of two numbers."),
    ("characteristics", "1,797 images of 8 x 8 pixels"),
    ("obtained", "Downloaded as one file from the UCI repository."),
    ("obtained", "Crawled by our own crawler, which obeys robots.txt"),
    ("obtained", "Bought from the publisher"),
    ("selected", "All of it."),
    ("selected", "All rows were taken."),
    ("selected", "Every fifth was set aside for testing."),
    ("labelled", "The writer was told which digit to write."),
    ("labelled", "Three annotators per question, majority vote"),
    ("processed", "Used as it is: nothing was changed."),
    ("processed", "Used as it is."),
    ("processed", "The data was used as it is."),
    ("processed", "Tokenised with the GPT-NeoX-20B tokenizer"),
    ("filtered", "Pages with lorem ipsum or curly brackets were removed."),
    ("filtered", "Nothing was removed."),
    ("filtered", "Nothing."),
    ("filtered", "Deduplicated by MinHash"),
    ("filtered", "See section 3.2 of the Dolma paper: pages under 50 words were removed"),
    ("filtered", "Not filtered"),
    ("not_shared_because", "Patient records; German law forbids it."),
    ("not_shared_because", "The publishers' contract forbids passing it on."),
    ("not_shared_because", "GDPR: personal data of customers"),
    ("provenance", "Verschiedene Quellen aus dem Netz"),
    ("provenance", "ウェブから収集したデータ"),
    ("scope", "Section 230 cases in federal courts"),
    ("provenance", "Appendix B of Fisher (1936), typed in"),
    ("scope", "Model cards of 40 models"),
    ("obtained", "From the hub."),
    ("processed", "See section 3.2 of the paper: lower-cased."),
]


@pytest.mark.parametrize(("field", "text", "why"), THIN)
def test_thin_texts_are_told_with_the_words_that_caused_it(field: str, text: str, why: str) -> None:
    found = why_thin(text, field)
    assert found is not None
    assert found.startswith(f"{why} (“{text[:20]}")


@pytest.mark.parametrize(("field", "text"), ENOUGH)
def test_texts_that_say_something_are_left_alone(field: str, text: str) -> None:
    assert why_thin(text, field) is None


@pytest.mark.parametrize("padding", [" " * 20_000, "\u200b" * 3_000, "." * 3_000, "<!--" + "x " * 20_000 + "-->"])
def test_padding_makes_no_text_long(padding: str) -> None:
    assert why_thin("see the paper" + padding, "processed")
    assert why_thin("Lower-cased by us." + padding, "processed") is None


def test_the_name_of_a_source_is_no_description_of_it() -> None:
    assert why_thin("Table 7!", "provenance", "table 7") == "only the name again (“Table 7!”)"
    assert why_thin("Table 7, by the lab", "provenance", "table 7") is None
    assert why_thin("a" * 60, "provenance", "a" * 60) == f"only the name again (“{'a' * 60}”)"
    assert why_thin("a" * 61, "provenance", "a" * 61) == f"only the name again (“{'a' * 60}…”)"


def test_a_long_text_is_left_to_people_and_a_huge_one_takes_no_time() -> None:
    assert why_thin("data " * 26, "scope") is None
    assert why_thin("data " * 25, "scope") is not None
    assert why_thin("data " * 2_000_000, "scope") is None
