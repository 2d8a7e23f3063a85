"""Keep posts listed under their topics."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Transaction
from svc_feed.domain.ids import first_id_at
from svc_feed.domain.post import Post
from svc_feed.domain.topic import COUNTED
from svc_feed.store.topics import TopicRepository


@dataclass(frozen=True)
class ListByTopic:
    """Called in each transaction that changes what a post says, for whom it is, or whether it is shown."""

    topics: TopicRepository
    clock: Clock

    async def __call__(self, tx: Transaction, before: Post | None, after: Post | None) -> None:
        """List a post as it is `after`, which was as `before`; None for what is not shown."""
        post = after or before
        if post is None:
            return
        old, new = before.topics if before else (), after.topics if after else ()
        if old == new:
            return
        gone = await self.topics.unlist_post(tx, post, [name for name in old if name not in new])
        come = await self.topics.list_post(tx, post, [name for name in new if name not in old])
        now = self.clock.now()
        if post.id >= first_id_at(now - COUNTED):
            self.topics.count(tx, come, gone, now)
