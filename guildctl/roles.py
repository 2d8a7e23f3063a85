"""The roles of the system, as data."""

from dataclasses import dataclass

from guildctl.console import Problem


@dataclass(frozen=True, slots=True)
class Role:
    """One process: how to run it, which database it owns, whom it calls."""

    name: str
    module: str
    args: tuple[str, ...] = ()
    database: str | None = None
    needs: tuple[str, ...] = ()
    calls_back: tuple[str, ...] = ()  # those that need it, which it calls as well, once they are there
    serves: bool = True  # has a gRPC port, and an address in GUILD_<NAME>_ADDRESS


ROLES = (
    Role("profile", "svc_profile", database="guild_profile", calls_back=("feed", "messaging", "jobs")),
    Role("jobs", "svc_jobs", database="guild_jobs"),
    Role("feed", "svc_feed", ("--role", "api"), "guild_feed", needs=("profile", "jobs")),
    Role("feed-worker", "svc_feed", ("--role", "worker"), "guild_feed", needs=("profile",), serves=False),
    Role("messaging", "svc_messaging", ("--role", "api"), "guild_messaging", needs=("profile",)),
    Role(
        "notification-worker",
        "svc_messaging",
        ("--role", "notification-worker"),
        "guild_messaging",
        needs=("profile",),
        serves=False,
    ),
    Role("edge", "edge", needs=("profile", "feed", "messaging", "jobs"), serves=False),
)
"""In the order of starting; they stop in reverse, so that nobody loses what it calls."""

DATABASES = {role.database: role.module for role in ROLES if role.database}
"""Each database with the package whose migrations make it."""


def select(names: list[str]) -> tuple[Role, ...]:
    """Return the named roles in order, all of them when none is named; raises Problem for an unknown name."""
    known = {role.name for role in ROLES}
    if unknown := set(names) - known:
        raise Problem(f"there is no role {', '.join(sorted(unknown))}: the roles are {', '.join(sorted(known))}")
    return tuple(role for role in ROLES if not names or role.name in names)
