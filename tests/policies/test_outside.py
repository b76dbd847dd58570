# SPDX-License-Identifier: Apache-2.0
"""Policies of other packages: found by name, looked at before anybody is judged by them, and no crash whatever they do.

They are installed as folders with metadata on the path, as pip leaves them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import openmodel
from openmodel.policies import POLICIES, Policy, osaid, outside, provenance
from openmodel.policies.soundness import faults
from openmodel.policies.trying import try_out
from openmodel.rendering.report import report_text
from tests.cli.test_cli import run

MODULE = '''\
from openmodel.policies import *

@requirement(
    "HOUSE-NAME",
    "The release has a publisher",
    part="names",
    basis="yardstick",
    passing="release: {name: Example, publisher: Example Ltd}",
    failing=Failing("release: {name: Example}", "/release/publisher"),
)
def publisher(facts):
    """What it checks: there is a publisher.

    Why it matters: somebody must answer.

    How to fix: set it.

    Source: the rules of the house.
    """
    if facts.manifest.release.publisher is None:
        yield Finding("/release/publisher", "Nobody publishes it.", "Set it.", "unmet")
    else:
        yield Claim("/release/publisher")

POLICY = Policy(
    id="house-1",
    version="1",
    title="House rules",
    parts=("names",),
    requirements=(publisher,),
    text="the house",
)
'''

Install = Callable[..., None]
_COUNT = itertools.count()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a module with an entry point, as a package of its own."""
    outside.policy.cache_clear()

    def install(code: str = MODULE, *, name: str = "house-1", value: str = "POLICY", package: str = "house") -> None:
        module = f"house_policy_{next(_COUNT)}"  # Python imports a name once.
        site = tmp_path / "site" / module
        metadata = site / f"{package}-1.0.dist-info"
        metadata.mkdir(parents=True)
        (site / f"{module}.py").write_text(code, encoding="utf-8")
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        entry = f"[openmodel.policies]\n{name} = {module}{value and ':'}{value}\n"
        (metadata / "entry_points.txt").write_text(entry)
        monkeypatch.syspath_prepend(site)

    yield install
    outside.policy.cache_clear()


def refused(release: Path, name: str = "house-1") -> openmodel.Problem:
    """What is wrong with a policy, which is one thing."""
    with pytest.raises(openmodel.PolicyError) as error:
        openmodel.check(release, policies=[name])
    (problem,) = error.value.problems
    assert problem.where.startswith(f"policy {name}")
    assert problem.fix.endswith(".")
    return problem


def test_a_policy_of_another_package_judges(built_release: Path, install: Install) -> None:
    install()
    report = openmodel.check(built_release, policies=["house-1"])
    assert report.outcome == "met"
    assert "✓ House rules: met" in report_text(report, 80)
    assert openmodel.explain("house-name").source == "The rules of the house."


def test_one_that_is_installed_later_is_found(built_release: Path, install: Install) -> None:
    with pytest.raises(openmodel.UsageError, match="mot, which are all that are installed"):
        openmodel.check(built_release, policies=["house-1"])
    install()
    assert openmodel.check(built_release, policies=["house-1"]).outcome == "met"
    with pytest.raises(openmodel.UsageError, match=r"one of osaid-1\.0, .*, house-1, which .* Did you mean house-1"):
        openmodel.check(built_release, policies=["house-2"])


LADDER = """
from dataclasses import replace
rungs = (Rung(1, "named", ("HOUSE-NAME",)), Rung(2, "free", ("HOUSE-NAME", "HOUSE-FREE")))
POLICY = replace(POLICY, ladder=Ladder(rungs, asked=1), parts=("names", "terms"),
    requirements=(publisher, osaid.POLICY.reused("OSAID-TERMS-PARAM", id="HOUSE-FREE", part="terms")))
"""


