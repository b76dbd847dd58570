# SPDX-License-Identifier: Apache-2.0
"""What may be a key or password: no setting of it is taken over, wherever it stands."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"(hub|hf|api|auth|access|wandb|secret).*(token|key|id)|passw(or)?d|passphrase|pwd|credential|secret"
    r"|private.?key|bearer|(^|[.])token$",
    re.IGNORECASE,
)
_MAY_NAME = re.compile(r"(?:^|[_. -])(key|token|auth)s?$", re.IGNORECASE)
"""Also the name of what is no secret, such as `eos_token`; then the value decides."""
_RANDOM = re.compile(r"(?=.*[0-9])[A-Za-z0-9+/=_.-]{16,}")
_TOKEN = re.compile(
    r"\bhf_[A-Za-z0-9]{16,}|\bsk-(?=[\w-]{0,99}[0-9])[\w-]{16,}|\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}"
    r"|\bglpat-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{8,}|\bxox[abeoprs]-[\w-]{8,}|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}|-----BEGIN |://[^/@\s:]{1,200}:[^/@\s]{1,200}@"
)
"""How the tokens of services begin. Sources: GitHub, "Supported secret scanning patterns"; Hugging Face, "User access
tokens"."""


def may_be_secret(name: str, value: object) -> bool:
    """Whether a setting may be a key or password, by its name or by what its value looks like."""
    if _NAME.search(name) or is_token(name):
        return True
    values = value if isinstance(value, list | tuple) else [value]
    texts = [one for one in values if isinstance(one, str)]
    named = _MAY_NAME.search(name) is not None
    return any(is_token(text) or (named and _RANDOM.fullmatch(text)) for text in texts)


def is_token(text: str) -> bool:
    """Whether there is something in a text that looks like the token of a service."""
    return _TOKEN.search(text) is not None
