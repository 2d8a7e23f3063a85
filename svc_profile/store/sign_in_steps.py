"""The sign_in_steps table: sign-ins that wait for their second factor."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, func, insert, update

from mesh.data import Transaction, constant, kept, statement
from svc_profile.domain.ids import UserId
from svc_profile.domain.sign_in_step import SignInStep, StepToken
from svc_profile.store.tables import sign_in_steps

_s = sign_in_steps.c
_THIS = (_s.user_id == bindparam("of_user"), _s.token_hash == bindparam("digest"))
_ADD = statement(
    insert(sign_in_steps).values(
        user_id=bindparam("of_user"),
        token_hash=bindparam("digest"),
        device=bindparam("device"),
        device_name=bindparam("device_name"),
        expires_at=bindparam("expires_at"),
        by_password=bindparam("by_password"),
    )
)
_TRY = statement(
    update(sign_in_steps)
    .where(*_THIS)
    .values(tries=func.least(_s.tries + constant(1), constant(1_000)))
    .returning(_s.user_id, _s.device, _s.device_name, _s.expires_at, _s.tries, _s.by_password)
)
_USE = statement(delete(sign_in_steps).where(*_THIS))
_DROP = statement(delete(sign_in_steps).where(_s.user_id == bindparam("of_user")))
SWEPT = kept(_s.expires_at, timedelta())
"""Sign-ins that were never completed."""


class SignInSteps:
    """A step that is taken is gone."""

    def add(self, tx: Transaction, token: StepToken, step: SignInStep) -> None:
        """Store a step under the hash of its token."""
        tx.send(
            _ADD,
            of_user=step.user_id,
            digest=token.digest,
            device=step.device,
            device_name=step.device_name,
            expires_at=step.expires_at,
            by_password=step.by_password,
        )

    async def count(self, tx: Transaction, token: StepToken) -> SignInStep | None:
        """The step of a token, with one more try; None when there is none, or no more."""
        row = await tx.fetch_one(_TRY, of_user=token.user_id, digest=token.digest)
        return SignInStep(**row) if row else None

    async def use(self, tx: Transaction, token: StepToken) -> bool:
        """Take a step; tells whether it was there to be taken."""
        return await tx.execute(_USE, of_user=token.user_id, digest=token.digest) > 0

    def drop(self, tx: Transaction, user_id: UserId) -> None:
        """Let no sign-in of a member be completed whose password was checked before."""
        tx.send(_DROP, of_user=user_id)
