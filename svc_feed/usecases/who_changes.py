"""Who changes a post: its author, or whoever acts for the company that says it."""

from dataclasses import dataclass

from svc_feed.domain.ids import UserId
from svc_feed.domain.post import NotTheAuthor
from svc_feed.peers.companies import Companies
from svc_feed.usecases.find_post import FindPost, Place


@dataclass(frozen=True)
class WhoChanges:
    """Asked before a transaction begins."""

    find: FindPost
    companies: Companies

    async def __call__(self, place: Place) -> UserId:
        """Who changes a post: the caller, or its author through who acts for the company that says it.

        Raises PostNotFound, NotTheAuthor of what a company says for whom the caller does not act.
        """
        if place.company is None:
            return place.viewer
        if not await self.companies.acts_for(place.viewer, place.company):
            await self.find(place.viewer, place.post_id)
            raise NotTheAuthor(f"post {place.post_id} can be changed only by those who act for its company")
        return place.author

    async def check(self, place: Place, what: str) -> None:
        """Let its author do `what`, and those who act for its company; raises PostNotFound, NotTheAuthor."""
        if place.author != await self(place):
            await self.find(place.viewer, place.post_id)
            raise NotTheAuthor(f"post {place.post_id} can be {what} only by its author")
