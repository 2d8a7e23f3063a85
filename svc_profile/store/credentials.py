"""The credentials table: who signs in with which address, keyed by the normalised email."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, constant, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.session import EmailTaken
from svc_profile.store.tables import credentials

_c = credentials.c
_LIVE = select(_c.user_id, _c.password_hash).where(_c.email == bindparam("email"), _c.held_until.is_(None))
_FIND = statement(_LIVE)
_LOCK = statement(_LIVE.with_for_update())
_OWNER = statement(select(_c.user_id).where(_c.email == bindparam("email")))
_CLAIM = statement(
    insert(credentials)
    .values(
        email=bindparam("email"),
        user_id=bindparam("user_id"),
        password_hash=bindparam("password_hash"),
        created_at=bindparam("at"),
        updated_at=bindparam("at"),
    )
    .on_conflict_do_nothing()
)
_REHASH = statement(
    update(credentials)
    .where(_c.email == bindparam("of_email"))
    .values(password_hash=bindparam("password_hash"), updated_at=bindparam("at"))
)
_move = insert(credentials).values(
    email=bindparam("email"),
    user_id=bindparam("user_id"),
    password_hash=bindparam("password_hash"),
    created_at=bindparam("at"),
    updated_at=bindparam("at"),
)
_MOVE = statement(
    _move.on_conflict_do_update(
        index_elements=["email"],
        set_={
            "password_hash": _move.excluded.password_hash,
            "updated_at": _move.excluded.updated_at,
            "held_until": _move.excluded.held_until,
        },
        where=_c.user_id == _move.excluded.user_id,
    )
)
_HOLD = statement(
    update(credentials)
    .where(_c.email == bindparam("of_email"))
    .values(password_hash=constant(""), held_until=bindparam("until"))
)
_RELEASE = statement(delete(credentials).where(_c.email == bindparam("of_email")))
SWEPT = kept(_c.held_until, timedelta())
"""Addresses whose account moved away for good."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    user_id: UserId
    password_hash: str


class CredentialsRepository:
    """Loads and saves credentials; `email` is always normalised."""

    async def find(self, q: Querier, email: str) -> Credentials | None:
        """The credentials of an address that is signed in with."""
        row = await q.fetch_one(_FIND, email=email)
        return Credentials(row["user_id"], row["password_hash"]) if row else None

    async def lock(self, tx: Transaction, email: str) -> Credentials | None:
        """The same, locked until the transaction ends: no password changes meanwhile."""
        row = await tx.fetch_one(_LOCK, email=email)
        return Credentials(row["user_id"], row["password_hash"]) if row else None

    async def owner(self, q: Querier, email: str) -> UserId | None:
        """Whose an address is, or is held for."""
        return await q.fetch_value(_OWNER, email=email)

    async def add(self, tx: Transaction, email: str, owner: Credentials, at: datetime) -> None:
        """Claim an address for a new member.

        Raises:
            EmailTaken: it has an account.
        """
        claim = {"email": email, "user_id": owner.user_id, "password_hash": owner.password_hash, "at": at}
        if not await tx.execute(_CLAIM, **claim):
            raise EmailTaken

    async def move(
        self, tx: Transaction, old: str, new: str, owner: Credentials, at: datetime, *, held_until: datetime | None
    ) -> None:
        """Let a member sign in with another address; the old one is free at once unless it is held for them.

        Raises:
            EmailTaken: it has an account, or is held for another one.
        """
        claim = {"email": new, "user_id": owner.user_id, "password_hash": owner.password_hash, "at": at}
        if not await tx.execute(_MOVE, **claim):
            raise EmailTaken
        if held_until is None:
            tx.send(_RELEASE, of_email=old)
        else:
            tx.send(_HOLD, of_email=old, until=held_until)

    async def set_password(self, tx: Transaction, email: str, password_hash: str, at: datetime) -> None:
        """Replace the stored hash."""
        await tx.execute(_REHASH, of_email=email, password_hash=password_hash, at=at)
