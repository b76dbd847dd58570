# SPDX-License-Identifier: Apache-2.0
"""A Sigstore instance that answers over HTTP on this machine, as its library asks.

Sources: sigstore/fulcio, `fulcio.proto`, CreateSigningCertificate; sigstore/rekor, `openapi.yaml`, createLogEntry;
sigstore/rekor-tiles, `rekor_service.proto`, CreateEntry.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing.small_release import Json
from tests.signing.trust.sigstore_instance import ISSUER, Instance


def token(email: str = "ada@example.org", lives: int = 600, **claims: object) -> str:
    """An identity token. Nobody checks its signature here; Sigstore's authority would."""
    now = int(datetime.now(UTC).timestamp())
    said = {"iss": ISSUER, "aud": "sigstore", "sub": email, "iat": now - 1000, "exp": now + lives, **claims}
    parts = ({"alg": "RS256", "typ": "JWT"}, said)
    return ".".join([*(_b64(json.dumps(part).encode()) for part in parts), _b64(b"signature")])


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class Server:
    """What it was asked, and how it answers."""

    instance: Instance
    url: str = ""
    asked: list[str] = field(default_factory=list)
    failing: str = ""
    """Part of the path of what is refused."""
    log_version: int = 1
    """Of the log of signatures. The second gives no times, so that an authority for them is needed."""
    time_authority: str = ""
    """Its address."""
    change: Any = None
    """What is done to an answer, a function of the path and the answer."""

    def config(self, folder: Path) -> Path:
        """A client trust config."""
        service = {"url": self.url, "validFor": {"start": "2020-01-01T00:00:00Z"}, "operator": "example"}
        value: Json = {
            "mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
            "trustedRoot": self.instance.trusted_root(),
            "signingConfig": {
                "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json",
                "caUrls": [{**service, "majorApiVersion": 1}],
                "oidcUrls": [{**service, "majorApiVersion": 1}],
                "rekorTlogUrls": [{**service, "majorApiVersion": self.log_version}],
                "rekorTlogConfig": {"selector": "ANY"},
                "tsaConfig": {"selector": "ANY"},
            },
        }
        if self.time_authority:
            value["signingConfig"]["tsaUrls"] = [{**service, "url": self.time_authority, "majorApiVersion": 1}]
        (folder / "instance.json").write_text(json.dumps(value))
        return folder / "instance.json"

    def answer(self, path: str, body: Json, bearer: str) -> Json:
        if path == "/api/v2/signingCert":
            return self._certify(body, json.loads(base64.urlsafe_b64decode(bearer.split(".")[1] + "==")))
        assert path == f"/api/v{self.log_version}/log/entries", path
        return self._log(body) if self.log_version == 1 else self._log_hash(body["hashedRekordRequestV002"])

    def _certify(self, body: Json, claims: Json) -> Json:
        request = x509.load_pem_x509_csr(base64.b64decode(body["certificateSigningRequest"]))
        key = request.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        at = datetime.now(UTC).replace(microsecond=0)
        certificate = self.instance.certificate(key, x509.RFC822Name(claims["sub"]), claims["iss"], at)
        chain = [one.public_bytes(Encoding.PEM).decode() for one in (certificate, self.instance.root)]
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}

    def _log(self, body: Json) -> Json:
        proposed = body["spec"]["proposedContent"]
        envelope = json.loads(proposed["envelope"])
        payload = base64.b64decode(envelope["payload"])
        signature = base64.b64decode(envelope["signatures"][0]["sig"])
        kept = self.instance.body(payload, signature, base64.b64decode(proposed["verifiers"][0]))
        entry = self.instance.entry(kept, datetime.now(UTC))
        proof = entry["inclusionProof"]
        return {
            "0" * 80: {
                "body": entry["canonicalizedBody"],
                "integratedTime": int(entry["integratedTime"]),
                "logID": base64.b64decode(entry["logId"]["keyId"]).hex(),
                "logIndex": int(entry["logIndex"]),
                "verification": {
                    "signedEntryTimestamp": entry["inclusionPromise"]["signedEntryTimestamp"],
                    "inclusionProof": {
                        "logIndex": int(proof["logIndex"]),
                        "rootHash": base64.b64decode(proof["rootHash"]).hex(),
                        "treeSize": int(proof["treeSize"]),
                        "hashes": [],
                        "checkpoint": proof["checkpoint"]["envelope"],
                    },
                },
            }
        }

    def _log_hash(self, proposed: Json) -> Json:
        data = {"algorithm": "SHA2_256", "digest": proposed["digest"]}
        spec = {"hashedRekordV002": {"data": data, "signature": proposed["signature"]}}
        kept = json.dumps({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": spec}, sort_keys=True).encode()
        entry = self.instance.entry(kept, datetime.now(UTC))
        del entry["integratedTime"], entry["inclusionPromise"]
        return {**entry, "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"}}


@contextmanager
def serving(instance: Instance) -> Iterator[Server]:
    """The instance on a port of this machine."""
    server = Server(instance)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Where people would log in; some programs ask for that though they have a token."""
            assert self.path == "/.well-known/openid-configuration"
            self._send({"authorization_endpoint": server.url, "token_endpoint": server.url})

        def do_POST(self) -> None:
            server.asked.append(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if server.failing and server.failing in self.path:
                self.send_error(400)
                return
            answer = server.answer(self.path, body, self.headers.get("Authorization", ""))
            self._send(server.change(self.path, answer) if server.change else answer)

        def _send(self, answer: Json) -> None:
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on standard error."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        http.shutdown()
        thread.join()
