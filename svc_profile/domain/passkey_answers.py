"""What devices answer, read and verified.

The library that verifies is imported with the first answer, in a thread: it weighs as much as a fifth of all else that
a process loads, and takes half a second.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from svc_profile.domain.ids import UserId
from svc_profile.domain.passkey_options import ALGORITHMS, Site
from svc_profile.domain.passkeys import Challenge, Passkey, PasskeyInvalid, PasskeyRefused, Shown

_TRANSPORTS = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})
_LONGEST_KEY = 2_048  # bytes: RSA with 8,192 bits takes half of it
_CREDENTIAL_BYTES = range(16, 1_024)  # WebAuthn, 4: "Credential ID"


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of an answer that say what it is about; nothing of it is proven yet."""

    json: Mapping[str, Any]
    credential_id: bytes
    challenge: str
    transports: tuple[str, ...]
    user_handle: bytes | None

    @classmethod
    def read(cls, text: str) -> "Answer | None":
        """None for what no browser answers, and for an answer out of a page within a page of somebody else."""
        try:
            given = orjson.loads(text)
            response = given["response"]
            said = orjson.loads(_bytes(response["clientDataJSON"]))
            credential_id, handle = _bytes(given["id"]), response.get("userHandle")
            transports = response.get("transports") or ()
            known = tuple(sorted({one for one in transports if isinstance(one, str)} & _TRANSPORTS))
            if said.get("crossOrigin") or len(credential_id) not in _CREDENTIAL_BYTES:
                return None
            return cls(given, credential_id, str(said["challenge"]), known, _bytes(handle) if handle else None)
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Made:
    """A key that a device made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: UUID
    backup_eligible: bool
    backed_up: bool


def made(answer: Answer, challenge: Challenge, site: Site) -> Made:
    """The key of a registration (WebAuthn, 7.1); raises PasskeyInvalid. Blocks, at first for half a second."""
    import webauthn
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    try:
        found = webauthn.verify_registration_response(
            credential=dict(answer.json),
            expected_challenge=_bytes(challenge.text),
            expected_rp_id=site.relying_party,
            expected_origin=list(site.origins),
            supported_pub_key_algs=[COSEAlgorithmIdentifier(algorithm) for algorithm in ALGORITHMS],
        )
        device = found.credential_device_type
        one = Made(
            found.credential_id,
            found.credential_public_key,
            found.sign_count,
            UUID(found.aaguid),
            backup_eligible=device == "multi_device",
            backed_up=found.credential_backed_up,
        )
    except Exception:  # noqa: BLE001 - the library raises whatever parsers raise at bytes that anybody may send
        raise PasskeyInvalid from None
    if one.credential_id != answer.credential_id or len(one.public_key) > _LONGEST_KEY:
        raise PasskeyInvalid
    return one


def shown(answer: Answer, challenge: Challenge, site: Site, owner: UserId, passkey: Passkey) -> Shown:
    """What a passkey proves (WebAuthn, 7.2), but for its count; raises PasskeyRefused. Blocks as `made` does."""
    import webauthn

    if answer.user_handle not in (None, owner.bytes):
        raise PasskeyRefused
    try:
        found = webauthn.verify_authentication_response(
            credential=dict(answer.json),
            expected_challenge=_bytes(challenge.text),
            expected_rp_id=site.relying_party,
            expected_origin=list(site.origins),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # is compared where it is stored, under the lock of the member
        )
    except Exception:  # noqa: BLE001 - as above
        raise PasskeyRefused from None
    return Shown(
        owner,
        passkey.id,
        challenge,
        found.new_sign_count,
        user_verified=found.user_verified,
        backup_eligible=found.credential_device_type == "multi_device",
        backed_up=found.credential_backed_up,
    )


def _bytes(text: str) -> bytes:
    """Of base64url; raises ValueError, TypeError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
