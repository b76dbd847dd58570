# SPDX-License-Identifier: Apache-2.0
"""Which texts are addresses that others can fetch something from.

The schemes are those that lead to bytes. A mailbox, a path of this machine, a script and a host of one's own network
lead nobody to anything. Whether something is there is not looked at.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
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
_FIELD = re.compile(
    r"<[^<>\W\d][^<>]*>|\{(?![^{}]*(?:\.\.|,))[^{}]*\}|(?<=[/:])\[[^\W\d][\w -]*\]",
)
"""A field of a template, `<org>`, `{repo}` or `[name]`. Old DOIs have `<338::AID-JBM16>`, and `{00..29}` is how people
write many addresses as one."""
_WHOSE = re.compile(
    r"(?<![a-z])(your|my|org(ani[sz]ation)?|user(name)?|owner|account|repo(sitory)?|model|name|namespace|link|url|todo|tbd)"
    r"(?![a-z])",
    re.IGNORECASE,
)
"""Words in a field that leave open whose thing or which thing it is; `{lang}` may stand for all of them."""
_SHARED_HOST = re.compile(
    r"\w+://(www\.|hub\.)?(zenodo\.org|figshare\.com|kaggle\.com(/datasets)?|modelscope\.(cn|ai)|osf\.io|dropbox\.com"
    r"|drive\.google\.com|s3\.amazonaws\.com|storage\.googleapis\.com|huggingface\.co/(datasets|models|spaces))/?",
    re.IGNORECASE,
)
"""Addresses of services that keep things of many, without what leads to one."""
_UNFILLED = re.compile(
    r"your[-_.]?(user(name)?|name|org(ani[sz]ation)?|company|team|account|handle|repo(sitory)?|project|model|data(set)?"
    r"|bucket|domain|site|link|url|path|file|namespace|hf|github|lab|institution|server|host)([-_.]?(name|here|id|\w{2,4}))?"
    r"|(insert|add|put)[-_](your[-_])?(link|url|address|here)\w*|(link|url)[-_](here|to[-_]\w+)|coming[-_]?soon|placeholder"
    r"|change[-_]?me|replace[-_]?me|(?-i:TODO|TBD|TBA|FIXME|X{3,}|(ORG|USER|OWNER|REPO|MODEL|DATASET|PROJECT)(_?(NAME|ID))?"
    r"|USERNAME|NAMESPACE)",
    re.IGNORECASE,
)
"""Parts of addresses that somebody still has to write; those that are words of their own, in capitals alone."""
_LONGEST = 2000


def is_address(text: str) -> bool:
    """Whether a text is an address or an identifier that others can fetch something by. A template of one is none."""
    return len(text) <= _LONGEST and _leads_to_something(text)


@lru_cache(maxsize=4096)  # Many requirements ask about the same ones.
def _leads_to_something(text: str) -> bool:
    if _is_template(text):
        return False
    if _IDENTIFIER.fullmatch(text) or _STORE.fullmatch(text):
        return True
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
    if account := _ACCOUNT.fullmatch(text[:_LONGEST]):
        return not _is_template(text) and _is_public(account["host"])
    if _SERVICE.fullmatch(text):
        return False
    return is_address(text) or (":" not in text and "/" in text.strip("/") and is_address(f"https://{text}"))


def why_unfinished(text: str) -> str | None:
    """Why an address may be one that nobody has filled in: a clause that begins with a verb. None when it may lead to
    something."""
    if _SERVICE.fullmatch(text) or _SHARED_HOST.fullmatch(text):
        return "leads to a service that has things of many, and not to one of them"
    parts = re.split(r"[/:@?#&=]+", text[:_LONGEST])
    parts += parts[1].split(".") if len(parts) > 1 else []
    unfilled = next((part for part in parts if _UNFILLED.fullmatch(part.removesuffix(".git"))), None)
    if unfilled is None and (field := _FIELD.search(text[:_LONGEST])):
        unfilled = field.group()
    if unfilled is None and "/path/to/" in f"{text}/":
        unfilled = "path/to"
    return f"has “{unfilled}” in it, which reads as if it were still to be written" if unfilled else None


def _is_template(text: str) -> bool:
    return any(_WHOSE.search(field.group()) for field in _FIELD.finditer(text[:_LONGEST]))


def may_have_code(text: str) -> bool:
    """Whether code may be at an address: not where papers are, nor at the front page of a service or of an owner."""
    return not _PAPER.fullmatch(text[:_LONGEST]) and not _SERVICE.fullmatch(text[:_LONGEST])


@lru_cache(maxsize=1024)  # Many addresses are at few hosts.
def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_global
    except ValueError:
        labels = host.rstrip(".").split(".")
    has_name = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return has_name and not _OWN_NETWORK.fullmatch(labels[-1]) and not labels[-1].isdigit()
