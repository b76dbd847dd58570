# SPDX-License-Identifier: Apache-2.0
"""What is said about a wrong document: place, found, expected, fix."""

from __future__ import annotations

import pytest

from openmodel.errors import DocumentError, Problem
from openmodel.manifest import loads
from tests.manifest.documents import MINIMAL


def problems(text: str) -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        loads(text, "openmodel.yaml")
    return list(caught.value.problems)


def only(text: str) -> Problem:
    (problem,) = problems(MINIMAL + text)
    return problem


WRONG = {
    # text after the minimal document: pointer, line, column, found, expected, fix
    "an unknown field": (
        "nonsense: 1",
        ("/nonsense", 3, 1, "the unknown field `nonsense`", "a field of this format", "Delete it, or put it under"),
    ),
    "a field with a typing mistake": (
        "asertions: []",
        ("/asertions", 3, 1, "the unknown field `asertions`", "a field", "Did you mean `assertions`?"),
    ),
    "a field of another format": (
        "components: [{id: a, name: b, license: MIT}]",
        ("/components/0/license", 3, 31, "the unknown field `license`", "a field", "Did you mean `terms`?"),
    ),
    "the rest of a text after a comma": (
        "not_offered: {tokenizer: {undisclosed: not_applicable, reason: it reads images, not text}}",
        (
            "/not_offered/tokenizer/not text",
            3,
            81,
            "the unknown field `not text`",
            "a field",
            "Put text that has a comma",
        ),
    ),
    "a kind by a part of its name": (
        "not_offered: {search_code: {undisclosed: not_applicable}}",
        (
            "/not_offered/search_code",
            3,
            15,
            "the key `search_code`",
            "'architecture', 'checkpoint', 'configuration',",
            "Did you mean 'hyperparameter_search_code'?",
        ),
    ),
    "a kind in the plural": (
        "components: [{id: a, name: A, kinds: [Libraries]}]",
        ("/components/0/kinds/0", 3, 39, "'Libraries'", "'architecture', 'checkpoint',", "Did you mean 'library'?"),
    ),
    "a kind that may be one of two": (
        "components: [{id: a, name: A, kinds: [training]}]",
        (
            "/components/0/kinds/0",
            3,
            39,
            "'training'",
            "'architecture'",
            "Did you mean 'training_data' or 'training_code'?",
        ),
    ),
    "a kind that is like none": (
        "components: [{id: a, name: A, kinds: [spoon]}]",
        ("/components/0/kinds/0", 3, 39, "'spoon'", "'architecture', 'checkpoint',", "Correct the value."),
    ),
    "a few values in their own order": (
        "stages: [{id: a, kind: training}]",
        ("/stages/0/kind", 3, 18, "'training'", "'process', 'tokenize', 'train', 'finetune',", "Did you mean 'train'?"),
    ),
    "a field at the wrong place": (
        "parents: [{id: a, name: b, class: open}]",
        ("/parents/0/class", 3, 28, "the unknown field `class`", "a field of this format", "Delete it"),
    ),
    "a name of the Python type": (
        "sources: [{id: a, name: b, class_: open}]",
        ("/sources/0/class_", 3, 28, "the unknown field `class_`", "a field", "Did you mean `class`?"),
    ),
    "a missing id": (
        "components:\n  - name: b",
        ("/components/0/id", 4, 5, "no `id`", "the field `id`", "Add `id`."),
    ),
    "a missing value beside a key of the same name": (
        "citations: [{at: '', where: {revision: url}}]",
        ("/citations/0/where/url", 3, 22, "no `url`", "the field `url`", "Add `url`."),
    ),
    "nothing": (
        "sources:",
        ("/sources", 3, 1, "nothing (null)", "a list", "Write the value, or `{undisclosed: unknown, reason: ...}`"),
    ),
    "nothing as a reason": (
        "sources: {undisclosed: unknown, reason: null}",
        ("/sources/reason", 3, 33, "nothing (null)", "text", "Write the value"),
    ),
    "an unknown kind of undisclosed": (
        "sources: {undisclosed: secret}",
        ("/sources/undisclosed", 3, 11, "'secret'", "'unknown', 'withheld' or 'not_applicable'", "Correct the value."),
    ),
    "a number for a text": (
        "components: [{id: a, name: 1.10}]",
        ("/components/0/name", 3, 22, "1.1", "text", "Put it in quotes."),
    ),
    "a truth value for a text": (
        "components: [{id: a, name: true}]",
        ("/components/0/name", 3, 22, "true", "text", "Put it in quotes."),
    ),
    "a text for a number": (
        "stages: [{id: a, compute: {kwh: many}}]",
        ("/stages/0/compute/kwh", 3, 28, "'many'", "an integer or a number", "Correct the value."),
    ),
    "a mapping with the name of a type for a number": (
        "stages: [{id: a, compute: {kwh: {float: 1}}}]",
        ("/stages/0/compute/kwh", 3, 28, "a mapping of 1", "an integer or a number", "Correct the value."),
    ),
    "neither an integer nor its digits": (
        "stages: [{id: a, order: {seed: x1}}]",
        ("/stages/0/order/seed", 3, 26, "'x1'", "an integer or an integer in decimal digits", "Correct the value."),
    ),
    "a negative count": (
        "environments: [{id: a, hardware: [{count: -1}]}]",
        ("/environments/0/hardware/0/count", 3, 36, "-1", "a number of at least 0", "Correct the value."),
    ),
    "1.0 for an integer": (
        "environments: [{id: a, hardware: [{count: 1.0}]}]",
        ("/environments/0/hardware/0/count", 3, 36, "1.0", "an integer", "Correct the value."),
    ),
    "a text for a truth value": (
        "sources: [{id: a, name: b, amount: {unit: rows, approximate: yes}}]",
        ("/sources/0/amount/approximate", 3, 49, "'yes'", "true or false", "Correct the value."),
    ),
    "a mapping for a list": (
        "assertions: {a: 1}",
        ("/assertions", 3, 1, "a mapping of 1", "a list", "Correct the value."),
    ),
    "a list for a mapping": (
        "extensions: [1, 2]",
        ("/extensions", 3, 1, "a list of 2", "a mapping", "Correct the value."),
    ),
    "a text for a mapping": (
        "sources: [x]",
        ("/sources/0", 3, 11, "'x'", "a mapping", "Correct the value."),
    ),
    "one step": (
        "stages: [{id: a, segments: [{id: b, steps: [1]}]}]",
        ("/stages/0/segments/0/steps", 3, 37, "a list of 1", "a list of two values", "Correct the value."),
    ),
    "three steps": (
        "stages: [{id: a, segments: [{id: b, steps: [1, 2, 3]}]}]",
        ("/stages/0/segments/0/steps", 3, 37, "a list of 3", "a list of two values", "Correct the value."),
    ),
    "an id with a blank": (
        "components: [{id: a b, name: c}]",
        ("/components/0/id", 3, 15, "'a b'", "a letter or digit, then up to 127", "Correct the value."),
    ),
    "a path that goes up": (
        "components: [{id: a, name: c, files: [../x]}]",
        ("/components/0/files/0", 3, 39, "'../x'", "a relative path", "Correct the value."),
    ),
    "a path that is not NFC": (
        'components: [{id: a, name: c, files: ["e\\u0301"]}]',
        ("/components/0/files/0", 3, 39, "'e\u0301'", "a path in Unicode normal form NFC", "Correct the value."),
    ),
    "a day that does not exist": (
        "assertions: [{statement: all_training_data_listed, date: 2024-13-01}]",
        ("/assertions/0/date", 3, 52, "'2024-13-01'", "a date as YYYY, YYYY-MM or YYYY-MM-DD", "Correct the value."),
    ),
    "a digest in upper case": (
        f"parents: [{{id: a, name: b, tensor_root: {'A' * 64}}}]",
        ("/parents/0/tensor_root", 3, 28, f"'{'A' * 64}'", "64 lower-case hexadecimal digits", "Correct the value."),
    ),
    "an extension without a domain": (
        "extensions: {ticket: 1}",
        ("/extensions/ticket", 3, 14, "the key `ticket`", "a reverse domain name", "Correct the value."),
    ),
    "a kind that is none": (
        "not_offered: {weight: {undisclosed: withheld}}",
        ("/not_offered/weight", 3, 15, "the key `weight`", "'architecture', 'checkpoint'", "Did you mean 'weights'?"),
    ),
    "a map with the key of a settings file": (
        "stages: [{id: a, settings: {component: [x]}}]",
        ("/stages/0/settings/component", 3, 29, "a list of 1", "text", "Correct the value."),
    ),
    "an id used twice": (
        "components: [{id: a, name: b}, {id: a, name: c}]",
        ("/components/1/id", 3, 33, "the id 'a' a second time", "ids used once", "Rename one of the two."),
    ),
    "an id used for two things": (
        "components: [{id: a, name: b}]\nstages: [{id: s, segments: [{id: a}]}]",
        ("/stages/0/segments/0/id", 4, 30, "the id 'a' a second time", "ids used once", "Rename one of the two."),
    ),
    "a reference to nothing": (
        "stages: [{id: s, result: b}]",
        (
            "/stages/0/result",
            3,
            18,
            "'b', which names nothing here",
            "the id of a component",
            "Correct the id, or list it",
        ),
    ),
    "a reference to the wrong kind": (
        "sources: [{id: a, name: b}]\nstages: [{id: s, code: [a]}]",
        ("/stages/0/code/0", 4, 25, "'a', which is a source", "the id of a component", "list it under `components`"),
    ),
    "a wrong reference among many": (
        f"components: [{', '.join(f'{{id: c{n}, name: x}}' for n in range(9))}]\nstages: [{{id: s, settings: c9}}]",
        ("/stages/0/settings", 4, 18, "'c9'", "the id of a component: 'c0', 'c1', 'c2'", "Correct the id"),
    ),
    "a model that is neither component nor parent": (
        "stages: [{id: s, models: [{model: b, role: merged}]}]",
        (
            "/stages/0/models/0/model",
            3,
            28,
            "'b', which names nothing",
            "the id of a component or parent",
            "or `parents`",
        ),
    ),
    "a source made from itself": (
        "sources: [{id: a, name: b, derived_from: [a]}]",
        (
            "/sources/0/derived_from",
            3,
            28,
            "made from each other: 'a'",
            "without a circle",
            "Remove one of the references.",
        ),
    ),
    "a citation of nothing": (
        "citations: [{at: /sources/0, where: {url: u}}]",
        ("/citations/0/at", 3, 14, "'/sources/0', where nothing is", "the pointer of a fact", "Correct it."),
    ),
    "a citation of an item with a leading zero": (
        "assertions: []\ncitations: [{at: /citations/00, where: {url: u}}]",
        ("/citations/0/at", 4, 14, "'/citations/00', where nothing is", "the pointer of a fact", "Correct it."),
    ),
    "a citation of an item of 5,000 digits": (
        f"citations: [{{at: /citations/{'9' * 5000}, where: {{url: u}}}}]",
        ("/citations/0/at", 3, 14, "(5011 characters), where nothing is", "the pointer of a fact", "Correct it."),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_complaint(name: str) -> None:
    text, (pointer, line, column, found, expected, fix) = WRONG[name]
    problem = only(text)
    assert (problem.pointer, problem.line, problem.column) == (pointer, line, column)
    assert found in problem.got
    assert expected in problem.expected
    assert fix in problem.fix


def test_a_circle_of_three_is_named() -> None:
    problem = only(
        "sources:\n"
        "  - {id: a, name: x, derived_from: [b]}\n"
        "  - {id: b, name: x, derived_from: [c]}\n"
        "  - {id: c, name: x, derived_from: [a]}\n"
    )
    assert all(f"'{name}'" in problem.got for name in "abc")


def test_many_problems_are_all_there_in_the_order_of_the_text() -> None:
    found = problems(
        "release: {nme: m}\n"
        "stages:\n"
        "  - {id: s, result: nothing, kind: trian}\n"
        "components:\n"
        "  - {id: s, name: 1}\n"
        "  - {}\n"
    )
    assert [(problem.line, problem.column, problem.pointer) for problem in found] == [
        (1, 1, "/openmodel"),
        (1, 1, "/release/name"),
        (1, 11, "/release/nme"),
        (3, 6, "/stages/0/id"),
        (3, 13, "/stages/0/result"),
        (3, 30, "/stages/0/kind"),
        (5, 13, "/components/0/name"),
        (6, 5, "/components/1/id"),
        (6, 5, "/components/1/name"),
    ]


def test_a_problem_reads_as_one_line() -> None:
    assert str(only("sources: 5")) == ("openmodel.yaml:3:1: /sources: found 5; expected a list. Correct the value.")
