"""What the stores are, and whether they answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from guildctl.console import Problem
from guildctl.stores import NAMES, StoreName, Stores

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class StoreReport:
    """One store: where it is (without its password), which version answers, or why none does."""

    name: StoreName
    embedded: bool
    where: str
    version: str = ""
    problem: str = ""


async def examine(stores: Stores, names: Iterable[StoreName] = NAMES) -> list[StoreReport]:
    """Ask the named stores at once."""
    urls: Mapping[StoreName, str] = {"postgres": stores.dsn(), "redis": stores.redis_url, "nats": stores.nats_url}
    return list(await asyncio.gather(*(_examine(name, urls[name], name not in stores.external) for name in names)))


async def refuse_dead(stores: Stores) -> None:
    """Raise Problem, with what to do, when a store that a URL points at does not answer."""
    for report in await examine(stores, stores.external):
        if report.problem:
            name = _VARIABLES[report.name]
            advice = f"start it, or unset {name} to use the embedded one"
            raise Problem(f"{report.name} at {report.where} does not answer ({report.problem}): {advice}")


async def _examine(name: StoreName, url: str, embedded: bool) -> StoreReport:
    where = _without_password(url)
    try:
        async with asyncio.timeout(_SECONDS):
            return StoreReport(name, embedded, where, version=await _ASK[name](url))
    except TimeoutError:
        return StoreReport(name, embedded, where, problem=f"no answer within {_SECONDS:g} s")
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is the finding
        return StoreReport(name, embedded, where, problem=f"{type(error).__name__}: {error}")


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.netloc.rpartition('@')[2]}"


async def _postgres(url: str) -> str:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        return f"PostgreSQL {await connection.fetchval('SHOW server_version')}"
    finally:
        await connection.close()


async def _redis(url: str) -> str:
    from redis.asyncio import Redis

    async with Redis.from_url(url) as client:
        info = await client.info("server")
    return f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"


async def _nats(url: str) -> str:
    import nats

    async def quiet(_error: Exception) -> None:
        """The one who asked gets the error; nobody needs it twice."""

    client = await nats.connect(url, allow_reconnect=False, connect_timeout=2, error_cb=quiet)
    try:
        account = await client.jetstream().account_info()
        version = client.connected_server_version
        return f"NATS {version.major}.{version.minor}.{version.patch}, JetStream with {account.streams} streams"
    finally:
        await client.close()


_ASK: Mapping[StoreName, Callable[[str], Awaitable[str]]] = {"postgres": _postgres, "redis": _redis, "nats": _nats}

_VARIABLES: Mapping[StoreName, str] = {
    "postgres": "GUILD_POSTGRES_DSN",
    "redis": "GUILD_REDIS_URL",
    "nats": "GUILD_NATS_URL",
}
