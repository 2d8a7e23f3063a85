"""Publish scheduled drafts when their time has come."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Pager, Transaction
from mesh.errors import Code, Failure
from mesh.lifecycle import one_by_one
from mesh.limits.charges import Charges, RateLimited
from mesh.principal import Principal, acting_as
from svc_feed.domain.answers import AnswersClosed
from svc_feed.domain.author import AccountRestricted
from svc_feed.domain.ids import UserId
from svc_feed.domain.saved_draft import Refusal, SavedDraft
from svc_feed.peers.graph import Graph
from svc_feed.store.drafts import DraftKey, DraftRepository
from svc_feed.usecases.publish_draft import PublishDraft
from svc_feed.usecases.publish_post import Prepared

EVERY_SECONDS = 15.0
_AT_ONCE = 100
_BUCKET = "post_create"
_FOR_GOOD = frozenset({Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.FAILED_PRECONDITION})
"""What is wrong with the draft and not with us: to try again would say the same."""


@dataclass(frozen=True)
class PublishDue:
    """Done by workers, any number of them: who holds the draft's lock publishes it, and the others find it published.

    What may not be published is a draft again, which says why. While others do not answer it stays due.
    """

    db: Database
    drafts: DraftRepository
    publish_draft: PublishDraft
    graph: Graph
    charges: Charges
    pager: Pager
    clock: Clock

    async def __call__(self) -> None:
        """A round over all that are due."""
        due = self.drafts.due(self.db, self.clock.now())
        async for page in self.pager.batches("", _AT_ONCE, "due", due):
            await one_by_one("scheduled drafts", page.items, self._publish)

    async def _publish(self, key: DraftKey) -> None:
        draft = await self.drafts.find(self.db, key)
        if draft is None or not draft.is_due(self.clock.now()):
            return
        try:
            await self._check_author(draft.author_id)
            prepared = await self.publish_draft.prepare(draft)
            await self.db.transact(lambda tx: self._publish_as_read(tx, draft, prepared))
        except Failure as failure:
            if failure.code not in _FOR_GOOD and not isinstance(
                failure, AccountRestricted | AnswersClosed | RateLimited
            ):
                raise
            why = Refusal(failure.reason, failure.message, self.clock.now())
            await self.db.transact(lambda tx: self._refuse(tx, draft, why))

    async def _check_author(self, author: UserId) -> None:
        """Nobody sees a member who is suspended or gone."""
        if not (await self.graph.verdicts(None, [author]))[author].may_see_profile:
            raise AccountRestricted("your account could not publish at that time")

    async def _publish_as_read(self, tx: Transaction, read: SavedDraft, prepared: Prepared) -> None:
        if await self._is_as_read(tx, read):
            with acting_as(Principal(user_id=read.author_id)):
                await self.charges.charge(_BUCKET)
            await self.publish_draft(tx, read, prepared)

    async def _refuse(self, tx: Transaction, read: SavedDraft, why: Refusal) -> None:
        if await self._is_as_read(tx, read):
            self.drafts.save(tx, read.refused(why))

    async def _is_as_read(self, tx: Transaction, read: SavedDraft) -> bool:
        """Lock a draft, and tell whether it is what was looked at: not published, cancelled or changed meanwhile."""
        return await self.drafts.lock(tx, DraftKey(read.author_id, read.id)) == read
