# SPDX-License-Identifier: Apache-2.0
"""`init`: a first `openmodel.yaml` from what a release directory holds.

What was found carries a comment that says where; what was not is a commented blank that says what belongs there and
why. Nothing is made up, nothing of the release is run, and nothing goes to the network.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from openmodel.building import refuse_unbound
from openmodel.drafting import hints, making, sections
from openmodel.drafting.outline import Section, text_of
from openmodel.drafting.survey import Survey, survey
from openmodel.drafting.tree import Tree
from openmodel.errors import DocumentError, OverwriteError, Problem
from openmodel.inventory.exclusion import DECLARATION
from openmodel.inventory.files import examine
from openmodel.inventory.naming import shown
from openmodel.inventory.writing import write_atomically
from openmodel.manifest.document import Manifest
from openmodel.manifest.loading import loads

HEAD = """\
Drafted by `openmodel init` from what is in this directory. Each comment says where a value was found. Correct what is
wrong. A line that begins with `# key:` is a blank: fill it and take the `# ` away, or say that you do not know, with
`key: {undisclosed: unknown, reason: ""}`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A declaration that was drafted."""

    path: Path
    """Path of `openmodel.yaml`."""
    text: str
    """Its text."""
    declaration: Manifest
    """What it says."""
    remarks: tuple[str, ...]
    """What did not fit together or could not be read; it stands at the head of the draft as well."""


def init(directory: str | Path, *, force: bool = False) -> Draft:
    """Drafts `openmodel.yaml` for a release directory.

    Equal files give equal drafts. Every draft can be built and checked as it is.

    Args:
        directory: the release.
        force: replace an `openmodel.yaml` that is there.

    Raises:
        DocumentError: there is no such directory.
        OverwriteError: there is an `openmodel.yaml`, and `force` is false; or it is a symbolic link.
        InventoryError: the files cannot be read honestly, as `build` would say too. Lists all problems.
    """
    root = Path(directory)
    path = root / DECLARATION
    if not os.path.isdir(root):  # noqa: PTH112  # Path.is_dir raises if it is too long.
        raise DocumentError(Problem(shown(str(root)), "no such directory", "a release", "Check the path."))
    if os.path.lexists(path) and not force:
        fix = "Edit it, or repeat with --force to replace it by a new draft."
        raise OverwriteError(Problem(str(path), "a declaration that is there already", "none", fix))
    if os.path.islink(path):  # noqa: PTH114  # It may lead to any file of a release that somebody else made.
        fix = "Remove the link; the draft is then written in its place."
        raise OverwriteError(Problem(str(path), "a symbolic link", "a regular file, or none", fix))
    examination = examine(root)
    refuse_unbound(root, examination.excluded)
    tree = Tree(root, examination)
    text, remarks = compose(survey(tree))
    declaration = loads(text, DECLARATION)  # What cannot be read again is not written.
    write_atomically(path, text.encode(), overwrite=force)
    return Draft(path, text, declaration, remarks)


def compose(found: Survey) -> tuple[str, tuple[str, ...]]:
    """The text of a draft, and its remarks."""
    release, components = sections.release_section(found), sections.component_sections(found)
    not_offered = sections.not_offered_section(found)
    sources, source_ids = making.source_sections(found)
    parents, parent_ids = making.parent_sections(found)
    environment = making.environment_section(found)
    stage = None
    if sources or parents or found.training:
        stage = making.stage_section(found, source_ids, parent_ids, environment[1] if environment else None)
    remarks = _remarks(found)
    draft = Section()
    for line in HEAD.splitlines():
        draft.remark(line)
    for remark in remarks:
        draft.remark(f"NOTE: {remark}")
    draft.fact("openmodel", "1-draft")
    draft.nest("release", release)
    draft.blank("assertions", hints.ASSERTIONS)
    draft.nest("components", components)
    draft.nest("not_offered", not_offered)
    for remark in making.source_remarks(found):
        draft.remark(remark)
    draft.nest("sources", sources or [making.empty_source()])
    for writer in found.training.writers:
        draft.remark(f"{writer}; that need not be what trained the model.")
    for claim in found.claims:
        draft.remark(f"{claim}.")
    for remark in making.hardware_remarks(found):
        draft.remark(remark)
    draft.nest("environments", [environment[0]] if environment else [making.empty_environment()])
    draft.nest("parents", parents)
    draft.nest("stages", [stage if stage else making.empty_stage()])
    draft.nest("evaluations", making.evaluation_sections(found))
    if not found.results:
        draft.blank("evaluations", hints.EVALUATIONS)
    return text_of(draft), remarks


def _remarks(found: Survey) -> tuple[str, ...]:
    told = (
        sections.origin_remark(found),
        sections.no_weights_remark(found),
        sections.forms_remark(found),
        sections.left_over_remark(found),
    )
    others = [*sections.absent_remarks(found), *(remark for remark in told if remark)]
    return tuple(dict.fromkeys([*found.tree.remarks, *sections.licence_remarks(found), *others]))
