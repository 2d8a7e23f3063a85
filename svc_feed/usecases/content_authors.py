"""Say who wrote posts and comments, for services that act upon them."""

from dataclasses import dataclass
from uuid import UUID

from mesh.authorship import Authorship
from svc_feed.domain.comment import CommentNotFound
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import PostNotFound
from svc_feed.domain.post_status import PostStatus
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class ContentAuthors:
    """Of what a viewer may read as it is now; empty places of what is gone are nobody's."""

    find: FindPost
    find_comment: FindComment

    async def of_post(self, viewer: UserId, post_id: UUID, _: UUID | None) -> Authorship:
        """Who wrote a post; who speaks for a company is not told. Raises PostNotFound."""
        (post, _reaction), _verdict = await self.find.to_read(viewer, PostId(post_id))
        if post.status is PostStatus.ERASED:
            raise PostNotFound(post.id)
        return Authorship(post.author_id, told=post.company_id is None)

    async def of_comment(self, viewer: UserId, comment_id: UUID, post_id: UUID | None) -> Authorship:
        """Who wrote a comment on a post; raises PostNotFound, CommentNotFound."""
        if post_id is None:
            raise CommentNotFound(CommentId(comment_id))
        comment = await self.find_comment(viewer, PostId(post_id), CommentId(comment_id))
        comment.check_shown_to(viewer)
        return Authorship(comment.author_id)
