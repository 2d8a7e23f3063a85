"""A home keeps its secrets to itself, and one run at a time."""

import os
from pathlib import Path

import pytest

from guildctl.console import Problem
from guildctl.home import Home
from mesh.embedded import started_at


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    """A second look gives the same secret; only the owner may read its file."""
    first = Home(tmp_path / "home")
    made = (first.admin_token(), first.page_token_secret())
    again = Home(tmp_path / "home")

    assert made == (again.admin_token(), again.page_token_secret())
    assert 2 == len(set(made))
    assert {0o600} == {path.stat().st_mode & 0o777 for path in again.keys.iterdir()}
    assert 0o700 == again.keys.stat().st_mode & 0o777


def test_every_role_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Keys are made once, differ, and only the owner may read what signs."""
    home = Home(tmp_path / "home")
    for role in ("feed", "jobs", "feed"):
        home.make_role_key(role)
    made = {path.name: path.read_text() for path in home.role_keys.iterdir()}
    home.make_role_key("feed")

    assert made == {path.name: path.read_text() for path in home.role_keys.iterdir()}
    assert {"feed.key", "jobs.key"} == made.keys()
    assert 2 == len(set(made.values()))
    assert {"feed.pub", "jobs.pub"} == {path.name for path in home.role_public_keys.iterdir()}
    assert {0o600} == {path.stat().st_mode & 0o777 for path in home.role_keys.iterdir()}
    assert {0o700} == {folder.stat().st_mode & 0o777 for folder in (home.keys, home.role_keys)}


def test_a_supervisor_is_known_by_pid_and_start(tmp_path: Path) -> None:
    """The noted process counts as ours only while the process with that pid started when noted."""
    home = Home(tmp_path)
    noted = {"pid": os.getpid(), "http_port": 1, "grpc_port": 2, "ready": True}
    home.note(supervisor=noted | {"started_at": started_at(os.getpid())})
    ours = home.supervisor()
    home.note(supervisor=noted | {"started_at": 12345})

    assert ours is not None
    assert os.getpid() == ours.pid
    assert home.supervisor() is None


def test_a_second_run_is_refused_with_advice(tmp_path: Path) -> None:
    """While a supervisor holds the home another gets a message that names it and what to do."""
    home = Home(tmp_path)
    held = home.lock(lambda: None)
    noted = {"pid": os.getpid(), "started_at": started_at(os.getpid()), "http_port": 8080, "grpc_port": 8081}
    home.note(supervisor=noted)

    with pytest.raises(Problem, match=r"already runs .* 127\.0\.0\.1:8080.*guild down"):
        Home(tmp_path).lock(lambda: None)
    os.close(held)


def test_a_broken_state_file_is_no_obstacle(tmp_path: Path) -> None:
    """State that cannot be read counts as none."""
    (tmp_path / "state.json").write_text("{")

    assert Home(tmp_path).supervisor() is None
