# SPDX-License-Identifier: Apache-2.0
"""`model.sig` as a file: a Sigstore bundle v0.3 with one signature, by a key or by an X.509 certificate.

Those of an instance of Sigstore are read here and written by its library.

Source: OpenSSF Model Signing v1.0, section 4, and what `model-signing` 0.2 to 1.1.1 wrote. The differences between them
are all read: the hint of a key or its bytes, `keyid` absent, empty or null, `tlogEntries` absent or empty.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from openmodel.errors import DocumentError, Problem
from openmodel.manifest.json_text import MAX_BYTES, read_json
from openmodel.signing.bundle import MEDIA_TYPE, from_base64
from openmodel.signing.dsse import IN_TOTO
from openmodel.signing.oms.names import NAME
from openmodel.signing.shapes import shaped

__all__ = ["MAX_BYTES", "ModelBundle", "decode", "encode"]

_MAX_VALUES = 10_000  # The list of files is in the payload, as text: a bundle has some twenty values.
_FIX = "Get the file again from where it was published, or sign again with force."


@dataclass(frozen=True, slots=True)
class ModelBundle:
    """A signed list of files. Nothing in it is to be believed before its signature was checked."""

    payload: bytes
    """The bytes that were signed."""
    signature: bytes
    """ECDSA-Sig-Value in DER."""
    hint: str = ""
    """Id of the key to check it with, as the bundle says; empty when it says nothing or has certificates."""
    certificates: tuple[bytes, ...] = ()
    """DER, that of the signer first; empty when a key is named."""
    logged: bytes = field(default=b"", compare=False)
    """The whole file, if it has entries of a transparency log, as those of Sigstore do: its library reads them."""


def encode(bundle: ModelBundle) -> bytes:
    """The bundle as JSON: sorted keys, no white space, one line end. It names the certificates if it has some, and
    else the key."""
    material: dict[str, Any] = {"publicKey": {"hint": bundle.hint}}
    if bundle.certificates:
        chain = [{"rawBytes": base64.b64encode(content).decode()} for content in bundle.certificates]
        material = {"x509CertificateChain": {"certificates": chain}}
    value = {
        "mediaType": MEDIA_TYPE,
        "verificationMaterial": material,
        "dsseEnvelope": {
            "payload": base64.b64encode(bundle.payload).decode(),
            "payloadType": IN_TOTO,
            "signatures": [{"sig": base64.b64encode(bundle.signature).decode()}],
        },
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def decode(content: bytes) -> ModelBundle:
    """Reads a bundle strictly.

    Raises:
        DocumentError: it is too large, no strict JSON, no bundle v0.3 with an in-toto statement and exactly one
            signature, or what should be Base64 is not.
    """
    if len(content) > MAX_BYTES:
        raise _refused(f"more than {MAX_BYTES:,} bytes", f"at most {MAX_BYTES:,} bytes")
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > _MAX_VALUES:
        raise _refused("thousands of values outside the payload", "a bundle with one signature")
    value = shaped(read_json(content, NAME).data, "oms-bundle", NAME)
    envelope: dict[str, Any] = value["dsseEnvelope"]
    signature: dict[str, Any] = envelope["signatures"][0]
    material: dict[str, Any] = value["verificationMaterial"]
    hint: str = material.get("publicKey", {}).get("hint") or ""
    if signature.get("keyid") not in {None, "", hint}:
        got = "a keyid that is not the hint of the key"
        raise _refused(got, "the same in both places, or none", "/dsseEnvelope/signatures/0/keyid")
    place = "/verificationMaterial/x509CertificateChain/certificates"
    chain = material.get("x509CertificateChain", {}).get("certificates", [])
    if "certificate" in material:
        place, chain = "/verificationMaterial/certificate", [material["certificate"]]
    return ModelBundle(
        from_base64(envelope["payload"], NAME, "/dsseEnvelope/payload"),
        from_base64(signature["sig"], NAME, "/dsseEnvelope/signatures/0/sig"),
        hint,
        tuple(from_base64(certificate["rawBytes"], NAME, place) for certificate in chain),
        content if material.get("tlogEntries") else b"",
    )


def _refused(got: str, expected: str, pointer: str | None = None) -> DocumentError:
    return DocumentError(Problem(NAME, got, expected, _FIX, pointer))
