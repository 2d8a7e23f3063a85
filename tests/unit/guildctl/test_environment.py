"""What each role is told."""

from pathlib import Path

import pytest

from guildctl.console import Problem
from guildctl.environment import environment, lay_out
from guildctl.home import Home
from guildctl.roles import DATABASES, ROLES, Role, select
from guildctl.stores import Stores

EXTERNAL = {
    "GUILD_POSTGRES_DSN": "postgresql://me:pw@db:5432/postgres?sslmode=require",
    "GUILD_REDIS_URL": "redis://cache/0",
    "GUILD_NATS_URL": "nats://bus",
}


def role(name: str) -> Role:
    return next(one for one in ROLES if one.name == name)


def test_a_role_is_told_where_everything_is(tmp_path: Path) -> None:
    """Its own ports, its database beside the one named, the shared stores, all peers and the keys of the home."""
    home = Home(tmp_path)
    layout = lay_out(home, 8080, 8081)
    told = environment(role("feed-worker"), layout, Stores(home, EXTERNAL), home)

    assert "postgresql://me:pw@db:5432/guild_feed?sslmode=require" == told["GUILD_DATABASE_DSN"]
    assert ("redis://cache/0", "nats://bus") == (told["GUILD_REDIS_URL"], told["GUILD_NATS_URL"])
    assert ("0", str(layout.roles["feed-worker"].admin)) == (told["GUILD_SERVER_PORT"], told["GUILD_SERVER_ADMIN_PORT"])
    assert f"127.0.0.1:{layout.roles['jobs'].grpc}" == told["GUILD_JOBS_ADDRESS"]
    assert (home.role_keys / "feed-worker.key").is_file()
    assert (home.role_keys, home.role_public_keys) == (
        Path(told["GUILD_AUTH_ROLE_KEY_DIR"]),
        Path(told["GUILD_AUTH_ROLE_PUBLIC_KEYS_DIR"]),
    )
    assert ("8080", "8081") == (told["GUILD_EDGE_HTTP_PORT"], told["GUILD_EDGE_GRPC_PORT"])


def test_the_edge_has_no_database(tmp_path: Path) -> None:
    """A role without a database is given none."""
    home = Home(tmp_path)

    assert "GUILD_DATABASE_DSN" not in environment(role("edge"), lay_out(home, 1, 2), Stores(home, EXTERNAL), home)


def test_ports_are_distinct_low_and_kept(tmp_path: Path) -> None:
    """Every role has ports of its own below 32768, and the next run has the same ones."""
    home = Home(tmp_path)
    first, second = lay_out(home, 8080, 8081), lay_out(home, 8080, 8081)
    used = [port for ports in first.roles.values() for port in (ports.grpc, ports.admin) if port]

    assert first == second
    assert len(used) == len(set(used))
    assert max(used) < 32768


def test_roles_are_selected_in_starting_order() -> None:
    """The order asked for does not matter; no name means all; an unknown one is refused with the known ones."""
    assert ("profile", "edge") == tuple(one.name for one in select(["edge", "profile"]))
    assert ROLES == select([])
    with pytest.raises(Problem, match="there is no role postman: the roles are edge, feed"):
        select(["postman"])


def test_nobody_starts_before_what_it_needs() -> None:
    """Each role comes after those it calls, so that the reverse stops callers first."""
    names = [one.name for one in ROLES]

    assert all(names.index(need) < names.index(one.name) for one in ROLES for need in one.needs)
    assert {"guild_profile", "guild_feed", "guild_messaging", "guild_jobs"} == set(DATABASES)
