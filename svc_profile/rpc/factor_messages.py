"""Between second factors and the contract's messages; pure."""

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.contract import timestamp
from svc_profile.domain.second_factors import Kind, Password, Proof, RecoveryCode, SecondFactors, TotpCode
from svc_profile.rpc import messages
from svc_profile.usecases.second_step import StepAsked
from svc_profile.usecases.sessions import SignedIn

_KIND = {
    Kind.TOTP: pb.SECOND_FACTOR_KIND_TOTP,
    Kind.RECOVERY_CODE: pb.SECOND_FACTOR_KIND_RECOVERY_CODE,
}


def login(outcome: SignedIn | StepAsked) -> auth.LoginResponse:
    """Who signed in, or what is still asked for."""
    if isinstance(outcome, SignedIn):
        return messages.tokens(auth.LoginResponse, outcome)
    kinds = [_KIND[kind] for kind in outcome.kinds]
    step = pb.SecondFactorStep(token=outcome.token, kinds=kinds, expires_at=timestamp(outcome.expires_at))
    if outcome.recovery_due_at is not None:
        step.recovery_due_at.CopyFrom(timestamp(outcome.recovery_due_at))
    return auth.LoginResponse(second_factor=step)


def proof(request: pb.CompleteSecondFactorRequest | pb.StepUpRequest) -> Proof:
    """The second factor that a request brings."""
    if request.WhichOneof("proof") == "recovery_code":
        return RecoveryCode(request.recovery_code)
    return TotpCode(request.totp_code)


def any_proof(request: pb.StepUpRequest) -> Proof | Password:
    """The proof that a request brings."""
    return Password(request.password) if request.WhichOneof("proof") == "password" else proof(request)


def factors(value: SecondFactors) -> pb.GetSecondFactorsResponse:
    """The second factors of the caller."""
    reply = pb.GetSecondFactorsResponse(recovery_codes_left=value.recovery_codes)
    if value.totp_since is not None:
        reply.totp_since.CopyFrom(timestamp(value.totp_since))
    if value.recovery_due_at is not None:
        reply.recovery_due_at.CopyFrom(timestamp(value.recovery_due_at))
    return reply
