"""Topics: the posts that name them, how many they are, and who follows them."""

from collections.abc import AsyncGenerator, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Record, Transaction, batch, batch_insert, constant, keyset, statement
from svc_feed.domain.ids import UserId
from svc_feed.domain.post import Post
from svc_feed.domain.tally import PostKey
from svc_feed.domain.topic import Topic
from svc_feed.store.tables import post_topics, topic_follows, topics

_p, _t, _f = post_topics.c, topics.c, topic_follows.c
_NAMES = any_(bindparam("names", type_=ARRAY(Text)))
_AT = bindparam("at", type_=DateTime(timezone=True))
_ME = bindparam("me", type_=Uuid())
_NAME = bindparam("name", type_=Text())
_BATCH = 1_000  # followers that are read at once
_LAST = "\U0010ffff"  # sorts behind whatever a topic may go on with

_LIST = statement(
    batch_insert(post_topics, "topic", "post_id", "author_id").on_conflict_do_nothing().returning(_p.topic)
)
_UNLIST = statement(
    delete(post_topics).where(_p.topic == _NAMES, _p.post_id == bindparam("post_id")).returning(_p.topic)
)
_named = batch(topic=Text(), more=Integer())
_more = upsert(topics).from_select(
    ["topic", "post_count", "counted_at"], select(_named.c.topic, _named.c.more, _AT).order_by(_named.c.topic)
)
_MORE = statement(
    _more.on_conflict_do_update(
        index_elements=[_t.topic], set_={"post_count": _t.post_count + _more.excluded.post_count}
    ),
    name="more posts of topics",
)
FEWER_POSTS = statement(
    update(topics)
    .where(_t.topic == _named.c.topic)
    .values(post_count=func.greatest(_t.post_count - _named.c.more, constant(0))),
    name="fewer posts of topics",
)
_OF_TOPIC = keyset(
    select(_p.post_id, _p.author_id).where(_p.topic == _NAME), _p.post_id.desc(), name="posts of a topic"
)

_COLUMNS = (_t.topic, _t.post_count, _t.follower_count, _f.user_id.is_not(None).label("following"))


def _followed_by(source: FromClause, who: ColumnElement[Any]) -> FromClause:
    return source.outerjoin(topic_follows, and_(_f.user_id == who, _f.topic == _t.topic))


_FIND = statement(select(*_COLUMNS).select_from(_followed_by(topics, _ME)).where(_t.topic == _NAME))
SUGGESTED = statement(
    select(*_COLUMNS)
    .select_from(_followed_by(topics, _ME))
    .where(_t.topic >= bindparam("first", type_=Text()), _t.topic < bindparam("last", type_=Text()))
    .order_by(_t.post_count.desc(), _t.topic.desc())
    .limit(bindparam("size")),
    name="topics by how they begin",
)
_LOCK_FOLLOWED = statement(select(_f.topic).where(_f.user_id == _ME).order_by(_f.topic).with_for_update())
_FOLLOWED = statement(select(_f.topic).where(_f.user_id == _ME), name="SELECT followed topics")
_FOLLOW = statement(
    upsert(topic_follows)
    .values(user_id=_ME, topic=_NAME, created_at=_AT)
    .on_conflict_do_nothing(index_elements=[_f.user_id, _f.topic])
    .returning(_f.topic)
)
_UNFOLLOW = statement(delete(topic_follows).where(_f.user_id == _ME, _f.topic == _NAME).returning(_f.topic))
_FOLLOWER = statement(
    upsert(topics)
    .values(topic=_NAME, follower_count=constant(1), counted_at=_AT)
    .on_conflict_do_update(index_elements=[_t.topic], set_={"follower_count": _t.follower_count + constant(1)})
)
FEWER_FOLLOWERS = statement(
    update(topics)
    .where(_t.topic == _named.c.topic)
    .values(follower_count=func.greatest(_t.follower_count - _named.c.more, constant(0))),
    name="fewer followers of topics",
)
_NEWEST = keyset(
    select(
        _f.topic,
        _f.created_at,
        func.coalesce(_t.post_count, constant(0)).label("post_count"),
        func.coalesce(_t.follower_count, constant(0)).label("follower_count"),
        constant(value=True).label("following"),
    )
    .select_from(topic_follows.outerjoin(topics, _t.topic == _f.topic))
    .where(_f.user_id == _ME),
    _f.created_at.desc(),
    _f.topic.desc(),
    name="SELECT topics that are followed",
)

_FEW = statement(
    select(_t.topic).where(_t.topic == _NAMES, _t.follower_count > constant(0), _t.follower_count <= bindparam("most")),
    name="topics that few follow",
)
FOLLOWERS = statement(
    select(_f.user_id)
    .where(_f.topic == _NAME, _f.user_id > bindparam("after", type_=Uuid()))
    .order_by(_f.user_id)
    .limit(bindparam("size")),
    name="followers of a topic",
)

