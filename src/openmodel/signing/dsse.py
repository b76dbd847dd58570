# SPDX-License-Identifier: Apache-2.0
"""What is signed: the DSSE pre-authentication encoding.

Source: DSSE v1.0.2, `protocol.md`, section "Signature Definition".
"""

from __future__ import annotations

__all__ = ["IN_TOTO", "pae"]

IN_TOTO = "application/vnd.in-toto+json"
"""The payload type of an in-toto statement."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that a signature covers: type and payload, each with its length in bytes in front.

    `DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload`, the lengths in ASCII decimal digits. The payload goes
    in as it was received; nothing is parsed or written anew.

    Args:
        payload_type: what the payload is; encoded as UTF-8.
        payload: its bytes.
    """
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
