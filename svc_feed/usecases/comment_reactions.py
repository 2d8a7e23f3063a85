"""React to comments."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.data import Database, Page, Pager
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.reaction import GivenReaction
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.usecases.change_comment_reactions import ChangeCommentReactions
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.reactions import ShownReaction, shown_to


@dataclass(frozen=True)
class CommentReactions:
    """The verbs; how one is changed is in `ChangeCommentReactions`."""

    db: Database
    reactions: CommentReactionRepository
    change: ChangeCommentReactions
    find_comment: FindComment
    graph: Graph
    authors: Authors
    pager: Pager

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
