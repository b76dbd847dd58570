# SPDX-License-Identifier: Apache-2.0
"""Who signed `model.sig`. Step 13 of `verification`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from openmodel.signing.bundle import Bundle
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys import ALGORITHMS, PublicKey
from openmodel.signing.oms.bundle import ModelBundle
from openmodel.signing.oms.older import older_pae
from openmodel.signing.recognition import FALSE, NAMES_NO_KEY, recognise
from openmodel.signing.signatory import Signatory

if TYPE_CHECKING:
    from openmodel.signing.trust import Trust

__all__ = ["claims_falsely", "signer_of"]


def signer_of(
    bundle: ModelBundle, trusted: Mapping[str, PublicKey], trust: Trust | None = None, *, older: bool = False
) -> Signatory:
    """Checks the signature over the payload as received, as that of a line of `openmodel.sig` is.

    Args:
        bundle: what was read.
        trusted: the given keys by id.
        trust: in place of them, what a trust file says.
        older: also take the faulty encoding that `model-signing` 0.2 signed, by a given key.
    """
    line = Bundle(
        bundle.hint,
        IN_TOTO,
        bundle.payload,
        bundle.signature,
        certificates=bundle.certificates,
        logged=bundle.logged,
    )
    if trust:
        found = trust.recognise(line)
        return _of_a_kind_that_can(found, trust.keys[found.key_id].key) if found.key_id in trust.keys else found
    if not bundle.hint and not bundle.certificates:
        fitting = next((key for key in trusted.values() if _fits(bundle, key, older=older)), None)
        line = replace(line, hint=fitting.key_id) if fitting else line
    found = recognise(line, trusted)
    if found.problem == NAMES_NO_KEY:
        found = replace(found, problem="no given key signed it")
    key = trusted.get(found.key_id)
    if key is None:
        return found
    if found.problem == FALSE and _fits(bundle, key, older=older):
        found = replace(found, problem="")
    return _of_a_kind_that_can(found, key)


def claims_falsely(signer: Signatory) -> bool:
    """Whether it is in the name of somebody who is trusted, and not by them."""
    return bool(signer.identity) and (signer.problem == FALSE or signer.problem in _LIMITS)


def _of_a_kind_that_can(found: Signatory, key: PublicKey) -> Signatory:
    limit = ALGORITHMS[key.algorithm].not_in_model_sig
    return replace(found, problem=limit) if limit else found


def _fits(bundle: ModelBundle, key: PublicKey, *, older: bool) -> bool:
    if ALGORITHMS[key.algorithm].not_in_model_sig:
        return False
    messages = [pae(IN_TOTO, bundle.payload), *([older_pae(bundle.payload)] if older else [])]
    return any(key.verifies(bundle.signature, message) for message in messages)


_LIMITS = {row.not_in_model_sig for row in ALGORITHMS.values() if row.not_in_model_sig}
