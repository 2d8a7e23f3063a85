"""The users table: profiles by member."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, DateTime, Text, Uuid, any_, bindparam, case, func, insert, or_, select, update

from mesh.data import Database, Listing, Lookup, Querier, Transaction, constant, keyset, statement
from svc_profile.domain.access import Member
from svc_profile.domain.audience import Audience
from svc_profile.domain.career import NO_CAREER, Career
from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.privacy import Field, Privacy, ViewerMode
from svc_profile.domain.standing import GOOD, Standing
from svc_profile.domain.user import User
from svc_profile.store.career import career, career_column
from svc_profile.store.tables import connections, users

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
    _u.email_verified_at.is_not(None).label("email_verified"),
    _u.phone_number,
    _u.created_at,
    _u.updated_at,
    _u.parts_revision,
    _u.handle,
)
ALIVE = _u.deleted_at.is_(None)
_ONE = (_u.user_id == bindparam("user_id"), ALIVE)

_LOCK = statement(select(*_FIELDS).where(*_ONE).with_for_update())
_HELD = statement(select(_u.user_id).where(_u.user_id == bindparam("user_id")), name="SELECT a held account")
PRIVACY = (
    _u.profile_audience,
    _u.connections_audience,
    _u.email_audience,
    _u.message_audience,
    _u.viewer_mode,
    _u.discoverable,
    _u.traversable,
    _u.findable_by_contact,
    _u.field_audiences,
)
_NEW = Privacy()
_IN_FIELD_AUDIENCES = tuple(one for one in Field if f"{one}_audience" not in _u)
_SEVERAL = (_u.user_id == any_(bindparam("user_ids", type_=ARRAY(Uuid))), ALIVE)
STANDING = (_u.shadow_ban_until, _u.suspended_until, _u.limited_until)
KNOWN = (*_FIELDS, *STANDING, *PRIVACY)
_FIND_MANY = statement(select(*KNOWN).where(*_SEVERAL))
_connected = (
    select(func.count())
    .select_from(connections)
    .where(connections.c.user_id == _u.user_id, connections.c.status == constant(Status.ACCEPTED.value))
)
_career = case((_u.parts_revision > constant(0), career_column(_u.user_id)))  # looked for only where there is one
_REST = (_connected.scalar_subquery(), _career)
_OWN = statement(select(*_FIELDS, *_REST).where(*_SEVERAL), name="SELECT own profiles")
_FULL = statement(select(_u.user_id, *_REST).where(*_SEVERAL), name="SELECT full profiles")
_MEMBERS = statement(select(_u.user_id, *STANDING, *PRIVACY).where(*_SEVERAL))
_LOCK_MEMBER = statement(select(_u.user_id, *STANDING, *PRIVACY).where(*_ONE).with_for_update())
_SAVE_PRIVACY = statement(
    update(users).where(_u.user_id == bindparam("id")).values({c.name: bindparam(f"new_{c.name}") for c in PRIVACY})
)
_SAVE_STANDING = statement(
    update(users).where(_u.user_id == bindparam("id")).values({c.name: bindparam(f"new_{c.name}") for c in STANDING})
)
_PART_CHANGED = statement(
    update(users)
    .where(_u.user_id == bindparam("id"))
    .values(parts_revision=_u.parts_revision + constant(1), updated_at=bindparam("at"))
)
STREAMED = keyset(
    select(*KNOWN).where(ALIVE, or_(_u.suspended_until.is_(None), _u.suspended_until <= bindparam("now"))),
    _u.user_id,
    name="stream users",
)
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
_SET_EMAIL = statement(
    update(users).where(*_ONE).values(email=bindparam("new_email"), email_verified_at=bindparam("verified_at"))
)
_SET_DELETED = statement(
    update(users).where(_u.user_id == bindparam("id")).values(deleted_at=bindparam("at", type_=DateTime(timezone=True)))
)
_SET_PHONE = statement(update(users).where(*_ONE).values(phone_number=bindparam("new_number", type_=Text)))


class UserRepository:
    """Loads and saves members; those who left are not found."""

    async def find(self, q: Querier, user_id: UserId) -> tuple[User, Member] | None:
        """One member, with what the policy of access looks at."""
        return (await self.find_many(q, [user_id])).get(user_id)

    async def lock(self, tx: Transaction, user_id: UserId) -> User | None:
        """One member, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK, user_id=user_id)
        return _user(row) if row else None

    async def is_held(self, q: Querier, user_id: UserId) -> bool:
        """Whether there is an account, be it closed: one that is not erased."""
        return await q.fetch_one(_HELD, user_id=user_id) is not None

    async def find_many(self, q: Querier, user_ids: Sequence[UserId]) -> dict[UserId, tuple[User, Member]]:
        """Those of `user_ids` that exist, by id, with what the policy of access looks at."""
        rows = await q.fetch(_FIND_MANY, user_ids=list(user_ids))
        return {row["user_id"]: known(row) for row in rows}

    async def members(self, q: Querier, user_ids: Iterable[UserId]) -> dict[UserId, Member]:
        """What the policy of access looks at, of those who exist."""
        return {row["user_id"]: _member(*row) for row in await q.fetch(_MEMBERS, user_ids=list(user_ids))}

    async def lock_privacy(self, tx: Transaction, user_id: UserId) -> Privacy | None:
        """A member's settings, locked until the transaction ends."""
        row = await tx.fetch_one(_LOCK_MEMBER, user_id=user_id)
        return _member(*row).privacy if row else None

    async def save_privacy(self, tx: Transaction, user_id: UserId, privacy: Privacy) -> None:
        """Store changed settings."""
        values = {f"new_{name}": value for name, value in dataclasses.asdict(privacy).items() if name in _u}
        fields = {one: privacy.audience(one) for one in _IN_FIELD_AUDIENCES}
        changed = {one.value: value.value for one, value in fields.items() if value != _NEW.audience(one)}
        await tx.execute(_SAVE_PRIVACY, id=user_id, **values, new_field_audiences=changed)

    async def save_standing(self, tx: Transaction, user_id: UserId, standing: Standing) -> None:
        """Store what is restricted about a locked member."""
        await tx.execute(
            _SAVE_STANDING, id=user_id, **{f"new_{name}": end for name, end in dataclasses.asdict(standing).items()}
        )

    def all(self, q: Querier, now: datetime) -> Listing[tuple[User, Member]]:
        """Every member others may see, in the order of ids, with what the policy of access looks at."""
        return STREAMED.of(q, known, now=now)

    async def add(self, tx: Transaction, user: User) -> None:
        """Store a new member."""
        await tx.execute(_INSERT, user_id=user.id, email=user.email, created_at=user.created_at, **_editable(user))

    async def save(self, tx: Transaction, user: User) -> None:
        """Store a changed profile."""
        await tx.execute(_UPDATE, id=user.id, **_editable(user))

    def part_changed(self, tx: Transaction, user_id: UserId, at: datetime) -> None:
        """Note that a part of a locked member's profile is another, with the commit."""
        tx.send(_PART_CHANGED, id=user_id, at=at)

    def set_email(self, tx: Transaction, user_id: UserId, email: str, verified_at: datetime) -> None:
        """Store the address of an account, which was proven to be the member's."""
        tx.send(_SET_EMAIL, user_id=user_id, new_email=email, verified_at=verified_at)

    def set_phone(self, tx: Transaction, user_id: UserId, number: str | None) -> None:
        """Store the phone number of an account, or that it has none."""
        tx.send(_SET_PHONE, user_id=user_id, new_number=number)

    def close(self, tx: Transaction, user_id: UserId, at: datetime) -> None:
        """Hide a locked member from everybody: they are not found any more, and not erased yet."""
        tx.send(_SET_DELETED, id=user_id, at=at)

    def reopen(self, tx: Transaction, user_id: UserId) -> None:
        """Let a closed account be found again."""
        tx.send(_SET_DELETED, id=user_id, at=None)


