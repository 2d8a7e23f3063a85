"""The ConnectionService of the contract: how far members are apart."""

from dataclasses import dataclass
from typing import Any

from guild.graph.v1 import connection_service_pb2 as pb
from guild.graph.v1 import degree_pb2
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import degree_messages, messages
from svc_profile.usecases.degrees import Degrees


@dataclass(frozen=True)
class DegreeServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    degrees: Degrees

    async def GetDegree(self, request: pb.GetDegreeRequest, context: Any) -> pb.GetDegreeResponse:
        """Tell how far a member is from the caller."""
        me, other = current_user(), messages.user_id(request.user_id)
        distance, people = await self.degrees.path(me, other)
        return pb.GetDegreeResponse(
            degree=distance.degree,
            path=[messages.person(user) for user in people],
            is_self=me == other,
            path_withheld=distance.withheld,
        )

    async def BatchGetDegrees(self, request: degree_pb2.BatchGetDegreesRequest, context: Any) -> Any:
        """Tell how far many are."""
        me, texts = current_user(), degree_messages.asked(request)
        return degree_messages.packed(me, await self.degrees.among(me, list(texts)), texts)

    async def GetNetworkSize(
        self, request: degree_pb2.GetNetworkSizeRequest, context: Any
    ) -> degree_pb2.GetNetworkSizeResponse:
        """Tell how large the caller's network is."""
        first, second = await self.degrees.sizes(current_user())
        return degree_pb2.GetNetworkSizeResponse(first_degree=first, second_degree=second)
