"""What proves more than a password does: second factors, step-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from guild.auth.v1.auth_service_pb2_grpc import add_AuthServiceServicer_to_server
from mesh.data import Kept
from mesh.mail import Mailer
from mesh.service import Base
from svc_profile.config import LAPTOP, Config
from svc_profile.domain.passkey_options import Site
from svc_profile.rpc.factor_recovery_servicer import FactorRecoveryServicer
from svc_profile.rpc.factor_servicer import FactorServicer
from svc_profile.rpc.passkey_servicer import PasskeyServicer
from svc_profile.store.factor_recoveries import SWEPT as RECOVERIES_SWEPT
from svc_profile.store.factor_recoveries import FactorRecoveries
from svc_profile.store.mailed_tokens import MailedTokens
from svc_profile.store.passkeys import SWEPT as CHALLENGES_SWEPT
from svc_profile.store.passkeys import PasskeyRepository
from svc_profile.store.recovery_codes import RecoveryCodes
from svc_profile.store.second_factors import SecondFactorRepository
from svc_profile.store.secret_box import SecretBox
from svc_profile.store.sign_in_steps import SWEPT as STEPS_SWEPT
from svc_profile.store.sign_in_steps import SignInSteps
from svc_profile.store.totp_secrets import TotpSecrets
from svc_profile.store.users import UserRepository
from svc_profile.usecases.factor_changes import FactorChanges
from svc_profile.usecases.factor_mail import FactorMail
from svc_profile.usecases.factor_proof import FactorProof
from svc_profile.usecases.factor_recovery import FactorRecovery
from svc_profile.usecases.guesses import Guesses
from svc_profile.usecases.passkey_login import PasskeyLogin
from svc_profile.usecases.passkey_proof import PasskeyProof
from svc_profile.usecases.passkeys import Passkeys
from svc_profile.usecases.password_proof import PasswordProof
from svc_profile.usecases.second_step import SecondStep
from svc_profile.usecases.sessions import Sessions
from svc_profile.usecases.step_up import StepUp

FACTORS_SWEPT: tuple[Kept, ...] = (STEPS_SWEPT, RECOVERIES_SWEPT, CHALLENGES_SWEPT)


@dataclass(frozen=True, slots=True)
class Factors:
    """What the role serves of it, and asks while somebody signs in."""

    second_step: SecondStep
    servicers: Sequence[tuple[Any, Any]]


def factors(
    base: Base,
    config: Config,
    users: UserRepository,
    sessions: Sessions,
    steps: SignInSteps,
    passwords: PasswordProof,
    guesses: Guesses,
    mailer: Mailer,
) -> Factors:
    """The rooms of second factors, put together."""
    db, clock, there = base.db, base.clock, SecondFactorRepository()
    totps, codes = TotpSecrets(SecretBox(config.factors.keys)), RecoveryCodes()
    tokens, recoveries, passkeys = MailedTokens(), FactorRecoveries(), PasskeyRepository()
    waiting = timedelta(hours=config.factors.recovery_wait_hours)
    mail = FactorMail(mailer, tokens, config.mail.public_url)
    signed = PasskeyProof(db, users, passkeys, base.page_tokens, site(config), mail, clock)
    proof = FactorProof(totps, codes, signed, recoveries, mail)
    changes = FactorChanges(db, users, there, totps, passkeys, codes, mail, guesses, clock)
    second_step = SecondStep(db, users, there, steps, proof, sessions, guesses, clock)
    step_up = StepUp(db, users, there, passwords, proof, sessions, guesses, clock)
    recovery = FactorRecovery(db, users, steps, recoveries, tokens, changes, mail, waiting, clock)
    adding = Passkeys(db, users, passkeys, there, signed, changes, base.pager, clock)
    login = PasskeyLogin(db, users, recoveries, signed, sessions, second_step, guesses, clock)
    servicers = (
        FactorServicer(changes, second_step, step_up),
        FactorRecoveryServicer(recovery),
        PasskeyServicer(adding, login),
    )
    return Factors(second_step, [(add_AuthServiceServicer_to_server, one) for one in servicers])


def site(config: Config) -> Site:
    """What passkeys are for; on a laptop the pages of the edge, under the name that browsers allow passkeys for."""
    settings, public = config.passkeys, urlsplit(config.mail.public_url)
    if settings.relying_party:
        return Site(settings.relying_party, settings.origins)
    return Site(LAPTOP, (*settings.origins, public._replace(netloc=f"{LAPTOP}:{public.port}", path="").geturl()))
