import base64

import jwt
import pytest

from mesh.auth import ServiceCredentials, ServiceVerifier, TokenExpired, TokenInvalid
from mesh.auth.service_tokens import RENEW_SECONDS, TTL_SECONDS, private_key
from mesh.settings import Secret
from mesh.testing import ManualClock

SEED = Secret(base64.b64encode(b"s" * 32).decode())
OTHER_SEED = Secret(base64.b64encode(b"o" * 32).decode())


def test_a_service_is_recognised_by_the_shared_seed(clock: ManualClock) -> None:
    """Who holds the seed is told apart by name."""
    token = ServiceCredentials("svc-feed", SEED, clock).token()

    assert "svc-feed" == ServiceVerifier(SEED, clock).verify(token)


def test_another_seed_is_refused(clock: ManualClock) -> None:
    """A token of another mesh is worth nothing here."""
    token = ServiceCredentials("feed", OTHER_SEED, clock).token()

    with pytest.raises(TokenInvalid):
        ServiceVerifier(SEED, clock).verify(token)


def test_a_token_is_reused_and_renewed_in_time(clock: ManualClock) -> None:
    """A token is signed once every few minutes, and always has a minute left."""
    credentials, verifier = ServiceCredentials("feed", SEED, clock), ServiceVerifier(SEED, clock)
    first = credentials.token()

    clock.advance(TTL_SECONDS - RENEW_SECONDS - 1)
    assert first == credentials.token()
    clock.advance(1)
    second = credentials.token()

    assert first != second
    clock.advance(RENEW_SECONDS)
    assert "feed" == verifier.verify(second)


def test_a_remembered_token_expires(clock: ManualClock) -> None:
    """A service token is refused when its five minutes are over."""
    token, verifier = ServiceCredentials("feed", SEED, clock).token(), ServiceVerifier(SEED, clock)
    verifier.verify(token)

    clock.advance(TTL_SECONDS)

    with pytest.raises(TokenExpired):
        verifier.verify(token)


def test_without_a_seed_nobody_is_a_service(clock: ManualClock) -> None:
    """An empty seed opens nothing: it makes no token, it accepts none."""
    assert "" == ServiceCredentials("feed", Secret(""), clock).token()
    with pytest.raises(TokenInvalid):
        ServiceVerifier(Secret(""), clock).verify(ServiceCredentials("feed", SEED, clock).token())


@pytest.mark.parametrize(
    "claims", [{"sub": "feed"}, {"sub": "service:"}, {"aud": "guild"}, {"exp": "x"}, {"exp": None}]
)
def test_wrong_claims_are_refused(clock: ManualClock, claims: dict[str, object]) -> None:
    """The audience must be the mesh, the subject a service, the end a number."""
    payload: dict[str, object] = {"aud": "guild-mesh", "sub": "service:feed", "iat": 1, "exp": 4_000_000_000, **claims}
    key = private_key(SEED)
    assert key is not None
    token = jwt.encode({name: value for name, value in payload.items() if value is not None}, key, "EdDSA")

    with pytest.raises(TokenInvalid):
        ServiceVerifier(SEED, clock).verify(token)


@pytest.mark.parametrize("seed", ["short", "c2hvcnQ=", "not base64!"])
def test_a_malformed_seed_stops_the_process(seed: str) -> None:
    """A seed that is not 32 bytes of base64 is a mistake of the operator, told at start."""
    with pytest.raises(ValueError, match="32 random bytes"):
        ServiceVerifier(Secret(seed))


def test_memory_of_tokens_is_bounded(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest service token makes room for the newest."""
    monkeypatch.setattr("mesh.auth.service_tokens._MAX_REMEMBERED", 2)
    verifier = ServiceVerifier(SEED, clock)

    for name in ("a", "b", "c"):
        verifier.verify(ServiceCredentials(name, SEED, clock).token())

    assert ["b", "c"] == [name for name, _ in verifier._known.values()]
