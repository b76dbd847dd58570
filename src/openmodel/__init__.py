# SPDX-License-Identifier: Apache-2.0
"""Provenance of open models: build a manifest of a release, check it, write its card, sign it, verify it.

>>> import openmodel
>>> openmodel.build("release")                          # doctest: +SKIP
>>> report = openmodel.check("release")                 # doctest: +SKIP
>>> openmodel.card("release")                           # doctest: +SKIP
>>> openmodel.sign("release", keys=["release.key"])     # doctest: +SKIP
>>> openmodel.verify("release", keys=["release.key.pub"]).ok   # doctest: +SKIP

Names are imported when they are first used, so that `import openmodel` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from openmodel.version import VERSION as __version__

if TYPE_CHECKING:
    from openmodel.building import build
    from openmodel.built import Built
    from openmodel.checking import check
    from openmodel.drafting import Draft, init
    from openmodel.errors import (
        DocumentError,
        InventoryError,
        KeyFileError,
        NetworkError,
        OpenModelError,
        OverwriteError,
        PolicyError,
        Problem,
        StageError,
        UsageError,
        VerificationError,
    )
    from openmodel.exchange.mof import Imported, import_mof
    from openmodel.exchange.mof_writing import export_mof
    from openmodel.manifest import Manifest, dump, load, loads
    from openmodel.manifest.tensor_proof import Proof
    from openmodel.policies.explaining import Explanation, explain
    from openmodel.policies.report import Report
    from openmodel.rendering.card import Card, card
    from openmodel.signing import SignedRelease, Verification, new_key, public_key, sign, verify
    from openmodel.signing.keyless import Sigstore
    from openmodel.signing.report import ReportVerification, verify_report
    from openmodel.signing.trust import KeyRotation, rotate_key
    from openmodel.signing.verdict import Verdict
    from openmodel.verdicts import sign_report
    from openmodel.weights.loading import load_verified
    from openmodel.weights.proof_verification import ProofVerification, verify_proof
    from openmodel.weights.proofs import prove

_HOMES = {
    "openmodel.building": ("build",),
    "openmodel.built": ("Built",),
    "openmodel.checking": ("check",),
    "openmodel.drafting": ("Draft", "init"),
    "openmodel.errors": (
        "DocumentError",
        "InventoryError",
        "KeyFileError",
        "NetworkError",
        "OpenModelError",
        "OverwriteError",
        "PolicyError",
        "Problem",
        "StageError",
        "UsageError",
        "VerificationError",
    ),
    "openmodel.exchange.mof": ("Imported", "import_mof"),
    "openmodel.exchange.mof_writing": ("export_mof",),
    "openmodel.manifest": ("Manifest", "dump", "load", "loads"),
    "openmodel.manifest.tensor_proof": ("Proof",),
    "openmodel.policies.explaining": ("Explanation", "explain"),
    "openmodel.policies.report": ("Report",),
    "openmodel.rendering.card": ("Card", "card"),
    "openmodel.signing": ("SignedRelease", "Verification", "new_key", "public_key", "sign", "verify"),
    "openmodel.signing.keyless": ("Sigstore",),
    "openmodel.signing.report": ("ReportVerification", "verify_report"),
    "openmodel.signing.verdict": ("Verdict",),
    "openmodel.verdicts": ("sign_report",),
    "openmodel.weights.loading": ("load_verified",),
    "openmodel.weights.proof_verification": ("ProofVerification", "verify_proof"),
    "openmodel.weights.proofs": ("prove",),
    "openmodel.signing.trust": ("KeyRotation", "rotate_key"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Built",
    "Card",
    "DocumentError",
    "Draft",
    "Explanation",
    "Imported",
    "InventoryError",
    "KeyFileError",
    "KeyRotation",
    "Manifest",
    "NetworkError",
    "OpenModelError",
    "OverwriteError",
    "PolicyError",
    "Problem",
    "Proof",
    "ProofVerification",
    "Report",
    "ReportVerification",
    "SignedRelease",
    "Sigstore",
    "StageError",
    "UsageError",
    "Verdict",
    "Verification",
    "VerificationError",
    "__version__",
    "build",
    "card",
    "check",
    "dump",
    "explain",
    "export_mof",
    "import_mof",
    "init",
    "load",
    "load_verified",
    "loads",
    "new_key",
    "prove",
    "public_key",
    "rotate_key",
    "sign",
    "sign_report",
    "verify",
    "verify_proof",
    "verify_report",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
