# SPDX-License-Identifier: Apache-2.0
"""Who signed: the lines of `openmodel.sig` against given keys. Steps 3 and 4 of `verification`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openmodel.errors import DocumentError
from openmodel.signing.bundle import Bundle
from openmodel.signing.causes import why
from openmodel.signing.dsse import pae
from openmodel.signing.keys import PublicKey
from openmodel.signing.results import Signer
from openmodel.signing.signatory import Signatory
from openmodel.signing.signature_file import Line
from openmodel.signing.statement import ReleaseStatement, kind_of, read, time_text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from openmodel.signing.timestamps import Dated
    from openmodel.signing.trust import Trust

__all__ = ["FALSE", "NAMES_NO_KEY", "UNREADABLE_CERTIFICATE", "Signed", "check_lines", "holds", "recognise"]

FALSE = "the signature is not one of this key on this payload"
NAMES_NO_KEY = "names no key, which is all that is checked"
OTHER_CERTIFICATE = "signed with a certificate whose key was not given; with a trust file, whom it names can count"
UNREADABLE_CERTIFICATE = "its certificate cannot be read, or its key is not ECDSA on P-256, P-384 or P-521"

_OTHER_KIND = "a statement of another kind"
_KEY_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What the lines of a file of signatures come to."""

    signers: tuple[Signer, ...]
    """One a line."""
    payloads: frozenset[bytes]
    """The distinct payloads that given keys signed and that are not of another kind."""
    statement: ReleaseStatement | None
    """What the last of them says."""
    malformed: str
    """Why one of them is no release statement, although it is not of another kind; empty when all are."""

    @property
    def identities(self) -> tuple[str, ...]:
        """Who signed the release, each once."""
        return tuple(sorted({signer.identity for signer in self.signers if signer.trusted}))


def holds(bundle: Bundle, key: PublicKey) -> bool:
    """Whether the key signed the payload of the bundle."""
    return key.verifies(bundle.signature, pae(bundle.payload_type, bundle.payload))


def check_lines(
    lines: Iterable[Line],
    trusted: Mapping[str, PublicKey],
    trust: Trust | None = None,
    timestamp_roots: Sequence[Certificate] = (),
) -> Signed:
    """Checks each line, first its signature, then its timestamp, and only if these hold what was signed.

    Args:
        lines: of `openmodel.sig`.
        trusted: the given keys by id.
        trust: in place of them, what a trust file says.
        timestamp_roots: of timestamp authorities; if there are some, signatures without a timestamp of one of them do
            not count.
    """
    signers, payloads = [], set()
    statement, malformed = None, ""
    others: dict[int, Bundle] = {}
    for line in lines:
        bundle = line.bundle
        if bundle is None:
            signers.append(Signer(line.number, "", "", trusted=False, problem=line.problem))
            continue
        by = trust.recognise(bundle) if trust else recognise(bundle, trusted)
        problem = by.problem
        dated = _dated(bundle, timestamp_roots) if timestamp_roots and not problem else None
        problem = problem or (dated.problem if dated else "")
        if not problem:
            try:
                said = read(bundle.payload_type, bundle.payload, line.file)
                if said is None:
                    problem, others[line.number] = _OTHER_KIND, bundle
            except DocumentError as error:
                said, problem = None, why(error)
                malformed = malformed or problem
                payloads.add(bundle.payload)
            if said and by.revoked_from and said.issued >= by.revoked_from:
                said, problem = None, f"it was issued after {time_text(by.revoked_from)}, from when on it is revoked"
            if said:
                statement = said
                payloads.add(bundle.payload)
        time = None if problem else dated.time if dated else by.timestamp
        signers.append(Signer(line.number, by.key_id, by.key_file, not problem, problem, by.identity, by.how, time))
    release = statement if len(payloads) == 1 else None
    return Signed(_of_one_owner(_named(signers, others, release)), frozenset(payloads), statement, malformed)


def _named(signers: Iterable[Signer], others: Mapping[int, Bundle], said: ReleaseStatement | None) -> Iterator[Signer]:
    """The signers again, with what it is that those signed who signed something else."""
    for signer in signers:
        if signer.line in others:
            yield replace(signer, problem=f"{kind_of(others[signer.line], said)}, which does not count")
        else:
            yield signer


def _dated(bundle: Bundle, roots: Sequence[Certificate]) -> Dated:
    from openmodel.signing.timestamps import timestamp_of  # noqa: PLC0415  # Most have no use for certificates.

    return timestamp_of(bundle, roots)


def recognise(bundle: Bundle, trusted: Mapping[str, PublicKey]) -> Signatory:
    """The signatory when keys are given by themselves.

    A certificate only says which key it is then: whoever names the key need not believe who issued it, nor until when.
    """
    key_id = bundle.hint if _KEY_ID.fullmatch(bundle.hint) else ""
    if bundle.certificates:
        from openmodel.signing.trust.certificates import leaf_key  # noqa: PLC0415  # Most lines have none.

        leaf = leaf_key(bundle.certificates)
        key_id = leaf.key_id if leaf else ""
    key = trusted.get(key_id)
    if key is None:
        certified = OTHER_CERTIFICATE if key_id else UNREADABLE_CERTIFICATE
        named = "signed with a key that was not given" if bundle.hint else NAMES_NO_KEY
        return Signatory(key_id, certified if bundle.certificates else named)
    problem = "" if holds(bundle, key) else FALSE
    return Signatory(key_id, problem, "key", f"key {key_id}", str(key.file))


def _of_one_owner(signers: Iterable[Signer]) -> tuple[Signer, ...]:
    """The signers again; a key that certificates give to several identities counts for none of them.

    Whoever gets a certificate for somebody else's key could take that one's signature for a second of his own.
    """
    signers = list(signers)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for signer in signers:
        if signer.trusted:
            owners[signer.key_id].add(signer.identity)
    return tuple(
        replace(signer, trusted=False, problem="certificates give its key to several identities")
        if signer.trusted and len(owners[signer.key_id]) > 1
        else signer
        for signer in signers
    )
