# SPDX-License-Identifier: Apache-2.0
"""A private key in a device that signs and never gives it away (PKCS#11), named by a URI. Needs the extra `pkcs11`.

Source: RFC 7512: `pkcs11:token=NAME;object=NAME?module-path=FILE`, the file being the library of whoever made the
device. Only ECDSA keys are used, with a public key of the same name beside them. The PIN comes from where a passphrase
does, and is asked for once, because a device locks itself after a few wrong ones.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from openmodel.errors import KeyFileError, Problem, UsageError
from openmodel.inventory.naming import shown
from openmodel.signing.keys.algorithms import algorithm_of
from openmodel.signing.keys.armour import refused
from openmodel.signing.keys.key import PrivateKey, private_key_of
from openmodel.signing.keys.passphrases import Passphrase, passphrase_for

__all__ = ["DeviceKey", "is_uri", "load"]

_SCHEME = "pkcs11:"
_FORM = "pkcs11:token=NAME;object=NAME?module-path=FILE"
_PIN = re.compile("(?<=pin-value=)[^&;?]*")  # Messages end up in logs.
_CHECK = (
    "Check the name of the token, that of the key and the PIN; `p11tool --list-all` and `pkcs11-tool -O` list them."
)


class DeviceKey:
    """A key that stays where it is. `PrivateKey` holds it like one in memory."""

    def __init__(self, uri: str, private: Any, public: ec.EllipticCurvePublicKey, digest: hashes.HashAlgorithm) -> None:
        """Keeps what `load` found."""
        self._uri, self._private, self._public, self._digest = uri, private, public, digest

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""
        return self._public

    def sign(self, message: bytes, /) -> bytes:
        """ECDSA-Sig-Value in DER.

        Raises:
            KeyFileError: the device does not sign, or with another key.
        """
        from pkcs11 import Mechanism, PKCS11Error

        hashing = hashes.Hash(self._digest)
        hashing.update(message)
        try:
            raw: bytes = self._private.sign(hashing.finalize(), mechanism=Mechanism.ECDSA)
        except PKCS11Error as error:
            raise _failed(self._uri, error) from error
        half = len(raw) // 2
        signature = encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))
        try:
            self._public.verify(signature, message, ec.ECDSA(self._digest))
        except InvalidSignature as error:
            raise _failed(self._uri, ValueError("the public key of that name is of another key")) from error
        return signature


def is_uri(path: str | Path) -> bool:
    """Whether this names a key in a device."""
    return str(path).startswith(_SCHEME)


def load(uri: str, passphrase: Passphrase | None) -> PrivateKey:
    """Finds a key, after the PIN was given.

    Raises:
        UsageError: the extra is not installed, or the source of the PIN gives none.
        KeyFileError: it is no such URI, there is no such device or key, the PIN is wrong, or the key is of another
            kind.
    """
    try:
        import pkcs11
        from pkcs11.util.ec import encode_ec_public_key
    except ImportError as error:
        fix = "Install it: pip install 'openmodel-provenance[pkcs11]'."
        raise UsageError(Problem("", "that the library pkcs11 is not installed", "the extra `pkcs11`", fix)) from error
    named = _parts(uri)
    pin = passphrase_for(Path(uri), passphrase).decode("utf-8", "replace")
    kind, label = pkcs11.KeyType.EC, named["object"]
    try:
        session = _session(pkcs11.lib(named["module-path"]).get_token(token_label=named["token"]), pin)
        private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, key_type=kind, label=label)
        beside = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, key_type=kind, label=label)
        public = load_der_public_key(encode_ec_public_key(beside))
    except (pkcs11.PKCS11Error, UnsupportedAlgorithm, ValueError) as error:  # UnsupportedAlgorithm: a rare curve.
        raise _failed(uri, error) from error
    algorithm = algorithm_of(public)
    if not isinstance(public, ec.EllipticCurvePublicKey) or algorithm is None or algorithm.hash is None:
        raise refused(
            uri, "a key of another kind", "an ECDSA key on the curve P-256, P-384 or P-521", "Name such a key."
        )
    return private_key_of(Path(uri), DeviceKey(uri, private, public, algorithm.hash))


def _session(token: Any, pin: str) -> Any:
    from pkcs11.exceptions import UserAlreadyLoggedIn

    try:
        return token.open(user_pin=pin)
    except UserAlreadyLoggedIn:  # With another key of the same device.
        return token.open()


def _parts(uri: str) -> dict[str, str]:
    """The attributes, all of which have to be there; a PIN must not be, because everybody sees it."""
    path, _, query = uri.removeprefix(_SCHEME).partition("?")
    rows = [part.partition("=") for part in (*path.split(";"), *query.split("&"))]
    try:
        parts = {name: unquote_to_bytes(value).decode() for name, _, value in rows}
    except UnicodeDecodeError:
        parts = {}
    if len(rows) != len(parts) or parts.keys() != {"token", "object", "module-path"} or not all(parts.values()):
        seen = shown(_PIN.sub("…", uri), 500)
        raise refused(seen, "a URI of a key in a device in another form", _FORM, "Name the three, and no PIN.")
    return parts


def _failed(uri: str, error: Exception) -> KeyFileError:
    why = shown(f"{type(error).__name__} {error}".strip(), 300)
    return refused(uri, f"no key in a device that signs: {why}", "the key, and the PIN of its device", _CHECK)
