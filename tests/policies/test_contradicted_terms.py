# SPDX-License-Identifier: Apache-2.0
"""Words beside the id of a licence: which of them leave open whether the terms are those of the licence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.policies.test_disclosure import judged

OTHERWISE: tuple[dict[str, str], ...] = (
    {"grant": "For non-commercial research only."},
    {"note": "Non-commercial use only."},
    {"note": "noncommercial"},
    {"note": "plus Commons Clause"},
    {"note": "No commercial use."},
    {"note": "Not for commercial use"},
    {"note": "Commercial use is prohibited"},
    {"note": "Commercial use requires a contract."},
    {"grant": "You may use the model for research purposes only."},
    {"grant": "Licensed solely for academic use."},
    {"grant": "May only be used for internal evaluation"},
    {"note": "no derivatives"},
    {"note": "You may not redistribute the weights."},
    {"note": "Redistribution is not permitted."},
    {"note": "Redistribution strictly prohibited"},
    {"note": "The data cannot be passed on."},
    {"note": "Our agreement forbids any redistribution."},
    {"note": "It bars passing the texts on."},
    {"note": "Do not re-upload."},
    {"note": "Subject to our Acceptable Use Policy."},
    {"note": "with use-based restrictions in Attachment A"},
    {"note": "an OpenRAIL licence"},
    {"note": "Companies with more than 700 million monthly active users are excluded."},
    {"note": "additional terms apply"},
    {"note": "needs our written consent"},
    {"note": "The Llama 2 Community License holds as well."},
    {"note": "Some files are under CC-BY-NC-4.0."},
    {"note": "See https://creativecommons.org/licenses/by-nc/4.0/"},
    {"grant": "For nоn-cоmmercial use оnly."},  # noqa: RUF001  # Cyrillic letters.
    {"grant": "For non\u200bcommercial rese\u200barch use on\u200bly."},
    {"grant": "For <b>non</b>&shy;commercial use"},
    {"grant": "Free for all. " * 300 + "For non-commercial research only."},
    {"grant": "\ufdfa" * 1000},
    {"grant": "Runs on Acme accelerators only; other hardware is not licensed."},
    {"grant": "Not licensed in the European Union."},
    {"note": "Not available in the EU."},
    {"note": "For use outside the United States."},
    {"grant": "Organisations with a yearly revenue over USD 1 million must buy a licence."},
    {"grant": "Free below 1 million dollars of annual revenue."},
    {"grant": "Companies with over 100 employees need an agreement with us."},
    {"note": "Larger firms need a commercial licence."},
    {"grant": "Users must accept our usage rules before download."},
    {"note": "You must agree to our terms of use."},
    {"grant": "Free for startups, schools and individuals."},
    {"note": "Free of charge for academic users."},
    {"grant": "Revocable at any time by the publisher."},
    {"grant": "We may revoke this licence."},
    {"grant": "Use by competitors of Example Lab is excluded."},
    {"note": "Not for building competing products."},
    {"grant": "For evaluation."},
    {"grant": "For research and teaching"},
    {"grant": "Research preview."},
    {"grant": "All rights reserved."},
    {"grant": "This grant ends on 2026-12-31."},
    {"note": "The EXAONE AI Model License Agreement 1.1 - NC holds as well."},
    {"grant": "Scientific use only."},
    {"grant": "No selling."},
    {"grant": "Not for profit."},
    {"grant": "Only universities may use it."},
    {"grant": "For students."},
    {"grant": "No business use."},
    {"grant": "Max 700M users."},
    {"grant": "禁止商用"},
    {"grant": "Nicht für kommerzielle Zwecke."},
    {"note": "Nur für die Forschung."},
    {"grant": "Trademarks and the weights are not licensed."},
    {"grant": "Only available outside the EU."},
    {"grant": "No restrictions on use by individuals."},
    {"grant": "Not restricted to research, but not for commercial use."},
    {"url": "https://ai.meta.com/llama/license/"},
    {"url": "https://www.llama.com/llama3_1/license/"},
    {"url": "https://ai.google.dev/gemma/terms"},
    {"url": "https://falconllm.tii.ae/falcon-terms-and-conditions.html"},
    {"url": "https://huggingface.co/spaces/bigscience/license"},
    {"url": "https://creativecommons.org/licenses/by-nc-sa/4.0/"},
    {"url": "https://example.org/acceptable-use-policy"},
    {"grant": "Fine-tuning is not allowed."},
    {"grant": "Students only."},
    {"grant": "Personal projects only"},
    {"grant": "For demo purposes only"},
    {"grant": "No reverse engineering."},
    {"grant": "Don't use this in weapons."},
    {"grant": "You can't sell it."},
    {"grant": "Up to 5 users."},
    {"grant": "Royalties are due above USD 1M."},
    {"grant": "We may terminate this licence at any time."},
    {"grant": "Users agree to the Llama Community License."},
    {"grant": "Use for medical diagnosis is prohibited."},
    {"grant": "Government use excluded."},
    {"grant": "Not for deployment."},
    {"grant": "Use without permission is prohibited."},
    {"grant": "Never use without written consent."},
    {"grant": "An agreement is needed before use."},
    {"grant": "Neither commercial nor non-commercial use is allowed."},
    {"grant": "Both commercial and non-commercial use is prohibited."},
    {"grant": "Use outside the EU is allowed only to members."},
    {"grant": "Utilisation commerciale interdite."},
    {"grant": "Pas d\u2019utilisation commerciale"},
    {"grant": "uso comercial prohibido"},
    {"grant": "Nur für den privaten Gebrauch"},
    {"grant": "Только для исследований"},
    {"grant": "研究用途のみ"},
    {"grant": "商用利用は禁止"},
    {"note": "The parameters are not covered by this licence."},
    {"note": "Apache-2.0 covers the code, not the weights."},
    {"note": "License applies to code only."},
    {"note": "This does not apply to the weights."},
    {"note": "The weights are excluded from this licence."},
)
NOT_OTHERWISE: tuple[dict[str, str], ...] = (
    {"url": "https://www.apache.org/licenses/LICENSE-2.0"},
    {"url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    {"url": "https://huggingface.co/a/b/blob/main/LICENSE"},
    {"grant": "Free to use, modify and share for any purpose, including commercial use."},
    {"grant": "You may not use this file except in compliance with the License."},
    {"grant": "The names of the authors may not be used to endorse products."},
    {"grant": "Anyone may use it without having to ask for permission."},
    {"note": "Copyright 2024 Example Lab. All rights reserved."},
    {"note": "No additional restrictions."},
    {"note": "Dual-licensed: MIT until version 2, Apache-2.0 from then on."},
    {"note": "The text is in LICENSE."},
    {"note": "The licence forbids nothing but to sue."},
    {"grant": "You may use, copy, share and pass on the weights. Nothing here prohibits commercial use."},
    {"note": "It may be passed on."},
    {"grant": 'Licensed under the Apache License, Version 2.0 (the "License").'},
    {"grant": "An irrevocable, worldwide, royalty-free licence to everybody."},
    {"grant": "This licence is non-revocable."},
    {"grant": "Free for everyone: individuals, schools and companies."},
    {"grant": "Free for individuals and companies, for any purpose."},
    {"grant": "Free of charge, to any person obtaining a copy of the weights."},
    {"grant": "For any purpose."},
    {"note": "Files that are not licensed under MIT are named in NOTICE."},
    {"note": "Contributors sign the contributor agreement."},
    {"note": "The texts come from readers outside the laboratory."},
    {"note": "You may obtain a copy of the License at https://www.apache.org/licenses/LICENSE-2.0"},
    {"note": "Tested on Acme accelerators only."},
    {"note": "Its answers were compared with those of Gemma and Qwen."},
    {"note": "Runs with llama.cpp and on Gem\u00fcse."},
    {"note": "Версия 2 вышла в мае; лицензия та же."},
    {"note": "模型权重以 Apache-2.0 许可发布，可用于任何目的。"},  # noqa: RUF001
    {"grant": "Trademarks of Example Lab are not licensed."},
    {"grant": "Available outside the EU, too."},
    {"grant": "No restrictions on use."},
    {"grant": "Use is not restricted to research."},
    {"note": "Example Lab is a not-for-profit organisation."},
    {"grant": "Free for universities and companies."},
    {"note": "Scientific articles were added in 2024."},
    {"grant": "Keine kommerziellen Einschränkungen."},
    {"grant": "Die Gewichte dürfen von allen für jeden Zweck genutzt werden, auch kommerziell."},
    {"grant": "可商用，可修改"},  # noqa: RUF001
    {"grant": "Free. " * 600},
    {"grant": "You do not need permission."},
    {"grant": "You don't need to ask us."},
    {"grant": "You don't have to pay royalties; a royalty-free licence."},
    {"grant": "There are no use restrictions."},
    {"grant": "There is no acceptable use policy."},
    {"grant": "Both commercial and non-commercial use are permitted."},
    {"grant": "For commercial and noncommercial use."},
    {"grant": "A commercial licence is not needed."},
    {"grant": "Use, also by competitors, is allowed."},
    {"grant": "Use outside the United States is allowed too."},
    {"grant": "The name Example Lab may not be used to promote derived products."},
    {"grant": "No use is prohibited."},
    {"grant": "Nobody may terminate this licence."},
    {"grant": "Fine-tuning is allowed."},
    {"grant": "No fine-tuning was needed."},
    {"grant": "El uso comercial está permitido."},
    {"grant": "Коммерческое использование разрешено."},
    {"grant": "Kommerzielle Nutzung ist erlaubt."},
    {"grant": "商用利用可"},
    {"note": "Apache-2.0 covers the weights, not the code."},
    {"note": "This licence does not apply to the model's outputs."},
    {"note": "This licence does not cover the model card, which is CC-BY-4.0."},
    {"note": "It is for the code and the weights only."},
    {"note": "Users must keep the notice."},
    {"note": "Tested by up to 5 users at a time."},
)


MIT = (Path(__file__).parent.parent / "licences" / "texts" / "MIT.txt").read_text(encoding="utf-8")
BSD = (Path(__file__).parent.parent / "licences" / "texts" / "BSD-3-Clause.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [MIT, BSD], ids=["MIT", "BSD"])
def test_the_text_of_an_open_licence_says_nothing_else(text: str) -> None:
    assert outcome(grant=text, expression="MIT" if text == MIT else "BSD-3-Clause") == "met"


def test_many_long_words_beside_terms_are_searched_in_one_pass() -> None:
    words = "llama the license qwen gemma community model open agreement " * 60 + "Llama 2"
    weights = [
        {"id": f"w{at}", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT", "grant": f"{at} {words}"}}
        for at in range(100)
    ]
    assert judged("OSAID-TERMS-PARAM", components=weights).outcome == "undetermined"


def outcome(**terms: Any) -> str:
    weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "Apache-2.0"} | terms}
    return judged("OSAID-TERMS-PARAM", components=[weights]).outcome


@pytest.mark.parametrize("words", OTHERWISE, ids=str)
def test_words_that_restrict_are_for_a_person(words: dict[str, str]) -> None:
    assert outcome(**words) == "undetermined"


@pytest.mark.parametrize("words", NOT_OTHERWISE, ids=str)
def test_words_that_fit_the_licence_are_not(words: dict[str, str]) -> None:
    assert outcome(**words) == "met"


def test_what_the_licence_of_code_leaves_out_may_be_weights() -> None:
    code = {"id": "c", "name": "C", "kinds": ["training_code"]}
    for note, expected in (("The weights are not covered.", "met"), ("The code is not covered.", "undetermined")):
        terms = {"expression": "Apache-2.0", "note": note}
        assert judged("OSAID-TERMS-CODE", components=[code | {"terms": terms}]).outcome == expected


def test_a_choice_may_be_explained() -> None:
    choice = "MIT OR OpenMDW-1.0"
    assert outcome(expression=choice, note="Take it under MIT or under OpenMDW-1.0.") == "met"
    assert outcome(note="Take it under OpenMDW-1.0.") == "undetermined"


def test_only_what_goes_on_after_what_is_read_is_left_open() -> None:
    assert outcome(grant="a" * 4000) == "met"
    assert outcome(grant="a" * 4001) == "undetermined"


def test_words_do_not_save_terms_that_are_not_approved() -> None:
    assert outcome(expression="CC-BY-NC-4.0", note="Non-commercial use only.") == "unmet"


def test_the_finding_has_the_words() -> None:
    terms = {"expression": "MIT", "note": "plus  Commons Clause"}
    component = {"id": "c", "name": "C", "kinds": ["training_code"], "terms": terms}
    (finding,) = judged("OSAID-TERMS-CODE", components=[component]).findings
    assert finding.message == (
        "The terms are said to be MIT, and their note speaks of “commons clause”: “plus Commons Clause”."
    )


def test_the_finding_quotes_without_a_second_full_stop() -> None:
    terms = {"expression": "MIT", "grant": "The weights are not licensed."}
    component = {"id": "w", "name": "W", "kinds": ["weights"], "terms": terms}
    (finding,) = judged("OSAID-TERMS-PARAM", components=[component]).findings
    assert finding.message == (
        "The terms are said to be MIT, and their grant speaks of “are not licensed”: “The weights are not licensed”."
    )


def test_open_data_whose_terms_say_otherwise_may_be_none() -> None:
    source = {"id": "a", "name": "A", "class": "open", "where": [{"url": "https://example.org/a"}]}
    said = source | {"terms": {"expression": "CC-BY-4.0"}}
    assert judged("OSAID-DATA-OPEN", sources=[said]).outcome == "met"
    said = source | {"terms": {"expression": "CC-BY-4.0", "note": "For research use only."}}
    assert judged("OSAID-DATA-OPEN", sources=[said]).outcome == "undetermined"


@pytest.mark.parametrize(("note", "expected"), [("Non-commercial use only.", 1), ("See LICENSE.", 0)])
def test_terms_of_a_base_that_say_otherwise(note: str, expected: int) -> None:
    report = judged(
        "OSAID-TERMS-PARAM",
        components=[{"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT"}}],
        parents=[{"id": "p", "name": "P", "terms": {"expression": "MIT", "note": note}}],
    )
    assert [finding.where for finding in report.findings] == ["/parents/0/terms"] * expected
