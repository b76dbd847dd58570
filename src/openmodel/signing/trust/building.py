# SPDX-License-Identifier: Apache-2.0
"""From a trust file to what it comes to: keys and certificates are read, and what contradicts itself is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from openmodel.errors import DocumentError, OpenModelError, Problem
from openmodel.manifest.loading import read_file
from openmodel.manifest.text import Text
from openmodel.signing.keys import ALGORITHMS, PublicKey, load_public_key
from openmodel.signing.keys.armour import MAX_BYTES as MAX_PEM
from openmodel.signing.keys.reading import public_key_in
from openmodel.signing.recognition import FALSE, holds
from openmodel.signing.trust import certificates, document, rotations, times
from openmodel.signing.trust.policy import Listed, Named, Trust
from openmodel.signing.trust.revocations import Revoked, issuer_parts, revoked_from, serial_number
from openmodel.signing.trust.times import Period

__all__ = ["load_trust"]

_EITHER = "either `file` or `pem`"


def load_trust(path: str | Path) -> Trust:
    """Reads a trust file and all files that it names.

    Raises:
        DocumentError: one of them cannot be read, or the trust file contradicts itself or could never be met. Lists
            all problems with their places.
        KeyFileError: a key cannot be read or used.
    """
    file = Path(path)
    text, written = document.read(file)
    return _Building(file, text, written).trust()


@dataclass(slots=True)
class _Building:
    file: Path
    text: Text
    written: document.TrustFile
    problems: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def trust(self) -> Trust:
        written = self.written
        made = Trust(
            file=self.file,
            threshold=written.threshold,
            algorithms=frozenset(written.algorithms or ALGORITHMS),
            keys=self._keys(),
            roots=self._roots(),
            identities=tuple(self._identities()),
            authorities=self._authorities(),
            minimum_sequence=written.minimum_sequence,
            revoked=tuple(self._revocations()),
            sigstore=self._sigstore(),
        )
        self._require_sense(made)
        if self.problems:
            raise DocumentError(self.problems)
        return self._with_successors(made)

    def _complain(self, pointer: str, got: str, expected: str, fix: str) -> None:
        self.problems.append(self.text.problem(pointer, got=got, expected=expected, fix=fix))

    def _beside(self, path: str) -> Path:
        self.files.append(self.file.parent / path)
        return self.files[-1]

    def _time(self, text: str | None, pointer: str) -> datetime | None:
        time, problems = times.moment(text, self.text, pointer) if text else (None, [])
        self.problems += problems
        return time

    def _period(self, row: document.TrustedKey | document.TrustedIdentity, pointer: str) -> Period:
        start = self._time(row.valid_from, f"{pointer}/valid_from")
        end = self._time(row.valid_until, f"{pointer}/valid_until")
        if start and end and end <= start:
            fix = "Correct one of the two."
            self._complain(f"{pointer}/valid_until", repr(row.valid_until), "a time after `valid_from`", fix)
        return start, end

    def _keys(self) -> dict[str, Listed]:
        found: dict[str, Listed] = {}
        for number, row in enumerate(self.written.keys):
            pointer = f"/keys/{number}"
            key = self._key(row, pointer)
            valid = self._period(row, pointer)
            if key is None:
                continue
            if row.id and row.id != key.key_id:
                fix = "Find out which is right, from somebody whom you trust."
                self._complain(f"{pointer}/id", row.id, f"the id of the key, {key.key_id}", fix)
            if key.key_id in found:
                other = found[key.key_id].name
                self._complain(pointer, f"a key that {other!r} has already", "each key once", "Delete one of the two.")
            found[key.key_id] = Listed(row.name, key, valid)
        return found

    def _key(self, row: document.TrustedKey, pointer: str) -> PublicKey | None:
        if (row.file is None) == (row.pem is None):
            self._complain(pointer, "both, or none of them", _EITHER, "Keep one of the two.")
            return None
        try:
            if row.pem is not None:
                return public_key_in(row.pem.encode(), self.file)
            return load_public_key(self._beside(row.file or ""))
        except OpenModelError as error:
            self.problems += [self._at(pointer, problem) for problem in error.problems]
            return None

    def _at(self, pointer: str, problem: Problem) -> Problem:
        """A problem with something that the trust file names, at the place where it does."""
        named = "" if problem.file == str(self.file) else f"{problem.file}: "
        return self.text.problem(pointer, got=f"{named}{problem.got}", expected=problem.expected, fix=problem.fix)

    def _roots(self) -> dict[x509.Certificate, frozenset[str]]:
        found: dict[x509.Certificate, frozenset[str]] = {}
        for number, row in enumerate(self.written.roots):
            for one in self._certificates(f"/roots/{number}", row, authorities=True):
                found[one] = found.get(one, frozenset()) | ({row.name} if row.name else set())
        return found

    def _authorities(self) -> tuple[x509.Certificate, ...]:
        found = {
            one: None
            for number, row in enumerate(self.written.timestamp_authorities)
            for one in self._certificates(f"/timestamp_authorities/{number}", row, authorities=False)
        }
        return tuple(found)

    def _certificates(self, pointer: str, row: document.Pem, *, authorities: bool) -> tuple[x509.Certificate, ...]:
        if (row.file is None) == (row.pem is None):
            self._complain(pointer, "both, or none of them", _EITHER, "Keep one of the two.")
            return ()
        try:
            content = row.pem.encode() if row.pem else read_file(self._beside(row.file or ""), MAX_PEM)
            if len(content) > MAX_PEM:
                raise ValueError(f"more than {MAX_PEM:,} bytes")
            return certificates.roots_in(content, authorities=authorities)
        except OpenModelError as error:
            self.problems += [self._at(pointer, problem) for problem in error.problems]
        except ValueError as error:
            expected = "certificates of authorities in PEM"
            self._complain(pointer, str(error), expected, "Get the certificate of the authority itself.")
        return ()

    def _identities(self) -> Iterator[Named]:
        for number, row in enumerate(self.written.identities):
            pointer = f"/identities/{number}"
            valid = self._period(row, pointer)
            kinds: tuple[tuple[Literal["email", "uri", "dns"], str | None], ...] = (
                ("email", row.email),
                ("uri", row.uri),
                ("dns", row.dns),
            )
            given = [(kind, value) for kind, value in kinds if value is not None]
            if len(given) != 1:
                fix = "Make an entry of its own for each; they may have the same `name`."
                self._complain(pointer, f"{len(given)} of them", "one of `email`, `uri` and `dns`", fix)
            for kind, value in given:
                yield Named(row.name, kind, value, row.issuer, valid, row.root)

    def _sigstore(self) -> object:
        if self.written.sigstore is None:
            return None
        from openmodel.signing.trust.sigstore import verifier_of  # noqa: PLC0415  # Its library is an extra.

        return verifier_of(self._beside(self.written.sigstore.trusted_root))

    def _revocations(self) -> Iterator[Revoked]:
        for number, row in enumerate(self.written.revocations):
            pointer = f"/revocations/{number}"
            effective, reason = self._time(row.effective, f"{pointer}/effective"), row.reason or ""
            if [row.key, row.certificate, row.fingerprint].count(None) != 2:  # noqa: PLR2004
                expected = "one of `key`, `certificate` and `fingerprint`"
                self._complain(pointer, "none or several of them", expected, "Make an entry of its own for each.")
            elif not effective:
                continue
            elif row.certificate:
                yield from self._revoked_certificate(row.certificate, effective, reason, pointer)
            elif named := row.key or row.fingerprint:
                yield Revoked("key" if row.key else "fingerprint", named, effective, reason)

    def _revoked_certificate(
        self, named: document.CertificateName, effective: datetime, reason: str, pointer: str
    ) -> Iterator[Revoked]:
        try:
            issuer = issuer_parts(named.issuer)
        except ValueError:
            fix = "Write what `openssl x509 -noout -issuer -nameopt RFC2253 -in FILE` prints after `issuer=`."
            expected = "an issuer such as CN=Example CA,O=Example"
            self._complain(f"{pointer}/certificate/issuer", repr(named.issuer), expected, fix)
            return
        yield Revoked("certificate", named.issuer, effective, reason, issuer, serial_number(named.serial))

    def _require_sense(self, made: Trust) -> None:
        """Refuses what nobody can have meant: it would trust nobody, or one person twice."""
        written = self.written
        if not written.keys and not written.identities:
            self._complain("", "no `keys` and no `identities`", "at least one of them", "Say whom you trust.")
        self._require_vouchers(written)
        owners: dict[tuple[str, str, str | None], str] = {}
        for number, named in enumerate(made.identities):
            owner = owners.setdefault((named.kind, named.value, named.issuer), named.name)
            if owner != named.name:
                fix = "Delete one of the two, or give both the same name."
                self._complain(f"/identities/{number}", f"what is {owner!r} already", "one name for it", fix)
        alike: dict[str, str] = {}
        for name in sorted(made.names):
            if other := alike.get(_folded(name)):
                fix = "Write it in one way, if it is one person; otherwise tell them apart."
                self._complain("", f"the names {other!r} and {name!r}", "names that differ in more than that", fix)
            alike[_folded(name)] = name
        if not self.problems and written.threshold > len(made.names):
            found = f"{written.threshold}, and {len(made.names)} distinct names"
            self._complain("/threshold", found, "at most as many as there are names", "Lower it, or name more people.")

    def _require_vouchers(self, written: document.TrustFile) -> None:
        """Refuses identities that nobody vouches for, and those who vouch for nobody."""
        for number, row in enumerate(written.identities):
            if row.issuer is None and not written.roots:
                fix = "Name the certificate of the authority under `roots`."
                self._complain(f"/identities/{number}", "an identity, and no `roots`", "who may vouch for it", fix)
            if row.issuer is not None and row.dns is not None:
                fix = "Name the `email` or the `uri` that Sigstore puts into certificates."
                self._complain(f"/identities/{number}/dns", "`dns` with `issuer`", "`email` or `uri`", fix)
            if row.issuer is not None and not written.sigstore:
                fix = "Name the trusted root under `sigstore`."
                self._complain(f"/identities/{number}/issuer", "no `sigstore`", "what to check it with", fix)
            if row.root is not None and (row.issuer or row.root not in {root.name for root in written.roots}):
                fix = "Give that name to the entry under `roots` that is meant; with an `issuer`, leave `root` out."
                self._complain(f"/identities/{number}/root", repr(row.root), "the `name` of one of `roots`", fix)
        if written.sigstore and not any(row.issuer for row in written.identities):
            fix = "Name under `identities` whom its certificates have to be of, with their `issuer`."
            self._complain("/sigstore", "Sigstore, and nobody whom it vouches for", "at least one identity", fix)
        if written.roots and not any(row.issuer is None for row in written.identities):
            fix = "Name under `identities` whom its certificates have to be of."
            self._complain("/roots", "roots, and nobody whom they vouch for", "at least one identity", fix)

    def _with_successors(self, made: Trust) -> Trust:
        """The keys that listed keys named as their successors, under the same names."""
        waiting = [rotations.read(self._beside(path)) for path in self.written.rotations]
        keys = dict(made.keys)
        while ready := [one for one in waiting if one.bundle.hint in keys]:
            for one in ready:
                waiting.remove(one)
                old = keys[one.bundle.hint]
                heir = Listed(old.name, replace(one.new, file=self.file), problem=_of_rotation(made, old, one))
                there = keys.get(heir.key.key_id)
                if there and there.name != old.name:
                    got = f"a successor to a key of {old.name!r} that is a key of {there.name!r}"
                    fix = "Delete one of the two."
                    raise DocumentError(self.text.problem("/rotations", got=got, expected="a key of one name", fix=fix))
                if there is None or (there.problem and not heir.problem):
                    keys[heir.key.key_id] = heir
        if waiting:
            got = f"a statement by the key {waiting[0].bundle.hint[:64]!r}, which is not listed"
            fix = "List that key, or delete the entry."
            raise DocumentError(self.text.problem("/rotations", got=got, expected="one by a key under `keys`", fix=fix))
        return replace(made, keys=keys, files=tuple(self.files))


def _of_rotation(trust: Trust, old: Listed, rotation: rotations.Rotation) -> str:
    """Why the successor of a key does not count; empty when it does."""
    time = trust.time_of(rotation.bundle)
    problem, until = revoked_from(trust.revoked, time, key_ids=[old.key.key_id])
    if not holds(rotation.bundle, old.key):
        problem = FALSE
    elif old.problem or old.key.algorithm not in trust.algorithms:
        problem = old.problem or f"the old key is of the kind {old.key.algorithm}, which is not allowed"
    elif late := times.period(old.valid, time):
        problem = f"the old key {late}"
    elif until and rotation.issued >= until:
        problem = problem or "it was issued after the old key was revoked"
    return f"the statement that names it as a successor does not count: {problem}" if problem else ""


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
