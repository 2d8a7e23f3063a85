"""Read a member's feed: rank, hydrate, and show only what they may see now."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import PageTokens, page_size
from mesh.errors import FieldViolation, InvalidArgument
from svc_feed.domain.author import Author
from svc_feed.domain.feed import SNAPSHOT_SECONDS, Entry, PageTokenExpired, Window
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.visibility import Verdict
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.hydration import Hydration
from svc_feed.usecases.ranked_feed import RankedFeed

_SPARE = 10
"""Entries read beyond the page, to take the place of those the viewer may no longer see; more leave a shorter page."""


class Item(NamedTuple):
    """One entry of a feed as its reader sees it."""

    entry: Entry
    post: Post
    reaction: Reaction | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page, best first, with the authors of its posts."""

    items: Sequence[Item]
    authors: Mapping[UserId, Author]
    next_page_token: str


class _Snapshot(NamedTuple):
    """Where a reader is: on which build, since when, behind which entry."""

    build: str
    as_of: float
    after: Entry | None


@dataclass(frozen=True)
class GetFeed:
    """Warm: one script in Redis, one statement, one permission check; cold: two statements more.

    Permission is never assumed: while the profile service does not answer, a feed with anybody else's posts is
    UNAVAILABLE. A page without them would claim that nobody wrote anything.
    """

    ranked: RankedFeed
    feeds: FeedCache
    hydrate: Hydration
    graph: Graph
    authors: Authors
    tokens: PageTokens
    clock: Clock

    async def __call__(self, me: UserId, *, limit: int, offset: int, token: str) -> FeedPage:
        """A page of the caller's feed, from `offset` in the feed as it is now or behind a page token.

        Raises:
            PageTokenInvalid, PageTokenExpired: begin again without the token.
            Unavailable: the profile service does not answer.
        """
        size, snapshot = page_size(limit), self._snapshot(me, token, offset)
        window = Window(size + _SPARE + 1, offset, snapshot.after, snapshot.build)
        ranked = await self.ranked(me, window)
        entries = ranked.entries[: size + _SPARE]
        more = len(ranked.entries) > len(entries)
        # A cold read has spent its statements: it takes the spare entries at once instead of when they are needed.
        first = len(entries) if ranked.cold else size
        items = await self._visible(me, entries[:first], snapshot.as_of)
        if len(items) < size and first < len(entries):
            items += await self._visible(me, entries[first:], snapshot.as_of)
            first = len(entries)
        last = items[size - 1].entry if len(items) >= size else entries[-1] if entries else None
        items = items[:size]
        following = ""
        if last is not None and (more or last is not entries[-1]):
            here = snapshot._replace(build=ranked.build, after=last)
            following = self._token(me, here)
        return FeedPage(items, await self.authors(item.post.author_id for item in items), following)

    async def _visible(self, me: UserId, entries: Sequence[Entry], as_of: float) -> list[Item]:
        entries = [entry for entry in entries if entry.published_at <= as_of]
        if not entries:
            return []
        owners = {entry.author_id for entry in entries}
        verdicts, found = await asyncio.gather(self.graph.verdicts(me, owners), self.hydrate(me, entries))
        if gone := [entry for entry in entries if entry.post_id not in found]:
            with contextlib.suppress(CacheUnavailable):
                await self.feeds.forget(me, gone)
        return [
            Item(entry, shown.post, shown.reaction, verdicts[entry.author_id])
            for entry in entries
            if (shown := found.get(entry.post_id)) and verdicts[entry.author_id].shows(shown.post.visibility)
        ]

    def _snapshot(self, me: UserId, token: str, offset: int) -> _Snapshot:
        now = self.clock.now().timestamp()
        if not token:
            return _Snapshot("", now, None)
        if offset:
            violation = FieldViolation("offset", "leave it out when you send a page token")
            raise InvalidArgument("a page token and an offset do not go together", violations=[violation])
        cursor = self.tokens.decode(token, _scope(me))
        if now - cursor["as_of"] > SNAPSHOT_SECONDS:
            raise PageTokenExpired("this page token is too old: begin again without one")
        after = Entry(cursor["score"], bytes.fromhex(cursor["member"]))
        return _Snapshot(cursor["build"], cursor["as_of"], after)

    def _token(self, me: UserId, at: _Snapshot) -> str:
        after = at.after or Entry(0.0, b"")
        cursor = {"build": at.build, "as_of": at.as_of, "score": after.score, "member": after.member.hex()}
        return self.tokens.encode(cursor, _scope(me))


def _scope(me: UserId) -> str:
    return f"feed/{me}"
