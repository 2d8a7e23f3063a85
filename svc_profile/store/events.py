"""Facts as events of the contract, in the outbox of the transaction that makes them true."""

from collections.abc import Mapping

from google.protobuf.message import Message

from guild.events.v1 import graph_pb2, users_pb2
from mesh.contract import timestamp
from mesh.data import Transaction
from svc_profile.domain.connection import Status
from svc_profile.domain.facts import (
    AccountClosed,
    AccountErased,
    AccountFact,
    AccountReopened,
    Blocked,
    ConnectionChanged,
    EmailVerified,
    EndorsementRing,
    Fact,
    FactorFact,
    Followed,
    GraphFact,
    LeavingFact,
    PasswordChanged,
    PraiseFact,
    ProfileChanged,
    RecommendationStep,
    Recommended,
    Registered,
    SecondFactorChanged,
    SecondFactorRecoveryEnded,
    SecondFactorRecoveryRequested,
    SessionEnded,
    SessionOpened,
    SkillEndorsed,
    SkillUnendorsed,
    Unblocked,
    Unfollowed,
)
from svc_profile.domain.ids import UserId
from svc_profile.domain.second_factors import Factor

_FACTOR = {
    Factor.TOTP: users_pb2.SECOND_FACTOR_TOTP,
    Factor.PASSKEY: users_pb2.SECOND_FACTOR_PASSKEY,
    Factor.RECOVERY_CODES: users_pb2.SECOND_FACTOR_RECOVERY_CODES,
}


def publish(tx: Transaction, fact: Fact, *, by: UserId) -> None:
    """Tell the other services, if and only if the transaction commits."""
    tx.emit(_event(fact), actor=by)


def _event(fact: Fact) -> Message:
    match fact:
        case Blocked() | Unblocked() | Followed() | Unfollowed() | ConnectionChanged():
            return _of_the_graph(fact)
        case Registered(user):
            return users_pb2.UserRegistered(user_id=str(user.id), registered_at=timestamp(user.created_at))
        case ProfileChanged(user_id, fields, at, picture):
            return users_pb2.UserUpdated(
                user_id=str(user_id), changed_fields=fields, updated_at=timestamp(at), profile_picture_url=picture
            )
        case SkillEndorsed() | SkillUnendorsed() | EndorsementRing() | Recommended():
            return _of_praise(fact)
        case AccountClosed() | AccountReopened() | AccountErased():
            return _of_leaving(fact)
        case _:
            return _of_the_account(fact)


def _of_the_account(fact: AccountFact) -> Message:
    match fact:
        case SessionOpened(user_id, session_id, new_device, at):
            return users_pb2.SessionOpened(
                user_id=str(user_id), session_id=str(session_id), new_device=new_device, opened_at=timestamp(at)
            )
        case SessionEnded(user_id, session_id, until):
            return users_pb2.SessionRevoked(
                user_id=str(user_id), session_id=str(session_id), expires_at=timestamp(until)
            )
        case EmailVerified(user_id, at):
            return users_pb2.EmailVerified(user_id=str(user_id), verified_at=timestamp(at))
        case PasswordChanged(user_id, by_reset, at):
            return users_pb2.PasswordChanged(user_id=str(user_id), by_reset=by_reset, changed_at=timestamp(at))
        case _:
            return _of_factors(fact)


def _of_factors(fact: FactorFact) -> Message:
    match fact:
        case SecondFactorRecoveryRequested(user_id, due_at):
            return users_pb2.SecondFactorRecoveryRequested(user_id=str(user_id), due_at=timestamp(due_at))
        case SecondFactorRecoveryEnded(user_id, at):
            return users_pb2.SecondFactorRecoveryEnded(user_id=str(user_id), ended_at=timestamp(at))
        case SecondFactorChanged(user_id, factor, works, at):
            return users_pb2.SecondFactorChanged(
                user_id=str(user_id), factor=_FACTOR[factor], works=works, changed_at=timestamp(at)
            )


