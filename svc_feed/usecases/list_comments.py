"""List the comments on a post, in an order that never changes."""

from dataclasses import dataclass

from mesh.data import PageTokens, page_size
from svc_feed.domain.author import Author
from svc_feed.domain.comment import Comment, CommentNotFound
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.post import Post
from svc_feed.peers.authors import Authors
from svc_feed.store.comments import CommentRepository
from svc_feed.usecases.find_post import FindPost


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of comments with those who wrote them."""

    comments: list[Comment]
    authors: list[Author]
    next_page_token: str


@dataclass(frozen=True)
class ListComments:
    """Thread by thread, or the direct replies to one comment; pages by keyset."""

    find: FindPost
    comments: CommentRepository
    authors: Authors
    tokens: PageTokens

    async def __call__(
        self, me: UserId, post_id: PostId, *, parent: CommentId | None, size: int, token: str
    ) -> CommentPage:
        """A page of comments.

        Raises:
            PostNotFound: there is no post that the caller may see.
            CommentNotFound: the parent is not a comment on it.
        """
        scope, size, after = f"comments/{post_id}/{parent}", page_size(size), (0, 0)
        if token:
            cursor = self.tokens.decode(token, scope)
            after = cursor["thread"], cursor["sequence"]
        post = await self.find(me, post_id)
        rows = await self._rows(post, parent, size=size + 1, after=after)
        page = rows[:size]
        following = ""
        if len(rows) > size:
            following = self.tokens.encode({"thread": page[-1].thread, "sequence": page[-1].sequence}, scope)
        authors = await self.authors(comment.author_id for comment in page)
        return CommentPage(page, list(authors.values()), following)

    async def _rows(self, post: Post, parent: CommentId | None, *, size: int, after: tuple[int, int]) -> list[Comment]:
        db = self.find.db
        if parent is None:
            return await self.comments.page(db, post, size=size, after=after)
        if await self.comments.find(db, post, parent) is None:
            raise CommentNotFound(parent)
        return await self.comments.replies(db, post, parent, size=size, after=after[1])
