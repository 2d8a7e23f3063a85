"""Read one post."""

from dataclasses import dataclass

from svc_feed.domain.author import Author
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.domain.reaction import Reaction
from svc_feed.peers.authors import Authors
from svc_feed.store.engagement import EngagementRepository
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post with its author and the viewer's reaction."""

    post: Post
    author: Author
    reaction: Reaction | None


@dataclass(frozen=True)
class GetPost:
    """Members see what the author wrote for them."""

    find: FindPost
    engagement: EngagementRepository
    authors: Authors

    async def __call__(self, me: UserId, post_id: PostId) -> ShownPost:
        """The post; raises PostNotFound."""
        post = await self.find(me, post_id)
        reaction = await self.engagement.find(self.find.db, post, me)
        return ShownPost(post, (await self.authors([post.author_id]))[post.author_id], reaction)
