# SPDX-License-Identifier: Apache-2.0
"""Signing through an instance of Sigstore, over the network: as somebody whom an OpenID Connect issuer knows.

Tested with an instance on this machine, **never against the live service**. Needs the extra `sigstore`.

The instance's authority gives a certificate, for ten minutes, to a key that is made for it and thrown away; its log
takes up the signature, with the identity, for everybody to read and for ever. What comes back is verified by the
trusted root of the same instance before anything is written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509

from openmodel.errors import DocumentError, KeyFileError, NetworkError, OpenModelError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.manifest.loading import read_file
from openmodel.signing.bundle import decode
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.trust.certificates import names_in
from openmodel.signing.trust.sigstore import MAX_BYTES, require_library

__all__ = ["VARIABLE", "KeylessSigner", "Sigstore"]

VARIABLE = "SIGSTORE_IDENTITY_TOKEN"
"""Where a token is looked for when no file is named; the library's own program looks there, too."""

_ISSUER = x509.ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_MAX_TOKEN = 64 * 2**10
_VALID = "one of an OpenID Connect issuer that is valid now, for the audience `sigstore`"
_GET_ONE = (
    "Name a file with one (--identity-token FILE), which `sigstore get-identity-token` writes, or set the variable "
    f"{VARIABLE}. A job on GitHub needs the permission `id-token: write`."
)
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Sigstore:
    """How to sign through Sigstore. Tested with an instance on this machine, never against the live service."""

    identity_token: str | Path | None = None
    """File with a token of an OpenID Connect issuer, for the audience `sigstore`. None: the environment variable
    `SIGSTORE_IDENTITY_TOKEN`, or else what the CI system gives that this runs in."""
    config: str | Path | None = None
    """Client trust config of an instance, JSON. None: the public instance, which is asked for its own."""


class KeylessSigner:
    """Signs through one instance. Made before files are read, so that what is missing is told at once."""

    note = (
        "Signing through Sigstore was never tested against the live service: verify the release before you publish it."
    )
    identity = ""
    """Whom the certificate names, once there is one."""
    issuer = ""
    """Which OpenID Connect issuer knows them."""

    def __init__(self, chosen: Sigstore) -> None:
        """Looks at everything that is on this machine; a CI system is asked for its token.

        Raises:
            UsageError: the extra is not installed, or there is no token.
            KeyFileError: the token cannot be read, is none or has expired.
            DocumentError: the configuration cannot be read or is none.
        """
        require_library()
        self._chosen = chosen
        self._config = None if chosen.config is None else _config(Path(chosen.config))
        _token(chosen)

    def line(self, payload: bytes) -> bytes:
        """A bundle over a payload, in the bytes that it has, as a line without its line end.

        Args:
            payload: an in-toto statement.

        Raises:
            UsageError, KeyFileError: as above: the token is read again, because files may have taken longer than it
                lives.
            NetworkError: the instance cannot be reached, refuses, or gives what does not verify.
        """
        signer, config = self._session
        given = _asked(lambda: signer.sign_dsse(_statement(payload)).to_json())
        line, self.identity, self.issuer = _asked(lambda: _verified(given, payload, config.trusted_root))
        return line

    @cached_property
    def _session(self) -> tuple[Any, Any]:
        """The library's signer, with a certificate; and what it knows of the instance. The first use of the network."""
        from sigstore.models import ClientTrustConfig
        from sigstore.sign import SigningContext

        token = _token(self._chosen)
        config = self._config or _asked(ClientTrustConfig.production)

        def signer() -> Any:
            with SigningContext.from_trust_config(config).signer(token) as made:
                return made

        return _asked(signer), config


def _config(path: Path) -> Any:
    from sigstore.models import ClientTrustConfig

    content = read_file(path, MAX_BYTES)
    try:
        config = ClientTrustConfig.from_json(content.decode())
        _ = config.trusted_root, config.signing_config
    except Exception as error:
        got, fix = "a file that the library sigstore cannot read", "Get it from whoever runs the instance."
        raise DocumentError(Problem(shown(str(path)), got, "a client trust config of Sigstore", fix)) from error
    return config


def _token(chosen: Sigstore) -> Any:
    """The token, as far as the library looks at it. No message holds it."""
    from sigstore.oidc import IdentityToken, detect_credential

    place = "" if chosen.identity_token is None else shown(str(chosen.identity_token))
    try:
        if chosen.identity_token is not None:
            text = read_file(Path(chosen.identity_token), _MAX_TOKEN).decode("ascii", "replace")
        else:
            text = os.environ.get(VARIABLE) or detect_credential() or ""
        if text:
            return IdentityToken(text.strip())
    except DocumentError as error:
        raise KeyFileError(replace(error.problems[0], expected="a file with an identity token")) from error
    except Exception as error:  # noqa: BLE001  # Its own error, or what it makes of claims that it did not expect.
        why = (
            "that has expired, or is not valid yet"
            if _is_of_another_time(error)
            else f"that cannot be used ({shown(str(error), 200)})"
        )
        raise KeyFileError(Problem(place, f"an identity token {why}", _VALID, f"Get a new one. {_GET_ONE}")) from None
    raise UsageError(Problem(place, "no identity token", _VALID, _GET_ONE))


def _is_of_another_time(error: Exception) -> bool:
    return type(error.__cause__).__name__ == "ExpiredSignatureError" or "not within its validity" in str(error)


def _statement(payload: bytes) -> Any:
    """The statement with the very bytes that the others sign.

    The library keeps bytes as they are, too, but takes no digests except SHA-2 and SHA-3, while in-toto allows any.
    """
    from sigstore.dsse import Statement

    statement = Statement.__new__(Statement)
    statement._contents = payload
    return statement


def _verified(given: str, payload: bytes, trusted_root: Any) -> tuple[bytes, str, str]:
    """What the instance gave, once it holds by its own trusted root and is read here as it is there; and who signed,
    and which issuer knows them."""
    from sigstore.models import Bundle
    from sigstore.verify import Verifier
    from sigstore.verify.policy import Identity

    content = json.dumps(json.loads(given), sort_keys=True, separators=(",", ":")).encode()
    read = decode(content, "the answer of Sigstore")
    theirs = Bundle.from_json(content)
    identities = [value for _, value in names_in(theirs.signing_certificate)]
    if len(identities) != 1:
        raise ValueError("its certificate names nobody, or several, in a form that a trust file can")
    stated: Any = theirs.signing_certificate.extensions.get_extension_for_oid(_ISSUER).value
    issuer = stated.value.decode()
    verifier = Verifier(trusted_root=trusted_root)
    found = verifier.verify_dsse(theirs, Identity(identity=identities[0], issuer=issuer))
    if found != (IN_TOTO, payload) or (read.payload_type, read.payload) != found or not read.logged:
        raise ValueError("it signed something else")
    return content, identities[0], issuer


def _asked(call: Callable[[], _Answer]) -> _Answer:
    """What an instance answers. Whatever the library makes of no answer, or of another one, is one error here."""
    from sigstore.oidc import ExpiredIdentity

    try:
        return call()
    except OpenModelError:
        raise
    except ExpiredIdentity:
        fix = f"Get a new one. {_GET_ONE}"
        raise KeyFileError(Problem("", "an identity token that has expired", _VALID, fix)) from None
    except Exception as error:
        why = str(error) or str(error.__cause__ or "") or type(error).__name__
        got = f"an instance of Sigstore that gave nothing that can be used: {shown(why, 300)}"
        fix = "Check the network and the proxy and try again, or sign with a key."
        raise NetworkError(Problem("", got, "a certificate and a signature that it vouches for", fix)) from error
