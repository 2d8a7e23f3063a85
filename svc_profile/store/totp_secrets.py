"""The totp_secrets table: what authenticator apps share with us, sealed."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, null, select, update
from sqlalchemy.dialects.postgresql import insert

from mesh.data import Transaction, constant, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.totp import Totp
from svc_profile.store.secret_box import Sealed, SecretBox
from svc_profile.store.tables import totp_secrets

_t = totp_secrets.c
_OF = _t.user_id == bindparam("of_user")
_FIND = statement(select(_t.key_id, _t.sealed, _t.created_at, _t.confirmed_at, _t.last_step).where(_OF))
_begin = insert(totp_secrets).values(
    user_id=bindparam("of_user"),
    key_id=bindparam("key_id"),
    sealed=bindparam("content"),
    created_at=bindparam("at"),
)
_BEGIN = statement(
    _begin.on_conflict_do_update(
        index_elements=["user_id"],
        set_={
            "key_id": _begin.excluded.key_id,
            "sealed": _begin.excluded.sealed,
            "created_at": _begin.excluded.created_at,
            "confirmed_at": null(),
            "last_step": constant(0),
        },
    )
)
_SAVE = statement(
    update(totp_secrets)
    .where(_OF)
    .values(
        key_id=bindparam("new_key_id"),
        sealed=bindparam("content"),
        confirmed_at=bindparam("confirmed"),
        last_step=bindparam("step"),
    )
)
_DROP = statement(delete(totp_secrets).where(_OF))


@dataclass(frozen=True)
class TotpSecrets:
    """One a member; the member's row, locked by the caller, keeps two from using one code."""

    box: SecretBox

    async def find(self, tx: Transaction, user_id: UserId) -> Totp | None:
        """The secret of a member; raises DataLoss."""
        row = await tx.fetch_one(_FIND, of_user=user_id)
        if row is None:
            return None
        secret = self.box.open(user_id, Sealed(row["key_id"], row["sealed"])).decode()
        return Totp(secret, row["created_at"], row["confirmed_at"], row["last_step"])

    def begin(self, tx: Transaction, user_id: UserId, totp: Totp) -> None:
        """Store a secret in the place of one there may be."""
        sealed = self.box.seal(user_id, totp.secret.encode())
        tx.send(_BEGIN, of_user=user_id, key_id=sealed.key_id, content=sealed.content, at=totp.created_at)

    def save(self, tx: Transaction, user_id: UserId, totp: Totp) -> None:
        """Store what is new about a secret, sealed with the newest key."""
        sealed = self.box.seal(user_id, totp.secret.encode())
        tx.send(
            _SAVE,
            of_user=user_id,
            new_key_id=sealed.key_id,
            content=sealed.content,
            confirmed=totp.confirmed_at,
            step=totp.last_step,
        )

    def drop(self, tx: Transaction, user_id: UserId) -> None:
        """Forget the secret of a member."""
        tx.send(_DROP, of_user=user_id)
