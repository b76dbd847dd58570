# SPDX-License-Identifier: Apache-2.0
"""Keys: which kinds there are, reading their files, making new ones.

- `algorithms`: the table of kinds, and what each cannot do.
- `key`: a public and a private key in memory; signing and verifying.
- `reading`: key files of every form that is read.
- `device`: keys in devices, by an extra.
- `armour`: the text around a key: PEM blocks and lines of OpenSSH.
- `der`: a strict reader and writer of the little ASN.1 that is needed.
- `ml_dsa`: the three forms of a private ML-DSA key.
- `pbes2`: private keys encrypted by passphrase.
- `passphrases`: where a passphrase comes from.
- `pair`: new keys.

The id of a key is the SHA-256 of the PEM text of its public half (SubjectPublicKeyInfo, RFC 5280, as `cryptography`
writes it), in 64 lower-case hexadecimal digits: the same as the `hint` of OpenSSF Model Signing.
"""

from __future__ import annotations

from openmodel.signing.keys.algorithms import ALGORITHMS, Algorithm
from openmodel.signing.keys.key import PrivateKey, PublicKey
from openmodel.signing.keys.pair import KeyPair, KeyType, new_key
from openmodel.signing.keys.passphrases import Passphrase
from openmodel.signing.keys.reading import load_private_key, load_public_key, public_key

__all__ = [
    "ALGORITHMS",
    "Algorithm",
    "KeyPair",
    "KeyType",
    "Passphrase",
    "PrivateKey",
    "PublicKey",
    "load_private_key",
    "load_public_key",
    "new_key",
    "public_key",
]
