"""The audience lists of whoever calls, from the profile service."""

from typing import Any

from guild.graph.v1 import audience_list_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from svc_feed.domain.ids import ListId
from svc_feed.domain.visibility import AudienceListNotFound

_PAGE = 100


class AudienceLists:
    """Asked for with the member's own token: nobody learns of the lists of others. Raises Unavailable."""

    def __init__(self, channel: Any) -> None:
        self._stub = ConnectionServiceStub(channel)

    async def check(self, list_id: ListId | None) -> None:
        """Refuse a list that is not one of the caller's; raises AudienceListNotFound."""
        token, wanted = "", str(list_id)
        while list_id is not None:
            request = pb.ListAudienceListsRequest(page_size=_PAGE, page_token=token)
            page = await self._stub.ListAudienceLists(request)
            if any(found.id == wanted for found in page.audience_lists):
                return
            token = page.next_page_token
            if not token:
                break
        raise AudienceListNotFound(list_id)
