"""Codes of authenticator apps, against the vectors of RFC 6238."""

import base64
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP

from svc_profile.domain.totp import STEP, Totp

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    """The last six digits of the vectors in RFC 6238, appendix B, for SHA-1."""
    assert at // STEP == Totp(RFC, NOW).step_of(code, datetime.fromtimestamp(at, UTC))


@given(drift=st.integers(-5, 5), last=st.integers(-3, 3))
def test_a_code_counts_near_its_time_and_after_the_last_one(drift: int, last: int) -> None:
    """A step early or late, and never twice."""
    now = int(NOW.timestamp()) // STEP
    totp = dataclasses.replace(Totp.new(NOW), confirmed_at=NOW, last_step=now + last)
    step = totp.step_of(TOTP(totp.secret).generate_otp(now + drift), NOW)
    assert step is None or (abs(step - now) <= 1 and step > now + last)
    if abs(drift) <= 1 and drift > last:
        assert step is not None


def test_a_secret_waits_ten_minutes_for_its_first_code() -> None:
    """Then the member begins again; what was confirmed is not confirmed again."""
    totp = Totp.new(NOW)
    assert totp.may_be_confirmed(NOW + timedelta(minutes=9, seconds=59))
    assert not totp.may_be_confirmed(NOW + timedelta(minutes=10))
    assert not dataclasses.replace(totp, confirmed_at=NOW).may_be_confirmed(NOW)
