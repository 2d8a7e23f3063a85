"""The users table: profiles by member."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, insert, select, update

from mesh.data import Querier, Transaction, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.user import User
from svc_profile.store.tables import users

_u = users.c
_FIELDS = (
    _u.user_id,
    _u.name,
    _u.headline,
    _u.about,
    _u.location,
    _u.profile_picture_url,
    _u.industry,
    _u.email,
    _u.created_at,
    _u.updated_at,
)
_ALIVE = _u.deleted_at.is_(None)
_ONE = (_u.user_id == bindparam("user_id"), _ALIVE)

_FIND = statement(select(*_FIELDS).where(*_ONE))
_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_FIND_MANY = statement(select(*_FIELDS).where(_u.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), _ALIVE))
_EXISTS = statement(select(_u.user_id).where(*_ONE))
_EXISTING = statement(select(_u.user_id).where(_u.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), _ALIVE))
_INSERT = statement(
    insert(users).values(
        user_id=bindparam("user_id"),
        email=bindparam("email"),
        name=bindparam("name"),
        headline=bindparam("headline"),
        about=bindparam("about"),
        location=bindparam("location"),
        profile_picture_url=bindparam("profile_picture_url"),
        industry=bindparam("industry"),
        created_at=bindparam("created_at"),
        updated_at=bindparam("updated_at"),
    )
)
_UPDATE = statement(
    update(users)
    .where(_u.user_id == bindparam("id"))
    .values(
        name=bindparam("name"),
        headline=bindparam("headline"),
        about=bindparam("about"),
        location=bindparam("location"),
        profile_picture_url=bindparam("profile_picture_url"),
        industry=bindparam("industry"),
        updated_at=bindparam("updated_at"),
    )
)


class UserRepository:
    """Loads and saves members; those who left are not found."""

    async def find(self, q: Querier, user_id: UserId) -> User | None:
        """One member."""
        row = await q.fetch_one(_FIND, user_id=user_id)
        return _user(row) if row else None

    async def lock(self, tx: Transaction, user_id: UserId) -> User | None:
        """One member, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, user_id=user_id)
        return _user(row) if row else None

    async def find_many(self, q: Querier, user_ids: Sequence[UserId]) -> dict[UserId, User]:
        """Those of `user_ids` that exist, by id."""
        return {row["user_id"]: _user(row) for row in await q.fetch(_FIND_MANY, user_ids=list(user_ids))}

    async def exists(self, q: Querier, user_id: UserId) -> bool:
        """Whether the member exists."""
        return await q.fetch_one(_EXISTS, user_id=user_id) is not None

    async def existing(self, q: Querier, user_ids: Sequence[UserId]) -> set[UserId]:
        """Which of `user_ids` exist."""
        return {row[0] for row in await q.fetch(_EXISTING, user_ids=list(user_ids))}

    async def add(self, tx: Transaction, user: User) -> None:
        """Store a new member."""
        await tx.execute(_INSERT, user_id=user.id, email=user.email, created_at=user.created_at, **_editable(user))

    async def save(self, tx: Transaction, user: User) -> None:
        """Store a changed profile."""
        await tx.execute(_UPDATE, id=user.id, **_editable(user))


def _editable(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "headline": user.headline,
        "about": user.about,
        "location": user.location,
        "profile_picture_url": user.profile_picture_url,
        "industry": user.industry,
        "updated_at": user.updated_at,
    }


def _user(row: Any) -> User:
    return User(
        id=row["user_id"],
        name=row["name"],
        headline=row["headline"],
        about=row["about"],
        location=row["location"],
        profile_picture_url=row["profile_picture_url"],
        industry=row["industry"],
        email=row["email"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