def test_one_with_classes(release: Path, install: Install) -> None:
    install(MODULE + LADDER)
    declaration = release / "openmodel.yaml"
    declaration.write_text(declaration.read_text().replace("Apache-2.0}", "CC-BY-NC-4.0}"))
    openmodel.build(release)
    report = openmodel.check(release, policies=["house-1", "house-1:2"])
    assert [(policy.policy, policy.outcome, policy.class_) for policy in report.releases[0].policies] == [
        ("house-1", "met", 1),
        ("house-1:2", "unmet", 1),
    ]
    assert "Reaches named; towards free: 50 %. Missing for it:" in report_text(report, 80)
    with pytest.raises(openmodel.UsageError, match="one of house-1:1, house-1:2"):
        openmodel.check(release, policies=["house-1:3"])


FAULTS = {
    "raise ValueError('no licence')\n": "ValueError: no licence (",
    "import no_such_module\n": "ModuleNotFoundError: No module named 'no_such_module'",
    "def f(:\n": "SyntaxError: invalid syntax",
    "raise SystemExit(0)\n": "SystemExit: 0 (",
    "x = 1\n": "AttributeError: module",
    "POLICY = 3\n": "a value of type int",
    MODULE.replace('id="house-1"', 'id="house-2"'): "a policy whose id is 'house-2'",
    MODULE.replace('version="1"', "version=1"): "the version 1",
    MODULE.replace("House rules", " "): "the title ' '",
    MODULE.replace('    text="the house",\n', ""): "the basis yardstick in a policy that does not say whose",
    MODULE.replace('text="the house"', 'text="the house", published=2025'): "the day 2025",
    MODULE.replace('parts=("names",)', 'parts=("names", "terms")'): "no requirement of the part 'terms'",
    MODULE.replace('parts=("names",)', 'parts=("names")'): "the parts 'names'",
    MODULE.replace("(publisher,)", "(publisher, publisher)"): "this id 2 times",
    MODULE.replace("(publisher,)", "(publisher, len)"): "a requirement of type builtin_function_or_method",
    MODULE.replace("(publisher,)", "3"): "TypeError: 'int' object is not iterable",
    MODULE.replace('"HOUSE-NAME"', '"house name"'): "the id 'house name'",
    MODULE.replace('"HOUSE-NAME"', '"OSAID-DATA-LISTED"'): "the id of a requirement of openmodel itself",
    MODULE.replace('"The release has a publisher"', "None"): "the title None",
    MODULE.replace('part="names"', 'part="terms"').replace(
        '"names",)', '"names", "terms")'
    ): "no requirement of the part",
    MODULE.replace('basis="yardstick"', 'basis="law"'): "the basis 'law'",
    MODULE.replace('Failing("release: {name: Example}", "/release/publisher")', "None"): "examples that are no text",
    MODULE.replace("How to fix:", "Mend:"): "a docstring without How to fix",
    MODULE.replace("Source: the rules of the house.", "Source:"): "a docstring without Source",
    MODULE.replace("Why it matters", "X").replace("How to fix", "Why it matters").replace("X:", "How to fix:"): (
        "the headings What it checks, How to fix, Why it matters, Source"
    ),
    MODULE.replace('text="the house"', 'text="the house", inherits={"HOUSE-X": "unmet"}'): "'HOUSE-X': 'unmet'",
    MODULE + LADDER.replace('"HOUSE-FREE"))', '"HOUSE-FEE"))'): "'HOUSE-FEE' in class 2",
    MODULE + LADDER.replace('("HOUSE-NAME",)', "()"): "nothing that class 1 asks for",
    MODULE
    + LADDER.replace('("HOUSE-NAME", "HOUSE-FREE")', '("HOUSE-FREE",)'): "class 2 without 'HOUSE-NAME' of class 1",
    MODULE + LADDER.replace("asked=1", "asked=3"): "the class 3 asked for",
    MODULE + LADDER.replace("Rung(2", "Rung(1"): "the classes [1, 1]",
    MODULE + LADDER.replace("Rung(2", "Rung(True"): "the classes [1]",
    MODULE + LADDER + "POLICY = replace(POLICY, published='2026-99-99')\n": "the day '2026-99-99'",
    MODULE.replace('("names",)', '("names", "names")'): "the parts ('names', 'names')",
    MODULE + "POLICY = POLICY.reused('HOUSE-FEE', id='X', part='y')\n": "UsageError: found the requirement 'HOUSE-FEE'",
}


