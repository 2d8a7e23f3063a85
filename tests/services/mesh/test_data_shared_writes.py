"""Calls that share a transaction: each keeps what it was promised, whatever the others do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from google.protobuf.message import Message
from opentelemetry import trace
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    any_,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from guild.common.v1.money_pb2 import Money
from guild.events.v1.envelope_pb2 import Envelope
from guild.events.v1.jobs_pb2 import CompanyFollowed
from mesh.data import (
    Call,
    Database,
    DatabaseUnavailable,
    IdempotencyKeyReused,
    IdempotencyStore,
    SharedWrites,
    StatementTimeout,
    Transaction,
    batch,
    by_column,
    shared_writes,
    statement,
)
from mesh.data.session import Joining
from mesh.data.tables import idempotency_keys, outbox
from mesh.errors import NotFound
from mesh.ids import UserId
from mesh.limits.door import Overloaded
from mesh.principal import Principal, acting_as
from mesh.settings import DatabaseSettings

METADATA = MetaData()
SUMS = Table(
    "sums",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Integer, CheckConstraint("value < 1000"), nullable=False),
)
_changed = batch(name=Text(), value=Integer())
PUT = statement(insert(SUMS).values(name=bindparam("name"), value=bindparam("value")))
LOCK = statement(
    select(SUMS.c.name, SUMS.c.value)
    .where(SUMS.c.name == any_(bindparam("names", type_=ARRAY(Text))))
    .order_by(SUMS.c.name)
    .with_for_update()
)
SET = statement(update(SUMS).where(SUMS.c.name == _changed.c.name).values(value=_changed.c.value))
GET = statement(select(SUMS.c.value).where(SUMS.c.name == bindparam("name")))
KEYS = statement(select(func.count()).select_from(idempotency_keys).where(idempotency_keys.c.key == bindparam("key")))
EVENTS = statement(
    select(outbox.c.envelope)
    .where(outbox.c.subject.endswith(bindparam("suffix", type_=Text)))
    .order_by(outbox.c.bucket, outbox.c.id)
)
RAISE = statement(select(func.raise_shared(bindparam("sqlstate", type_=Text))))
FUNCTION = """CREATE FUNCTION raise_shared(code TEXT) RETURNS INTEGER LANGUAGE plpgsql AS
              $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = code; END $$"""
PID = statement(select(func.pg_backend_pid()))
HASH = b"request"

Add = tuple[str, int]


class Sums:
    """Adds to numbers; `groups` has what each transaction was for, `work` may be given something to do in each."""

    def __init__(self, db: Database, **bounds: int) -> None:
        self.db = db
        self.groups: list[list[Add]] = []
        self.begun = asyncio.Event()
        self.during: Callable[[Transaction], Awaitable[object]] | None = None
        self.writes: SharedWrites[Add, int] = SharedWrites(db, self._write, name="sums", **bounds)
        self.store = IdempotencyStore(db)

    async def _write(self, tx: Transaction, calls: Sequence[Call[Add]]) -> Sequence[int | Exception]:
        self.groups.append([call.item for call in calls])
        self.begun.set()
        if self.during is not None:
            await self.during(tx)
        rows = await tx.fetch(LOCK, names=sorted({call.item[0] for call in calls}))
        sums: dict[str, int] = {row["name"]: row["value"] for row in rows}
        outcomes: list[int | Exception] = []
        for call in calls:
            name, more = call.item
            if name not in sums:
                outcomes.append(NotFound(f"there is no {name}"))
                continue
            sums[name] += more
            call.run(tx.emit, CompanyFollowed(company_id=name))
            outcomes.append(sums[name])
        if sums:
            tx.send(SET, **by_column(("name", "value"), sums.items()))
        return outcomes

    async def add(self, name: str, more: int) -> Message:
        return Money(currency_code="EUR", minor_units=await self.writes.submit((name, more)))

    async def keyed(self, key: str, name: str, more: int, request_hash: bytes = HASH) -> Money:
        """Add as a keyed call would, whose key was looked up before."""
        stored, fresh = await self.store.run(
            "caller", "/add", key, request_hash, lambda: self.add(name, more), looked_up=True
        )
        reply = stored if fresh is None else fresh.SerializeToString()
        assert reply is not None
        return Money.FromString(reply)

    async def value(self, name: str) -> int:
        return await self.db.fetch_value(GET, name=name)

    async def events(self, name: str) -> list[Envelope]:
        return [Envelope.FromString(row["envelope"]) for row in await self.db.fetch(EVENTS, suffix=f".{name}")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> Database:
    return await open_database(METADATA, FUNCTION)


@pytest.fixture
def sums(db: Database) -> Sums:
    return Sums(db)


@pytest.fixture
def key() -> str:
    return uuid4().hex


@pytest_asyncio.fixture(loop_scope="module")
async def name(db: Database) -> str:
    """A number that is 0."""
    name = uuid4().hex
    await db.execute(PUT, name=name, value=0)
    return name


def told(replies: Sequence[Any]) -> list[Any]:
    return [reply.minor_units if isinstance(reply, Money) else type(reply) for reply in replies]


async def test_keyed_calls_share_a_transaction(sums: Sums, name: str) -> None:
    """What comes at once is one transaction: exact, in the order it came, an event for each, each under its key."""
    keys = [uuid4().hex for _ in range(50)]

    replies = await asyncio.gather(*(sums.keyed(key, name, 1) for key in keys))

    assert list(range(1, 51)) == told(replies)
    assert [50] == [len(group) for group in sums.groups]
    assert 50 == await sums.value(name)
    assert 50 == len({event.event_id for event in await sums.events(name)})
    assert [1] * 50 == [await sums.db.fetch_value(KEYS, key=key) for key in keys]


async def test_what_comes_meanwhile_shares_the_next(sums: Sums, name: str) -> None:
    """While a group is on its way the next one gathers."""
    gate = asyncio.Event()
    sums.during = lambda _: gate.wait()
    first = asyncio.create_task(sums.keyed(uuid4().hex, name, 1))
    await sums.begun.wait()
    others = [asyncio.create_task(sums.keyed(uuid4().hex, name, 1)) for _ in range(9)]
    await asyncio.sleep(0)
    gate.set()

    assert list(range(1, 11)) == told(await asyncio.gather(first, *others))
    assert [1, 9] == [len(group) for group in sums.groups]


async def test_a_call_alone_takes_two_round_trips(sums: Sums, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call costs a question with its locks, and the commit with all that is written."""
    await sums.keyed(uuid4().hex, name, 1)  # prepares
    written, write = list[int](), Joining.write

    def count(self: Joining, data: Any) -> None:
        written.append(len(data))
        write(self, data)

    monkeypatch.setattr(Joining, "write", count)
    await sums.keyed(uuid4().hex, name, 1)

    assert 2 == len(written)


