# SPDX-License-Identifier: Apache-2.0
"""One signature as a Sigstore bundle v0.3: JSON to and from what is in it.

Source: sigstore/protobuf-specs, `sigstore_bundle.proto`, in the JSON mapping of protocol buffers. From there, too: an
envelope in a bundle has exactly one signature, and the hint of the key and the `keyid` of the envelope are the same.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.json_text import read_json
from openmodel.signing.shapes import shaped

__all__ = ["MEDIA_TYPE", "Bundle", "decode", "encode", "from_base64", "with_timestamp"]

MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
_TIMESTAMPS = "timestampVerificationData"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A signed payload. Nothing in it is to be believed before its signature was checked."""

    hint: str
    """Which key to check it with, as the bundle says; empty when it says nothing or names a certificate."""
    payload_type: str
    """What the payload is; signed together with it."""
    payload: bytes
    """The bytes that were signed."""
    signature: bytes
    """Its form depends on the key; for ECDSA it is DER."""
    timestamps: tuple[bytes, ...] = ()
    """Answers of timestamp authorities about the signature, RFC 3161 in DER. Nobody signed which are here."""
    certificates: tuple[bytes, ...] = ()
    """In place of a key, certificates in DER, that of the signer first."""
    logged: bytes = field(default=b"", compare=False)
    """The whole line, if it has entries of a transparency log, as those of Sigstore do: its library reads them."""


def encode(bundle: Bundle) -> bytes:
    """The bundle as one line of JSON: sorted keys, no white space, no line end."""
    chain = [{"rawBytes": base64.b64encode(certificate).decode()} for certificate in bundle.certificates]
    material: dict[str, Any] = (
        {"x509CertificateChain": {"certificates": chain}} if chain else {"publicKey": {"hint": bundle.hint}}
    )
    # A key that nobody logged has no entries, but some readers of bundles want the list to be there.
    material["tlogEntries"] = []
    if bundle.timestamps:
        material[_TIMESTAMPS] = {"rfc3161Timestamps": [_stamp(timestamp) for timestamp in bundle.timestamps]}
    value = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": material,
        "dsseEnvelope": {
            "payload": base64.b64encode(bundle.payload).decode(),
            "payloadType": bundle.payload_type,
            "signatures": [{"sig": base64.b64encode(bundle.signature).decode(), "keyid": bundle.hint}],
        },
    }
    return _line(value)


def with_timestamp(line: bytes, timestamp: bytes) -> bytes:
    """The line with one more timestamp, and all else in it as it was.

    Args:
        line: one that `decode` takes.
        timestamp: the answer of an authority, DER.
    """
    value = json.loads(line)
    data = value["verificationMaterial"].setdefault(_TIMESTAMPS, {})
    data.setdefault("rfc3161Timestamps", []).append(_stamp(timestamp))
    return _line(value)


def decode(line: bytes, file: str) -> Bundle:
    """Reads a bundle strictly.

    Args:
        line: JSON, UTF-8.
        file: what to call it in messages.

    Raises:
        DocumentError: it is not strict JSON, no bundle v0.3 with a DSSE envelope of one signature, its two key ids
            differ, or what should be Base64 (RFC 4648, section 4, with padding) is not.
    """
    value = shaped(read_json(line, file).data, "bundle", file)
    envelope: dict[str, Any] = value["dsseEnvelope"]
    signature: dict[str, Any] = envelope["signatures"][0]
    hint: str = value["verificationMaterial"].get("publicKey", {}).get("hint", "")
    if hint and signature.get("keyid") not in {None, "", hint}:
        raise DocumentError(
            Problem(
                file,
                "a keyid that is not the hint of the key",
                "the same in both places",
                "Sign again.",
                "/dsseEnvelope/signatures/0/keyid",
            )
        )
    stamps = value["verificationMaterial"].get(_TIMESTAMPS, {}).get("rfc3161Timestamps", [])
    place = f"/verificationMaterial/{_TIMESTAMPS}/rfc3161Timestamps"
    return Bundle(
        hint,
        envelope["payloadType"],
        from_base64(envelope["payload"], file, "/dsseEnvelope/payload"),
        from_base64(signature["sig"], file, "/dsseEnvelope/signatures/0/sig"),
        tuple(from_base64(one["signedTimestamp"], file, f"{place}/{index}") for index, one in enumerate(stamps)),
        certificates=tuple(_certificates(value["verificationMaterial"], file)),
        logged=line if value["verificationMaterial"].get("tlogEntries") else b"",
    )


def _certificates(material: dict[str, Any], file: str) -> Iterator[bytes]:
    """Those of the signer, of which a bundle has one or a chain."""
    if "certificate" in material:
        yield from_base64(material["certificate"]["rawBytes"], file, "/verificationMaterial/certificate/rawBytes")
    for number, row in enumerate(material.get("x509CertificateChain", {}).get("certificates", [])):
        place = f"/verificationMaterial/x509CertificateChain/certificates/{number}/rawBytes"
        yield from_base64(row["rawBytes"], file, place)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _stamp(timestamp: bytes) -> dict[str, str]:
    return {"signedTimestamp": base64.b64encode(timestamp).decode()}


def from_base64(text: str, file: str, pointer: str) -> bytes:
    """The bytes of text in Base64 (RFC 4648, section 4), with padding and with unused bits zero.

    Raises:
        DocumentError: it is something else.
    """
    try:
        content = base64.b64decode(text, validate=True)
        exact = base64.b64encode(content).decode() == text  # Unused bits of the last digit are zero.
    except (ValueError, binascii.Error):
        exact = False
    if not exact:
        raise DocumentError(Problem(file, "what is not Base64", "Base64 with padding", "Sign again.", pointer))
    return content
