"""The ConnectionService of the contract: what operators ask about all of it."""

from dataclasses import dataclass
from typing import Any

from guild.graph.v1 import audit_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceServicer
from svc_profile.domain.discrepancies import Discrepancy, Kind, Relation
from svc_profile.rpc import messages
from svc_profile.usecases.graph_audit import GraphAudit

_KIND = {one: pb.DiscrepancyKind.Value(f"DISCREPANCY_KIND_{one.name}") for one in Kind}
_RELATION = {one: pb.MirroredRelation.Value(f"MIRRORED_RELATION_{one.name}") for one in Relation}


@dataclass(frozen=True)
class AuditServicer(ConnectionServiceServicer):
    """Unpack, ask, pack."""

    audit: GraphAudit

    async def AuditConnections(self, request: pb.AuditConnectionsRequest, context: Any) -> pb.AuditConnectionsResponse:
        """Compare what is kept twice about a page of members."""
        first = messages.user_id(request.from_user_id) if request.from_user_id else None
        last = messages.user_id(request.to_user_id) if request.to_user_id else None
        found = await self.audit.page(first, last, request.page_token, request.page_size)
        return pb.AuditConnectionsResponse(
            discrepancies=map(_discrepancy, found.discrepancies),
            next_page_token=found.next_page_token,
            members=found.members,
            rows=found.rows,
            compared_in_memory=found.compared,
        )


def _discrepancy(value: Discrepancy) -> pb.Discrepancy:
    return pb.Discrepancy(
        kind=_KIND[value.kind],
        relation=_RELATION[value.relation] if value.relation else pb.MIRRORED_RELATION_UNSPECIFIED,
        user_id=str(value.user_id),
        other_id=str(value.other_id) if value.other_id else "",
        differing=value.differing,
    )