async def test_a_repeat_gets_the_same_bytes(sums: Sums, name: str, key: str) -> None:
    """Later repeats are answered from the store, and nothing is written again."""
    _, first = await sums.store.run("caller", "/add", key, HASH, lambda: sums.add(name, 1))

    again = [await sums.store.run("caller", "/add", key, HASH, lambda: sums.add(name, 1)) for _ in range(2)]

    assert first is not None
    assert [(first.SerializeToString(), None)] * 2 == again
    assert 1 == await sums.value(name)
    assert 1 == len(await sums.events(name))


async def test_a_key_several_times_at_once(sums: Sums, name: str, key: str) -> None:
    """Of calls with one key at once, one does the work and the others get its reply; their neighbours see nothing."""
    calls = [sums.keyed(each, name, 1) for each in (key, uuid4().hex, key, key)]

    replies = told(await asyncio.gather(*calls))

    assert replies[0] == replies[2] == replies[3]
    assert {1, 2} == set(replies)
    assert 2 == await sums.value(name)


async def test_a_key_for_another_request(sums: Sums, name: str, key: str) -> None:
    """A reused key is refused when both requests come at once as well."""
    calls = [sums.keyed(key, name, 1), sums.keyed(key, name, 2, b"another"), sums.keyed(uuid4().hex, name, 4)]

    replies = told(await asyncio.gather(*calls, return_exceptions=True))

    assert [1, IdempotencyKeyReused, 5] == replies
    assert 5 == await sums.value(name)


async def test_repeats_in_several_processes(sums: Sums, name: str) -> None:
    """A call and its repeats elsewhere take effect once and get one reply, with others in the groups of each."""
    rivals = [sums, Sums(sums.db), Sums(sums.db)]
    keys = [uuid4().hex for _ in range(20)]

    replies = await asyncio.gather(
        *(
            asyncio.gather(*(rival.keyed(key, name, 1) for key in keys), *(rival.keyed(uuid4().hex, name, 1),))
            for rival in rivals
        )
    )

    assert told(replies[0][:20]) == told(replies[1][:20]) == told(replies[2][:20])
    assert 23 == await sums.value(name)
    assert 23 == len(await sums.events(name))


