# SPDX-License-Identifier: Apache-2.0
"""A hub on this machine with one repository, and the real client in a process of its own, which lays out its cache."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

REPOSITORY = "example-lab/toy"
COMMIT = "59a53e3e0f0c1d2b3a4958677685940312233445"

_DOWNLOAD = """
import json, sys
from huggingface_hub import snapshot_download
print(snapshot_download(**json.loads(sys.argv[1])))
"""


def blob_id(content: bytes) -> str:
    """The name of a small file in the cache: its id in git."""
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


@contextmanager
def hub(files: dict[str, bytes]) -> Iterator[str]:
    """Serves a repository with these files, by path. Gives the address to put into HF_ENDPOINT."""
    tree = [
        {"type": "file", "path": path, "size": len(content), "oid": blob_id(content)} for path, content in files.items()
    ]
    info = {"id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "siblings": []}
    answers: dict[str, Any] = {
        f"/api/models/{REPOSITORY}/revision/main": info,
        f"/api/models/{REPOSITORY}/tree/{COMMIT}": tree,
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            content = files.get(path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/"))
            is_file = content is not None
            if content is None:
                content = json.dumps(answers.get(path, {"error": "not found"})).encode()
            self.send_response(200 if is_file or path in answers else 404)
            self.send_header("Content-Length", str(len(content)))
            if is_file:
                self.send_header("ETag", f'"{blob_id(content)}"')
                self.send_header("X-Repo-Commit", COMMIT)
            else:
                self.send_header("Content-Type", "application/json")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def download(files: dict[str, bytes], home: Path, *, copies: bool = False, **arguments: Any) -> Path:
    """Downloads the repository with the client of the Hub.

    Args:
        files: what the hub has.
        home: what the client takes for its home; the cache is below.
        copies: whether the client shall do without symbolic links, as it does on Windows.
        arguments: of `snapshot_download`. One file is fetched at a time: without links, two workers that fetch files
            of one content move one blob, and the second at times finds it gone.

    Returns:
        The directory that the client names: the snapshot, or `local_dir`.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(("HF_", "HUGGING"))}
    with hub(files) as endpoint:
        settings = {
            "HF_ENDPOINT": endpoint,
            "HF_HOME": str(home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_SYMLINKS": str(int(copies)),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        ended = subprocess.run(
            [sys.executable, "-c", _DOWNLOAD, json.dumps({"repo_id": REPOSITORY, "max_workers": 1} | arguments)],
            env=inherited | settings,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert ended.returncode == 0, ended.stderr
    return Path(ended.stdout.splitlines()[-1])
