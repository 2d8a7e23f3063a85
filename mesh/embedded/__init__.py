"""PostgreSQL, Valkey, NATS started from wheels on free loopback ports, owned by the run."""

from mesh.embedded.nats import NatsServer
from mesh.embedded.ports import PortBook, free_port
from mesh.embedded.postgres import PostgresServer
from mesh.embedded.process import ServerError, spawn, started_at
from mesh.embedded.server import Server
from mesh.embedded.servers import EmbeddedServers
from mesh.embedded.valkey import ValkeyServer

__all__ = [
    "EmbeddedServers",
    "NatsServer",
    "PortBook",
    "PostgresServer",
    "Server",
    "ServerError",
    "ValkeyServer",
    "free_port",
    "spawn",
    "started_at",
]
