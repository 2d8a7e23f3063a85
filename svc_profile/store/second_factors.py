"""Which second factors an account has, read from the tables of all of them at once."""

from sqlalchemy import bindparam, func, select

from mesh.data import Querier, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.second_factors import SecondFactors
from svc_profile.store.tables import factor_recoveries, passkeys, recovery_codes, totp_secrets

_USER = bindparam("of_user", type_=totp_secrets.c.user_id.type)
_totp = select(totp_secrets.c.confirmed_at).where(totp_secrets.c.user_id == _USER).scalar_subquery()
_codes = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.user_id == _USER).scalar_subquery()
_due = select(factor_recoveries.c.due_at).where(factor_recoveries.c.user_id == _USER).scalar_subquery()
_passkeys = select(func.count()).select_from(passkeys).where(passkeys.c.user_id == _USER).scalar_subquery()
_FIND = statement(
    select(
        _totp.label("totp_since"),
        _codes.label("recovery_codes"),
        _due.label("recovery_due_at"),
        _passkeys.label("passkeys"),
    ),
    name="SELECT second factors",
)


class SecondFactorRepository:
    """A view of the whole; what changes a factor goes through its own table."""

    async def find(self, q: Querier, user_id: UserId) -> SecondFactors:
        """The second factors of an account."""
        row = await q.fetch_one(_FIND, of_user=user_id)
        return SecondFactors(**row) if row else SecondFactors()
