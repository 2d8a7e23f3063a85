"""The erasure of an account, which is closed at once and erased after a grace.

waiting ─begin→ running ─finish→ erased ─finish→ confirmed
   └─cancel→ cancelled
"""

import base64
import binascii
import dataclasses
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from mesh.errors import FailedPrecondition, NotFound
from mesh.ids import uuid7
from svc_profile.domain.ids import UserId

SETTLE = timedelta(days=8)
"""When nothing that names the member is on its way any longer: events stay a week in their streams."""
KEEP = timedelta(days=365)
"""How long a receipt shows what became of the data."""
LEASE = timedelta(minutes=1)
"""How long who works on an erasure has it for themselves, from one step to the next."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

_ID_BYTES = 16
_SECRET_BYTES = 32  # 256 bits: not to be guessed, so a plain SHA-256 of it is enough to store


class ErasureNotFound(NotFound):
    """The receipt is of no erasure."""

    reason = "ERASURE_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("there is no erasure with this receipt")


class ErasureUnderWay(FailedPrecondition):
    """Erasing has begun."""

    reason = "ERASURE_UNDER_WAY"

    def __init__(self) -> None:
        super().__init__("erasing has begun: it cannot be called off any more")


class State(StrEnum):
    """How far an erasure is."""

    WAITING = "waiting"
    RUNNING = "running"
    ERASED = "erased"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Receipt(NamedTuple):
    """What is mailed when an account is closed: which erasure, and a secret; 48 bytes in base64url."""

    erasure_id: UUID
    secret: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a receipt as it came back; raises ErasureNotFound when it has another shape."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ErasureNotFound from None
        if len(raw) != _ID_BYTES + _SECRET_BYTES:
            raise ErasureNotFound
        return cls(UUID(bytes=raw[:_ID_BYTES]), raw[_ID_BYTES:])

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.erasure_id.bytes + self.secret).decode()

    @property
    def digest(self) -> bytes:
        """What is stored in its place."""
        return hashlib.sha256(self.secret).digest()


@dataclass(frozen=True, slots=True)
class Erasure:
    """One account's; `due_at` is when somebody is to work on it, None when nothing is left to do.

    Who it was is forgotten with the end.
    """

    id: UUID
    user_id: UserId | None
    receipt_hash: bytes
    state: State
    requested_at: datetime
    erase_after: datetime
    due_at: datetime | None
    attempts: int = 0
    erased_at: datetime | None = None

    @classmethod
    def of(cls, user_id: UserId, at: datetime, grace: timedelta) -> tuple[Self, Receipt]:
        """The erasure of an account that is closed now, with its receipt."""
        receipt = Receipt(uuid7(at), secrets.token_bytes(_SECRET_BYTES))
        begin = at + grace
        return cls(receipt.erasure_id, user_id, receipt.digest, State.WAITING, at, begin, begin), receipt

    def is_of(self, receipt: Receipt) -> bool:
        """Whether a receipt is the one that was mailed."""
        return hmac.compare_digest(self.receipt_hash, receipt.digest)

    @property
    def round(self) -> int:
        """Which look of every service is due: the first, or the one after everything has settled."""
        return 2 if self.state is State.ERASED else 1

    def is_led_as(self, taken: Self) -> bool:
        """Whether who last stored `taken` still leads it.

        The end of a lease is its token: who takes an erasure on does so at that end or later, so that theirs ends later
        than any before, and a round is due again later than any lease of it.
        """
        return self.due_at is not None and self.due_at == taken.due_at

    def cancel(self, at: datetime) -> Self:
        """Called off; raises ErasureUnderWay once it has begun."""
        if self.state is State.CANCELLED:
            return self
        if self.state is not State.WAITING or at >= self.erase_after:
            raise ErasureUnderWay
        return dataclasses.replace(self, state=State.CANCELLED, user_id=None, due_at=None)

    def begin(self, at: datetime) -> Self | None:
        """Taken on by somebody, for as long as a lease; None when it is not due, or another has it."""
        if self.due_at is None or at < self.due_at:
            return None
        state = State.RUNNING if self.state is State.WAITING else self.state
        return dataclasses.replace(self, state=state, due_at=at + LEASE)

    def go_on(self, at: datetime) -> Self:
        """A step is done, or one that takes long goes on."""
        return dataclasses.replace(self, attempts=0, due_at=at + LEASE)

    def fail(self, at: datetime) -> Self:
        """Tried again later, each time later than before."""
        pause = min(_FIRST_PAUSE * 2 ** min(self.attempts, 16), _LONGEST_PAUSE)
        return dataclasses.replace(self, attempts=self.attempts + 1, due_at=at + pause)

    def finish(self, at: datetime) -> Self:
        """Every service is done with the round that was due."""
        if self.state is State.RUNNING:
            return dataclasses.replace(self, state=State.ERASED, attempts=0, erased_at=at, due_at=at + SETTLE)
        return dataclasses.replace(self, state=State.CONFIRMED, attempts=0, user_id=None, due_at=None)
