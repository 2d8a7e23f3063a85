"""React to comments."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Transaction
from svc_feed.domain.facts import CommentReactionChanged
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.events import publish
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.find_post import FindPost
from svc_feed.usecases.reactions import ShownReaction, shown_to


@dataclass(frozen=True)
class CommentReactions:
    """Row and counts change together under the comment's lock, so the counts are exact."""

    db: Database
    reactions: CommentReactionRepository
    find: FindPost
    find_comment: FindComment
    graph: Graph
    authors: Authors
    pager: Pager
    clock: Clock

    async def change(self, me: UserId, post_id: PostId, comment_id: CommentId, wanted: Reaction | None) -> int:
        """Set the caller's reaction in place of an earlier one, None takes it back; returns how many reacted.

        Raises PostNotFound, CommentNotFound (also where a text to react to is not shown).
        """
        await self.find_comment(me, post_id, comment_id)
        place = await self.find.place(me, post_id)

        async def work(tx: Transaction) -> int:
            _, comment = await self.find_comment.locked(tx, place, comment_id)
            if wanted is not None:
                comment.check_shown_to(me)
            before = await self.reactions.standing(tx, comment, me)
            if before is wanted:
                return comment.reaction_count
            now = self.clock.now()
            if wanted is not None:
                self.reactions.change(tx, GivenReaction(me, wanted, now), comment, before)
            elif before is not None:
                self.reactions.remove(tx, comment, me, before)
            publish(tx, CommentReactionChanged(comment, me, before, wanted, now), by=me)
            return comment.reaction_count + (wanted is not None) - (before is not None)

        return await self.db.transact(work)

    async def list(
        self, me: UserId, post_id: PostId, comment_id: CommentId, *, size: int, token: str
    ) -> Page[ShownReaction]:
        """Who reacted, last first, without those whose answers the caller may not see; `total` counts them all.

        Raises PostNotFound, CommentNotFound.
        """
        comment = await self.find_comment(me, post_id, comment_id)
        comment.check_shown_to(me)

        async def dress(given: Sequence[GivenReaction]) -> list[ShownReaction | None]:
            return await shown_to(me, given, self.graph, self.authors)

        async def total() -> int:
            return comment.reaction_count

        listing = self.reactions.of_comment(self.db, comment).dressed(dress)
        return await self.pager.page(token, size, f"comment_reactions/{comment_id}", listing, total=total)
