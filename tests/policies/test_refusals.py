# SPDX-License-Identifier: Apache-2.0
"""That something is kept secret is no reason why it does not exist."""

from __future__ import annotations

import pytest

from openmodel.policies.texts.refusals import (
    admits_that_it_exists,
    speaks_of_keeping_back,
    speaks_of_own_advantage,
    speaks_of_secrecy,
)
from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

REFUSALS = (
    "We keep it secret.",
    "We do not release it.",
    "It is proprietary and internal.",
    "Our pipeline is a trade secret.",
    "Not released for competitive reasons.",
    "We do not want to say who labelled it.",
    "trade secret",
    "Internal only",
    "Confidential: under NDA.",
    "The code is not public.",
    "It was not made available.",
    "We won\u2019t disclose how.",
    "The authors do not plan to publish this.",
    "We prefer not to reveal it.",
    "We cannot share details.",
    "We did not share it.",
    "Withheld from competitors.",
    "It is held back for business reasons.",
    "No search is described, because the method is confidential.",
    "We keep this to ourselves.",
    "It is in a private repository.",
    "Not released yet.",
    "The code has not been published.",
    "We have not released it.",
    "We do not provide it.",
    "Code is unavailable.",
    "Under embargo",
    "Awaiting approval",
    "Not cleared for release.",
)
REASONS = (
    "Pretraining predicts the next token of the text, so nobody made labels.",
    "The weights are published in the form in which they were trained.",
    "No search was made; the settings are those of a published recipe.",
    "Inputs are numbers; nothing beyond the standard library is used.",
    "No proprietary or confidential data was used.",
    "Nothing was held back for validation.",
    "The data is not proprietary and has no labels.",
    "There are no trade secrets here: nothing was filtered.",
    "Encoder and decoder do not share weights.",
    "The internal representation is learned, not labelled.",
    "An internal benchmark of the framework is not used.",
    "Secret sharing needs no labels.",
    "Private keys are numbers.",
    "The private part of the test set was scored by the organisers.",
    "The settings of the Kaggle competition were taken as they are.",
    "Weights are not shared between the layers.",
    "The dialogues were used as they were typed; no code touched them.",
    "A release of the framework does it.",
    "We say nothing of validation because none was done.",
    "The tree was clean.",
    "Under company policy a person writes each answer, and nothing is labelled afterwards.",
    "No code of ours touched the data: it was not shared between machines.",
    "They were not included in the training, so that nothing was done.",
    "These were not provided with labels by anyone.",
    "Pending cases are not in the data.",
)


@pytest.mark.parametrize("reason", REFUSALS)
def test_a_refusal_is_no_reason(reason: str) -> None:
    assert speaks_of_keeping_back(reason)
    said = {"undisclosed": "not_applicable", "reason": reason}
    for kind, id in (("hyperparameter_search_code", "SEARCH"), ("library", "LIBRARIES")):
        report = judged(f"OSAID-CODE-{id}", not_offered={kind: said})
        assert (report.outcome, found(report, "judge")) == ("undetermined", [f"/not_offered/{kind}"])
    report = judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/labelled"])


@pytest.mark.parametrize("reason", REASONS)
def test_reasons_why_there_is_none_are_believed(reason: str) -> None:
    assert not speaks_of_keeping_back(reason)
    said = {"hyperparameter_search_code": {"undisclosed": "not_applicable", "reason": reason}}
    assert judged("OSAID-CODE-SEARCH", not_offered=said).outcome == "met"


def test_a_long_reason_takes_no_long_time() -> None:
    assert not speaks_of_keeping_back("we do not want to to to " * 5_000)
    assert not admits_that_it_exists("made by a a a available to a a it was " * 5_000)


