"""Why a caller was not recognised, or is not served."""

from mesh.errors import FailedPrecondition, PermissionDenied, ResourceExhausted, Unauthenticated, Unavailable


class AccountSuspended(PermissionDenied):
    """The operators suspended the account, and this is none of what is left to it."""

    reason = "ACCOUNT_SUSPENDED"


class TokenMissing(Unauthenticated):
    """The method needs a signed-in member, and the call carried no token."""

    reason = "TOKEN_MISSING"


class TokenInvalid(Unauthenticated):
    """The token is not one of ours, was changed, or is meant for somebody else."""

    reason = "TOKEN_INVALID"


class TokenExpired(Unauthenticated):
    """The token was good once: refresh it."""

    reason = "TOKEN_EXPIRED"


class SessionRevoked(Unauthenticated):
    """The session behind the token was ended: sign in again."""

    reason = "SESSION_REVOKED"


class KeysUnavailable(Unavailable):
    """Nobody can be recognised yet, because the public keys could not be fetched so far."""

    reason = "SIGNING_KEYS_UNAVAILABLE"


class KeysReadOnly(FailedPrecondition):
    """The keys are mounted from elsewhere, where they are changed too."""

    reason = "SIGNING_KEYS_READ_ONLY"


class RevocationsUnknown(Unavailable):
    """This process has not learnt yet which sessions were ended, so it answers nobody who brings a token."""

    reason = "REVOCATIONS_UNKNOWN"


class RevocationNotSpread(Unavailable):
    """A session was ended, but no other process can be told before the bus is back."""

    reason = "REVOCATION_NOT_SPREAD"


class PasswordHashingBusy(ResourceExhausted):
    """More passwords wait to be hashed than the processors manage in reasonable time."""

    reason = "PASSWORD_HASHING_BUSY"
