"""The passkeys tables: the keys of members, whose each is, and which challenges they answered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, Uuid, any_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.dialects.postgresql import insert as upsert

from mesh.data import Listing, Querier, Transaction, constant, kept, keyset, statement
from svc_profile.domain.ids import PasskeyId, UserId
from svc_profile.domain.passkeys import Challenge, Passkey
from svc_profile.store.tables import passkey_challenges, passkey_credentials, passkeys

_p, _k, _c = passkeys.c, passkey_credentials.c, passkey_challenges.c
_MINE = _p.user_id == bindparam("of_user")
_ONE = (_MINE, _p.passkey_id == bindparam("of_passkey"))
_FIELDS = (
    _p.passkey_id,
    _p.credential_id,
    _p.public_key,
    _p.sign_count,
    _p.transports,
    _p.aaguid,
    _p.backup_eligible,
    _p.backed_up,
    _p.name,
    _p.created_at,
    _p.last_used_at,
    _p.needs_password,
)
_OWNER = statement(select(_k.user_id).where(_k.credential_id == bindparam("of_credential")))
_CALLED = statement(select(*_FIELDS).where(_MINE, _p.credential_id == bindparam("of_credential")))
_FIND = statement(select(*_FIELDS).where(*_ONE))
_ALL = statement(select(*_FIELDS).where(_MINE).order_by(_p.passkey_id))
LISTED = keyset(select(*_FIELDS).where(_MINE), _p.passkey_id, name="list passkeys")
_CLAIM = statement(
    upsert(passkey_credentials)
    .values(credential_id=bindparam("credential"), user_id=bindparam("user_id"))
    .on_conflict_do_nothing(index_elements=["credential_id"])
)
_ADD = statement(
    insert(passkeys).values(
        user_id=bindparam("user_id"),
        passkey_id=bindparam("id"),
        credential_id=bindparam("credential"),
        public_key=bindparam("key"),
        sign_count=bindparam("count"),
        transports=bindparam("ways"),
        aaguid=bindparam("kind"),
        backup_eligible=bindparam("eligible"),
        backed_up=bindparam("backed"),
        name=bindparam("called"),
        created_at=bindparam("at"),
    )
)
_USED = statement(
    update(passkeys)
    .where(*_ONE)
    .values(
        sign_count=bindparam("count"),
        backed_up=bindparam("backed"),
        last_used_at=bindparam("at"),
        needs_password=bindparam("beside"),
    )
)
_BESIDE = statement(update(passkeys).where(_MINE).values(needs_password=constant(True)))
_DROP = statement(delete(passkeys).where(_MINE, _p.passkey_id == any_(bindparam("of_passkeys", type_=ARRAY(Uuid)))))
_FREE = statement(
    delete(passkey_credentials).where(
        _k.credential_id == any_(bindparam("credentials", type_=ARRAY(BYTEA))), _k.user_id == bindparam("of_user")
    )
)
_SPEND = statement(
    upsert(passkey_challenges)
    .values(user_id=bindparam("user_id"), challenge_id=bindparam("id"), expires_at=bindparam("until"))
    .on_conflict_do_nothing(index_elements=["user_id", "challenge_id"])
)
SWEPT = kept(_c.expires_at, timedelta(minutes=5))
"""Challenges that are too old to be answered again, by any clock."""


class PasskeyRepository:
    """The member's row, locked by the caller, is the lock of their passkeys."""

    async def owned(self, q: Querier, credential_id: bytes) -> tuple[UserId, Passkey] | None:
        """The passkey that a device calls by this id, with whose it is."""
        owner = await q.fetch_value(_OWNER, of_credential=credential_id)
        found = await self.called(q, UserId(owner), credential_id) if owner else None
        return (UserId(owner), found) if found else None

    async def called(self, q: Querier, user_id: UserId, credential_id: bytes) -> Passkey | None:
        """The passkey of a member that a device calls by this id."""
        row = await q.fetch_one(_CALLED, of_user=user_id, of_credential=credential_id)
        return _passkey(row) if row else None

    async def find(self, q: Querier, user_id: UserId, passkey_id: PasskeyId) -> Passkey | None:
        """A passkey of a member."""
        row = await q.fetch_one(_FIND, of_user=user_id, of_passkey=passkey_id)
        return _passkey(row) if row else None

    async def all(self, q: Querier, user_id: UserId) -> list[Passkey]:
        """The passkeys of a member, the oldest first."""
        return [_passkey(row) for row in await q.fetch(_ALL, of_user=user_id)]

    def listed(self, q: Querier, user_id: UserId) -> Listing[Passkey]:
        """The same, page by page."""
        return LISTED.of(q, _passkey, of_user=user_id)

    async def add(self, tx: Transaction, user_id: UserId, new: Passkey) -> bool:
        """Store a passkey, unless another account has it."""
        if not await tx.execute(_CLAIM, credential=new.credential_id, user_id=user_id):
            return False
        tx.send(
            _ADD,
            user_id=user_id,
            id=new.id,
            credential=new.credential_id,
            key=new.public_key,
            count=new.sign_count,
            ways=" ".join(new.transports),
            kind=new.aaguid,
            eligible=new.backup_eligible,
            backed=new.backed_up,
            called=new.name,
            at=new.created_at,
        )
        return True

    def save(self, tx: Transaction, user_id: UserId, used: Passkey) -> None:
        """Store what a use changed."""
        tx.send(
            _USED,
            of_user=user_id,
            of_passkey=used.id,
            count=used.sign_count,
            backed=used.backed_up,
            at=used.last_used_at,
            beside=used.needs_password,
        )

    def need_password(self, tx: Transaction, user_id: UserId) -> None:
        """Let the passkeys of a member count beside the password only."""
        tx.send(_BESIDE, of_user=user_id)

    def drop(self, tx: Transaction, user_id: UserId, gone: Sequence[Passkey]) -> None:
        """Forget passkeys of a member."""
        tx.send(_DROP, of_user=user_id, of_passkeys=[one.id for one in gone])
        tx.send(_FREE, of_user=user_id, credentials=[one.credential_id for one in gone])

    async def spend(self, tx: Transaction, user_id: UserId, challenge: Challenge) -> bool:
        """Let an answer to a challenge count; tells whether it is the first."""
        return await tx.execute(_SPEND, user_id=user_id, id=challenge.id, until=challenge.expires_at) > 0


def _passkey(row: Any) -> Passkey:
    values: dict[str, Any] = {**row, "transports": tuple(row["transports"].split())}
    return Passkey(id=PasskeyId(values.pop("passkey_id")), **values)
