"""Whatever the product does with Redis, done with a Redis Cluster of three nodes and a replica."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.crc import key_slot

from mesh.auth import Revocations
from mesh.cache import Cache, CacheUnavailable
from mesh.clock import SystemClock
from mesh.contract import RateLimit, Scope
from mesh.embedded import ValkeyServer, free_port
from mesh.generations import Generations
from mesh.ids import uuid7
from mesh.limits.token_bucket import TokenBucket
from mesh.settings import RedisSettings
from mesh.testing import wait_for
from svc_feed.domain.feed import Entry, Feed, Order, Window
from svc_feed.domain.history import Passed
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Kind
from svc_feed.domain.preference import Held, Wish
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.history_cache import HistoryCache, Shown
from svc_feed.store.wish_cache import WishCache, unpacked
from svc_feed.usecases.known_histories import KnownHistories
from svc_messaging.store.presence import Presence
from svc_profile.store.login_attempts import LoginAttempts

ROOT = Path(__file__).parents[2]
SLOTS = ((0, 5_460), (5_461, 10_922), (10_923, 16_383))
SCRIPTS = {
    "mesh/auth/revocation_log.py": "test_presence_and_revocations",
    "mesh/generations/registry.py": "test_generations_stand_and_change",
    "mesh/limits/token_bucket.py": "test_a_limit_is_a_limit",
    "svc_feed/store/feed_cache.py": "test_feeds_are_kept_and_dropped",
    "svc_feed/store/history_cache.py": "test_what_was_seen_is_kept",
    "svc_feed/store/wish_cache.py": "test_wishes_are_kept_and_changed",
    "svc_profile/store/login_attempts.py": "test_sign_ins_are_counted",
}
"""Who has Lua scripts, and the test here that runs every one of them."""


class ClusterNode(ValkeyServer):
    """A node of a cluster."""

    cluster_port = 0

    def command(self) -> list[str | Path]:
        if not self._settled:  # a port that was taken meanwhile is changed
            self.cluster_port = free_port()
        cluster = [
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            str(self.cluster_port),
            "--cluster-node-timeout",
            "1000",
        ]
        return [*super().command(), *cluster, "--cluster-replica-validity-factor", "0"]


@dataclass
class Cluster:
    """Three nodes that share the slots; the fourth is the replica of the first."""

    nodes: list[ClusterNode]

    async def start(self) -> None:
        first, *others = self.nodes
        for node in self.nodes:
            await asyncio.to_thread(node.start)
        for node, (low, high) in zip(self.nodes, SLOTS, strict=False):
            await self.ask(node, "CLUSTER", "ADDSLOTSRANGE", low, high)
        for node in others:
            await self.ask(first, "CLUSTER", "MEET", "127.0.0.1", node.port, node.cluster_port)
        await wait_for(lambda: self.all_see("cluster_known_nodes:4", "cluster_state:ok"), timeout=30)
        await self.ask(others[-1], "CLUSTER", "REPLICATE", await self.ask(first, "CLUSTER", "MYID"))
        await wait_for(lambda: self.replicates(others[-1]), timeout=30)

    async def ask(self, node: ClusterNode, *command: str | int | bytes) -> bytes:
        async with Redis.from_url(node.url) as client:
            reply: Any = await client.execute_command(*command)
            return reply

    async def all_see(self, *facts: str) -> bool:
        told = [str(await self.ask(node, "CLUSTER", "INFO")) for node in self.nodes if node.alive]
        return all(fact in one for one in told for fact in facts)

    async def replicates(self, node: ClusterNode) -> bool:
        async with Redis.from_url(node.url) as client:
            return (await client.info("replication")).get("master_link_status") == "up"

    async def stop(self) -> None:
        for node in self.nodes:
            await asyncio.to_thread(node.kill)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    home = tmp_path_factory.mktemp("cluster")
    cluster = Cluster([ClusterNode(home / f"node{n}") for n in range(4)])
    try:
        await cluster.start()
        yield cluster
    finally:
        await cluster.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cache(cluster: Cluster) -> AsyncIterator[Cache]:
    cache = Cache(RedisSettings(cluster.nodes[0].url, cluster=True), prefix="cluster:")
    await cache.start()
    yield cache
    await cache.stop()


def test_every_script_is_run_here() -> None:
    """A file with a Lua script has a test on the cluster."""
    scripted = {
        path.relative_to(ROOT).as_posix()
        for package in ("mesh", "svc_profile", "svc_feed", "svc_messaging", "svc_jobs", "edge")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"\.script\(", path.read_text())
    }
    assert set(SCRIPTS) == scripted
    assert set(SCRIPTS.values()) <= set(globals())


async def test_keys_of_many_slots_in_one_go(cache: Cache) -> None:
    """Reads, counts and deletes of keys on all nodes work as on one server."""
    stored = await asyncio.gather(*(cache.set(f"k{n}", n, ttl=60) for n in range(50)))

    values = await cache.mget([f"k{n}" for n in range(50)])

    assert [True] * 50 == stored
    assert [str(n).encode() for n in range(50)] == values
    assert (8, True) == (await cache.execute("INCRBY", "k7", 1), await cache.expire("k7", 9))
    assert 50 == await cache.delete(*(f"k{n}" for n in range(50)))
    await cache.check()
    assert cache.available


async def test_one_wrong_script_is_its_callers_alone(cache: Cache) -> None:
    """A script over keys of several slots is refused to its caller; neighbours are answered, the cache stays."""
    touch = cache.script("for _, key in ipairs(KEYS) do redis.call('SET', key, ARGV[1]) end return #KEYS")
    keys = [f"wide{n}" for n in range(300)]

    refused, answered = await asyncio.gather(touch(keys, ["x"]), cache.set("fine", "1"), return_exceptions=True)
    runs = await touch.each(keys, ["y"])

    assert isinstance(refused, ValueError)
    assert (True, True) == (answered, cache.available)
    assert 300 == sum(runs)
    assert [b"y"] * 300 == await cache.mget(keys)


async def test_a_limit_is_a_limit(cache: Cache) -> None:
    """Token buckets of many callers, on all nodes, each with its own count."""
    bucket = TokenBucket(cache)
    limit = RateLimit("b", 10, 0, Scope.ACCOUNT)

    decisions = [await asyncio.gather(*(bucket.take(limit, f"u{n}") for _ in range(15))) for n in range(6)]

    assert [10] * 6 == [sum(decision.allowed for decision in taken) for taken in decisions]


async def test_sign_ins_are_counted(cache: Cache) -> None:
    """The attempts at many addresses are reserved, released and cleared."""
    attempts = LoginAttempts(cache)
    addresses = [f"m{n}@example.com" for n in range(8)]

    first = await asyncio.gather(*(attempts.reserve(address, "here") for address in addresses))
    second = await asyncio.gather(*(attempts.reserve(address, "here") for address in addresses))
    await asyncio.gather(*(attempts.release(attempt) for attempt in first))
    third = await asyncio.gather(*(attempts.reserve(address, "here") for address in addresses))
    await asyncio.gather(*(attempts.clear(attempt) for attempt in second))
    fourth = await attempts.reserve(addresses[0], "here")

    met = [{attempt.before.from_here for attempt in some} for some in (first, second, third, [fourth])]
    assert [{0}, {1}, {1}, {0}] == met


async def test_feeds_are_kept_and_dropped(cache: Cache) -> None:
    """A post reaches the warm feeds of many readers at once; feeds are built, read, snapshot and dropped."""
    feeds, readers = FeedCache(cache, ttl=60, scoring="1"), [UserId(uuid7()) for _ in range(40)]
    author = UserId(uuid7())
    old, new = (Entry.of(author, PostId(uuid7()), score) for score in (1.0, 2.0))
    for reader in readers:
        ticket = await feeds.begin(reader)
        assert await feeds.finish(reader, ticket, Feed("b" * 32, 0.0, 0.1, (old,)))

    cold_ones = [UserId(uuid7()) for _ in range(5)]
    warm = await feeds.warm([*cold_ones, *readers])
    added = await feeds.add(new.member, dict.fromkeys(readers, new.score))
    read = [await feeds.read(reader, Window(5)) for reader in readers]
    await feeds.forget(readers[0], [old])
    shorter = await feeds.read(readers[0], Window(5))
    await feeds.drop(*readers)
    cold = [await feeds.read(reader, Window(5)) for reader in readers]
    snapshot = await feeds.read(readers[1], Window(5, build="b" * 32))
    by_time = await feeds.read(readers[1], Window(5, build="b" * 32, order=Order.RECENT))
    await feeds.add_recent(new)

    assert (set(readers), 40) == (set(warm), added)
    assert [(new, old)] * 40 == [feed.entries if feed else None for feed in read]
    assert (new,) == (shorter.entries if shorter else None)
    assert [None] * 40 == cold
    assert (new, old) == (snapshot.entries if snapshot else None)
    assert [new.post_id, old.post_id] == [entry.post_id for entry in (by_time.entries if by_time else ())]
    assert [new.member] == await feeds.recent([author, *readers], since=0.0)


async def test_what_was_seen_is_kept(cache: Cache) -> None:
    """It comes with the feed, and once only is anything new."""
    histories, reader = HistoryCache(cache), UserId(uuid7())
    entry = Entry.of(UserId(uuid7()), PostId(uuid7()), 1.0)
    shown = [Shown(entry.member, 0, Kind.POST, acted=False, own=False)]
    assert [[True], [False]] == [await histories.record(reader, shown, 1.0) for _ in range(2)]
    feeds = FeedCache(cache, ttl=60, scoring="1")
    await feeds.finish(reader, await feeds.begin(reader), Feed(uuid7().hex, 1.0, 0.1, (entry,)))
    stored = await feeds.read(reader, Window(10), past=b"")
    assert stored is not None
    history = KnownHistories().of(reader, stored.history)
    assert history.has_seen(entry, 0)
    assert {entry.author_id: Passed(1.0, 1.0)} == history.authors


async def test_wishes_are_kept_and_changed(cache: Cache) -> None:
    """What was read before a change is not kept; what is kept comes with the feed."""
    wishes, reader = WishCache(cache), UserId(uuid7())
    ticket = await wishes.begin(reader)
    mark = await wishes.changing(reader)
    await wishes.finish(reader, ticket, [])
    assert mark == await wishes.begin(reader)
    await wishes.changed(reader, mark)
    held = [Held(Wish.less_of_topic("go"), 0.0)]
    await wishes.finish(reader, await wishes.begin(reader), held)
    assert held == unpacked(await wishes.begin(reader))


async def test_generations_stand_and_change(cache: Cache) -> None:
    """Those of one question are on all nodes, and found beside the epoch, which is on one."""
    generations, names = Generations(cache), [f"name-{n}" for n in range(30)]
    await generations.beat(1, await generations.time() + 60_000)
    first, again = await generations.open(names), await generations.open(names)
    await generations.hold(names[:2], "token")
    held = await generations.open(names)
    await generations.release(names[:2], "token")
    after = await generations.open(names)

    assert first == again
    assert None not in first.generations
    assert [None, None, *first.generations[2:]] == held.generations
    assert set(first.generations[:2]).isdisjoint(after.generations[:2])
    assert first.generations[2:] == after.generations[2:]
    assert (None, b"?1:") == (first.epoch, (await cache.get("epoch") or b"")[:3])


async def test_presence_and_revocations(cache: Cache) -> None:
    """What is kept for single members works wherever their keys are."""
    heard_all = asyncio.Event()
    heard_all.set()
    presence, revocations = Presence(cache, SystemClock(), uuid7()), Revocations(cache, heard_all=heard_all)
    members = [uuid7() for _ in range(10)]

    first = [await presence.arrive(member) for member in members]  # pyright: ignore[reportArgumentType]
    online = await presence.online(members)  # pyright: ignore[reportArgumentType]
    assert not await revocations.is_revoked(uuid7())  # which begins the log
    for member in members:
        await revocations.revoke(member)
    elsewhere = Revocations(cache, heard_all=asyncio.Event())

    assert ([True] * 10, members) == (first, online)
    assert [True] * 10 == [await elsewhere.is_revoked(member) for member in members]


async def test_a_slot_that_moves_is_followed(cluster: Cluster, cache: Cache) -> None:
    """Keys are found after their slot went to another node, by scripts too."""
    source, target = cluster.nodes[1], cluster.nodes[2]
    slots = {f"m{n}": key_slot(f"cluster:m{n}".encode()) for n in range(100)}
    key, slot = next((key, slot) for key, slot in slots.items() if SLOTS[1][0] <= slot <= SLOTS[1][1])
    add = cache.script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    before = await add([key], [1])
    ids = [(await cluster.ask(node, "CLUSTER", "MYID")).decode() for node in (source, target)]
    await cluster.ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
    await cluster.ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
    await cluster.ask(source, "MIGRATE", "127.0.0.1", target.port, f"cluster:{key}", 0, 1000)
    for node in (target, source):
        await cluster.ask(node, "CLUSTER", "SETSLOT", slot, "NODE", ids[1])

    after = await add([key], [1])

    assert (1, 2, b"2") == (before, after, await cache.get(key))


async def test_a_slot_on_its_way_is_followed(cluster: Cluster, cache: Cache) -> None:
    """While a slot moves, keys that have left are asked for where they went, and the rest where they were."""
    source, target = cluster.nodes[1], cluster.nodes[2]
    tag, slot = next(
        (f"t{n}", slot) for n in range(100) if SLOTS[1][0] <= (slot := key_slot(f"t{n}".encode())) <= SLOTS[1][1]
    )
    stays, left = f"{{{tag}}}:stays", f"{{{tag}}}:left"
    await asyncio.gather(cache.set(stays, "1"), cache.set(left, "2"))
    ids = [(await cluster.ask(node, "CLUSTER", "MYID")).decode() for node in (source, target)]
    await cluster.ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
    await cluster.ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
    await cluster.ask(source, "MIGRATE", "127.0.0.1", target.port, f"cluster:{left}", 0, 1000)

    found = await asyncio.gather(cache.get(stays), cache.get(left), cache.set(left, "3"), cache.get(left))
    with pytest.raises(CacheUnavailable):
        await cache.mget([stays, left])
    await cluster.ask(source, "MIGRATE", "127.0.0.1", target.port, f"cluster:{stays}", 0, 1000)
    for node in (target, source):
        await cluster.ask(node, "CLUSTER", "SETSLOT", slot, "NODE", ids[1])

    assert [b"1", b"2", True] == found[:3]
    assert [b"1", b"3"] == await cache.mget([stays, left])
    assert cache.available


async def test_a_replica_takes_over(cluster: Cluster, cache: Cache) -> None:
    """While a node is gone callers degrade at once; with its replica in its place the cache is back by itself."""
    keys = [f"r{n}" for n in range(60)]
    await asyncio.gather(*(cache.set(key, "1") for key in keys))
    await asyncio.to_thread(cluster.nodes[0].kill)

    outcomes = await asyncio.gather(*(cache.get(key) for key in keys), return_exceptions=True)
    await wait_for(lambda: all_written(cache, keys), timeout=30)

    assert {CacheUnavailable} >= {type(one) for one in outcomes if isinstance(one, BaseException)}
    assert any(isinstance(one, CacheUnavailable) for one in outcomes)
    assert [b"2"] * 60 == await cache.mget(keys)


async def all_written(cache: Cache, keys: list[str]) -> bool:
    done = await asyncio.gather(*(cache.set(key, "2") for key in keys), return_exceptions=True)
    return done == [True] * len(keys)
