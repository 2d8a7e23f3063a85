"""The phone_codes table: what was sent to which number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, constant, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.phone import WINDOW, SentCode
from svc_profile.store.tables import phone_codes

_p = phone_codes.c
_THIS = (_p.phone_number == bindparam("of_number"), _p.user_id == bindparam("of_user"))
_NOBODY = UserId(UUID(int=0))
"""Whose row of a number is no code: it is locked by whoever adds one."""
_SENT = statement(
    select(func.coalesce(func.sum(_p.sent), constant(0))).where(
        _p.phone_number == bindparam("of_number"), _p.window_began_at > bindparam("since")
    )
)
_add = insert(phone_codes).values(
    phone_number=bindparam("of_number"),
    user_id=bindparam("of_user"),
    code_hash=bindparam("code_hash"),
    guesses=constant(0),
    sent=constant(1),
    window_began_at=bindparam("at"),
    expires_at=bindparam("expires_at"),
)
_ONE_BY_ONE = statement(
    insert(phone_codes)
    .values(
        phone_number=bindparam("of_number"),
        user_id=bindparam("of_user"),
        code_hash=constant(""),
        guesses=constant(0),
        sent=constant(0),
        window_began_at=bindparam("at"),
        expires_at=bindparam("expires_at"),
    )
    .on_conflict_do_update(index_elements=["phone_number", "user_id"], set_={"expires_at": bindparam("expires_at")})
)
_ADD = statement(
    _add.on_conflict_do_update(
        index_elements=["phone_number", "user_id"],
        set_={
            "code_hash": _add.excluded.code_hash,
            "guesses": _add.excluded.guesses,
            "sent": _p.sent + constant(1),
            "expires_at": _add.excluded.expires_at,
        },
    )
)
_GUESS = statement(
    update(phone_codes)
    .where(*_THIS)
    .values(guesses=func.least(_p.guesses + constant(1), constant(1_000)))
    .returning(_p.code_hash, _p.guesses, _p.expires_at)
)
_EXPIRE = statement(update(phone_codes).where(*_THIS).values(expires_at=bindparam("at")))
_DROP_OLD = statement(delete(phone_codes).where(*_THIS, _p.window_began_at <= bindparam("since")))
SWEPT = kept(_p.expires_at, WINDOW)
"""Codes whose number has forgotten how many it got."""


@dataclass(frozen=True)
class PhoneCodes:
    """Codes by number, as hashes."""

    async def add(
        self, tx: Transaction, number: str, user_id: UserId, code_hash: str, at: datetime, end: datetime
    ) -> int:
        """Store a code in the place of those the member got there before; returns how many the number got lately."""
        since = at - WINDOW
        # members who come at once would not see what others are about to add
        await tx.execute(_ONE_BY_ONE, of_number=number, of_user=_NOBODY, at=at, expires_at=end)
        tx.send(_DROP_OLD, of_number=number, of_user=user_id, since=since)
        tx.send(_ADD, of_number=number, of_user=user_id, code_hash=code_hash, at=at, expires_at=end)
        return await tx.fetch_value(_SENT, of_number=number, since=since)

    async def guess(self, tx: Transaction, number: str, user_id: UserId) -> SentCode | None:
        """The code that a guess is compared with, which counts from now on."""
        row = await tx.fetch_one(_GUESS, of_number=number, of_user=user_id)
        return SentCode(*row) if row else None

    def expire(self, tx: Transaction, number: str, user_id: UserId, at: datetime) -> None:
        """Let a code be used no more."""
        tx.send(_EXPIRE, of_number=number, of_user=user_id, at=at)
