"""One session with PostgreSQL, with the statements it has prepared."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import asyncpg
import orjson
from opentelemetry import trace

from mesh.data.failures import forget_values, is_lost, is_unreachable, translated, translated_at_commit, unavailable
from mesh.data.querier import Prepared, Querier, Read
from mesh.data.statements import Statement
from mesh.telemetry import tracer

T = TypeVar("T")

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 30.0  # longer than any deadline of the contract: the last resort, kept by the server
_SILENCE_SECONDS = STATEMENT_SECONDS + 5.0  # a server that does not even say that time is up is gone
_MAX_PREPARED = 500  # far above the statements of a service; bounds those composed at run time
_JSONB_VERSION = b"\x01"
_SERVER_SETTINGS = {
    "application_name": "guild",
    "timezone": "UTC",
    "statement_timeout": str(int(STATEMENT_SECONDS * 1000)),
    "idle_in_transaction_session_timeout": "60000",
    "jit": "off",  # compiling costs more than any of our statements
}
_tracer = tracer(__name__)


class Connection(Querier):
    """A session; statements of concurrent tasks take turns on it.

    `clean` is false while a transaction is open or an interrupted statement may still run.
    """

    def __init__(self, raw: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.raw = raw
        self.clean = True
        self.idle_since = 0.0
        self._turn = asyncio.Lock()
        self._prepared: dict[str, Prepared] = {}
        self._lost = False

    @property
    def usable(self) -> bool:
        """Whether the server still listens, as far as we know."""
        return not self._lost and not self.raw.is_closed()

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement; errors that mean the same everywhere come as failures, others as asyncpg raises them."""
        arguments = statement.arguments(parameters)
        async with self._turn:
            if not trace.get_current_span().is_recording():
                return await self._timed(read, statement, arguments)
            attributes = {"db.system.name": "postgresql", "db.query.text": statement.sql}
            with _tracer.start_as_current_span(statement.name, kind=trace.SpanKind.CLIENT, attributes=attributes):
                return await self._timed(read, statement, arguments)

    async def _timed(self, read: Read[T], statement: Statement, arguments: Sequence[Any]) -> T:
        started = time.perf_counter()
        try:
            prepared = self._prepared.get(statement.sql) or await self._prepare(statement)
            return await read(prepared, arguments)
        except Exception as error:
            self._tell(error, translated(error, closed=self.raw.is_closed()))
            raise
        except asyncio.CancelledError:
            self.clean = False
            raise
        finally:
            statement.seconds.observe(time.perf_counter() - started)

    async def _prepare(self, statement: Statement) -> Prepared:
        if len(self._prepared) >= _MAX_PREPARED:
            del self._prepared[next(iter(self._prepared))]
        prepared = await self.raw.prepare(statement.sql)
        self._prepared[statement.sql] = prepared
        return prepared

    async def begin(self) -> None:
        """Open a transaction (READ COMMITTED)."""
        self.clean = False
        await self.command("BEGIN")

    async def commit(self) -> None:
        """Commit; raises RuntimeError when an earlier statement failed and somebody went on regardless."""
        async with self._turn:
            try:
                tag = await self.raw.execute("COMMIT")
            except Exception as error:
                self._tell(error, translated_at_commit(error, closed=self.raw.is_closed()))
                raise
            self.clean = True
        if tag != "COMMIT":
            raise RuntimeError("the transaction went on after a failed statement, so nothing of it was committed")

    async def rollback(self) -> None:
        """Drop the open transaction, if any, once an interrupted statement has ended."""
        await self.command("ROLLBACK")
        self.clean = True

    async def command(self, sql: str) -> None:
        """Run a transaction command (BEGIN, SAVEPOINT, …)."""
        async with self._turn:
            try:
                await self.raw.execute(sql)
            except Exception as error:
                self._tell(error, translated(error, closed=self.raw.is_closed()))
                raise

    def _tell(self, error: Exception, failure: Exception) -> None:
        """Remember what the error says of this session; raise the failure it stands for, if it stands for one."""
        forget_values(error)
        if is_lost(error):
            self._lost = True
        elif isinstance(error, TimeoutError):
            self.clean = False
        elif isinstance(error, (asyncpg.InvalidCachedStatementError, asyncpg.OutdatedSchemaCacheError)):
            self._prepared.clear()  # the schema changed under us: prepare anew
        if failure is not error:
            raise failure from error

    async def close(self) -> None:
        """Say goodbye to the server, or just hang up."""
        try:
            await self.raw.close(timeout=1.0)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self.raw.terminate()


async def connect(dsn: str) -> Connection:
    """Open a session in which jsonb is Python data; raises DatabaseUnavailable when there is nobody to talk to."""
    raw: asyncpg.Connection[asyncpg.Record] | None = None
    try:
        raw = await asyncpg.connect(
            dsn, timeout=CONNECT_SECONDS, command_timeout=_SILENCE_SECONDS, server_settings=_SERVER_SETTINGS
        )
        await raw.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=_dump_jsonb, decoder=_load_jsonb, format="binary"
        )
    except Exception as error:
        if raw is not None:
            raw.terminate()
        if is_unreachable(error):
            raise unavailable(error) from error
        raise
    return Connection(raw)


def _dump_jsonb(value: object) -> bytes:
    return _JSONB_VERSION + orjson.dumps(value, default=str)  # default: asyncpg's own UUIDs


def _load_jsonb(stored: bytes) -> Any:
    return orjson.loads(stored[1:])
