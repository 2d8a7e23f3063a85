"""What a member did, a list for each kind: each in the order of its times, latest first."""

from collections.abc import Callable, Mapping

from sqlalchemy import bindparam, select

from mesh.data import Keyset, Querier, Record, keyset
from mesh.data.keyset import Place
from svc_feed.domain.activity import Activity, ActivityKind
from svc_feed.domain.ids import UserId
from svc_feed.domain.reaction import Reaction
from svc_feed.domain.tally import PostKey
from svc_feed.store.comments import SEEN_FIELDS, reacted_to, seen_comment
from svc_feed.store.engagement import REACTION
from svc_feed.store.tables import ALIVE, comments, engagement, posts

_p, _c, _e = posts.c, comments.c, engagement.c
_MINE = bindparam("of_member")
_published = select(_p.author_id, _p.id, _p.created_at).where(_p.author_id == _MINE, ALIVE)
LISTS: Mapping[ActivityKind, Keyset] = {
    ActivityKind.POST: keyset(_published.where(_p.shared_post_id.is_(None)), _p.id.desc()),
    ActivityKind.SHARE: keyset(_published.where(_p.shared_post_id.is_not(None)), _p.id.desc()),
    ActivityKind.COMMENT: keyset(
        select(*SEEN_FIELDS)
        .select_from(reacted_to(_c.author_id))
        .where(_c.author_id == _MINE, _c.deleted_at.is_(None)),
        _c.id.desc(),
        _c.post_id.desc(),
        _c.post_author_id.desc(),
    ),
    ActivityKind.REACTION: keyset(
        select(_e.post_author_id, _e.post_id, _e.reaction, _e.created_at).where(
            _e.user_id == _MINE, _e.type == REACTION
        ),
        _e.created_at.desc(),
        _e.post_id.desc(),
        _e.post_author_id.desc(),
    ),
}


class ActivityRepository:
    """Reads one kind at a time; who asks puts them together."""

    async def read(
        self, q: Querier, member: UserId, kind: ActivityKind, place: Place | None, size: int
    ) -> list[tuple[Place, Activity]]:
        """The latest of a kind behind a place, each with its own."""
        listed, make = LISTS[kind], _MAKE[kind]
        rows = await listed.of(q, make, of_member=member).read(place, size)
        return [(listed.place(row), make(row)) for row in rows]


def _posted(row: Record) -> Activity:
    return Activity(ActivityKind.POST, row["created_at"], PostKey(row["author_id"], row["id"]))


def _shared(row: Record) -> Activity:
    return Activity(ActivityKind.SHARE, row["created_at"], PostKey(row["author_id"], row["id"]))


def _commented(row: Record) -> Activity:
    seen = seen_comment(row)
    post = PostKey(seen.comment.post_author_id, seen.comment.post_id)
    return Activity(ActivityKind.COMMENT, seen.comment.created_at, post, comment=seen)


def _reacted(row: Record) -> Activity:
    post = PostKey(row["post_author_id"], row["post_id"])
    return Activity(ActivityKind.REACTION, row["created_at"], post, reaction=Reaction(row["reaction"]))


_MAKE: Mapping[ActivityKind, Callable[[Record], Activity]] = {
    ActivityKind.POST: _posted,
    ActivityKind.SHARE: _shared,
    ActivityKind.COMMENT: _commented,
    ActivityKind.REACTION: _reacted,
}
