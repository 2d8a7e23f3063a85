"""The TrustService of the contract: challenges."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceServicer
from mesh.principal import current
from svc_profile.domain.challenge import ChallengeKind
from svc_profile.rpc import messages
from svc_profile.usecases.challenges import Challenges

_KIND = {
    ChallengeKind.PROOF_OF_WORK: pb.CHALLENGE_KIND_PROOF_OF_WORK,
    ChallengeKind.CAPTCHA: pb.CHALLENGE_KIND_CAPTCHA,
}


@dataclass(frozen=True)
class ChallengeServicer(TrustServiceServicer):
    """Unpack, ask, pack."""

    challenges: Challenges

    async def StartChallenge(self, request: pb.StartChallengeRequest, context: Any) -> pb.StartChallengeResponse:
        """Give the caller a challenge."""
        started = await self.challenges.start(current())
        challenge = pb.Challenge(
            id=str(started.id),
            kind=_KIND[started.kind],
            prompt=started.prompt,
            difficulty=started.bits,
            attempts_left=1,
            expires_at=messages.moment(started.expires_at),
            site_key=self.challenges.site_key,
        )
        return pb.StartChallengeResponse(challenge=challenge)

    async def AnswerChallenge(self, request: pb.AnswerChallengeRequest, context: Any) -> pb.AnswerChallengeResponse:
        """Take an answer to a challenge."""
        challenge_id = UUID(request.challenge_id)
        token = await self.challenges.answer(current(), challenge_id, request.prompt, request.answer)
        return pb.AnswerChallengeResponse(passed=bool(token), attempts_left=0 if token else 1, token=token)
