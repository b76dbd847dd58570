# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of trust files.

    python -m openmodel.signing.trust.schema DIR

writes it into DIR.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from openmodel.signing.trust.document import VERSION, TrustFile

__all__ = ["FILE", "encode"]

FILE = f"openmodel-trust-{VERSION}.schema.json"


def encode() -> bytes:
    """The bytes of the schema file."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:openmodel:schema:trust:{VERSION}",
        **_without_null(TrustFile.model_json_schema()),
    }
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()


def _without_null(node: Any) -> Any:
    """The schema without `default: null`: what is absent is left out, and null is refused."""
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _without_null(value) for key, value in node.items() if not (key == "default" and value is None)}


if __name__ == "__main__":
    (Path(sys.argv[1]) / FILE).write_bytes(encode())
