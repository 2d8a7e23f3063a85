"""Find a comment for a member who may see it: what the verbs about one begin with."""

from dataclasses import dataclass

from mesh.data import Database, Transaction
from svc_feed.domain.comment import Comment, CommentNotFound
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.peers.graph import Graph
from svc_feed.store.comments import CommentRepository
from svc_feed.usecases.find_post import FindPost, Place


@dataclass(frozen=True)
class FindComment:
    """Raises CommentNotFound for what is not there and for what somebody wrote whom the caller may not hear."""

    db: Database
    comments: CommentRepository
    graph: Graph
    find: FindPost

    async def __call__(self, me: UserId, post_id: PostId, comment_id: CommentId) -> Comment:
        """A comment on a post that the caller may see, deleted or not; raises PostNotFound as well."""
        (post, _), _ = await self.find(me, post_id)
        return await self.on(me, post, comment_id)

    async def on(self, me: UserId, post: Post, comment_id: CommentId) -> Comment:
        """The same of a post at hand; a comment that is missing costs the same question."""
        comment = await self.comments.find(self.db, post, comment_id)
        writer = comment.author_id if comment else UserId(comment_id)
        verdicts = await self.graph.verdicts(me, [writer])
        if comment is None or not (comment.is_nobodys or verdicts[writer].shows_answers):
            raise CommentNotFound(comment_id)
        return comment

    async def locked(self, tx: Transaction, place: Place, comment_id: CommentId) -> tuple[Post, Comment]:
        """A comment with its post, both locked until the transaction ends."""
        post = await self.find.locked(tx, place)
        comment = await self.comments.lock(tx, post, comment_id)
        if comment is None:
            raise CommentNotFound(comment_id)
        return post, comment
