"""The credentials table: who signs in with which address, keyed by the normalised email."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Querier, Transaction, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.session import EmailTaken
from svc_profile.store.tables import credentials

_c = credentials.c
_FIND = statement(select(_c.user_id, _c.password_hash).where(_c.email == bindparam("email")))
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


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    user_id: UserId
    password_hash: str


class CredentialsRepository:
    """Loads and saves credentials; `email` is always normalised."""

    async def find(self, q: Querier, email: str) -> Credentials | None:
        """The credentials of an address."""
        row = await q.fetch_one(_FIND, email=email)
        return Credentials(row["user_id"], row["password_hash"]) if row else None

    async def add(self, tx: Transaction, email: str, owner: Credentials, at: datetime) -> None:
        """Claim an address for a new member.

        Raises:
            EmailTaken: it has an account.
        """
        claim = {"email": email, "user_id": owner.user_id, "password_hash": owner.password_hash, "at": at}
        if not await tx.execute(_CLAIM, **claim):
            raise EmailTaken

    async def rehash(self, tx: Transaction, email: str, password_hash: str, at: datetime) -> None:
        """Replace the stored hash, for example after the parameters were raised."""
        await tx.execute(_REHASH, of_email=email, password_hash=password_hash, at=at)
