"""Whom a member may write to, and who is told what they do: the profile service decides, for each act anew."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesh.contract import spec
from mesh.errors import Failure
from mesh.limits.charges import Charges
from mesh.telemetry import get_logger
from svc_messaging.domain.access import hidden, reached
from svc_messaging.domain.conversation import Conversation
from svc_messaging.domain.ids import UserId
from svc_messaging.peers.access_checks import AccessChecks

_SEND = "/guild.messaging.v1.MessagingService/SendMessage"
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Permission:
    """Leave to write to others: how many of them are strangers, and who of several others is shown nothing of it."""

    strangers: int = 0
    hidden_from: frozenset[UserId] = frozenset()


@dataclass(frozen=True)
class People:
    """Two who may not talk do not talk in any conversation of two; among several a block hides each from the other."""

    access: AccessChecks
    charges: Charges

    async def may_write(self, me: UserId, others: Sequence[UserId]) -> Permission:
        """Leave to write to each of these; raises UserNotFound or MessagingNotAllowed for who takes nothing."""
        verdicts = await self.access.of(me, others)
        for verdict in verdicts:
            verdict.must_allow()
        return Permission(strangers=sum(not verdict.connected for verdict in verdicts))

    async def may_write_in(self, me: UserId, conversation: Conversation) -> Permission:
        """Leave to write in a conversation one is in; raises as `may_write` does where it has one other member."""
        others = conversation.others(me)
        if conversation.of_two:
            return await self.may_write(me, others)
        return Permission(hidden_from=hidden(await self.access.of(me, others)))

    async def charge(self, permission: Permission) -> None:
        """Charge the caller for what goes to strangers; raises RateLimited."""
        for conditional in spec(_SEND).required_policy.conditional_limits if permission.strangers else ():
            await self.charges.charge(conditional.limit.bucket, cost=permission.strangers)

    async def reached(self, me: UserId, conversation: Conversation) -> list[UserId]:
        """Who of the others may be told what `me` does; nobody while that cannot be known."""
        try:
            return reached(await self.access.of(me, conversation.others(me)))
        except Failure as failure:
            _log.warning("nobody is told what cannot be permitted", error=failure.reason)
            return []

    async def connected(self, me: UserId, others: Sequence[UserId]) -> list[UserId]:
        """Those of the others who are connected with `me`."""
        return [verdict.user_id for verdict in await self.access.of(me, others) if verdict.connected]