DUE = statement(
    select(_t.topic).where(_t.counted_at < _AT).order_by(_t.counted_at).limit(bindparam("size")),
    name="topics to count",
)
_COUNT = statement(
    select(_p.topic, func.count().label("posts"))
    .where(_p.topic == _NAMES, _p.post_id >= bindparam("since", type_=Uuid()))
    .group_by(_p.topic),
    name="count posts of topics",
)
_COUNTED = statement(
    update(topics).where(_t.topic == _named.c.topic).values(post_count=_named.c.more, counted_at=_AT),
    name="topics that were counted",
)
_DROP = statement(
    delete(topics).where(_t.topic == _NAMES, _t.post_count <= constant(0), _t.follower_count <= constant(0))
)


class TopicRepository:
    """A post is listed under its topics in the transaction that changes it; it counts for each while it is young."""

    async def list_post(self, tx: Transaction, post: Post, names: Collection[str]) -> list[str]:
        """List a post under topics; returns those under which it was not."""
        if not names:
            return []
        size = len(names)
        rows = await tx.fetch(_LIST, topic=[*names], post_id=[post.id] * size, author_id=[post.author_id] * size)
        return [row["topic"] for row in rows]

    async def unlist_post(self, tx: Transaction, post: Post, names: Collection[str]) -> list[str]:
        """List a post under topics no more; returns those under which it was."""
        if not names:
            return []
        return [row["topic"] for row in await tx.fetch(_UNLIST, names=[*names], post_id=post.id)]

    def count(self, tx: Transaction, more: Collection[str], fewer: Collection[str], at: datetime) -> None:
        """Count one more post of some topics, one fewer of others; with the commit."""
        if fewer:
            tx.send(FEWER_POSTS, topic=sorted(fewer), more=[1] * len(fewer))
        if more:
            tx.send(_MORE, topic=sorted(more), more=[1] * len(more), at=at)

    def of_topic(self, q: Querier, name: str) -> Listing[PostKey]:
        """The posts of a topic, newest first."""
        return _OF_TOPIC.of(q, lambda row: PostKey(row["author_id"], row["post_id"]), name=name)

    async def find(self, q: Querier, me: UserId, name: str) -> Topic:
        """One topic as a member sees it."""
        row = await q.fetch_one(_FIND, me=me, name=name)
        return _topic(row) if row else Topic(name)

    async def suggested(self, q: Querier, me: UserId, prefix: str, size: int) -> list[Topic]:
        """Topics that begin with something, the most used first."""
        rows = await q.fetch(SUGGESTED, me=me, first=prefix, last=prefix + _LAST, size=size)
        return [_topic(row) for row in rows]

    def newest_followed(self, q: Querier, me: UserId) -> Listing[Topic]:
        """The topics a member follows, those followed last first."""
        return _NEWEST.of(q, _topic, me=me)

    async def lock_followed(self, tx: Transaction, me: UserId) -> set[str]:
        """The topics a member follows, locked: who follows more of them at the same moment waits."""
        await tx.fetch(_LOCK_FOLLOWED, me=me)
        return await self.followed(tx, me)

    async def followed(self, q: Querier, me: UserId) -> set[str]:
        """The topics a member follows."""
        return {row["topic"] for row in await q.fetch(_FOLLOWED, me=me)}

    async def follow(self, tx: Transaction, me: UserId, name: str, at: datetime) -> None:
        """Follow a topic."""
        if await tx.fetch_one(_FOLLOW, me=me, name=name, at=at):
            await tx.execute(_FOLLOWER, name=name, at=at)

    async def unfollow(self, tx: Transaction, me: UserId, name: str) -> None:
        """Follow a topic no longer, if the member does."""
        if await tx.fetch_one(_UNFOLLOW, me=me, name=name):
            tx.send(FEWER_FOLLOWERS, topic=[name], more=[1])

    async def with_few_followers(self, q: Querier, names: Collection[str], most: int) -> list[str]:
        """Those of some topics that anybody follows, and not more than `most` do."""
        return [row["topic"] for row in await q.fetch(_FEW, names=list(names), most=most)]

    async def followers(self, q: Querier, name: str) -> AsyncGenerator[list[UserId], None]:
        """Who follows a topic, batch by batch."""
        after = UUID(int=0)
        while found := [row["user_id"] for row in await q.fetch(FOLLOWERS, name=name, after=after, size=_BATCH)]:
            yield found
            if len(found) < _BATCH:
                return
            after = found[-1]

    async def due(self, q: Querier, before: datetime, size: int) -> list[str]:
        """Topics whose posts were not counted since, those counted longest ago first."""
        return [row["topic"] for row in await q.fetch(DUE, at=before, size=size)]

    async def count_posts(self, q: Querier, names: Sequence[str], since: UUID) -> dict[str, int]:
        """How many posts, from an id on, topics have."""
        found = {row["topic"]: row["posts"] for row in await q.fetch(_COUNT, names=list(names), since=since)}
        return {name: found.get(name, 0) for name in names}

    def counted(self, tx: Transaction, counts: dict[str, int], at: datetime) -> None:
        """Store how many posts topics have, and forget those that nobody writes of nor follows; with the commit."""
        tx.send(_COUNTED, topic=[*counts], more=[*counts.values()], at=at)
        tx.send(_DROP, names=[*counts])


def _topic(row: Record) -> Topic:
    return Topic(row["topic"], row["post_count"], row["follower_count"], row["following"])
