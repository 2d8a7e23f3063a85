"""`guild seed` as a user meets it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from guildctl.__main__ import build
from guildctl.console import Problem
from mesh.embedded import free_port


def problem_with(*arguments: str) -> str:
    """What a run says that fails in a way the user can mend."""
    ended = CliRunner().invoke(build(), ["seed", *arguments])
    assert isinstance(ended.exception, Problem)
    return str(ended.exception)


def test_nobody_at_the_address_is_one_message(tmp_path: Path) -> None:
    """Which names the address, after a moment and not after a minute."""
    address = f"127.0.0.1:{free_port()}"

    assert problem_with("--grpc", address, "--home", str(tmp_path)).startswith(f"{address} does not answer: ")


def test_a_database_that_is_not_there_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which names the database, before anybody is invented."""
    monkeypatch.setenv("GUILD_POSTGRES_DSN", f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")

    told = problem_with("--bulk", "9", "--grpc", f"127.0.0.1:{free_port()}", "--home", str(tmp_path))

    assert told.startswith("the database guild_profile cannot be opened (")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--size", "small", "--graph", "edges"), "choose one: --size, --graph FILE, or --bulk NUMBER"),
        (("--add",), "choose one: "),
        (("--graph", "missing", "--grpc", "127.0.0.1:1"), "missing cannot be read: No such file or directory"),
        (("--home", "nowhere"), "guild does not run on nowhere: start it with `guild up`"),
    ],
)
def test_what_a_user_can_mend_is_one_message(arguments: tuple[str, ...], said: str) -> None:
    """Which says what to do."""
    assert problem_with(*arguments).startswith(said)
