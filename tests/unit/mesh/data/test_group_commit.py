"""Natural batching: flush what gathered while the flush before was under way."""

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from mesh.data import GroupCommit, GroupCommitFull


class Store:
    """Remembers batches; waits at a gate, when there is one, before it takes a batch."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate: asyncio.Event | None = None
        self.error: Exception | None = None

    async def flush(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return [ValueError(item) if item < 0 else item * 10 for item in items]


async def started(*coroutines: object) -> "list[asyncio.Task[int]]":
    tasks = [asyncio.ensure_future(one) for one in coroutines]  # type: ignore[arg-type]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks  # type: ignore[return-value]


async def test_a_single_item_is_flushed_at_once() -> None:
    """Without company an item waits for nobody."""
    store = Store()

    assert 10 == await GroupCommit(store.flush).submit(1)
    assert [[1]] == store.batches


async def test_items_gather_while_a_flush_is_under_way() -> None:
    """What arrives during a flush goes together into the next, in order, at most `max_batch` at a time."""
    store = Store()
    store.gate = asyncio.Event()
    writes = GroupCommit(store.flush, max_batch=3)
    tasks = await started(writes.submit(1))
    tasks += await started(*(writes.submit(item) for item in (2, 3, 4, 5)))

    store.gate.set()

    assert [10, 20, 30, 40, 50] == await asyncio.gather(*tasks)
    assert [[1], [2, 3, 4], [5]] == store.batches


async def test_each_item_gets_its_own_answer() -> None:
    """A flush may refuse single items."""
    answers = await asyncio.gather(*map(GroupCommit(Store().flush).submit, (1, -1, 2)), return_exceptions=True)

    assert [10, 20] == [answers[0], answers[2]]
    assert isinstance(answers[1], ValueError)


async def test_a_failed_flush_fails_its_items_only() -> None:
    """After an error the next items are flushed as if nothing had happened."""
    store = Store()
    store.error = ConnectionError("gone")
    writes = GroupCommit(store.flush)

    answers = await asyncio.gather(writes.submit(1), writes.submit(2), return_exceptions=True)
    store.error = None

    assert [ConnectionError, ConnectionError] == [type(answer) for answer in answers]
    assert 30 == await writes.submit(3)


async def test_the_item_at_fault_is_found() -> None:
    """When a batch breaks a constraint its items are flushed one by one."""
    batches: list[list[int]] = []

    async def flush(items: Sequence[int]) -> Sequence[int]:
        batches.append(list(items))
        if 2 in items:
            raise asyncpg.CheckViolationError("two")
        return items

    answers = await asyncio.gather(*map(GroupCommit(flush).submit, (1, 2, 3)), return_exceptions=True)

    assert [1, 3] == [answers[0], answers[2]]
    assert isinstance(answers[1], asyncpg.CheckViolationError)
    assert [[1, 2, 3], [1], [2], [3]] == batches


async def test_a_flush_that_loses_count() -> None:
    """A flush that answers for too few items is a mistake that nobody waits on for ever."""

    async def flush(items: Sequence[int]) -> Sequence[int]:
        return items[:-1]

    answers = await asyncio.gather(*map(GroupCommit(flush).submit, (1, 2)), return_exceptions=True)

    assert [RuntimeError, RuntimeError] == [type(answer) for answer in answers]


async def test_the_queue_is_bounded() -> None:
    """When too many wait the next is refused at once, with the time to come back."""
    store = Store()
    store.gate = asyncio.Event()
    writes = GroupCommit(store.flush, max_waiting=2)
    tasks = await started(writes.submit(1))
    tasks += await started(writes.submit(2), writes.submit(3))

    with pytest.raises(GroupCommitFull) as refused:
        await writes.submit(4)

    assert 1.0 == refused.value.retry_after
    store.gate.set()
    assert [10, 20, 30] == await asyncio.gather(*tasks)


async def test_who_leaves_early_withdraws_the_item() -> None:
    """An item whose submitter left before its batch began is not written."""
    store = Store()
    store.gate = asyncio.Event()
    writes = GroupCommit(store.flush)
    first, leaving, staying = [(await started(writes.submit(item)))[0] for item in (1, 2, 3)]

    leaving.cancel()
    store.gate.set()

    assert [10, 30] == await asyncio.gather(first, staying)
    assert [[1], [3]] == store.batches


async def test_several_writers() -> None:
    """With two writers two batches are under way at a time."""
    store = Store()
    store.gate = asyncio.Event()
    writes = GroupCommit(store.flush, writers=2)
    tasks = [(await started(writes.submit(item)))[0] for item in (1, 2, 3)]

    assert [[1], [2]] == store.batches
    store.gate.set()
    assert [10, 20, 30] == await asyncio.gather(*tasks)


async def test_draining_waits_for_everything() -> None:
    """After `drain` all that was submitted is written."""
    store = Store()
    writes = GroupCommit(store.flush, max_batch=1)
    tasks = await started(*(writes.submit(item) for item in (1, 2, 3)))

    await writes.drain()

    assert [True, True, True] == [task.done() for task in tasks]
