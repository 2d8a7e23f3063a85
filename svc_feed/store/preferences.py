"""The feed_preferences table: what members want to see less of, or not at all."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from mesh.data import (
    Listing,
    Querier,
    Record,
    Transaction,
    batch_insert,
    by_column,
    constant,
    keyset,
    statement,
)
from svc_feed.domain.ids import UserId
from svc_feed.domain.preference import MOST_PREFERENCES, Effect, Held, Preference, PreferenceId, Subject, Wish
from svc_feed.store.tables import feed_preferences

_f = feed_preferences.c
_ME = _f.user_id == bindparam("me")
_HOLDS = or_(_f.expires_at.is_(None), _f.expires_at > bindparam("now"))
_WISH = (_f.effect, _f.subject, _f.name)
_state = insert(feed_preferences).values({column: bindparam(column.name) for column in _f})
_STATE = statement(
    _state.on_conflict_do_update(
        index_elements=[_f.user_id, *_WISH], set_={"expires_at": _state.excluded.expires_at}
    ).returning(_f.id, *_WISH, _f.created_at, _f.expires_at)
)
_hidden = batch_insert(
    feed_preferences, "user_id", "id", *(column.name for column in _WISH), "created_at", "expires_at"
)
_STATE_ALL = statement(
    _hidden.on_conflict_do_update(
        index_elements=[_f.user_id, *_WISH], set_={"expires_at": _hidden.excluded.expires_at}
    ),
    name="INSERT feed_preferences at once",
)
_FORGET_PAST = statement(delete(feed_preferences).where(_ME, _f.expires_at <= bindparam("now")))
_COUNT = statement(select(func.count()).select_from(feed_preferences).where(_ME))
_REMOVE = statement(delete(feed_preferences).where(_ME, _f.id == bindparam("id")).returning(_f.id))
_HELD = statement(select(*_WISH, _f.expires_at).where(_ME, _HOLDS).limit(constant(MOST_PREFERENCES)))
_NEWEST = keyset(
    select(_f.id, *_WISH, _f.created_at, _f.expires_at).where(
        _ME, _HOLDS, _f.effect == any_(bindparam("effects", type_=ARRAY(Text)))
    ),
    _f.id.desc(),
)


class PreferenceRepository:
    """A member has one preference of each effect and subject; what has ended goes when they state another."""

    async def state(self, tx: Transaction, me: UserId, stated: Preference) -> tuple[Preference, int]:
        """Store a preference, or begin anew one that is there; returns it, and how many the member has."""
        tx.send(_FORGET_PAST, me=me, now=stated.created_at)
        row = await tx.fetch_one(
            _STATE,
            user_id=me,
            id=stated.id,
            **stated.wish._asdict(),
            created_at=stated.created_at,
            expires_at=stated.expires_at,
        )
        assert row is not None  # noqa: S101 - an upsert returns its row
        return _preference(row), await tx.fetch_value(_COUNT, me=me)

    async def state_all(self, tx: Transaction, me: UserId, stated: Sequence[Preference]) -> int:
        """Store several of different wishes, or begin them anew; returns how many the member has."""
        tx.send(_FORGET_PAST, me=me, now=stated[0].created_at)
        names = ("user_id", "id", "effect", "subject", "name", "created_at", "expires_at")
        rows = [(me, one.id, *one.wish, one.created_at, one.expires_at) for one in stated]
        tx.send(_STATE_ALL, **by_column(names, rows))
        return await tx.fetch_value(_COUNT, me=me)

    async def remove(self, tx: Transaction, me: UserId, preference_id: PreferenceId) -> bool:
        """Take a preference back; False where the member has none of this id."""
        return await tx.fetch_value(_REMOVE, me=me, id=preference_id) is not None

    async def held(self, q: Querier, me: UserId, now: datetime) -> list[Held]:
        """All that hold now."""
        rows = await q.fetch(_HELD, me=me, now=now)
        return [Held(_wish(row), row["expires_at"].timestamp() if row["expires_at"] else 0.0) for row in rows]

    def newest(self, q: Querier, me: UserId, effects: Collection[Effect], now: datetime) -> Listing[Preference]:
        """Those of some effects that hold now, stated last first."""
        return _NEWEST.of(q, _preference, me=me, effects=[effect.value for effect in effects], now=now)


def _wish(row: Record) -> Wish:
    return Wish(Effect(row["effect"]), Subject(row["subject"]), row["name"])


def _preference(row: Record) -> Preference:
    return Preference(PreferenceId(row["id"]), _wish(row), row["created_at"], row["expires_at"])
