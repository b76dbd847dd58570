# SPDX-License-Identifier: Apache-2.0
"""What a trust file comes to: which signatures count, and as whose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from cryptography import x509
from cryptography.x509.verification import VerificationError

from openmodel.signing.bundle import Bundle
from openmodel.signing.keys import PublicKey
from openmodel.signing.keys.key import key_id_of
from openmodel.signing.recognition import FALSE, UNREADABLE_CERTIFICATE, holds
from openmodel.signing.signatory import Signatory
from openmodel.signing.trust import certificates, times
from openmodel.signing.trust.revocations import Revoked, revoked_from
from openmodel.signing.trust.times import Period, When

__all__ = ["Listed", "Named", "Trust"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A key in the trust file, or one that a listed key named as its successor."""

    name: str
    """Whose it is."""
    key: PublicKey
    valid: Period = (None, None)
    problem: str = ""
    """Why it does not count after all, safe to print; empty when it does."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a certificate may name."""

    name: str
    kind: Literal["email", "uri", "dns"]
    value: str
    issuer: str | None = None
    """Of Sigstore's certificates, the OpenID Connect issuer; None: the certificate leads to a root."""
    valid: Period = (None, None)
    root: str | None = None
    """The name of the root that alone may vouch for it; None: each may."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to trust. Nothing in it is from the release."""

    file: Path
    threshold: int
    algorithms: frozenset[str]
    """The kinds of keys that count."""
    keys: Mapping[str, Listed]
    """By key id."""
    roots: Mapping[x509.Certificate, frozenset[str]]
    """With their names in the trust file, of which one may have several, or none."""
    identities: Sequence[Named]
    authorities: Sequence[x509.Certificate]
    """Of timestamps."""
    minimum_sequence: Mapping[str, int]
    """By release name."""
    revoked: Sequence[Revoked]
    sigstore: Any = None
    """The verifier of Sigstore's library, if the trust file has a trusted root."""
    files: Sequence[Path] = ()
    """Those that the trust file names."""

    @property
    def names(self) -> frozenset[str]:
        """All identities."""
        return frozenset({row.name for row in self.keys.values()} | {row.name for row in self.identities})

    def recognise(self, bundle: Bundle) -> Signatory:
        """Whose signature this is, and why it does not count if it does not.

        The signature is checked before anything else in the bundle is believed. A key that is listed is trusted as
        that, whatever certificate comes with it.
        """
        key = certificates.leaf_key(bundle.certificates)
        key_id = key.key_id if key else bundle.hint
        if key_id in self.keys:
            return self._by_key(bundle, self.keys[key_id])
        if not bundle.certificates:
            named = "signed with a key that is not in the trust file" if bundle.hint else "names no key"
            return Signatory(_shown(key_id), named)
        if key is None:
            return Signatory("", UNREADABLE_CERTIFICATE)
        if not holds(bundle, key):
            return Signatory(key_id, FALSE, "certificate")
        if key.algorithm not in self.algorithms:
            return Signatory(key_id, _not_allowed(key), "certificate")
        return self._by_certificate(bundle, key)

    def _by_key(self, bundle: Bundle, listed: Listed) -> Signatory:
        key, file = listed.key, str(listed.key.file)
        found = Signatory(key.key_id, "", "key", listed.name, file)
        if not holds(bundle, key):
            return replace(found, problem=FALSE)
        if key.algorithm not in self.algorithms:
            return replace(found, problem=_not_allowed(key))
        if listed.problem:
            return replace(found, problem=listed.problem)
        time = self.time_of(bundle)
        found = replace(found, timestamp=time.at if time.dated else None)
        late = times.period(listed.valid, time)
        problem, until = revoked_from(self.revoked, time, key_ids=[key.key_id])
        return replace(found, problem=f"its key {late}" if late else problem, revoked_from=until)

    def _by_certificate(self, bundle: Bundle, key: PublicKey) -> Signatory:
        found = Signatory(key.key_id, "", "certificate")
        if _is_of_sigstore(bundle, self):
            from openmodel.signing.trust import sigstore  # noqa: PLC0415  # Its library is an extra.

            return sigstore.recognise(bundle, self, found)
        if not self.roots:
            return replace(found, problem="signed with a certificate, and the trust file has no roots")
        time = self.time_of(bundle)
        try:
            chain = certificates.verified(bundle.certificates, tuple(self.roots), time.at)
            named = certificates.names_in(chain[0])
        except (VerificationError, *certificates.UNREADABLE) as error:
            why = certificates.untrusted_because(error)
            return replace(found, problem=f"its certificate does not count: {why}{_undated(why, time)}")
        rows = [row for row in self.identities if row.issuer is None and (row.kind, row.value) in named]
        matching = [row for row in rows if row.root is None or row.root in self.roots[chain[-1]]]
        if rows and not matching:
            why = f"than {rows[0].root!r}, which alone vouches for {rows[0].name!r}"
            return replace(found, problem=f"its certificate leads to another root {why}")
        return self.as_identity(found, matching, chain, time)

    def as_identity(
        self, found: Signatory, rows: Sequence[Named], chain: Sequence[x509.Certificate], time: When
    ) -> Signatory:
        """The signatory with the one identity that its certificate names, if it counts at that time."""
        found = replace(found, timestamp=time.at if time.dated else None)
        names = sorted({row.name for row in rows})
        if len(names) != 1:
            several = f"its certificate names several identities of the trust file: {', '.join(names)}"
            return replace(found, problem=several if names else "its certificate names nobody in the trust file")
        found = replace(found, identity=names[0])
        late = [times.period(row.valid, time) for row in rows]
        if all(late):
            return replace(found, problem=f"its identity {late[0]}")
        ids = [found.key_id, *filter(None, map(_key_id, chain[1:]))]
        problem, until = revoked_from(self.revoked, time, key_ids=ids, certificates=chain)
        return replace(found, problem=problem, revoked_from=until)

    def time_of(self, bundle: Bundle) -> When:
        """When the signature was there: by a timestamp that is trusted, or else now."""
        return times.when(bundle, self.authorities, self._revoked_now)

    def _revoked_now(self, authorities: Sequence[x509.Certificate]) -> bool:
        """Whether one of these is revoked by now. Whoever stole its key dates as he likes, so no earlier time helps."""
        if not self.revoked:
            return False
        ids = [*filter(None, map(_key_id, authorities))]
        problem, _ = revoked_from(self.revoked, When(times.now(), dated=False), key_ids=ids, certificates=authorities)
        return bool(problem)


def _is_of_sigstore(bundle: Bundle, trust: Trust) -> bool:
    return bool(bundle.logged) and trust.sigstore is not None


def _key_id(certificate: x509.Certificate) -> str:
    """The id of the key in a certificate of an authority; it may be of a kind that nobody signs with here."""
    try:
        return key_id_of(certificate.public_key())  # type: ignore[arg-type]  # An RSA key has a PEM text, too.
    except certificates.UNREADABLE:
        return ""


def _shown(key_id: str) -> str:
    return key_id if len(key_id) == 64 and set(key_id) <= set("0123456789abcdef") else ""  # noqa: PLR2004


def _not_allowed(key: PublicKey) -> str:
    return f"its kind {key.algorithm} is not among the allowed algorithms"


def _undated(why: str, time: When) -> str:
    return "" if time.dated or "expired" not in why else f", and {time.undated('when it signed')}"
