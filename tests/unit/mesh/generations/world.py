"""Readers, writers and heart-beats of one world, moved step by step: between any two steps anything may happen.

What runs is the mesh's own code, except for Redis (`redis_model`) and PostgreSQL: a number, which each change raises,
and the fence. A request and its answer are on their way until somebody lets them arrive; who crashes leaves behind what
is on its way. The one assumption about time: the commit of a process that is gone lands within HOLD_MS of its mark.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from mesh.cache import CacheUnavailable
from mesh.errors import Failure
from mesh.generations import Changes, Heartbeat, Kept, Names, Standing
from mesh.generations.fence import RAISE
from mesh.generations.registry import LEASE_SECONDS
from tests.unit.mesh.generations.redis_model import EPOCH, HOLD_MS, RedisModel

T = TypeVar("T")
NAMES = Names("answers")
ME, OTHER = UUID(int=1), UUID(int=2)
BETWEEN = (NAMES.subject(ME), NAMES.subject(OTHER))
OF_OTHER = (NAMES.subject(OTHER), NAMES.object(OTHER))


class _Gate:
    """Where an actor waits until the world lets it go on, not before `due`."""

    def __init__(self, due: int = 0) -> None:
        self.due = due

    def __await__(self) -> Generator["_Gate", None, None]:
        yield self


@dataclass
class Change:
    """One change and what became of it."""

    names: Sequence[str]
    version: int | None = None
    committed: int = 0
    marked: int | None = None
    fenced: bool = False
    crashed: bool = False
    acknowledged: bool = False


@dataclass(eq=False)
class Actor:
    """Something under way; `leaves` is what it leaves behind when it crashes here."""

    run: Coroutine[Any, Any, None]
    gate: _Gate = field(default_factory=_Gate)
    leaves: Callable[[], None] | None = None
    change: Change | None = None


class Process:
    """Generations as one process sees them, which may be cut off from Redis."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.cut_off = False

    async def open(self, names: Sequence[str]) -> Standing:
        return await self._ask(lambda: self._world.redis.open(names))

    async def hold(self, names: Sequence[str], token: str) -> None:
        change = self._world.acting.change

        def marked() -> None:
            self._world.redis.hold(names, token)
            if change is not None:
                change.marked = self._world.redis.now

        await self._ask(marked)

    async def release(self, names: Sequence[str], token: str) -> None:
        await self._ask(lambda: self._world.redis.release(names, token))

    async def time(self) -> int:
        return await self.beat(0, 0)

    async def beat(self, fence: int, ends: int) -> int:
        return await self._ask(lambda: self._world.redis.beat(fence, ends))

    async def fetch_value(self, _: Any) -> int:
        """The fence, as a heart-beat asks the database for it."""
        await self._world.travels()
        fence = self._world.fence
        await self._world.travels()
        return fence

    async def _ask(self, command: Callable[[], T]) -> T:
        if self.cut_off:
            raise CacheUnavailable("cut off")
        await self._world.travels(lambda: self._world.orphans.append(command))
        reply = command()
        await self._world.travels()
        if self.cut_off:  # it was done, but nobody hears of it
            raise CacheUnavailable("cut off")
        return reply


@dataclass
class _Transaction:
    """What `Changes` needs of a transaction."""

    fenced: bool = False
    before: list[Callable[[Any], Awaitable[object]]] = field(default_factory=list[Callable[[Any], Awaitable[object]]])
    after: list[Callable[[], Awaitable[None]]] = field(default_factory=list[Callable[[], Awaitable[None]]])

    def before_commit(self, step: Callable[[Any], Awaitable[object]]) -> None:
        self.before.append(step)

    def on_commit(self, callback: Callable[[], Awaitable[None]]) -> None:
        self.after.append(callback)

    async def execute(self, statement: Any) -> None:
        assert statement is RAISE
        self.fenced = True


