"""The three servers of one home folder."""

from pathlib import Path
from typing import Self

from mesh.embedded.nats import NatsServer
from mesh.embedded.ports import PortBook
from mesh.embedded.postgres import PostgresServer
from mesh.embedded.server import Server
from mesh.embedded.valkey import ValkeyServer


class EmbeddedServers:
    """PostgreSQL, Valkey and NATS with data in `<home>/{postgres,redis,nats}` and logs in `<home>/logs`.

    Start and stop block and belong on the main thread; ports of the last run are used again when they are free.
    `only` leaves out the servers that exist elsewhere.
    """

    def __init__(self, home: Path, *, only: frozenset[str] = frozenset({"postgres", "redis", "nats"})) -> None:
        self._book = PortBook(home / "state.json")
        logs = home / "logs"
        self.postgres = PostgresServer(home / "postgres", self._book.recall("postgres"), log=logs / "postgres.log")
        self.redis = ValkeyServer(home / "redis", self._book.recall("redis"), log=logs / "redis.log")
        self.nats = NatsServer(home / "nats", self._book.recall("nats"), log=logs / "nats.log")
        every: tuple[Server, ...] = (self.redis, self.nats, self.postgres)
        self.servers = tuple(server for server in every if server.name in only)

    def start(self) -> None:
        """Start all of them at once and wait until they answer; raises ServerError and leaves none running."""
        try:
            for server in self.servers:
                server.launch()
            for server in self.servers:
                server.start()
        except BaseException:
            self.stop()
            raise
        self._book.remember(**{server.name: server.port for server in self.servers})

    def stop(self) -> None:
        """Stop all of them cleanly."""
        for server in self.servers:
            server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def postgres_dsn(self, database: str = "postgres") -> str:
        """Return the address of one database."""
        return self.postgres.dsn(database)

    @property
    def redis_url(self) -> str:
        """The address of the Redis."""
        return self.redis.url

    @property
    def nats_url(self) -> str:
        """The address of the NATS server."""
        return self.nats.url
