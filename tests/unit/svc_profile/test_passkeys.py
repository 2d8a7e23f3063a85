"""Passkeys: how long a challenge may be answered, and what a role that was asked for none pays for them."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from mesh.data import PageTokens
from mesh.settings import Secret
from mesh.testing.clock import ManualClock
from svc_profile.domain.passkey_answers import Answer
from svc_profile.domain.passkey_options import Site, request
from svc_profile.domain.passkeys import PasskeyChallengeInvalid
from svc_profile.usecases.passkey_proof import PasskeyProof
from tests.services.svc_profile.authenticator import Device

SITE = Site("localhost", ("http://localhost:8080",))
LIFETIME = timedelta(minutes=5)


def proof(clock: ManualClock, key: str = "one") -> PasskeyProof:
    nothing: Any = None
    return PasskeyProof(nothing, nothing, nothing, PageTokens(Secret(key)), SITE, nothing, clock)


@pytest.mark.parametrize(
    ("later", "scope", "key"),
    [
        (LIFETIME, "login/here", "one"),
        (timedelta(), "login/there", "one"),
        (timedelta(), "step-up/here", "one"),
        (timedelta(), "login/here", "two"),
    ],
    ids=["late", "elsewhere", "for something else", "of another site"],
)
def test_a_challenge_is_answered_in_time_where_it_was_asked(later: timedelta, scope: str, key: str) -> None:
    """For five minutes, for what it was asked for, by whom it was asked."""
    clock = ManualClock()
    challenge = proof(clock).challenge("login/here")
    answer = Answer.read(Device().signs(request(SITE, challenge)))
    assert answer is not None
    clock.advance(LIFETIME - timedelta(seconds=1))
    assert challenge == proof(clock).answered(answer, "login/here")
    clock.advance(later - LIFETIME + timedelta(seconds=1))
    with pytest.raises(PasskeyChallengeInvalid):
        proof(clock, key).answered(answer, scope)


def test_a_role_that_nobody_shows_a_passkey_to_does_not_load_the_library() -> None:
    """It weighs nearly twenty megabytes."""
    code = "import sys, svc_profile.app; sys.exit('webauthn' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False).returncode
