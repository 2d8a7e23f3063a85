"""Ask somebody to show that they are no robot, and take their word for it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mesh.clock import Clock
from mesh.data import PageTokenInvalid, PageTokens
from mesh.ids import uuid7
from mesh.principal import Principal
from svc_profile.domain.challenge import (
    GOOD_FOR,
    LIFETIME,
    Challenge,
    ChallengeClosed,
    ChallengeKind,
    ChallengeNotFound,
    harder,
    is_proof,
)
from svc_profile.domain.networks import network
from svc_profile.peers.captcha import Captcha
from svc_profile.store.spent_challenges import SpentChallenges


@dataclass(frozen=True)
class Challenges:
    """What was asked of whom travels sealed with the caller, a member or else a network, and counts for nobody else."""

    seals: PageTokens
    spent: SpentChallenges
    captcha: Captcha | None
    bits: int
    clock: Clock

    @property
    def kind(self) -> ChallengeKind:
        """What is asked for."""
        return ChallengeKind.CAPTCHA if self.captcha else ChallengeKind.PROOF_OF_WORK

    @property
    def site_key(self) -> str:
        """What a client shows the widget of the provider with."""
        return self.captcha.site_key if self.captcha else ""

    async def start(self, caller: Principal) -> Challenge:
        """A new challenge of the one kind that is offered: work would let robots past a provider that tells them.

        Work is harder for who passed many lately.
        """
        chosen = self.kind
        id_, until = uuid7(), self.clock.now() + LIFETIME
        bits = 0
        if chosen is ChallengeKind.PROOF_OF_WORK:
            bits = harder(self.bits, await self.spent.counted(_who(caller)))
        prompt = self.seals.encode({"id": id_, "kind": chosen, "bits": bits, "until": until}, _asked(caller))
        return Challenge(id_, chosen, bits, until, prompt)

    async def answer(self, caller: Principal, challenge_id: UUID, prompt: str, answer: str) -> str:
        """The token of a right answer, empty for a wrong one; raises ChallengeNotFound, ChallengeClosed."""
        asked = self._opened(prompt, _asked(caller))
        if asked is None or UUID(asked["id"]) != challenge_id:
            raise ChallengeNotFound(challenge_id)
        if datetime.fromisoformat(asked["until"]) <= self.clock.now():
            raise ChallengeClosed(challenge_id)
        if not await self._is_right(ChallengeKind(asked["kind"]), prompt, answer, asked["bits"]):
            return ""
        if not await self.spent.spend("passed", challenge_id):
            raise ChallengeClosed(challenge_id)
        await self.spent.count(_who(caller))
        return self.seals.encode({"id": challenge_id, "until": self.clock.now() + GOOD_FOR}, _passed(caller))

    async def redeem(self, caller: Principal, token: str, use: str = "") -> bool:
        """Whether the caller passed a challenge a short while ago and has not used it yet, unless for the same `use`.

        It is used with this; a call that is run or sent again names the same use.
        """
        passed = self._opened(token, _passed(caller)) if token else None
        if passed is None or datetime.fromisoformat(passed["until"]) <= self.clock.now():
            return False
        return await self.spent.spend("used", UUID(passed["id"]), use)

    async def _is_right(self, kind: ChallengeKind, prompt: str, answer: str, bits: int) -> bool:
        if kind is ChallengeKind.PROOF_OF_WORK:
            return is_proof(prompt, answer, bits)
        return self.captcha is not None and await self.captcha.is_person(answer)

    def _opened(self, sealed: str, scope: str) -> Mapping[str, Any] | None:
        try:
            return self.seals.decode(sealed, scope)
        except PageTokenInvalid:
            return None


def _who(caller: Principal) -> str:
    return str(caller.user_id) if caller.user_id else network(caller.address)


def _asked(caller: Principal) -> str:
    return f"challenge/{_who(caller)}"


def _passed(caller: Principal) -> str:
    return f"passed/{_who(caller)}"
