"""What work inside a transaction may do."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

from asyncpg import Record
from google.protobuf.message import Message

from mesh.clock import Clock
from mesh.data.connection import Connection
from mesh.data.outbox import PendingEvent, pending_event
from mesh.data.querier import Prepared, Querier, Read
from mesh.data.statements import Statement

T = TypeVar("T")


class Transaction(Querier):
    """Statements, events and what follows the commit: kept together or not at all."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self.events: list[PendingEvent] = []
        self.last_steps: list[Callable[[Transaction], Awaitable[object]]] = []
        self.callbacks: list[Callable[[], Awaitable[None]]] = []

    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement in this transaction, behind those that were sent."""
        async with self._connection.turn:
            return await self._connection.run(read, statement, parameters)

    async def fetch_each(self, statement: Statement, /, parameters: Sequence[Mapping[str, Any]]) -> list[Record]:
        """Run a statement once for each set of parameters, in that order and in one round trip; return all rows."""

        async def read(prepared: Prepared, _: Sequence[Any]) -> list[Record]:
            return await prepared.fetchmany([statement.arguments(one) for one in parameters])

        return await self.run(read, statement, parameters[0])

    def send(self, statement: Statement, /, **parameters: Any) -> None:
        """Write without waiting: the statement travels with the next one that is waited for, at the latest the commit.

        For statements that return no rows and are not refused: an error shows up as that of the statement waited for.
        """
        self._connection.send(statement, parameters)

    def emit(self, event: Message, *, actor: UUID | None = None) -> None:
        """Publish an event if, and only if, this transaction commits.

        Events of one key, which the event's route makes of its fields, reach a consumer in order. `actor` is by default
        the signed-in member.
        """
        self.events.append(pending_event(event, actor=actor, occurred_at=self._clock.now()))

    def before_commit(self, step: "Callable[[Transaction], Awaitable[object]]") -> None:
        """Do something right before the commit, with nothing between the two; what it raises rolls everything back."""
        self.last_steps.append(step)

    def on_commit(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call back once the commit is done, to drop a cache entry, say.

        The commit stands whatever happens there: a Failure is told to the caller, any other error is logged.
        """
        self.callbacks.append(callback)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Undo only what the block did when it raises; wrap in it a statement whose error you mean to survive."""
        events, steps, callbacks = len(self.events), len(self.last_steps), len(self.callbacks)
        await self._connection.savepoint()
        try:
            yield
            await self._connection.release()  # what was sent in the block is refused in the block
        except Exception:
            del self.events[events:], self.last_steps[steps:], self.callbacks[callbacks:]
            if self._connection.usable:
                await self._connection.rollback_to_savepoint()
            raise
