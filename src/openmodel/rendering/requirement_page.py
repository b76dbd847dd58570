# SPDX-License-Identifier: Apache-2.0
"""The page of a requirement: for a terminal, and as Markdown for `docs/requirements/`.

`python -m openmodel.rendering.requirement_page FOLDER` writes the pages of all policies into a folder.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from openmodel.policies import POLICIES
from openmodel.policies.engine import judge
from openmodel.policies.explaining import HEADINGS, Explanation, explanation
from openmodel.policies.lookup import policy_of
from openmodel.policies.requirement import Finding, Policy
from openmodel.policies.trying import example_facts
from openmodel.rendering.lines import wrapped

BASES = {
    "definition": "the text of {text}",
    "faq": "OSI's FAQ on the definition",
    "interpretation": "an interpretation of this project; it never fails a release by itself",
    "yardstick": "{text}, which no text of OSI asks for",
}
"""What each basis means."""


def page_text(page: Explanation, width: int) -> str:
    """The page for a terminal of `width` columns."""
    return "\n".join(_text(page, max(width, 40))) + "\n"


def _text(page: Explanation, width: int) -> Iterator[str]:
    yield from wrapped(f"{page.id}: {page.title}", width)
    about = f"{page.policy} version {page.policy_version}, part {page.part}; basis: {_basis(page)}"
    yield from wrapped(about, width, "  ")
    for heading, text in zip(HEADINGS, _texts(page), strict=True):
        yield ""
        yield heading
        for number, paragraph in enumerate(text.split("\n\n")):
            yield from [""] if number else []
            yield from wrapped(paragraph, width, "  ")
    for heading, example in (("Meets it", page.passing), ("Does not", inspect.cleandoc(page.failing.declaration))):
        yield ""
        yield heading
        yield from (f"  {line}" for line in example.splitlines())
    for finding in findings(page):
        yield from wrapped(
            f"{finding.where}: {finding.message}", width, "  ✗ " if finding.kind == "unmet" else "  ? ", "    "
        )


def page_markdown(page: Explanation) -> str:
    """The page as Markdown."""
    texts = zip(HEADINGS, _texts(page), strict=True)
    found = [f"- `{finding.where}`: {finding.message}" for finding in findings(page)]
    return "\n".join(
        [
            f"# {page.id}: {page.title}",
            "",
            f"Policy `{page.policy}` version {page.policy_version}, part {page.part}. Basis: {_basis(page)}.",
            *(line for heading, text in texts for line in ("", f"## {heading}", "", text)),
            "",
            "## An example that meets it",
            "",
            "```yaml",
            page.passing,
            "```",
            "",
            "## An example that does not",
            "",
            "```yaml",
            inspect.cleandoc(page.failing.declaration),
            "```",
            "",
            *found,
            "",
        ]
    )


def findings(page: Explanation) -> list[Finding]:
    """What the failing example is told, at the place that the page names."""
    facts = example_facts(page.failing.declaration, f"the failing example of {page.id}")
    report = next(item for item in judge(facts, policy_of(page.policy)).requirements if item.id == page.id)
    return [item for item in report.findings if item.where == page.failing.where and item.kind != "note"]


def index_markdown(policies: tuple[Policy, ...]) -> str:
    """The list of all requirements, by policy and part."""
    lines = ["# Requirements", "", "Made from the functions that check them by `make pages`; do not edit.", ""]
    for policy in policies:
        lines += [f"## {policy.title}", "", f"`{policy.id}` version {policy.version}.", ""]
        lines += ["| requirement | asks | part | basis |", "|---|---|---|---|"]
        lines += [
            f"| [{item.id}]({item.id}.md) | {item.title} | {item.part} | {item.basis} |" for item in policy.requirements
        ]
        lines.append("")
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """The text of each file of `docs/requirements/`, by name."""
    made = {
        f"{item.id}.md": page_markdown(explanation(policy, item)) for policy in POLICIES for item in policy.requirements
    }
    return {"README.md": index_markdown(POLICIES)} | made


def main(arguments: list[str]) -> None:
    """Writes the pages into a folder, and removes those of requirements that are no more."""
    folder = Path(*arguments)
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()


def _basis(page: Explanation) -> str:
    return BASES[page.basis].format(text=page.text)


def _texts(page: Explanation) -> tuple[str, str, str, str]:
    return (page.checks, page.matters, page.fix, page.source)


if __name__ == "__main__":
    main(sys.argv[1:])
