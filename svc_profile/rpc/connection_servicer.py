"""The ConnectionService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.domain.ids import UserId
from svc_profile.rpc import messages
from svc_profile.usecases.accept_connection import AcceptConnection
from svc_profile.usecases.check_access import CheckAccess
from svc_profile.usecases.list_connections import ListConnections
from svc_profile.usecases.list_mutual_connections import ListMutualConnections
from svc_profile.usecases.list_pending_requests import ListPendingRequests
from svc_profile.usecases.reject_connection import RejectConnection
from svc_profile.usecases.remove_connection import RemoveConnection
from svc_profile.usecases.request_connection import RequestConnection
from svc_profile.usecases.stream_connection_ids import StreamConnectionIds
from svc_profile.usecases.withdraw_request import WithdrawRequest


@dataclass(frozen=True)
class ConnectionServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    request: RequestConnection
    accept: AcceptConnection
    reject: RejectConnection
    withdraw: WithdrawRequest
    remove: RemoveConnection
    list_connections: ListConnections
    list_pending: ListPendingRequests
    list_mutual: ListMutualConnections
    check_access: CheckAccess
    stream_ids: StreamConnectionIds

    async def RequestConnection(
        self, request: pb.RequestConnectionRequest, context: Any
    ) -> pb.RequestConnectionResponse:
        """Ask a member to connect."""
        me = current_user()
        connection = await self.request(me, UserId(UUID(request.user_id)), request.note)
        return pb.RequestConnectionResponse(connection=messages.connection(connection, me))

    async def AcceptConnection(self, request: pb.AcceptConnectionRequest, context: Any) -> pb.AcceptConnectionResponse:
        """Accept a member's request."""
        me = current_user()
        connection, already = await self.accept(me, UserId(UUID(request.user_id)))
        return pb.AcceptConnectionResponse(connection=messages.connection(connection, me), already_accepted=already)

    async def RejectConnection(self, request: pb.RejectConnectionRequest, context: Any) -> pb.RejectConnectionResponse:
        """Turn a member's request down."""
        me = current_user()
        connection = await self.reject(me, UserId(UUID(request.user_id)))
        return pb.RejectConnectionResponse(connection=messages.connection(connection, me))

    async def WithdrawConnection(
        self, request: pb.WithdrawConnectionRequest, context: Any
    ) -> pb.WithdrawConnectionResponse:
        """Take the own request back."""
        me = current_user()
        connection = await self.withdraw(me, UserId(UUID(request.user_id)))
        return pb.WithdrawConnectionResponse(connection=messages.connection(connection, me))

    async def RemoveConnection(self, request: pb.RemoveConnectionRequest, context: Any) -> pb.RemoveConnectionResponse:
        """End a connection."""
        me = current_user()
        connection = await self.remove(me, UserId(UUID(request.user_id)))
        return pb.RemoveConnectionResponse(connection=messages.connection(connection, me))

    async def ListConnections(self, request: pb.ListConnectionsRequest, context: Any) -> pb.ListConnectionsResponse:
        """List a member's connections."""
        page = await self.list_connections(
            UserId(UUID(request.user_id)), size=request.page_size, token=request.page_token
        )
        return pb.ListConnectionsResponse(
            connections=[
                pb.ConnectedUser(user=messages.person(user), connected_at=messages.moment(at))
                for user, at in page.items
            ],
            total_size=page.total,
            next_page_token=page.next_page_token,
        )

    async def ListPendingRequests(
        self, request: pb.ListPendingRequestsRequest, context: Any
    ) -> pb.ListPendingRequestsResponse:
        """List the caller's pending requests."""
        me = current_user()
        sent = request.direction == pb.REQUEST_DIRECTION_OUTGOING
        page = await self.list_pending(me, sent=sent, size=request.page_size, token=request.page_token)
        return pb.ListPendingRequestsResponse(
            requests=[
                pb.PendingRequest(connection=messages.connection(connection, me), user=messages.person(user))
                for connection, user in page.items
            ],
            total_size=page.total,
            next_page_token=page.next_page_token,
        )

    async def ListMutualConnections(
        self, request: pb.ListMutualConnectionsRequest, context: Any
    ) -> pb.ListMutualConnectionsResponse:
        """List whom the caller and a member both know."""
        me = current_user()
        page = await self.list_mutual(
            me, UserId(UUID(request.user_id)), size=request.page_size, token=request.page_token
        )
        return pb.ListMutualConnectionsResponse(
            users=[messages.person(user) for user in page.users],
            total_size=page.total,
            next_page_token=page.next_page_token,
        )

    async def CheckAccess(self, request: pb.CheckAccessRequest, context: Any) -> pb.CheckAccessResponse:
        """Decide for a service what viewers may see of members."""
        verdicts = await self.check_access(messages.pairs(request))
        return pb.CheckAccessResponse(verdicts=[messages.verdict(one) for one in verdicts])

    async def StreamConnectionIds(
        self, request: pb.StreamConnectionIdsRequest, context: Any
    ) -> AsyncIterator[pb.StreamConnectionIdsResponse]:
        """Stream the ids of a member's connections."""
        async for page in self.stream_ids(UserId(UUID(request.user_id))):
            yield pb.StreamConnectionIdsResponse(user_ids=[str(user_id) for user_id in page])
