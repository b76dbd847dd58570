# SPDX-License-Identifier: Apache-2.0
"""The trust file as it is written: its types, and reading it strictly. What it comes to is `policy`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from openmodel.errors import DocumentError, Problem
from openmodel.inventory.naming import shown as safe
from openmodel.manifest.base import Node, Optional
from openmodel.manifest.json_text import read_json
from openmodel.manifest.loading import read_file
from openmodel.manifest.pointers import join
from openmodel.manifest.text import Complaint, Text, shown
from openmodel.manifest.values import Count

__all__ = [
    "MAX_BYTES",
    "VERSION",
    "CertificateName",
    "Pem",
    "Revocation",
    "Root",
    "SigstoreTrust",
    "TrustFile",
    "TrustedIdentity",
    "TrustedKey",
    "read",
]

VERSION = "1-draft"
MAX_BYTES = 2**20
_MOST_PROBLEMS = 100
_TIME = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"
_HEX64 = r"^[0-9a-f]{64}$"
_SERIAL = r"^[0-9a-fA-F]{1,2}(:?[0-9a-fA-F]{2}){0,19}$|^[0-9a-fA-F]{1,40}$"
_WORDS = {
    _TIME: "a time such as 2026-01-31T12:00:00Z",
    _HEX64: "64 lower-case hexadecimal digits",
    _SERIAL: "the serial number in hexadecimal digits, as openssl prints it",
}


def _printable(name: str) -> str:
    if name != " ".join(name.split()) or not name.isprintable() or not unicodedata.is_normalized("NFC", name):
        raise PydanticCustomError("name_form", "a name without control characters and needless spaces, in NFC")
    return name


Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
"""Who it is. Entries of one name are one identity, however many keys it has."""
Line = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_printable)]
PathText = Annotated[str, Field(min_length=1, max_length=4000)]
PemText = Annotated[str, Field(min_length=1, max_length=65536)]
Time = Annotated[str, StringConstraints(pattern=_TIME)]
Hex64 = Annotated[str, StringConstraints(pattern=_HEX64)]
AlgorithmName = Literal["ecdsa-p256-sha256", "ecdsa-p384-sha384", "ecdsa-p521-sha512", "ed25519", "ml-dsa-65"]


class Part(Node):
    """An object of the trust file."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class TrustedKey(Part):
    """A public key, and whose it is."""

    name: Name
    """Who holds it. Entries of one name are one identity: they count once for the threshold."""
    file: Optional[PathText] = None
    """The file of the public key, relative to the trust file. Either this or `pem`."""
    pem: Optional[PemText] = None
    """The public key itself, in PEM or as a line of OpenSSH."""
    id: Optional[Hex64] = None
    """Its id, as `openmodel key id` prints it; if it is given, the key must have it."""
    valid_from: Optional[Time] = None
    """Signatures count from this time on."""
    valid_until: Optional[Time] = None
    """Signatures count before this time."""


class Pem(Part):
    """Certificates in PEM: either a file or the text."""

    file: Optional[PathText] = None
    """A file, relative to the trust file."""
    pem: Optional[PemText] = None
    """The certificates themselves."""


class Root(Pem):
    """Certificates of an authority that may say who somebody is."""

    name: Optional[Name] = None
    """What identities call it in `root`. Entries of one name are one authority."""


class TrustedIdentity(Part):
    """Somebody whom a certificate names. One of `email`, `uri` and `dns` has to be in it, exactly so."""

    name: Name
    """Who it is. Entries of one name are one identity, together with keys of that name."""
    email: Optional[Line] = None
    """An e-mail address (rfc822Name) in the subject alternative names of the certificate."""
    uri: Optional[Line] = None
    """A URI there."""
    dns: Optional[Line] = None
    """A DNS name there; no wildcards."""
    issuer: Optional[Line] = None
    """The OpenID Connect issuer that vouched for it, if the certificate is one of Sigstore; without it, the certificate
    has to lead to one of `roots`."""
    root: Optional[Name] = None
    """The `name` of the one among `roots` that it has to lead to; without it, each of them will do."""
    valid_from: Optional[Time] = None
    """Signatures count from this time on."""
    valid_until: Optional[Time] = None
    """Signatures count before this time."""


