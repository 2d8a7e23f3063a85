"""Keep posts found: under their topics, and by their words."""

from dataclasses import dataclass
from functools import partial

from mesh.data import Database, Transaction
from svc_feed.domain.post import Post
from svc_feed.domain.tally import PostKey
from svc_feed.store.post_search import PostSearch
from svc_feed.usecases.list_by_topic import ListByTopic

ROUND_SECONDS = 60.0
_AT_ONCE, _MOST = 100, 50  # posts that are looked for at once, and how often in a round


@dataclass(frozen=True)
class IndexPost:
    """Called in each transaction that changes what a post says, for whom it is, or whether it is shown."""

    by_topic: ListByTopic
    search: PostSearch

    async def __call__(self, tx: Transaction, before: Post | None, after: Post | None) -> None:
        """Find a post as it is `after`, which was as `before`; None for what is not shown, nor is what is limited."""
        if after is not None and after.limited_for is not None:
            before, after = before or after, None
        await self.by_topic(tx, before, after)
        if after is not None:
            self.search.put(tx, after)
        elif before is not None:
            self.search.drop(tx, before)


@dataclass(frozen=True)
class IndexUnread:
    """Posts from before there was a search, or before its rules changed, and those that came in bulk.

    Each post carries the version by which it is found: any number of processes go on wherever the work stopped.
    """

    db: Database
    index: IndexPost

    async def __call__(self) -> None:
        """A round; what is left is for the next one."""
        for _ in range(_MOST):
            found = await self.index.search.unread(self.db, _AT_ONCE)
            for key in found:
                await self.db.transact(partial(self._read, key))
            if len(found) < _AT_ONCE:
                return

    async def _read(self, key: PostKey, tx: Transaction) -> None:
        read = await self.index.search.read(tx, key)
        if read is not None:
            post, shown = read
            await self.index(tx, None if shown else post, post if shown else None)
