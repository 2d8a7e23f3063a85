"""Read topics and their posts, follow them."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from mesh.cache import CacheUnavailable
from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from mesh.texts import fold
from svc_feed.domain.hashtags import topic_of
from svc_feed.domain.ids import UserId
from svc_feed.domain.item import Item, size_of
from svc_feed.domain.tally import PostKey
from svc_feed.domain.topic import MOST_FOLLOWED, TooManyTopics, Topic
from svc_feed.store.feed_cache import FeedCache
from svc_feed.store.topics import TopicRepository
from svc_feed.usecases.show_posts import ShowPosts

_SUGGESTED, _MOST_SUGGESTED = 10, 50


@dataclass(frozen=True)
class Topics:
    """A topic is there for everybody; of its posts each member is shown what they may see.

    Who follows another topic, or one less, has their feed built anew at its next read; while Redis is away it is when
    the feed has aged.
    """

    db: Database
    topics: TopicRepository
    feeds: FeedCache
    show: ShowPosts
    pager: Pager
    clock: Clock

    async def get(self, me: UserId, name: str) -> Topic:
        """One topic; raises TopicInvalid."""
        return await self.topics.find(self.db, me, topic_of(name))

    async def suggest(self, me: UserId, prefix: str, size: int) -> list[Topic]:
        """Topics that begin with `prefix`, the most used first."""
        begins = fold(prefix).removeprefix("#")
        return await self.topics.suggested(self.db, me, begins, min(size or _SUGGESTED, _MOST_SUGGESTED))

    async def posts(self, me: UserId, name: str, *, size: int, token: str) -> Page[Item]:
        """The posts of a topic that the caller may see, newest first; raises TopicInvalid, PageTokenInvalid."""
        topic = topic_of(name)

        async def dress(keys: Sequence[PostKey]) -> list[Item | None]:
            return await self.show.named(me, keys, lambda post: topic in post.topics)

        listing = self.topics.of_topic(self.db, topic).dressed(dress)
        return await self.pager.page(token, size, f"topics/{topic}", listing, weigh=size_of)

    async def follow(self, me: UserId, name: str) -> Topic:
        """Follow a topic; a repeat changes nothing. Raises TopicInvalid, TooManyTopics."""
        topic = topic_of(name)

        async def work(tx: Transaction) -> Topic:
            followed = await self.topics.lock_followed(tx, me)
            if topic not in followed:
                if len(followed) >= MOST_FOLLOWED:
                    raise TooManyTopics
                await self.topics.follow(tx, me, topic, self.clock.now())
            return await self.topics.find(tx, me, topic)

        found = await self.db.transact(work)
        await self._drop_feed(me)
        return found

    async def unfollow(self, me: UserId, name: str) -> None:
        """Follow a topic no longer; a repeat changes nothing. Raises TopicInvalid."""
        topic = topic_of(name)
        await self.db.transact(lambda tx: self.topics.unfollow(tx, me, topic))
        await self._drop_feed(me)

    async def followed(self, me: UserId, *, size: int, token: str) -> Page[Topic]:
        """The topics the caller follows, those followed last first; raises PageTokenInvalid."""
        listing = self.topics.newest_followed(self.db, me)
        return await self.pager.page(token, size, f"topics/followed/{me}", listing)

    async def _drop_feed(self, me: UserId) -> None:
        with contextlib.suppress(CacheUnavailable):
            await self.feeds.drop(me)