async def test_a_refusal_concerns_one_call(sums: Sums, name: str, key: str) -> None:
    """Who asks for what is not there is refused, and keeps no key; the others are written."""
    calls = [sums.keyed(uuid4().hex, name, 1), sums.keyed(key, "nothing", 1), sums.keyed(uuid4().hex, name, 1)]

    replies = told(await asyncio.gather(*calls, return_exceptions=True))

    assert [1, NotFound, 2] == replies
    assert 1 == len(sums.groups)
    assert 0 == await sums.db.fetch_value(KEYS, key=key)


async def test_a_fault_of_one_call(sums: Sums, db: Database, name: str, key: str) -> None:
    """A write that PostgreSQL refuses, with the commit even, is tried alone like the others, and fails alone."""
    full = uuid4().hex
    await db.execute(PUT, name=full, value=999)
    calls = [sums.keyed(uuid4().hex, name, 1), sums.keyed(key, full, 1), sums.keyed(uuid4().hex, name, 1)]

    replies = await asyncio.gather(*calls, return_exceptions=True)

    assert isinstance(replies[1], asyncpg.CheckViolationError)
    assert {1, 2} == set(told([replies[0], replies[2]]))
    assert (2, 999) == (await sums.value(name), await sums.value(full))
    assert 0 == await sums.db.fetch_value(KEYS, key=key)


async def test_who_leaves_before_the_item_is_taken(sums: Sums, name: str, key: str) -> None:
    """A call that is cancelled while it waits for its group writes nothing."""
    gate = asyncio.Event()
    sums.during = lambda _: gate.wait()
    first = asyncio.create_task(sums.keyed(uuid4().hex, name, 1))
    await sums.begun.wait()
    leaving = asyncio.create_task(sums.keyed(key, name, 10))
    await asyncio.sleep(0)

    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    gate.set()
    await first

    assert [[(name, 1)]] == sums.groups
    assert 1 == await sums.value(name)
    assert 0 == await sums.db.fetch_value(KEYS, key=key)


async def test_who_leaves_afterwards(sums: Sums, name: str, key: str) -> None:
    """A call that is cancelled while its group is written is written all the same, with its reply for a repeat."""
    gate = asyncio.Event()
    sums.during = lambda _: gate.wait()
    leaving = asyncio.create_task(sums.keyed(key, name, 10))
    staying = asyncio.create_task(sums.keyed(uuid4().hex, name, 1))
    await sums.begun.wait()

    leaving.cancel()
    leaving.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    assert 11 == (await staying).minor_units
    assert 10 == (await sums.keyed(key, name, 10)).minor_units
    assert 11 == await sums.value(name)


async def test_who_leaves_as_the_result_is_told(sums: Sums, db: Database, name: str, key: str) -> None:
    """A result that comes in the very turn in which its call is cancelled is heard: the others wait for nothing."""

    async def work(tx: Transaction, calls: Sequence[Call[Add]]) -> Sequence[int | Exception]:
        sums.groups.append([call.item for call in calls])
        await tx.fetch(LOCK, names=[name])
        leaving.cancel()
        return [call.item[1] for call in calls]

    sums.writes = SharedWrites(db, work, name="sums")
    leaving = asyncio.create_task(sums.keyed(key, name, 10))
    staying = asyncio.create_task(sums.keyed(uuid4().hex, name, 1))

    with pytest.raises(asyncio.CancelledError):
        await leaving

    assert 1 == (await staying).minor_units
    assert [[(name, 10), (name, 1)]] == sums.groups
    assert 1 == await db.fetch_value(KEYS, key=key)


async def test_who_leaves_as_the_refusal_is_told(sums: Sums, key: str) -> None:
    """Neither does a refusal get lost: the call ends, and its key is free for a repeat."""

    async def ahead() -> None:
        with pytest.raises(NotFound):
            await sums.writes.submit(("nothing", 1))
        leaving.cancel()

    first = asyncio.create_task(ahead())
    leaving = asyncio.create_task(sums.keyed(key, "nothing", 1))
    await first

    await asyncio.wait([leaving], timeout=5)
    assert leaving.cancelled()
    with pytest.raises(NotFound):
        await sums.keyed(key, "nothing", 1)


