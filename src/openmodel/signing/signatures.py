# SPDX-License-Identifier: Apache-2.0
"""Signing a release: `openmodel.sig`, and `model.sig` for the programs of OpenSSF Model Signing.

Everybody who signs a release signs the same payload bytes. So whoever signs second takes the payload of the first,
after it was compared with the release, and adds a line; the other lines stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from openmodel.errors import KeyFileError, OverwriteError, Problem, UsageError, next_command
from openmodel.inventory.contents import read_start
from openmodel.inventory.pool import Progress
from openmodel.inventory.writing import write_atomically
from openmodel.signing import provenance as slsa
from openmodel.signing import signature_file, statement
from openmodel.signing.adding import Added, Stamp, add_line, add_lines
from openmodel.signing.agreement import agree
from openmodel.signing.clock import time_of_issue
from openmodel.signing.keys import ALGORITHMS, Passphrase, PrivateKey, load_private_key
from openmodel.signing.keys.device import is_uri
from openmodel.signing.oms.writing import ModelIdentity, ModelKey, model_key, plan_model_sig, write_model_sig
from openmodel.signing.places import lies_in
from openmodel.signing.readiness import ReadyRelease, ready_release
from openmodel.signing.signature_file import Line
from openmodel.signing.statement import ReleaseStatement

if TYPE_CHECKING:
    from openmodel.signing.keyless import KeylessSigner, Sigstore

__all__ = ["SignedRelease", "sign"]


_MODEL_SIG: dict[str, Literal["written", "kept", "removed", "absent"]] = {
    "write": "written",
    "keep": "kept",
    "remove": "removed",
    "none": "absent",
}


@dataclass(frozen=True, slots=True)
class SignedRelease:
    """What `sign` did."""

    file: Path
    """`openmodel.sig`."""
    statement: ReleaseStatement
    """What was signed."""
    added: tuple[str, ...]
    """Ids of the keys that signed now."""
    kept: tuple[str, ...]
    """Ids of the given keys that had signed this before; nothing was changed for them."""
    model_sig: Literal["written", "kept", "removed", "absent"]
    """What became of `model.sig`: `kept` is one on the same files, `absent` that there is none. The notes say why."""
    notes: tuple[str, ...]
    """What else the user should know, a sentence each."""
    provenance: tuple[str, ...] = ()
    """Ids of the keys that signed the provenance of the training now."""
    stamped: dict[str, datetime] = field(default_factory=dict)
    """Ids of the keys whose signatures on the release an authority dated now, and when, UTC. Nobody looked whether the
    authority is to be believed."""
    identity: str = ""
    """Whom the certificate of Sigstore names; empty when nothing was signed through it."""
    issuer: str = ""
    """Which OpenID Connect issuer knows them."""


def sign(
    directory: str | Path,
    *,
    keys: Sequence[str | Path] = (),
    sigstore: Sigstore | None = None,
    passphrase: Passphrase | None = None,
    certificate_chain: str | Path | None = None,
    expires: datetime | None = None,
    force: bool = False,
    timestamp_url: str | None = None,
    provenance: bool = False,
    progress: Progress | None = None,
) -> SignedRelease:
    """Signs a release that is built, after comparing all its bytes with the manifest.

    Where the declaration is there, the manifest has to be byte for byte what `build` writes now. Where it is not, the
    files have to be those of the manifest, and nobody can tell what else in the manifest was edited.

    Args:
        directory: the release.
        keys: files of private keys, of any kinds, or URIs of keys in devices; each adds a line.
        sigstore: sign through an instance of Sigstore as well, or alone, over the network; each time adds a line.
        passphrase: of the keys that are encrypted, or what to call with the path of each for it.
        certificate_chain: a file of X.509 certificates in PEM, that of one of the keys first: the line of this key and
            `model.sig` then have them, for those who trust who issued them. Without it, the first key that can signs
            `model.sig`.
        expires: when the signed statement ends to hold; with a time zone, rounded down to a second.
        force: replace an `openmodel.sig` or `model.sig` that cannot be read or is about other bytes, and a `model.sig`
            by another key. Lines with statements of other kinds stay, but for provenance of other bytes. Where no key
            can sign `model.sig`, one that is about other bytes is removed.
        timestamp_url: a timestamp authority (RFC 3161) that is asked, over the network, to date each signature.
        provenance: sign the provenance of the training (SLSA v1) as well, in lines of its own.
        progress: is told how many bytes of files were read, and of how many.

    Raises:
        UsageError: no key, no such directory or address, no passphrase or token where it should be, no extra, or a time
            that is in the past or without a time zone.
        KeyFileError: a key, token or chain cannot be read or used, the chain is of no given key, or a key lies in the
            release.
        StageError: the manifest is missing or not what `build` writes, the card is of another manifest, or a file holds
            a private key; or a third party describes the release, who cannot vouch for its training.
        DocumentError: the declaration or the manifest cannot be read, or, without `force`, `openmodel.sig`.
        InventoryError: something in the directory cannot be read or written.
        NetworkError: the authority gave no timestamp, or Sigstore no signature. Nothing was written.
        OverwriteError: one of the files is about other bytes, and `force` is false; or it changed meanwhile. Nothing
            was written, or, when `openmodel.sig` changed at the last moment, only `model.sig`.
    """
    signers = _signers(keys, passphrase, Path(directory), others=sigstore is not None)
    keyless, stamp = _keyless(sigstore, Path(directory)), _stamp(timestamp_url, signers)
    chains = _chains(certificate_chain, signers)
    issued = time_of_issue()
    until = _until(expires, issued)
    ready = ready_release(directory, progress)  # Reads every byte, so others may sign meanwhile.
    payload = slsa.encode(ready.built, ready.release_root) if provenance else None
    claim, by = _claim(ready, issued, until), _By(signers, chains, stamp, keyless)
    return _sign(Path(directory), ready, claim, payload, by, force=force)


@dataclass(frozen=True, slots=True)
class _By:
    """Who signs, and how."""

    keys: dict[str, PrivateKey]
    chains: dict[str, tuple[bytes, ...]]
    stamp: Stamp | None
    keyless: KeylessSigner | None

    @property
    def model_signer(self) -> ModelKey | ModelIdentity | None:
        """What signs `model.sig`."""
        key = model_key(tuple(self.keys.values()), self.chains)
        return key or (ModelIdentity(self.keyless.line) if self.keyless else None)

    def added(self, lines: tuple[Line, ...], payload: bytes) -> Added:
        """The lines of keys; those of Sigstore come last, because they stay in a log for ever."""
        return add_lines(lines, payload, self.keys, self.stamp, self.chains)

    def added_through(self, lines: tuple[Line, ...], *payloads: bytes | None) -> tuple[Line, ...]:
        """Lines of Sigstore, if it was asked for."""
        if self.keyless:
            for payload in filter(None, payloads):
                lines = add_line(lines, self.keyless.line(payload))
        return lines


def _sign(
    directory: Path, ready: ReadyRelease, claim: ReleaseStatement, provenance: bytes | None, by: _By, *, force: bool
) -> SignedRelease:
    """Everything that is written, once all of it is known."""
    content, file, own = _signatures(ready.root), directory / signature_file.NAME, tuple(by.keys.values())
    agreement = agree(file, content or b"", claim, force=force)
    plan = plan_model_sig(directory, ready, by.model_signer, own, force=force)
    kept = slsa.without_earlier(agreement.lines, ready.built.sha256) if force else agreement.lines
    release = by.added(kept, agreement.payload)
    training = by.added(release.lines, provenance) if provenance else Added(release.lines, ())
    lines = by.added_through(training.lines, agreement.payload, provenance)
    written = signature_file.join_lines(line.content for line in lines)
    signature_file.require_bounds(written)  # Never write more than is read again.
    write_model_sig(directory, ready.root, plan)  # First: if this is all that is done, nothing verifies.
    if lines != agreement.lines or agreement.dropped:
        _replace(file, ready.root, content, written)
    return SignedRelease(
        file=file,
        statement=agreement.statement,
        added=release.signed,
        kept=tuple(key_id for key_id in by.keys if key_id not in release.signed),
        model_sig=_MODEL_SIG[plan.action],
        notes=(*_notes(ready.not_covered, plan.note, own), *([by.keyless.note] if by.keyless else [])),
        provenance=training.signed,
        stamped=release.stamped,
        identity=by.keyless.identity if by.keyless else "",
        issuer=by.keyless.issuer if by.keyless else "",
    )


def _claim(ready: ReadyRelease, issued: datetime, expires: datetime | None) -> ReleaseStatement:
    release = ready.built.manifest.release
    return ReleaseStatement(
        manifest_sha256=ready.built.sha256,
        release_root=ready.release_root,
        readme_sha256=ready.readme_sha256,
        name=release.name,
        version=release.version,
        sequence=release.sequence,
        issued=issued,
        expires=expires,
    )


def _stamp(url: str | None, signers: dict[str, PrivateKey]) -> Stamp | None:
    """What dates a signature. That it can be asked at all is checked before every byte of the release is read."""
    if url is None:
        return None
    if not signers:
        got = "an address of a timestamp authority and no key"
        raise UsageError(Problem("", got, "a key whose signature it dates", "Leave it out: Sigstore dates its own."))
    from openmodel.signing.timestamps import authority  # noqa: PLC0415  # No network unless asked.

    authority.require_url(url)
    return lambda signature: authority.ask(url, signature)


def _keyless(chosen: Sigstore | None, directory: Path) -> KeylessSigner | None:
    """Likewise."""
    if chosen is None:
        return None
    from openmodel.signing.keyless import KeylessSigner  # noqa: PLC0415  # No network unless asked.

    if chosen.identity_token is not None:
        _require_outside(chosen.identity_token, "an identity token", directory)
    return KeylessSigner(chosen)


def _signatures(root: Path) -> bytes | None:
    """The file as far as it is read; with one byte too many when it is longer, so that `read_lines` refuses it."""
    return read_start(root, signature_file.NAME, signature_file.MAX_BYTES + 1)


def _replace(file: Path, root: Path, content: bytes | None, written: bytes) -> None:
    """Writes the file if it is still what the decision was about, so that nobody's signature is lost."""
    if _signatures(root) != content:
        raise OverwriteError(
            Problem(str(file), "a file that changed meanwhile", "that only one signs at a time", "Sign again.")
        )
    write_atomically(file, written, overwrite=content is not None)


