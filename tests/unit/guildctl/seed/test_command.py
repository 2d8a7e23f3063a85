"""`guild seed` as a user meets it."""

import subprocess
import sys
from pathlib import Path

import pytest

from mesh.embedded import free_port


def told_by(*arguments: str) -> tuple[int, str]:
    """The exit code and the message of a run that fails."""
    command = [sys.executable, "-m", "guildctl", "seed", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return ended.returncode, ended.stderr


def test_nobody_at_the_address_is_one_message(tmp_path: Path) -> None:
    """Which names the address, after a moment and not after a minute."""
    address = f"127.0.0.1:{free_port()}"

    code, told = told_by("--grpc", address, "--home", str(tmp_path))

    assert (1, True) == (code, told.startswith(f"error: {address} does not answer: "))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--size", "small", "--graph", "edges"), "error: choose one: --size, --graph FILE, or --bulk NUMBER"),
        (("--add",), "error: choose one: "),
        (("--graph", "missing", "--grpc", "127.0.0.1:1"), "error: missing cannot be read: No such file or directory"),
        (("--home", "nowhere"), "error: guild does not run on nowhere: start it with `guild up`"),
    ],
)
def test_what_a_user_can_mend_is_one_message(arguments: tuple[str, ...], said: str) -> None:
    """Without a traceback."""
    code, told = told_by(*arguments)

    assert (1, True, 1) == (code, told.startswith(said), told.count("\n"))
