# SPDX-License-Identifier: Apache-2.0
"""Writes the seeds in `corpus`, from what the other tests have: python -m tests.fuzz.make_corpus

Keys and certificates in them are test-only. They are made anew each time, so run it only to add seeds.
"""

from __future__ import annotations

import base64
import json
import struct
import tempfile
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from openmodel import dump, load
from openmodel.manifest.tensor_table import TensorRow, WeightTensors, dump_table
from openmodel.signing import statement
from openmodel.signing.keys import KeyPair, armour, load_private_key, new_key, pbes2
from openmodel.signing.oms import file_list
from openmodel.signing.oms.older import OLDER_PREDICATE_TYPE
from tests.fuzz.targets import CORPUS, PASSPHRASE
from tests.inventory.formats.looking import FILES as FORMATS
from tests.inventory.ggufs import Stored, aligned, gguf
from tests.signing.key_files import ml_dsa_form, private_der
from tests.signing.small_release import bundle_for, payload_of, statement_for, write_release
from tests.signing.trust.authorities import NAMED, certified, issue

VECTORS = Path(__file__).parents[1] / "signing" / "vectors"


def write(target: str, name: str, content: bytes) -> None:
    (CORPUS / target).mkdir(parents=True, exist_ok=True)
    (CORPUS / target / name).write_bytes(content)


def plain(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def signatures(root: Path, pair: KeyPair) -> None:
    """Lines, statements and `model.sig`."""
    said = statement_for(root)
    payload = payload_of(said)
    line = bundle_for(load_private_key(pair.private), payload)
    write("bundle", "by-key", plain(line))
    stamp = {"rfc3161Timestamps": [{"signedTimestamp": base64.b64encode(bytes(64)).decode()}]}
    line["verificationMaterial"]["timestampVerificationData"] = stamp
    write("bundle", "with-timestamp", plain(line))
    authority = issue("root", authority=True)
    signer = issue("signer", authority)
    write("bundle", "by-certificate", plain(certified(payload, signer, authority)))
    write("statement", "release", payload)
    said["predicate"]["expires"] = "2035-01-31T12:00:00Z"
    write("statement", "release-that-expires", payload_of(said))
    write("statement", "provenance", plain({**said, "predicateType": statement.SLSA_PROVENANCE}))
    files = file_list.encode("toy", {"a.txt": "0" * 64, "data/b.txt": "1" * 64}, [".git"])
    older = {
        "_type": file_list.STATEMENT_TYPE,
        "predicateType": OLDER_PREDICATE_TYPE,
        "predicate": {},
        "subject": [{"name": "a.txt", "digest": {"sha256": "0" * 64}}],
    }
    write("file-list", "files", files)
    write("file-list", "older", plain(older))
    write("file-list", "vector", (VECTORS / "model-payload.json").read_bytes())
    write("model-sig", "vector", (VECTORS / "model.sig").read_bytes())
    write("model-sig", "by-key", plain(bundle_for(load_private_key(pair.private), files)))
    write("model-sig", "by-certificate", plain(certified(files, signer, authority)))
    write("model-sig", "older", plain(bundle_for(load_private_key(pair.private), plain(older))))
    trust_files(pair, authority.pem)


def trust_files(pair: KeyPair, root: str) -> None:
    """Trust files, in both syntaxes."""
    pem = pair.public.read_text()
    everything = {
        "openmodel_trust": "1-draft",
        "threshold": 2,
        "algorithms": ["ecdsa-p256-sha256", "ed25519"],
        "keys": [{"name": "Bo", "pem": pem, "valid_from": "2025-01-01T00:00:00Z"}],
        "roots": [{"pem": root}],
        "timestamp_authorities": [{"pem": root}],
        "identities": NAMED,
        "minimum_sequence": {"toy": 3},
        "revocations": [
            {"key": "0" * 64, "effective": "2025-01-01T00:00:00Z", "reason": "lost"},
            {"certificate": {"issuer": "CN=root", "serial": "0a:1b"}, "effective": "2025-01-01T00:00:00Z"},
        ],
    }
    write("trust", "everything.json", plain(everything))
    indented = pem.replace("\n", "\n      ").rstrip()
    text = f"openmodel_trust: 1-draft\nkeys:\n  - name: Bo\n    pem: |\n      {indented}\n"
    write("trust", "key.yaml", text.encode())
    write("trust", "files.yaml", b"openmodel_trust: 1-draft\nkeys: [{name: Bo, file: bo.pub}]\nrotations: [one.json]\n")


def keys() -> None:
    """Key files of all kinds; the encrypted ones with few rounds, for speed."""
    curve, edwards = ec.derive_private_key(7, ec.SECP256R1()), ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    ssh = form.PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1).build(PASSPHRASE)
    for name, key in (("p256", curve), ("ed25519", edwards)):
        private = {
            "pkcs8": (form.PrivateFormat.PKCS8, form.NoEncryption()),
            "openssh": (form.PrivateFormat.OpenSSH, form.NoEncryption()),
            "openssh-encrypted": (form.PrivateFormat.OpenSSH, ssh),
        }
        for kind, (shape, encryption) in private.items():
            content = key.private_bytes(form.Encoding.PEM, shape, encryption)
            write("key", f"test-only-{name}-{kind}.key", content)
        public = key.public_key()
        spki = public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
        write("key", f"{name}-spki.pub", spki)
        write("key", f"{name}-openssh.pub", public.public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH))
    with patch.object(pbes2, "ROUNDS", 2):
        encrypted = pbes2.encrypt(private_der(curve), PASSPHRASE)
    write("key", "test-only-p256-pkcs8-encrypted.key", armour.written("ENCRYPTED PRIVATE KEY", encrypted))
    sec1 = curve.private_bytes(form.Encoding.PEM, form.PrivateFormat.TraditionalOpenSSL, form.NoEncryption())
    write("key", "test-only-p256-sec1.key", sec1)
    write("key", "test-only-ml-dsa-seed.key", ml_dsa_form("seed"))
    write("key", "test-only-ml-dsa-both.key", ml_dsa_form("both"))
    write("key", "ml-dsa.pub", (VECTORS / "ml-dsa-65.key.pub").read_bytes())