class CertificateName(Part):
    """A certificate by who issued it and its number there."""

    issuer: Line
    """The issuer, as in `CN=Example CA,O=Example`. Order, case and spaces do not count."""
    serial: Annotated[str, StringConstraints(pattern=_SERIAL)]
    """Its serial number in hexadecimal digits, with or without colons."""


class Revocation(Part):
    """What does not count any more: a key, or a certificate at any place of a chain."""

    key: Optional[Hex64] = None
    """The id of a key."""
    certificate: Optional[CertificateName] = None
    """A certificate by issuer and serial number."""
    fingerprint: Optional[Hex64] = None
    """A certificate by the SHA-256 of its DER."""
    effective: Time
    """From when on. What was signed before counts only if a trusted timestamp says that it was."""
    reason: Optional[Line] = None
    """Why, for those who read the answer."""


class SigstoreTrust(Part):
    """What Sigstore's signatures are checked with."""

    trusted_root: PathText
    """The file `trusted_root.json` of a Sigstore instance, relative to the trust file."""


class TrustFile(Part):
    """Whom to trust for which releases, and how many of them have to have signed."""

    openmodel_trust: Literal["1-draft"]
    """The version of this format."""
    threshold: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many distinct identities have to have signed."""
    algorithms: Optional[Annotated[tuple[AlgorithmName, ...], Field(min_length=1, max_length=16)]] = None
    """The kinds of keys that count; without it, all."""
    keys: Annotated[tuple[TrustedKey, ...], Field(max_length=1000)] = ()
    """Public keys."""
    roots: Annotated[tuple[Root, ...], Field(max_length=64)] = ()
    """Certificate authorities that may say who somebody is."""
    identities: Annotated[tuple[TrustedIdentity, ...], Field(max_length=1000)] = ()
    """Whom they may name."""
    sigstore: Optional[SigstoreTrust] = None
    """For identities with an `issuer`."""
    timestamp_authorities: Annotated[tuple[Pem, ...], Field(max_length=64)] = ()
    """Certificates of authorities whose timestamps (RFC 3161) are believed."""
    minimum_sequence: dict[str, Count] = Field(default_factory=dict, max_length=10000)
    """By the name of a release, the lowest sequence that counts."""
    revocations: Annotated[tuple[Revocation, ...], Field(max_length=10000)] = ()
    """What does not count any more."""
    rotations: Annotated[tuple[PathText, ...], Field(max_length=1000)] = ()
    """Files that `openmodel key rotate` wrote, relative to the trust file: a listed key names its successor."""


def read(path: Path) -> tuple[Text, TrustFile]:
    """Reads a trust file: JSON if its name ends in `.json`, else YAML.

    Raises:
        DocumentError: it cannot be read or is no trust file. Lists all problems with their places.
    """
    content = read_file(path, MAX_BYTES)
    if len(content) > MAX_BYTES:
        found, fix = f"more than {MAX_BYTES:,} bytes", "Check that this is the right file."
        raise DocumentError(Problem(safe(str(path)), found, "a trust file", fix))
    name = str(path)
    if name.endswith(".json"):
        text = read_json(content, name)
    else:
        from openmodel.manifest.yaml_text import read_yaml  # noqa: PLC0415  # As in `manifest.loading`.

        text = read_yaml(content, name)
    if not isinstance(text.data, dict):
        fix = "Start it with `openmodel_trust: 1-draft`."
        raise DocumentError(text.problem("", got=shown(text.data), expected="a mapping", fix=fix))
    try:
        return text, TrustFile.model_validate_json(text.json)
    except ValidationError as error:
        raise DocumentError(text.problems(list(_complaints(error)))) from error


def _complaints(error: ValidationError) -> Iterator[Complaint]:
    if error.error_count() > _MOST_PROBLEMS:
        yield "", f"{error.error_count():,} problems", "a trust file", "Check that this is the right file."
        return
    for details in error.errors(include_url=False):
        pointer, field = join("", *details["loc"]), f"`{details['loc'][-1]}`"
        if details["type"] == "missing":
            yield pointer, f"no {field}", f"the field {field}", f"Add {field}."
        elif details["type"] == "extra_forbidden":
            yield pointer, f"the unknown field {field}", "a field of a trust file", "Delete it, or correct its name."
        else:
            pattern = details.get("ctx", {}).get("pattern", "")
            expected = _WORDS.get(pattern) or details["msg"].removeprefix("Input should be ")
            yield pointer, shown(details["input"]), expected, "Correct the value; docs/trust.md has an example."
