"""Questions about the graph, answered from memory as long as that is what PostgreSQL would say."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from prometheus_client import Counter

from mesh.cache import CacheUnavailable, HotCache
from mesh.clock import Clock
from mesh.data import Database, Loader
from mesh.errors import Unavailable
from mesh.generations import Generations, Names, Standing
from svc_profile.domain.graph import Look, Node, Numbers
from svc_profile.domain.ids import UserId
from svc_profile.domain.standing import FOREVER, GOOD
from svc_profile.store.nodes import NodeRepository

T = TypeVar("T")
Question = Callable[[Look, Numbers], T]
"""Pure, and asked again with every round: it looks at nodes, and gives what the numbers stand for, never numbers."""
_Read = Callable[[Sequence[UserId]], Awaitable[Mapping[UserId, Node]]]

_ROUNDS = 12  # of looking and fetching what was missing; three hops take four
_DEPTH = 64  # the same, where each round reads all anew
_NODE_BYTES = 320  # of a node without connections: a tuple, its strings, its place in the dictionary
_NUMBER_BYTES = 200
_RESERVE = 0.05  # what goes at once when memory is full
_MOST_RECALLED = 50_000  # members that kept answers rest on, all together: some 20 MB with what the answers hold

_asked = Counter("guild_graph_questions", "Questions about the graph, by where the answer came from.", ["source"])
_RECALLED, _MEMORY, _FETCHED, _DATABASE = (
    _asked.labels(source) for source in ("recalled", "memory", "fetched", "database")
)


class _Answer(NamedTuple):
    """What was answered once, and what has to hold for it to be true still."""

    given: Any
    epoch: bytes
    names: Sequence[str]
    generations: Sequence[bytes | None]
    until: datetime


class Network:
    """Holds nodes of the graph, bounded, each with the generation of its member that it was read in.

    An answer is computed first and held to Redis afterwards: all it was made from must still have its generation.
    Generations never come back, so all of it was so at one moment, whichever ends of a path were read when. What is
    missing or old is fetched, by one statement for all questions of a tick, and the question is asked again. While
    Redis is away, where a change is being committed, and inside a transaction, everything is read by one statement
    instead, which is one moment as well, and nothing is kept.
    """

    def __init__(
        self,
        db: Database,
        nodes: NodeRepository,
        generations: Generations,
        names: Names,
        clock: Clock,
        *,
        most_bytes: int,
    ) -> None:
        self._db = db
        self._nodes = nodes
        self._generations = generations
        self._names = names
        self._clock = clock
        self._most = most_bytes
        self._memory = _Memory(self._read_for)
        self._answers: HotCache[Hashable, _Answer] = HotCache(_MOST_RECALLED, lambda answer: len(answer.names))

    async def recall(self, key: Hashable, question: Question[T]) -> T:
        """The same as `ask`, without looking again as long as all stands that the last answer was made from.

        `key` names the question, with all that it depends on beside the graph and the clock.
        """
        kept = None if self._db.in_transaction else self._answers.get(key)
        if kept is not None and self._clock.now() < kept.until:
            now = await self._standing(kept.names)
            if (now.epoch, now.generations) == (kept.epoch, kept.generations):
                _RECALLED.inc()
                return kept.given
        return await self._answer(question, key)

    async def ask(self, question: Question[T]) -> T:
        """Answer a question about the graph as it is now."""
        return await self._answer(question, None)

    async def _answer(self, question: Question[T], key: Hashable | None) -> T:
        source = _MEMORY
        for _ in range(0 if self._db.in_transaction else _ROUNDS):
            memory = self._memory
            epoch, look, begun = memory.epoch, Look(memory.nodes.get), self._clock.now()
            answer = question(look, memory.numbers)
            wanted = [*look.seen, *look.missing]
            names = self._named(memory, wanted)
            now = await self._standing(names)
            if now.epoch is None or None in now.generations:
                break
            labels = dict(zip(wanted, now.generations, strict=True))
            stale = [number for number, node in look.seen.items() if epoch != now.epoch or node.label != labels[number]]
            if not stale and not look.missing:
                source.inc()
                if key is not None:
                    until = _earliest_end(look.seen.values(), begun)
                    self._answers.put(key, _Answer(answer, now.epoch, names, now.generations, until))
                return answer
            source = _FETCHED
            await self._fetch(memory, now.epoch, {number: labels[number] for number in (*stale, *look.missing)})
        _DATABASE.inc()
        return await self._afresh(question)

    async def differing(self, user_ids: Sequence[UserId]) -> tuple[int, Mapping[UserId, tuple[str, ...]]]:
        """Of these members, how many are held and could be compared with PostgreSQL, and where memory is wrong.

        What is held counts as long as its generation stands, so it is compared where that was so before PostgreSQL was
        read and is so after: nothing that changes meanwhile is taken for a fault.
        """
        memory = self._memory
        epoch, held = memory.epoch, memory.held(user_ids)
        before = await self._current(memory, epoch, held) if held else frozenset[int]()
        if not before:
            return 0, {}
        ids = {memory.numbers.id(number): number for number in before}
        found = await self._nodes.of(self._db, ids, memory.numbers.packed)
        compared = before & await self._current(memory, epoch, held)
        faults = {
            user_id: parts
            for user_id, number in ids.items()
            if number in compared and (parts := held[number].differing(found[user_id]))
        }
        return len(compared), faults

    async def _current(self, memory: "_Memory", epoch: bytes | None, held: Mapping[int, Node]) -> frozenset[int]:
        """Those of these nodes that a question would be answered by now."""
        now = await self._standing(self._named(memory, held))
        if epoch is None or now.epoch != epoch:
            return frozenset()
        return frozenset(
            number
            for (number, node), generation in zip(held.items(), now.generations, strict=True)
            if node.label == generation
        )

    def _named(self, memory: "_Memory", numbers: Iterable[int]) -> list[str]:
        before, digits = self._names.subject_of(""), memory.numbers.hex
        return [before + digits(number) for number in numbers]

    async def _standing(self, names: Sequence[str]) -> Standing:
        """The generations of members as Redis has them."""
        try:
            return await self._generations.open(names)
        except CacheUnavailable:
            return Standing(None, [])

    async def _fetch(self, memory: "_Memory", epoch: bytes, labels: Mapping[int, bytes | None]) -> None:
        """Read nodes, and keep them under what held before they were read."""
        starts = [(number, memory.loader.start(memory.numbers.id(number))) for number in labels]
        try:
            nodes = {number: await node for number, node in starts}
        finally:
            for _, node in starts:
                Loader.forget(node)
        memory.keep(epoch, nodes, labels)
        if memory.shrink(self._most) and memory is self._memory:
            self._memory = _Memory(self._read_for)

    def _read_for(self, numbers: Numbers) -> _Read:
        return lambda user_ids: self._nodes.of(self._db, user_ids, numbers.packed)

    async def _afresh(self, question: Question[T]) -> T:
        """Answer from PostgreSQL alone: every round reads all of it again, so that the last one is of one moment."""
        numbers, known = Numbers(), dict[int, Node]()
        for _ in range(_DEPTH):
            look = Look(known.get)
            answer = question(look, numbers)
            if not look.missing:
                return answer
            ids = {numbers.id(number): number for number in (*look.seen, *look.missing)}
            nodes = await self._nodes.of(self._db, ids, numbers.packed)
            known = {ids[user_id]: node for user_id, node in nodes.items()}
        raise Unavailable("the graph changes faster than it is read: try again")


class _Memory:
    """Nodes by number, of one epoch; the numbers of another memory mean nothing here."""

    def __init__(self, reader: Callable[[Numbers], _Read]) -> None:
        self.numbers = Numbers()
        self.nodes: dict[int, Node] = {}
        self.epoch: bytes | None = None
        self.loader: Loader[UserId, Node] = Loader(reader(self.numbers))
        self._weight = 0

    def held(self, user_ids: Sequence[UserId]) -> dict[int, Node]:
        """The nodes of those of these members who have one."""
        numbers = (self.numbers.known(user_id) for user_id in user_ids)
        return {number: self.nodes[number] for number in numbers if number in self.nodes}

    def keep(self, epoch: bytes, nodes: Mapping[int, Node | None], labels: Mapping[int, bytes | None]) -> None:
        """Keep nodes that were read in an epoch; those of another epoch go."""
        if epoch != self.epoch:
            self.nodes.clear()
            self.epoch, self._weight = epoch, 0
        for number, node in nodes.items():
            label = labels[number]
            if node is not None and label is not None:
                self._drop(number)
                self.nodes[number] = node._replace(label=label)
                self._weight += _weight(node)

    def shrink(self, most: int) -> bool:
        """Drop what was read longest ago, which its generation ends first, until at most so many octets are held.

        Tells whether even numbers alone are too many, so that a new memory has to begin.
        """
        left = most - len(self.numbers) * _NUMBER_BYTES
        if left < most / 2:
            return True
        if self._weight > left:
            for number in list(islice(self.nodes, 1 + int(len(self.nodes) * _RESERVE))):
                self._drop(number)
            return self.shrink(most)
        return False

    def _drop(self, number: int) -> None:
        node = self.nodes.pop(number, None)
        if node is not None:
            self._weight -= _weight(node)


def _weight(node: Node) -> int:
    return _NODE_BYTES + len(node.friends) + len(node.blocked)


def _earliest_end(nodes: Iterable[Node], since: datetime) -> datetime:
    """When the first restriction of one of these ends by itself: what was answered may not be true any more."""
    ends = (
        end
        for node in nodes
        if node.standing is not GOOD
        for end in (node.standing.suspended_until, node.standing.limited_until)
        if end is not None and end > since
    )
    return min(ends, default=FOREVER)
