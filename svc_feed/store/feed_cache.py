"""Warm feeds in Redis: a cache and never a truth; every call raises CacheUnavailable while it is down."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from mesh.cache import Cache, HotCache
from mesh.ids import uuid7
from mesh.uuids import uuid_of
from svc_feed.domain.feed import MAX_ENTRIES, Entry, Feed, Order, Window
from svc_feed.domain.ids import UserId
from svc_feed.domain.reach import Progress
from svc_feed.store import feed_scripts as lua
from svc_feed.store.history_cache import history_key
from svc_feed.store.wish_cache import VERSION_BYTES, wish_key

_BUILDING_MS = 60_000  # a build that takes longer is not stored
_RECENT = 100  # posts of one author that can be waiting to be merged
_BUILD_CHARS = 32
NOT_ASKED = b"-"
"""In place of a version: nobody wants to know."""
_KEPT_BYTES = 32 * 1024 * 1024
_FEED_BYTES = 1_024  # what a feed takes besides its entries: one without any is kept as well
_ENTRY_BYTES = 256  # a score, the bytes of a member, and what holds them


class _Kept(NamedTuple):
    """What Redis told of a window, with its digest: it does not travel again as long as that is the same."""

    window: Window
    digest: bytes
    feed: Feed


def _weight(kept: _Kept) -> int:
    return _FEED_BYTES + len(kept.feed.entries) * _ENTRY_BYTES


class FeedCache:
    """Keys carry the version of the ranking, and the member in braces so that a feed's keys share a slot.

    A feed stays `ttl` seconds; Redis keeps it twice as long, for those who are on a later page of it.
    """

    def __init__(self, cache: Cache, ttl: float, scoring: str) -> None:
        self._cache = cache
        self._version = scoring
        self._keep_ms = int(ttl * 2_000)
        self._kept: HotCache[UserId, _Kept] = HotCache(_KEPT_BYTES, _weight)
        self._read = cache.script(lua.READ)
        self._read_all = cache.script(lua.READ_ALL)
        self._warm = cache.script(lua.WARM)
        self._add = cache.script(lua.ADD)
        self._begin = cache.script(lua.BEGIN)
        self._finish = cache.script(lua.FINISH)
        self._drop = cache.script(lua.DROP)
        self._add_recent = cache.script(lua.ADD_RECENT)

    async def read(self, user: UserId, window: Window, *, known: bytes = b"", past: bytes = NOT_ASKED) -> Feed | None:
        """The entries of a window of a warm feed; None when it is cold. `known` and `past` are versions.

        They are those of the wishes and of the history that the caller knows.

        Who reads a first page again, and nothing came in between, is given the very same.
        """
        keys = [self._key(user), wish_key(user), history_key(user)]
        if window.order is Order.RECENT:
            reply = await self._read_all(keys[:2], [window.build, known])
            return None if reply is None else _recent(reply[0], reply[1], reply[2], window)
        after, kept = window.after, self._kept.get(user)
        if kept is not None and kept.window != window:
            kept = None
        arguments = (
            window.count,
            window.offset,
            window.build,
            repr(after.score) if after else "",
            after.member if after else "",
            kept.digest if kept else "",
            known,
            past,
        )
        reply = await self._read(keys, arguments)
        if reply is None:
            return None
        digest, wishes, history, *rest = reply
        if kept is not None and not rest:
            if wishes == kept.feed.wishes and history is None:
                return kept.feed
            return replace(kept.feed, wishes=wishes, history=history)
        head, flat = rest
        feed = _feed(head, flat, wishes, window)
        if after is None and not window.build:
            known_then = replace(feed, wishes=wishes[:VERSION_BYTES]) if wishes else feed
            self._kept.put(user, _Kept(window, digest, known_then))
        return feed if history is None else replace(feed, history=history)

    async def scores(self, user: UserId, members: Sequence[bytes]) -> list[float | None]:
        """What posts score in a warm feed; None for those that are not in it."""
        return await self._cache.execute("ZMSCORE", self._key(user), *members)

    async def begin(self, user: UserId) -> bytes:
        """Announce a build before reading what it is made of; returns its ticket."""
        return await self._begin([self._key(user)], [uuid7().bytes, _BUILDING_MS])

    async def finish(self, user: UserId, ticket: bytes, feed: Feed) -> bool:
        """Store a built feed; False when it came too late and was not stored."""
        scored = [part for entry in feed.entries for part in (repr(entry.score), entry.member)]
        arguments = (ticket, _head(feed), self._keep_ms, MAX_ENTRIES, *scored)
        return await self._finish([self._key(user)], arguments) == 1

    async def warm(self, users: Sequence[UserId]) -> list[UserId]:
        """Those of some members whose feed is warm, or being built."""
        started = self._warm.start_each([self._key(user) for user in users])
        found: list[UserId] = []
        try:
            for positions, sent in started:
                found += [users[at] for at, warm in zip(positions, await sent.reply(), strict=True) if warm]
        finally:
            for _, sent in started:
                sent.forget()
        return found

    async def add(self, member: bytes, scores: Mapping[UserId, float]) -> int:
        """Add a post to the feeds of those of the members whose feed is warm; returns to how many."""
        own = [repr(score) for score in scores.values()]
        return sum(await self._add.each([self._key(user) for user in scores], [member, MAX_ENTRIES], own))

    async def drop(self, *users: UserId) -> None:
        """Make feeds cold and discard what is being built for them; page tokens stay good."""
        await self._drop.each([self._key(user) for user in users], [self._keep_ms])

    async def forget(self, user: UserId, entries: Sequence[Entry]) -> None:
        """Take posts that are gone out of a feed."""
        await self._cache.execute("ZREM", self._key(user), *(entry.member for entry in entries))

    async def erase(self, user: UserId) -> int:
        """Drop what is kept of a member; returns how many entries that were. Page tokens end with it."""
        return await self._cache.delete(self._key(user), _recent_key(user))

    async def add_recent(self, entry: Entry) -> None:
        """Keep a post of an author who is merged at read time."""
        name = _recent_key(entry.author_id)
        await self._add_recent([name], [repr(entry.published_at), entry.member, self._keep_ms, _RECENT])

    async def recent(self, authors: Sequence[UserId], *, since: float) -> list[bytes]:
        """Members of the posts such authors published after `since` (seconds since the epoch)."""
        replies: list[list[bytes]] = await asyncio.gather(
            *(self._cache.execute("ZRANGEBYSCORE", _recent_key(author), since, "+inf") for author in authors)
        )
        return [member for reply in replies for member in reply]

    async def progress(self, entry: Entry) -> Progress:
        """How far a post came on its way to its author's followers."""
        found = await self._cache.get(_progress_key(entry))
        return Progress(*orjson.loads(found)) if found else Progress()

    async def save_progress(self, entry: Entry, progress: Progress) -> None:
        """Remember how far a post came: as long as the feeds live that it came into."""
        await self._cache.set(_progress_key(entry), orjson.dumps([*progress]), ttl=self._keep_ms / 1_000)

    async def end_progress(self, entry: Entry) -> None:
        """A post has come to all of them: from now on it begins anew."""
        await self._cache.delete(_progress_key(entry))

    def _key(self, user: UserId) -> str:
        return feed_key(self._version, user)


