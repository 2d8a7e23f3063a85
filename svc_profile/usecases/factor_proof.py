"""Somebody proves with a second factor that an account is theirs."""

import dataclasses
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from mesh.data import Transaction
from svc_profile.domain import recovery_codes
from svc_profile.domain.ids import UserId
from svc_profile.domain.passkey_answers import Answer
from svc_profile.domain.passkeys import PasskeyRefused, Shown
from svc_profile.domain.second_factors import (
    Checked,
    PasskeyAnswer,
    Proof,
    RecoveryCode,
    SecondFactorInvalid,
    TotpCode,
)
from svc_profile.domain.user import User
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.recovery_codes import RecoveryCodes
from svc_profile.store.totp_secrets import TotpSecrets
from svc_profile.usecases.factor_mail import FactorMail
from svc_profile.usecases.passkey_proof import PasskeyProof
from svc_profile.usecases.recovery_end import end_recovery


@dataclass(frozen=True)
class FactorProof:
    """Each proof is good once: what is taken is taken in the transaction of what it is for."""

    totps: TotpSecrets
    codes: RecoveryCodes
    passkeys: PasskeyProof
    recoveries: FactorRecoveries
    mail: FactorMail

    async def checked(self, proof: Proof, user_id: UserId, scope: str) -> Checked:
        """What takes its time about a proof, done before the transaction that takes it; `scope` is of its challenge.

        To be called within `telling`.

        Raises:
            SecondFactorInvalid: what a passkey answered is nothing that one answers, or is of another account.
            PasskeyChallengeInvalid: it answers no challenge of this scope, or too late.
            PasskeyRefused: it is of no passkey, or of another site, or changed.
        """
        if not isinstance(proof, PasskeyAnswer):
            return proof
        answer = Answer.read(proof.text)
        if answer is None:
            raise SecondFactorInvalid
        shown = await self.passkeys.shown(answer, scope)
        if shown.user_id != user_id:
            raise SecondFactorInvalid
        return shown

    async def take(
        self, tx: Transaction, user: User, proof: Checked, at: datetime, *, beside_password: bool = False
    ) -> tuple[str, ...]:
        """Take a proof of a member who is locked; how it was given, in the words of RFC 8176.

        To be called within `telling`.

        Raises:
            SecondFactorInvalid: it is wrong, was used, or the account has no such factor.
            PasskeyChallengeInvalid, PasskeyRefused: it is a passkey's, and was used or removed meanwhile.
        """
        how = ("otp",)
        match proof:
            case TotpCode(code):
                await self._totp(tx, user, code, at)
            case RecoveryCode(code):
                if not await self.codes.use(tx, user.id, recovery_codes.digest(code)):
                    raise SecondFactorInvalid
                self.mail.recovery_code_used(tx, user)
            case Shown():
                await self.passkeys.take(tx, proof, at, beside_password=beside_password)
                how = ("pop", "user", "mfa") if proof.user_verified else ("pop", "user")
        await end_recovery(tx, self.recoveries, user.id, at)  # who has a factor has not lost them all
        return how

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """Say of a passkey what is said of a code, and tell the member of one that may have been copied."""
        try:
            async with self.passkeys.telling():
                yield
        except PasskeyRefused:
            raise SecondFactorInvalid from None

    async def _totp(self, tx: Transaction, user: User, code: str, at: datetime) -> None:
        totp = await self.totps.find(tx, user.id)
        step = totp.step_of(code, at) if totp and totp.confirmed_at else None
        if totp is None or step is None:
            raise SecondFactorInvalid
        self.totps.save(tx, user.id, dataclasses.replace(totp, last_step=step))
