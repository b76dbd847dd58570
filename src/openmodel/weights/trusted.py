# SPDX-License-Identifier: Apache-2.0
"""What tensors are held to: a signature, by keys or as a trust file says, or a tensor root."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from openmodel.errors import Problem, UsageError
from openmodel.inventory.naming import shown

__all__ = ["trusted_keys"]

_ROOT = re.compile("[0-9a-f]{64}")


def trusted_keys(
    key: str | Path | Iterable[str | Path] | None, trust: str | Path | None, tensor_root: str | None
) -> list[str | Path]:
    """The files of keys, which are none where a trust file or a tensor root is given.

    Raises:
        UsageError: none of the three is given or several are, or the root is not 64 lower-case hexadecimal digits.
    """
    named = {"key": key, "trust": trust, "tensor_root": tensor_root}
    given = [name for name, value in named.items() if value is not None]
    if len(given) != 1:
        fix = "Give one of them; get it from whom you trust."
        got = " and ".join(given) or "nothing to trust"
        raise UsageError(Problem("", got, "just one of key, trust and tensor_root", fix))
    if tensor_root is not None and not _ROOT.fullmatch(tensor_root):
        got, fix = f"the tensor root {shown(tensor_root, 80)!r}", "Copy it from whom you trust."
        raise UsageError(Problem("", got, "64 lower-case hexadecimal digits", fix))
    return [key] if isinstance(key, str | Path) else list(key or ())
