# SPDX-License-Identifier: Apache-2.0
"""OSAID 1.0: coverage and not only presence, what it asks of a model made from another, and what it does not ask."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from openmodel.policies.report import RequirementReport
from tests.policies.test_disclosure import judged, judged_code

A: dict[str, Any] = {"id": "a", "name": "A"}
B: dict[str, Any] = {"id": "b", "name": "B"}
ASSERTED = [{"statement": "all_training_data_listed", "by": "Lab", "date": "2025"}]
TRAINED = [{"id": "s", "kind": "train", "data": [{"source": "a"}]}]
CITED: dict[str, Any] = {"where": {"url": "https://example.org/paper"}}
UNKNOWN = {"undisclosed": "unknown", "reason": "not published"}


VALIDATED = [{"id": "s", "kind": "train", "data": [{"source": "a", "role": "validation"}]}]


def found(report: RequirementReport, kind: str) -> list[str]:
    return [finding.where for finding in report.findings if finding.kind == kind]


class TestListed:
    def test_all_is_listed_and_asserted(self) -> None:
        assert judged("OSAID-DATA-LISTED", sources=[A], stages=TRAINED, assertions=ASSERTED).outcome == "met"

    def test_data_that_was_processed_and_then_calibrated_on_is_used(self) -> None:
        told = {"id": "b", "name": "B", "provenance": "News of three papers of Berlin."}
        used = [{"id": kind, "kind": kind, "data": [{"source": "b"}]} for kind in ("process", "quantize")]
        report = judged("OSAID-DATA-LISTED", sources=[A, told], stages=[*TRAINED, *used], assertions=ASSERTED)
        assert (report.outcome, found(report, "judge")) == ("met", [])

    @pytest.mark.parametrize(("fields", "doubted"), [({}, ["/sources/1"]), ({"files": [{"path": "b.csv"}]}, [])])
    def test_data_that_was_calibrated_on_is_described_or_can_be_looked_at(
        self, fields: dict[str, Any], doubted: list[str]
    ) -> None:
        stage = {"id": "q", "kind": "quantize", "data": [{"source": "b"}]}
        given = {"sources": [A, {"id": "b", "name": "B"} | fields], "stages": [*TRAINED, stage]}
        assert found(judged("OSAID-DATA-LISTED", assertions=ASSERTED, **given), "judge") == doubted

    def test_zero_sources_is_unmet(self) -> None:
        given: list[dict[str, Any]] = [{}, {"sources": []}, {"sources": UNKNOWN}]
        for fields in given:
            report = judged("OSAID-DATA-LISTED", assertions=ASSERTED, **fields)
            assert report.outcome == "unmet"
            assert "/sources" in found(report, "unmet")

    def test_without_the_publishers_assertion_it_is_undetermined(self) -> None:
        for assertions in (
            [],
            [{"statement": "all_training_data_listed"}],
            [{"statement": "parameters_freely_available"}],
        ):
            report = judged("OSAID-DATA-LISTED", sources=[A], stages=TRAINED, assertions=assertions)
            assert report.outcome == "undetermined"
            assert found(report, "judge") == ["/assertions"]

    def test_a_third_party_cannot_assert_it(self) -> None:
        release = {"name": "toy", "described_by": {"role": "third_party"}}
        report = judged("OSAID-DATA-LISTED", release=release, sources=[A], stages=TRAINED, assertions=ASSERTED)
        assert report.outcome == "undetermined"
        assert "only the publisher" in report.findings[0].message

    @pytest.mark.parametrize(
        ("publisher", "by", "outcome"),
        [
            ("Example Lab", "EXAMPLE LAB, Inc.", "met"),
            ("Example Lab", "Example", "undetermined"),
            ("Example", "Example Lab", "undetermined"),
            ("University of Somewhere", "University", "undetermined"),
            (None, "a passer-by", "undetermined"),
            ({"undisclosed": "withheld", "reason": "secret"}, "a passer-by", "undetermined"),
        ],
    )
    def test_nobody_else_asserts_it(self, publisher: Any, by: str, outcome: str) -> None:
        release = {"name": "toy"} | ({} if publisher is None else {"publisher": publisher})
        asserted = [ASSERTED[0] | {"by": by}]
        report = judged("OSAID-DATA-LISTED", release=release, sources=[A], stages=TRAINED, assertions=asserted)
        assert report.outcome == outcome
        assert found(report, "judge") == ([] if outcome == "met" else ["/assertions/0/by"])

    @pytest.mark.parametrize("role", ["publisher", "third_party"])
    def test_whoever_describes_it_in_the_publishers_place_does_not_assert_it(self, role: str) -> None:
        release = {"name": "toy", "publisher": "Lab", "described_by": {"role": role, "name": "Fan Blog"}}
        asserted = [ASSERTED[0] | {"by": "Fan Blog"}]
        report = judged("OSAID-DATA-LISTED", release=release, sources=[A], stages=TRAINED, assertions=asserted)
        assert report.outcome == "undetermined"

    @pytest.mark.parametrize("at", ["/assertions/0", "/assertions/0/statement", "/assertions"])
    def test_it_may_cite_where_the_publisher_does(self, at: str) -> None:
        release = {"name": "toy", "publisher": "Lab", "described_by": {"role": "third_party", "name": "Atlas"}}
        given: dict[str, Any] = {"release": release, "sources": [A], "stages": TRAINED, "assertions": ASSERTED}
        cited = [{"at": at, "where": {"url": "https://e.org"}}]
        assert judged("OSAID-DATA-LISTED", **given, citations=cited).outcome == "met"
        elsewhere = [{"at": "/sources/0/name", "where": {"url": "https://e.org"}}]
        assert judged("OSAID-DATA-LISTED", **given, citations=elsewhere).outcome == "undetermined"

    def test_a_training_stage_without_data_is_found(self) -> None:
        stages = [*TRAINED, {"id": "t", "kind": "finetune"}]
        report = judged("OSAID-DATA-LISTED", sources=[A], stages=stages, assertions=ASSERTED)
        assert found(report, "unmet") == ["/stages/1/data"]

    def test_a_training_stage_that_names_only_validation_data_is_found(self) -> None:
        report = judged("OSAID-DATA-LISTED", sources=[A], stages=VALIDATED, assertions=ASSERTED)
        assert found(report, "unmet") == ["/stages/0/data"]

    def test_a_training_stage_whose_data_is_kept_back_is_found_with_the_reason(self) -> None:
        stages = [*TRAINED, {"id": "t", "kind": "finetune", "data": {"undisclosed": "withheld", "reason": "a secret"}}]
        report = judged("OSAID-DATA-LISTED", sources=[A], stages=stages, assertions=ASSERTED)
        assert [finding.where for finding in report.findings if "withheld (a secret)" in finding.message] == [
            "/stages/1/data"
        ]

    def test_the_data_of_the_base_is_not_what_a_model_was_tuned_on(self) -> None:
        stage = {"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}
        given: dict[str, Any] = {"parents": [{"id": "p", "name": "P"}], "assertions": ASSERTED}
        report = judged("OSAID-DATA-LISTED", sources=[A | {"of": "p"}], stages=[stage], **given)
        assert "/sources" in found(report, "unmet")
        merged = judged("OSAID-DATA-LISTED", sources=[A | {"of": "p"}], stages=[stage | {"kind": "merge"}], **given)
        assert "/sources" not in found(merged, "unmet")

    def test_without_stages_it_is_noted_that_all_sources_count(self) -> None:
        assert found(judged("OSAID-DATA-LISTED", sources=[A], assertions=ASSERTED), "note") == ["/stages"]
        assert found(judged("OSAID-DATA-LISTED", sources=[A], stages=TRAINED, assertions=ASSERTED), "note") == []

    def test_a_source_that_no_stage_uses_is_for_a_person_and_fails_nothing(self) -> None:
        report = judged("OSAID-DATA-LISTED", sources=[A, B], stages=TRAINED, assertions=ASSERTED)
        assert report.outcome == "undetermined"
        assert found(report, "judge") == ["/sources/1"]

    def test_a_source_that_is_only_processed_is_for_a_person(self) -> None:
        process = {"id": "c", "kind": "process", "data": [{"source": "a"}, {"source": "b"}]}
        tokenize = {"id": "v", "kind": "tokenize", "data": [{"source": "b"}]}
        listed: dict[str, Any] = {"sources": [A, B], "assertions": ASSERTED}
        report = judged("OSAID-DATA-LISTED", **listed, stages=[process, tokenize, *TRAINED])
        assert found(report, "judge") == ["/sources/1"]
        assert judged("OSAID-DATA-LISTED", **listed, stages=[tokenize, *TRAINED]).outcome == "met"

    def test_a_source_for_validation_is_used(self) -> None:
        stages = [{"id": "s", "kind": "train", "data": [{"source": "a"}, {"source": "b", "role": "validation"}]}]
        assert judged("OSAID-DATA-LISTED", sources=[A, B], stages=stages, assertions=ASSERTED).outcome == "met"

    @pytest.mark.parametrize(
        ("kind", "role", "source", "doubted"),
        [
            ("quantize", None, {}, True),
            ("quantize", "validation", {}, True),
            ("merge", "selection", {}, True),
            ("process", "selection", {}, True),
            ("finetune", "selection", {}, True),
            ("finetune", "validation", {}, False),
            ("tokenize", None, {}, False),
            ("quantize", None, {"scope": "TODO"}, True),
            ("quantize", None, {"scope": "Letters of one office in one year."}, False),
            ("quantize", None, {"class": "public"}, True),
            ("quantize", None, {"scope": {"document": {"path": "DATA.md"}}}, False),
            ("quantize", None, {"where": [{"url": "https://e.org"}]}, False),
        ],
    )
    def test_a_source_beside_training_that_nobody_describes_is_for_a_person(
        self, kind: str, role: str | None, source: dict[str, Any], doubted: bool
    ) -> None:
        item = {"source": "b"} | ({"role": role} if role else {})
        stage = {"id": "q", "kind": kind, "data": [*TRAINED[0]["data"], item]}
        given: dict[str, Any] = {"sources": [A, B | source], "stages": [*TRAINED, stage], "assertions": ASSERTED}
        doubts = found(judged("OSAID-DATA-LISTED", **given), "judge")
        assert [place for place in doubts if place.startswith("/sources")] == (["/sources/1"] if doubted else [])


class TestWhichSourcesCount:
    def outcome(self, sources: list[dict[str, Any]], stages: list[dict[str, Any]], **fields: Any) -> list[str]:
        return found(judged("OSAID-DATA-SCOPE", sources=sources, stages=stages, **fields), "unmet")

    def test_what_training_used_was_made_from_counts(self) -> None:
        assert self.outcome([A | {"derived_from": ["b"]}, B], TRAINED) == ["/sources/0/scope", "/sources/1/scope"]

    def test_validation_data_does_not(self) -> None:
        stages = [{"id": "s", "kind": "train", "data": [{"source": "a"}, {"source": "b", "role": "validation"}]}]
        assert self.outcome([A, B], stages) == ["/sources/0/scope"]

    def test_validation_data_does_when_no_stage_says_what_it_learned_from(self) -> None:
        assert self.outcome([A], VALIDATED) == ["/sources/0/scope"]

    def test_data_that_is_called_training_data_counts_whatever_the_stage_is_called(self) -> None:
        stages = [*TRAINED, {"id": "t", "kind": "convert", "data": [{"source": "b", "role": "train"}]}]
        assert self.outcome([A, B], stages) == ["/sources/0/scope", "/sources/1/scope"]

    def test_data_of_merging_or_tokenizing_does_not(self) -> None:
        stages = [*TRAINED, {"id": "t", "kind": "tokenize", "data": [{"source": "b"}]}]
        assert self.outcome([A, B], stages) == ["/sources/0/scope"]

    @pytest.mark.parametrize("role", [None, "train"])
    @pytest.mark.parametrize("trained", [[], [{"id": "s", "kind": "train"}]])
    def test_what_only_a_tokenizer_was_made_from_is_not_the_data_of_the_model(
        self, role: str | None, trained: list[dict[str, Any]]
    ) -> None:
        item = {"source": "a"} | ({"role": role} if role else {})
        stages = [{"id": "t", "kind": "tokenize", "data": [item]}, *trained]
        assert self.outcome([A], stages) == []
        report = judged("OSAID-DATA-LISTED", sources=[A], stages=stages, assertions=ASSERTED)
        assert report.outcome == "unmet"
        assert found(report, "unmet") == ["/sources", *(["/stages/1/data"] if trained else [])]

    def test_the_corpus_of_a_tokenizer_is_not_asked_for(self) -> None:
        tokenize = {"id": "t", "kind": "tokenize", "data": [{"source": "b", "role": "train"}]}
        assert self.outcome([A, B], [tokenize, *TRAINED]) == ["/sources/0/scope"]
        given: dict[str, Any] = {"sources": [A, B], "stages": [tokenize, *TRAINED], "assertions": ASSERTED}
        assert judged("OSAID-DATA-LISTED", **given).outcome == "met"
        kept_back = {"id": "t", "kind": "tokenize", "data": {"undisclosed": "withheld", "reason": "It is a secret."}}
        assert judged("OSAID-DATA-LISTED", **given | {"stages": [kept_back, *TRAINED], "sources": [A]}).outcome == "met"

    @pytest.mark.parametrize("more", [{"result": "w"}, {"models": [{"model": "p", "role": "initial"}]}], ids=str)
    def test_a_stage_that_made_a_model_is_none_of_a_tokenizer_whatever_it_is_called(self, more: dict[str, Any]) -> None:
        tokenize = {"id": "t", "kind": "tokenize", "data": [{"source": "b", "role": "train"}]} | more
        given: dict[str, Any] = {
            "components": [{"id": "w", "name": "W", "kinds": ["weights"]}],
            "parents": [{"id": "p", "name": "P"}],
        }
        assert self.outcome([A, B], [*TRAINED, tokenize], **given) == ["/sources/0/scope", "/sources/1/scope"]

    def test_the_corpus_of_a_parents_tokenizer_is_not_the_data_of_the_parent(self) -> None:
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}}]
        stages = [
            {"id": "t", "kind": "tokenize", "of": "p", "data": [{"source": "b"}]},
            {"id": "s", "kind": "finetune", "data": [{"source": "a"}], "models": [{"model": "p", "role": "initial"}]},
        ]
        report = judged("OSAID-DATA-LISTED", sources=[A, B | {"of": "p"}], stages=stages, parents=parents)
        assert "/parents/0/data" in found(report, "unmet")

    def test_a_stage_of_unstated_kind_that_names_data_counts(self) -> None:
        assert self.outcome([A, B], [{"id": "s", "data": [{"source": "b"}]}]) == ["/sources/1/scope"]

    def test_without_stages_every_source_counts(self) -> None:
        assert self.outcome([A, B], []) == ["/sources/0/scope", "/sources/1/scope"]

    def test_sources_of_a_parent_count_even_when_its_stages_are_not_described(self) -> None:
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}}]
        stages = [
            {"id": "s", "kind": "finetune", "data": [{"source": "a"}], "models": [{"model": "p", "role": "initial"}]}
        ]
        assert self.outcome([A, B | {"of": "p"}], stages, parents=parents) == ["/sources/0/scope", "/sources/1/scope"]


class TestParents:
    """A model that was made from another must include the facts of the other."""

    def report(self, parent: dict[str, Any], id: str = "OSAID-DATA-LISTED", **fields: Any) -> RequirementReport:
        stage = {"id": "s", "kind": "adapt", "data": [{"source": "a"}], "models": [{"model": "p", "role": "initial"}]}
        given: dict[str, Any] = {
            "parents": [{"id": "p", "name": "P"} | parent],
            "sources": [A],
            "stages": [stage | {"settings": {"rank": 8}}],
            "assertions": ASSERTED,
        }
        return judged(id, **(given | fields))

    def test_an_undescribed_parent_leaves_it_open(self) -> None:
        report = self.report({})
        assert report.outcome == "undetermined"
        assert found(report, "judge") == ["/parents/0/data"]

    def test_a_parent_whose_own_publisher_says_nothing_fails(self) -> None:
        assert self.report({"described_by": {"role": "publisher"}}).outcome == "unmet"

    def test_a_parent_known_to_be_closed_fails(self) -> None:
        withheld = {"undisclosed": "withheld", "reason": "The model card says so."}
        citation = {"at": "/parents/0/data", "where": {"url": "https://example.org/card"}}
        assert self.report({"data": withheld}, citations=[citation]).outcome == "unmet"
        assert self.report({"data": withheld}).outcome == "undetermined"

    @pytest.mark.parametrize(("kind", "outcome"), [("adapt", "unmet"), ("finetune", "met"), (None, "undetermined")])
    def test_weights_below_an_adapter_are_missed_and_below_what_may_be_one_doubted(
        self, kind: str | None, outcome: str
    ) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"], "where": [{"url": "https://example.org/w"}]}
        stage: dict[str, Any] = {"id": "s", "data": [{"source": "a"}], "models": [{"model": "p", "role": "initial"}]}
        stages = [stage | ({"kind": kind} if kind else {})]
        parent: dict[str, Any] = {"described_by": {"role": "publisher"}}
        report = self.report(parent, "OSAID-PARAM-AVAILABLE", components=[weights], stages=stages)
        assert report.outcome == outcome
        assert all(item.where == "/parents/0/where" for item in report.findings)
        had = parent | {"where": [{"url": "https://example.org/p"}]}
        assert self.report(had, "OSAID-PARAM-AVAILABLE", components=[weights], stages=stages).outcome == "met"

    def test_a_parents_manifest_is_left_to_a_person(self) -> None:
        report = self.report({"manifest": {"url": "https://example.org/openmodel.json", "sha256": "0" * 64}})
        assert found(report, "judge") == ["/parents/0/manifest"]

    def test_a_parent_whose_sources_are_described_is_listed(self) -> None:
        asserted = [*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}]
        fields: dict[str, Any] = {"sources": [A, B | {"of": "p"}], "assertions": asserted}
        described = {"described_by": {"role": "publisher", "name": "Other Lab"}}
        assert self.report(described, **fields, citations=[CITED | {"at": "/assertions/1"}]).outcome == "met"

    @pytest.mark.parametrize(
        ("describer", "assertions", "citations"),
        [
            (None, ASSERTED, []),
            ({"role": "third_party", "name": "Lab"}, ASSERTED, []),
            ({"role": "publisher"}, ASSERTED, []),
            ({"role": "publisher", "name": "Other Lab"}, ASSERTED, []),
            (None, ASSERTED, [{"at": "/assertions/0"}]),
            (None, [*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}], []),
            (None, [*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}], [{"at": "/assertions/1"}]),
            ({"role": "publisher", "name": "Other Lab"}, [*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}], []),
            (
                {"role": "publisher", "name": "Other Lab"},
                [*ASSERTED, ASSERTED[0] | {"by": "Blog"}],
                [{"at": "/assertions/1"}],
            ),
            ({"role": "publisher", "name": "Other"}, [*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}], []),
        ],
    )
    def test_who_made_a_model_from_another_cannot_answer_for_the_data_of_that(
        self, describer: dict[str, Any] | None, assertions: list[dict[str, Any]], citations: list[dict[str, Any]]
    ) -> None:
        cited = [CITED | citation for citation in citations]
        parent = {"described_by": describer} if describer else {}
        report = self.report(parent, sources=[A, B | {"of": "p"}], assertions=assertions, citations=cited)
        assert found(report, "judge") == ["/assertions"]

    def test_whoever_describes_it_in_the_name_of_the_parents_publisher_cannot_either(self) -> None:
        release = {"name": "toy", "publisher": "Lab", "described_by": {"role": "publisher", "name": "Other Lab"}}
        report = self.report(
            {"described_by": {"role": "publisher", "name": "Other Lab"}},
            release=release,
            sources=[A, B | {"of": "p"}],
            assertions=[*ASSERTED, ASSERTED[0] | {"by": "Other Lab"}],
        )
        assert found(report, "judge") == ["/assertions"]

    @pytest.mark.parametrize(("citations", "outcome"), [([], "undetermined"), ([{"at": "/assertions/0"}], "met")])
    def test_the_parents_publisher_answers_for_a_copy_where_it_is_cited(
        self, citations: list[dict[str, Any]], outcome: str
    ) -> None:
        stages = [
            {"id": "t", "of": "p", "kind": "train", "data": [{"source": "b", "role": "train"}]},
            {"id": "q", "kind": "quantize", "models": [{"model": "p", "role": "initial"}]},
        ]
        report = self.report(
            {"described_by": {"role": "publisher", "name": "Other Lab"}},
            sources=[B | {"of": "p"}],
            stages=stages,
            assertions=[ASSERTED[0] | {"by": "Other Lab"}],
            citations=[CITED | citation for citation in citations],
        )
        assert report.outcome == outcome

    @pytest.mark.parametrize("role", ["teacher", "reward", "filter", "generator"])
    def test_a_teachers_or_generators_data_is_not_asked_for(self, role: str) -> None:
        stage = {"id": "s", "kind": "train", "data": [{"source": "a"}], "models": [{"model": "p", "role": role}]}
        assert self.report({}, stages=[stage]).outcome == "met"

    def test_a_model_that_made_synthetic_data_is_not_asked_for(self) -> None:
        assert self.report({}, stages=TRAINED, sources=[A | {"made_by": ["p"]}]).outcome == "met"

    def test_a_listed_parent_that_no_stage_uses_counts(self) -> None:
        assert self.report({}, stages=TRAINED).outcome == "undetermined"

    def test_its_code_is_asked_for_too(self) -> None:
        report = self.report({"code": {"undisclosed": "unknown", "reason": "nowhere"}}, id="OSAID-CODE-TRAINING")
        assert "/parents/0/code" in found(report, "judge")
        component = {"id": "c", "name": "C", "of": "p", "kinds": ["training_code"], "where": [{"url": "https://e.org"}]}
        report = self.report({}, id="OSAID-CODE-TRAINING", components=[component])
        assert "/parents/0/code" not in found(report, "judge")

    def test_a_parents_component_does_not_stand_in_for_the_own(self) -> None:
        component = {"id": "w", "name": "W", "of": "p", "kinds": ["weights"], "where": [{"url": "https://e.org"}]}
        report = self.report({}, id="OSAID-PARAM-AVAILABLE", components=[component])
        assert report.outcome == "unmet"

    @pytest.mark.parametrize("role", ["unknown", "withheld"])
    def test_a_release_that_keeps_its_parents_back_fails(self, role: str) -> None:
        for id in ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING"):
            report = self.report({}, id=id, parents={"undisclosed": role, "reason": "No."}, stages=TRAINED)
            assert "/parents" in found(report, "unmet")

    @pytest.mark.parametrize("kind", ["finetune", "adapt", "merge", "quantize", "convert"])
    def test_a_stage_that_must_begin_with_a_model_names_it(self, kind: str) -> None:
        stage = {"id": "f", "kind": kind, "data": [{"source": "a"}]}
        report = self.report({}, parents=[], stages=[stage])
        assert "/stages/0/models" in found(report, "unmet")
        after_training = self.report({}, parents=[], stages=[*TRAINED, stage])
        # What training gave is what the next stage began with; what else a merge took in is not told.
        assert after_training.outcome == ("undetermined" if kind == "merge" else "met")

    def test_so_does_a_stage_of_a_parent(self) -> None:
        stages = [*TRAINED, {"id": "f", "of": "p", "kind": "finetune", "data": [{"source": "b"}]}]
        sources = [A, B | {"of": "p"}]
        described = {"described_by": {"role": "publisher", "name": "Lab"}}
        report = self.report(described, sources=sources, stages=stages)
        assert found(report, "unmet") == ["/stages/1/models"]
        by_others = self.report({}, sources=sources, stages=stages)
        assert found(by_others, "judge") == ["/stages/1/models", "/assertions"]

    def test_a_first_stage_that_goes_on_from_a_checkpoint_is_doubted(self) -> None:
        segments = [{"id": "g", "resumed_from": "0" * 64}]
        report = self.report({}, parents=[], stages=[TRAINED[0] | {"segments": segments}])
        assert found(report, "judge") == ["/stages/0/segments/0/resumed_from"]
        later = {"id": "f", "kind": "finetune", "data": [{"source": "a"}], "segments": segments}
        assert self.report({}, parents=[], stages=[*TRAINED, later]).outcome == "met"

    def test_having_no_parents_is_believed(self) -> None:
        none = {"undisclosed": "not_applicable", "reason": "It started from random numbers."}
        assert self.report({}, parents=none, stages=TRAINED).outcome == "met"

    @pytest.mark.parametrize(
        "reason",
        [
            "From scratch.",
            "Trained from scratch.",
            "It began with random numbers.",
            "Weights were initialised from a normal distribution.",
            "Initialized with Xavier, not from another model.",
            "No other model was used.",
            "It was not fine-tuned from any model.",
            "Based on the architecture of Llama, with random weights.",
            "Training started from step 0.",
            "A random initialisation was used.",
            "Forests learn from the data alone.",
            "The network started from random numbers; no other model went into it.",
            "The previous model was not used.",
            "Our earlier model shares no weights with it.",
            "Started from a random initialisation; the architecture is based on ResNet-18.",
        ],
    )
    def test_reasons_why_there_are_no_parents(self, reason: str) -> None:
        none = {"undisclosed": "not_applicable", "reason": reason}
        assert self.report({}, parents=none, stages=TRAINED).outcome == "met"

    @pytest.mark.parametrize(
        "reason",
        [
            "We started from a private checkpoint.",
            "Confidential.",
            "See the paper.",
            "Llama was used but we own it.",
            "It is a fine-tune of our model of last year.",
            "Initialised from the weights of BERT.",
            "Our earlier model is a trade secret.",
            "We started from Llama and a random head.",
            "The previous model was not published; we started from it.",
            "The architecture is that of Llama; it was initialised from its weights.",
            "The base has not been released.",
            "TODO",
        ],
    )
    def test_reasons_that_speak_of_parents_or_say_nothing_wait_for_a_person(self, reason: str) -> None:
        none = {"undisclosed": "not_applicable", "reason": reason}
        for id in ("OSAID-DATA-LISTED", "OSAID-CODE-TRAINING"):
            assert "/parents" in found(self.report({}, id=id, parents=none, stages=TRAINED), "judge")

    def test_a_merge_needs_no_data_of_its_own(self) -> None:
        stage = {"id": "m", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
        described = {"described_by": {"role": "publisher", "name": "Lab"}}
        report = self.report(described, stages=[stage], sources=[A | {"of": "p"}])
        assert report.outcome == "met"


class TestDataClasses:
    def test_public_data_that_is_gone_stays_listed(self) -> None:
        gone = A | {"class": "public", "where": [{"url": "https://e.org", "access": "gone", "gone_since": "2024"}]}
        assert judged("OSAID-DATA-PUBLIC", sources=[gone]).outcome == "met"

    def test_a_fee_without_its_price_fails_nothing(self) -> None:
        paid = A | {"class": "obtainable", "where": [{"url": "https://e.org", "access": "fee"}]}
        report = judged("OSAID-DATA-OBTAINABLE", sources=[paid])
        assert report.outcome == "undetermined"
        assert found(report, "judge") == ["/sources/0/where/0/fee"]

    @pytest.mark.parametrize(
        "fee", ["TBD", "", "?", "n/a", "on request", "Price on application.", "Contact us", "varies"]
    )
    def test_a_fee_that_is_no_price_is_as_one_without(self, fee: str) -> None:
        for place in ({"access": "fee"}, {}, {"access": "registration"}):
            paid = A | {"class": "obtainable", "where": [{"url": "https://e.org", "fee": fee} | place]}
            report = judged("OSAID-DATA-OBTAINABLE", sources=[paid])
            assert found(report, "judge") == ["/sources/0/where/0/fee"]

    @pytest.mark.parametrize(
        "fee",
        [
            "free of charge",
            "Free for universities; others on request",
            "EUR 1,200 per year",
            "950 EUR",
            "\u20ac40",
            "none for members of the consortium",
            "the cost of a disk and its postage",
            "see price list at https://data.example/prices",
            "\u7121\u6599",
        ],
    )
    def test_a_price_or_a_statement_of_it_in_words_is_enough(self, fee: str) -> None:
        paid = A | {"class": "obtainable", "where": [{"url": "https://e.org", "access": "fee", "fee": fee}]}
        assert judged("OSAID-DATA-OBTAINABLE", sources=[paid]).outcome == "met"

    @pytest.mark.parametrize(
        ("said", "access", "outcome"),
        [
            ("withheld", "fee", "undetermined"),
            ("unknown", "request", "undetermined"),
            ("withheld", "gone", "met"),
            ("not_applicable", "registration", "met"),
            ("not_applicable", "fee", "undetermined"),
        ],
    )
    def test_a_fee_that_is_kept_back_is_none_that_is_told(self, said: str, access: str, outcome: str) -> None:
        where = {"url": "https://e.org", "access": access, "fee": {"undisclosed": said, "reason": "It is so."}}
        assert (
            judged("OSAID-DATA-OBTAINABLE", sources=[A | {"class": "obtainable", "where": [where]}]).outcome == outcome
        )

    @pytest.mark.parametrize(
        ("source", "outcome"),
        [
            ({"where": [{"url": "https://e.org"}]}, "met"),
            ({"where": [{"url": "https://e.org", "holds": "index"}]}, "unmet"),
            ({"where": [{"url": "https://e.org", "access": "gone"}]}, "unmet"),
            ({"where": UNKNOWN}, "unmet"),
            ({"files": [{"path": "data/a.csv"}]}, "met"),
            ({"files": [{"url": "https://e.org/a.csv"}]}, "unmet"),
            ({}, "unmet"),
        ],
    )
    def test_open_data_must_be_shared(self, source: dict[str, Any], outcome: str) -> None:
        assert judged("OSAID-DATA-OPEN", sources=[A | {"class": "open"} | source]).outcome == outcome

    def test_a_licence_on_public_sources_is_not_asked_for(self) -> None:
        public = A | {"class": "public", "where": [{"url": "https://e.org"}]}
        assert judged("OSAID-DATA-PUBLIC", sources=[public]).outcome == "met"

    @pytest.mark.parametrize("expression", ["NONE", "CC-BY-NC-4.0"])
    def test_data_under_restricted_terms_is_not_believed_to_be_open(self, expression: str) -> None:
        source = A | {"class": "open", "where": [{"url": "https://e.org"}], "terms": {"expression": expression}}
        report = judged("OSAID-DATA-OPEN", sources=[source])
        assert found(report, "judge") == ["/sources/0/terms"]

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({"grant": "The texts may not be redistributed."}, "their grant speaks of “may not be redistributed”"),
            ({"note": "Redistribution prohibited."}, "“Redistribution prohibited”"),
            ({"note": "The agreement bars passing the texts on."}, "“The agreement bars passing the texts on”"),
            ({"expression": "LicenseRef-House"}, "nobody has decided about LicenseRef-House"),
            ({"expression": "TODO", "note": "No redistribution"}, "“No redistribution”"),
            ({"expression": "LicenseRef-House", "grant": "Copies may not be shared."}, "“Copies may not be shared”"),
        ],
    )
    def test_terms_that_let_nobody_share_or_are_not_known_to_are_not_believed_to_be_open(
        self, terms: dict[str, str], said: str
    ) -> None:
        source = A | {"class": "open", "where": [{"url": "https://e.org"}], "terms": terms}
        report = judged("OSAID-DATA-OPEN", sources=[source])
        assert found(report, "judge") == ["/sources/0/terms"]
        assert said in report.findings[0].message

    @pytest.mark.parametrize(
        "terms",
        [
            {},
            {"expression": "TODO"},
            {"expression": "CC-BY-SA-4.0"},
            {"expression": "LicenseRef-House OR CC0-1.0"},
            {"grant": "Everybody may copy, change and pass on the texts."},
            {"note": "Out of copyright everywhere."},
            {"url": "https://e.org/terms"},
            {"undisclosed": "unknown"},
        ],
        ids=str,
    )
    def test_open_data_without_terms_is_believed_to_be_open(self, terms: dict[str, str]) -> None:
        source = A | {"class": "open", "where": [{"url": "https://e.org"}], "terms": terms}
        assert judged("OSAID-DATA-OPEN", sources=[source]).outcome == "met"

    def test_where_no_data_is_listed_no_class_is_asked_for(self) -> None:
        assert judged("OSAID-DATA-CLASS").outcome == "not_applicable"

    @pytest.mark.parametrize("id", ["PUBLIC", "OBTAINABLE", "UNSHAREABLE", "OPEN"])
    def test_classes_without_data_ask_nothing(self, id: str) -> None:
        other = A | {"class": "open" if id == "PUBLIC" else "public"}
        assert judged(f"OSAID-DATA-{id}", sources=[other]).outcome == "not_applicable"

    @pytest.mark.parametrize("id", ["PUBLIC", "OBTAINABLE", "UNSHAREABLE", "OPEN"])
    def test_what_depends_on_a_class_that_is_not_said_is_open(self, id: str) -> None:
        third_party = {"name": "toy", "described_by": {"role": "third_party"}}
        for source in (A, A | {"class": UNKNOWN}):
            report = judged(f"OSAID-DATA-{id}", release=third_party, sources=[source, B | source | {"id": "b"}])
            (finding,) = report.findings
            assert (report.outcome, finding.kind, finding.where) == ("undetermined", "judge", "/sources/0/class")
            assert "A and of 1 more, whose class is not said; see OSAID-DATA-CLASS" in finding.message
            # Where OSAID-DATA-CLASS is unmet, it is not doubted again.
            report = judged(f"OSAID-DATA-{id}", sources=[source])
            assert (report.outcome, found(report, "judge")) == ("undetermined", [])
            assert found(report, "note") == ["/sources/0/class"]

    @pytest.mark.parametrize(
        ("id", "source", "outcome"),
        [
            ("PUBLIC", {"where": [{"url": "https://e.org"}]}, "met"),
            ("OBTAINABLE", {"where": [{"url": "https://e.org"}]}, "met"),
            ("OPEN", {"where": [{"url": "https://e.org"}]}, "met"),
            ("OPEN", {"where": [{"url": "https://e.org", "access": "request"}]}, "undetermined"),
            ("UNSHAREABLE", {"not_shared_because": "German law protects the patients."}, "met"),
            ("UNSHAREABLE", {"where": [{"url": "https://e.org"}]}, "undetermined"),
        ],
    )
    def test_whatever_the_class_is_what_it_asks_may_be_there(
        self, id: str, source: dict[str, Any], outcome: str
    ) -> None:
        assert judged(f"OSAID-DATA-{id}", sources=[A | source]).outcome == outcome


CODE: dict[str, Any] = {
    "id": "c",
    "name": "Code",
    "kinds": ["training_code", "inference_code", "architecture", "data_processing_code", "validation_code", "library"],
    "where": [{"url": "https://e.org"}],
}
NO_SEARCH = {"hyperparameter_search_code": {"undisclosed": "not_applicable", "reason": "Chosen by hand."}}


class TestDodges:
    """Ways to leave a fact out that used to go unseen."""

    def listed(self, **fields: Any) -> RequirementReport:
        given: dict[str, Any] = {"sources": [A], "stages": TRAINED, "assertions": ASSERTED}
        return judged("OSAID-DATA-LISTED", **(given | fields))

    def test_a_stage_without_kind_and_data_is_training(self) -> None:
        stages = [*TRAINED, {"id": "t", "models": [], "result": "w"}]
        components = [{"id": "w", "name": "W", "kinds": ["weights"]}]
        assert found(self.listed(stages=stages, components=components), "unmet") == ["/stages/1/data"]

    def test_a_base_that_is_called_a_component_was_made_somewhere(self) -> None:
        base = {"id": "base", "name": "Base", "kinds": ["checkpoint"]}
        stage = TRAINED[0] | {"kind": "finetune", "models": [{"model": "base", "role": "initial"}]}
        report = self.listed(components=[base], stages=[stage])
        assert found(report, "unmet") == ["/stages/0/models/0"]
        before = {"id": "before", "kind": "train", "data": [{"source": "a"}], "result": "base"}
        assert self.listed(components=[base], stages=[before, stage]).outcome == "met"

    def test_a_component_of_a_parent_brings_the_parent(self) -> None:
        base = {"id": "base", "name": "Base", "of": "p", "kinds": ["checkpoint"]}
        models = [{"model": "base", "role": "initial"}, {"model": "p", "role": "filter"}]
        report = self.listed(
            components=[base], parents=[{"id": "p", "name": "P"}], stages=[TRAINED[0] | {"models": models}]
        )
        assert found(report, "judge") == ["/parents/0/data"]

    @pytest.mark.parametrize("kind", ["convert", "merge", "quantize", "train"])
    @pytest.mark.parametrize("result", ["base", "w"])
    def test_a_component_that_a_stage_of_a_parent_gave_brings_the_parent(self, kind: str, result: str) -> None:
        components = [{"id": "base", "name": "Base"}, {"id": "w", "name": "W", "kinds": ["weights"]}]
        stages = [
            {"id": "z", "of": "p", "kind": kind, "data": [{"source": "b"}], "result": result},
            TRAINED[0] | {"models": [{"model": "base", "role": "initial"}], "result": "w"},
        ]
        sources = [A | {"made_by": ["p"]}, B | {"of": "p"}]
        fields: dict[str, Any] = {"components": components, "stages": stages, "sources": sources}
        report = judged("OSAID-CODE-TRAINING", parents=[{"id": "p", "name": "P"}], **fields)
        assert "/parents/0/code" in found(report, "judge")

    def test_a_component_that_a_stage_of_a_judge_gave_and_that_only_judges_brings_nobody(self) -> None:
        components = [{"id": "score", "name": "Score", "kinds": ["weights"]}]
        stages = [
            {"id": "z", "of": "p", "kind": "train", "result": "score"},
            TRAINED[0] | {"models": [{"model": "score", "role": "reward"}]},
        ]
        report = self.listed(components=components, parents=[{"id": "p", "name": "P"}], stages=stages)
        assert not any(place.startswith("/parents") for place in found(report, "judge"))

    def test_a_stage_of_a_teacher_that_makes_the_weights_counts(self) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"]}
        stages = [
            TRAINED[0] | {"models": [{"model": "p", "role": "teacher"}]},
            {"id": "t", "of": "p", "kind": "train", "data": [{"source": "b"}], "result": "w"},
        ]
        fields: dict[str, Any] = {"components": [weights], "parents": [{"id": "p", "name": "P"}], "stages": stages}
        report = judged("OSAID-DATA-SCOPE", sources=[A, B], **fields)
        assert found(report, "unmet") == ["/sources/0/scope", "/sources/1/scope"]

    @pytest.mark.parametrize("by", ["", " ", "TODO"])
    def test_an_assertion_by_nobody_is_none(self, by: str) -> None:
        assert self.listed(assertions=[ASSERTED[0] | {"by": by}]).outcome == "undetermined"

    @pytest.mark.parametrize(("role", "doubted"), [("publisher", []), ("third_party", ["/assertions/0/by"])])
    def test_of_a_merge_the_publisher_of_a_parent_may_assert_it(self, role: str, doubted: list[str]) -> None:
        stage = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
        parents = [{"id": "p", "name": "P", "described_by": {"role": role, "name": "Lab"}}]
        release = {"name": "toy", "publisher": "Merger"}
        cited = [{"at": "/assertions/0", "where": {"url": "https://lab.example/p"}}]
        fields: dict[str, Any] = {"stages": [stage], "parents": parents, "citations": cited}
        report = self.listed(release=release, sources=[A | {"of": "p"}], **fields)
        assert [place for place in found(report, "judge") if place.endswith("/by")] == doubted

    def test_an_assertion_by_somebody_else_is_doubted(self) -> None:
        report = self.listed(release={"name": "toy", "publisher": "Example Lab"})
        assert found(report, "judge") == ["/assertions/0/by"]
        assert self.listed(release={"name": "toy", "publisher": "Lab, Inc."}).outcome == "met"

    def test_a_publisher_cannot_pass_as_a_third_party(self) -> None:
        release = {"name": "toy", "publisher": "Lab", "described_by": {"role": "third_party", "name": "LAB Inc."}}
        assert judged("OSAID-DATA-SCOPE", release=release, sources=[A]).outcome == "unmet"

    def test_an_empty_reference_is_no_manifest(self) -> None:
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}, "manifest": {}}]
        stage = TRAINED[0] | {"models": [{"model": "p", "role": "initial"}]}
        assert found(self.listed(parents=parents, stages=[stage]), "unmet") == ["/parents/0/data"]

    def test_one_file_of_many_is_not_the_data(self) -> None:
        source = A | {"class": "open", "files": [{"path": "a.csv"}, {"sha256": "0" * 64}]}
        assert judged("OSAID-DATA-OPEN", sources=[source]).outcome == "unmet"

    @pytest.mark.parametrize("access", ["fee", "request"])
    def test_what_must_be_free_to_all_is_doubted_behind_a_gate(self, access: str) -> None:
        where = [{"url": "https://e.org", "access": access}]
        assert judged("OSAID-DATA-OPEN", sources=[A | {"class": "open", "where": where}]).outcome == "undetermined"
        code = CODE | {"where": where}
        report = judged_code(components=[code])
        assert "/components/0/where" in found(report, {"fee": "judge", "request": "unmet"}[access])

    @pytest.mark.parametrize(("access", "outcome"), [("fee", "undetermined"), ("request", "unmet"), ("open", "met")])
    def test_parameters_that_one_must_ask_for_are_not_available(self, access: str, outcome: str) -> None:
        component = {
            "id": "c",
            "name": "C",
            "kinds": ["weights"],
            "where": [{"url": "https://e.org", "access": access}],
        }
        assert judged("OSAID-PARAM-AVAILABLE", components=[component]).outcome == outcome
        elsewhere = component | {"where": [*component["where"], {"url": "https://e.org/copy"}]}
        assert judged("OSAID-PARAM-AVAILABLE", components=[elsewhere]).outcome == "met"

    @pytest.mark.parametrize("said", ["/components", "/not_offered/weights"])
    def test_that_parameters_are_kept_back_is_cited_where_it_is_said(self, said: str) -> None:
        withheld = {"undisclosed": "withheld", "reason": "The paper says so."}
        release = {"name": "toy", "described_by": {"role": "third_party"}}
        fields: dict[str, Any] = (
            {"components": withheld} if said == "/components" else {"not_offered": {"weights": withheld}}
        )
        cited = [{"at": said, "where": {"url": "https://e.org/paper"}}]
        assert judged("OSAID-PARAM-AVAILABLE", release=release, **fields).outcome == "undetermined"
        assert judged("OSAID-PARAM-AVAILABLE", release=release, **fields, citations=cited).outcome == "unmet"

    @pytest.mark.parametrize("terms", [{"grant": "TODO"}, {"url": "tbd"}, {"text": "TODO"}])
    def test_terms_that_are_placeholders_are_none(self, terms: dict[str, str]) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": terms}
        assert judged("OSAID-TERMS-PARAM", components=[weights]).outcome == "unmet"

    def test_what_is_no_code_needs_no_licence_for_code(self) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "CC-BY-4.0"}}
        report = judged("OSAID-TERMS-CODE", components=[weights])
        assert (report.outcome, found(report, "judge")) == ("not_applicable", [])

    def test_one_further_clause_is_told(self) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "CC-BY-ND-4.0"}}
        (finding,) = judged("OSAID-TERMS-PARAM", components=[weights]).findings
        assert "; another clause restricts sharing, which osaid-1.0 lists" in finding.message

    def test_a_place_that_is_kept_back_is_not_outvoted_by_a_repository(self) -> None:
        withheld = {"undisclosed": "withheld", "reason": "a private repository"}
        component = {
            "id": "c",
            "name": "C",
            "kinds": ["weights"],
            "where": withheld,
            "pin": {"repository": "https://e.org"},
        }
        assert judged("OSAID-PARAM-AVAILABLE", components=[component]).outcome == "unmet"
        del component["where"]
        assert judged("OSAID-PARAM-AVAILABLE", components=[component]).outcome == "met"

    def test_terms_of_a_base_are_read(self) -> None:
        component = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT"}}
        parents = [{"id": "p", "name": "P", "terms": {"expression": "CC-BY-NC-4.0"}}]
        report = judged("OSAID-TERMS-PARAM", components=[component], parents=parents)
        assert found(report, "judge") == ["/parents/0/terms"]

    def test_a_third_partys_own_terms_are_not_the_publishers(self) -> None:
        release = {
            "name": "toy",
            "described_by": {"role": "third_party"},
            "disclosure_terms": {"expression": "CC0-1.0"},
        }
        assert judged("OSAID-TERMS-DATA", release=release).outcome == "undetermined"
        card = {"id": "c", "name": "C", "kinds": ["data_card"], "terms": {"expression": "CC-BY-4.0"}}
        assert judged("OSAID-TERMS-DATA", release=release, components=[card]).outcome == "met"


class TestAddresses:
    """An address that is none is no place."""

    @pytest.mark.parametrize("url", ["", "TBD", "n/a", "ask us"])
    def test_placeholders(self, url: str) -> None:
        where = [{"url": url}]
        for name in ("public", "obtainable", "open"):
            source = A | {"class": name, "where": where}
            assert judged(f"OSAID-DATA-{name.upper()}", sources=[source]).outcome == "unmet"
        component = {"id": "c", "name": "C", "kinds": ["weights", "training_code"], "where": where}
        assert judged("OSAID-PARAM-AVAILABLE", components=[component]).outcome == "unmet"
        pinned = component | {"pin": {"repository": url}}
        assert "/components/0/where" in found(judged_code(components=[pinned]), "unmet")


class TestOthersModels:
    """What belongs to a teacher or generator is not part of the release."""

    GIVEN: ClassVar[dict[str, Any]] = {
        "parents": [{"id": "p", "name": "P"}],
        "sources": [A],
        "stages": [
            {"id": "s", "kind": "distill", "data": [{"source": "a"}], "models": [{"model": "p", "role": "teacher"}]},
            {"id": "t", "kind": "train", "of": "p"},
        ],
        "components": [
            {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "MIT"}},
            {"id": "v", "name": "V", "of": "p", "kinds": ["weights"], "terms": {"expression": "NONE"}},
        ],
        "assertions": ASSERTED,
    }

    def test_a_teachers_terms_and_stages_are_not_judged(self) -> None:
        assert judged("OSAID-TERMS-PARAM", **self.GIVEN).outcome == "met"
        assert judged("OSAID-DATA-LISTED", **self.GIVEN).outcome == "met"

    def test_those_of_what_it_was_made_from_are(self) -> None:
        stages = [self.GIVEN["stages"][0] | {"models": [{"model": "p", "role": "initial"}]}, self.GIVEN["stages"][1]]
        assert judged("OSAID-TERMS-PARAM", **(self.GIVEN | {"stages": stages})).outcome == "unmet"
        assert judged("OSAID-DATA-LISTED", **(self.GIVEN | {"stages": stages})).outcome == "undetermined"


class TestCode:
    def report(self, component: dict[str, Any] | None = None, **fields: Any) -> RequirementReport:
        stages = [{"id": "s", "kind": "train", "settings": {"lr": 1, "bs": 1}}]
        given: dict[str, Any] = {"components": [component or CODE], "not_offered": NO_SEARCH, "stages": stages}
        return judged_code(**(given | fields))

    def test_complete(self) -> None:
        assert self.report().outcome == "met"

    @pytest.mark.parametrize("kind", ["training_code", "inference_code", "architecture"])
    def test_what_every_model_has_cannot_be_not_applicable(self, kind: str) -> None:
        component = CODE | {"kinds": [other for other in CODE["kinds"] if other != kind]}
        claimed = NO_SEARCH | {kind: {"undisclosed": "not_applicable", "reason": "We have none."}}
        report = self.report(component, not_offered=claimed)
        assert report.outcome == "unmet"
        assert kind in next(finding.message for finding in report.findings)

    def test_code_needs_a_place(self) -> None:
        assert found(self.report(CODE | {"where": []}), "unmet") == ["/components/0/where"] * 6
        assert self.report(CODE | {"where": [{"url": "https://e.org", "access": "gone"}]}).outcome == "unmet"
        assert self.report(CODE | {"where": {"undisclosed": "withheld", "reason": "ours"}}).outcome == "unmet"

    def test_a_repository_is_a_place_and_a_commit_is_not_asked_for(self) -> None:
        component = {name: value for name, value in CODE.items() if name != "where"}
        pin = {"repository": "https://e.org/c.git", "kind": "branch", "ref": "main"}
        assert self.report(component | {"pin": pin}).outcome == "met"

    def test_settings_are_asked_for(self) -> None:
        assert found(self.report(stages=[{"id": "s", "kind": "train"}]), "unmet") == ["/stages/0/settings"]
        assert self.report(stages=[{"id": "s", "kind": "train", "settings": {}}]).outcome == "unmet"
        parts = [{"id": "s1", "settings": {"lr": 1, "bs": 1}}, {"id": "s2", "settings": "c"}]
        assert self.report(stages=[{"id": "s", "kind": "train", "segments": parts}]).outcome == "met"
        assert self.report(stages=[{"id": "s", "kind": "train", "segments": [*parts, {"id": "s3"}]}]).outcome == "unmet"

    def test_settings_of_a_segment_may_be_undisclosed_too(self) -> None:
        parts = [{"id": "s1", "settings": {"lr": 1, "bs": 1}}, {"id": "s2", "settings": UNKNOWN}]
        report = self.report(stages=[{"id": "s", "kind": "train", "segments": parts}])
        assert found(report, "unmet") == ["/stages/0/segments/1/settings"]

    @pytest.mark.parametrize("settings", ["k", {"component": "k", "path": "settings.json"}])
    def test_settings_in_a_component_must_be_there_to_be_had(self, settings: Any) -> None:
        stages = [{"id": "s", "kind": "train", "settings": settings}]
        component: dict[str, Any] = {"id": "k", "name": "K", "kinds": ["configuration"]}
        report = self.report(components=[CODE, component], stages=stages)
        assert found(report, "unmet") == ["/components/1/where"]
        component["files"] = ["settings.json"]
        assert self.report(components=[CODE, component], stages=stages).outcome == "met"

    def test_without_any_stage_no_settings_are_given(self) -> None:
        assert found(self.report(stages=[]), "unmet") == ["/stages"]
        report = self.report(stages={"undisclosed": "withheld", "reason": "secret"})
        assert found(report, "unmet") == ["/stages"]
        assert "which is withheld (secret)" in report.findings[0].message

    def test_components_that_are_kept_back_are_said_to_be(self) -> None:
        report = self.report(components={"undisclosed": "withheld", "reason": "secret"}, not_offered={})
        assert report.outcome == "unmet"
        assert all("which is withheld (secret)" in finding.message for finding in report.findings)

    def test_merging_needs_no_settings_but_its_own_code(self) -> None:
        theirs = CODE | {"id": "d", "of": "p"}
        given: dict[str, Any] = {"components": [CODE, theirs], "parents": [{"id": "p", "name": "P"}]}
        stage: dict[str, Any] = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
        trained = {"id": "t", "of": "p", "kind": "train", "settings": {"lr": 1, "bs": 1}}
        assert self.report(**given, stages=[stage | {"code": [CODE["id"]]}, trained]).outcome == "met"
        silent = self.report(**given, stages=[stage, trained])
        assert (silent.outcome, found(silent, "judge")) == ("undetermined", ["/stages/0/code"])
        kept = self.report(**given, stages=[stage | {"code": {"undisclosed": "withheld", "reason": "ours"}}, trained])
        assert (kept.outcome, found(kept, "unmet")) == ("unmet", ["/stages/0/code"])
        merger = {"id": "m", "name": "M", "kinds": ["merging_code"], "where": [{"url": "https://e.org/m"}]}
        listed = self.report(**(given | {"components": [CODE, theirs, merger]}), stages=[stage, trained])
        assert listed.outcome == "met"
        nowhere = self.report(
            **(given | {"components": [CODE, theirs, {"id": "m", "name": "M"}]}),
            stages=[stage | {"code": ["m"]}, trained],
        )
        assert (nowhere.outcome, found(nowhere, "unmet")) == ("unmet", ["/components/2/where"])

    def test_what_was_done_to_a_parent_and_its_own_training_are_asked_for(self) -> None:
        theirs = CODE | {"id": "d", "of": "p"}
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}}]
        trained = {"id": "t", "of": "p", "kind": "train", "settings": {"lr": 1, "bs": 1}}
        stage = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}], "code": ["d"]}
        only_theirs: dict[str, Any] = {"components": [theirs], "parents": parents}
        assert self.report(**only_theirs, stages=[trained, stage]).outcome == "met"
        assert found(self.report(**only_theirs, stages=[trained]), "unmet") == ["/stages"]
        assert found(self.report(**only_theirs, stages=[stage]), "unmet") == ["/stages"]
        both = only_theirs | {"components": [CODE, theirs]}
        processing = {"id": "z", "kind": "process"}
        assert set(found(self.report(**both, stages=[trained, processing]), "unmet")) == {"/stages"}

    @pytest.mark.parametrize("kind", [None, "quantize", "merge", "convert", "process"])
    def test_without_a_training_stage_no_settings_are_given(self, kind: str | None) -> None:
        stage = {"id": "s"} | ({"kind": kind} if kind else {})
        assert {"/stages", "/stages/0/settings"} & set(found(self.report(stages=[stage]), "unmet"))

    @pytest.mark.parametrize(
        "settings",
        [
            {"lr": {"undisclosed": "withheld", "reason": "secret"}},
            {"optimizer": {"betas": [{"undisclosed": "unknown"}]}},
            {"todo": "TODO"},
        ],
    )
    def test_settings_that_keep_something_back_are_not_given(self, settings: Any) -> None:
        assert self.report(stages=[{"id": "s", "kind": "train", "settings": settings}]).outcome == "unmet"

    @pytest.mark.parametrize("why", ["withheld", "unknown"])
    def test_it_is_told_why_a_setting_is_not_given(self, why: str) -> None:
        stage = {"id": "s", "kind": "train", "settings": {"lr": {"undisclosed": why, "reason": "secret"}}}
        (finding,) = judged("OSAID-CODE-SETTINGS", stages=[stage]).findings
        assert finding.message.endswith(f"which is {why}.")

    def test_a_file_of_settings_is_one_that_the_component_names(self) -> None:
        stages = [{"id": "s", "kind": "train", "settings": {"component": "k", "path": "configs/a.yaml"}}]
        holder = {"id": "k", "name": "K", "kinds": ["configuration"], "files": ["code/**", "configs/**"]}
        digest = "0" * 64
        files = [
            {"path": path, "size": 1, "sha256": digest, "blake3": digest} for path in ("code/a.py", "configs/a.yaml")
        ]
        measured = {"built_from": {"declaration_sha256": digest}, "files": files, "excluded": []}

        def places(component: dict[str, Any], **fields: Any) -> list[str]:
            return found(judged("OSAID-CODE-SETTINGS", components=[component], stages=stages, **fields), "judge")

        assert places(holder, measured=measured) == []
        assert places(holder | {"files": ["code/**"]}, measured=measured) == ["/stages/0/settings/path"]
        assert places(holder, measured=measured | {"files": files[:1]}) == ["/stages/0/settings/path"]
        assert places(holder | {"files": ["code/**"]}) == []
        elsewhere = {"id": "k", "name": "K", "kinds": ["configuration"], "where": [{"url": "https://e.org"}]}
        assert places(elsewhere, measured=measured) == []
        pin = {"repository": "https://e.org/k.git", "kind": "commit", "ref": "0123456789abcdef0123456789abcdef01234567"}
        assert places(holder | {"files": ["code/**"], "pin": pin}, measured=measured) == []

    def test_a_segment_may_keep_its_own_settings_back(self) -> None:
        withheld = {"undisclosed": "withheld", "reason": "secret"}
        stage = {
            "id": "s",
            "kind": "train",
            "settings": {"lr": 1, "bs": 1},
            "segments": [{"id": "s1", "settings": withheld}],
        }
        assert found(self.report(stages=[stage]), "unmet") == ["/stages/0/segments/0/settings"]

    def test_weights_hold_no_settings(self) -> None:
        weights = {"id": "w", "name": "W", "kinds": ["weights"], "where": [{"url": "https://e.org"}]}
        stages = [{"id": "s", "kind": "train", "settings": "w"}]
        assert found(self.report(components=[CODE, weights], stages=stages), "judge") == ["/components/1/kinds"]

    def test_the_code_that_ran_must_be_there(self) -> None:
        withheld = {"undisclosed": "withheld", "reason": "secret"}
        stage = {"id": "s", "kind": "train", "settings": {"lr": 1, "bs": 1}}
        assert found(self.report(stages=[stage | {"code": withheld}]), "unmet") == ["/stages/0/code"]
        secret = {"id": "x", "name": "X", "where": withheld}
        report = self.report(components=[CODE, secret], stages=[stage | {"code": ["x"]}])
        assert found(report, "unmet") == ["/components/1/where"]
        given = {
            "components": [CODE | {"terms": {"expression": "MIT"}}, secret | {"terms": {"expression": "CC-BY-NC-4.0"}}]
        }
        report = judged("OSAID-TERMS-CODE", **given, stages=[stage | {"code": ["x"]}])
        assert found(report, "unmet") == ["/components/1/terms"]

    def test_a_parents_code_must_be_there_too(self) -> None:
        stage = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
        theirs = {"id": "d", "name": "D", "of": "p", "kinds": ["training_code"]}
        withheld = theirs | {"where": {"undisclosed": "withheld", "reason": "secret"}}
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}}]
        for component in (theirs, withheld):
            trained = {"id": "t", "of": "p", "kind": "train", "settings": {"lr": 1, "bs": 1}}
            report = self.report(components=[CODE, component], parents=parents, stages=[trained, stage])
            assert set(found(report, "unmet")) == {"/components/1/where"}

    def test_what_counts_if_used_is_a_doubt_when_nothing_is_said(self) -> None:
        for results in ([], [{"task": "digits", "metric": "accuracy", "value": 0.9}]):
            report = self.report(not_offered={}, evaluations=results)
            assert report.outcome == "undetermined"
            assert found(report, "judge") == ["/components"]

    def test_the_publisher_asserts_what_is_free_of_the_release_alone(self) -> None:
        asserted = [{"statement": "parameters_freely_available", "by": "Lab", "date": "2025"}]
        weights = {"id": "w", "name": "W", "kinds": ["weights"]}
        parents = [{"id": "p", "name": "P", "described_by": {"role": "publisher"}}]
        given: dict[str, Any] = {"parents": parents, "assertions": asserted}
        assert judged("OSAID-TERMS-PARAM", components=[weights], assertions=asserted).outcome == "undetermined"
        report = judged("OSAID-TERMS-PARAM", components=[weights | {"of": "p"}], **given)
        assert "/components/0/terms" in found(report, "unmet")

    def test_validation_code_is_owed_where_something_was_validated(self) -> None:
        component = CODE | {"kinds": [kind for kind in CODE["kinds"] if kind != "validation_code"]}
        stage = {
            "id": "s",
            "kind": "train",
            "settings": {"lr": 1, "bs": 1},
            "data": [{"source": "a", "role": "validation"}],
        }
        given: dict[str, Any] = {"component": component, "sources": [A], "stages": [stage]}
        assert self.report(**given).outcome == "unmet"
        claimed = NO_SEARCH | {
            "validation_code": {"undisclosed": "not_applicable", "reason": "There was no validation."}
        }
        assert found(self.report(**given, not_offered=claimed), "judge") == ["/not_offered/validation_code"]

    def test_what_is_listed_cannot_be_not_offered(self) -> None:
        withheld = {"undisclosed": "withheld", "reason": "secret"}
        report = self.report(not_offered=NO_SEARCH | {"training_code": withheld})
        assert found(report, "judge") == ["/not_offered/training_code"]
        component = {"id": "w", "name": "W", "kinds": ["weights"], "where": [{"url": "https://e.org"}]}
        report = judged("OSAID-PARAM-AVAILABLE", components=[component], not_offered={"weights": withheld})
        assert found(report, "judge") == ["/not_offered/weights"]

    def test_what_was_measured_of_other_code_contradicts_no_word_that_there_is_none(self) -> None:
        conflict = {"at": "/components/0/where", "declared": "one", "observed": "another", "by": "openmodel build"}
        measured = {"built_from": {"declaration_sha256": "0" * 64}, "files": [], "excluded": []}
        given: dict[str, Any] = {"components": [CODE], "measured": measured | {"conflicts": [conflict]}}
        assert judged("OSAID-CODE-SEARCH", not_offered=NO_SEARCH, **given).outcome == "met"
        assert judged("OSAID-CODE-TRAINING", **given).outcome == "unmet"

    def test_of_a_merge_code_is_asked_where_code_of_its_parents_is_described(self) -> None:
        stage = {"id": "s", "kind": "merge", "models": [{"model": "p", "role": "merged"}]}
        given: dict[str, Any] = {"parents": [{"id": "p", "name": "P"}], "stages": [stage]}
        assert judged("OSAID-CODE-PROCESSING", **given).outcome == "not_applicable"
        theirs = {"id": "c", "name": "C", "of": "p", "kinds": ["inference_code"]}
        assert judged("OSAID-CODE-PROCESSING", components=[theirs], **given).outcome == "undetermined"

    def test_settings_of_a_training_apply_whatever_the_model_was_made_from(self) -> None:
        stage = {"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}
        trained = stage | {"settings": {"lr": 1, "bs": 1}}
        report = judged("OSAID-CODE-SETTINGS", parents=[{"id": "p", "name": "P"}], stages=[trained])
        assert (report.outcome, report.findings) == ("met", ())
        (finding,) = judged(
            "OSAID-CODE-SETTINGS", parents=[{"id": "p", "name": "P"}], stages=[stage | {"kind": "quantize"}]
        ).findings
        assert finding.message.startswith("Does not apply: the release was not trained")

    def test_a_tokenizer_is_a_supporting_library(self) -> None:
        without = CODE | {"kinds": [kind for kind in CODE["kinds"] if kind != "library"]}
        tokenizer = {"id": "t", "name": "T", "kinds": ["tokenizer"], "where": [{"url": "https://e.org"}]}
        assert self.report(components=[without, tokenizer]).outcome == "met"
        withheld = {"undisclosed": "withheld", "reason": "secret"}
        assert self.report(not_offered=NO_SEARCH | {"tokenizer": withheld}).outcome == "unmet"
        kept = tokenizer | {"where": withheld, "terms": {"expression": "NONE"}}
        assert self.report(components=[CODE, kept]).outcome == "unmet"
        assert judged("OSAID-TERMS-CODE", components=[kept]).outcome == "unmet"

    def test_who_withholds_what_was_not_used_is_told_the_word_for_that(self) -> None:
        kept = {"undisclosed": "withheld", "reason": "The settings are those of the recipe, there was no search."}
        report = judged("OSAID-CODE-SEARCH", not_offered={"hyperparameter_search_code": kept})
        assert report.outcome == "unmet"
        assert "or write `undisclosed: not_applicable` and why, if there is none" in report.findings[0].fix
        report = judged("OSAID-CODE-TRAINING", not_offered={"training_code": kept})
        assert not any("not_applicable" in finding.fix for finding in report.findings)

    def test_that_there_is_no_tokenizer_leaves_other_libraries_open(self) -> None:
        none = {"undisclosed": "not_applicable", "reason": "The model reads images."}
        report = judged("OSAID-CODE-LIBRARIES", not_offered={"tokenizer": none})
        assert found(report, "judge") == ["/components"]
        assert report.findings[0].message == (
            "It is said that there is no tokenizer, and not whether there is another library."
        )
        no_library = {"undisclosed": "not_applicable", "reason": "Only the standard library of Python is used."}
        assert judged("OSAID-CODE-LIBRARIES", not_offered={"tokenizer": none, "library": no_library}).outcome == "met"

    def test_a_tokenizer_that_is_said_not_to_exist_because_it_is_secret_is_doubted(self) -> None:
        secret = {"undisclosed": "not_applicable", "reason": "Our tokenizer is a trade secret."}
        report = judged("OSAID-CODE-LIBRARIES", components=[CODE], not_offered={"tokenizer": secret})
        assert found(report, "judge") == ["/not_offered/tokenizer"]


class TestTerms:
    def outcome(self, terms: dict[str, Any] | None, id: str = "OSAID-TERMS-PARAM") -> str:
        component = {"id": "w", "name": "W", "kinds": ["weights", "training_code"]}
        return judged(id, components=[component | ({"terms": terms} if terms is not None else {})]).outcome

    @pytest.mark.parametrize(
        ("terms", "outcome"),
        [
            ({"expression": "Apache-2.0"}, "met"),
            ({"expression": "CC-BY-4.0"}, "met"),
            ({"expression": "CC-BY-NC-4.0"}, "unmet"),
            ({"expression": "NONE"}, "unmet"),
            ({"expression": "NOASSERTION"}, "unmet"),
            ({"expression": "noassertion", "grant": "Anyone may use, study, change and share it."}, "undetermined"),
            ({"expression": "LicenseRef-Llama-2"}, "unmet"),
            ({"expression": "LicenseRef-House"}, "undetermined"),
            ({"grant": "You may use these weights for any purpose."}, "undetermined"),
            ({"note": "Ask us."}, "unmet"),
            ({}, "unmet"),
            (None, "unmet"),
            ({"undisclosed": "unknown"}, "unmet"),
        ],
    )
    def test_parameters_need_an_explicit_statement(self, terms: dict[str, Any] | None, outcome: str) -> None:
        assert self.outcome(terms) == outcome

    def test_noassertion_is_silence_and_not_a_refusal(self) -> None:
        """SPDX 3.0, NoAssertionLicense: the writer says nothing of a licence. NONE says that there is none."""
        component = {"id": "w", "name": "W", "kinds": ["weights"], "terms": {"expression": "NOASSERTION"}}
        (finding,) = judged("OSAID-TERMS-PARAM", components=[component]).findings
        assert (
            finding.message == "NOASSERTION asserts nothing, so that the manifest does not say which terms hold for W."
        )
        release = {"name": "toy", "described_by": {"role": "third_party"}}
        assert judged("OSAID-TERMS-PARAM", components=[component], release=release).outcome == "undetermined"
        none = component | {"terms": {"expression": "NONE"}}
        assert judged("OSAID-TERMS-PARAM", components=[none], release=release).outcome == "unmet"

    def test_code_needs_an_osi_approved_licence(self) -> None:
        assert self.outcome({"expression": "GPL-3.0-or-later"}, "OSAID-TERMS-CODE") == "met"
        assert self.outcome({"expression": "CC-BY-4.0"}, "OSAID-TERMS-CODE") == "unmet"

    def test_weights_by_reference_only(self) -> None:
        component = {"id": "w", "name": "W", "kinds": ["weights"]}
        gone = component | {"where": [{"url": "https://e.org", "access": "gone"}]}
        assert judged("OSAID-PARAM-AVAILABLE", components=[gone]).outcome == "unmet"
        there = component | {"where": [{"url": "https://e.org"}]}
        assert judged("OSAID-PARAM-AVAILABLE", components=[there]).outcome == "met"
        kept = component | {"where": {"undisclosed": "withheld"}}
        assert judged("OSAID-PARAM-AVAILABLE", components=[kept]).outcome == "unmet"
