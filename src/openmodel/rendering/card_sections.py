# SPDX-License-Identifier: Apache-2.0
"""The part of a model card that is drawn from the manifest, section by section.

No sentence here says more than the manifest: each names who speaks, and where nothing is said it says that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from openmodel.manifest.base import answered
from openmodel.manifest.document import Manifest
from openmodel.manifest.evidence import Citation, Evaluation, Review
from openmodel.manifest.measured import FileRecord, Measured, Weights
from openmodel.manifest.parent import ManifestReference, Parent
from openmodel.policies.facts import Facts
from openmodel.policies.lookup import built_in
from openmodel.policies.reviews import independence, why_void
from openmodel.rendering.card_components import component_sections, kind_name
from openmodel.rendering.card_data import data_sections
from openmodel.rendering.card_training import training_sections
from openmodel.rendering.markdown import at_line_start, code, escape, link, table
from openmodel.rendering.remarks import remark_on
from openmodel.rendering.wording import (
    ABSENT,
    REST,
    Lines,
    Voice,
    Words,
    inline,
    json_value,
    labelled,
    listing,
    number,
    publisher_name,
    rest,
    terms,
    told,
    told_items,
    told_text,
    where,
)

MOST_FILES, MOST_ROWS = 20, 50
"""The most files, and rows of any other table, that a card lists."""

Assertion = Literal["all_training_data_listed", "parameters_freely_available"]


def provenance(manifest: Manifest, manifest_sha256: str) -> Lines:
    """The whole part, as lines."""
    words = Words(manifest)
    return [
        *_introduction(words, manifest_sha256),
        *_summary(words),
        *component_sections(words),
        *data_sections(words, _assertions(manifest, "all_training_data_listed")),
        *training_sections(words),
        *_parents(words),
        *_weights(words),
        *_evaluations(words),
        *_description_terms(words),
        *_verification(words),
        *_citations(manifest.citations),
        *_reviews(manifest),
        *_further(manifest),
    ]


def section(title: str, *parts: Lines) -> Lines:
    """A heading and what follows it, with an empty line after each part."""
    return [f"### {title}", "", *(line for part in parts if part for line in (*part, ""))]


def _introduction(words: Words, manifest_sha256: str) -> Lines:
    return [
        "## Provenance",
        "",
        (
            f"This part is drawn from {REST}, SHA-256 {code(manifest_sha256)}. It repeats what is declared there "
            "and what was measured of the files; it is nobody's approval. "
            f"**Described by {_describer(words)}.**"
        ),
        "",
    ]


def _describer(words: Words) -> str:
    describer, publisher = words.manifest.release.described_by, publisher_name(words.manifest)
    if describer and describer.role == "third_party":
        return f"a third party: {escape(describer.name)}" if describer.name else "a third party that is not named"
    name = describer.name if describer and describer.name else publisher
    if name:
        return f"the publisher: {escape(name)}"
    return "the publisher" if describer else "nobody who gives a name; it counts as the publisher's word"


def _summary(words: Words) -> Lines:
    release, voice = words.manifest.release, words.voice
    describer = _describer(words)
    rows = [
        ("Name", [escape(release.name)]),
        ("Version", [escape(release.version)] if release.version is not None else [ABSENT]),
        ("Publisher", told_text(release.publisher, voice)),
        ("Described by", [describer[0].upper() + describer[1:]]),
        ("Date", told(release.date, voice, escape)),
        ("Tasks", told(release.tasks, voice, lambda tasks: ", ".join(map(escape, tasks)))),
        ("Languages", told(release.languages, voice, lambda tags: ", ".join(map(code, tags)))),
    ]
    if release.sequence is not None:
        rows.insert(2, ("Sequence number", [f"{release.sequence}"]))
    description = told_text(release.description, voice)
    if len(description) == 1 and description[0].startswith("*"):
        rows.append(("Description", description))
    return [*table(("Field", "Value"), [(label, inline(answer)) for label, answer in rows]), ""]


def _assertions(manifest: Manifest, statement: Assertion) -> Lines:
    what = {
        "all_training_data_listed": "all data used for training is listed here",
        "parameters_freely_available": "the parameters are freely available to all",
    }[statement]
    found = [item for item in manifest.assertions if item.statement == statement]
    return [
        f"- Asserted by {escape(item.by) if item.by else 'somebody who is not named'}"
        f"{f' ({item.date})' if item.date else ''}: {what}."
        for item in found
    ]


def _parents(words: Words) -> Lines:
    parents = answered(words.manifest.parents)
    shown = [line for parent in parents for line in (f"#### {escape(parent.name)}", "", *_parent(words, parent), "")]
    nothing = "The list of parents is empty."
    return section("Parents", listing(words.manifest.parents, words.voice, nothing, shown[:-1]))


def _parent(words: Words, parent: Parent) -> Lines:
    voice = words.voice_of(parent.id)
    uses = [
        f"{use.role} model of the stage {code(stage.id)}"
        for stage in answered(words.manifest.stages)
        for use in stage.models
        if use.model == parent.id
    ]
    rows = [
        ("Used as", [", ".join(uses)] if uses else [ABSENT]),
        ("Where", told_items(parent.where or None, voice, lambda place: where(place, voice))),
        ("Terms", told(parent.terms, voice, lambda value: terms(value, voice))),
        ("Its own manifest", told(parent.manifest, voice, _manifest_reference)),
    ]
    if parent.described_by:
        role = parent.described_by.role.replace("_", " ")
        name = f": {escape(parent.described_by.name)}" if parent.described_by.name else ""
        rows.append(("Described by", [f"{'its publisher' if role == 'publisher' else f'a {role}'}{name}"]))
    rows += [("Tensor root", [code(parent.tensor_root)])] if parent.tensor_root else []
    rows += [("Its training data", told(parent.data, voice, str))] if parent.data else []
    rows += [("Its training code", told(parent.code, voice, str))] if parent.code else []
    return labelled(rows)


def _manifest_reference(value: ManifestReference) -> str:
    parts = [code(value.path)] if value.path else []
    parts += [link(value.url)] if value.url else []
    parts += [f"SHA-256 {code(value.sha256)}"] if value.sha256 else []
    return ", ".join(parts) or ABSENT


def _weights(words: Words) -> Lines:
    measured = words.manifest.measured
    free = _assertions(words.manifest, "parameters_freely_available")
    if measured is None:
        return section("Weights and files", ["Nothing was measured yet."], free)
    rows = [_weights_row(words, item) for item in measured.weights]
    header = ("Weights", "Parameters", "Tensors", "Elements by dtype", "Tensor root")
    return section(
        "Weights and files",
        table(header, rows) if rows else ["No tensors were measured."],
        free,
        _files(measured),
        _release(measured),
        _conflicts(measured),
    )


def _weights_row(words: Words, item: Weights) -> tuple[str, ...]:
    dtypes = ", ".join(f"{escape(name)}: {number(count)}" for name, count in sorted(item.dtypes.items()))
    root = code(item.tensor_root) if item.tensor_root else "not measured"
    return words.name(item.component), number(item.parameters), number(item.tensors), dtypes, root


def _files(measured: Measured) -> Lines:
    files = sorted(measured.files, key=_order)
    rows = [(code(file.path), number(file.size), code(file.sha256), _remark(file)) for file in files[:MOST_FILES]]
    lines = table(("File", "Bytes", "SHA-256", "Remark"), rows) if rows else ["There are no files."]
    return [*lines, *(["", *cut] if (cut := _cut(len(files), MOST_FILES)) else [])]


def _order(file: FileRecord) -> tuple[bool, bool, bytes]:
    """Weights first, then what a reader should be warned of, as the list is cut."""
    return file.role not in ("weights", "checkpoint"), remark_on(file) is None, file.path.encode()


def _remark(file: FileRecord) -> str:
    remark = remark_on(file)
    parts = [kind_name(file.role) if file.role else "", code(file.format) if file.format else ""]
    parts += [f"**{escape(remark)}**"] if remark else []
    return "; ".join(filter(None, parts))


def _release(measured: Measured) -> Lines:
    count, size = len(measured.files), sum(file.size for file in measured.files)
    if measured.release_root is None:
        return ["The release has no files of its own."]
    lines = [f"Release root over all files ({count:,}, together {size:,} bytes): {code(measured.release_root)}."]
    if measured.excluded:
        names = ", ".join(map(code, measured.excluded[:MOST_FILES])) + rest(len(measured.excluded), MOST_FILES, " ")
        lines += ["", f"There, but not measured: {names}."]
    return lines


def _conflicts(measured: Measured) -> Lines:
    if not measured.conflicts:
        return []
    rows = [
        (code(item.at), code(json_value(item.declared)), code(json_value(item.observed)), escape(item.by))
        for item in measured.conflicts[:MOST_ROWS]
    ]
    header = ("Fact", "Declared", "Observed", "By")
    return [
        "**Some declared values differ from what was observed:**",
        "",
        *table(header, rows),
        *_cut(len(measured.conflicts), MOST_ROWS),
    ]


def _evaluations(words: Words) -> Lines:
    evaluations = words.manifest.evaluations
    rows = [_evaluation(words, item) for item in evaluations[:MOST_ROWS]]
    shown = table(("Task", "Metric", "Value", "Measured on", "Model", "Code"), rows)
    return section("Evaluation", shown if evaluations else [ABSENT], _cut(len(evaluations), MOST_ROWS))


def _evaluation(words: Words, item: Evaluation) -> tuple[str, ...]:
    voice = words.voice
    value = ABSENT if item.value is None else escape(item.value) if isinstance(item.value, str) else number(item.value)
    return (
        escape(item.task) if item.task is not None else ABSENT,
        escape(item.metric) if item.metric is not None else ABSENT,
        f"{value} {escape(item.unit)}" if item.unit else value,
        _measured_on(item, voice),
        words.name(item.of) if item.of else ABSENT,
        inline(told(item.code, voice, words.names)),
    )


def _measured_on(item: Evaluation, voice: Voice) -> str:
    """The name of the data and where it is; a name alone answers it, too."""
    name = [escape(item.measured_on)] if item.measured_on else []
    place = [inline(told(item.data, voice, lambda place: where(place, voice)))] if item.data or not name else []
    return ", ".join([*name, *place])


def _description_terms(words: Words) -> Lines:
    stated = told(
        words.manifest.release.disclosure_terms, words.voice, lambda value: at_line_start(terms(value, words.voice))
    )
    return section("Terms of these descriptions", stated)


_VERIFY = (
    "`openmodel verify` says whether the signature holds and the files are those that were signed. `openmodel check` "
    "says what is missing for the Open Source AI Definition."
)
_CHECK = (
    "This description has no files of its own, so there is nothing to sign or verify. `openmodel check` says what is "
    "missing for the Open Source AI Definition:"
)


def _verification(words: Words) -> Lines:
    measured = words.manifest.measured
    if measured is not None and not measured.files:
        return section("How to verify", [_CHECK], _commands("openmodel check ."))
    describer = words.manifest.release.described_by
    third = describer is not None and describer.role == "third_party"
    whose = f"the public key of {words.voice.speaker}" if third else "the publisher's public key"
    key = f"In a copy of this release, with {whose} from a place that you trust and not from the release itself:"
    verify = f"openmodel verify --key {'describer' if third else 'publisher'}.pub ."
    return section("How to verify", [key], _commands(verify, "openmodel check ."), [_VERIFY])


def _commands(*commands: str) -> Lines:
    return ["```sh", *commands, "```"]


def _citations(citations: Sequence[Citation]) -> Lines:
    if not citations:
        return []
    rows = [_citation(item) for item in citations[:MOST_ROWS]]
    return section("Citations", table(("Fact", "Read at", "Note"), rows), _cut(len(citations), MOST_ROWS))


def _citation(item: Citation) -> tuple[str, ...]:
    nobody = Voice("", "")
    return code(item.at or "/"), where(item.where, nobody), escape(item.note) if item.note else ""


_REVIEWED = (
    "As the manifest states them: nothing here proves who judged. Any edit of what was reviewed voids a review, and a "
    "void one settles nothing."
)


def _reviews(manifest: Manifest) -> Lines:
    if not manifest.reviews:
        return []
    facts = Facts(manifest)
    rows = [_review(item, facts) for item in manifest.reviews[:MOST_ROWS]]
    return section(
        "Reviews",
        [_REVIEWED],
        table(("Requirement", "Policy", "Judgement", "By", "Reason"), rows),
        _cut(len(manifest.reviews), MOST_ROWS),
    )


def _review(item: Review, facts: Facts) -> tuple[str, ...]:
    void = _why_void(item, facts)
    judgement = item.judgement if void is None else f"**does not count:** {escape(void)}"
    by = f"{escape(item.by)}, {escape(item.affiliation)}, {item.date}"
    by += f" ({independence(item, facts)})" if void is None else ""
    return code(item.requirement), code(item.policy), judgement, by, escape(item.reason)


def _why_void(item: Review, facts: Facts) -> str | None:
    """Why a review does not count; None when it does."""
    name = item.policy.partition("@")[0]
    policy = built_in(name)
    if policy is None:
        return f"there is no policy {name} in openmodel, and a card asks no others"
    if item.requirement not in {requirement.id for requirement in policy.requirements}:
        return f"{item.requirement} is no requirement of {policy.id}"
    return why_void(item, policy, facts)


def _further(manifest: Manifest) -> Lines:
    if not manifest.extensions:
        return []
    names = ", ".join(map(code, sorted(manifest.extensions)))
    return [f"Further facts stand in {REST} under `extensions`: {names}.", ""]


def _cut(count: int, most: int) -> Lines:
    left = rest(count, most)
    return [f"{left[0].upper()}{left[1:]}."] if left else []
