"""The rate limits that no concern counts: of the frames inside a stream, and of messages to strangers."""

from dataclasses import dataclass

from mesh.contract import RateLimit, spec
from mesh.limits.charges import Limiter, RateLimited
from svc_messaging.domain.ids import UserId

_CHAT = "/guild.messaging.v1.MessagingService/Chat"


@dataclass(frozen=True)
class Charges:
    """Takes tokens from the buckets that the contract names."""

    limiter: Limiter

    async def frame(self, sender: UserId) -> None:
        """Charge a frame as the call would be that does the same; raises RateLimited."""
        for limit in spec(_CHAT).required_policy.rate_limits:
            await self._take(limit, sender)

    async def strangers(self, sender: UserId, count: int) -> None:
        """Charge what goes to members the sender is not connected with; raises RateLimited."""
        for conditional in spec(_CHAT).required_policy.conditional_limits:
            for _ in range(count):
                await self._take(conditional.limit, sender)

    async def _take(self, limit: RateLimit, sender: UserId) -> None:
        decision = await self.limiter.take(limit, str(sender))
        if not decision.allowed:
            message = f"too many messages: try again in {decision.retry_after:.0f} s"
            raise RateLimited(message, retry_after=decision.retry_after)
