"""What the profile service says lies between a sender and recipients."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.data import GroupCommit
from svc_messaging.domain.access import Access
from svc_messaging.domain.ids import UserId

_Question = tuple[UserId, UserId]
_MAX_AT_ONCE = 500


class AccessChecks:
    """Asks for every send, so that a removal counts from the next one on; keeps nothing.

    Questions that gather while others are on their way are asked together, one call for each sender, and answered in
    the order they came: sends that wait here keep their order.
    """

    def __init__(self, profile: ConnectionServiceStub) -> None:
        self._profile = profile
        self._questions: GroupCommit[_Question, Access] = GroupCommit(
            self._ask, max_batch=_MAX_AT_ONCE, name="access_checks"
        )

    async def between(self, sender: UserId, recipient: UserId) -> Access:
        """What lies between two members now."""
        return await self._questions.submit((sender, recipient))

    async def between_many(self, sender: UserId, recipients: Sequence[UserId]) -> dict[UserId, Access]:
        """What lies between a member and several others now."""
        return await self._of(sender, list(recipients))

    async def _ask(self, questions: Sequence[_Question]) -> Sequence[Access | Exception]:
        by_sender: defaultdict[UserId, dict[UserId, None]] = defaultdict(dict)
        for sender, recipient in questions:
            by_sender[sender][recipient] = None
        answers = await asyncio.gather(
            *(self._of(sender, list(recipients)) for sender, recipients in by_sender.items()), return_exceptions=True
        )
        found = dict(zip(by_sender, answers, strict=True))
        return [_answer(found[sender], recipient) for sender, recipient in questions]

    async def _of(self, sender: UserId, recipients: Sequence[UserId]) -> dict[UserId, Access]:
        request = pb.CheckAccessRequest(viewer_id=str(sender), user_ids=[str(user_id) for user_id in recipients])
        reply = await self._profile.CheckAccess(request)
        return {
            recipient: Access(
                recipient,
                connected=entry.connected,
                blocked=entry.blocked,
                hidden=entry.hidden,
                may_message=entry.may_message,
            )
            for recipient, entry in zip(recipients, reply.entries, strict=True)
        }


def _answer(found: dict[UserId, Access] | BaseException, recipient: UserId) -> Access | Exception:
    if isinstance(found, Exception):
        return found
    if isinstance(found, BaseException):
        raise found
    return found[recipient]
