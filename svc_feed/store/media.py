"""The media table with its index by id, and what shows media."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    insert,
    null,
    or_,
    select,
    update,
)

from mesh.data import Querier, Record, Transaction, batch, batch_insert, constant, statement
from svc_feed.domain.ids import MediaId, UserId
from svc_feed.domain.medium import Failed, Medium, State, Variant
from svc_feed.domain.visibility import Verdict, Visibility
from svc_feed.store.tables import ALIVE, media, media_index, media_uses, posts

POST, DRAFT, PICTURE = "post", "draft", "picture"
"""What shows a medium: a post of its owner, their profile."""

_m, _u, _p = media.c, media_uses.c, posts.c
_FIELDS = tuple(_m)
_NAMES = tuple(column.name for column in _FIELDS)
_OWNER = bindparam("owner", type_=Uuid())
_IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))
_SAVED = ("state", "failure", "tries", "variants", "page_count", "expires_at")
_NOW = bindparam("at", type_=DateTime(timezone=True))

_ADDED = tuple(name for name in _NAMES if name != "variants")
_INSERT = statement(insert(media).values({name: bindparam(name) for name in _ADDED}))
_INDEX = statement(insert(media_index).values(id=bindparam("id"), owner_id=bindparam("owner_id")))
_OWNERS = statement(select(media_index.c.id, media_index.c.owner_id).where(media_index.c.id == _IDS))
_ONE = (_m.owner_id == _OWNER, _m.id == bindparam("medium", type_=Uuid()))
_FIND = statement(select(*_FIELDS).where(*_ONE))
_LOCK = statement(select(*_FIELDS).where(_m.owner_id == _OWNER, _m.id == _IDS).order_by(_m.id).with_for_update())
_SAVE = statement(update(media).where(*_ONE).values({name: bindparam(name) for name in _SAVED}))
_DROP = statement(delete(media).where(*_ONE))
_DROP_INDEX = statement(delete(media_index).where(media_index.c.id == bindparam("medium", type_=Uuid())))
_USED = select(_u.media_id).where(_u.owner_id == _m.owner_id, _u.media_id == _m.id).exists()
_USES = statement(select(_u.used_id).where(_u.owner_id == _OWNER, _u.media_id == bindparam("medium", type_=Uuid())))
_USE = statement(batch_insert(media_uses, "owner_id", "media_id", "used_by", "used_id", "created_at"))
_KEEP = statement(update(media).where(_m.owner_id == _OWNER, _m.id == _IDS).values(expires_at=null()))
_BY = (_u.used_by == bindparam("used_by", type_=Text()), _u.used_id == bindparam("used_id", type_=Uuid()))
_PICTURES = statement(
    select(_u.media_id, _u.used_id, _u.created_at).where(_u.owner_id == _OWNER, _u.used_by == constant(PICTURE))
)
_RELEASE = statement(delete(media_uses).where(_u.owner_id == _OWNER, *_BY, _u.media_id == _IDS))
_LET_GO = statement(update(media).where(_m.owner_id == _OWNER, _m.id == _IDS, ~_USED).values(expires_at=_NOW))
EXPIRED = statement(
    select(_m.owner_id, _m.id).where(_m.expires_at < _NOW).order_by(_m.expires_at).limit(bindparam("size")),
    name="media that expired",
)

_BY_VERDICT = tuple(one for one in Visibility if one not in {Visibility.PRIVATE, Visibility.LIST})
"""Visibilities that a verdict shows or not; what is for a list is asked for by the lists, private is for nobody."""

_wanted = batch(
    at=Integer(), owner=Uuid(), medium=Uuid(), own=Boolean(), **{one.value: Boolean() for one in _BY_VERDICT}
)
_w = _wanted.c
_shown_by_a_post = (
    select(_u.media_id)
    .select_from(media_uses.join(posts, and_(_p.author_id == _u.owner_id, _p.id == _u.used_id)))
    .where(
        _u.owner_id == _w.owner,
        _u.media_id == _w.medium,
        _u.used_by == constant(POST),
        ALIVE,
        or_(
            _p.company_id.is_not(None),
            _p.list_id == any_(bindparam("lists", type_=ARRAY(Uuid))),
            *(and_(_w[one.value], _p.visibility == constant(one.value)) for one in _BY_VERDICT),
        ),
    )
    .correlate(_wanted)
    .exists()
)
_SEEN = statement(
    select(_w.at, *_FIELDS)
    .select_from(_wanted.join(media, and_(_m.owner_id == _w.owner, _m.id == _w.medium)))
    .where(or_(_w.own, and_(_m.state == constant(State.READY.value), _shown_by_a_post))),
    name="SELECT media that are seen",
)
_keys = batch(owner=Uuid(), medium=Uuid())
_READY = statement(
    select(*_FIELDS)
    .select_from(_keys.join(media, and_(_m.owner_id == _keys.c.owner, _m.id == _keys.c.medium)))
    .where(_m.state == constant(State.READY.value)),
    name="SELECT media of posts",
)


class Key(NamedTuple):
    """Where a medium is."""

    owner: UserId
    medium: MediaId


class Use(NamedTuple):
    """What shows a medium."""

    kind: str
    id: UUID


class Claim(NamedTuple):
    """A picture of a profile: under its token is the object that everybody is shown."""

    medium: MediaId
    token: UUID
    since: datetime


class MediaRepository:
    """Loads, locks and saves media; whoever changes who uses one holds its lock."""

    def add(self, tx: Transaction, medium: Medium) -> None:
        """Store a new medium and whose it is; with the commit."""
        row = _row(medium)
        tx.send(_INSERT, **{name: row[name] for name in _ADDED})
        tx.send(_INDEX, id=medium.id, owner_id=medium.owner_id)

    async def owners(self, q: Querier, ids: Collection[MediaId]) -> dict[MediaId, UserId]:
        """Whose media are, of those that there ever were."""
        return {row["id"]: row["owner_id"] for row in await q.fetch(_OWNERS, ids=list(ids))}

    async def find(self, q: Querier, owner: UserId, medium: MediaId) -> Medium | None:
        """One medium of a member."""
        row = await q.fetch_one(_FIND, owner=owner, medium=medium)
        return _medium(row) if row else None

    async def lock(self, tx: Transaction, owner: UserId, ids: Collection[MediaId]) -> dict[MediaId, Medium]:
        """Media of a member, locked until the transaction ends."""
        return {row["id"]: _medium(row) for row in await tx.fetch(_LOCK, owner=owner, ids=list(ids))}

    async def seen(
        self, q: Querier, viewer: UserId, keys: Sequence[Key], verdicts: Mapping[UserId, Verdict]
    ) -> dict[int, Medium]:
        """Those of the keys that the viewer may see, by their place: own ones, and what a post shows them."""
        rows = await q.fetch(
            _SEEN,
            at=list(range(len(keys))),
            owner=[key.owner for key in keys],
            medium=[key.medium for key in keys],
            own=[key.owner == viewer for key in keys],
            lists=[one for owner in dict.fromkeys(key.owner for key in keys) for one in verdicts[owner].shown.lists],
            **{one.value: [verdicts[key.owner].shows(one) for key in keys] for one in _BY_VERDICT},
        )
        return {row["at"]: _medium(row) for row in rows}

    async def ready(self, q: Querier, keys: Collection[Key]) -> list[Medium]:
        """Those of the keys that can be shown."""
        rows = await q.fetch(_READY, owner=[key.owner for key in keys], medium=[key.medium for key in keys])
        return [_medium(row) for row in rows]

    async def save(self, tx: Transaction, medium: Medium) -> None:
        """Store where a locked medium is in its life."""
        row = _row(medium)
        await tx.execute(_SAVE, owner=medium.owner_id, medium=medium.id, **{name: row[name] for name in _SAVED})

    async def is_used(self, tx: Transaction, key: Key) -> bool:
        """Whether something shows a locked medium."""
        return await tx.fetch_value(_USES, owner=key.owner, medium=key.medium) is not None

    def drop(self, tx: Transaction, key: Key) -> None:
        """Forget a locked medium; with the commit."""
        tx.send(_DROP, owner=key.owner, medium=key.medium)
        tx.send(_DROP_INDEX, medium=key.medium)

    def use(self, tx: Transaction, owner: UserId, by: Use, ids: Collection[MediaId], at: datetime) -> None:
        """Note that something shows locked media; with the commit."""
        size = len(ids)
        tx.send(
            _USE,
            owner_id=[owner] * size,
            media_id=list(ids),
            used_by=[by.kind] * size,
            used_id=[by.id] * size,
            created_at=[at] * size,
        )
        tx.send(_KEEP, owner=owner, ids=list(ids))

    def release(self, tx: Transaction, owner: UserId, by: Use, ids: Collection[MediaId], until: datetime) -> None:
        """Note that something shows locked media no more: those that nothing shows expire then; with the commit."""
        tx.send(_RELEASE, owner=owner, used_by=by.kind, used_id=by.id, ids=list(ids))
        tx.send(_LET_GO, owner=owner, ids=list(ids), at=until)

    async def pictures(self, q: Querier, owner: UserId) -> list[Claim]:
        """What a member's profile shows, or showed and did not let go yet."""
        return [Claim(*row) for row in await q.fetch(_PICTURES, owner=owner)]

    async def expired(self, q: Querier, now: datetime, size: int) -> list[Key]:
        """Media whose time is over, the oldest first."""
        return [Key(row["owner_id"], row["id"]) for row in await q.fetch(EXPIRED, at=now, size=size)]


def _row(medium: Medium) -> dict[str, Any]:
    given = {name: getattr(medium, name) for name in _NAMES}
    return given | {
        "state": medium.state.value,
        "failure": medium.failure.value if medium.failure else None,
        "variants": [variant._asdict() for variant in medium.variants],
    }


def _medium(row: Record) -> Medium:
    given: dict[str, Any] = {name: row[name] for name in _NAMES}
    given["state"] = State(row["state"])
    given["failure"] = Failed(row["failure"]) if row["failure"] else None
    given["variants"] = tuple(Variant(**one) for one in row["variants"])
    return Medium(**given)
