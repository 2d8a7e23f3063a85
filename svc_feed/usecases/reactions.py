"""React to posts."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.data import Database, Page, Pager
from svc_feed.domain.author import Author
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.reaction import GivenReaction, Reacted, Reaction
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.engagement import EngagementRepository
from svc_feed.usecases.change_reactions import ChangeReactions
from svc_feed.usecases.find_post import FindPost


class ShownReaction(NamedTuple):
    """A reaction with the member who gave it."""

    given: GivenReaction
    member: Author


async def shown_to(
    me: UserId, given: Sequence[GivenReaction], graph: Graph, authors: Authors
) -> list[ShownReaction | None]:
    """Reactions with who gave them; None for those of members whose answers the caller may not see."""
    members = [reaction.user_id for reaction in given]
    verdicts, known = await asyncio.gather(graph.verdicts(me, members), authors(me, members))
    shown = {user_id: author for user_id, author in known.found.items() if verdicts[user_id].shows_answers}
    return [ShownReaction(one, shown[one.user_id]) if one.user_id in shown else None for one in given]


@dataclass(frozen=True)
class Reactions:
    """The verbs; how one is changed is in `ChangeReactions`."""

    db: Database
    engagement: EngagementRepository
    change: ChangeReactions
    find: FindPost
    graph: Graph
    authors: Authors
    pager: Pager

    async def react(self, me: UserId, post_id: PostId, reaction: Reaction) -> Reacted:
        """Set the caller's reaction, in place of an earlier one; raises PostNotFound."""
        return await self.change(me, post_id, reaction)

    async def take_back(self, me: UserId, post_id: PostId) -> Reacted:
        """Take the caller's reaction back; without one nothing happens. Raises PostNotFound."""
        return await self.change(me, post_id, None)

    async def list(
        self, me: UserId, post_id: PostId, *, only: Collection[Reaction], size: int, token: str
    ) -> Page[ShownReaction]:
        """Who reacted in one of some ways, last first, without those whose answers the caller may not see.

        `total` counts them all. A member who changes a reaction keeps the place in the list. Raises PostNotFound.
        """
        (post, _), _ = await self.find(me, post_id)

        async def dress(given: Sequence[GivenReaction]) -> list[ShownReaction | None]:
            return await shown_to(me, given, self.graph, self.authors)

        return await self.pager.page(
            token,
            size,
            f"reactions/{post_id}/{','.join(sorted(only))}",
            self.engagement.of_post(self.db, post, only).dressed(dress),
            total=lambda: self.engagement.count(self.db, post, only),
        )
