"""Who is calling: tokens of members, of services, of operators."""

from mesh.auth.authenticator import Authenticator
from mesh.auth.errors import (
    AccountSuspended,
    KeysUnavailable,
    PasswordHashingBusy,
    SessionRevoked,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
)
from mesh.auth.jwks import JwksSource, KeySource, LocalKeys
from mesh.auth.keyring import KeyRing
from mesh.auth.operators import Operators
from mesh.auth.passwords import Passwords
from mesh.auth.revocation import LONGEST_ACCESS, Revocations
from mesh.auth.service_tokens import ServiceCredentials, ServiceVerifier
from mesh.auth.tokens import Claims, TokenSigner, TokenVerifier

__all__ = [
    "LONGEST_ACCESS",
    "AccountSuspended",
    "Authenticator",
    "Claims",
    "JwksSource",
    "KeyRing",
    "KeySource",
    "KeysUnavailable",
    "LocalKeys",
    "Operators",
    "PasswordHashingBusy",
    "Passwords",
    "Revocations",
    "ServiceCredentials",
    "ServiceVerifier",
    "SessionRevoked",
    "TokenExpired",
    "TokenInvalid",
    "TokenMissing",
    "TokenSigner",
    "TokenVerifier",
]
