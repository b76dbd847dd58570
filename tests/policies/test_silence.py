# SPDX-License-Identifier: Apache-2.0
"""What nothing is said of: components of no kind, and code of parents whose other code is described."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.test_disclosure import judged
from tests.policies.test_osaid import found

PLACE = [{"url": "https://e.org/it"}]
MIT = {"expression": "MIT"}
RELEASE = {"name": "toy", "publisher": "Lab", "disclosure_terms": {"expression": "CC-BY-4.0"}}


@pytest.mark.parametrize(
    ("terms", "is_enough"), [(MIT, True), ({"expression": "CC-BY-NC-4.0"}, False), (None, False), ({}, False)]
)
def test_what_a_component_is_must_be_said_once_unless_its_terms_are_enough(terms: Any, *, is_enough: bool) -> None:
    code = {"id": "c", "name": "Code", "kinds": ["training_code"], "where": PLACE, "terms": MIT}
    component = {"id": "u", "name": "U", "where": PLACE} | ({} if terms is None else {"terms": terms})
    assert judged("OSAID-TERMS-CODE", components=[code, component]).outcome == "met"
    report = judged("OSAID-TERMS-DATA", release=RELEASE, components=[code, component])
    assert report.outcome == ("met" if is_enough else "undetermined")
    assert found(report, "judge") == ([] if is_enough else ["/components/1/kinds"])


def of_the_parent(*kinds: str, **fields: Any) -> dict[str, Any]:
    described = {"id": "p-code", "of": "p", "name": "Code of P", "kinds": list(kinds), "where": PLACE, "terms": MIT}
    own = described | {"id": "own", "kinds": ["training_code", "data_processing_code"]}
    del own["of"]
    begun = {"id": "s", "kind": "finetune", "models": [{"model": "p", "role": "initial"}]}
    stages = [begun, *fields.pop("stages", [])]
    return {"parents": [{"id": "p", "name": "P"}], "components": [own, described], "stages": stages} | fields


def test_silence_about_the_code_that_processed_the_data_of_a_described_parent_is_doubted_once() -> None:
    cleaned = {"id": "clean", "kind": "process", "of": "p"}
    silent = judged("OSAID-CODE-PROCESSING", **of_the_parent("training_code"))
    assert (silent.outcome, found(silent, "judge")) == ("undetermined", ["/parents/0"])
    used = judged("OSAID-CODE-PROCESSING", **of_the_parent("training_code", stages=[cleaned]))
    assert found(used, "judge") == ["/components"]  # A third party describes it, and may not know.
    for kinds in (("training_code", "data_processing_code"), ("weights",)):
        assert judged("OSAID-CODE-PROCESSING", **of_the_parent(*kinds)).outcome == "met"
    for id in ("OSAID-CODE-VALIDATION", "OSAID-CODE-SEARCH"):
        report = judged(id, **of_the_parent("training_code"))
        assert "/parents/0" not in found(report, "judge")


@pytest.mark.parametrize(("kind", "outcome"), [("inference_code", "met"), ("data_card", "unmet")])
def test_code_of_a_parent_runs_what_was_made_from_it(kind: str, outcome: str) -> None:
    given = of_the_parent(kind, "architecture")
    assert judged("OSAID-CODE-INFERENCE", **given).outcome == outcome
    assert judged("OSAID-CODE-ARCHITECTURE", **given).outcome == "met"
