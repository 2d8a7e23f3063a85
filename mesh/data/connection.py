"""One session with PostgreSQL, with the statements it has prepared."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import asyncpg
import orjson
from opentelemetry import trace

from mesh.data.failures import forget_values, is_lost, is_unreachable, translated, translated_at_commit, unavailable
from mesh.data.messages import Encode, encoders, message
from mesh.data.querier import Prepared, Querier, Read
from mesh.data.session import Session
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
_BEGIN = Statement("BEGIN", (), "BEGIN")
_UNSENT = (_BEGIN, [])
"""What is first among the statements sent as long as the transaction has not begun at the server."""
_COMMIT = Statement("COMMIT", (), "COMMIT")
_SAVEPOINT = Statement("SAVEPOINT nested", (), "SAVEPOINT")
_RELEASE = Statement("RELEASE SAVEPOINT nested", (), "RELEASE")
_Translate: TypeAlias = Callable[..., Exception]
_tracer = tracer(__name__)


class Connection(Querier):
    """A session; who shares it takes `turn` for each statement.

    `clean` is false while a transaction is open or an interrupted statement may still run.
    """

    def __init__(self, raw: Session) -> None:
        self.raw = raw
        self.clean = True
        self.moved_at = 0.0
        """When it was lent out or given back, on the clock of its pool."""
        self.turn = asyncio.Lock()
        self._prepared: dict[str, Prepared] = {}
        self._encoders: dict[str, tuple[Encode, ...]] = {}
        self._ahead: list[tuple[Statement, Sequence[Any]]] = []
        self._lost = False

    @property
    def usable(self) -> bool:
        """Whether the server still listens, as far as we know."""
        return not self._lost and not self.raw.is_closed()

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement; errors that mean the same everywhere come as failures, others as asyncpg raises them."""
        return await self._run(read, statement, statement.arguments(parameters), translated)

    def send(self, statement: Statement, parameters: Mapping[str, Any]) -> None:
        """Run a statement that returns no rows in the round trip of the next one, before it.

        Its error is the next one's. Only for open transactions: what nothing follows is never run.
        """
        self._ahead.append((statement, statement.arguments(parameters)))

    def begin(self) -> None:
        """Open a transaction (READ COMMITTED), in the round trip of its first statement."""
        self.clean = False
        self.send(_BEGIN, {})

    async def commit(self) -> None:
        """Commit; raises RuntimeError when an earlier statement failed and somebody went on regardless."""
        async with self.turn:
            if self._ahead != [_UNSENT]:
                await self._commit()
            self._ahead.clear()
            self.clean = True

    async def _commit(self) -> None:
        gone_on = RuntimeError("the transaction went on after a failed statement, so nothing of it was committed")
        try:
            tag = await self._run(_tag, _COMMIT, (), translated_at_commit)
        except asyncpg.InFailedSQLTransactionError:
            raise gone_on from None
        if tag != "COMMIT":
            self.clean = True
            raise gone_on

    async def rollback(self) -> None:
        """Drop the open transaction, if any, once an interrupted statement has ended."""
        async with self.turn:
            begun = self._ahead[:1] != [_UNSENT]
            self._ahead.clear()
            if begun:
                await self._command("ROLLBACK")
            self.clean = True

    async def savepoint(self) -> None:
        """Set a mark to roll back to; what was sent before is done then."""
        async with self.turn:
            await self._run(_tag, _SAVEPOINT, (), translated)

    async def release(self) -> None:
        """Forget the last savepoint and keep what was done since."""
        async with self.turn:
            await self._run(_tag, _RELEASE, (), translated)

    async def rollback_to_savepoint(self) -> None:
        """Undo what was done since the last savepoint, and forget it."""
        async with self.turn:
            self._ahead.clear()
            await self._command("ROLLBACK TO SAVEPOINT nested; RELEASE SAVEPOINT nested")

    async def _run(self, read: Read[T], statement: Statement, arguments: Sequence[Any], translate: _Translate) -> T:
        if not trace.get_current_span().is_recording():
            return await self._timed(read, statement, arguments, translate)
        attributes: dict[str, str | int] = {"db.system.name": "postgresql", "db.query.text": statement.sql}
        if self._ahead:
            attributes["db.query.text"] = "; ".join([*(one.sql for one, _ in self._ahead), statement.sql])
            attributes["db.operation.batch.size"] = len(self._ahead) + 1
        with _tracer.start_as_current_span(statement.name, kind=trace.SpanKind.CLIENT, attributes=attributes):
            return await self._timed(read, statement, arguments, translate)

    async def _timed(self, read: Read[T], statement: Statement, arguments: Sequence[Any], translate: _Translate) -> T:
        started = time.perf_counter()
        try:
            prepared = self._prepared.get(statement.sql) or await self._prepare(statement)
            if self._ahead:
                return await self._behind(read, prepared, arguments)
            return await read(prepared, arguments)
        except Exception as error:
            self._tell(error, translate(error, closed=self.raw.is_closed()))
            raise
        except asyncio.CancelledError:
            self.clean = False
            raise
        finally:
            statement.seconds.observe(time.perf_counter() - started)

    async def _behind(self, read: Read[T], prepared: Prepared, arguments: Sequence[Any]) -> T:
        """Run a statement with those that were sent ahead of it."""
        ahead = [*self._ahead]
        ready = [self._prepared.get(one.sql) or await self._prepare(one) for one, _ in ahead]
        messages = [
            message(known.get_name(), self._encoders_of(one, known), given)
            for known, (one, given) in zip(ready, ahead, strict=True)
        ]
        self.raw.ahead = b"".join(messages)
        del self._ahead[: len(ahead)]
        try:
            return await read(prepared, arguments)
        finally:
            if self.raw.ahead:  # asyncpg refused the statement's own values: nothing has left
                self.raw.ahead = b""
                self._ahead[:0] = ahead

    def _encoders_of(self, statement: Statement, prepared: Prepared) -> tuple[Encode, ...]:
        found = self._encoders.get(statement.sql)
        if found is None:
            found = self._encoders[statement.sql] = encoders(prepared.get_parameters())
        return found

    async def _prepare(self, statement: Statement) -> Prepared:
        if len(self._prepared) >= _MAX_PREPARED:
            self._encoders.pop(oldest := next(iter(self._prepared)), None)
            del self._prepared[oldest]
        prepared = await self.raw.prepare(statement.sql)
        self._prepared[statement.sql] = prepared
        return prepared

    async def _command(self, sql: str) -> None:
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
            self._encoders.clear()
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
    raw: Session | None = None
    try:
        raw = await asyncpg.connect(
            dsn,
            timeout=CONNECT_SECONDS,
            command_timeout=_SILENCE_SECONDS,
            server_settings=_SERVER_SETTINGS,
            connection_class=Session,
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


async def _tag(prepared: Prepared, arguments: Sequence[Any]) -> str:
    await prepared.fetch(*arguments)
    return prepared.get_statusmsg() or ""


def _dump_jsonb(value: object) -> bytes:
    return _JSONB_VERSION + orjson.dumps(value, default=str)  # default: asyncpg's own UUIDs


def _load_jsonb(stored: bytes) -> Any:
    return orjson.loads(stored[1:])