def headers() -> None:
    """Files of weights."""
    for name, header, size in (
        ("empty", b"{}", 0),
        ("one", b'{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}', 24),
        (
            "two",
            b'{"__metadata__":{"note":"\\u00e9"},"a":{"dtype":"F16","shape":[7,0],"data_offsets":[0,0]}}  ',
            0,
        ),
    ):
        write("safetensors", name, struct.pack("<Q", len(header)) + header + bytes(size))
    for name in ("little.gguf", "big.gguf"):
        write("gguf", name, (FORMATS / name).read_bytes())
    text = struct.pack("<Q", 1) + b"k"
    nested = text + struct.pack("<LLQLQ", 9, 9, 1, 4, 2) + bytes(8)
    stored = [Stored(b"a", (3, 2), 0, bytes(24)), Stored(b"b", (64,), 2, bytes(36)), Stored(b"", (0,), 24, b"")]
    write("gguf", "tensors", gguf(stored, aligned(64), alignment=64))
    write("gguf", "nested", b"GGUF" + struct.pack("<LQQ", 3, 0, 1) + nested)
    write("gguf", "version-1", b"GGUF" + struct.pack("<LLL", 1, 0, 1) + struct.pack("<L", 1) + b"k\0\0\0\0\7")


def tables() -> None:
    """Tables of tensors."""
    rows = (
        TensorRow(name=name, dtype="F32", shape=shape, blake3=64 * "0", file="m.safetensors")
        for name, shape in (("", ()), ("a\u2028", (2, 3)))
    )
    weights = WeightTensors(component="w", tensor_root=64 * "1", tensors=tuple(rows))
    write("table", "one", dump_table([weights]))
    write("table", "none", dump_table([]))


def main() -> None:
    """Writes all seeds."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_release(Path(folder) / "release")
        signatures(root, new_key(Path(folder) / "one.key"))
        write("manifest", "built", (root / "openmodel.json").read_bytes())
    for path in sorted((Path(__file__).parents[1] / "conformance/osaid/cases").glob("*/openmodel.yaml"))[::60]:
        write("manifest", path.parent.name, dump(load(path)))
    keys()
    headers()
    tables()


if __name__ == "__main__":
    main()
