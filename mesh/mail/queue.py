"""The mails of a service that are still to be sent, and what became of the others."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, SmallInteger, any_, bindparam, insert, null, select, update

from mesh.data import Querier, Record, Transaction, constant, kept, statement
from mesh.mail.outgoing import Channel
from mesh.mail.tables import BUCKETS, mails

KEEP = timedelta(days=30)
"""How long operators see what became of a mail."""

WAITING, SENT, FAILED, DECOY = "waiting", "sent", "failed", "decoy"
_ALL_BUCKETS = list(range(BUCKETS))
_m = mails.c
_WAITS = _m.state == constant(WAITING)
_THIS = (_m.bucket == bindparam("of_bucket"), _m.mail_id == bindparam("of_mail"), _WAITS)
_COLUMNS = ("bucket", "mail_id", "user_id", "kind", "channel", "state", "sealed")
_MOMENTS = ("created_at", "due_at", "expires_at", "finished_at")
_INSERT = statement(insert(mails).values({name: bindparam(name) for name in (*_COLUMNS, *_MOMENTS)}))
_DUE = statement(
    select(_m.bucket, _m.mail_id, _m.due_at)
    .where(_m.bucket == any_(bindparam("buckets", type_=ARRAY(SmallInteger))), _WAITS, _m.due_at <= bindparam("now"))
    .order_by(_m.due_at)
    .limit(bindparam("size"))
)
_CLAIM = statement(
    update(mails)
    .where(*_THIS, _m.due_at == bindparam("was_due"))
    .values(due_at=bindparam("until"), attempts=_m.attempts + constant(1))
    .returning(_m.kind, _m.channel, _m.sealed, _m.attempts, _m.expires_at, _m.problem)
)
_AGAIN = statement(update(mails).where(*_THIS).values(due_at=bindparam("at"), problem=bindparam("problem")))
_FINISH = statement(
    update(mails)
    .where(*_THIS)
    .values(
        state=bindparam("new_state"),
        problem=bindparam("problem"),
        finished_at=bindparam("at"),
        sealed=null().cast(LargeBinary),
    )
)
MAILS_SWEPT = kept(_m.finished_at, KEEP)
"""What became of mails a month ago; those that wait are finished at the latest when they expire."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is, and when it was due as somebody saw it."""

    bucket: int
    mail_id: UUID
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is this process's to send, for a while."""

    place: Place
    kind: str
    channel: Channel
    sealed: bytes
    attempts: int
    expires_at: datetime
    problem: str


def add(tx: Transaction, mail_id: UUID, *, at: datetime, decoy: bool, **columns: Any) -> None:
    """Put a mail into the queue with the caller's transaction; a decoy is finished from the start."""
    tx.send(
        _INSERT,
        bucket=zlib.crc32(mail_id.bytes) % BUCKETS,
        mail_id=mail_id,
        state=DECOY if decoy else WAITING,
        created_at=at,
        due_at=at,
        finished_at=at if decoy else None,
        **columns,
    )


async def due(q: Querier, now: datetime, size: int) -> Sequence[Place]:
    """The mails that somebody should send now."""
    rows = await q.fetch(_DUE, buckets=_ALL_BUCKETS, now=now, size=size)
    return [Place(row["bucket"], row["mail_id"], row["due_at"]) for row in rows]


async def claim(q: Querier, place: Place, until: datetime) -> Claimed | None:
    """Take a mail until then, when it is due again unless it was finished; None where another process took it."""
    row: Record | None = await q.fetch_one(
        _CLAIM, of_bucket=place.bucket, of_mail=place.mail_id, was_due=place.due_at, until=until
    )
    return None if row is None else Claimed(place, *row)


async def put_off(q: Querier, place: Place, at: datetime, problem: str) -> None:
    """Let a mail be sent again later."""
    await q.execute(_AGAIN, of_bucket=place.bucket, of_mail=place.mail_id, at=at, problem=problem)


async def finish(q: Querier, place: Place, state: str, at: datetime, problem: str = "") -> None:
    """Say what became of a mail."""
    await q.execute(_FINISH, of_bucket=place.bucket, of_mail=place.mail_id, new_state=state, at=at, problem=problem)
