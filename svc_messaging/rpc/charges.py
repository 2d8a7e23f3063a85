"""The rate limits inside the chat stream, where no interceptor counts."""

from dataclasses import dataclass

from mesh.contract import RateLimit, spec
from mesh.rpc.concerns.rate_limit import Limiter, RateLimited
from svc_messaging.domain.ids import UserId

_CHAT = "/guild.messaging.v1.MessagingService/Chat"


@dataclass(frozen=True)
class Charges:
    """Takes tokens from the buckets of the contract."""

    limiter: Limiter

    async def frame(self, sender: UserId) -> None:
        """Charge a frame as the call would be that does the same; raises RateLimited."""
        for limit in spec(_CHAT).required_policy.rate_limits:
            await self._take(limit, sender)

    async def stranger(self, sender: UserId) -> None:
        """Charge a message to somebody the sender is not connected with; raises RateLimited."""
        for conditional in spec(_CHAT).required_policy.conditional_limits:
            await self._take(conditional.limit, sender)

    async def _take(self, limit: RateLimit, sender: UserId) -> None:
        decision = await self.limiter.take(limit, str(sender))
        if not decision.allowed:
            message = f"too many messages: try again in {decision.retry_after:.0f} s"
            raise RateLimited(message, retry_after=decision.retry_after)
