"""The ConnectionService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current, current_user
from svc_profile.domain.user import Card
from svc_profile.rpc import messages, verdicts
from svc_profile.usecases.connection_lists import ConnectionLists
from svc_profile.usecases.connections import Connections
from svc_profile.usecases.invitation_budget import Invitations
from svc_profile.usecases.known_access import KnownAccess


@dataclass(frozen=True)
class ConnectionServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    connections: Connections
    invitations: Invitations
    lists: ConnectionLists
    access: KnownAccess
    cooldown: timedelta

    async def RequestConnection(
        self, request: pb.RequestConnectionRequest, context: Any
    ) -> pb.RequestConnectionResponse:
        """Ask a member to connect."""
        me = current_user()
        other = messages.user_id(request.user_id)
        connection = await self.invitations.send(current(), me, other, request.note, request.challenge_token)
        return pb.RequestConnectionResponse(connection=messages.connection(connection, me, self.cooldown))

    async def GetInvitationBudget(
        self, request: pb.GetInvitationBudgetRequest, context: Any
    ) -> pb.GetInvitationBudgetResponse:
        """Tell how many members the caller may still ask."""
        left = await self.invitations.budgets.of(current_user())
        return pb.GetInvitationBudgetResponse(
            remaining=left.remaining,
            accept_rate=left.accept_rate,
            resets_at=messages.moment(left.resets_at),
            challenge_required=left.challenge_required,
        )

    async def AcceptConnection(self, request: pb.AcceptConnectionRequest, context: Any) -> pb.AcceptConnectionResponse:
        """Accept a member's request."""
        me = current_user()
        connection, already = await self.connections.accept(me, messages.user_id(request.user_id))
        return pb.AcceptConnectionResponse(
            connection=messages.connection(connection, me, self.cooldown), already_accepted=already
        )

    async def RejectConnection(self, request: pb.RejectConnectionRequest, context: Any) -> pb.RejectConnectionResponse:
        """Turn a member's request down."""
        me = current_user()
        connection = await self.connections.reject(me, messages.user_id(request.user_id))
        return pb.RejectConnectionResponse(connection=messages.connection(connection, me, self.cooldown))

    async def IgnoreConnection(self, request: pb.IgnoreConnectionRequest, context: Any) -> pb.IgnoreConnectionResponse:
        """Leave a member's request unanswered."""
        me = current_user()
        connection = await self.connections.ignore(me, messages.user_id(request.user_id))
        return pb.IgnoreConnectionResponse(connection=messages.connection(connection, me, self.cooldown))

    async def WithdrawConnection(
        self, request: pb.WithdrawConnectionRequest, context: Any
    ) -> pb.WithdrawConnectionResponse:
        """Take the own request back."""
        me = current_user()
        connection = await self.connections.withdraw(me, messages.user_id(request.user_id))
        return pb.WithdrawConnectionResponse(connection=messages.connection(connection, me, self.cooldown))

    async def RemoveConnection(self, request: pb.RemoveConnectionRequest, context: Any) -> pb.RemoveConnectionResponse:
        """End a connection."""
        me = current_user()
        connection = await self.connections.remove(me, messages.user_id(request.user_id))
        return pb.RemoveConnectionResponse(connection=messages.connection(connection, me, self.cooldown))

    async def ListConnections(self, request: pb.ListConnectionsRequest, context: Any) -> pb.ListConnectionsResponse:
        """List a member's connections."""
        user_id = messages.user_id(request.user_id)
        page = await self.lists.of(current_user(), user_id, request.page_token, request.page_size)
        found = [
            pb.ConnectedUser(user=messages.person(user), connected_at=messages.moment(at)) for user, at in page.items
        ]
        return pb.ListConnectionsResponse(
            connections=found, next_page_token=page.next_page_token, total_size=page.total
        )

    async def ListPendingRequests(
        self, request: pb.ListPendingRequestsRequest, context: Any
    ) -> pb.ListPendingRequestsResponse:
        """List the caller's pending requests."""
        me, sent = current_user(), request.direction == pb.REQUEST_DIRECTION_OUTGOING
        page = await self.lists.pending(me, request.page_token, request.page_size, sent=sent)
        found = [
            pb.PendingRequest(connection=messages.connection(connection, me, self.cooldown), user=messages.person(user))
            for connection, user in page.items
        ]
        return pb.ListPendingRequestsResponse(
            requests=found, next_page_token=page.next_page_token, total_size=page.total
        )

    async def ListConnectionHistory(
        self, request: pb.ListConnectionHistoryRequest, context: Any
    ) -> pb.ListConnectionHistoryResponse:
        """List what happened to the caller's connections."""
        other = messages.user_id(request.user_id) if request.user_id else None
        page = await self.lists.history(current_user(), other, request.page_token, request.page_size)
        return pb.ListConnectionHistoryResponse(
            transitions=[messages.transition(one) for one in page.items], next_page_token=page.next_page_token
        )

    async def ListMutualConnections(self, request: pb.ListMutualConnectionsRequest, context: Any) -> Any:
        """List whom the caller and a member both know."""
        other = messages.user_id(request.user_id)
        page = await self.lists.mutual(current_user(), other, request.page_token, request.page_size)
        rest = pb.ListMutualConnectionsResponse(next_page_token=page.next_page_token, total_size=page.total)
        return b"".join([*map(_shared, page.items), rest.SerializeToString()])

    async def BlockUser(self, request: pb.BlockUserRequest, context: Any) -> pb.BlockUserResponse:
        """Block a member."""
        since = await self.connections.block(current_user(), messages.user_id(request.user_id))
        return pb.BlockUserResponse(blocked_at=messages.moment(since))

    async def UnblockUser(self, request: pb.UnblockUserRequest, context: Any) -> pb.UnblockUserResponse:
        """Lift a block."""
        await self.connections.unblock(current_user(), messages.user_id(request.user_id))
        return pb.UnblockUserResponse()

    async def CheckAccess(self, request: pb.CheckAccessRequest, context: Any) -> Any:
        """Decide for a service what viewers may see of members."""
        return verdicts.packed(await self.access.decide(verdicts.pairs(request), verdicts.second_degree(request)))

    async def StreamConnections(
        self, request: pb.StreamConnectionsRequest, context: Any
    ) -> AsyncIterator[pb.StreamConnectionsResponse]:
        """Stream all connected pairs to a service."""
        async for page in self.lists.stream(request.cursor):
            pairs = [
                pb.ConnectedPair(user_id=str(pair.lo), other_id=str(pair.hi), connected_at=messages.moment(at))
                for pair, at in page.items
            ]
            yield pb.StreamConnectionsResponse(connections=pairs, cursor=page.next_page_token)

    async def StreamConnectionIds(
        self, request: pb.StreamConnectionIdsRequest, context: Any
    ) -> AsyncIterator[pb.StreamConnectionIdsResponse]:
        """Stream the ids of a member's connections."""
        async for page in self.lists.ids(messages.user_id(request.user_id)):
            yield pb.StreamConnectionIdsResponse(user_ids=[str(user_id) for user_id in page])


@lru_cache(maxsize=16_384)  # some 10 MB
def _shared(card: Card) -> bytes:
    """What a member takes of the reply; messages one after the other are merged."""
    return pb.ListMutualConnectionsResponse(users=[messages.person(card)]).SerializeToString()
