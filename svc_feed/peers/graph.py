"""The connection graph of the profile service."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from mesh.contract import batch_size
from svc_feed.domain.ids import UserId
from svc_feed.domain.visibility import NOTHING, OWN, Verdict

_MOST_AT_ONCE = batch_size(pb.AccessQuestion, "owner_ids")


class Graph:
    """Every answer is the graph as it is now: nothing is kept, so an ended connection ends what it allowed at once.

    Raises Unavailable while the profile service does not answer; nobody may guess instead.
    """

    def __init__(self, channel: Any) -> None:
        self._stub = ConnectionServiceStub(channel)

    async def verdicts(self, viewer: UserId | None, owners: Iterable[UserId]) -> defaultdict[UserId, Verdict]:
        """What the viewer (None: nobody signed in) may see of each owner: nothing where there is no answer."""
        ids = [str(owner) for owner in dict.fromkeys(owners) if owner != viewer]
        found: defaultdict[UserId, Verdict] = defaultdict(lambda: NOTHING)
        if viewer is not None:
            found[viewer] = OWN
        for start in range(0, len(ids), _MOST_AT_ONCE):
            question = pb.AccessQuestion(
                viewer_id=str(viewer) if viewer else "", owner_ids=ids[start : start + _MOST_AT_ONCE]
            )
            for verdict in await self._ask(question):
                found[UserId(UUID(verdict.owner_id))] = _verdict(verdict)
        return found

    async def knows(self, user: UserId) -> bool:
        """Whether there is such a member."""
        question = pb.AccessQuestion(viewer_id=str(user), owner_ids=[str(user)])
        return any(verdict.is_self for verdict in await self._ask(question))

    async def connections(self, user: UserId, *, at_most: int | None = None) -> list[UserId] | None:
        """The member's connections in no order; None when there are more than `at_most`."""
        found: list[UserId] = []
        stream = self._stub.StreamConnectionIds(pb.StreamConnectionIdsRequest(user_id=str(user)))
        try:
            async for page in stream:
                found += [UserId(UUID(other)) for other in page.user_ids]
                if at_most is not None and len(found) > at_most:
                    return None
        finally:
            await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue] - a Peer's stream has it
        return found

    async def _ask(self, question: pb.AccessQuestion) -> Sequence[pb.AccessVerdict]:
        return (await self._stub.CheckAccess(pb.CheckAccessRequest(questions=[question]))).verdicts


def _verdict(answer: pb.AccessVerdict) -> Verdict:
    return Verdict(
        may_see_profile=answer.may_see_profile,
        may_see_public=answer.may_see_public,
        may_see_connections_posts=answer.may_see_connections_posts,
        is_self=answer.is_self,
        connected=answer.connected,
    )