@pytest.mark.parametrize(("code", "found"), FAULTS.items(), ids=[found[:40] for found in FAULTS.values()])
def test_one_that_is_broken_is_refused_with_what_is_wrong(
    built_release: Path, install: Install, code: str, found: str
) -> None:
    install(code)
    assert found in refused(built_release).got
    ended = run("check", "--policy", "house-1", built_release, built_release)
    assert ended.returncode == 2
    assert ended.stderr.count("openmodel:") == 1
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_part_that_is_not_there_is_told_with_those_that_are(built_release: Path, install: Install) -> None:
    install(MODULE.replace('part="names"', 'part="nmaes"'))
    with pytest.raises(openmodel.PolicyError) as error:
        openmodel.check(built_release, policies=["house-1"])
    found = {problem.got: problem.expected for problem in error.value.problems}
    assert found["the part 'nmaes'"] == "one of names"


def test_an_entry_point_must_lead_to_a_policy(built_release: Path, install: Install) -> None:
    install(value="")
    problem = refused(built_release)
    assert problem.got == "a value of type module"
    assert problem.fix == 'Name the Policy, as in `house-1 = "house_policy:POLICY"`.'


def test_two_packages_with_one_name_are_refused(built_release: Path, install: Install) -> None:
    install()
    install(package="other")
    problem = refused(built_release)
    assert "of house 1.0 and house_policy" in problem.got
    assert problem.got.endswith("of other 1.0")


def test_no_package_takes_the_name_of_a_policy_of_this_one(built_release: Path, install: Install) -> None:
    install("raise SystemExit\n", name="provenance-1", package="evil")
    assert openmodel.check(built_release, policies=["provenance-1"]).outcome == "met"
    install(MODULE.replace("house-1", "mot"), name="mot")
    listed = run("explain")
    assert listed.returncode == 0
    assert "House rules" not in listed.stdout
    assert "the id of a policy of openmodel itself" in " ".join(listed.stderr.split())


