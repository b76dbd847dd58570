# SPDX-License-Identifier: Apache-2.0
"""Whom to trust: the trust file, certificates, and what was seen before.

- `document`: the trust file as it is written; `schema` writes its JSON Schema.
- `building`: from there to what it comes to.
- `policy`: that: which signatures count, and as whose.
- `certificates`: chains of X.509 certificates. `sigstore`: those that Sigstore issued, with an extra.
- `spellings`: one certificate, several encodings.
- `revocations`: what does not count any more.
- `rotations`: a key names its successor.
- `times`: when a signature was there.
- `state`: the highest sequence that was seen, in a file that `verify` keeps.
"""

from __future__ import annotations

from openmodel.signing.trust.building import load_trust
from openmodel.signing.trust.policy import Trust
from openmodel.signing.trust.rotations import KeyRotation, rotate_key

__all__ = ["KeyRotation", "Trust", "load_trust", "rotate_key"]
