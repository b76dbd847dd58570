# SPDX-License-Identifier: Apache-2.0
"""Answers of a timestamp authority (RFC 3161) to the byte, so that each can be wrong in one place and really signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from openmodel.signing.keys.der import BIT_STRING, OBJECT, OCTETS, SEQUENCE, elements, only, write
from tests.conformance.verify_material import Issued, issue

STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
IN_TIME = datetime(2025, 3, 1, tzinfo=UTC)
"""When an honest authority was asked."""
_SET, _TIME, _OPEN, _ZERO = 0x31, 0x18, 0xA0, b"\x02\x01\x00"
_SIGNED_DATA, _TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SHA_256, SHA_1 = "2.16.840.1.101.3.4.2.1", "1.3.14.3.2.26"
_ECDSA = {SHA_256: "1.2.840.10045.4.3.2", SHA_1: "1.2.840.10045.4.1"}
_HASHES: dict[str, Any] = {SHA_256: hashes.SHA256(), SHA_1: hashes.SHA1()}  # The attack.


def authority(name: str, issuer: Issued | None = None, **more: Any) -> Issued:
    """A certificate for timestamps alone, as RFC 3161 wants it."""
    return issue(name, issuer, **{"purpose": STAMPING, "critical_purpose": True, **more})


@dataclass(frozen=True)
class Answer:
    """An answer; what is not said is as it should be."""

    signer: Issued
    others: Sequence[Issued] = ()
    """Certificates that come with that of the signer."""
    time: datetime = IN_TIME
    status: int = 0
    digest: str = SHA_256
    """Of the signature of the authority."""
    imprint: str = SHA_256
    """Of what is dated."""
    names: Issued | None = None
    """Whose issuer and serial number stand for the signer."""
    kind: str = _TST_INFO
    times: int = 1
    """How often the signer is in it."""
    edited: bool = False
    """Whether the time was altered after it was signed."""

    def about(self, signature: bytes) -> bytes:
        """The bytes, DER."""
        info = self._info(signature, self.time)
        signers = write(_SET, *[self._signer(info)] * self.times)
        if self.edited:
            info = self._info(signature, self.time.replace(month=1))
        ders = sorted(one.certificate.public_bytes(Encoding.DER) for one in (self.signer, *self.others))
        content = write(SEQUENCE, _oid(self.kind), write(_OPEN, write(OCTETS, info)))
        parts = (b"\x02\x01\x03", write(_SET, _algorithm(self.digest)), content, write(_OPEN, *ders), signers)
        token = write(SEQUENCE, _oid(_SIGNED_DATA), write(_OPEN, write(SEQUENCE, *parts)))
        return write(SEQUENCE, write(SEQUENCE, _integer(self.status)), token)

    def _info(self, signature: bytes, time: datetime) -> bytes:
        hashed = hashlib.new({SHA_256: "sha256", SHA_1: "sha1"}[self.imprint], signature).digest()
        imprint = write(SEQUENCE, _algorithm(self.imprint), write(OCTETS, hashed))
        stated = write(_TIME, time.strftime("%Y%m%d%H%M%SZ").encode())
        return write(SEQUENCE, _integer(1), _oid("1.2.3.4.1"), imprint, _integer(7), stated)

    def _signer(self, info: bytes) -> bytes:
        named = (self.names or self.signer).certificate
        hashed = hashlib.new({SHA_256: "sha256", SHA_1: "sha1"}[self.digest], info).digest()
        attributes = b"".join(
            sorted(
                write(SEQUENCE, _oid(kind), write(_SET, value))
                for kind, value in ((_CONTENT_TYPE, _oid(self.kind)), (_MESSAGE_DIGEST, write(OCTETS, hashed)))
            )
        )
        signature = self.signer.key.sign(write(_SET, attributes), _HASHES[self.digest])
        return write(
            SEQUENCE,
            _integer(1),
            write(SEQUENCE, named.issuer.public_bytes(), _integer(named.serial_number)),
            _algorithm(self.digest),
            write(_OPEN, attributes),
            write(SEQUENCE, _oid(_ECDSA[self.digest])),
            write(OCTETS, signature),
        )


def over_sha_1(one: Issued, issuer: Issued) -> Issued:
    """The certificate as its issuer would have signed it over SHA-1."""
    tbs = only(one.certificate.tbs_certificate_bytes, SEQUENCE)
    parts = [write(part.tag, part.body) for part in elements(tbs.body)]
    parts[2] = write(SEQUENCE, _oid(_ECDSA[SHA_1]))  # After version and serial number.
    content = write(SEQUENCE, *parts)
    signature = issuer.key.sign(content, _HASHES[SHA_1])
    whole = write(SEQUENCE, content, parts[2], write(BIT_STRING, b"\0" + signature))
    return Issued(x509.load_der_x509_certificate(whole), one.key)


def _algorithm(dotted: str) -> bytes:
    return write(SEQUENCE, _oid(dotted))


def _integer(number: int) -> bytes:
    return write(2, number.to_bytes(number.bit_length() // 8 + 1))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes([first * 40 + second])
    for number in rest:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        body += bytes(reversed(digits))
    return write(OBJECT, body)
