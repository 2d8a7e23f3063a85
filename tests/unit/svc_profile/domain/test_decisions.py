"""Restrictions of one member, whatever operators and the clock do to them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain import decisions
from svc_profile.domain.decisions import Decision, ExpiryInPast
from svc_profile.domain.ids import DecisionId, UserId
from svc_profile.domain.standing import RestrictionKind

ANN = UserId(UUID(int=1))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
minutes = st.integers(1, 60)
restrictions = st.tuples(
    st.sampled_from(RestrictionKind), st.integers(0, 60), st.none() | minutes, st.none() | st.integers(0, 120)
)
"""What, set when, for how long or for ever, lifted when or never; in minutes from noon."""


def made(number: int, kind: RestrictionKind, begin: int, lasts: int | None) -> Decision:
    at = NOON + timedelta(minutes=begin)
    until = None if lasts is None else at + timedelta(minutes=lasts)
    return Decision.restrict(
        ANN, DecisionId(UUID(int=number)), kind, by="olga", reason="x", explanation="", at=at, until=until
    )


@given(st.lists(restrictions, max_size=8), st.integers(60, 200))
def test_the_standing_is_the_sum_of_what_holds(
    history: list[tuple[RestrictionKind, int, int | None, int | None]], now: int
) -> None:
    """Each kind holds as long as one of its restrictions was neither lifted nor is over."""
    at, all_of_them, expected = NOON + timedelta(minutes=now), list[Decision](), set[RestrictionKind]()
    for number, (kind, begin, lasts, lifted) in enumerate(history):
        one = made(number, kind, begin, lasts)
        lifted_at = None if lifted is None else max(begin, lifted)
        if lifted_at is not None and lifted_at <= now:
            one = one.lifted(NOON + timedelta(minutes=lifted_at))
        all_of_them.append(one)
        if (lasts is None or begin + lasts > now) and (lifted_at is None or lifted_at > now):
            expected.add(kind)
    standing = decisions.standing(all_of_them, at)
    held = {
        RestrictionKind.SHADOW_BAN: standing.is_shadow_banned(at),
        RestrictionKind.SUSPENDED: standing.is_suspended(at),
        RestrictionKind.LIMITED: standing.is_limited(at),
    }
    assert expected == {kind for kind, holds in held.items() if holds}
    assert expected == {one.kind.restriction for one in decisions.in_force(all_of_them, at)}


@given(st.lists(restrictions, min_size=1, max_size=8), st.integers(60, 120), st.integers(0, 120))
def test_a_stored_standing_is_right_for_as_long_as_nothing_is_decided(
    history: list[tuple[RestrictionKind, int, int | None, int | None]], summed_up: int, later: int
) -> None:
    """By the clock alone: what it says later is what would be summed up then."""
    held = [made(number, kind, begin, lasts) for number, (kind, begin, lasts, _) in enumerate(history)]
    then = NOON + timedelta(minutes=summed_up)
    now = then + timedelta(minutes=later)
    stored, fresh = decisions.standing(held, then), decisions.standing(held, now)
    assert (fresh.is_suspended(now), fresh.is_limited(now), fresh.is_shadow_banned(now)) == (
        stored.is_suspended(now),
        stored.is_limited(now),
        stored.is_shadow_banned(now),
    )


def test_what_is_over_is_not_lifted_again() -> None:
    """A repeat leaves the end where it was."""
    one = made(1, RestrictionKind.LIMITED, 0, 10)
    early, late = NOON + timedelta(minutes=5), NOON + timedelta(minutes=20)
    lifted = one.lifted(early)
    assert early == lifted.ended(late)
    assert lifted == lifted.lifted(late)
    assert one.expires_at == one.lifted(late).ended_at == one.seen(late).ended_at


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(seconds=1)])
def test_a_restriction_ends_in_the_future(until: datetime) -> None:
    """What would be over already is a mistake."""
    with pytest.raises(ExpiryInPast):
        Decision.restrict(
            ANN,
            DecisionId(UUID(int=1)),
            RestrictionKind.LIMITED,
            by="olga",
            reason="x",
            explanation="",
            at=NOON,
            until=until,
        )
