# SPDX-License-Identifier: Apache-2.0
"""`openmodel key`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import openmodel
from openmodel.cli.arguments import PassphraseEnv, PassphraseFd, passphrase_from
from openmodel.cli.ending import YES, verb

key = typer.Typer(help="Make keys, and see which is which.", no_args_is_help=True)


class Type(StrEnum):
    """What kind of key is made."""

    ecdsa_p256 = "ecdsa-p256"
    ecdsa_p384 = "ecdsa-p384"
    ecdsa_p521 = "ecdsa-p521"
    ed25519 = "ed25519"
    ml_dsa_65 = "ml-dsa-65"


@key.command()
@verb
def new(
    path: Annotated[Path, typer.Argument(help="The private key; the public one gets `.pub` appended.")],
    type: Annotated[Type, typer.Option(help="Kind of key.")] = Type.ecdsa_p256,
    encrypt: Annotated[bool, typer.Option("--encrypt", help="Encrypt the private key by a passphrase.")] = False,
    passphrase_env: PassphraseEnv = None,
    passphrase_fd: PassphraseFd = None,
) -> int:
    """Make a key pair. ECDSA P-256 is the kind that everything takes."""
    from openmodel.rendering.untrusted import visible
    from openmodel.signing.keys import ALGORITHMS

    asked = encrypt or passphrase_env is not None or passphrase_fd is not None
    passphrase = passphrase_from(passphrase_env, passphrase_fd, new=True) if asked else None
    made = openmodel.new_key(path, type=type.value, passphrase=passphrase)
    typer.echo(f"Private key: {visible(str(made.private))} (keep it secret, and out of the release)")
    typer.echo(f"Public key:  {visible(str(made.public))} (give it to those who verify)")
    typer.echo(f"Key id:      {made.key_id}")
    if limit := ALGORITHMS[made.algorithm].not_in_model_sig:
        typer.echo(f"· {limit}", err=True)
    return YES


@key.command(name="id")
@verb
def id_(
    path: Annotated[Path, typer.Argument(help="A public or a private key.")],
    passphrase_env: PassphraseEnv = None,
    passphrase_fd: PassphraseFd = None,
) -> int:
    """Print the id of a key, as `sign` and `verify` show it."""
    typer.echo(openmodel.public_key(path, passphrase_from(passphrase_env, passphrase_fd)).key_id)
    return YES


@key.command()
@verb
def rotate(
    old: Annotated[Path, typer.Argument(help="The private key that is replaced; it signs.")],
    new: Annotated[Path, typer.Argument(help="The public key that takes over.")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="What to write, for the trust files of others.")],
    passphrase_env: PassphraseEnv = None,
    passphrase_fd: PassphraseFd = None,
) -> int:
    """Let a key name its successor, for those who trust the old key and keep a trust file."""
    from openmodel.rendering.untrusted import visible

    made = openmodel.rotate_key(old, new, path, passphrase=passphrase_from(passphrase_env, passphrase_fd))
    typer.echo(f"{visible(str(made.file))}: key {made.old_key_id} names key {made.new_key_id} as its successor.")
    return YES
