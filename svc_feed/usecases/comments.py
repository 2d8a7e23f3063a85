"""Comment posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mesh.clock import Clock
from mesh.data import Database, Page, Pager, Querier, Transaction
from svc_feed.domain.author import Author
from svc_feed.domain.comment import Comment, CommentNotFound, CommentOrder, SeenComment, Words
from svc_feed.domain.facts import CommentDeleted, CommentEdited, CommentWritten
from svc_feed.domain.ids import CommentId, PostId, UserId
from svc_feed.domain.mention import people_in, unnamed
from svc_feed.domain.post import Post
from svc_feed.domain.safety.review import ContentKey
from svc_feed.domain.tally import PostKey
from svc_feed.peers.authors import Authors
from svc_feed.peers.graph import Graph
from svc_feed.store.comment_reactions import CommentReactionRepository
from svc_feed.store.comments import CommentRepository
from svc_feed.store.events import publish
from svc_feed.store.posts import PostRepository
from svc_feed.usecases.content_safety import ContentSafety
from svc_feed.usecases.find_comment import FindComment
from svc_feed.usecases.find_post import FindPost, Place
from svc_feed.usecases.mentioning import Mentioning, Told
from svc_feed.usecases.show_mentions import ShowMentions


class CommentPage(NamedTuple):
    """A page of comments with those who wrote them."""

    page: Page[SeenComment]
    authors: list[Author]


@dataclass(frozen=True)
class Comments:
    """Row, counts and place in the order are written together under the post's lock."""

    db: Database
    posts: PostRepository
    comments: CommentRepository
    reactions: CommentReactionRepository
    find: FindPost
    find_comment: FindComment
    graph: Graph
    authors: Authors
    pager: Pager
    clock: Clock
    mentioning: Mentioning
    show_mentions: ShowMentions
    safety: ContentSafety

    async def create(self, me: UserId, post_id: PostId, words: Words, parent_id: CommentId | None) -> SeenComment:
        """Comment a post, or reply to a comment on it.

        Raises PostNotFound, AnswersClosed, CommentNotFound (the parent), MentionInvalid.
        """
        if parent_id is not None:
            (post, _), _ = await self.find(me, post_id)
            await self.find_comment.on(me, post, parent_id)
        place = await self.find.place(me, post_id)
        told = await self._told(place, words)
        look = await self.safety.look(me, words.content)

        async def work(tx: Transaction) -> SeenComment:
            post = await self.find.locked(tx, place)
            post.check_comment(place.verdict, me)
            parent = await self._one(tx, post, parent_id) if parent_id else None
            sequence = await self.posts.next_comment(tx, post)
            now = self.clock.now()
            comment = Comment.written(post, parent, words, sequence, by=me, at=now).judged(look.found, look.decision)
            self.comments.add(tx, comment)
            self.safety.note(tx, ContentKey(me, PostKey(post.author_id, post.id), comment.id), look, now)
            if comment.shown:
                publish(tx, CommentWritten(comment, parent, told.of_comment(comment, post)), by=me)
            else:
                self.posts.count(tx, "comment_count", post.author_id, post.id, -1)
            return SeenComment(comment, mentions=unnamed(comment.mentions))

        return await self.db.transact(work)

    async def delete(self, me: UserId, post_id: PostId, comment_id: CommentId, etag: str) -> None:
        """Empty a comment, which stays listed while it has replies; one that is deleted already stays so.

        Raises:
            PostNotFound, CommentNotFound: there is none that the caller may see.
            NotTheAuthor: the caller wrote neither the comment nor the post.
            EtagMismatch: it is not in the state that `etag` names.
        """
        place = await self.find.place(me, post_id)

        async def work(tx: Transaction) -> None:
            post = await self.find.locked(tx, place)
            comment = await self._one(tx, post, comment_id)
            if comment.is_to_delete(me, etag):
                now = self.clock.now()
                self.comments.delete(tx, comment, now)
                self.reactions.forget(tx, comment)
                if comment.shown:
                    self.posts.count(tx, "comment_count", place.author, post_id, -1)
                publish(tx, CommentDeleted(comment, now), by=me)

        await self.db.transact(work)

    async def edit(self, me: UserId, post_id: PostId, comment_id: CommentId, words: Words, etag: str) -> SeenComment:
        """Change what the caller said; the same again has no effects.

        Raises PostNotFound, CommentNotFound, NotTheAuthor, EtagMismatch, MentionInvalid.
        """
        known = await self.find_comment(me, post_id, comment_id)
        place = await self.find.place(me, post_id)
        told = await self._told(place, words, known)
        look = await self.safety.look(me, words.content, content_id=comment_id)

        async def work(tx: Transaction) -> SeenComment:
            post, before = await self.find_comment.locked(tx, place, comment_id)
            now = self.clock.now()
            after = before.edited(words, by=me, at=now, etag=etag)
            if after is not before:
                self.comments.edit(tx, after)
                after = after.judged(look.found, look.decision)
                self.safety.note(tx, ContentKey(me, PostKey(post.author_id, post.id), comment_id), look, now)
                if not after.shown:
                    self.comments.judge(tx, after, now)
                    self.posts.count(tx, "comment_count", post.author_id, post.id, -1)
                publish(tx, CommentEdited(after, now, told.of_comment(after, post) if after.shown else ()), by=me)
            return SeenComment(after, await self.reactions.standing(tx, after, me), unnamed(after.mentions))

        return await self.db.transact(work)

    async def hide(self, me: UserId, post_id: PostId, comment_id: CommentId, *, hidden: bool) -> None:
        """Keep the text of a comment on the caller's post from others, or show it again.

        Raises PostNotFound, CommentNotFound, NotTheAuthor.
        """
        await self.find_comment(me, post_id, comment_id)
        place = await self.find.place(me, post_id)

        async def work(tx: Transaction) -> None:
            _, before = await self.find_comment.locked(tx, place, comment_id)
            after = before.hidden_by(me, hidden=hidden)
            if after is not before:
                self.comments.hide(tx, after)

        await self.db.transact(work)

    async def list(
        self, me: UserId, post_id: PostId, *, parent: CommentId | None, order: CommentOrder, size: int, token: str
    ) -> CommentPage:
        """Comments in an order, or the direct replies to one; those that the caller may not see are left out.

        Raises PostNotFound, CommentNotFound (the parent).
        """
        (post, _), _ = await self.find(me, post_id)

        async def dress(found: Sequence[SeenComment]) -> list[SeenComment | None]:
            people = {one for seen in found for one in (seen.comment.author_id, *people_in(seen.comment.mentions))}
            verdicts = await self.graph.verdicts(me, people)
            named = await self.show_mentions(me, [one.comment.mentions for one in found], verdicts)
            return [
                seen._replace(mentions=named.of(seen.comment.mentions))
                if seen.comment.is_nobodys or verdicts[seen.comment.author_id].shows_answers
                else None
                for seen in found
            ]

        if parent is None:
            listing = self.comments.of_post(self.db, post, order, me)
        else:
            listing = self.comments.replies(self.db, await self.find_comment.on(me, post, parent), me)
        page = await self.pager.page(token, size, f"comments/{post_id}/{parent}", listing.dressed(dress))
        authors = await self.authors(me, (seen.comment.author_id for seen in page.items))
        return CommentPage(page, list(authors.found.values()))

    async def _told(self, place: Place, words: Words, known: Comment | None = None) -> Told:
        mentioned = people_in(known.mentions) if known else ()
        await self.mentioning.check(place.viewer, words.mentions, known=mentioned)
        return await self.mentioning.told(people_in(words.mentions), place.author, place.viewer)

    async def _one(self, q: Querier, post: Post, comment_id: CommentId) -> Comment:
        comment = await self.comments.find(q, post, comment_id)
        if comment is None:
            raise CommentNotFound(comment_id)
        return comment