ADMISSIONS = (
    "Available on request.",
    "Provided to paying customers.",
    "Available to partners.",
    "Available only to our enterprise customers.",
    "Please contact the authors.",
    "Too large to upload.",
    "The scripts are too messy to release.",
    "Lost in a disk failure.",
    "The code was lost.",
    "The script was not kept.",
    "We have since lost it.",
    "The engineer left.",
    "The student who wrote it has left.",
    "Done by a vendor in Kenya under contract.",
    "The labels were made by crowd workers.",
    "It was run on Google's internal systems.",
    "It ran on our internal platform.",
    "Patent pending.",
    "Our lawyers advise against it.",
    "We will release it in March.",
    "It will soon be published.",
    "Private repo.",
    "It lives in our monorepo.",
    "Code is messy.",
    "Not ready for release yet.",
    "Not ready yet.",
    "Out of scope for this release.",
    "Done in notebooks that were not kept.",
    "One-off scripts, not kept.",
    "Outsourced.",
    "Not ours to publish.",
    "It belongs to our partner.",
    "Der Code ist intern.",
    "代码不公开",
    "Available to reviewers.",
    "Sold separately.",
    "It is a paid add-on.",
    "Only our staff can run it.",
    "It is in a notebook on Jane's laptop.",
    "It lives in another repository.",
    "We did not have time to publish it.",
    "It only runs on our cluster.",
)
NO_REASONS = (
    "See the paper.",
    "See paper.",
    "Not needed.",
    "n.a. here",
    "We do not think this is required by OSAID.",
    "It is described in words instead.",
    "https://example.org/paper.pdf",
    "It does not apply.",
    "Standard practice.",
    "whatever",
)
NONE = (
    "There is none.",
    "We have none.",
    "Not used.",
    "None was used.",
    "Unused",
    "Chosen by hand.",
    "It was done by hand.",
    "Self-supervised.",
    "Pretraining.",
    "No labels.",
    "无标签",
    "raw text for self-supervised training; nobody labelled it",
    "The text is used as it is, without labels.",
    "The data was used as it is.",
    "Two duplicate rows were deleted by hand.",
    "No information was lost by that.",
    "Nobody was asked to label it; no vendor or contractor took part.",
    "The agency's subject codes were not used.",
    "The labels that the data set offers were left out.",
    "One run was made; the values are those of the GPT-2 paper.",
    "The network is too small to search for settings.",
    "Phi-2 was described in a blog post; the papers listed here are on phi-1 and phi-1.5.",
    "The framework trains the model by itself.",
    "Patents have no labels.",
    "The tables are small, and they were kept as they are.",
    "The loss looks at the text only.",
    "The left half of an image predicts the right one.",
    "Two rows were not kept in the table, by hand.",
    "No one-off scripts were written.",
    "Nothing was outsourced.",
    "A messy desk was photographed; nobody labelled it.",
    "Model selection is out of scope of so small a table: one run was made.",
    "The text is in the archive of the newspaper as it was printed.",
    "It is on a single machine that trees are grown; no search was made.",
    "The framework does it on any machine.",
    "It was used in the order in which the archive holds it.",
)


@pytest.mark.parametrize(
    ("reason", "why"),
    [(reason, "speaks of one that there is or was") for reason in ADMISSIONS]
    + [(reason, "says too little") for reason in NO_REASONS],
)
def test_a_reason_that_admits_or_says_nothing_waits_for_a_person(reason: str, why: str) -> None:
    said = {"undisclosed": "not_applicable", "reason": reason}
    report = judged("OSAID-CODE-SEARCH", not_offered={"hyperparameter_search_code": said})
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/not_offered/hyperparameter_search_code"])
    assert why in report.findings[0].message
    report = judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/labelled"])


@pytest.mark.parametrize("reason", NONE)
def test_a_reason_may_be_short_or_speak_of_others(reason: str) -> None:
    said = {"undisclosed": "not_applicable", "reason": reason}
    assert judged("OSAID-CODE-SEARCH", not_offered={"hyperparameter_search_code": said}).outcome == "met"
    assert judged("OSAID-DATA-LABELLED", sources=[{"id": "a", "name": "A", "labelled": said}]).outcome == "met"


