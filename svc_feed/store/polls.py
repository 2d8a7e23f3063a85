"""Votes in polls: one a member and post, counted on the post."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Integer, Uuid, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import array, insert

from mesh.data import Querier, Record, Transaction, batch, by_column, constant, statement
from svc_feed.domain.ballot import Asked, Ballot
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.poll import MOST_OPTIONS, Poll
from svc_feed.domain.tally import PostKey, Whose
from svc_feed.domain.visibility import Visibility
from svc_feed.store.engagement import lock_posts
from svc_feed.store.tables import ALIVE, poll_votes, posts

_v, _p = poll_votes.c, posts.c
_OF_POST = (_v.post_author_id == bindparam("of_author"), _v.post_id == bindparam("of_post"))
_MORE = tuple(f"more_{option}" for option in range(MOST_OPTIONS))
_counted = batch(post_author_id=Uuid(), post_id=Uuid(), **{name: Integer() for name in _MORE})
_WHOSE = ("post_author_id", "post_id", "user_id")
_GIVEN = (*_WHOSE, "option", "created_at")
_theirs = batch(post_author_id=Uuid(), post_id=Uuid(), user_id=Uuid())
_given = batch(post_author_id=Uuid(), post_id=Uuid(), user_id=Uuid(), option=Integer(), created_at=_v.created_at.type)
_THEIRS = and_(*(_v[name] == _theirs.c[name] for name in _WHOSE))
_STANDING = statement(
    select(
        *(_theirs.c[name] for name in _WHOSE),
        _p.visibility,
        _p.list_id,
        _p.poll_question,
        _p.poll_options,
        _p.poll_ends_at,
        _p.poll_votes,
        _v.option,
    )
    .select_from(_theirs)
    .join(posts, and_(_p.author_id == _theirs.c.post_author_id, _p.id == _theirs.c.post_id, ALIVE))
    .outerjoin(poll_votes, _THEIRS),
    name="SELECT votes",
)
_written = insert(poll_votes).from_select(_GIVEN, select(*(_given.c[name] for name in _GIVEN)))
_PUT = statement(
    _written.on_conflict_do_update(index_elements=[*poll_votes.primary_key], set_={"option": _written.excluded.option})
)
_REMOVE = statement(delete(poll_votes).where(_THEIRS))
_REMOVE_ALL = statement(delete(poll_votes).where(*_OF_POST))
_COUNT = statement(
    update(posts)
    .where(_p.author_id == _counted.c.post_author_id, _p.id == _counted.c.post_id, _p.poll_question.is_not(None))
    .values(
        poll_votes=array(
            [
                func.greatest(func.coalesce(_p.poll_votes[constant(n)], constant(0)) + _counted.c[name], constant(0))
                for n, name in enumerate(_MORE, start=1)
            ]
        )
    ),
    name="UPDATE votes",
)


class PollRepository:
    """Reads and writes votes; writers hold the post's lock, which keeps the counts exact."""

    async def lock(self, tx: Transaction, theirs: Collection[Whose]) -> Ballot:
        """What there is of these votes and their posts, which stay locked until the transaction ends."""
        lock_posts(tx, {whose.post for whose in theirs})
        rows = await tx.fetch(_STANDING, **by_column(_WHOSE, ((*whose.post, whose.user_id) for whose in theirs)))
        ballot = Ballot({}, {})
        for author, post_id, user_id, visibility, list_id, question, options, ends_at, votes, option in rows:
            post = PostKey(author, post_id)
            poll = None if question is None else Poll(question, tuple(options), ends_at)
            ballot.asked[post] = Asked(Visibility(visibility), list_id, poll, votes or ())
            if option is not None:
                ballot.chosen[Whose(post, user_id)] = option
        return ballot

    def save(self, tx: Transaction, ballot: Ballot) -> None:
        """Store what became of them, with the commit."""
        if ballot.gone:
            tx.send(_REMOVE, **by_column(_WHOSE, ((*whose.post, whose.user_id) for whose in ballot.gone)))
        if ballot.given:
            given = ((*whose.post, whose.user_id, option, at) for whose, (option, at) in ballot.given.items())
            tx.send(_PUT, **by_column(_GIVEN, given))
        if changed := {post: more for post, more in ballot.more.items() if any(more.values())}:
            tx.send(_COUNT, **_counts(changed))

    async def remove_all(self, q: Querier, author: UserId, post_id: PostId) -> None:
        """Forget the votes of a deleted post."""
        await q.execute(_REMOVE_ALL, of_author=author, of_post=post_id)


async def count_off(tx: Transaction, gone: Iterable[Record]) -> None:
    """Count votes no more that an erasure deleted: `gone` are their keys with the answers."""
    fewer: dict[PostKey, Counter[int]] = {}
    for author, post_id, option in sorted((row["post_author_id"], row["post_id"], row["option"]) for row in gone):
        fewer.setdefault(PostKey(author, post_id), Counter())[option] -= 1
    await tx.execute(_COUNT, **_counts(fewer))


def _counts(more: Mapping[PostKey, Counter[int]]) -> dict[str, list[Any]]:
    rows = ((*post, *(votes[option] for option in range(MOST_OPTIONS))) for post, votes in more.items())
    return by_column(("post_author_id", "post_id", *_MORE), rows)