def _of_leaving(fact: LeavingFact) -> Message:
    match fact:
        case AccountClosed(user_id, erasure_id, at):
            return users_pb2.UserDeleted(user_id=str(user_id), erasure_id=str(erasure_id), deleted_at=timestamp(at))
        case AccountReopened(user_id, at):
            return users_pb2.UserRestored(user_id=str(user_id), restored_at=timestamp(at))
        case AccountErased(user_id, erasure_id, at):
            return users_pb2.UserErased(user_id=str(user_id), erasure_id=str(erasure_id), erased_at=timestamp(at))


def _of_praise(fact: PraiseFact) -> Message:
    match fact:
        case SkillEndorsed(user_id, endorser, skill_id, at):
            ids = {"user_id": str(user_id), "endorser_id": str(endorser), "skill_id": str(skill_id)}
            return users_pb2.SkillEndorsed(**ids, endorsed_at=timestamp(at))
        case SkillUnendorsed(user_id, endorser, skill_id, at):
            ids = {"user_id": str(user_id), "endorser_id": str(endorser), "skill_id": str(skill_id)}
            return users_pb2.SkillUnendorsed(**ids, unendorsed_at=timestamp(at))
        case EndorsementRing(closed_by, members, at):
            return users_pb2.EndorsementRingFound(
                user_id=str(closed_by), member_ids=map(str, members), found_at=timestamp(at)
            )
        case Recommended():
            return _recommended(fact)


def _recommended(fact: Recommended) -> Message:
    ids, at = {"user_id": str(fact.user_id), "author_id": str(fact.author)}, timestamp(fact.at)
    match fact.step:
        case RecommendationStep.REQUESTED:
            return users_pb2.RecommendationRequested(**ids, requested_at=at)
        case RecommendationStep.WRITTEN:
            return users_pb2.RecommendationWritten(**ids, written_at=at)
        case RecommendationStep.SHOWN:
            return users_pb2.RecommendationShown(**ids, shown_at=at)
        case RecommendationStep.HIDDEN:
            return users_pb2.RecommendationHidden(**ids, hidden_at=at)


def _of_the_graph(fact: GraphFact) -> Message:
    match fact:
        case Blocked(blocker, blocked, at):
            return graph_pb2.UserBlocked(blocker_id=str(blocker), blocked_id=str(blocked), blocked_at=timestamp(at))
        case Unblocked(blocker, blocked, at):
            return graph_pb2.UserUnblocked(blocker_id=str(blocker), blocked_id=str(blocked), unblocked_at=timestamp(at))
        case Followed(follower, followed, at, quiet):
            return graph_pb2.UserFollowed(
                follower_id=str(follower), followed_id=str(followed), followed_at=timestamp(at), quiet=quiet
            )
        case Unfollowed(follower, followed, at):
            return graph_pb2.UserUnfollowed(
                follower_id=str(follower), followed_id=str(followed), unfollowed_at=timestamp(at)
            )
        case ConnectionChanged():
            return _connection_changed(fact)


_OF_A_REQUEST: Mapping[Status, tuple[type[Message], str]] = {
    Status.PENDING: (graph_pb2.ConnectionRequested, "requested_at"),
    Status.ACCEPTED: (graph_pb2.ConnectionAccepted, "accepted_at"),
    Status.REJECTED: (graph_pb2.ConnectionRejected, "rejected_at"),
    Status.WITHDRAWN: (graph_pb2.ConnectionWithdrawn, "withdrawn_at"),
    Status.IGNORED: (graph_pb2.ConnectionIgnored, "ignored_at"),
    Status.EXPIRED: (graph_pb2.ConnectionExpired, "expired_at"),
}
"""What is told of who asked and who was asked, and the field of its time."""


def _connection_changed(fact: ConnectionChanged) -> Message:
    connection = fact.connection
    when = timestamp(connection.updated_at) if connection.updated_at else None
    if connection.status not in _OF_A_REQUEST:
        other = str(connection.other(fact.by))
        return graph_pb2.ConnectionRemoved(remover_id=str(fact.by), removed_id=other, removed_at=when)
    requester = connection.requested_by or fact.by
    asked = {"requester_id": str(requester), "addressee_id": str(connection.other(requester))}
    cls, time = _OF_A_REQUEST[connection.status]
    return cls(**asked, **{time: when})
