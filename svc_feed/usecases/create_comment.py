"""Comment a post, or reply to a comment on it."""

from dataclasses import dataclass

from mesh.clock import Clock
from mesh.data import Database, Transaction
from mesh.ids import uuid7
from svc_feed.domain.comment import Comment, CommentNotFound
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.store.comments import CommentRepository
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.events import comment_created
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True)
class CreateComment:
    """Row, count and place in the order are written together under the post's lock."""

    db: Database
    posts: PostRepository
    comments: CommentRepository
    find: FindPost
    clock: Clock

    async def __call__(self, me: UserId, post_id: PostId, content: str, parent_id: CommentId | None) -> Comment:
        """The stored comment.

        Raises:
            PostNotFound: there is no post that the caller may see.
            CommentNotFound: the parent is not a comment on it.
        """
        author = await self.find.author_of(post_id)
        verdict = await self.find.verdict(me, author)

        async def work(tx: Transaction) -> Comment:
            post = await self.find.locked(tx, author, post_id, verdict)
            parent = await self._parent(tx, post, parent_id)
            sequence = await self.posts.count_comment(tx, post)
            now = self.clock.now()
            comment = Comment(
                id=CommentId(uuid7(now)),
                post_id=post.id,
                post_author_id=author,
                author_id=me,
                parent_id=parent_id,
                content=content,
                created_at=now,
                sequence=sequence,
                thread=parent.thread if parent else sequence,
            )
            await self.comments.add(tx, comment)
            tx.emit(comment_created(comment, parent), key=post_id, actor=me)
            return comment

        return await self.db.transact(work)

    async def _parent(self, tx: Transaction, post: Post, parent_id: CommentId | None) -> Comment | None:
        if parent_id is None:
            return None
        parent = await self.comments.find(tx, post, parent_id)
        if parent is None:
            raise CommentNotFound(parent_id)
        return parent
