# SPDX-License-Identifier: Apache-2.0
"""A certificate has several spellings, and whoever has one can make the others: its signature does not cover itself.

Of a valid ECDSA signature (r, s) the twin (r, n - s) is valid, too, and a BIT STRING can say that it has unused bits.
So the digest of a certificate identifies it only together with those of its twins.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from openmodel.signing.keys import der

__all__ = ["fingerprints", "require_one_spelling"]

_BITS = 3
_ORDERS = (
    2**256 - 2**224 + 2**192 - 0x4319055258E8617B0C46353D039CDAAF,
    2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
)
"""Of P-256, P-384 and P-521 (FIPS 186-5 and SP 800-186)."""


def fingerprints(certificate: x509.Certificate) -> Iterator[str]:
    """SHA-256 of the certificate and of its twins, 64 lower-case hexadecimal digits each."""
    yield hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
    try:
        r, s = decode_dss_signature(certificate.signature)
    except ValueError:  # By RSA, which has one form.
        return
    for order in _ORDERS:
        if s < order:
            yield hashlib.sha256(_with_signature(certificate, encode_dss_signature(r, order - s))).hexdigest()


def require_one_spelling(certificate: x509.Certificate) -> None:
    """Refuses encodings that differ from what the certificate says.

    Raises:
        ValueError: it is in another encoding.
    """
    if _with_signature(certificate, certificate.signature) != certificate.public_bytes(Encoding.DER):
        raise ValueError("a certificate in an unusual encoding")


def _with_signature(certificate: x509.Certificate, signature: bytes) -> bytes:
    whole = der.only(certificate.public_bytes(Encoding.DER), der.SEQUENCE)
    algorithm = whole.parts(der.SEQUENCE, der.SEQUENCE, _BITS)[1]
    parts = (
        certificate.tbs_certificate_bytes,
        der.write(der.SEQUENCE, algorithm.body),
        der.write(_BITS, b"\0" + signature),
    )
    return der.write(der.SEQUENCE, *parts)
