# SPDX-License-Identifier: Apache-2.0
"""Who signed `model.sig`. Steps 12 and 13 of `verification`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openmodel.errors import DocumentError
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys import ALGORITHMS, PublicKey
from openmodel.signing.oms.bundle import ModelBundle
from openmodel.signing.oms.certificates import leaf_key
from openmodel.signing.oms.older import older_pae

__all__ = ["ModelSigner", "signer_of"]

_KEY_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ModelSigner:
    """The signer of `model.sig`, as far as the given keys tell."""

    key_id: str
    """The key that the bundle or its certificate names, or of the given key that fits, 64 lower-case hexadecimal
    digits; empty when there is none in that form."""
    key: PublicKey | None
    """That key, when it is one of those given."""
    problem: str = ""
    """Why the signature does not count; empty when it does."""

    @property
    def holds(self) -> bool:
        """Whether a given key signed."""
        return self.key is not None and not self.problem


def signer_of(bundle: ModelBundle, trusted: Mapping[str, PublicKey], *, older: bool = False) -> ModelSigner:
    """Checks the signature over the payload as received. Certificates say which key signed; only a given key counts.

    Args:
        bundle: what was read.
        trusted: the given keys by id.
        older: also take the faulty encoding that `model-signing` 0.2 signed.
    """
    if bundle.certificates:
        try:
            named = leaf_key(bundle.certificates[0]).key_id
        except DocumentError as error:
            return ModelSigner("", None, error.problems[0].got)
    else:
        named = bundle.hint or _fitting(bundle, trusted, older=older)
    key = trusted.get(named)
    if key is None:
        by = "signed with a certificate" if bundle.certificates else "signed with a key"
        problem = f"{by} that was not given" if named else "no given key signed it"
        return ModelSigner(named if _KEY_ID.fullmatch(named) else "", None, problem)
    problem = ALGORITHMS[key.algorithm].not_in_model_sig
    if not problem and not _holds(bundle, key, older=older):
        problem = "the signature is not one of this key on this payload"
    return ModelSigner(named, key, problem)


def _fitting(bundle: ModelBundle, trusted: Mapping[str, PublicKey], *, older: bool) -> str:
    """The id of the given key that signed, where the bundle does not say which did."""
    eligible = (key for key in trusted.values() if not ALGORITHMS[key.algorithm].not_in_model_sig)
    return next((key.key_id for key in eligible if _holds(bundle, key, older=older)), "")


def _holds(bundle: ModelBundle, key: PublicKey, *, older: bool) -> bool:
    messages = [pae(IN_TOTO, bundle.payload), *([older_pae(bundle.payload)] if older else [])]
    return any(key.verifies(bundle.signature, message) for message in messages)
