"""Between second factors and the contract's messages; pure."""

from typing import TypeVar

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import passkey_pb2
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.contract import timestamp
from svc_profile.domain.passkeys import Passkey
from svc_profile.domain.second_factors import (
    Kind,
    PasskeyAnswer,
    Password,
    Proof,
    RecoveryCode,
    SecondFactors,
    TotpCode,
)
from svc_profile.rpc import messages
from svc_profile.usecases.second_step import StepAsked
from svc_profile.usecases.sessions import SignedIn

_Login = TypeVar("_Login", auth.LoginResponse, passkey_pb2.FinishPasskeyLoginResponse)
_KIND = {
    Kind.TOTP: pb.SECOND_FACTOR_KIND_TOTP,
    Kind.RECOVERY_CODE: pb.SECOND_FACTOR_KIND_RECOVERY_CODE,
    Kind.PASSKEY: pb.SECOND_FACTOR_KIND_PASSKEY,
}


def login(reply: type[_Login], outcome: SignedIn | StepAsked) -> _Login:
    """Who signed in, or what is still asked for."""
    if isinstance(outcome, SignedIn):
        return messages.tokens(reply, outcome)
    kinds = [_KIND[kind] for kind in outcome.kinds]
    step = pb.SecondFactorStep(token=outcome.token, kinds=kinds, expires_at=timestamp(outcome.expires_at))
    step.passkey_options_json = outcome.passkey_options
    if outcome.recovery_due_at is not None:
        step.recovery_due_at.CopyFrom(timestamp(outcome.recovery_due_at))
    return reply(second_factor=step)


def proof(request: pb.CompleteSecondFactorRequest | pb.StepUpRequest) -> Proof:
    """The second factor that a request brings."""
    match request.WhichOneof("proof"):
        case "recovery_code":
            return RecoveryCode(request.recovery_code)
        case "passkey_credential_json":
            return PasskeyAnswer(request.passkey_credential_json)
        case _:
            return TotpCode(request.totp_code)


def any_proof(request: pb.StepUpRequest) -> Proof | Password:
    """The proof that a request brings."""
    return Password(request.password) if request.WhichOneof("proof") == "password" else proof(request)


def factors(value: SecondFactors, passkey_options: str) -> pb.GetSecondFactorsResponse:
    """The second factors of the caller."""
    reply = pb.GetSecondFactorsResponse(
        recovery_codes_left=value.recovery_codes, passkeys=value.passkeys, passkey_options_json=passkey_options
    )
    if value.totp_since is not None:
        reply.totp_since.CopyFrom(timestamp(value.totp_since))
    if value.recovery_due_at is not None:
        reply.recovery_due_at.CopyFrom(timestamp(value.recovery_due_at))
    return reply


def passkey(value: Passkey) -> passkey_pb2.Passkey:
    """A passkey as its owner sees it."""
    return passkey_pb2.Passkey(
        id=str(value.id),
        name=value.name,
        created_at=timestamp(value.created_at),
        last_used_at=timestamp(value.last_used_at) if value.last_used_at else None,
        aaguid=str(value.aaguid),
        transports=value.transports,
        backed_up=value.backed_up,
        needs_password=value.needs_password,
    )
