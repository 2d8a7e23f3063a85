"""The stores a run stands on: embedded, or wherever a URL points."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from guildctl.console import Problem
from guildctl.home import Home
from mesh.embedded import EmbeddedServers, Server, ServerError
from mesh.settings import load

StoreName = Literal["postgres", "redis", "nats"]
NAMES: tuple[StoreName, ...] = ("postgres", "redis", "nats")


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where stores that exist already are; what is not set is embedded."""

    postgres_dsn: str | None = None  # any database of the cluster; guild makes its own beside it
    redis_url: str | None = None
    nats_url: str | None = None


class Stores:
    """Addresses of the three stores, and the servers behind those that are embedded."""

    def __init__(self, home: Home, env: Mapping[str, str] | None = None) -> None:
        settings = load(StoreSettings, os.environ if env is None else env)
        self.external: Mapping[StoreName, str] = {
            name: url
            for name, url in zip(NAMES, (settings.postgres_dsn, settings.redis_url, settings.nats_url), strict=True)
            if url
        }
        self._embedded = EmbeddedServers(home.path, only=frozenset(NAMES) - frozenset(self.external))

    @property
    def servers(self) -> tuple[Server, ...]:
        """The embedded servers."""
        return self._embedded.servers

    def leave_free(self, ports: Iterable[int]) -> None:
        """Choose other ports for stores that had one of these in an earlier run."""
        for server in self.servers:
            if server.port in ports:
                server.port = 0

    def start(self) -> None:
        """Start what is embedded; raises Problem with advice."""
        try:
            self._embedded.start()
        except (ServerError, OSError) as error:
            raise Problem(str(error)) from error

    def stop(self) -> None:
        """Stop what is embedded."""
        self._embedded.stop()

    def dsn(self, database: str | None = None) -> str:
        """Return the address of a database, or of the one to administrate from."""
        external = self.external.get("postgres")
        if external is None:
            return self._embedded.postgres_dsn(database or "postgres")
        return external if database is None else urlunsplit(urlsplit(external)._replace(path=f"/{database}"))

    def local_dsn(self, database: str) -> str:
        """Return the address of a database for a role on this machine."""
        return self.dsn(database) if "postgres" in self.external else self._embedded.postgres.local_dsn(database)

    @property
    def local_redis_url(self) -> str:
        """The address of the Redis for a role on this machine."""
        return self.external.get("redis") or self._embedded.redis.local_url

    @property
    def redis_url(self) -> str:
        """The address of the Redis."""
        return self.external.get("redis") or self._embedded.redis_url

    @property
    def nats_url(self) -> str:
        """The address of the bus."""
        return self.external.get("nats") or self._embedded.nats_url

    def environment(self) -> Mapping[str, str]:
        """Return the variables that point another `guild` command at these very stores."""
        return {"GUILD_POSTGRES_DSN": self.dsn(), "GUILD_REDIS_URL": self.redis_url, "GUILD_NATS_URL": self.nats_url}
