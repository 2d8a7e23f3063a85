"""Facts about trust as events of the contract, in the outbox of the transaction that makes them true."""

from typing import Any

from google.protobuf.message import Message

from guild.common.v1 import content_ref_pb2
from guild.events.v1 import trust_pb2
from guild.trust.v1 import trust_service_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_profile.domain.content import ContentRef
from svc_profile.domain.decisions import DecisionKind
from svc_profile.domain.flags import Flag
from svc_profile.domain.ids import UserId
from svc_profile.domain.trust_facts import (
    AppealDecided,
    ContentModerated,
    ContentRestored,
    FlagRaised,
    FlagResolved,
    Reported,
    RestrictionLifted,
    RestrictionSet,
    TrustFact,
)


def publish_trust(tx: Transaction, fact: TrustFact) -> None:
    """Tell the other services, if and only if the transaction commits.

    What operators do has no member as its actor, and nobody is told who reported.
    """
    tx.emit(_event(fact))


def _event(fact: TrustFact) -> Message:
    match fact:
        case RestrictionSet() | RestrictionLifted():
            return _of_restriction(fact)
        case ContentModerated() | ContentRestored():
            return _of_content(fact)
        case AppealDecided(user_id, decision_id, lifted, at):
            return trust_pb2.AppealDecided(
                user_id=str(user_id), decision_id=str(decision_id), lifted=lifted, decided_at=timestamp(at)
            )
        case _:
            return _of_suspicion(fact)


def _of_restriction(fact: RestrictionSet | RestrictionLifted) -> Message:
    decision = fact.decision
    common: dict[str, Any] = {
        "user_id": str(decision.user_id),
        "kind": _restriction(decision.kind),
        "restriction_id": str(decision.id),
    }
    if isinstance(fact, RestrictionLifted):
        return trust_pb2.RestrictionLifted(**common, lifted_at=timestamp(fact.at))
    until = timestamp(decision.expires_at) if decision.expires_at else None
    return trust_pb2.RestrictionSet(**common, expires_at=until, set_at=timestamp(decision.created_at))


def _of_content(fact: ContentModerated | ContentRestored) -> Message:
    content_id, content = str(fact.content.id), _content(fact.content, fact.author)
    decision_id = str(fact.decision_id) if fact.decision_id else ""
    common: dict[str, Any] = {"content_id": content_id, "content": content, "decision_id": decision_id}
    if isinstance(fact, ContentModerated):
        return trust_pb2.ContentModerated(**common, moderated_at=timestamp(fact.at))
    return trust_pb2.ContentRestored(**common, restored_at=timestamp(fact.at))


def _of_suspicion(fact: Reported | FlagRaised | FlagResolved) -> Message:
    match fact:
        case Reported(report):
            return trust_pb2.ContentReported(
                report_id=str(report.id),
                reason=trust_service_pb2.ReportReason.Value(f"REPORT_REASON_{report.reason.name}"),
                reported_at=timestamp(report.at),
                subject_id=str(report.subject.id),
                user_id=str(report.subject.user_id or ""),
                content=_content(report.subject.content),
            )
        case FlagRaised(flag):
            return trust_pb2.FlagRaised(
                **_about(flag),
                kind=trust_service_pb2.FlagKind.Value(f"FLAG_KIND_{flag.kind.name}"),
                score=flag.score,
                raised_at=timestamp(flag.created_at),
            )
        case FlagResolved(flag, at):
            name = flag.resolution.name if flag.resolution else "UNSPECIFIED"
            return trust_pb2.FlagResolved(
                **_about(flag),
                resolution=trust_service_pb2.FlagResolution.Value(f"FLAG_RESOLUTION_{name}"),
                resolved_at=timestamp(at),
            )


def _about(flag: Flag) -> dict[str, Any]:
    return {
        "flag_id": str(flag.id),
        "subject_id": str(flag.subject.id),
        "user_id": str(flag.subject.user_id or ""),
        "content": _content(flag.subject.content),
    }


def _content(content: ContentRef | None, author: UserId | None = None) -> content_ref_pb2.ContentRef | None:
    if content is None:
        return None
    return content_ref_pb2.ContentRef(
        kind=content_ref_pb2.ContentKind.Value(f"CONTENT_KIND_{content.kind.name}"),
        id=str(content.id),
        parent_id=str(content.parent_id) if content.parent_id else None,
        author_id=str(author) if author else None,
    )


def _restriction(kind: DecisionKind) -> trust_service_pb2.RestrictionKind.ValueType:
    return trust_service_pb2.RestrictionKind.Value(f"RESTRICTION_KIND_{kind.name}")
