"""How many members somebody may still invite."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.invitation_budget import A_DAY, A_DAY_UNWELCOME, Invitations, budget, suspicion

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
pasts = st.builds(
    Invitations,
    sent=st.integers(0, 200),
    oldest_at=st.just(NOON),
    accepted=st.integers(0, 50),
    turned_down=st.integers(0, 500),
)


@pytest.mark.parametrize(
    ("accepted", "turned_down", "rate", "unwelcome"),
    [(0, 19, None, False), (0, 20, 0.0, True), (2, 18, 0.1, False), (1, 19, 0.05, True), (20, 0, 1.0, False)],
)
def test_whom_hardly_anybody_accepts_has_twenty_behind_a_challenge(
    accepted: int, turned_down: int, rate: float | None, unwelcome: bool
) -> None:
    """Too few answers say nothing; a tenth is enough."""
    left = budget(Invitations(sent=5, oldest_at=NOON, accepted=accepted, turned_down=turned_down))
    assert (rate, unwelcome) == (left.accept_rate, left.challenge_required)
    assert (A_DAY_UNWELCOME if unwelcome else A_DAY) - 5 == left.remaining
    assert NOON + timedelta(days=1) == left.resets_at


@given(pasts, st.integers(0, 20))
def test_more_acceptance_never_leaves_less(past: Invitations, more: int) -> None:
    """Nor is anything below nothing, whatever was sent."""
    welcome = Invitations(past.sent, past.oldest_at, past.accepted + past.turned_down + more, 0)
    assert 0 <= budget(past).remaining <= budget(welcome).remaining <= A_DAY


@given(pasts)
def test_only_who_overdoes_it_is_suspected(past: Invitations) -> None:
    """Of what an operator can check, and surer where both are so."""
    left, suspected = budget(past), suspicion(past)
    signs = left.challenge_required + (left.remaining == 0)
    assert signs * 40 == (suspected[0] if suspected else 0)


def test_who_asked_nobody_has_all() -> None:
    """And nothing to wait for."""
    left = budget(Invitations())
    assert (A_DAY, None, None, False) == (left.remaining, left.accept_rate, left.resets_at, left.challenge_required)
