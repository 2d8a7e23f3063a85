"""Have those who answered a post told that it says something else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import Database, Transaction, inbox_once
from svc_feed.domain.facts import PostRevised
from svc_feed.domain.ids import UserId
from svc_feed.domain.revision import MOST_TOLD
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import OWN
from svc_feed.peers.graph import Graph
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.store.revisions import RevisionRepository

CONSUMER = "post-revisions"
_AT_ONCE = 200  # members of one event


@dataclass(frozen=True)
class TellRevised:
    """Done by workers; a repeated delivery of an event tells nobody again."""

    db: Database
    posts: PostRepository
    revisions: RevisionRepository
    graph: Graph

    async def edited(self, event_id: UUID, post: PostKey, revision: int, at: datetime) -> None:
        """Tell the latest who answered, and still see the post, of an edit; once in a while for a post."""
        told = await self._seeing(post)

        async def work(tx: Transaction) -> None:
            if await inbox_once(tx, CONSUMER, event_id) and told and await self.revisions.tell(tx, post, at):
                _publish(tx, post, revision, at, told, gone=False)

        await self.db.transact(work)

    async def deleted(self, event_id: UUID, post: PostKey, at: datetime) -> None:
        """What anybody was told of the edits of a post is void; asked for before its answers are forgotten."""
        if not await self.revisions.was_told(self.db, post):
            return
        answered = await self.revisions.answered(self.db, post, MOST_TOLD)

        async def work(tx: Transaction) -> None:
            if await inbox_once(tx, CONSUMER, event_id):
                _publish(tx, post, 0, at, answered, gone=True)

        await self.db.transact(work)

    async def _seeing(self, key: PostKey) -> list[UserId]:
        found = await self.posts.find(self.db, key.author, key.post_id, shown=OWN.shown, viewer=key.author)
        answered = await self.revisions.answered(self.db, key, MOST_TOLD) if found else []
        if found is None or not answered or found.post.company_id:  # who speaks for a company is not named
            return []
        verdicts = await self.graph.audience(key.author, answered)
        visibility, list_id = found.post.visibility, found.post.list_id
        return [one for one in answered if one in verdicts and verdicts[one].shows(visibility, list_id)]


def _publish(
    tx: Transaction, post: PostKey, revision: int, at: datetime, told: Sequence[UserId], *, gone: bool
) -> None:
    for start in range(0, len(told), _AT_ONCE):
        publish(tx, PostRevised(post, revision, at, tuple(told[start : start + _AT_ONCE]), gone), by=post.author)
