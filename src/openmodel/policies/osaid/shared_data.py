# SPDX-License-Identifier: Apache-2.0
"""Whether anybody can get the data of a source now: from the release, or from a place that is not gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from openmodel.manifest.base import answered
from openmodel.manifest.source import Source
from openmodel.policies.availability.places import behind_a_gate, had, places
from openmodel.policies.availability.presence import held_by
from openmodel.policies.availability.stand_ins import lacks_bytes, only_stand_ins
from openmodel.policies.disclosure import Question, missing, short
from openmodel.policies.facts import Facts
from openmodel.policies.requirement import Claim, Doubt, Result


def can_be_had(facts: Facts, pointer: str, source: Source) -> Iterator[Result]:
    """A claim when the files of a source are in the release, or there is a place where it can be had.

    Files that are pointers of git LFS, or all empty, are not there. Where no file can be data, such as a licence or the
    weights, a person must judge, unless a place has it.
    """
    name, found, files = short(source.name), places(source.where), answered(source.files)
    paths = [file.path for file in files if file.path and facts.is_in_release(file.path)]
    is_here = bool(files) and len(paths) == len(files) and not lacks_bytes(facts, paths)
    if is_here and not only_stand_ins(facts, paths):
        yield from (Claim(f"{pointer}/files/{index}/path") for index in range(len(files)))
    elif is_here and not answered(found):
        message = f"No file of {name} can be its data, as a licence, a README, a page or weights are none."
        fix = "Name the files with the data, or add `where`."
        yield Doubt(f"{pointer}/files", message, fix, held_by(facts, f"{pointer}/files", paths))
    else:
        fix = "Add `where` with a working `url`, or put all its files into the release and name them under `files`."
        question = Question(f"{pointer}/where", f"where {name} can be had", fix, of=source.of)
        if lacks_bytes(facts, paths) and found == ():
            message = f"git LFS pointers or empty files were measured of {name}, and nothing says where it can be had"
            yield missing(facts, replace(question, where=f"{pointer}/files"), message)
            return
        yield from had(facts, question, source.where)
        yield from behind_a_gate(f"{pointer}/where", name, found)