NO_MORE = (
    "Available upon request.",
    "Details on request",
    "Contact the authors for details.",
    "Under NDA",
    "Company confidential",
    "Classified",
    "Not public information",
    "No details available",
    "No details available. Contact us.",
    "Wird nicht veröffentlicht.",
    "Siehe Bericht.",
    "Voir l\u2019article.",
    "不便透露",
    "详见技术报告",
    "Kept in-house.",
    "Das ist Betriebsgeheimnis.",
    "Nous ne le communiquons pas.",
    "We are under NDA and say nothing.",
    "Not documented.",
    "Not recorded.",
    "Not described.",
    "Not stated in the paper.",
    "not published",
    "The card says nothing about it.",
    "The paper is silent on this.",
    "Unclear from the paper.",
    "We do not know where this came from.",
    "Nobody remembers where it came from.",
    "Origin unknown",
    "Criteria unclear.",
    "We did not keep records.",
    "No documentation exists.",
    "Intentionally left blank.",
    "This field is intentionally left blank.",
    "Redacted.",
    "Omitted for brevity.",
    "Sources omitted.",
    "Information withheld at the request of legal counsel.",
    "This will remain private.",
    "Will be documented later.",
    "Will be added in a future version.",
    "To be written before the release.",
    "Coming with the paper.",
    "pending legal review",
    "Labels were made by a vendor under NDA.",
    "Details are available under NDA.",
    "Nicht dokumentiert.",
    "Keine Informationen vorhanden.",
    "Non documenté.",
    "No documentado.",
    "未记录",
    "文書化されていない",
    "код не публикуется",
    "Not mentioned. Will be added later.",
    "Not d&#111;cumented.",
)
SAY_MORE = (
    "Texts that are available upon request from the archive.",
    "All minutes that the ministry gave on request.",
    "Documents marked as classified were left out.",
    "Available upon request. All rows of 2020 with a name were taken.",
    "Siehe Bericht: jede zehnte Zeile.",
    'Pages that say "contact us for details".',
    "Classified ads of 2019.",
    "Not filtered.",
    "Not processed.",
    "Filtering was omitted.",
    "Author unknown; printed in Paris in 1790.",
    "Rows of unknown origin were dropped.",
    "Records that were not published before 2000.",
    "Not published before: 300 letters of my grandfather.",
    "Blank forms and filled ones",
    "Identifying details were redacted.",
    "Names redacted",
    "Pages not found (404) were removed.",
    "Pending patents of 2019.",
    "To be or not to be: 40 plays of the time",
    "Undefined values are coded as NaN.",
    "We do not know who wrote them; the archive lists them as fond 12.",
    "Bought from Acme under NDA.",
    "Lost letters of Kafka",
)


@pytest.mark.parametrize("text", NO_MORE)
@pytest.mark.parametrize("field", ["selected", "obtained", "filtered"])
def test_a_description_that_only_says_where_to_ask_waits_for_a_person(text: str, field: str) -> None:
    report = judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: text}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", [f"/sources/0/{field}"])


@pytest.mark.parametrize("text", SAY_MORE)
def test_a_description_with_more_in_it_is_one(text: str) -> None:
    assert judged("OSAID-DATA-SELECTED", sources=[{"id": "a", "name": "A", "selected": text}]).outcome == "met"


