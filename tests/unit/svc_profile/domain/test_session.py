"""Refresh tokens and what they are traded for."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.ids import SessionId, UserId
from svc_profile.domain.session import GRACE, InvalidRefreshToken, RefreshToken, Trade

ANN, SESSION = UserId(UUID(int=1)), SessionId(UUID(int=2))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HERE = b"here"


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_successor_is_opened_by_its_predecessor_alone(old: bytes, new: bytes) -> None:
    """What is sealed is the successor for who holds the token, and something else for everybody else."""
    holder, successor = RefreshToken(ANN, SESSION, old), RefreshToken(ANN, SESSION, new)
    assert successor == holder.unsealed(holder.seal(successor))
    assert successor != RefreshToken.new(ANN, SESSION).unsealed(holder.seal(successor))
    assert new not in {holder.seal(successor), holder.digest}


def test_a_token_survives_the_wire() -> None:
    """What the client sends back is the token it was given; anything else is none."""
    token = RefreshToken.new(ANN, SESSION)
    assert token == RefreshToken.parse(str(token))
    for text in ("", "x", str(token)[:-2], f"{token}AA", "\u00e9" * 86):
        with pytest.raises(InvalidRefreshToken):
            RefreshToken.parse(text)


@pytest.mark.parametrize(
    ("trade", "client", "later", "repeated"),
    [
        (Trade(NOON, HERE, b"next"), HERE, timedelta(), True),
        (Trade(NOON, HERE, b"next"), HERE, GRACE, True),
        (Trade(NOON, HERE, b"next"), HERE, GRACE + timedelta(milliseconds=1), False),
        (Trade(NOON, HERE, b"next"), b"elsewhere", timedelta(), False),
        (Trade(None, None, None), HERE, timedelta(), False),
    ],
)
def test_a_repeat_is_at_once_and_by_the_same_client(
    trade: Trade, client: bytes, later: timedelta, repeated: bool
) -> None:
    """Everything else is another use."""
    assert (b"next" if repeated else None) == trade.successor_for(client, NOON + later)
