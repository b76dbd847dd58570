# SPDX-License-Identifier: Apache-2.0
"""The blanks of a draft: what to put after the key, what belongs there, and why a reader needs it."""

from __future__ import annotations

from typing import TypeAlias

from openmodel.manifest.stage import StageKind

Hint: TypeAlias = tuple[str, str]
"""Shape in YAML with nothing said in it, and one line of words."""

TEXT = '""'
_TERMS = '{expression: ""}'
_WHERE = '[{url: ""}]'
_WITHHELD = '{undisclosed: withheld, reason: ""}'
_WHICH = '{undisclosed: "", reason: ""}'
"""Not there, or there and kept back: a word that was drafted here would stand when only the reason is filled in."""
_UNKNOWN = '{undisclosed: unknown, reason: ""}'

RELEASE: dict[str, Hint] = {
    "version": (TEXT, "your version of the release, as text; it tells one release from the next"),
    "sequence": ("0", "a number that grows with every release, so that an old one cannot pass for the newest"),
    "publisher": (TEXT, "person or organisation that publishes; it decides who can answer for what is said here"),
    "described_by": (
        '{role: third_party, name: ""}',
        "if you are not the publisher: what you do not know is then not held against them",
    ),
    "date": (TEXT, "day of publication as YYYY-MM-DD; it tells readers what could be known by then"),
    "description": (TEXT, "what the model is, in a few sentences, for people who have never heard of it"),
    "tasks": ("[]", "what it is for, for example text-generation, so that people find it"),
    "languages": ("[]", "human languages as tags such as en, so that people know whom it serves"),
    "disclosure_terms": (
        _TERMS,
        "terms of the descriptions in this file, such as CC-BY-4.0; OSAID wants approved ones",
    ),
}

ASSERTIONS: Hint = (
    '[{statement: all_training_data_listed, by: "", date: ""}]',
    "if it is true and you answer for it; no program can see what is not listed",
)

COMPONENT: dict[str, Hint] = {
    "kinds": ("[]", "for example training_code, inference_code or architecture; a reader looks for each of these"),
    "terms": (_TERMS, "the licence as an SPDX id; without one nobody may use it"),
    "pin": ('{repository: "", kind: commit, ref: ""}', "which commit this is; another one is other code"),
}

PARAMETERS_TERMS: Hint = (
    _TERMS,
    "the terms of the parameters themselves; OSI asks for an explicit statement, and silence counts as none",
)

WEIGHTS_WHERE: Hint = (_WHERE, "where just these weights can be had; others at that address are another model")

SOURCE: dict[str, Hint] = {
    "class": (TEXT, "open, public, obtainable or unshareable; it decides what a reader is owed"),
    "where": (_WHERE, "where it can be had, also for a fee; a name alone leads nobody to the data"),
    "terms": (_TERMS, "the licence of the data, so that a reader knows what may be done with it"),
    "amount": ("{value: 0, unit: rows}", "how much there is, so that a reader knows what weight it has"),
    "modalities": ("[]", "text, image, audio, video, tabular or other, so that a reader knows what it consists of"),
    "collected": ('{from: "", to: ""}', "from when to when it was collected; the model knows nothing later"),
    "provenance": (TEXT, "who made it and from what; a reader judges by it whom to trust"),
    "scope": (TEXT, "what it covers and leaves out, so that a reader knows where the model has seen nothing"),
    "characteristics": (TEXT, "form, size, distribution, known gaps and biases; the model inherits them"),
    "obtained": (TEXT, "download, crawl, purchase or measurement; without it nobody can get it again"),
    "selected": (TEXT, "by which criteria it was chosen, or that all of it was taken; the choice shapes the model"),
    "labelled": (TEXT, "who or what labelled it and how, or why there are no labels; errors of labels are learned"),
    "processed": (TEXT, "cleaning, normalisation, tokenisation; the model has seen the result and not the original"),
    "filtered": (TEXT, "each filter with its rule, or that nothing was removed; what is left does not show it"),
    "files": ('[{url: "", size: 0, sha256: ""}]', "its files with digests; a name can come to mean other bytes"),
}

WHERE_REVISION: Hint = (TEXT, "commit or version of the data that was used; what an address leads to can change")

SOURCE_OF: Hint = (
    TEXT,
    "id of the parent that it trained, if this release did not use it; it is then a fact about that",
)

PARENT: dict[str, Hint] = {
    "where": (_WHERE, "where that model can be had, with its revision; without it nobody can look at it"),
    "terms": (_TERMS, "the terms of its parameters; they may bind this model, too"),
    "manifest": (
        '{url: "", sha256: ""}',
        "its own manifest, if it has one; it counts for this model as well",
    ),
    "data": (_UNKNOWN, "if nothing is known of its data; else list it under sources, with `of`: it is in this model"),
    "code": (
        _UNKNOWN,
        "if nothing is known of its code; else list it under components, with `of`: it made this model",
    ),
}