KEPT_SECRET = (
    "The criteria are a trade secret.",
    "Selected by rules that are kept strictly confidential.",
    "The list of sites is secret.",
    "Not told for competitive reasons.",
    "We keep this to ourselves.",
    "Our authors decline to say which.",
    "We cannot share it.",
    "From sources that cannot be disclosed.",
    "Geschäftsgeheimnis",
    "商业机密",
    "We have chosen not to disclose this.",
    "The company has decided against publishing this.",
    "We are not disclosing the sources of this corpus.",
    "Purchased from a vendor we are not allowed to name.",
    "We keep our filters private.",
    "Our secret sauce.",
)
ABOUT_SECRETS = (
    "Documents marked confidential were removed.",
    "Decisions of federal courts about trade secrets, 1990 to 2020.",
    "Repositories that are not public were left out.",
    "Pages that do not specify a licence were removed.",
    "Files under a proprietary licence were removed.",
    "10 % of the rows were withheld for validation.",
    "Patents that were not published in English were left out.",
    "Private repositories were never crawled.",
    "Images that could not be released under a free licence were left out.",
    "Annotators did not see the names, which were replaced.",
    "The criteria are not secret: all pages with a date.",
    "Cables that were secret until 2010 were taken from the national archive's web site.",
    "Survey; respondents are never named.",
    "Two annotators who are not named",
    "Records that we cannot release were removed first",
    "Fields that are not disclosed to the public were dropped.",
    "Messages that must not be shared under the law were left out.",
    "Companies that decided against publishing reports are not in it.",
    "Sites whose owners chose not to publish a licence were skipped",
    "The publisher is not disclosing data after 2020, so that the last year is missing.",
    "We keep the private and the public parts apart.",
)


@pytest.mark.parametrize("text", KEPT_SECRET)
def test_a_description_that_is_a_refusal_waits_for_a_person(text: str) -> None:
    assert speaks_of_secrecy(text)
    report = judged("OSAID-DATA-SELECTED", sources=[{"id": "a", "name": "A", "selected": text}])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/selected"])


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("labelled", "Two radiologists labelled each image; their names are not disclosed.", "met"),
        ("provenance", "Bought from three publishers; their names are not disclosed.", "undetermined"),
        ("labelled", "Two radiologists labelled each image; their instructions are not disclosed.", "undetermined"),
    ],
)
def test_how_labels_were_made_is_asked_and_not_by_whom(field: str, text: str, expected: str) -> None:
    report = judged(f"OSAID-DATA-{field.upper()}", sources=[{"id": "a", "name": "A", field: text}])
    assert report.outcome == expected


@pytest.mark.parametrize(
    "reason",
    [
        "コードは非公開です。",
        "Wird nicht veröffentlicht.",
        "Le code n'est pas public.",
        "代码未开源",
        "We do<!-- --> n&#111;t release it.",
    ],
)
def test_a_refusal_in_other_languages_or_marks_is_no_reason(reason: str) -> None:
    said = {"undisclosed": "not_applicable", "reason": reason}
    report = judged("OSAID-CODE-PROCESSING", not_offered={"data_processing_code": said})
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/not_offered/data_processing_code"])


@pytest.mark.parametrize("text", ABOUT_SECRETS)
def test_data_may_be_about_secrets(text: str) -> None:
    assert not speaks_of_secrecy(text)
    assert judged("OSAID-DATA-FILTERED", sources=[{"id": "a", "name": "A", "filtered": text}]).outcome == "met"