class World:
    """`reads` has of each what had been acknowledged when it began, and what it saw."""

    def __init__(self) -> None:
        self.redis = RedisModel()
        self.redis.values[EPOCH] = "=0:first", self.redis.now + int(LEASE_SECONDS * 1000)
        self.version = self.fence = 0
        self.actors: list[Actor] = []
        self.changes: list[Change] = []
        self.late: list[tuple[int, Change]] = []
        """Commits that processes left behind, with the time by which they land."""
        self.orphans: list[Callable[[], object]] = []
        """Commands that processes left behind on their way to Redis."""
        self.copy: tuple[int, Any] | None = None
        self.acting: Actor
        self.readers = [self._reader() for _ in range(2)]
        self.writers = [Process(self) for _ in range(2)]
        self.reads: list[tuple[int, int]] = []

    def _reader(self) -> tuple[Process, Kept[UUID, UUID, int]]:
        process = Process(self)
        return process, Kept(process, self._load, NAMES, most=10)  # pyright: ignore[reportArgumentType]

    async def travels(self, leaves: Callable[[], None] | None = None) -> None:
        """Be on the way; who crashes meanwhile leaves something there, or nothing."""
        actor = self.acting
        actor.leaves = leaves
        await _Gate()
        actor.leaves = None

    async def sleeps(self, seconds: float) -> None:
        """Stands for asyncio.sleep."""
        await _Gate(self.redis.now + int(seconds * 1000))

    # What may happen; `at` chooses among several.

    def go_on(self, at: int) -> None:
        """Let somebody take a step."""
        if ready := [actor for actor in self.actors if actor.gate.due <= self.redis.now]:
            self._step(ready[at % len(ready)])

    def read(self, at: int) -> None:
        """Ask for an answer."""
        self._begin(self._read(at))

    def read_through(self, at: int) -> None:
        """The same, with nothing in between."""
        self._through(self._read(at))

    async def _read(self, at: int) -> None:
        _, kept = self.readers[at % len(self.readers)]
        floor = max((change.version or 0 for change in self.changes if change.acknowledged), default=0)
        seen = (await kept({ME: [OTHER]}))[ME][OTHER]
        self.reads.append((floor, seen))

    def write(self, at: int) -> None:
        """Change something between the two, or of the one that is looked at."""
        process = self.writers[at % len(self.writers)]
        change = Change(BETWEEN if at % 4 < 2 else OF_OTHER)

        async def run() -> None:
            tx: Any = _Transaction()
            Changes(process).touch(tx, *change.names)  # pyright: ignore[reportArgumentType]
            for step in tx.before:
                await step(tx)
            change.fenced = tx.fenced
            await self.travels(lambda: self.late.append(((change.marked or self.redis.now) + HOLD_MS, change)))
            self._commit(change)
            await self.travels()
            for callback in tx.after:
                await callback()
            change.acknowledged = True

        self.changes.append(change)
        self._begin(run(), change)

    def beat(self, at: int) -> None:
        """Let a process of the writing service beat."""
        self._begin(self._beat(at))

    def beat_through(self, at: int) -> None:
        """The same, with nothing in between."""
        self._through(self._beat(at))

    def _beat(self, at: int) -> Coroutine[Any, Any, None]:
        process: Any = self.writers[at % len(self.writers)]
        return Heartbeat(process, process).beat()

    def crash(self, at: int) -> None:
        """End somebody; what was on its way may arrive."""
        if not self.actors:
            return
        actor = self.actors.pop(at % len(self.actors))
        if actor.change is not None:
            actor.change.crashed = True
        if actor.leaves is not None and at % 2:
            actor.leaves()
        actor.run.close()

    def land(self, at: int) -> None:
        """Let something that a crashed process sent arrive."""
        if self.orphans:
            self.orphans.pop(at % len(self.orphans))()
        elif self.late:
            self._commit(self.late.pop(at % len(self.late))[1])

    def repeat(self, at: int) -> None:
        """A client repeats a call whose process crashed, and is given the answer that was stored with the commit.

        Not within a lease of a change that waits for the epoch to end.
        """
        crashed = [change for change in self.changes if change.crashed and change.version is not None]
        if crashed:
            change = crashed[at % len(crashed)]
            waits = int(LEASE_SECONDS * 1000) if change.fenced else 0
            change.acknowledged = change.acknowledged or self.redis.now >= change.committed + waits

    def pass_time(self, at: int) -> None:
        """Between a millisecond and a quarter of a minute."""
        self._advance((1, 700, 2_000, 3_100, 5_000, 9_000, 11_000, 15_000)[at % 8])

    def cut(self, at: int) -> None:
        """Cut a process off from Redis, or join it again."""
        process = (*self.writers, *(one for one, _ in self.readers))[at % 4]
        process.cut_off = not process.cut_off

    def empty(self, _: int) -> None:
        """Redis loses everything."""
        self.redis.empty()

    def evict(self, at: int) -> None:
        """Redis is full."""
        self.redis.evict(at)

    def copied(self, _: int) -> None:
        """A replica is so far."""
        self.copy = self.redis.now, self.redis.snapshot()

    def fall_back(self, _: int) -> None:
        """A replica that lags takes over, or Redis comes back with an older file: not within a lease."""
        if self.copy is not None:
            taken, values = self.copy
            lease = int(LEASE_SECONDS * 1000)
            self._advance(max(0, taken + lease + 1 - self.redis.now))
            self.redis.values = dict(values)

    def _begin(self, run: Coroutine[Any, Any, None], change: Change | None = None) -> Actor:
        actor = Actor(run, change=change)
        self.actors.append(actor)
        self._step(actor)
        return actor

    def _through(self, run: Coroutine[Any, Any, None]) -> None:
        actor = self._begin(run)
        while actor in self.actors:
            self._step(actor)

    def _step(self, actor: Actor) -> None:
        self.acting = actor
        try:
            actor.gate = actor.run.send(None)
        except StopIteration:
            self.actors.remove(actor)
        except Failure:
            self.actors.remove(actor)

    def _commit(self, change: Change) -> None:
        self.version += 1
        change.version, change.committed = self.version, self.redis.now
        self.fence += change.fenced

    def _advance(self, by: int) -> None:
        until = self.redis.now + by
        for due, change in sorted(self.late, key=lambda one: one[0]):
            if due <= until:
                self.redis.now = max(self.redis.now, due)
                self.late.remove((due, change))
                self._commit(change)
        self.redis.now = until

    async def _load(self, questions: Mapping[UUID, Sequence[UUID]]) -> Mapping[UUID, Mapping[UUID, int]]:
        await self.travels()
        now = self.version
        await self.travels()
        return {subject: dict.fromkeys(objects, now) for subject, objects in questions.items()}
