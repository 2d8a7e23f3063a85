"""The counts of posts beside what they count."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ARRAY, Integer, Uuid, and_, bindparam, func, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import array

from mesh.data import Querier, Transaction, batch, by_column, constant, statement
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import ALIVE, comments, engagement, posts

_p, _e, _c = posts.c, engagement.c, comments.c
_wanted = batch(author_id=Uuid(), post_id=Uuid())
_THIS = and_(_p.author_id == _wanted.c.author_id, _p.id == _wanted.c.post_id, ALIVE)
_reactions = (
    select(
        func.count().label("likes"),
        array([func.count().filter(_e.reaction == constant(kind.value)) for kind in Reaction]).label("kinds"),
    )
    .where(_e.post_author_id == _p.author_id, _e.post_id == _p.id, _e.type == REACTION)
    .lateral("reactions")
)
_comments = (
    select(func.count().label("comments"))
    .where(_c.post_author_id == _p.author_id, _c.post_id == _p.id, _c.deleted_at.is_(None), ~_c.removed, ~_c.held)
    .lateral("answers")
)
_COUNTED = statement(
    select(
        _p.author_id,
        _p.id,
        _p.like_count,
        _p.reaction_counts,
        _p.comment_count,
        _reactions.c.likes,
        _reactions.c.kinds,
        _comments.c.comments,
    ).select_from(_wanted.join(posts, _THIS).join(_reactions, true()).join(_comments, true())),
    name="count answers to posts",
)
KEYS = statement(
    select(_p.author_id, _p.id)
    .where(tuple_(_p.author_id, _p.id) > tuple_(bindparam("author", type_=Uuid()), bindparam("post", type_=Uuid())))
    .order_by(_p.author_id, _p.id)
    .limit(bindparam("size")),
    name="posts to count",
)
_CORRECT = statement(
    update(posts)
    .where(_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
    .values(
        like_count=bindparam("likes"),
        reaction_counts=bindparam("kinds", type_=ARRAY(Integer)),
        comment_count=bindparam("comments"),
    ),
    name="UPDATE counts of a post",
)


class Counts(NamedTuple):
    """Reactions, those of each kind in the order of `Reaction`, and comments that are shown."""

    likes: int
    kinds: tuple[int, ...]
    comments: int


class Counted(NamedTuple):
    """What a post says of its answers, and how many there are, as of one moment."""

    post: PostKey
    stored: Counts
    true: Counts

    @property
    def differs(self) -> bool:
        """Whether what is stored is not so."""
        return self.stored != self.true


class CountRepository:
    """Counts and what they count change in one transaction, so that any statement sees both as of one moment."""

    async def keys(self, q: Querier, after: PostKey, size: int) -> list[PostKey]:
        """Posts behind one, in the order of their keys."""
        return [PostKey(*row) for row in await q.fetch(KEYS, author=after.author, post=after.post_id, size=size)]

    async def counted(self, q: Querier, keys: Iterable[PostKey]) -> list[Counted]:
        """Those of some posts that are shown, counted anew."""
        rows = await q.fetch(_COUNTED, **by_column(("author_id", "post_id"), keys))
        return [
            Counted(
                PostKey(author, post_id),
                Counts(likes, _padded(kinds), comments),
                Counts(true_likes, tuple(true_kinds), true_comments),
            )
            for author, post_id, likes, kinds, comments, true_likes, true_kinds, true_comments in rows
        ]

    def correct(self, tx: Transaction, counted: Counted) -> None:
        """Store how many answers there are to a post that is locked; with the commit."""
        author, post_id = counted.post
        likes, kinds, answers = counted.true
        tx.send(_CORRECT, of_author=author, of_post=post_id, likes=likes, kinds=list(kinds), comments=answers)


def _padded(kinds: Sequence[int]) -> tuple[int, ...]:
    return (*kinds, *[0] * (len(Reaction) - len(kinds)))
