# SPDX-License-Identifier: Apache-2.0
"""Passphrases: from a terminal, a variable, a descriptor or a program, and never shown."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import pytest

from openmodel.errors import KeyFileError, OpenModelError, UsageError
from openmodel.signing import load_private_key, new_key, public_key, sign, verify
from openmodel.signing.keys.passphrases import MAX_BYTES, from_descriptor, from_environment, from_terminal

SECRET = "correct horse é"
ON_A_TERMINAL = "import os, sys; os.close(os.open(sys.argv[1], os.O_RDWR)); os.execv(sys.argv[2], sys.argv[2:])"
"""The first terminal that a session opens is the one that it belongs to."""
OPENMODEL = [sys.executable, "-m", "openmodel"]


def command(
    *arguments: str | Path, env: dict[str, str] | None = None, fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """The command without a terminal."""
    return subprocess.run(
        [*OPENMODEL, *map(str, arguments)],
        env=os.environ | (env or {}),
        pass_fds=fds,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )


def typed(answers: Sequence[str], *arguments: str | Path) -> tuple[int, str]:
    """The command on a terminal of its own, with these answers to its questions; exit status and what was shown."""
    terminal, its_end = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, os.ttyname(its_end), *OPENMODEL, *map(str, arguments)],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
    )
    os.close(its_end)
    shown, left = b"", list(answers)
    while True:
        try:
            content = os.read(terminal, 4096)
        except OSError:  # What Linux says at the end.
            break
        if not content:
            break
        shown += content
        if left and re.search(rb": $", shown):
            os.write(terminal, left.pop(0).encode() + b"\n")
    os.close(terminal)
    return child.wait(), shown.decode()


def test_a_person_is_asked_twice_for_a_new_key_and_once_for_an_old_one(tmp_path: Path, built: Path) -> None:
    key = tmp_path / "k"
    status, shown = typed([SECRET, SECRET], "key", "new", key, "--type", "ed25519", "--encrypt")
    assert status == 0, shown
    assert SECRET not in shown
    assert "The same again: " in shown
    assert load_private_key(key, SECRET.encode()).algorithm == "ed25519"
    assert key.stat().st_mode & 0o777 == 0o600
    status, shown = typed([SECRET], "sign", built, "--key", key)
    assert (status, shown.count("Passphrase of")) == (0, 1)
    assert SECRET not in shown
    assert verify(built, keys=[f"{key}.pub"]).ok
    status, shown = typed(["wrong"], "key", "id", key)
    assert status == 2
    assert "does not open the key" in shown
    assert "wrong" not in shown


@pytest.mark.parametrize(
    ("answers", "found"), [(["one", "two"], "that differ"), ([""], "empty"), (["\x04"], "the end")]
)
def test_what_a_person_types_wrongly_makes_no_key(tmp_path: Path, answers: list[str], found: str) -> None:
    status, shown = typed(answers, "key", "new", tmp_path / "k", "--encrypt")
    assert status == 2
    assert found in shown
    assert not list(tmp_path.iterdir())


def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    ended = command("key", "new", tmp_path / "k", "--encrypt")
    assert ended.returncode == 2
    assert "no terminal" in ended.stderr
    assert "--passphrase-env NAME or --passphrase-fd N" in ended.stderr
    assert not list(tmp_path.iterdir())


def test_a_variable(tmp_path: Path, built: Path) -> None:
    key, env = tmp_path / "k", {"SECRET": SECRET}
    option = ("--passphrase-env", "SECRET")
    assert command("key", "new", key, *option, env=env).returncode == 0
    assert b"ENCRYPTED" in key.read_bytes()
    assert command("sign", built, "--key", key, *option, env=env).returncode == 0
    ended = command("key", "id", key, *option, env={"SECRET": "wrong"})
    assert (ended.returncode, "does not open" in ended.stderr) == (2, True)
    assert "wrong" not in ended.stdout + ended.stderr
    ended = command("key", "id", key, *option)
    assert (ended.returncode, "no environment variable SECRET" in ended.stderr) == (2, True)
    ended = command("key", "id", key)
    assert (ended.returncode, "no terminal" in ended.stderr) == (2, True)
    both = command("sign", built, "--key", key, *option, "--passphrase-fd", "0", env=env)
    assert (both.returncode, "one of the two" in both.stderr) == (2, True)


def test_a_descriptor_is_read_once_for_all_keys(tmp_path: Path, built: Path) -> None:
    keys = [tmp_path / "a", tmp_path / "b"]
    for key in keys:
        new_key(key, passphrase=SECRET.encode())
    reader, writer = os.pipe()
    os.write(writer, SECRET.encode() + b"\r\nnot this\n")
    os.close(writer)
    ended = command("sign", built, "--key", keys[0], "--key", keys[1], "--passphrase-fd", str(reader), fds=[reader])
    assert ended.returncode == 0, ended.stderr
    assert os.read(reader, 100) == b"not this\n"
    os.close(reader)
    ended = command("sign", built, "--key", keys[0], "--passphrase-fd", "999")
    assert (ended.returncode, "a descriptor 999 that cannot be read" in ended.stderr) == (2, True)


def test_a_descriptor_without_end_is_bounded(tmp_path: Path) -> None:
    new_key(tmp_path / "k", passphrase=b"x")
    with Path("/dev/zero").open("rb") as stream, pytest.raises(KeyFileError, match="NUL"):
        load_private_key(tmp_path / "k", from_descriptor(stream.fileno()))
    with pytest.raises(UsageError):
        load_private_key(tmp_path / "k", from_descriptor(2**80))


@pytest.mark.parametrize("passphrase", [b"", b"a\0b", b"x" * (MAX_BYTES + 1)])
def test_what_cannot_be_a_passphrase(tmp_path: Path, passphrase: bytes) -> None:
    with pytest.raises(KeyFileError) as caught:
        new_key(tmp_path / "k", passphrase=passphrase)
    assert not list(tmp_path.iterdir())
    assert len(str(caught.value)) < 1000
    new_key(tmp_path / "k", passphrase=b"x" * MAX_BYTES)
    with pytest.raises(KeyFileError):
        load_private_key(tmp_path / "k", lambda _: passphrase)


def test_it_is_asked_for_only_when_it_is_needed(tmp_path: Path) -> None:
    asked: list[Path] = []

    def source(file: Path) -> bytes:
        asked.append(file)
        return b"x"

    plain, locked = new_key(tmp_path / "plain"), new_key(tmp_path / "locked", passphrase=source)
    assert asked == [tmp_path / "locked"]
    load_private_key(plain.private, source)
    public_key(locked.public, source)
    assert len(asked) == 1
    assert load_private_key(locked.private, source).public.key_id == locked.key_id
    with pytest.raises(OpenModelError):
        new_key(tmp_path / "plain", passphrase=source)
    assert asked == [tmp_path / "locked"] * 2


def test_no_error_holds_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = new_key(tmp_path / "k", passphrase=b"right")
    monkeypatch.setenv("SECRET", "very-wrong-one")
    for source in (b"very-wrong-one", from_environment("SECRET"), b"very-wrong-one" * 100, b"very-wrong-one\0"):
        with pytest.raises(KeyFileError) as caught:
            load_private_key(pair.private, source)
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.args)
        assert "very-wrong-one" not in shown.replace('b"very-wrong-one"', "")
        error: BaseException | None = caught.value
        while error:
            assert "very-wrong-one" not in repr(error.args)
            error = error.__cause__ or error.__context__
    assert "right" not in repr(load_private_key(pair.private, b"right"))


def test_two_encryptions_of_one_passphrase_share_nothing(tmp_path: Path) -> None:
    files = [new_key(tmp_path / name, passphrase=b"x").private.read_bytes() for name in "ab"]
    assert files[0].splitlines()[2:] != files[1].splitlines()[2:]


def test_a_key_in_the_release_is_refused_before_anybody_is_asked(built: Path, tmp_path: Path) -> None:
    pair = new_key(tmp_path / "k", passphrase=b"x")
    (built / "k").write_bytes(pair.private.read_bytes())
    with pytest.raises(KeyFileError, match="inside the release"):
        sign(built, keys=[built / "k"], passphrase=from_terminal())


def test_what_a_kind_cannot_do_is_said_when_it_is_made(tmp_path: Path) -> None:
    assert "cannot sign model.sig" in command("key", "new", tmp_path / "e", "--type", "ed25519").stderr
    assert command("key", "new", tmp_path / "k").stderr == ""
    ended = command("key", "id", tmp_path / "k.pub")
    assert ended.stdout == public_key(tmp_path / "k").key_id + "\n"
    assert command("key", "new", tmp_path / "other", "--type", "rsa").returncode == 2
