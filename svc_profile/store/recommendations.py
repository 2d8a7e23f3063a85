"""Recommendations with their recipients, and for each author the list of whom they wrote about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, insert, select, update

from mesh.data import Listing, Querier, Transaction, constant, keyset, statement
from svc_profile.domain.connection import Pair
from svc_profile.domain.ids import UserId
from svc_profile.domain.recommendation import Recommendation, Relationship, State, Tie
from svc_profile.store.tables import recommendations, recommendations_given

_r, _g = recommendations.c, recommendations_given.c
_ROW = tuple(recommendations.c)
_ONE = (_r.recipient_id == bindparam("recipient"), _r.author_id == bindparam("author"))
_LOCK = statement(select(*_ROW).where(*_ONE).with_for_update())
_VALUES = {
    column: bindparam(f"new_{column.name}") for column in (_r.state, _r.relationship, _r.position_id, _r.text, _r.note)
}
_ADD = statement(
    insert(recommendations).values(
        {
            **_VALUES,
            _r.recipient_id: bindparam("recipient"),
            _r.author_id: bindparam("author"),
            _r.created_at: bindparam("at"),
            _r.written_at: bindparam("written"),
        }
    )
)
_NOTE_GIVEN = statement(
    insert(recommendations_given).values(
        author_id=bindparam("author"), recipient_id=bindparam("recipient"), created_at=bindparam("at")
    )
)
_REWRITE = statement(update(recommendations).where(*_ONE).values({**_VALUES, _r.written_at: bindparam("written")}))
_SET_STATE = statement(update(recommendations).where(*_ONE).values(state=bindparam("new_state")))
_DROP = statement(delete(recommendations).where(*_ONE))
_DROP_GIVEN = statement(
    delete(recommendations_given).where(_g.author_id == bindparam("author"), _g.recipient_id == bindparam("recipient"))
)
_SHOWN = keyset(
    select(*_ROW).where(_r.recipient_id == bindparam("recipient"), _r.state == constant(State.SHOWN.value)),
    _r.written_at.desc(),
    _r.author_id.desc(),
    set_on_entry=[_r.written_at],  # what is written anew is in review
)
_RECEIVED = keyset(
    select(*_ROW).where(_r.recipient_id == bindparam("recipient")), _r.created_at.desc(), _r.author_id.desc()
)
_GIVEN = keyset(
    select(_g.recipient_id, _g.created_at).where(_g.author_id == bindparam("author")),
    _g.created_at.desc(),
    _g.recipient_id.desc(),
)
_OF_AUTHOR = statement(
    select(*_ROW).where(
        _r.recipient_id == any_(bindparam("recipients", type_=ARRAY(Uuid))), _r.author_id == bindparam("author")
    )
)


class RecommendationRepository:
    """Loads and saves recommendations; both tables change together."""

    async def lock(self, tx: Transaction, recipient: UserId, author: UserId) -> Recommendation | None:
        """A recommendation, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, recipient=recipient, author=author)
        return _recommendation(row) if row else None

    def add(self, tx: Transaction, new: Recommendation) -> None:
        """Store a new one, with the commit."""
        keys = {"recipient": new.recipient, "author": new.author}
        tx.send(_ADD, **keys, **_values(new), at=new.created_at, written=new.written_at)
        tx.send(_NOTE_GIVEN, **keys, at=new.created_at)

    def rewrite(self, tx: Transaction, changed: Recommendation) -> None:
        """Store other words, with the commit."""
        keys = {"recipient": changed.recipient, "author": changed.author}
        tx.send(_REWRITE, **keys, **_values(changed), written=changed.written_at)

    def set_state(self, tx: Transaction, changed: Recommendation) -> None:
        """Store whether others see it, with the commit."""
        tx.send(_SET_STATE, recipient=changed.recipient, author=changed.author, new_state=changed.state.value)

    async def drop(self, tx: Transaction, recipient: UserId, author: UserId) -> bool:
        """Remove one; tells whether there was one."""
        dropped = bool(await tx.execute(_DROP, recipient=recipient, author=author))
        if dropped:
            tx.send(_DROP_GIVEN, author=author, recipient=recipient)
        return dropped

    async def drop_between(self, tx: Transaction, pair: Pair) -> list[tuple[UserId, UserId]]:
        """Remove what two wrote about each other; return recipient and author of each."""
        both = [(pair.lo, pair.hi), (pair.hi, pair.lo)]
        return [(recipient, author) for recipient, author in both if await self.drop(tx, recipient, author)]

    def shown(self, q: Querier, recipient: UserId) -> Listing[Recommendation]:
        """Those that a member shows, the last written first."""
        return _SHOWN.of(q, _recommendation, recipient=recipient)

    def received(self, q: Querier, recipient: UserId) -> Listing[Recommendation]:
        """All about a member, newest first."""
        return _RECEIVED.of(q, _recommendation, recipient=recipient)

    def given(self, q: Querier, author: UserId) -> Listing[Recommendation]:
        """All by a member, newest first."""

        async def whole(recipients: Sequence[UserId]) -> list[Recommendation | None]:
            rows = await q.fetch(_OF_AUTHOR, recipients=list(recipients), author=author)
            found = {row["recipient_id"]: _recommendation(row) for row in rows}
            return [found.get(one) for one in recipients]

        return _GIVEN.of(q, lambda row: UserId(row[0]), author=author).dressed(whole)


def _values(one: Recommendation) -> dict[str, Any]:
    return {
        "new_state": one.state.value,
        "new_relationship": one.tie.relationship.value,
        "new_position_id": one.tie.position_id,
        "new_text": one.text,
        "new_note": one.note,
    }


def _recommendation(row: Any) -> Recommendation:
    return Recommendation(
        recipient=row["recipient_id"],
        author=row["author_id"],
        tie=Tie(Relationship(row["relationship"]), row["position_id"]),
        created_at=row["created_at"],
        state=State(row["state"]),
        text=row["text"],
        note=row["note"],
        written_at=row["written_at"],
    )
