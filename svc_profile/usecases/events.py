"""What this service tells the others, as messages of the contract."""

from datetime import datetime

from google.protobuf.message import Message

from guild.events.v1 import graph_pb2
from mesh.contract import timestamp
from svc_profile.domain.connection import Connection, Pair, Status
from svc_profile.domain.ids import UserId


def pair_key(pair: Pair) -> str:
    """The ordering key of a pair's events."""
    return f"{pair.lo}-{pair.hi}"


def connection_changed(connection: Connection, *, actor: UserId, at: datetime) -> Message:
    """The event of a pair's new state, brought about by `actor`."""
    requester = connection.requested_by or actor
    asked = {"requester_id": str(requester), "addressee_id": str(connection.other(requester))}
    when = timestamp(at)
    match connection.status:
        case Status.PENDING:
            return graph_pb2.ConnectionRequested(**asked, requested_at=when)
        case Status.ACCEPTED:
            return graph_pb2.ConnectionAccepted(**asked, accepted_at=when)
        case Status.REJECTED:
            return graph_pb2.ConnectionRejected(**asked, rejected_at=when)
        case Status.WITHDRAWN:
            return graph_pb2.ConnectionWithdrawn(**asked, withdrawn_at=when)
        case _:
            other = str(connection.other(actor))
            return graph_pb2.ConnectionRemoved(remover_id=str(actor), removed_id=other, removed_at=when)
