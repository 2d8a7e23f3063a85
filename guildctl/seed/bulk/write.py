"""Writing a plan into the databases: everything, or nothing."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self, TypeAlias

import asyncpg

from guildctl.seed.audit.check import Check
from guildctl.seed.bulk.records import Records
from guildctl.seed.bulk.tables import DATABASES, KNOWN, MAKE_SEEDED, MEMBERS, PROFILE, SEEDED, Database
from guildctl.seed.plan import Plan
from guildctl.seed.population import email
from guildctl.seed.progress import Phase, Show
from guildctl.seed.run import first_of

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_CONNECT_SECONDS = 10.0
_SETTINGS = {
    "application_name": "guild seed",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "work_mem": "256MB",  # both ways of two million friendships are sorted
    "jit": "off",
}


class Refused(Exception):  # noqa: N818 - what a user reads and mends
    """Nothing was written; the message says why."""


class Bulk:
    """A session with each database, in which the people of this network are known. Opened by `async with`."""

    def __init__(self, dsn: Callable[[str], str], show: Show) -> None:
        self._dsn = dsn
        self._show = show
        self._open = AsyncExitStack()
        self._sessions: dict[str, Session] = {}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for database in DATABASES:
                session = await _connect(self._dsn(database.name), database.name)
                opening.push_async_callback(session.close)
                self._sessions[database.name] = session
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def refuse(self, network: str, *, add: bool) -> None:
        """Raise Refused where there are members already, unless `add` says that these may join them."""
        profile = self._sessions[PROFILE.name]
        if await profile.fetchval(KNOWN, email(network, 0)):
            raise Refused(f"the network {network} is there already: choose another --seed-number")
        if not add and await profile.fetchval(MEMBERS):
            raise Refused("there are members already: start on an empty system, or let these join them with --add")

    async def write(self, records: Records) -> None:
        """Copy all rows, each database in a transaction; all are committed in the end, that of the members last.

        Raises:
            Refused: a database does not take them, for example because of what is there already.
        """
        try:
            async with AsyncExitStack() as transactions:
                for database in DATABASES:
                    await transactions.enter_async_context(self._sessions[database.name].transaction())
                steps = sum(1 + len(database.copies) + len(database.then) for database in DATABASES)
                with self._show.phase("tables", steps) as phase:
                    async with asyncio.TaskGroup() as group:
                        for database in DATABASES:
                            group.create_task(_fill(self._sessions[database.name], database, records, phase))
        except ExceptionGroup as errors:
            refused = errors.subgroup(asyncpg.PostgresError)
            if refused is None:
                raise
            raise Refused(f"nothing was written: {first_of(refused)}") from errors
        for database in DATABASES:
            await self._sessions[database.name].execute("ANALYZE")

    async def check(self, plan: Plan) -> list[Check]:
        """Count what is there of this network, in every table."""

        async def look(database: Database) -> Check:
            session, told = self._sessions[database.name], list[str]()
            for count in database.counts:
                found, expected = await session.fetchval(count.sql), count.expected(plan)
                if found != expected:
                    told.append(f"{database.name} has {found:,} {count.what}, and {expected:,} are expected")
                phase.count(made=False)
            parts = (f"{n:,} {count.what}" for count in database.counts if (n := count.expected(plan)))
            return Check(database.name.removeprefix("guild_"), ", ".join(parts), tuple(told))

        with self._show.phase("audit: tables", sum(len(database.counts) for database in DATABASES)) as phase:
            return list(await asyncio.gather(*map(look, DATABASES)))


async def _connect(dsn: str, name: str) -> Session:
    try:
        return await asyncpg.connect(dsn, timeout=_CONNECT_SECONDS, server_settings=_SETTINGS)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Refused(f"the database {name} cannot be opened ({error}): is the system up, and set up?") from error


async def _fill(session: Session, database: Database, records: Records, phase: Phase) -> None:
    for statement in (MAKE_SEEDED, *database.first):
        await session.execute(statement)
    for copy in (SEEDED, *database.copies):
        await session.copy_records_to_table(copy.table, records=copy.rows(records), columns=copy.columns.split())
        phase.count(made=True)
    for statement in database.then:
        await session.execute(statement)
        phase.count(made=True)
