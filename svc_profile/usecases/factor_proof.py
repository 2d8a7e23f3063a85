"""Somebody proves with a second factor that an account is theirs."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Transaction
from svc_profile.domain import recovery_codes
from svc_profile.domain.second_factors import Proof, RecoveryCode, SecondFactorInvalid, TotpCode
from svc_profile.domain.user import User
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.recovery_codes import RecoveryCodes
from svc_profile.store.totp_secrets import TotpSecrets
from svc_profile.usecases.factor_mail import FactorMail


@dataclass(frozen=True)
class FactorProof:
    """Each proof is good once: what is taken is taken in the transaction of what it is for."""

    totps: TotpSecrets
    codes: RecoveryCodes
    recoveries: FactorRecoveries
    mail: FactorMail

    async def take(self, tx: Transaction, user: User, proof: Proof, at: datetime) -> tuple[str, ...]:
        """Take a proof of a member who is locked; how it was given, in the words of RFC 8176.

        Raises:
            SecondFactorInvalid: it is wrong, was used, or the account has no such factor.
        """
        match proof:
            case TotpCode(code):
                await self._totp(tx, user, code, at)
            case RecoveryCode(code):
                if not await self.codes.use(tx, user.id, recovery_codes.digest(code)):
                    raise SecondFactorInvalid
                self.mail.recovery_code_used(tx, user)
        self.recoveries.drop(tx, user.id)  # who has a factor has not lost them all
        return ("otp",)

    async def _totp(self, tx: Transaction, user: User, code: str, at: datetime) -> None:
        totp = await self.totps.find(tx, user.id)
        step = totp.step_of(code, at) if totp and totp.confirmed_at else None
        if totp is None or step is None:
            raise SecondFactorInvalid
        self.totps.save(tx, user.id, dataclasses.replace(totp, last_step=step))
