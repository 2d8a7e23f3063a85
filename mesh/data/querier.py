"""What a statement can be asked of: the pool, a replica or a transaction."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from asyncpg import Record
from asyncpg.prepared_stmt import PreparedStatement

from mesh.data.statements import Statement

T = TypeVar("T")
Prepared: TypeAlias = "PreparedStatement[Record]"
Read: TypeAlias = Callable[[Prepared, Sequence[Any]], Awaitable[T]]
"""How an answer is taken off a prepared statement."""


class Querier(ABC):
    """Runs statements; parameters go by name, and every one of the statement's has to be given."""

    async def fetch(self, statement: Statement, /, **parameters: Any) -> list[Record]:
        """Return all rows."""
        return await self.run(_rows, statement, parameters)

    async def fetch_one(self, statement: Statement, /, **parameters: Any) -> Record | None:
        """Return the first row, or None when there is none."""
        return await self.run(_row, statement, parameters)

    async def fetch_value(self, statement: Statement, /, **parameters: Any) -> Any:
        """Return the first column of the first row, or None when there is none."""
        return await self.run(_value, statement, parameters)

    async def execute(self, statement: Statement, /, **parameters: Any) -> int:
        """Return how many rows were written (or read, for a SELECT)."""
        return await self.run(_count, statement, parameters)

    @abstractmethod
    async def run(self, read: Read[T], statement: Statement, parameters: Mapping[str, Any]) -> T:
        """Run a statement and take its answer with `read`; callers use the methods above."""


async def _rows(prepared: Prepared, arguments: Sequence[Any]) -> list[Record]:
    return await prepared.fetch(*arguments)


async def _row(prepared: Prepared, arguments: Sequence[Any]) -> Record | None:
    return await prepared.fetchrow(*arguments)


async def _value(prepared: Prepared, arguments: Sequence[Any]) -> Any:
    return await prepared.fetchval(*arguments)


async def _count(prepared: Prepared, arguments: Sequence[Any]) -> int:
    await prepared.fetch(*arguments)
    written: str = (prepared.get_statusmsg() or "").rpartition(" ")[2]  # of "UPDATE 3", "INSERT 0 1", "CREATE TABLE"
    return int(written) if written.isdecimal() else 0
