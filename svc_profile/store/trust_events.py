"""Facts about trust as events of the contract, in the outbox of the transaction that makes them true."""

from google.protobuf.message import Message

from guild.events.v1 import trust_pb2
from guild.trust.v1 import trust_service_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_profile.domain.decisions import DecisionKind
from svc_profile.domain.trust_facts import RestrictionLifted, RestrictionSet, TrustFact


def publish_trust(tx: Transaction, fact: TrustFact) -> None:
    """Tell the other services, if and only if the transaction commits; what operators do has no member as its actor."""
    tx.emit(_event(fact))


def _event(fact: TrustFact) -> Message:
    match fact:
        case RestrictionSet(decision):
            return trust_pb2.RestrictionSet(
                user_id=str(decision.user_id),
                kind=_restriction(decision.kind),
                expires_at=timestamp(decision.expires_at) if decision.expires_at else None,
                set_at=timestamp(decision.created_at),
                restriction_id=str(decision.id),
            )
        case RestrictionLifted(decision, at):
            return trust_pb2.RestrictionLifted(
                user_id=str(decision.user_id),
                kind=_restriction(decision.kind),
                lifted_at=timestamp(at),
                restriction_id=str(decision.id),
            )


def _restriction(kind: DecisionKind) -> trust_service_pb2.RestrictionKind.ValueType:
    return trust_service_pb2.RestrictionKind.Value(f"RESTRICTION_KIND_{kind.name}")
