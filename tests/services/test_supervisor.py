"""A supervised system of two sample roles: it comes up, heals, drains."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from guildctl.home import Home
from mesh.embedded import free_port

STORES = ("postgres", "redis", "nats")
BOUND = 90.0  # seconds: three times what a hung store may take, for a machine that does much else
SAMPLE = Path(__file__).parent / "supervised" / "sample_up.py"


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for a condition; fail with `what` when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextmanager
def supervised(home: Home, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run the sample system."""
    command = [sys.executable, str(SAMPLE), str(home.path), str(free_port()), str(free_port()), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def roles(home: Home) -> dict[str, dict[str, Any]]:
    return home.state().get("roles") or {}


def stores(home: Home) -> dict[str, dict[str, Any]]:
    return home.state().get("stores") or {}


def rows(home: Home) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in status(home)["roles"]}


def status(home: Home) -> dict[str, Any]:
    command = [sys.executable, "-m", "guildctl", "status", "--json", "--home", str(home.path)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def is_ready(home: Home) -> bool:
    running = home.supervisor()
    return running is not None and running.ready


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_it_comes_up_heals_and_drains(home: Home) -> None:
    """All is ready; a killed role and a killed server come back with their ports; SIGTERM ends everything with 0."""
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready")
        before, shown = roles(home), status(home)
        os.kill(before["profile"]["pid"], signal.SIGKILL)
        os.kill(stores(home)["redis"]["pid"], signal.SIGKILL)
        until(lambda: roles(home)["profile"]["restarts"] == 1, "the role restarts")
        until(lambda: rows(home)["redis"]["restarts"] == 1, "the store restarts")
        until(lambda: status(home)["ready"], "healed")
        healed = roles(home)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]

    assert ["postgres", "redis", "nats", "profile", "edge"] == [row["name"] for row in shown["roles"]]
    assert {"up", "ready"} == {row["health"] for row in shown["roles"]}
    assert before["profile"]["admin_port"] == healed["profile"]["admin_port"]
    assert before["edge"]["pid"] == healed["edge"]["pid"]
    assert (0, None, {}) == (process.returncode, home.supervisor(), roles(home))
    assert said.index("guild is ready after") < said.index("draining") < said.index("guild has stopped")


def test_what_hangs_is_started_again(home: Home) -> None:
    """A role and stores that run but answer nobody are ended and replaced, counted and told of; the rest stays."""
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready")
        before = roles(home)
        stopped = {"profile": before["profile"]["pid"]} | {name: stores(home)[name]["pid"] for name in STORES}
        for pid in stopped.values():
            os.kill(pid, signal.SIGSTOP)
        until(lambda: rows(home)["redis"]["health"] == "no answer", "status says that a store hangs")
        until(lambda: {rows(home)[name]["restarts"] for name in stopped} == {1}, "all restart", BOUND)
        until(lambda: status(home)["ready"], "healed")
        after = rows(home)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert 0 == process.returncode
    assert 0 == after["edge"]["restarts"]
    assert "it answered nobody for 10 s" == after["profile"]["last_error"]
    assert {"it answered nobody for 15 s"} == {after[name]["last_error"] for name in STORES}


def test_a_role_that_hangs_while_it_drains_is_ended(home: Home) -> None:
    """SIGTERM ends a system with a stopped role as cleanly as any other."""
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready")
        os.kill(roles(home)["profile"]["pid"], signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert (0, {}) == (process.returncode, roles(home))


def test_a_killed_supervisor_leaves_nothing_in_the_way(home: Home) -> None:
    """After SIGKILL of the supervisor its children go, and the next run comes up on the same home."""
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready")
        process.kill()
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready again")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert 0 == process.returncode


def test_a_role_that_cannot_start_is_one_message(home: Home) -> None:
    """A role that keeps dying ends the start with its last error, where its log is, and exit code 1."""
    with supervised(home, "--broken") as process:
        said = process.communicate(timeout=90)[1]

    assert 1 == process.returncode
    assert said.startswith("error: edge keeps dying: could not start: RuntimeError: the sample is broken\n")
    assert f"its log is {home.log('edge')}; `guild logs edge` shows it" in said


def test_a_role_that_is_not_ready_is_named(home: Home) -> None:
    """When a check of a role fails, status says which one and why, and its exit code is 1."""
    with supervised(home) as process:
        until(lambda: is_ready(home), "ready")
        (home.path / "spoiled").touch()
        shown = status(home)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert not shown["ready"]
    assert {"fruit: RuntimeError: spoiled"} == {row["health"] for row in shown["roles"] if row["admin"]}