def _signers(
    files: Sequence[str | Path], passphrase: Passphrase | None, directory: Path, *, others: bool
) -> dict[str, PrivateKey]:
    if not files and not others:
        raise UsageError(Problem("", "no key", "at least one private key", next_command("key new", "PATH")))
    for file in files:
        _require_outside(file, "a private key", directory)
    keys = [load_private_key(file, passphrase) for file in files]
    return {key.public.key_id: key for key in keys}


def _require_outside(file: str | Path, what: str, directory: Path) -> None:
    """Releases are published, and secrets are not."""
    if not is_uri(file) and lies_in(directory, file):
        raise KeyFileError(
            Problem(
                str(file),
                f"{what} inside the release {directory}",
                "a key outside every release, because releases are published",
                "Move it away; if the release was ever published, make a new key.",
            )
        )


def _until(expires: datetime | None, issued: datetime) -> datetime | None:
    if expires is None:
        return None
    if expires.tzinfo is None:
        raise UsageError(Problem("", f"the time {expires} without a time zone", "a time with one", "Add a Z for UTC."))
    try:
        until = expires.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise UsageError(Problem("", f"the time {expires}", "a time before the year 10000", "Name one.")) from None
    if until <= issued:
        raise UsageError(
            Problem(
                "",
                f"a signature that expires at {statement.time_text(until)}",
                f"a time after {statement.time_text(issued)}, when it is issued",
                "Choose a later time.",
            )
        )
    return until


def _chains(path: str | Path | None, signers: dict[str, PrivateKey]) -> dict[str, tuple[bytes, ...]]:
    """The certificates, by the id of the key that they are for."""
    if path is None:
        return {}
    from openmodel.signing.trust.certificates import load_chain  # noqa: PLC0415  # Most have none.

    key, chain = load_chain(path)
    if key.key_id not in signers:
        got, fix = f"a certificate of the key {key.key_id}", "Name the private key of the certificate with --key."
        raise KeyFileError(Problem(str(path), got, "that of one of the given keys", fix))
    return {key.key_id: chain}


def _notes(not_covered: Sequence[str], model_sig: str, signers: Sequence[PrivateKey]) -> tuple[str, ...]:
    others = [name for name in not_covered if name != "model.sig"]
    limits = dict.fromkeys(ALGORITHMS[key.algorithm].not_in_model_sig for key in signers)
    notes = [model_sig, *(limit for limit in limits if limit not in model_sig)]
    return (*filter(None, notes), *([f"Not covered by the signatures: {', '.join(others)}."] if others else []))
