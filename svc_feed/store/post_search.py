"""The post_search table: by what posts are found, kept in the transaction that changes them.

A post is ranked by how well it matches and how new it is: rank * exp(-age / tau). The logarithm, but for a constant
ln(rank) + created / tau, orders posts alike and does not change as time goes by: a page token is a place in an order
that stands still. Posts that come while somebody reads on change no page behind that place; an edit may move a post.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Double,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    extract,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Keyset, Listing, Querier, Transaction, constant, keyset, statement
from mesh.lexemes import phrase, quoted, vector
from svc_feed.domain.article import searched
from svc_feed.domain.ids import UserId, first_id_at
from svc_feed.domain.post import Kind, Post
from svc_feed.domain.post_query import SEARCHABLE_BY, PostOrder, PostQuestion, Words, words_of
from svc_feed.domain.tally import PostKey
from svc_feed.domain.visibility import Visibility
from svc_feed.store.posts import FIELDS, post_of
from svc_feed.store.tables import ALIVE, post_search, posts

MOST_HITS = 1_000
"""How many matches one search ranks: the newest."""
_TAU_SECONDS = 14 * 86_400
"""After how long a post has to match e times as well."""
_FINE = 1_000_000  # ranks that are smaller than its inverse count as nothing, which has no logarithm

_s, _p = post_search.c, posts.c
_PLACE = (_s.author_id == bindparam("of_author"), _s.post_id == bindparam("of_post"))
_new: dict[str, Any] = {
    "words": cast(bindparam("new_words", type_=Text), TSVECTOR),
    "visibility": bindparam("new_visibility"),
}
_put = upsert(post_search).values(
    author_id=bindparam("of_author"),
    post_id=bindparam("of_post"),
    kind=bindparam("kind"),
    created_at=bindparam("created_at"),
    **_new,
)
_PUT = statement(
    _put.on_conflict_do_update(
        index_elements=[_s.author_id, _s.post_id], set_={name: _put.excluded[name] for name in _new}
    )
)
_DROP = statement(delete(post_search).where(*_PLACE))
UNREAD = statement(
    select(_p.author_id, _p.id).where(_p.searchable_by < constant(SEARCHABLE_BY)).limit(bindparam("most")),
    name="SELECT unread posts",
)
_READ = statement(
    select(*FIELDS, and_(ALIVE, _p.erased_at.is_(None), _p.limited_for.is_(None)).label("shown"))
    .where(_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
    .with_for_update(),
    name="SELECT a post to read",
)
_DONE = statement(
    update(posts)
    .where(_p.author_id == bindparam("of_author"), _p.id == bindparam("of_post"))
    .values(searchable_by=constant(SEARCHABLE_BY))
)

_SAID = cast(bindparam("said", type_=Text), TSQUERY)
_NEAR = _s.author_id == any_(bindparam("near", type_=ARRAY(Uuid)))
_CANDIDATES = or_(
    _s.visibility == constant(Visibility.PUBLIC.value),
    and_(_NEAR, _s.visibility != constant(Visibility.PRIVATE.value)),
    _s.author_id == bindparam("me", type_=Uuid()),
)
_FILTERS: dict[str, ColumnElement[bool]] = {
    "authors": _s.author_id == any_(bindparam("authors", type_=ARRAY(Uuid))),
    "kinds": _s.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    "since": _s.post_id >= bindparam("since", type_=Uuid()),
}


class PostSearch:
    """A row is written under the lock of its post; what it finds is a candidate: who is shown it is decided later."""

    def put(self, tx: Transaction, post: Post) -> None:
        """Find a post by what it says now; with the commit."""
        tx.send(
            _PUT,
            of_author=post.author_id,
            of_post=post.id,
            kind=post.kind.value,
            created_at=post.created_at,
            new_words=_vector(post),
            new_visibility=post.visibility.value,
        )

    def drop(self, tx: Transaction, post: Post) -> None:
        """Find a post no more; with the commit."""
        tx.send(_DROP, of_author=post.author_id, of_post=post.id)

    async def unread(self, q: Querier, most: int) -> Sequence[PostKey]:
        """Some of the posts that no search finds by the present rules."""
        return [PostKey(row["author_id"], row["id"]) for row in await q.fetch(UNREAD, most=most)]

    async def read(self, tx: Transaction, key: PostKey) -> tuple[Post, bool] | None:
        """A post that is read with the commit, locked; and whether it is shown."""
        row = await tx.fetch_one(_READ, of_author=key.author, of_post=key.post_id)
        tx.send(_DONE, of_author=key.author, of_post=key.post_id)
        return (post_of(row), row["shown"]) if row else None

    def hits(self, q: Querier, question: PostQuestion, me: UserId, near: Collection[UserId]) -> Listing[PostKey] | None:
        """The posts that match and that somebody near some members may be shown; None for no words at all."""
        said = _tsquery(words_of(question.text), question.topics)
        if said is None:
            return None
        given: dict[str, Any] = {
            "authors": list(question.authors),
            "kinds": [kind.value for kind in question.kinds],
            "since": first_id_at(question.since) if question.since else None,
        }
        given = {name: value for name, value in given.items() if value not in (None, [])}
        listed = _list(frozenset(given), question.order)
        return listed.of(
            q, lambda row: PostKey(row["author_id"], row["post_id"]), said=said, me=me, near=list(near), **given
        )


def _vector(post: Post) -> str:
    topics = " ".join(f"{quoted(f'#{topic}')}:1B" for topic in post.hashtags)
    said = searched(post.content) if post.kind is Kind.ARTICLE else post.content
    return f"{vector(a=post.title or '', b=said)} {topics}"


def _tsquery(words: Words, topics: Sequence[str]) -> str | None:
    """The condition of a text and its filter by topics; None where it asks for nothing that a post has."""
    wanted = [*filter(None, map(phrase, words.phrases)), *map(_tag, words.topics)]
    if topics:
        wanted.append(f"({' | '.join(map(_tag, topics))})")
    unwanted = [*filter(None, map(phrase, words.no_phrases)), *map(_tag, words.no_topics)]
    return " & ".join([*wanted, *(f"!({part})" for part in unwanted)]) if wanted else None


def _tag(topic: str) -> str:
    return quoted(f"#{topic}")


@lru_cache(maxsize=64)
def _list(asked: frozenset[str], order: PostOrder) -> Keyset:
    """One statement for each combination of filters."""
    rank = cast(func.ts_rank(_s.words, _SAID), Double)
    columns = [_s.author_id, _s.post_id, _s.created_at, *([rank.label("rank")] if order is PostOrder.RELEVANT else [])]
    matching = [_s.words.op("@@")(_SAID), _CANDIDATES, *(where for name, where in _FILTERS.items() if name in asked)]
    found = select(*columns).where(*matching)
    if order is PostOrder.NEWEST:
        return keyset(found, _s.post_id.desc(), name="search posts by time")
    hits = found.order_by(_s.post_id.desc()).limit(constant(MOST_HITS)).subquery("hits")
    age = cast(extract("epoch", hits.c.created_at), Double) / constant(_TAU_SECONDS)
    score = cast(func.ln(hits.c.rank * constant(_FINE) + constant(1)) + age, Double).label("score")
    return keyset(
        select(hits.c.author_id, hits.c.post_id, score), score.desc(), hits.c.post_id.desc(), name="search posts"
    )
