"""What the profile service decided about members and the others they talk with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.data import GroupCommit
from svc_messaging.domain.access import Question, Verdict
from svc_messaging.domain.ids import UserId

_MAX_PAIRS = 1_000
"""What the contract takes in one call."""


class AccessChecks:
    """Asks for every send, so that a removal counts from the next one on; keeps nothing.

    Questions that gather while others are on their way are asked together, and answered in the order they came: sends
    that wait here keep their order.
    """

    def __init__(self, profile: ConnectionServiceStub) -> None:
        self._profile = profile
        self._questions: GroupCommit[Question, Verdict] = GroupCommit(
            self._asked_together, max_batch=_MAX_PAIRS, name="access_checks"
        )

    async def between(self, viewer: UserId, owner: UserId) -> Verdict:
        """What a member may see of another one, and do to them, now."""
        return await self._questions.submit((viewer, owner))

    async def among(self, pairs: Iterable[Question]) -> dict[Question, Verdict]:
        """The same of many (viewer, owner) pairs."""
        wanted = list(dict.fromkeys(pairs))
        found: dict[Question, Verdict] = {}
        for start in range(0, len(wanted), _MAX_PAIRS):
            found |= await self._ask(wanted[start : start + _MAX_PAIRS])
        return found

    async def _asked_together(self, pairs: Sequence[Question]) -> Sequence[Verdict | Exception]:
        found = await self._ask(pairs)
        return [found[pair] for pair in pairs]

    async def _ask(self, pairs: Sequence[Question]) -> dict[Question, Verdict]:
        owners: defaultdict[UserId, list[str]] = defaultdict(list)
        for viewer, owner in dict.fromkeys(pairs):
            owners[viewer].append(str(owner))
        questions = [pb.AccessQuestion(viewer_id=str(viewer), owner_ids=ids) for viewer, ids in owners.items()]
        reply = await self._profile.CheckAccess(pb.CheckAccessRequest(questions=questions))
        found = {(UserId(UUID(said.viewer_id)), UserId(UUID(said.owner_id))): said for said in reply.verdicts}
        return {pair: _verdict(pair[1], found.get(pair)) for pair in pairs}


def _verdict(owner: UserId, said: pb.AccessVerdict | None) -> Verdict:
    if said is None:
        return Verdict(owner)
    return Verdict(owner, known=said.may_see_profile, connected=said.connected, may_message=said.may_message)
