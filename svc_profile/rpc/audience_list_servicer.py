"""The ConnectionService of the contract: audience lists."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.graph.v1 import audience_list_pb2 as pb
from guild.graph.v1 import connection_service_pb2 as graph
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.domain.ids import ListId
from svc_profile.rpc import messages
from svc_profile.rpc.masks import changes
from svc_profile.usecases.audience_lists import AudienceLists, Counted


@dataclass(frozen=True)
class AudienceListServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    lists: AudienceLists

    async def CreateAudienceList(
        self, request: pb.CreateAudienceListRequest, context: Any
    ) -> pb.CreateAudienceListResponse:
        """Make a list."""
        made = await self.lists.create(current_user(), request.audience_list.name)
        return pb.CreateAudienceListResponse(audience_list=_message(made))

    async def UpdateAudienceList(
        self, request: pb.UpdateAudienceListRequest, context: Any
    ) -> pb.UpdateAudienceListResponse:
        """Rename a list."""
        list_id, named = _list_id(request.audience_list.id), changes(request.audience_list, request.update_mask)
        changed = await self.lists.update(current_user(), list_id, named, request.etag)
        return pb.UpdateAudienceListResponse(audience_list=_message(changed))

    async def DeleteAudienceList(
        self, request: pb.DeleteAudienceListRequest, context: Any
    ) -> pb.DeleteAudienceListResponse:
        """Remove a list."""
        await self.lists.delete(current_user(), _list_id(request.list_id))
        return pb.DeleteAudienceListResponse()

    async def ListAudienceLists(
        self, request: pb.ListAudienceListsRequest, context: Any
    ) -> pb.ListAudienceListsResponse:
        """List the caller's lists."""
        page = await self.lists.mine(current_user(), request.page_token, request.page_size)
        found = [_message(one) for one in page.items]
        return pb.ListAudienceListsResponse(audience_lists=found, next_page_token=page.next_page_token)

    async def AddAudienceListMember(
        self, request: pb.AddAudienceListMemberRequest, context: Any
    ) -> pb.AddAudienceListMemberResponse:
        """Put a connection on a list."""
        since = await self.lists.add(current_user(), _list_id(request.list_id), messages.user_id(request.user_id))
        return pb.AddAudienceListMemberResponse(added_at=messages.moment(since))

    async def RemoveAudienceListMember(
        self, request: pb.RemoveAudienceListMemberRequest, context: Any
    ) -> pb.RemoveAudienceListMemberResponse:
        """Take somebody off a list."""
        await self.lists.remove(current_user(), _list_id(request.list_id), messages.user_id(request.user_id))
        return pb.RemoveAudienceListMemberResponse()

    async def ListAudienceListMembers(
        self, request: pb.ListAudienceListMembersRequest, context: Any
    ) -> pb.ListAudienceListMembersResponse:
        """List who is on a list."""
        list_id = _list_id(request.list_id)
        page = await self.lists.members(current_user(), list_id, request.page_token, request.page_size)
        found = [
            pb.AudienceListMember(user=messages.person(user), added_at=messages.moment(at)) for user, at in page.items
        ]
        return pb.ListAudienceListMembersResponse(members=found, next_page_token=page.next_page_token)

    async def HasAudienceList(
        self, request: graph.HasAudienceListRequest, context: Any
    ) -> graph.HasAudienceListResponse:
        """Tell whether a member has a list."""
        found = await self.lists.has(messages.user_id(request.user_id), _list_id(request.list_id))
        return graph.HasAudienceListResponse(found=found)


def _list_id(text: str) -> ListId:
    return ListId(UUID(text))


def _message(counted: Counted) -> pb.AudienceList:
    found = counted.list
    return pb.AudienceList(
        id=str(found.id),
        name=found.name,
        member_count=counted.size,
        created_at=messages.moment(found.created_at),
        etag=found.etag,
    )
