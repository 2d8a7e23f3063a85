"""The connection graph of the profile service."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from svc_feed.domain.ids import UserId
from svc_feed.domain.visibility import Access

_MOST_AT_ONCE = 1_000  # members in one CheckAccess, which the contract bounds


class Graph:
    """Every answer is the graph as it is now: nothing is kept, so an ended connection ends what it allowed at once.

    Raises Unavailable while the profile service does not answer; nobody may guess instead.
    """

    def __init__(self, channel: Any) -> None:
        self._stub = ConnectionServiceStub(channel)

    async def access(self, viewer: UserId, others: Iterable[UserId]) -> dict[UserId, Access]:
        """How the viewer stands to each of the others; who is not in the answer may not be shown."""
        ids = [str(other) for other in dict.fromkeys(others)]
        found: dict[UserId, Access] = {}
        for start in range(0, len(ids), _MOST_AT_ONCE):
            request = pb.CheckAccessRequest(viewer_id=str(viewer), user_ids=ids[start : start + _MOST_AT_ONCE])
            for entry in (await self._stub.CheckAccess(request)).entries:
                access = Access(connected=entry.connected, blocked=entry.blocked, hidden=entry.hidden)
                found[UserId(UUID(entry.user_id))] = access
        return found

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
