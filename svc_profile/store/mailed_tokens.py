"""The mailed_tokens table: what was mailed, as hashes."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, select, update

from mesh.data import Querier, Transaction, constant, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.mailed_token import Mailed, MailedToken, Purpose
from svc_profile.store.tables import mailed_tokens

_t = mailed_tokens.c
_THIS = (_t.user_id == bindparam("of_user"), _t.token_hash == bindparam("digest"))
_ADD = statement(
    insert(mailed_tokens).values(
        user_id=bindparam("user_id"),
        token_hash=bindparam("digest"),
        purpose=bindparam("purpose"),
        email=bindparam("email"),
        about=bindparam("about"),
        created_at=bindparam("at"),
        expires_at=bindparam("expires_at"),
    )
)
_FIND = statement(
    select(_t.email, _t.created_at, _t.expires_at, _t.used_at, _t.about).where(
        *_THIS, _t.purpose == bindparam("of_purpose", type_=Text)
    )
)
_SPEND = statement(
    update(mailed_tokens)
    .where(
        _t.user_id == bindparam("of_user"),
        _t.purpose == any_(bindparam("purposes", type_=ARRAY(Text))),
        _t.created_at >= bindparam("since"),
        _t.used_at.is_(None),
    )
    .values(used_at=bindparam("at"))
)
_RECENT = statement(
    select(func.count()).where(
        _t.user_id == bindparam("of_user"),
        _t.purpose == bindparam("of_purpose", type_=Text),
        _t.created_at > bindparam("since"),
    )
)
_WAYS_BACK = statement(
    select(_t.email)
    .distinct()
    .where(
        _t.user_id == bindparam("of_user"),
        _t.purpose == constant(Purpose.UNDO_EMAIL.value),
        _t.used_at.is_(None),
        _t.expires_at > bindparam("now"),
    )
)
_EVER = datetime.min.replace(tzinfo=UTC)
SWEPT = kept(_t.expires_at, timedelta(days=7))
"""Tokens that are too old: they are unknown then."""


class MailedTokens:
    """Adds and spends tokens; the row of the member, locked by the caller, keeps two from using one."""

    def add(
        self,
        tx: Transaction,
        token: MailedToken,
        purpose: Purpose,
        email: str,
        at: datetime,
        end: datetime,
        about: str = "",
    ) -> None:
        """Store a token that is about to be mailed."""
        tx.send(
            _ADD,
            user_id=token.user_id,
            digest=token.digest,
            purpose=purpose.value,
            email=email,
            about=about,
            at=at,
            expires_at=end,
        )

    async def find(self, q: Querier, token: MailedToken, purpose: Purpose) -> Mailed | None:
        """What is known of a token that came back; None when it was never mailed for this."""
        row = await q.fetch_one(_FIND, of_user=token.user_id, digest=token.digest, of_purpose=purpose.value)
        return Mailed(*row) if row else None

    def spend(
        self,
        tx: Transaction,
        user_id: UserId,
        purposes: Collection[Purpose],
        at: datetime,
        *,
        since: datetime = _EVER,
    ) -> None:
        """Make the tokens of a member useless that were mailed for these, all or those from a moment on."""
        tx.send(_SPEND, of_user=user_id, purposes=[purpose.value for purpose in purposes], at=at, since=since)

    async def ways_back(self, tx: Transaction, user_id: UserId, now: datetime) -> list[str]:
        """The addresses that an account may still be taken back to."""
        return [row["email"] for row in await tx.fetch(_WAYS_BACK, of_user=user_id, now=now)]

    async def recent(self, tx: Transaction, user_id: UserId, purpose: Purpose, since: datetime) -> int:
        """How many were mailed for this lately."""
        return await tx.fetch_value(_RECENT, of_user=user_id, of_purpose=purpose.value, since=since)
