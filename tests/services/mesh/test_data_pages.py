"""Pages of lists, read from PostgreSQL while its rows change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy import update as sql_update
from sqlalchemy.dialects.postgresql import JSONB

from mesh.data import PAGE_BYTES, Database, Keyset, Listing, Pager, PageTokenInvalid, PageTokens, keyset, statement
from mesh.errors import InvalidArgument
from mesh.ids import uuid7
from mesh.settings import Secret

METADATA = MetaData()
THINGS = Table(
    "things",
    METADATA,
    Column("owner", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("text", Text, nullable=False),
)
T = THINGS.c
OF_OWNER = select(THINGS).where(T.owner == bindparam("owner"))
BY_TIME = keyset(OF_OWNER, T.at.desc(), T.id.desc())
MIXED = keyset(OF_OWNER, T.rank, T.at.desc(), T.score.desc(), T.id, chunk=3)
RISING = keyset(OF_OWNER, T.score, T.id)
ORDERS: dict[str, tuple[Keyset, Callable[[Any], Any]]] = {
    "one direction": (BY_TIME, lambda row: (-row["at"].timestamp(), -row["id"].int)),
    "mixed directions": (
        MIXED,
        lambda row: (row["rank"], -row["at"].timestamp(), -row["score"], row["id"]),
    ),
    "numbers": (RISING, lambda row: (row["score"], row["id"])),
}
ADD = statement(insert(THINGS))
CHANGE = statement(
    sql_update(THINGS)
    .where(T.owner == bindparam("of_owner"), T.id == bindparam("of_id"))
    .values(text=bindparam("new_text"))
)
LATEST = keyset(OF_OWNER, T.at.desc(), T.id.desc(), rising=True)
RISE = statement(
    sql_update(THINGS)
    .where(T.owner == bindparam("of_owner"), T.id == bindparam("of_id"))
    .values(at=bindparam("new_at"))
)
REMOVE = statement(delete(THINGS).where(T.owner == bindparam("of_owner"), T.id == bindparam("of_id")))
START = datetime(2026, 1, 1, tzinfo=UTC)
PAGER = Pager(PageTokens(Secret("a secret")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def db(open_database: Any) -> AsyncIterator[Database]:
    yield await open_database(METADATA)


async def add(db: Database, owner: UUID, **values: Any) -> UUID:
    made = {"at": START, "rank": 0, "score": 0.0, "text": "", **values}
    await db.execute(ADD, owner=owner, id=(made_id := uuid7()), **made)
    return made_id


def listing(db: Database, owner: UUID, order: Keyset = BY_TIME) -> Listing[Any]:
    return order.of(db, lambda row: row, owner=owner)


async def every_page(pages: Callable[[str], Coroutine[Any, Any, Any]]) -> list[list[Any]]:
    """All pages, by following the tokens."""
    read, token = [], ""
    while not read or token:
        page = await pages(token)
        read.append(page.items)
        token = page.next_page_token
    return read


ROW = st.fixed_dictionaries(
    {
        "at": st.integers(0, 3).map(lambda hours: START + timedelta(hours=hours, microseconds=hours)),
        "rank": st.integers(-1, 1),
        "score": st.sampled_from([0.1, 0.2, 1e300, -0.3]),
    }
)
STEP = st.tuples(st.sampled_from(["add", "change", "remove"]), ROW, st.integers(0, 30))


@pytest.mark.parametrize("order", ORDERS)
async def test_rows_that_move_are_shown_once(db: Database, order: str) -> None:
    """Whatever is added, changed and removed between pages: a row that stays is shown once, and in order."""
    keys, rank_of = ORDERS[order]
    loop = asyncio.get_running_loop()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(
        rows=st.lists(ROW, max_size=12), steps=st.lists(st.lists(STEP, max_size=3), max_size=8), size=st.integers(1, 5)
    )
    def example(rows: list[Any], steps: list[list[Any]], size: int) -> None:
        asyncio.run_coroutine_threadsafe(follow(rows, steps, size), loop).result()

    async def follow(rows: list[Any], steps: list[list[Any]], size: int) -> None:
        owner = uuid7()
        stay = alive = [await add(db, owner, **row) for row in rows]
        shown: list[Any] = []
        token, turn = "", iter(steps)
        while not shown or token:
            page = await PAGER.page(token, size, "list", listing(db, owner, keys))
            assert len(page.items) == size or not page.next_page_token
            shown += page.items
            if not (token := page.next_page_token):
                break
            for what, row, which in next(turn, []):
                if what == "add":
                    alive = [*alive, await add(db, owner, **row)]
                elif which < len(alive) and what == "change":
                    await db.execute(CHANGE, of_owner=owner, of_id=alive[which], new_text="changed")
                elif which < len(alive):
                    await db.execute(REMOVE, of_owner=owner, of_id=alive[which])
                    stay = [one for one in stay if one != alive[which]]
        ids = [row["id"] for row in shown]
        assert len(set(ids)) == len(ids)
        assert set(stay) <= set(ids)
        assert sorted(shown, key=rank_of) == shown

    await asyncio.to_thread(example)


async def test_rows_that_rise_are_not_missed(db: Database) -> None:
    """In a list by latest activity a row that rises while others are read comes at the end; nothing comes for ever."""
    loop = asyncio.get_running_loop()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(
        count=st.integers(0, 8),
        rises=st.lists(st.lists(st.integers(0, 7), max_size=2), max_size=8),
        size=st.integers(1, 4),
    )
    def example(count: int, rises: list[list[int]], size: int) -> None:
        asyncio.run_coroutine_threadsafe(follow(count, rises, size), loop).result()

    async def follow(count: int, rises: list[list[int]], size: int) -> None:
        owner, now, turn = uuid7(), START, iter(rises)
        ids = [await add(db, owner, at=START - timedelta(hours=hour)) for hour in range(count)]
        latest = {one: START - timedelta(hours=hour) for hour, one in enumerate(ids)}
        seen: list[Any] = []
        token, risen = "", 0
        while True:
            page = await PAGER.page(token, size, "list", listing(db, owner, LATEST))
            seen += page.items
            if not (token := page.next_page_token):
                break
            for which in next(turn, []):
                now += timedelta(hours=1)
                await db.execute(RISE, of_owner=owner, of_id=ids[which % count], new_at=now)
                latest[ids[which % count]], risen = now, risen + 1
        assert latest == {row["id"]: row["at"] for row in seen}  # the last sight of each row is its newest state
        assert len(seen) <= count + risen

    await asyncio.to_thread(example)


async def test_a_list_that_never_rests_ends(db: Database) -> None:
    """Who reads a list that changes after every page is not kept reading."""
    owner = uuid7()
    ids = [await add(db, owner) for _ in range(2)]
    pages, token = 0, ""
    while pages == 0 or token:
        token = (await PAGER.page(token, 1, "list", listing(db, owner, LATEST))).next_page_token
        pages += 1
        await db.execute(RISE, of_owner=owner, of_id=ids[0], new_at=START + timedelta(hours=pages))
        assert pages < 20


async def test_a_page_is_bounded_by_bytes(db: Database) -> None:
    """Heavy items end a page early, its token gives the rest, and one too heavy comes alone."""
    owner, third = uuid7(), PAGE_BYTES // 3 + 1
    for hour, text in enumerate(["ü" * (third // 2), "a" * third, "a" * third, "", "a" * PAGE_BYTES * 2, "a"]):
        await add(db, owner, at=START - timedelta(hours=hour), text=text)

    pages = await every_page(lambda token: PAGER.page(token, 10, "list", listing(db, owner)))
    weighed = await every_page(
        lambda token: PAGER.page(token, 10, "list", listing(db, owner), weigh=lambda _: PAGE_BYTES)
    )

    assert [2, 2, 1, 1] == [len(page) for page in pages]
    assert [1] * 6 == [len(page) for page in weighed]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (LargeBinary, b"x" * (PAGE_BYTES // 2)),
        (ARRAY(Text), ["x" * (PAGE_BYTES // 4)] * 2),
        (JSONB, {"parts": [{"text": "x" * (PAGE_BYTES // 2)}]}),
    ],
    ids=["bytes", "texts", "json"],
)
async def test_whatever_a_row_holds_weighs(db: Database, kind: Any, value: Any) -> None:
    """Bytes, lists and JSON count as texts do."""
    owner = uuid7()
    for _ in range(3):
        await add(db, owner)
    heavy = OF_OWNER.add_columns(bindparam("value", type_=kind).label("heavy"))
    order = keyset(heavy, T.id, name="heavy things")

    pages = await every_page(
        lambda token: PAGER.page(token, 10, "list", order.of(db, lambda row: row["id"], owner=owner, value=value))
    )

    assert [1, 1, 1] == [len(page) for page in pages]


async def test_filtering_goes_on_reading(db: Database) -> None:
    """Items left out are replaced by those behind them; only five pages of nothing make an empty one."""
    owner = uuid7()
    for hour in range(30):
        await add(db, owner, at=START - timedelta(hours=hour), rank=hour)

    def only(wanted: Callable[[int], bool]) -> Listing[int]:
        async def wanted_ranks(rows: Sequence[Any]) -> list[int | None]:
            return [row["rank"] if wanted(row["rank"]) else None for row in rows]

        async def same(ranks: Sequence[int]) -> list[int | None]:
            return list(ranks)

        return listing(db, owner).dressed(wanted_ranks).dressed(same)

    thirds = await every_page(lambda token: PAGER.page(token, 4, "list", only(lambda rank: rank % 3 == 0)))
    last = await every_page(lambda token: PAGER.page(token, 4, "list", only(lambda rank: rank == 29)))

    assert [[0, 3, 6, 9], [12, 15, 18, 21], [24, 27]] == thirds
    assert [[], [29]] == last


async def test_the_total_is_counted_once(db: Database) -> None:
    """The first page counts; the tokens carry the number on."""
    owner, counted = uuid7(), []
    for _ in range(3):
        await add(db, owner)

    async def total() -> int:
        counted.append(1)
        return 3

    first = await PAGER.page("", 2, "list", listing(db, owner), total=total)
    second = await PAGER.page(first.next_page_token, 2, "list", listing(db, owner), total=total)

    assert (3, 3, [1]) == (first.total, second.total, counted)


async def test_a_token_is_of_one_list_and_one_order(db: Database) -> None:
    """Neither another scope nor another order takes it, and no size below zero is served."""
    owner = uuid7()
    for _ in range(2):
        await add(db, owner)
    token = (await PAGER.page("", 1, "list", listing(db, owner))).next_page_token

    for scope, order in (("another", BY_TIME), ("list", RISING)):
        with pytest.raises(PageTokenInvalid):
            await PAGER.page(token, 1, scope, listing(db, owner, order))
    with pytest.raises(InvalidArgument):
        await PAGER.page(token, -1, "list", listing(db, owner))


async def test_an_order_must_be_readable_from_its_rows() -> None:
    """A list that does not select what it is ordered by, or what no token can hold, fails at import."""
    with pytest.raises(ValueError, match="does not select"):
        keyset(select(T.id).where(T.owner == bindparam("owner")), T.at)
    with pytest.raises(ValueError, match="holds no value"):
        keyset(select(T.id, (T.at - T.at).label("age")), (T.at - T.at).label("age"))
    with pytest.raises(ValueError, match="falls by every column"):
        keyset(OF_OWNER, T.at.desc(), T.id, rising=True)
