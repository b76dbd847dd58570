# SPDX-License-Identifier: Apache-2.0
"""`openmodel sign`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import Directory, PassphraseEnv, PassphraseFd, passphrase_from
from openmodel.cli.ending import YES, verb
from openmodel.cli.progress import progress_bar

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]


@verb
def sign(
    directory: Directory = Path(),
    key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Private key, or the URI of one in a device; may be given again."),
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(
            metavar="TIME", formats=_TIMES, help="Until when it holds, UTC: 2027-06-30 or 2027-06-30T12:00:00Z."
        ),
    ] = None,
    certificate_chain: Annotated[
        Path | None, typer.Option(metavar="FILE", help="X.509 certificates in PEM, that of a given key first.")
    ] = None,
    passphrase_env: PassphraseEnv = None,
    passphrase_fd: PassphraseFd = None,
    force: Annotated[bool, typer.Option("--force", help="Replace signatures of an earlier state.")] = False,
    timestamp_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Ask this authority over the network to date the signatures (RFC 3161)."),
    ] = None,
    provenance: Annotated[
        bool, typer.Option("--provenance", help="Sign the provenance of the training (SLSA v1), too.")
    ] = False,
    sigstore: Annotated[
        bool,
        typer.Option(
            "--sigstore", help="Sign through Sigstore over the network; never tested against the live service."
        ),
    ] = False,
    identity_token: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --sigstore: token of an OpenID Connect issuer.")
    ] = None,
    sigstore_config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --sigstore: client trust config of another instance.")
    ] = None,
) -> int:
    """Sign the release: manifest, files and model card. Writes openmodel.sig, and model.sig if a key can."""
    until = expires.replace(tzinfo=UTC) if expires and expires.tzinfo is None else expires
    with progress_bar() as progress:
        signed = openmodel.sign(
            directory,
            keys=key or (),
            sigstore=_through(sigstore, identity_token, sigstore_config),
            passphrase=passphrase_from(passphrase_env, passphrase_fd),
            certificate_chain=certificate_chain,
            expires=until,
            force=force,
            timestamp_url=timestamp_url,
            provenance=provenance,
            progress=progress,
        )
    _tell(signed)
    return YES


def _tell(signed: openmodel.SignedRelease) -> None:
    from openmodel.rendering.untrusted import visible

    for key_id in signed.added:
        typer.echo(f"{visible(str(signed.file))} is signed by key {key_id}.")
    for key_id in signed.kept:
        typer.echo(f"{visible(str(signed.file))} was signed by key {key_id} before; nothing was changed.")
    if signed.identity:
        typer.echo(visible(f"{signed.file} is signed as {signed.identity}, whom {signed.issuer} knows."))
    for key_id in signed.provenance:
        typer.echo(f"The provenance of the training is signed by key {key_id}.")
    for key_id, time in signed.stamped.items():
        typer.echo(f"The signature by key {key_id} was dated {time.isoformat()}.")
    if signed.model_sig in {"written", "kept"}:
        done = "was written" if signed.model_sig == "written" else "was there before; nothing was changed"
        typer.echo(f"{visible(str(signed.file.with_name('model.sig')))} {done}.")
    for note in signed.notes:
        typer.echo(f"· {visible(note)}", err=True)


def _through(asked: bool, identity_token: Path | None, config: Path | None) -> openmodel.Sigstore | None:
    """The other options mean nothing alone, and nobody is to believe that they did."""
    if not asked and (identity_token or config):
        got = "--identity-token or --sigstore-config without --sigstore"
        raise openmodel.UsageError(openmodel.Problem("", got, "both", "Add --sigstore; it uses the network."))
    return openmodel.Sigstore(identity_token, config) if asked else None