def test_metadata_that_cannot_be_read(built_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(group: str) -> None:
        raise KeyError(group)

    monkeypatch.setattr(outside, "entry_points", broken)
    with pytest.raises(openmodel.PolicyError, match="while the installed packages were read"):
        openmodel.check(built_release, policies=["house-1"])
    assert openmodel.check(built_release, policies=["provenance-1"]).outcome == "met"
    listed = run("explain")
    assert (listed.returncode, "OSAID-DATA-LISTED" in listed.stdout) == (0, True)
    assert "KeyError: 'openmodel.policies'" in listed.stderr


JUDGING = {
    "    facts.manifest.nothing\n    yield\n": "AttributeError: 'Manifest' object has no attribute 'nothing' (",
    "    raise SystemExit(0)\n    yield\n": "SystemExit: 0 (",
    "    import openmodel; raise openmodel.PolicyError('in words')\n    yield\n": "PolicyError: ",
    "    return None\n": "TypeError: 'NoneType' object is not iterable",
    "    yield 'unmet'\n": "a value of type str among the results",
    "    yield Claim('/release')\n    yield Finding('', 'No.', 'Do.', 'fail')\n": "a Finding of kind 'fail', which",
    "    yield Claim('release/name')\n": "a Claim at 'release/name', which is no JSON pointer,",
    "    yield Doubt('', 'Why?', '', '/release')\n": "a Doubt whose subject, '/release', is no tuple of JSON pointers,",
    "    yield Doubt('', None, '')\n": "a Doubt whose words are no text",
    "    yield NotApplicable(None)\n": "a NotApplicable whose words are no text",
}


@pytest.mark.parametrize(("body", "found"), JUDGING.items(), ids=[found[:40] for found in JUDGING.values()])
def test_one_that_fails_while_it_judges(built_release: Path, install: Install, body: str, found: str) -> None:
    head, _, tail = MODULE.partition("    if facts.manifest")
    install(head + body + tail[tail.index("\nPOLICY") :])
    problem = refused(built_release)
    assert problem.where.endswith("of house 1.0), requirement HOUSE-NAME")
    assert found in problem.got
    assert problem.got.endswith(", while it judged toy")
    with pytest.raises(openmodel.PolicyError) as error:
        openmodel.check(built_release, policies=["house-1"])
    assert error.value.__cause__ is not None
    ended = run("check", "--policy", "house-1", built_release)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "openmodel: policy house-1 (house_policy_" in ended.stderr


def test_the_line_of_the_policy_is_named(built_release: Path, install: Install) -> None:
    install(MODULE.replace("release.publisher is None", "release.publishr is None"))
    line = MODULE[: MODULE.index("release.publisher is None")].count("\n") + 1
    assert f".py:{line})" in refused(built_release).got


@pytest.mark.parametrize("counted", ["{1: 100.0}", "{1: float('nan'), 2: 0.0}", "{1: 100.0, 2: 101.0}", "None"])
def test_progress_that_is_none(built_release: Path, install: Install, counted: str) -> None:
    install(MODULE + LADDER.replace("asked=1", f"asked=1, progress=lambda facts: {counted}"))
    assert refused(built_release).where.endswith(", progress")


def test_freedoms_that_are_none(built_release: Path, install: Install) -> None:
    install(MODULE.replace('text="the house"', 'text="the house", freedoms=lambda facts: ("use",)'))
    assert "a value that is no TermsReport" in refused(built_release).got


def test_an_interrupt_passes(built_release: Path, install: Install) -> None:
    install("raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        openmodel.check(built_release, policies=["house-1"])
    code = MODULE.replace("house-1", "house-2").replace("    if facts", "    raise KeyboardInterrupt\n    if facts")
    install(code, name="house-2")
    with pytest.raises(KeyboardInterrupt):
        openmodel.check(built_release, policies=["house-2"])


def test_explain_tells_of_a_broken_example(install: Install) -> None:
    install(MODULE.replace('Failing("release: {name: Example}"', 'Failing("release: {nam: Example}"'))
    ended = run("explain", "HOUSE-NAME")
    assert ended.returncode == 2
    assert "the failing example of HOUSE-NAME" in ended.stderr


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_the_policies_of_this_package_are_sound(policy: Policy) -> None:
    assert list(faults(policy, policy.id)) == []


def test_a_policy_can_be_tried_out() -> None:
    assert try_out(provenance.POLICY) == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "got"),
    [
        (
            "publisher: Example Ltd",
            "version: Example Ltd",
            ", passing",
            "unmet: /release/publisher: Nobody publishes it.",
        ),
        (
            '"release: {name: Example}"',
            '"release: {name: X, publisher: Y}"',
            ", failing",
            "met, with findings at nowhere",
        ),
        ('"/release/publisher"),', '"/release/name"),', ", failing", "unmet, with findings at /release/publisher"),
        ('"Set it."', '""', ", failing", "a finding at /release/publisher without words or without a fix"),
        ("publisher is None", "version is not None", "", "a release that discloses nothing meets it"),
        ("name: Example, publisher", "nam: Example, publisher", ", passing", "no `name`"),
        ("if facts.manifest", "if 1 / 0 or facts.manifest", ", requirement HOUSE-NAME", "ZeroDivisionError"),
        ('title="House rules"', 'title=""', "policy house-1", "the title ''"),
        ('Claim("/release/publisher")', 'Claim("/relase")', ", passing", "a Claim at /relase, where nothing is"),
    ],
)
def test_what_trying_out_finds(old: str, new: str, place: str, got: str) -> None:
    names: dict[str, Policy] = {}
    assert old in MODULE
    exec(compile(MODULE.replace(old, new, 1), "house.py", "exec"), names)
    found = try_out(names["POLICY"])
    assert any(place in problem.where and got in problem.got for problem in found), found


def test_a_requirement_that_is_taken_over_keeps_its_page_and_says_whose_text_it_is_of() -> None:
    taken = osaid.POLICY.reused("OSAID-TERMS-PARAM", id="HOUSE-FREE", part="terms")
    assert (taken.id, taken.part, taken.text) == ("HOUSE-FREE", "terms", "the definition")
    assert taken.documentation.startswith("What it checks: every component of kind `weights`")
    with pytest.raises(openmodel.UsageError, match=r"one of osaid-1\.0"):
        osaid.POLICY.reused("PROV-SEEDS", id="HOUSE-SEEDS", part="seeds")
