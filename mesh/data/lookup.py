"""Rows by key, asked for by many calls and read by one statement."""

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar, final

from asyncpg import Record

from mesh.data.database import Database
from mesh.data.loader import Loader
from mesh.data.statements import Statement

K = TypeVar("K")


@final
class Lookup(Generic[K]):
    """Finds the row of a key; what is asked for in one tick, by whomever, is one statement.

    The statement takes the keys as its only parameter, `… WHERE id = ANY(:ids)`, and its first column is the key. A
    call that has written already asks in its own transaction, as it does whenever it asks a Database.
    """

    def __init__(self, database: Database, statement: Statement) -> None:
        self._database = database
        self._statement = statement
        [self._keys] = statement.parameters
        self._loader = Loader(self._rows)

    async def __call__(self, key: K) -> Record | None:
        """The row, as it is now; None where there is none."""
        if self._database.in_transaction:
            return (await self._rows([key])).get(key)
        return await self._loader.load(key)

    async def _rows(self, keys: Sequence[K]) -> Mapping[K, Record]:
        return {row[0]: row for row in await self._database.fetch(self._statement, **{self._keys: keys})}