OWN_ADVANTAGE = (
    "It would help our competitors.",
    "For competitive reasons",
    "The data is a trade secret.",
    "Trade secret",
    "Company policy.",
    "Our company policy does not allow it; we reviewed it last year.",
    "Releasing it would weaken our business model.",
    (
        "It gives us a competitive advantage, which took years of work and much money to build up, and which we intend "
        "to have for as long as we can in this market."
    ),
    "We do not share it as it would help our competitors.",
    "We do not share it for competitive reasons.",
    "It cannot be passed on to protect our competitive advantage.",
    "The collection is commercially sensitive.",
    "For strategic reasons we keep it.",
    "It is our intellectual property.",
    "No law forbids it; it is for business reasons.",
    "Geschäftsgeheimnis",
    "Коммерческая тайна",
    "商业机密",
    "営業秘密です",
    "We prefer not to share.",
    "We prefer not to share it because it is ours.",
    "We cannot share it.",
    "It gives us an edge over rivals.",
    "Because it is ours.",
    "It is our moat.",
    "Wettbewerbsgründe",
    "Aus wettbewerblichen Gründen.",
    "Raisons commerciales",
    "商业原因",
    "Geschäftsgeheimnis; kein Gesetz verbietet die Weitergabe.",
    "Geschäftsgeheimnis, mit dem wir unsere Kunden gewinnen.",
    "企业秘密\uff0c我们靠它赢得客户",
    "Trade secret. It does not contain personal data.",
    "It is a trade secret, not a matter of privacy.",
    "Commercial reasons. No customers' data is in it.",
    "Business secret of the company; the law does not forbid sharing.",
    "Strategic reasons. Legally it could be shared.",
    "It is our trade secret. Copyright Acme 2025.",
    "Competitive reasons, a personal decision of our CEO.",
    "It is a trade secret and nobody's privacy is at stake.",
    "Company policy; consent was given by all.",
    "Aus Wettbewerbsgründen; Datenschutz ist nicht betroffen.",
)
RIGHTS_OF_OTHERS = (
    "Patient records; German law forbids it.",
    "The publishers' contract forbids passing it on.",
    "GDPR: personal data of customers",
    "Books under copyright of their publishers, who did not agree.",
    "Recordings of an indigenous community that has not consented to publication.",
    "The agency's licence forbids commercial use and passing it on.",
    "Court files that the judge sealed.",
    "Photographs of children; their parents agreed to this study only.",
    "Log files of machines that hold trade secrets of our customers, under an agreement not to share them.",
    "Licensed from a news agency, for business reasons of theirs.",
    "Private mail of employees.",
    "It cannot be shared: patients did not consent. It would help our competitors, too.",
    "The hospital's ethics board does not allow it.",
    "The writers did not consent. It would help our competitors, too.",
    "Satellite images that the ministry of defence released to us alone.",
    "We cannot share it; the hospital's ethics board does not allow it.",
    "We do not share it: the writers wished to be forgotten.",
    "Confidential letters, which their writers lent us.",
    "The tribe says that the songs are theirs.",
    "Geschäftsgeheimnisse unserer Kunden; der Vertrag verbietet die Weitergabe.",
    "Betriebsgeheimnisse unserer Lieferanten.",
    "企业秘密\uff0c客户合同禁止共享",
    "客户的商业秘密",
    "Trade secrets of our suppliers.",
    "Secrets d'affaires de nos clients.",
    "Secrets commerciaux ; le contrat interdit le partage.",
    "Secretos comerciales de nuestros proveedores.",
    "Segredos comerciais dos nossos clientes.",
    "Segreti commerciali dei nostri clienti.",
    "Коммерческая тайна клиентов, договор запрещает передачу.",
    "取引先の営業秘密で、契約により共有できない",
    "고객의 영업 비밀",
    "Medical confidentiality",
    "Confidential client data",
    "It cannot be shared under our contract with the hospital; it is commercially sensitive, too.",
    "Commercially sensitive. The GDPR does not allow it.",
    "No patient agreed to it. It would help our competitors, too.",
    "Not ours to share: copyright of Springer 2019, and commercially sensitive.",
    "Trade secrets; the law does not allow us to share them.",
    "Company policy, and the agreement does not permit it.",
    "It is not available to the public under the rules of the ministry.",
)


@pytest.mark.parametrize("reason", OWN_ADVANTAGE)
def test_ones_own_advantage_is_no_reason_that_a_program_lets_pass(reason: str) -> None:
    source = {"id": "a", "name": "A", "class": "unshareable", "not_shared_because": reason}
    report = judged("OSAID-DATA-UNSHAREABLE", sources=[source])
    assert (report.outcome, found(report, "judge")) == ("undetermined", ["/sources/0/not_shared_because"])


@pytest.mark.parametrize("reason", RIGHTS_OF_OTHERS)
def test_the_law_and_the_rights_of_others_are_reasons(reason: str) -> None:
    assert not speaks_of_own_advantage(reason)
    source = {"id": "a", "name": "A", "class": "unshareable", "not_shared_because": reason}
    assert judged("OSAID-DATA-UNSHAREABLE", sources=[source]).outcome == "met"
