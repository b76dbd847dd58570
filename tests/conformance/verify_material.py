# SPDX-License-Identifier: Apache-2.0
"""What the cases in `verify/` are made of: keys for tests only, certificates, releases and lines with valid signatures.

Everything comes from sentences and fixed dates, so that making the cases again changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from openmodel.inventory.merkle import tree_head
from openmodel.inventory.release_root import DOMAIN, _leaf
from openmodel.signing.dsse import IN_TOTO, pae
from openmodel.signing.keys.key import private_key_of
from tests.signing.oms.model_files import statement as file_list
from tests.signing.oms.model_files import write_model
from tests.signing.small_release import Json, build, payload_of, statement_for
from tests.signing.trust.authorities import usage

FILES = {"config.json": b"{}", "data/a.txt": b"alpha", "data/b.txt": b"beta", "README.md": b"# toy\n"}
MODEL = {"a.txt": b"alpha", "d0/w.bin": b"weights"}
CURVES: dict[str, tuple[ec.EllipticCurve, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "p256": (ec.SECP256R1(), hashes.SHA256()),
    "p384": (ec.SECP384R1(), hashes.SHA384()),
    "p521": (ec.SECP521R1(), hashes.SHA512()),
}
YEARS = (2025, 2099)
"""From when to when certificates are valid unless a case says otherwise."""

IN_TOTO_74 = "in-toto/specification#74"
TUF_SHAPES = "python-tuf test_metadata_serialization.py"
DSSE_TESTS = "sigstore-python test_dsse.py"
DIGESTS = "in-toto DigestSet guidelines"
"""Where several attacks come from."""

Change = Callable[[Any], object]
"""Alters a document in place."""


@dataclass(frozen=True)
class Key:
    """A key that anybody can compute from its name: it is for tests only."""

    name: str
    curve: str = "p256"

    @property
    def private(self) -> Any:
        seed = hashlib.sha256(f"openmodel verify case: this key is for tests only: {self.name}".encode()).digest()
        if self.curve == "ed25519":
            return ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        if self.curve == "ml-dsa-65":
            return mldsa.MLDSA65PrivateKey.from_seed_bytes(seed)
        if self.curve == "rsa":
            return rsa_key()
        return ec.derive_private_key(int.from_bytes(seed), CURVES[self.curve][0])

    @property
    def id(self) -> str:
        return private_key_of(Path(), self.private).public.key_id

    @property
    def file(self) -> str:
        return f"test-only-{self.name}.pub"

    @property
    def pem(self) -> str:
        public = self.private.public_key()
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        text: str = public.public_bytes(serialization.Encoding.PEM, form).decode()
        return text

    def sign(self, message: bytes, hashed: hashes.HashAlgorithm | None = None, context: bytes = b"") -> bytes:
        """The deterministic signature; by another hash than that of the curve if a case asks for it."""
        signature: bytes
        if self.curve == "ed25519":
            signature = self.private.sign(message)
        elif self.curve == "ml-dsa-65":
            signature = self._kept(message, context)
        else:
            scheme = ec.ECDSA(hashed or CURVES[self.curve][1], deterministic_signing=True)
            signature = self.private.sign(message, scheme)
        return signature

    def _kept(self, message: bytes, context: bytes) -> bytes:
        """One of ML-DSA, which is another one each time that it is made."""
        asked = hashlib.sha256(b"%d " % len(context) + context + message).hexdigest()
        if asked not in signatures:
            signatures[asked] = base64.b64encode(self.private.sign(message, context)).decode()
        return base64.b64decode(signatures[asked])


KEPT = Path(__file__).parent / "verify" / "ml-dsa-signatures.json"
signatures: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
"""Of ML-DSA, by the digest of what was signed; the builder keeps them."""

ONE, TWO, STRANGER = Key("one"), Key("two"), Key("stranger")
P384, ED25519 = Key("p384", "p384"), Key("ed25519", "ed25519")
MLDSA = Key("ml-dsa", "ml-dsa-65")
GIVEN = (ONE, TWO, P384, ED25519, MLDSA)
"""Keys whose public halves are in `verify/keys`."""


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """One of 2,048 bits, for authorities. The numbers were found by trying."""
    p, q = (
        int.from_bytes(
            b"".join(
                hashlib.sha256(f"openmodel verify case: test only rsa {which} {part}".encode()).digest()
                for part in range(4)
            )
        )
        | 3 << 1022
        | 1
        for which in ("p 376", "q 565")
    )
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


@dataclass(frozen=True)
class Case:
    """One hostile release, and what has to be said about it."""

    name: str
    row: str
    """Which row of the threat table it belongs to."""
    attack: str
    make: Callable[[Path], object]
    """Writes the files of the release."""
    source: str
    steps: Sequence[int] = ()
    """Numbers of all steps that fail."""
    place: str = ""
    """What the answer names, so that somebody finds the place."""
    files: Sequence[tuple[str, str]] = ()
    """Paths of problems with files, and their kinds."""
    outcome: str = "failed"
    error: str = ""
    """The class of the error, where there is no answer."""
    keys: Sequence[Key] = (ONE,)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Files beside the release, as JSON or as bytes: a trust file, a state, keys that name their successors."""
    recipe: Sequence[Sequence[Any]] = ()
    """What git cannot hold: the test makes it."""


def bundle(key: Key, payload: bytes, *, kind: str = IN_TOTO, message: bytes | None = None) -> Json:
    """A bundle with a valid signature."""
    signature = key.sign(pae(kind, payload) if message is None else message)
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": key.id}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": kind,
            "signatures": [{"sig": base64.b64encode(signature).decode()}],
        },
    }


