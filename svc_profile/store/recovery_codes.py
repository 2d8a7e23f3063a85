"""The recovery_codes table: those that were not used yet, as hashes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import BYTEA

from mesh.data import Transaction, statement
from svc_profile.domain.ids import UserId
from svc_profile.store.tables import recovery_codes

_r = recovery_codes.c
_DROP = statement(delete(recovery_codes).where(_r.user_id == bindparam("of_user")))
_new = func.unnest(bindparam("digests", type_=ARRAY(BYTEA)))
_ADD = statement(
    insert(recovery_codes).from_select(
        ["user_id", "code_hash", "created_at"],
        select(bindparam("of_user", type_=_r.user_id.type), _new, bindparam("at", type_=_r.created_at.type)),
    )
)
_USE = statement(delete(recovery_codes).where(_r.user_id == bindparam("of_user"), _r.code_hash == bindparam("digest")))


class RecoveryCodes:
    """A code that is used is gone: two that bring it at once meet at its row."""

    def replace(self, tx: Transaction, user_id: UserId, digests: Sequence[bytes], at: datetime) -> None:
        """Store codes in the place of those there are; of none to forget them."""
        tx.send(_DROP, of_user=user_id)
        if digests:
            tx.send(_ADD, of_user=user_id, digests=list(digests), at=at)

    async def use(self, tx: Transaction, user_id: UserId, digest: bytes) -> bool:
        """Use a code up; tells whether it was one."""
        return await tx.execute(_USE, of_user=user_id, digest=digest) > 0