def feed_key(version: str, user: UserId) -> str:
    """Where a feed is kept, behind the prefix of the service."""
    return f"v{version}:{{{user}}}"


def _progress_key(entry: Entry) -> str:
    return f"reached:{entry.member.hex()}"


def _recent_key(author: UserId) -> str:
    return f"recent:{{{author}}}"


def _head(feed: Feed) -> bytes:
    wide = {str(author): affinity for author, affinity in feed.wide.items()}
    about: dict[str, Any] = {"at": feed.built_at, "took": feed.took, "wide": wide}
    if feed.often:
        about["often"] = [author.hex for author in feed.often]
    if feed.topics:
        about["topics"] = [*feed.topics]
    return feed.build.encode() + orjson.dumps(about)


def _recent(head: bytes, members: Sequence[bytes], wishes: bytes | None, window: Window) -> Feed:
    feed = _of(head, [Entry(0.0, member) for member in members], wishes)
    return replace(feed, entries=feed.part(window))


def _feed(head: bytes, flat: Sequence[Any], wishes: bytes | None, window: Window) -> Feed:
    entries = [Entry(float(score), member) for member, score in zip(flat[::2], flat[1::2], strict=True)]
    if entries and entries[-1].member == head:
        entries.pop()  # the lowest of all
    if (after := window.after) is not None:
        entries = [entry for entry in entries if entry < after]
    return _of(head, entries[: window.count], wishes)


def _of(head: bytes, entries: Sequence[Entry], wishes: bytes | None) -> Feed:
    about = orjson.loads(head[_BUILD_CHARS:])
    return Feed(
        build=head[:_BUILD_CHARS].decode(),
        built_at=about["at"],
        took=about["took"],
        entries=tuple(entries),
        wide={UserId(UUID(author)): affinity for author, affinity in about["wide"].items()},
        often=frozenset(UserId(uuid_of(bytes.fromhex(author))) for author in about.get("often", ())),
        topics=frozenset(about.get("topics", ())),
        wishes=wishes,
    )
