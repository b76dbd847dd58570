# SPDX-License-Identifier: Apache-2.0
"""Which texts are addresses that others can fetch something from.

The schemes are those that lead to bytes. A mailbox, a path of this machine, a script and a host of one's own network
lead nobody to anything. Whether something is there is not looked at.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_HOSTED = re.compile(r"(git\+|svn\+|hg\+)?(https?|ssh)|ftps?|sftp|git|svn|oci|rsync", re.IGNORECASE)
_STORE = re.compile(r"(s3a?|gs|gcs|r2|az|abfss?)://[\w][\w.@-]{2,}(/\S*)?|hf://[\w.-]+/[\w.-]+\S*", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"swh:1:(cnt|dir|rev|rel|snp|ori):[0-9a-f]{40}(;\S*)?|(doi|hdl):\d[\d.]*/\S+|ark:/?\d{5}/\S+"
    r"|magnet:\?(\S*&)?xt=urn:bt[im]h:\w{32,}\S*|ip[fn]s://\w{20,}\S*|arxiv:\d{4}\.\d{4,5}(v\d+)?",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"[\w.-]+@(?P<host>[^\s:/]+):[^\s/]\S*")
"""How git names a repository that ssh reaches."""
_SERVICE = re.compile(
    r"(\w+://)?(www\.)?((github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)(/[^/]*)?|huggingface\.co)/?",
    re.IGNORECASE,
)
"""Addresses without the owner and the name of a repository. Some old ones at Hugging Face have no owner."""
_PAPER = re.compile(
    r"(https?://)?(www\.|export\.)?(arxiv\.org|openreview\.net|aclanthology\.org)(/.*)?|arxiv:.*|[^?#]*\.pdf([?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_OWN_NETWORK = re.compile(r"local|localhost|localdomain|lan|internal|intranet|corp|home|test|invalid")
"""Last parts of names that no public server has (RFC 2606, RFC 6762 and custom)."""
_LABEL = re.compile(r"[^\W_]([\w-]*[^\W_])?|_[\w-]+")
_LONGEST = 2000


def is_address(text: str) -> bool:
    """Whether a text is an address or an identifier that others can fetch something by."""
    if len(text) > _LONGEST or _IDENTIFIER.fullmatch(text) or _STORE.fullmatch(text):
        return len(text) <= _LONGEST
    scheme, separator, rest = text.partition("://")
    if not separator or not _HOSTED.fullmatch(scheme) or re.search(r"\s", rest):
        return False
    try:
        return _is_public(urlsplit(text).hostname or "")
    except ValueError:  # Brackets that hold no address.
        return False


def is_repository(text: str) -> bool:
    """Whether a text is an address of a repository, as people give it to git: also without its scheme. A service that
    keeps those of many, or the page of one of its users, is none."""
    if account := _ACCOUNT.fullmatch(text):
        return _is_public(account["host"])
    if _SERVICE.fullmatch(text):
        return False
    return is_address(text) or (":" not in text and "/" in text.strip("/") and is_address(f"https://{text}"))


def may_have_code(text: str) -> bool:
    """Whether code may be at an address: not where papers are, nor at the front page of a service or of an owner."""
    return not _PAPER.fullmatch(text[:_LONGEST]) and not _SERVICE.fullmatch(text[:_LONGEST])


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        labels = host.rstrip(".").split(".")
    has_name = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return has_name and not _OWN_NETWORK.fullmatch(labels[-1]) and not labels[-1].isdigit()