def reroot(document: Json) -> None:
    """Makes the release root fit the files as listed, also where the public function refuses them."""
    files = sorted((file["path"], file["size"], file["sha256"]) for file in document["measured"]["files"])
    head = tree_head([_leaf(*file) for file in files]) if files else hashlib.sha256(b"").digest()
    root = hashlib.sha256(b"\x02" + DOMAIN + len(files).to_bytes(8, "big") + head).hexdigest()
    document["measured"]["release_root"] = root


def release(root: Path, change: Change = lambda _: None) -> Json:
    """A built release; the statement about it. `change` alters the manifest."""
    write_model(root, FILES)

    def small(document: Json) -> None:
        document["measured"]["built_from"]["records"] = []
        document["measured"].pop("weights")
        change(document)

    build(root, small)
    return statement_for(root)


def write_signatures(root: Path, *lines: Json | bytes) -> None:
    written = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    (root / "openmodel.sig").write_bytes(b"".join(line + b"\n" for line in written))


def manifest(change: Change) -> Callable[[Path], None]:
    """A release with a changed manifest, signed as it is."""

    def make(root: Path) -> None:
        write_signatures(root, bundle(ONE, payload_of(release(root, change))))

    return make


def said(change: Change, key: Key = ONE) -> Callable[[Path], None]:
    """A release with a changed statement, signed as it is."""

    def make(root: Path) -> None:
        statement = release(root)
        change(statement)
        write_signatures(root, bundle(key, payload_of(statement)))

    return make


def payload(change: Callable[[bytes], bytes], kind: str = IN_TOTO) -> Callable[[Path], None]:
    """A release with other bytes as payload, signed as they are."""

    def make(root: Path) -> None:
        write_signatures(root, bundle(ONE, change(payload_of(release(root))), kind=kind))

    return make


def line(change: Change, key: Key = ONE) -> Callable[[Path], None]:
    """A release whose bundle is changed after it was signed."""

    def make(root: Path) -> None:
        value = bundle(key, payload_of(release(root)))
        change(value)
        write_signatures(root, value)

    return make


def lines(change: Callable[[bytes], Sequence[Json | bytes]]) -> Callable[[Path], None]:
    """A release with any lines, made from the payload."""

    def make(root: Path) -> None:
        write_signatures(root, *change(payload_of(release(root))))

    return make


def model(change: Callable[[Json], Any] = lambda _: None, key: Key = ONE) -> Callable[[Path], None]:
    """A model whose list of files is changed, then signed as it is; `change` may give bytes in its place."""

    def make(root: Path) -> None:
        write_model(root, MODEL)
        value = listed()
        changed = change(value)
        content = changed if isinstance(changed, bytes) else json.dumps(value).encode()
        (root / "model.sig").write_text(json.dumps(bundle(key, content)))

    return make


def model_bundle(change: Change, key: Key = ONE) -> Callable[[Path], None]:
    """A model whose bundle is changed after it was signed."""

    def make(root: Path) -> None:
        write_model(root, MODEL)
        value = bundle(key, json.dumps(listed()).encode())
        change(value)
        (root / "model.sig").write_text(json.dumps(value))

    return make


def listed() -> Json:
    """What signers of the model sign."""
    entries = [
        {"name": name, "algorithm": "sha256", "digest": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(MODEL.items())
    ]
    return file_list(entries)


@dataclass(frozen=True)
class Issued:
    """A certificate, and the key that belongs to it."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def raw(self) -> Json:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return {"rawBytes": base64.b64encode(der).decode()}


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    key: Key | None = None,
    authority: bool | None = None,
    years: tuple[int, int] = YEARS,
    path_length: int | None = None,
    key_usage: x509.KeyUsage | None = None,
    purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.CODE_SIGNING,
    also: Sequence[x509.ObjectIdentifier] = (),
    critical_purpose: bool = False,
    email: str = "release@example.org",
    critical: x509.ExtensionType | None = None,
    besides: x509.ExtensionType | None = None,
    serial: int = 0,
) -> Issued:
    """A certificate; of a signer unless `authority` is true, and self-signed without an issuer."""
    key = key or Key(f"certificate {name}")
    by = issuer.key if issuer else key
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"openmodel test only {name}")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer.certificate.subject if issuer else own)
        .public_key(key.private.public_key())
        .serial_number(serial or int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 1)
        .not_valid_before(datetime(years[0], 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(years[1], 1, 1, tzinfo=UTC))
        .add_extension(key_usage or usage(sign=not authority, certify=bool(authority)), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private.public_key()), critical=False)
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(authority, path_length), critical=True)
    if purpose and not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose, *also]), critical=critical_purpose)
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(email)]), critical=False)
    if critical:
        builder = builder.add_extension(critical, critical=True)
    if besides:
        builder = builder.add_extension(besides, critical=False)
    if by.curve not in CURVES:
        return Issued(builder.sign(by.private, None if by.curve == "ed25519" else hashes.SHA256()), key)
    return Issued(builder.sign(by.private, CURVES[by.curve][1], ecdsa_deterministic=True), key)


def certified(chain: Sequence[Issued], change: Change = lambda _: None) -> Callable[[Path], None]:
    """A release that the holder of the first certificate signed."""

    def make(root: Path) -> None:
        statement = release(root)
        value = bundle(chain[0].key, payload_of(statement))
        value["verificationMaterial"] = {"x509CertificateChain": {"certificates": [one.raw for one in chain]}}
        change(value)
        write_signatures(root, value)

    return make


def put(*way: str | int, value: Any) -> Callable[[Any], None]:
    """Sets what is at the end of the way."""

    def change(document: Any) -> None:
        for part in way[:-1]:
            document = document[part]
        document[way[-1]] = value

    return change


def dropped(*way: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in way[:-1]:
            document = document[part]
        del document[way[-1]]

    return change
