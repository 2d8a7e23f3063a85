"""Read one post."""

from dataclasses import dataclass

from svc_feed.domain.ids import PostId, UserId
from svc_feed.usecases.find_post import FindPost, seen
from svc_feed.usecases.show import Shown, ShowPosts


@dataclass(frozen=True)
class GetPost:
    """Members see what the author wrote for them."""

    find: FindPost
    show: ShowPosts

    async def __call__(self, me: UserId, post_id: PostId) -> Shown:
        """The post; raises PostNotFound."""
        author = await self.find.author_of(post_id)
        verdict = await self.find.verdict(me, author)
        post = seen(await self.find.posts.find(self.find.db, author, post_id), post_id, verdict)
        (shown,) = await self.show(self.find.db, me, author, verdict, [post])
        return shown