STAGE: dict[str, Hint] = {
    "kind": (TEXT, "train, finetune, adapt, distill, reward, merge, quantize, convert; it decides what is asked"),
    "models": ("[]", "the models it began with, as {model: ID, role: initial}; what they learned is in this one"),
    "data": ("[]", "each source it used, as {source: ID}; a description of half the data is none"),
    "code": ("[]", "ids of the components that ran, so that a reader knows which of the code made the model"),
    "settings": (
        "{}",
        "all arguments and settings, or the component that holds them; no rerun without them",
    ),
    "order": (
        '{algorithm: "", seed: 0}',
        "what shuffled the examples, and its seed; another order gives another model",
    ),
    "result": (TEXT, "id of the component that it gave; one stage for each, so that it is known how all were made"),
    "compute": ("{device_hours: 0}", "what it cost, so that whoever wants to repeat it knows"),
}

DERIVED: dict[str, Hint] = {
    "data": (
        "[]",
        "each source it used itself, as for calibration, as {source: ID}; data of its parents are not its own",
    ),
    "code": ("[]", "ids of the components that merged, quantised or converted, so that anybody can do it again"),
}
"""Of a stage in which nothing is trained, what is asked otherwise."""

SEGMENT: dict[str, Hint] = {
    "steps": ("[0, 0]", "first and last step of this part of the run, so that checkpoints can be told to be of it"),
    "environment": (TEXT, "id of the environment it ran on; other machines give other bits"),
    "layout": ("{}", "how the work was spread, such as sizes of data and tensor parallelism; others give other bits"),
    "seeds": ("[{purpose: all, value: 0}]", "the seeds by purpose; without them a second run is another run"),
}

ENVIRONMENT: dict[str, Hint] = {
    "hardware": ('[{vendor: "", model: "", count: 0}]', "processors, accelerators; other machines give other bits"),
    "software": ("{}", "name and exact version of what ran; versions differ in what they compute"),
}

EVALUATIONS: Hint = (
    '[{task: "", metric: "", value: 0}]',
    "measured results, with the data they were measured on, so that claims can be checked",
)

EVALUATION: dict[str, Hint] = {
    "data": ('{url: "", revision: ""}', "where the data it was measured on can be had; of a name there may be several"),
    "measured_on": (TEXT, "what that data is called, with its split; results on other parts are no match"),
    "code": ("[]", "ids of the components that measured it; other code gives other numbers"),
    "of": (TEXT, "id of the component that was measured; a copy in another format has other results"),
}

_KEPT_BACK = {
    "weights": "if the parameters are not given away, why; without them there is nothing to use",
    "training_code": "if the code that trained the model is kept back, why; without it nobody can repeat it",
    "inference_code": "if the code that runs the model is kept back, why; without it nobody can run it",
    "architecture": "if the architecture is kept back, why; without it nobody can study the model",
}
_IF_USED = {
    "data_processing_code": "not_applicable if no code processed the data, withheld if it is kept back",
    "validation_code": "not_applicable if nothing was validated or tested, withheld if the code is kept back",
    "library": "not_applicable if no library such as a tokenizer was used, withheld if it is kept back",
    "hyperparameter_search_code": "not_applicable if there was no search, withheld if its code is kept back",
}

NOT_OFFERED: dict[str, Hint] = {
    kind: (shape, f"{words}; or list it under components")
    for shape, kinds in ((_WITHHELD, _KEPT_BACK), (_WHICH, _IF_USED))
    for kind, words in kinds.items()
}

NOTHING_TRAINED: Hint = (
    '{undisclosed: not_applicable, reason: ""}',
    "if nothing was trained here; code that trained a parent is listed under components, with `of`",
)
MAKERS: dict[StageKind, str] = {"merge": "merging_code", "quantize": "conversion_code", "convert": "conversion_code"}
"""Kinds of stage in which nothing is trained, and the kind of the code that does it."""

MAKERS_NOT_OFFERED: dict[str, Hint] = {
    "merging_code": (
        _WITHHELD,
        "if the code that merged is kept back, why; or list it under components with its commit",
    ),
    "conversion_code": (
        _WITHHELD,
        "if the code that converted is kept back, why; or list it under components with its commit",
    ),
}


def not_offered(stage: StageKind | None) -> dict[str, Hint]:
    """The blanks for what is not there, by kind of component. Where nothing was trained, other code is asked for."""
    if stage not in MAKERS:
        return NOT_OFFERED
    maker = MAKERS[stage]
    return {maker: MAKERS_NOT_OFFERED[maker]} | NOT_OFFERED | {"training_code": NOTHING_TRAINED}
