"""Tasks that a person's browser does in passing, and that cost a robot time, or a provider that tells people apart."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from mesh.errors import FailedPrecondition, NotFound, PermissionDenied

LIFETIME = timedelta(minutes=5)
"""How long a challenge may be answered."""
GOOD_FOR = timedelta(minutes=10)
"""How long a passed challenge counts, for one call."""

MOST_BITS = 26
"""Of a proof of work: sixty-seven million hashes on average, about a minute of a browser."""


class ChallengeKind(StrEnum):
    """What is asked for, by the names of the contract."""

    PROOF_OF_WORK = "proof_of_work"
    CAPTCHA = "captcha"


class ChallengeRequired(PermissionDenied):
    """The call needs the token of a passed challenge."""

    reason = "CHALLENGE_REQUIRED"

    def __init__(self, kind: ChallengeKind) -> None:
        super().__init__(
            "pass a challenge and send its token along: start one, answer it, then call again",
            metadata={"kind": kind.name},
        )


class ChallengeNotFound(NotFound):
    """The caller was given no such challenge."""

    reason = "CHALLENGE_NOT_FOUND"

    def __init__(self, challenge_id: UUID) -> None:
        super().__init__(
            f"you were given no challenge {challenge_id}, or its prompt was changed",
            metadata={"challengeId": str(challenge_id)},
        )


class ChallengeClosed(FailedPrecondition):
    """The challenge was passed before, or is over."""

    reason = "CHALLENGE_CLOSED"

    def __init__(self, challenge_id: UUID) -> None:
        super().__init__(f"challenge {challenge_id} is over: start another one")


def harder(bits: int, passed: int) -> int:
    """The bits of a proof for who passed so many within the hour: each doubling of what one passes doubles the work."""
    return min(MOST_BITS, bits + passed.bit_length())


@dataclass(frozen=True, slots=True)
class Challenge:
    """`prompt` says sealed what was asked of whom, so that nobody has to remember it; `bits` are of a proof of work."""

    id: UUID
    kind: ChallengeKind
    bits: int
    expires_at: datetime
    prompt: str = ""


def is_proof(prompt: str, answer: str, bits: int) -> bool:
    """Whether SHA-256 of the prompt and then the answer begins with so many zero bits: one hash, a microsecond.

    The cost function of A. Back, "Hashcash - A Denial of Service Counter-Measure" (2002), over another hash.
    """
    digest = hashlib.sha256(f"{prompt}{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
