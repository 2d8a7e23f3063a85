"""The audience lists of authors, from the profile service."""

from typing import Any

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from svc_feed.domain.ids import ListId, UserId
from svc_feed.domain.visibility import AudienceListNotFound


class AudienceLists:
    """Asked for authors about lists that they name themselves: nobody learns of those of others. Raises Unavailable."""

    def __init__(self, channel: Any) -> None:
        self._stub = ConnectionServiceStub(channel)

    async def check(self, author: UserId, list_id: ListId | None) -> None:
        """Refuse a list that is not one of the author's; raises AudienceListNotFound."""
        if list_id is None:
            raise AudienceListNotFound(list_id)
        request = pb.HasAudienceListRequest(user_id=str(author), list_id=str(list_id))
        if not (await self._stub.HasAudienceList(request)).found:
            raise AudienceListNotFound(list_id)
