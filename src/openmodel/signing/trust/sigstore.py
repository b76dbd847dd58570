# SPDX-License-Identifier: Apache-2.0
"""Signatures that Sigstore's certificate authority vouches for, with the extra `sigstore`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from openmodel.signing.bundle import Bundle
from openmodel.signing.signatory import Signatory

if TYPE_CHECKING:
    from openmodel.signing.trust.policy import Trust

__all__ = ["recognise"]


def recognise(bundle: Bundle, trust: Trust, found: Signatory) -> Signatory:
    """Not yet."""
    del bundle, trust
    return replace(found, problem="signatures of Sigstore are not read by this version")
