"""Where a Redis server is and how it is entered, from a URL."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlsplit

from mesh.cache.packing import pack

_PORT = 6379
_TLS_OPTIONS = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs", "ssl_check_hostname"})
_UNVERIFIED = frozenset({"none", "optional"})


@dataclass(frozen=True)
class Server:
    """`redis://[user:password@]host[:port][/database]`, `rediss://…` over TLS, `unix://[user:password@]/path[?db=0]`.

    A query may hold `db`, and for TLS the options that other clients know: `ssl_ca_certs`, `ssl_certfile`,
    `ssl_keyfile` (paths), `ssl_cert_reqs` ("none" verifies nothing), `ssl_check_hostname` ("false").
    """

    host: str = ""
    port: int = _PORT
    path: str = ""
    """Of a Unix socket, in place of host and port."""
    user: str = ""
    password: str = ""
    database: int = 0
    tls: ssl.SSLContext | None = None

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read a URL; raises ValueError for one that is none of these."""
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query))
        allowed = {"db", *(_TLS_OPTIONS if parts.scheme == "rediss" else ())}
        if parts.scheme not in {"redis", "rediss", "unix"} or not options.keys() <= allowed:
            raise ValueError(
                f"not the URL of a Redis: {parts.scheme}://…, a redis://, rediss:// or unix:// URL "
                f"with no options but {', '.join(sorted(allowed))} is"
            )
        local = parts.scheme == "unix"
        database = options.get("db") or ("" if local else parts.path.strip("/")) or "0"
        return cls(
            host="" if local else parts.hostname or "localhost",
            port=_PORT if local else parts.port or _PORT,
            path=unquote(parts.path) if local else "",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=int(database),
            tls=_tls(options) if parts.scheme == "rediss" else None,
        )

    def at(self, host: str, port: int) -> "Server":
        """Return another node that is entered in the same way; without a host it is on this one."""
        return replace(self, host=host or self.host, port=port, path="")

    @cached_property
    def greeting(self) -> tuple[bytes, ...]:
        """The commands a connection begins with."""
        proof = ("AUTH", self.user or "default", self.password) if self.password else ()
        hello = pack(("HELLO", 3, *proof))
        return (hello, pack(("SELECT", self.database))) if self.database else (hello,)

    async def connect(self, protocol: asyncio.Protocol) -> None:
        """Open a connection for `protocol`; raises OSError."""
        loop = asyncio.get_running_loop()
        if self.path:
            await loop.create_unix_connection(lambda: protocol, self.path)
        else:
            await loop.create_connection(lambda: protocol, self.host, self.port, ssl=self.tls)


def _tls(options: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.get("ssl_ca_certs"))
    if options.get("ssl_check_hostname", "").lower() == "false":
        context.check_hostname = False
    if options.get("ssl_cert_reqs", "").lower() in _UNVERIFIED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if "ssl_certfile" in options:
        context.load_cert_chain(options["ssl_certfile"], options.get("ssl_keyfile"))
    return context
