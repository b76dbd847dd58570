# SPDX-License-Identifier: Apache-2.0
"""The sections of a draft about the release and what is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openmodel.drafting import hints
from openmodel.drafting.card import description_of, labelled_values
from openmodel.drafting.components import Group, left_over
from openmodel.drafting.licence import is_one_of, nearer_licences, other_names
from openmodel.drafting.outline import Section, Value, ids, listed, written
from openmodel.drafting.plain import said, said_all
from openmodel.drafting.survey import Survey
from openmodel.licences import names_licence
from openmodel.rendering.hub import TASKS

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_PACKAGING = re.compile(r"(^|/)[^/]+\.(dist-info|egg-info)/")
_SCRIPT = re.compile(r"[\w./-]+\.(py|sh|ipynb)")
MAX_AUTHORS = 5
"""The most names of who made it that are told."""
MAX_TEXTS = 20
"""The most licence texts, or indexes, that are spoken of one by one."""
MAX_SCRIPTS = 10
"""The most scripts that are not there and are named."""


def release_section(found: Survey) -> Section:
    """What the release is called, who publishes it, what it is."""
    section, card, package = Section(), found.card, found.package
    section.fact("name", found.name, found.name_from)
    package = package if found.is_package else None
    stated = package if package and package.version else found.cited
    if found.cited and stated is found.cited and found.cited.version and not found.cited.may_be(found.name):
        told = f"{found.cited.path} gives version {found.cited.version} of {found.cited.title}"
        section.remark(f"{told}; that need not be the model.")
        stated = None
    if not (stated and section.fact("version", stated.version, stated.path)):
        section.blank("version", hints.RELEASE["version"])
    section.blank("sequence", hints.RELEASE["sequence"])
    place = found.home_at_hub
    if not (place and section.fact("publisher", place.owner, place.origin)):
        for remark in _authors(found):
            section.remark(f"{remark}; that does not say who publishes it.")
        section.blank("publisher", hints.RELEASE["publisher"])
    section.blank("described_by", hints.RELEASE["described_by"])
    section.blank("date", hints.RELEASE["date"])
    summary = (package.summary, package.path) if package and package.summary else None
    description = summary or description_of(card)
    if not (description and section.fact("description", *description)):
        section.blank("description", hints.RELEASE["description"])
    tagged = section.fact("tasks", said_all(card.front.get("pipeline_tag"))[:1], f"{card.path}, `pipeline_tag`")
    tasks = [one.task for one in found.results if one.task in TASKS]
    if not (tagged or section.fact("tasks", list(dict.fromkeys(tasks)), f"{card.path}, `model-index`")):
        section.blank("tasks", hints.RELEASE["tasks"])
    named = card.front.get("language")
    tags = [tag for tag in (named if isinstance(named, list) else [named]) if isinstance(tag, str)]
    tags = [tag for tag in dict.fromkeys(tags) if _LANGUAGE.fullmatch(tag)]
    if not section.fact("languages", tags, f"{card.path}, `language`"):
        section.blank("languages", hints.RELEASE["languages"])
    section.blank("disclosure_terms", hints.RELEASE["disclosure_terms"])
    return section


def _authors(found: Survey) -> Iterator[str]:
    """Who made it, by the card or the package; that need not be who publishes it."""
    for name, origin in list(dict.fromkeys(labelled_values(found.card, "developed by")))[:MAX_AUTHORS]:
        yield f"{origin} says that it was developed by {name}"
    if found.is_package and found.package and found.package.author:
        yield f"{found.package.path} names {found.package.author} as its author"


def component_sections(found: Survey) -> list[Section]:
    """One section for each group of files."""
    stated = found.stated.terms
    text = _text_of(found, stated["expression"]) if stated else None
    return [_component(found, group, text) for group in found.groups]


def _text_of(found: Survey, expression: str) -> str | None:
    """The path of the first licence text that the expression names."""
    named = {ids: names_licence(expression, ids) for ids in {text.ids for text in found.texts}}
    return next((text.path for text in found.texts if named[text.ids]), None)


def _component(found: Survey, group: Group, text: str | None) -> Section:
    section = Section()
    group.id = ids(found.ids, group.name, "component")
    section.fact("id", group.id)
    section.fact("name", group.name, group.name_from)
    if not section.fact("kinds", list(group.kinds), _kinds_from(group)):
        section.blank("kinds", hints.COMPONENT["kinds"])
    section.fact("files", group.globs)
    if found.place and group.kinds[:1] == ("weights",):
        if doubt := found.place.doubt(group.files):
            section.remark(doubt)
            section.blank("where", hints.WEIGHTS_WHERE)
        else:
            section.fact("where", [{"url": found.place.url, "revision": found.place.revision}], found.place.origin)
    if group.what == "code":
        _pin(found, group, section)
    _terms(found, group, section, text, is_parameters=group.what == "parameters")
    return section


def _kinds_from(group: Group) -> str:
    return "by the names of the files" if group.what == "code" else ""


def _pin(found: Survey, group: Group, section: Section) -> None:
    git = found.git
    if git is None or git.hub_id or not set(group.files) <= git.tracked:
        shape, words = hints.COMPONENT["pin"]
        home = found.package.home if found.is_package and found.package else None
        if home:
            shape = written({"repository": home, "kind": "commit", "ref": ""})
            words = f"{words}; {found.card.path} names the home page"
        section.blank("pin", (shape, words))
        return
    pin: dict[str, Value] = {"repository": git.repository, "kind": "commit", "ref": git.commit}
    if git.clean:
        reason = "`git status --porcelain` printed nothing when this was drafted."
        pin["dirty_sha256"] = {"undisclosed": "not_applicable", "reason": reason}
    elif git.diff_sha256:
        pin["dirty_sha256"] = git.diff_sha256
    section.fact("pin", pin, "git, when this was drafted; correct it if another commit ran")
    if git.url and not git.is_published:
        section.remark(
            "The remote had not got this commit when git last asked it; nobody can look it up before it has."
        )
    if git.unknown:
        section.remark(git.unknown)
    elif not git.clean and not git.diff_sha256:
        section.remark("There were files that git does not track; say under dirty_sha256 whether they took part.")


def _terms(found: Survey, group: Group, section: Section, same: str | None, *, is_parameters: bool) -> None:
    """The card's licence is that of all that lies beside and below it, but not of parameters that something nearer
    puts under another; `same` has its text. A licence text alone covers code; whether it is meant for the parameters,
    it does not say."""
    stated, text = found.stated, found.main_text
    named = stated.terms["expression"] if stated.terms else "".join(text.ids[:1]) if text else None
    nearer = [*stated.against, *nearer_licences(found.tree, group.files, found.texts, named)] if is_parameters else []
    if nearer:
        for sentence in nearer[:5]:
            section.remark(sentence)
        if stated.terms:
            section.remark(f"{stated.file} says {stated.terms['expression']}.")
        section.blank("terms", hints.PARAMETERS_TERMS)
        return
    home = f"{found.tree.home}/" if found.tree.home else ""
    if stated.terms and all(path.startswith(home) for path in group.files):
        terms: dict[str, Value] = dict(stated.terms)
        section.fact("terms", ({"text": same} if same else {}) | terms, stated.words)
        return
    if stated.words and not stated.terms:
        section.remark(stated.words)
    if text is None:
        section.blank("terms", hints.PARAMETERS_TERMS if is_parameters else hints.COMPONENT["terms"])
    elif is_parameters:
        hint = f"{text.words}; say so if it is what the parameters are under"
        section.blank("terms", (written(text.terms), hint))
    elif len(text.ids) > 1:
        section.blank("terms", (written(text.terms), f"{text.words}; say which"))
    else:
        section.fact("terms", text.terms, f"{text.path}, by what it says")


def licence_remarks(found: Survey) -> Iterator[str]:
    """What the licence texts and the package say, where that is not what the card says, or is not plain."""
    stated = found.stated.terms["expression"] if found.stated.terms else None
    if not found.texts:
        unsaid = not stated and not found.stated.words
        yield "There is no licence text in this directory" + (", and no card that names a licence." if unsaid else ".")
    texts = found.texts[:MAX_TEXTS]
    if not stated and found.main_text is None:
        yield from (f"{text.words}; say in `terms` what is under it." for text in texts if text.ids)
    known = [stated] if stated else [id for text in found.texts for id in text.ids]
    who = "its front matter" if found.stated.file == found.card.path else found.stated.file
    said_so = [f"{who} says {stated}"] if stated else []
    others = ", ".join([*said_so, *(text.words for text in texts if text.ids)][:3])
    yield from (f"{name}; {others}." for name in other_names(found.card, known))
    for text in texts:
        if not text.ids:
            yield text.doubt
        elif stated and not names_licence(stated, text.ids):
            yield f"{text.words}, and {found.stated.file} says {stated}; say what is under which."
    for sentence in found.stated.against:
        yield f"{found.stated.file} says {stated}, and this another thing: {sentence}"
    if more := len(found.texts[MAX_TEXTS:]):
        yield f"{more:,} more licence texts are not spoken of here."
    if found.package and found.package.licence:
        yield from _package_remark(found, found.package.licence, found.package.path, stated)


def _package_remark(found: Survey, licence: str, path: str, stated: str | None) -> Iterator[str]:
    """What the metadata of the package say of its licence, where nothing else says the same."""
    told = f"{path} says that the package is under {licence}"
    if stated:
        if licence.lower() != stated.lower():
            yield f"{told}, and {found.stated.file} says {stated}."
    elif not found.texts:
        yield f"{told}; there is no licence text."
    elif not any(text.ids and is_one_of(licence, text.ids) for text in found.texts):
        yield f"{told}; no text here was recognised as that of this licence."


def not_offered_section(found: Survey) -> Section:
    """Blanks for the kinds of component that OSAID asks for and that were not found."""
    section = Section()
    there = {kind for group in found.groups for kind in group.kinds}
    scripts = missing_scripts(found)
    for script in scripts[:MAX_SCRIPTS]:
        section.remark(f"{found.card.path} names {script}, which is not in this directory.")
    if more := len(scripts[MAX_SCRIPTS:]):
        section.remark(f"{more:,} more scripts that it names are not in this directory.")
    for kind, hint in hints.not_offered(found.origins.kind).items():
        if kind not in there and not (kind == "library" and "tokenizer" in there):
            section.blank(kind, hint)
    return section


def missing_scripts(found: Survey) -> list[str]:
    """The scripts that the card names in its text and that are nowhere in the release."""
    names = {path.rpartition("/")[2] for path in found.tree.files}
    words = [words for part in found.card.parts for words in (*part.paragraphs, *part.items)]
    codes = [code for one in words for code in one.codes if _SCRIPT.fullmatch(code)]
    return [code for code in dict.fromkeys(codes) if code.rpartition("/")[2] not in names and said(code)]


def origin_remark(found: Survey) -> str | None:
    """Where the directory comes from, when no component of the draft says so."""
    git, hub = found.git, found.hub
    if hub and not hub.id:
        return f"It was downloaded from the Hub at commit {hub.revision}, by {hub.origin}; from where, they do not say."
    code = [group for group in found.groups if group.what == "code"]
    if git and not git.hub_id and not any(set(group.files) <= git.tracked for group in code):
        return (
            f"This directory lies in {git.url or 'a git repository without a public remote'}, at commit {git.commit}; "
            f"if the code there trained the model, list it as a component with `pin`."
        )
    return None


def forms_remark(found: Survey) -> str | None:
    """That the parameters are there more than once, where nothing relates the forms to each other."""
    forms = list(dict.fromkeys(group.form for group in found.groups if group.kinds == ("weights",)))
    if len(forms) < 2:  # noqa: PLR2004  # Several sets of one format are parts of a pipeline, or variants.
        return None
    told, origins = f"The parameters are here in {len(forms)} formats: {listed(forms)}.", found.origins
    if origins.kind == "quantize" and origins.models:
        names = listed(origin.name for origin in origins.models)
        return f"{told} By {origins.kind_from}, they are made from {names}; give each a stage with its `result`."
    keep = "" if all(form.startswith("GGUF") for form in forms) else ", or keep one"
    return (
        f"{told} Nothing says which was made from which; describe that by a stage of kind convert or quantize for each"
        f"{keep}."
    )


def no_weights_remark(found: Survey) -> str | None:
    """That no file was taken for weights, and which are the biggest, since they may well be."""
    if any(group.what == "parameters" for group in found.groups) or not found.tree.files:
        return None
    largest = sorted(found.tree.files.values(), key=lambda file: (-file.size, file.path))[:3]
    names = ", ".join(f"{file.path} ({file.size:,} bytes)" for file in largest)
    return f"No file was recognised as weights. The biggest: {names}. If one is, list it under components."


def absent_remarks(found: Survey) -> Iterator[str]:
    """The files that an index, or a model whose parameters are in others, names and that are not there."""
    indexes = [(index.path, set(index.shards) - found.tree.files.keys()) for index in found.tree.examination.indexes]
    indexes += [(file.path, set(file.needs) - found.tree.files.keys()) for file in found.tree.files.values()]
    indexes = [(path, absent) for path, absent in indexes if absent]
    for path, absent in indexes[:MAX_TEXTS]:
        many = f"{len(absent):,} files that are" if len(absent) > 1 else "a file that is"
        yield f"{path} names {many} not here: {listed(sorted(absent), 3)}."
    if more := len(indexes[MAX_TEXTS:]):
        yield f"{more:,} more files name others that are not here."


def left_over_remark(found: Survey) -> str | None:
    """The files that no component names, the largest first, so that they are not passed over in silence. What describes
    a Python package is left out: it belongs to the package and to no component. So is the card, which was read."""
    passed = {text.path for text in found.texts} | {found.card.path}
    rest = [path for path in left_over(found.tree, found.groups) if path not in passed and not _PACKAGING.search(path)]
    rest.sort(key=lambda path: (-found.tree.files[path].size, path))
    them = "it" if len(rest) == 1 else "them"
    return f"No component names {listed(rest, 8)}; the inventory holds {them} all the same." if rest else None
