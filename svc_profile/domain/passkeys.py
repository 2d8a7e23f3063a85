"""Keys that a device keeps for a member (WebAuthn), and when what they sign counts."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from mesh.errors import AlreadyExists, FailedPrecondition, FieldViolation, InvalidArgument, Unauthenticated
from svc_profile.domain.ids import PasskeyId, UserId

CHALLENGE_LIFETIME = timedelta(minutes=5)
"""As long as the visit to a prompt of the device takes, a phone in the other room included."""
MOST_PASSKEYS = 20


class PasskeyInvalid(InvalidArgument):
    """What the device answered makes no passkey of this site."""

    reason = "PASSKEY_INVALID"

    def __init__(self) -> None:
        violation = FieldViolation("credential_json", "must be what the device answered to the options, unchanged")
        super().__init__("the answer makes no passkey of this site: start again", violations=[violation])


class PasskeyChallengeInvalid(FailedPrecondition):
    """It was not asked here, was answered before, or is too old."""

    reason = "PASSKEY_CHALLENGE_INVALID"

    def __init__(self) -> None:
        super().__init__("the challenge is not yours to answer any more: start again")


class PasskeyTaken(AlreadyExists):
    """Another account has it."""

    reason = "PASSKEY_TAKEN"

    def __init__(self) -> None:
        super().__init__("the passkey is another account's: let the device make a new one")


class TooManyPasskeys(FailedPrecondition):
    """The account has as many as it may."""

    reason = "TOO_MANY_PASSKEYS"

    def __init__(self) -> None:
        super().__init__(f"an account has {MOST_PASSKEYS} passkeys at most: remove one first")


class PasskeyRefused(Unauthenticated):
    """It is nobody's, or was not used as it should; which of the two is not said."""

    reason = "PASSKEY_REFUSED"

    def __init__(self) -> None:
        super().__init__("the passkey signs nobody in: use another one, or the password")


class PasskeyCloned(PasskeyRefused):
    """Its count went backwards: somebody may have a copy."""

    def __init__(self, user_id: UserId, title: str, challenge: "Challenge") -> None:
        super().__init__()
        self.user_id, self.title, self.challenge = user_id, title, challenge


class PasskeyNeedsPassword(FailedPrecondition):
    """The account was taken back by mail after it was added: it may be a thief's."""

    reason = "PASSKEY_NEEDS_PASSWORD"

    def __init__(self) -> None:
        super().__init__("the passkey counts beside the password: sign in with that first, then with the passkey")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a device signs, so that its answer counts once; `text` is base64url."""

    id: UUID
    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device signed with the key of a passkey; the signature was right."""

    user_id: UserId
    passkey_id: PasskeyId
    challenge: Challenge
    sign_count: int
    user_verified: bool
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Passkey:
    """`sign_count` stays 0 where the device does not count; `public_key` is a COSE key (RFC 9052)."""

    id: PasskeyId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    aaguid: UUID
    backup_eligible: bool
    backed_up: bool
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    needs_password: bool = False

    @property
    def title(self) -> str:
        """What mails call it."""
        return f"the passkey “{self.name}”"

    def used(self, shown: Shown, at: datetime, *, beside_password: bool = False) -> Self:
        """The passkey after it proved something; who knows the password too lets it count alone again.

        The rules of WebAuthn (7.2, steps 21 and 22).

        Raises:
            PasskeyRefused: it says of itself what it did not say when it was made.
            PasskeyCloned: it was used oftener before.
        """
        if shown.backup_eligible != self.backup_eligible:
            raise PasskeyRefused
        if (shown.sign_count or self.sign_count) and shown.sign_count <= self.sign_count:
            raise PasskeyCloned(shown.user_id, self.title, shown.challenge)
        return dataclasses.replace(
            self,
            sign_count=shown.sign_count,
            backed_up=shown.backed_up,
            last_used_at=at,
            needs_password=self.needs_password and not beside_password,
        )
