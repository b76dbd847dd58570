# SPDX-License-Identifier: Apache-2.0
"""Timestamp authorities for tests: an honest one, `openssl ts` behind a server on this machine, and forged answers.

A forged answer is signed by a real key over content that no honest authority signs: made with `openssl cms`, which
signs anything. So each attack is in the content, and the signature on it is good.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the program openssl is not installed")

DAY = timedelta(days=1)
SHA_256 = "2.16.840.1.101.3.4.2.1"
SHA_1 = "1.3.14.3.2.26"
_CONFIGURATION = """
[tsa]
default_tsa = local
[local]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
TIME_STAMPING: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)


@dataclass(frozen=True)
class Party:
    """A certificate and its key, in files."""

    folder: Path
    name: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> Path:
        return self.folder / f"{self.name}.pem"


def party(
    folder: Path,
    name: str,
    issuer: Party | None = None,
    *,
    usages: Sequence[x509.ObjectIdentifier] = (),
    critical: bool = True,
    ca: bool = False,
    days: tuple[int, int] = (-2, 30),
    serial: int | None = None,
    key_usage: x509.KeyUsage | None = None,
) -> Party:
    """Makes a certificate; a root when nobody issues it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"test only: {name}")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    if key_usage:
        builder = builder.add_extension(key_usage, critical=True)
    made = Party(folder, name, builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)
    made.pem.write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made


@contextmanager
def serving(answer: Callable[[bytes], tuple[int, dict[str, str], bytes]]) -> Iterator[str]:
    """A server on this machine that answers each query with status, headers and body; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, headers, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            if not status:  # No HTTP at all.
                self.wfile.write(body)
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


REPLY = {"Content-Type": "application/timestamp-reply"}


def honest(folder: Path) -> Callable[[bytes], bytes]:
    """What `openssl ts` answers to a query, with the certificate `tsa.pem` of the folder."""
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")

    def answer(query: bytes) -> bytes:
        (folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "answer"]
        subprocess.run(command, cwd=folder, capture_output=True, check=True)
        return (folder / "answer").read_bytes()

    return answer


def der(tag: int, *parts: bytes) -> bytes:
    """One value in DER."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _oid(dotted: str) -> bytes:
    numbers = [int(part) for part in dotted.split(".")]
    body = bytes([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        body += bytes(reversed(digits))
    return der(6, body)


def _integer(number: int) -> bytes:
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def token_info(
    message: bytes, *, time: datetime | None = None, algorithm: str = SHA_256, digest: bytes | None = None
) -> bytes:
    """What a timestamp states (TSTInfo, RFC 3161, section 2.4.2)."""
    imprint = der(
        0x30, der(0x30, _oid(algorithm), der(5)), der(4, hashlib.sha256(message).digest() if digest is None else digest)
    )
    stated = (time or datetime.now(UTC)).strftime("%Y%m%d%H%M%SZ").encode()
    return der(0x30, _integer(1), _oid("1.2.3.4.1"), imprint, _integer(7), der(0x18, stated))


def forged(
    signer: Party,
    info: bytes,
    *,
    others: Sequence[Party] = (),
    status: int = 0,
    digest: str = "sha256",
    second: Party | None = None,
) -> bytes:
    """An answer with any content, really signed by any key; `others` are certificates that come with it, and `second`
    signs as well."""
    folder = signer.folder
    (folder / "info").write_bytes(info)
    (folder / "others").write_bytes(b"".join(other.pem.read_bytes() for other in others))
    command = ["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-md", digest, "-in", "info"]
    command += ["-signer", f"{signer.name}.pem", "-inkey", f"{signer.name}.key", "-out", "token"]
    command += ["-signer", f"{second.name}.pem", "-inkey", f"{second.name}.key"] if second else []
    command += ["-econtent_type", "1.2.840.113549.1.9.16.1.4", *(["-certfile", "others"] if others else [])]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return der(0x30, der(0x30, _integer(status)), (folder / "token").read_bytes())
