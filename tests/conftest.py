# SPDX-License-Identifier: Apache-2.0
"""What every test shares: no network unless the test is marked `network`, and no terminal.

Servers that a test starts on this machine are no network: 127.0.0.1, by its number.
"""

import socket
from pathlib import Path
from typing import Any

import pytest

import openmodel
from tests.releases import write_release

LOOPBACK = "127.0.0.1"


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections, datagrams and name look-ups; sockets of the AF_UNIX family and 127.0.0.1 stay usable."""
    if request.node.get_closest_marker("network"):
        return

    def guard(name: str) -> None:
        allowed = getattr(socket.socket, name)

        def guarded(sock: socket.socket, *args: Any) -> Any:
            here = args and isinstance(args[0], tuple) and args[0][0] == LOOPBACK
            if sock.family != getattr(socket, "AF_UNIX", None) and not here:
                pytest.fail(f"socket.{name}{args}: mark the test `network` or do without", pytrace=True)
            return allowed(sock, *args)

        monkeypatch.setattr(socket.socket, name, guarded)

    for name in ("connect", "connect_ex", "sendto"):
        guard(name)

    look_up = socket.getaddrinfo

    def no_lookup(host: object, *args: Any, **kwargs: Any) -> Any:
        if host == LOOPBACK:
            return look_up(host, *args, **kwargs)
        pytest.fail(f"look-up of {host!r}: mark the test `network` or do without", pytrace=True)

    monkeypatch.setattr(socket, "getaddrinfo", no_lookup)


@pytest.fixture(autouse=True)
def no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are as wide as a test says, not as the caller's terminal, or as a runner of tests in parallel says."""
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release with real files, not yet built."""
    return write_release(tmp_path / "toy")


@pytest.fixture
def built_release(release: Path) -> Path:
    """The same, built."""
    openmodel.build(release)
    return release
