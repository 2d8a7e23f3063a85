"""List who reacted to a post, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mesh.data import PageTokens, page_size
from svc_feed.domain.author import Author
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.reaction import GivenReaction, Reaction
from svc_feed.peers.authors import Authors
from svc_feed.store.engagement import EngagementRepository
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True, slots=True)
class ReactionPage:
    """One page of reactions with the number of all that match."""

    reactions: list[tuple[GivenReaction, Author]]
    total: int
    next_page_token: str


@dataclass(frozen=True)
class ListReactions:
    """Pages by keyset: reactions given meanwhile neither repeat nor hide any."""

    find: FindPost
    engagement: EngagementRepository
    authors: Authors
    tokens: PageTokens

    async def __call__(
        self, me: UserId, post_id: PostId, *, only: Collection[Reaction], size: int, token: str
    ) -> ReactionPage:
        """A page of reactions of one kind, or of all; raises PostNotFound."""
        scope, size, after = f"reactions/{post_id}/{','.join(sorted(only))}", page_size(size), None
        if token:
            cursor = self.tokens.decode(token, scope)
            after = datetime.fromisoformat(cursor["at"]), UUID(cursor["id"])
        post, db = await self.find(me, post_id), self.find.db
        rows = await self.engagement.page(db, post, only=only, size=size + 1, after=after)
        page = rows[:size]
        authors = await self.authors(given.user_id for given in page)
        following = ""
        if len(rows) > size:
            following = self.tokens.encode({"at": page[-1].at.isoformat(), "id": str(page[-1].user_id)}, scope)
        return ReactionPage(
            reactions=[(given, authors[given.user_id]) for given in page],
            total=await self.engagement.count(db, post, only=only),
            next_page_token=following,
        )