class FullProfiles:
    """Whole profiles, parts and all: read so often that the reads of one tick are one statement."""

    def __init__(self, db: Database) -> None:
        self._own: Lookup[UserId] = Lookup(db, _OWN)
        self._full: Lookup[UserId] = Lookup(db, _FULL)

    async def own(self, user_id: UserId) -> tuple[User, int, Career] | None:
        """A member, with the number of their connections and their career."""
        row = await self._own(user_id)
        return (_user(row), row[-2], career(row[-1])) if row else None

    async def rest(self, user_id: UserId) -> tuple[int, Career]:
        """The number of connections and the career of a member who is known."""
        row = await self._full(user_id)
        return (row[-2], career(row[-1])) if row else (0, NO_CAREER)


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


def _member(
    user_id: UserId, hidden: datetime | None, suspended: datetime | None, limited: datetime | None, *settings: Any
) -> Member:
    return Member(user_id, standing_of(hidden, suspended, limited), privacy_of(*settings))


def standing_of(hidden: datetime | None, suspended: datetime | None, limited: datetime | None) -> Standing:
    """What the columns of STANDING say."""
    good = hidden is None and suspended is None and limited is None
    return GOOD if good else Standing(hidden, suspended, limited)


def privacy_of(*settings: Any) -> Privacy:
    """What the columns of PRIVACY say."""
    *others, fields = settings
    return _privacy(tuple(others), tuple(sorted(fields.items())))


def known(row: Any) -> tuple[User, Member]:
    """A row that begins with KNOWN: a member, with what the policy of access looks at."""
    return _user(row), _member(row["user_id"], *row[len(_FIELDS) : len(KNOWN)])


@lru_cache(maxsize=4096)  # members share a few hundred combinations of settings
def _privacy(others: tuple[Any, ...], fields: tuple[tuple[str, str], ...]) -> Privacy:
    profile, connections, email, message, mode, discoverable, traversable, findable_by_contact = others
    return Privacy(
        **{f"{field}_audience": Audience(audience) for field, audience in fields},
        profile_audience=Audience(profile),
        connections_audience=Audience(connections),
        email_audience=Audience(email),
        message_audience=Audience(message),
        viewer_mode=ViewerMode(mode),
        discoverable=discoverable,
        traversable=traversable,
        findable_by_contact=findable_by_contact,
    )


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
        email_verified=row["email_verified"],
        phone_number=row["phone_number"] or "",
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        parts_revision=row["parts_revision"],
        handle=row["handle"] or "",
    )
