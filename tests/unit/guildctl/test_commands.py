"""What the commands say, and with which exit code, when nothing runs."""

import json
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from typer.testing import CliRunner

from guildctl.__main__ import build
from mesh.auth import Operators
from mesh.embedded import free_port
from mesh.ids import uuid7
from mesh.settings import AuthSettings


def guild(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    command = [sys.executable, "-m", "guildctl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_lists_every_command() -> None:
    """Each module of guildctl.commands is a command."""
    told = guild("--help").stdout

    assert [] == [name for name in ("up", "down", "status", "migrate", "token", "doctor", "logs") if name not in told]


def test_status_of_nothing(tmp_path: Path) -> None:
    """Without a run, status is one line of advice or a JSON document, and the exit code is 1."""
    told, document = guild("status", "--home", tmp_path), guild("status", "--json", "--home", tmp_path)

    assert (1, f"error: guild does not run on {tmp_path}: start it with `guild up`\n") == (told.returncode, told.stderr)
    assert (1, {"running": False, "roles": []}) == (document.returncode, json.loads(document.stdout))


@pytest.mark.parametrize(
    "command", [("export", "start", uuid4(), "--reason", "case 7"), ("erasure", "show", "--receipt", "x")]
)
def test_nobody_is_asked_about_members_where_nothing_runs(tmp_path: Path, command: tuple[object, ...]) -> None:
    """The advice is the same as elsewhere."""
    told = guild(*command, "--home", tmp_path)

    assert (1, True) == (told.returncode, told.stderr.startswith(f"error: guild does not run on {tmp_path}: start it"))


def test_down_of_nothing_is_well(tmp_path: Path) -> None:
    """Stopping what does not run is no error."""
    told = guild("down", "--home", tmp_path)

    assert (0, f"guild does not run on {tmp_path}\n") == (told.returncode, told.stdout)


def test_the_operators_token_is_that_of_the_home(tmp_path: Path) -> None:
    """`guild token` without an address prints the admin token, the same each time."""
    first, second = guild("token", "--home", tmp_path), guild("token", "--home", tmp_path)

    assert first.stdout == second.stdout
    assert (tmp_path / "keys" / "admin_token").read_text() == first.stdout


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    """Asking for an unknown log names those there are."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "feed.log").write_text("one\ntwo\nthree\n")
    told, tail = guild("logs", "food", "--home", tmp_path), guild("logs", "feed", "-n", 2, "--home", tmp_path)

    assert (1, "two\nthree\n") == (told.returncode, tail.stdout)
    assert told.stderr.endswith("there are feed\n")


@pytest.mark.parametrize("detach", [[], ["--detach"]])
@pytest.mark.parametrize("option", ["--port", "--grpc-port"])
def test_a_taken_port_is_one_message(tmp_path: Path, detach: list[str], option: str) -> None:
    """When a public port is in use, `guild up` starts nothing and says which flag chooses another, detached or not."""
    other = {"--port": "--grpc-port", "--grpc-port": "--port"}[option]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = guild("up", "--home", tmp_path, option, port, other, free_port(), *detach)

    advice = f"error: port {port} is in use by another program: end it, or choose another with {option}\n"
    assert (1, advice) == (told.returncode, told.stderr)
    assert not (tmp_path / "postgres").exists()


def taken_behind_a_free_one() -> socket.socket:
    """A listener whose port follows one that is free; both are where the kernel hands out none by itself."""
    while True:
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", free_port() + 1))


def test_grpc_follows_rest(tmp_path: Path) -> None:
    """With --port alone public gRPC is on the next port, and the message about it names its own flag."""
    with taken_behind_a_free_one() as taken:
        port = taken.getsockname()[1]
        told = guild("up", "--home", tmp_path, "--port", port - 1)

    assert told.stderr.startswith(f"error: port {port} is in use")
    assert told.stderr.endswith("--grpc-port\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "9000", "--grpc-port", "9000"], "port 9000 cannot be both --port and --grpc-port"),
        (["--port", "65535"], "there is no port 65536 for gRPC: say another with --grpc-port"),
    ],
)
def test_ports_that_cannot_be_are_told_at_once(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Nothing is started to find out."""
    told = guild("up", "--home", tmp_path, *arguments)

    assert 1 == told.returncode
    assert told.stderr.startswith(f"error: {said}")
    assert not (tmp_path / "postgres").exists()


def test_a_dead_external_store_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the PostgreSQL a URL points at does not answer, the message names the database and the cause."""
    monkeypatch.setenv("GUILD_POSTGRES_DSN", "postgresql://postgres@127.0.0.1:9/postgres")
    told = guild("migrate", "--home", tmp_path)

    assert 1 == told.returncode
    assert "9" in told.stderr
    assert 1 == len(told.stderr.splitlines())


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("GUILD_POSTGRES_DSN", "postgresql://me:hush@127.0.0.1:9/postgres"),
        ("GUILD_REDIS_URL", "redis://127.0.0.1:9"),
        ("GUILD_NATS_URL", "nats://127.0.0.1:9"),
    ],
)
def test_up_names_the_store_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, url: str
) -> None:
    """`guild up` starts nothing when a URL points at nobody; it says which, and what to do, without the password."""
    monkeypatch.setenv(variable, url)
    told = guild("up", "--home", tmp_path, "--port", free_port(), "--grpc-port", free_port())

    assert 1 == told.returncode
    assert told.stderr.endswith(f": start it, or unset {variable} to use the embedded one\n")
    assert "hush" not in told.stderr
    assert not list(tmp_path.glob("*/PG_VERSION"))


def test_an_operator_has_a_token_that_the_entry_knows() -> None:
    """`guild operator` keeps nothing; what it prints fits together."""
    told = guild("operator", "ann.lee")
    token, entry = (line.rpartition(" ")[2] for line in told.stdout.splitlines())

    assert "ann.lee" == Operators(AuthSettings(operators=(entry,))).recognise(token)
    assert 1 == guild("operator", "Ann Lee").returncode


def test_recorded_requests_are_ranked_again(tmp_path: Path) -> None:
    """From a file: alike, exit code 0; by another ranking with what it changes; what is no request is named."""
    path, config = tmp_path / "requests", tmp_path / "ranking.toml"
    who, posts = str(uuid7()), [str(uuid7()) for _ in range(2)]
    request = {
        "id": str(uuid7()),
        "viewer_id": who,
        "recorded_at": "2026-01-01T00:00:00+00:00",
        "scoring": "2",
        "candidates": [
            [who, posts[0], {"published_at": 0.0, "likes": 1}, {}],
            [who, posts[1], {"published_at": 50.0}, {}],
        ],
        "given": [[0, 100.0], [1, 50.0]],
    }
    path.write_text(json.dumps(request) + "\n")
    config.write_text('version = "x"\ngrowth = "linear"\nlikes = 0\ncomments = 0\nshares = 0\naffinity = 0\n')

    def replay(*more: object) -> Result:
        return CliRunner().invoke(build(), ["feed", "replay", "--from", str(path), *map(str, more)])

    alike, other = replay(), replay("--scoring", config)
    path.write_text(json.dumps(request | {"given": [[1, 50.0]]}) + "\n{}\n")
    broken, unlike = replay(), replay("--most", 1)

    assert (0, "1 requests, 1 alike\n") == (alike.exit_code, alike.stdout)
    assert "Kendall's tau -1.000" in other.stdout
    assert f"{path}, line 2: it has no 'candidates'" == str(broken.exception)
    assert (1, True) == (unlike.exit_code, "version 2 ranks it otherwise" in unlike.stdout)
