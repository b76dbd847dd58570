# SPDX-License-Identifier: Apache-2.0
"""The data sets that the front matter of a card names under `datasets`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openmodel.drafting.card import ModelCard
from openmodel.drafting.outline import listed
from openmodel.drafting.plain import MAX_ITEMS, is_example, member, said
from openmodel.manifest.values import Where
from openmodel.rendering.hub import dataset_id, is_repository
from openmodel.rendering.markdown import web_url

HUB_DATASETS = "https://huggingface.co/datasets/"
MAX_URL = 2000
"""The longest address that is taken over, in characters."""

_LOADERS = """
    arrow audiofolder csv custom dataset datasets data generator image imagefolder json jsonl local none null pandas
    parquet spark sql text tsv txt unknown videofolder webdataset xml
"""
_NO_DATA = frozenset(_LOADERS.split())
"""What trainers write for the name where there is only a loader or a format; `load_dataset("json")` loads any data."""
_PATH = re.compile(
    r"[./~\\]|[A-Za-z]:[\\/]|file:|(?!https?:).*\.(json|jsonl|csv|tsv|txt|parquet|arrow|zip|gz|xml)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Named:
    """A data set by its name in the front matter."""

    name: str
    url: str | None = None
    """Where it is; None where the name has no owner, so that it is not certain what it leads to."""
    url_from: str = ""
    revision: str | None = None


def named_data(card: ModelCard) -> tuple[list[Named], list[str]]:
    """What the front matter names, each once, and in words what is left out."""
    value = card.front.get("datasets")
    entries = value if isinstance(value, list) else [value]
    found, left_out = dict[str, Named](), list[str]()
    for entry in entries[:MAX_ITEMS]:
        text = entry if isinstance(entry, str) else None
        if text is None:
            named = (member(entry, key) for key in ("name", "id", "path", "repo_id"))
            text = next((one for one in named if isinstance(one, str) and (said(one) or _stands_for(one))), None)
        name = said(text)
        if text is not None and (" ".join(text.lower().split()) in _NO_DATA or _PATH.match(text) or _stands_for(text)):
            left_out.append(f"{text[:40]!r}")
        elif name:
            found.setdefault(name, _named(name, entry))
        elif entry is not None and not isinstance(entry, str):
            left_out.append("an entry without a name")
    remarks = list[str]()
    if left_out:
        names = listed(dict.fromkeys(left_out))
        remarks.append(f"{card.path}, `datasets`: {names} left out, as no name of a data set is plain from it.")
    if len(entries) > MAX_ITEMS:
        remarks.append(f"{card.path}, `datasets`: only the first {MAX_ITEMS:,} of {len(entries):,} entries were read.")
    return list(found.values()), remarks


def _stands_for(text: str) -> bool:
    """Whether a name, or the address of one, is that of an example."""
    return is_example(dataset_id(Where(url=text)) or text)


def _named(name: str, entry: object) -> Named:
    revision = said(member(entry, "revision"))
    id = dataset_id(Where(url=name)) or name
    if "/" in id and is_repository(id):
        return Named(id, HUB_DATASETS + id, "the Hub's page of that id", revision)
    if len(name) <= MAX_URL and web_url(name):
        return Named(id, name, "the address that is its name", revision)
    return Named(id)
