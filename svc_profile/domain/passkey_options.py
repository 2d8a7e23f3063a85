"""What browsers make passkeys with and ask them with: the JSON forms of WebAuthn (5.4, 5.5)."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from svc_profile.domain.passkeys import CHALLENGE_LIFETIME, Challenge, Passkey
from svc_profile.domain.user import User

_NAME = "Guild"
_TIMEOUT_MS = int(CHALLENGE_LIFETIME.total_seconds() * 1000)
ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256, RS256: what WebAuthn says that a site should take (5.4, pubKeyCredParams)."""


@dataclass(frozen=True, slots=True)
class Site:
    """`relying_party` is the domain that passkeys are for; `origins` are the pages and apps that may ask for them."""

    relying_party: str
    origins: tuple[str, ...]


def text_of(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def creation(site: Site, user: User, challenge: Challenge, but: Iterable[Passkey]) -> str:
    """Options for a new passkey, on a device that has none of `but`."""
    return json.dumps(
        {
            "rp": {"id": site.relying_party, "name": _NAME},
            "user": {"id": text_of(user.id.bytes), "name": user.email, "displayName": user.name},
            "challenge": challenge.text,
            "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
            "timeout": _TIMEOUT_MS,
            "excludeCredentials": [_described(one) for one in but],
            "authenticatorSelection": {
                "residentKey": "preferred",
                "requireResidentKey": False,
                "userVerification": "preferred",
            },
            "attestation": "none",
        }
    )


def request(site: Site, challenge: Challenge, among: Iterable[Passkey] = (), *, verified: bool = False) -> str:
    """Options for a proof by one of these, or by whatever the device has; `verified` asks the device who uses it."""
    return json.dumps(
        {
            "challenge": challenge.text,
            "timeout": _TIMEOUT_MS,
            "rpId": site.relying_party,
            "allowCredentials": [_described(one) for one in among],
            "userVerification": "required" if verified else "preferred",
        }
    )


def _described(passkey: Passkey) -> Mapping[str, Any]:
    described = {"type": "public-key", "id": text_of(passkey.credential_id)}
    return {**described, "transports": passkey.transports} if passkey.transports else described
