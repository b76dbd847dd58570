# SPDX-License-Identifier: Apache-2.0
"""Names of repositories by which others can fetch code: addresses that lead beyond one machine or one house, SWHIDs."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

__all__ = ["can_be_fetched"]

_SCHEMES = ("http", "https", "git", "ssh", "git+http", "git+https", "git+ssh")
_SWHID = re.compile(r"swh:1:(snp|rel|rev|dir|cnt|ori):[0-9a-f]{40}(;.*)?", re.DOTALL)
_SCP = re.compile(r"(?:[\w.-]+@)(?P<host>[\w.-]+):(?!//)[^\s]+")
_HOST = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})+\.?")
_LOCAL = ("corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "private")
"""Last parts of names that no server outside knows: RFC 6761, RFC 6762, and what networks use for themselves."""


def can_be_fetched(repository: str) -> bool:
    """Whether the name of a repository is one by which others may reach it. Whether it is there, no name says."""
    name = repository.strip()
    if any(character.isspace() for character in name):
        return False
    if _SWHID.fullmatch(name):
        return True
    if scp := _SCP.fullmatch(name):
        return _is_public(scp["host"])
    try:
        parts = urlsplit(name)
        return parts.scheme in _SCHEMES and _is_public(parts.hostname or "")
    except ValueError:  # A bracket without its other one, and the like.
        return False


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _HOST.fullmatch(host) is not None and host.rstrip(".").rpartition(".")[2].lower() not in _LOCAL
