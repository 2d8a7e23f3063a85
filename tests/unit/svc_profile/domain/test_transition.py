"""What each of two members remembers of their connection."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from svc_profile.domain.connection import Status
from svc_profile.domain.ids import UserId
from svc_profile.domain.transition import Transition

ANN, BOB = UserId(UUID(int=1)), UserId(UUID(int=2))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def step(before: Status, after: Status, actor: UserId, asked_by: UserId | None = ANN) -> Transition:
    return Transition(UUID(int=7), BOB, before, after, actor, asked_by, NOON)


@pytest.mark.parametrize("after", [Status.REJECTED, Status.IGNORED])
def test_only_who_did_it_remembers_a_refusal(after: Status) -> None:
    """Declined or ignored: who had asked hears nothing."""
    refused = step(Status.PENDING, after, BOB)
    assert (None, refused) == (refused.told_to(ANN), refused.told_to(BOB))


def test_who_refused_sees_what_a_later_request_followed_on() -> None:
    """Who had been refused sees a first request, whoever of the two made it."""
    for again in (ANN, BOB):
        later = step(Status.REJECTED, Status.PENDING, again)
        assert later == later.told_to(BOB)
        assert later._replace(before=Status.NONE) == later.told_to(ANN)


def test_who_was_ignored_sees_a_pending_request_end() -> None:
    """By its time, by an answer, or because they took it back."""
    for after, actor in ((Status.EXPIRED, ANN), (Status.ACCEPTED, BOB), (Status.WITHDRAWN, ANN)):
        ended = step(Status.IGNORED, after, actor)
        assert ended == ended.told_to(BOB)
        assert ended._replace(before=Status.PENDING) == ended.told_to(ANN)


def test_where_nobody_knows_who_had_asked_nothing_is_told() -> None:
    """Steps from before that was kept."""
    old = step(Status.REJECTED, Status.PENDING, ANN, asked_by=None)
    assert [Status.NONE] * 2 == [told.before for who in (ANN, BOB) if (told := old.told_to(who))]
