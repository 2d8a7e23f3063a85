"""What the profile service decided about members and the others they talk with."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.contract import batch_size
from mesh.data import GroupCommit
from svc_messaging.domain.access import Verdict
from svc_messaging.domain.ids import UserId

_Question = tuple[UserId, tuple[UserId, ...]]
_Pair = tuple[UserId, UserId]
_MAX_PAIRS = batch_size(pb.CheckAccessRequest, "questions")
_MAX_QUESTIONS = 200
"""Asked together; each has at most as many members as a conversation."""


class AccessChecks:
    """Asks for every act, so that a removal counts from the next one on; keeps nothing.

    Questions that gather while others are on their way are asked together, and answered in the order they came: sends
    that wait here keep their order. They are asked by this service and for itself, whoever waits for the answer.
    """

    def __init__(self, profile: ConnectionServiceStub) -> None:
        self._profile = profile
        self._questions: GroupCommit[_Question, list[Verdict]] = GroupCommit(
            self._answer, max_batch=_MAX_QUESTIONS, name="access_checks"
        )

    async def of(self, viewer: UserId, owners: Sequence[UserId]) -> list[Verdict]:
        """What a member may see of others, and do to them, in their order."""
        return await self._questions.submit((viewer, tuple(owners))) if owners else []

    async def _answer(self, questions: Sequence[_Question]) -> Sequence[list[Verdict]]:
        pairs = list(dict.fromkeys((viewer, owner) for viewer, owners in questions for owner in owners))
        chunks = [pairs[start : start + _MAX_PAIRS] for start in range(0, len(pairs), _MAX_PAIRS)]
        found = {pair: verdict for part in await asyncio.gather(*map(self._ask, chunks)) for pair, verdict in part}
        return [[found.get((viewer, owner), Verdict(owner)) for owner in owners] for viewer, owners in questions]

    async def _ask(self, pairs: Sequence[_Pair]) -> Iterable[tuple[_Pair, Verdict]]:
        owners: defaultdict[UserId, list[str]] = defaultdict(list)
        for viewer, owner in pairs:
            owners[viewer].append(str(owner))
        questions = [pb.AccessQuestion(viewer_id=str(viewer), owner_ids=ids) for viewer, ids in owners.items()]
        reply = await self._profile.CheckAccess(pb.CheckAccessRequest(questions=questions))
        return map(_verdict, reply.verdicts)


def _verdict(said: pb.AccessVerdict) -> tuple[_Pair, Verdict]:
    viewer, owner = UserId(UUID(said.viewer_id)), UserId(UUID(said.owner_id))
    verdict = Verdict(owner, said.may_see_profile, said.connected, said.may_message)
    return (viewer, owner), verdict