async def test_a_handler_that_fails_after_its_result(
    sums: Sums, name: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is kept; those that shared its transaction are run again at once, and written."""
    monkeypatch.setattr(shared_writes, "REPLY_SECONDS", 60.0)  # longer than a transaction may take

    async def handler() -> Message:
        await sums.add(name, 100)
        raise NotFound("after all")

    failing = sums.store.run("caller", "/add", key, HASH, handler, looked_up=True)
    replies = await asyncio.gather(
        failing, *(sums.keyed(uuid4().hex, name, 1) for _ in range(3)), return_exceptions=True
    )

    assert NotFound is told(replies)[0]
    assert {1, 2, 3} == set(told(replies[1:]))
    assert 3 == await sums.value(name) == len(await sums.events(name))
    assert 0 == await sums.db.fetch_value(KEYS, key=key)


async def test_a_handler_that_does_not_come_back(
    sums: Sums, name: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others wait for its reply for a moment only; it is written too when it comes."""
    monkeypatch.setattr(shared_writes, "REPLY_SECONDS", 0.01)
    go_on = asyncio.Event()

    async def handler() -> Message:
        reply = await sums.add(name, 100)
        await go_on.wait()
        return reply

    slow = asyncio.create_task(sums.store.run("caller", "/add", key, HASH, handler, looked_up=True))
    replies = await asyncio.gather(*(sums.keyed(uuid4().hex, name, 1) for _ in range(3)))
    assert 3 == await sums.value(name)
    go_on.set()
    _, late = await slow

    assert {1, 2, 3} == set(told(replies))
    assert 103 == told([late])[0] == await sums.value(name)


async def test_conflicts_are_tried_again(sums: Sums, name: str) -> None:
    """A deadlock costs its group another attempt; nobody is told, and nothing is written twice."""

    async def conflict_once(tx: Transaction) -> None:
        sums.during = None
        await tx.fetch_value(RAISE, sqlstate="40P01")

    sums.during = conflict_once
    keyed = asyncio.gather(*(sums.keyed(uuid4().hex, name, 1) for _ in range(5)))

    replies, unkeyed = await asyncio.gather(keyed, sums.writes.submit((name, 1)))

    assert list(range(1, 7)) == sorted([*told(replies), unkeyed])
    assert 6 == await sums.value(name) == len(await sums.events(name))


async def test_a_lost_connection_leaves_nothing(sums: Sums, db: Database, name: str) -> None:
    """When the server ends the session in the middle, all are told, and nothing of any call is kept."""

    async def kill(tx: Transaction) -> None:
        pid = await tx.fetch_value(PID)
        await db.execute(statement(select(func.pg_terminate_backend(bindparam("pid", type_=Integer)))), pid=pid)

    sums.during = kill
    keys = [uuid4().hex for _ in range(3)]

    replies = await asyncio.gather(*(sums.keyed(key, name, 1) for key in keys), return_exceptions=True)
    sums.during = None

    assert [DatabaseUnavailable] * 3 == told(replies)
    assert 0 == await sums.value(name) == len(await sums.events(name))
    assert [1, 2, 3] == told([await sums.keyed(key, name, 1) for key in keys])


async def test_a_transaction_that_takes_too_long(sums: Sums, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its calls are told that it did not end in time, nothing is kept, and the next group is written."""
    monkeypatch.setattr(shared_writes, "TRANSACTION_SECONDS", 0.05)
    sums.during = lambda _: asyncio.Event().wait()

    replies = await asyncio.gather(*(sums.keyed(uuid4().hex, name, 1) for _ in range(3)), return_exceptions=True)
    monkeypatch.undo()
    sums.during = None

    assert [StatementTimeout] * 3 == told(replies)
    assert 1 == (await sums.keyed(uuid4().hex, name, 1)).minor_units


async def test_too_many_waiting(db: Database, name: str) -> None:
    """What cannot even wait is refused as any call that an instance has no time for, and leaves nothing."""
    sums = Sums(db, max_batch=1, max_waiting=2)

    replies = await asyncio.gather(*(sums.keyed(uuid4().hex, name, 1) for _ in range(3)), return_exceptions=True)

    assert [1, 2, Overloaded] == told(replies)
    assert 2 == await sums.value(name)


async def test_calls_without_a_key(sums: Sums, name: str) -> None:
    """They share with keyed ones, and have their result when it is committed."""
    replies = await asyncio.gather(sums.writes.submit((name, 1)), sums.keyed(uuid4().hex, name, 1), sums.value(name))

    assert (1, 2, 0) == (replies[0], replies[1].minor_units, replies[2])
    assert 1 == len(sums.groups)


async def test_a_refusal_without_a_key(sums: Sums, name: str) -> None:
    """Calls without a key are refused one by one as well."""
    replies = await asyncio.gather(
        *(sums.writes.submit((which, 1)) for which in (name, "nothing", name)), return_exceptions=True
    )

    assert [1, 2] == [replies[0], replies[2]]
    assert isinstance(replies[1], NotFound)


@pytest.mark.parametrize("keyed", [True, False])
async def test_what_follows_a_commit_holds_up_nobody_else(sums: Sums, name: str, *, keyed: bool) -> None:
    """A call waits for what is to follow its commit, and hears of its failure; the next group is written meanwhile."""
    gate, follows = asyncio.Event(), iter([True, False])

    async def follow() -> None:
        await gate.wait()
        raise DatabaseUnavailable("no, not even now")

    async def during(tx: Transaction) -> None:
        if next(follows):
            tx.on_commit(follow)

    sums.during = during
    first = asyncio.create_task(sums.keyed(uuid4().hex, name, 1) if keyed else sums.writes.submit((name, 1)))
    await sums.begun.wait()
    second = await sums.writes.submit((name, 1))
    held_up, value = not first.done(), await sums.value(name)
    gate.set()

    assert (True, 2, 2) == (held_up, second, value)
    with pytest.raises(DatabaseUnavailable):
        await first


async def test_events_are_their_own_calls(sums: Sums, name: str) -> None:
    """Each event names the member and the trace of its call, whoever else was in the group."""
    members = [UserId(UUID(int=number)) for number in range(1, 4)]

    async def call(member: UserId) -> None:
        context = trace.SpanContext(member.int, 7, is_remote=True, trace_flags=trace.TraceFlags(0))
        with acting_as(Principal(user_id=member)), trace.use_span(trace.NonRecordingSpan(context)):
            await sums.keyed(uuid4().hex, name, 1)

    await asyncio.gather(*map(call, members))

    assert 1 == len(sums.groups)
    assert [(str(member), f"{member.int:032x}") for member in members] == [
        (event.actor_id, event.traceparent.split("-")[1]) for event in await sums.events(name)
    ]


async def test_a_call_that_has_written_already(sums: Sums, name: str, key: str) -> None:
    """It stays in its own transaction, which fails as one."""
    other = uuid4().hex

    async def handler() -> Message:
        await sums.db.transact(lambda tx: tx.execute(PUT, name=other, value=0))
        assert 5 == (await sums.add(other, 5)).minor_units  # pyright: ignore[reportAttributeAccessIssue]
        raise NotFound("after all")

    with pytest.raises(NotFound):
        await sums.store.run("caller", "/add", key, HASH, handler)

    assert await sums.value(other) is None


async def test_a_share_is_the_last_word(sums: Sums, name: str, key: str) -> None:
    """A handler that asks the database for more after its share is told so, and nothing is kept."""

    async def handler() -> Message:
        reply = await sums.add(name, 1)
        await sums.value(name)
        return reply

    with pytest.raises(RuntimeError, match="others wait"):
        await sums.store.run("caller", "/add", key, HASH, handler)

    assert 0 == await sums.value(name)


async def test_stopping_waits_for_what_is_being_written(
    database_settings: DatabaseSettings, sums: Sums, name: str
) -> None:
    """A process that stops leaves no half of a group, and keeps what it has begun."""
    stopping = Database(database_settings)
    await stopping.start()
    gate, last = asyncio.Event(), Sums(stopping)
    last.during = lambda _: gate.wait()
    calls = [asyncio.create_task(last.keyed(uuid4().hex, name, 1)) for _ in range(5)]
    await last.begun.wait()
    for call in calls:
        call.cancel()

    stop = asyncio.create_task(stopping.stop())
    await asyncio.sleep(0)
    gate.set()
    await stop

    assert 5 == await sums.value(name) == len(await sums.events(name))
