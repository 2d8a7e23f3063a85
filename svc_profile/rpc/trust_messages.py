"""Between what concerns trust in the domain and the contract's messages; pure."""

from datetime import datetime

from google.protobuf.message import Message

from guild.common.v1 import content_ref_pb2
from guild.trust.v1 import moderation_pb2, trust_service_pb2
from mesh.contract import moment as moment_of
from mesh.contract import timestamp
from svc_profile.domain.actions import Action, ActionKind
from svc_profile.domain.appeals import Appeal, AppealState
from svc_profile.domain.canaries import Canary
from svc_profile.domain.content import ContentRef
from svc_profile.domain.decisions import Decision
from svc_profile.domain.standing import RestrictionKind
from svc_profile.rpc.messages import moment

_NONE = trust_service_pb2.RESTRICTION_KIND_NONE
_RESTRICTIONS = {
    kind: trust_service_pb2.RestrictionKind.Value(f"RESTRICTION_KIND_{kind.name}") for kind in RestrictionKind
}
_APPEALS = {state: moderation_pb2.AppealState.Value(f"APPEAL_STATE_{state.name}") for state in AppealState}
_ACTIONS = {kind: moderation_pb2.ActionKind.Value(f"ACTION_KIND_{kind.name}") for kind in ActionKind}
_ACTION_OF = {number: kind for kind, number in _ACTIONS.items()}
_APPEAL_OF = {number: state for state, number in _APPEALS.items()}
_RESTRICTION_OF = {number: kind for kind, number in _RESTRICTIONS.items()}


def restriction_kind(number: int) -> RestrictionKind | None:
    """What to restrict; None for nothing, which lifts."""
    return _RESTRICTION_OF.get(trust_service_pb2.RestrictionKind.ValueType(number))


def given(message: Message, field: str) -> datetime | None:
    """A time of a request, None where it is not set."""
    if not message.HasField(field):
        return None
    return moment_of(getattr(message, field))


def restriction(value: Decision) -> trust_service_pb2.Restriction:
    """A restriction as operators see it."""
    kind = value.kind.restriction
    return trust_service_pb2.Restriction(
        id=str(value.id),
        user_id=str(value.user_id),
        kind=_NONE if kind is None else _RESTRICTIONS[kind],
        reason=value.reason,
        explanation=value.explanation,
        operator=value.operator,
        created_at=timestamp(value.created_at),
        expires_at=moment(value.expires_at),
        ended_at=moment(value.ended_at),
    )


def nothing_restricted(user_id: str) -> trust_service_pb2.Restriction:
    """What is answered where all was lifted."""
    return trust_service_pb2.Restriction(user_id=user_id, kind=_NONE)


def content(value: ContentRef | None) -> content_ref_pb2.ContentRef | None:
    """A reference to content."""
    if value is None:
        return None
    return content_ref_pb2.ContentRef(
        kind=content_ref_pb2.ContentKind.Value(f"CONTENT_KIND_{value.kind.name}"),
        id=str(value.id),
        parent_id=str(value.parent_id) if value.parent_id else None,
    )


def decision(value: Decision, objection: Appeal | None) -> moderation_pb2.Decision:
    """A decision as the member whom it is about sees it."""
    return moderation_pb2.Decision(
        id=str(value.id),
        kind=moderation_pb2.DecisionKind.Value(f"DECISION_KIND_{value.kind.name}"),
        content=content(value.content),
        explanation=value.explanation,
        created_at=timestamp(value.created_at),
        expires_at=moment(value.expires_at),
        ended_at=moment(value.ended_at),
        appeal=appeal(objection) if objection else None,
    )


def appeal(value: Appeal) -> moderation_pb2.Appeal:
    """An objection."""
    return moderation_pb2.Appeal(
        user_id=str(value.user_id),
        decision_id=str(value.decision_id),
        text=value.text,
        state=_APPEALS[value.state],
        created_at=timestamp(value.created_at),
        resolved_at=moment(value.resolved_at),
        answer=value.answer,
    )


def appeal_state(number: "moderation_pb2.AppealState.ValueType") -> AppealState:
    """How far appeals are that are asked for; open ones where nothing is said."""
    return _APPEAL_OF.get(number, AppealState.OPEN)


def action_kind(number: "moderation_pb2.ActionKind.ValueType") -> ActionKind:
    """What another service says that an operator does."""
    return _ACTION_OF[number]


def canary(value: Canary) -> moderation_pb2.Canary:
    """An account that nobody has."""
    return moderation_pb2.Canary(
        user_id=str(value.user_id), operator=value.operator, created_at=timestamp(value.created_at)
    )


def action(value: Action) -> moderation_pb2.Action:
    """A line of the audit log."""
    return moderation_pb2.Action(
        id=str(value.id),
        operator=value.operator,
        kind=_ACTIONS[value.kind],
        user_id=str(value.user_id) if value.user_id else "",
        target_id=str(value.target_id),
        note=value.note,
        created_at=timestamp(value.at),
    )
