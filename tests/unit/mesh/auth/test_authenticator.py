from collections.abc import Iterator
from pathlib import Path

import pytest

from mesh.auth import Authenticator, Operators, ServiceVerifier, TokenExpired, TokenInvalid, TokenVerifier
from mesh.auth.operators import hashed, new_token
from mesh.ids import uuid7
from mesh.principal import ANONYMOUS, Principal
from mesh.settings import AuthSettings, Secret
from mesh.testing import ManualClock, TestIdentity


@pytest.fixture
def local(tmp_path: Path, clock: ManualClock) -> Iterator[TestIdentity]:
    identity = TestIdentity(tmp_path / "ring", clock, roles=("edge", "feed"))
    yield identity
    identity.close()


@pytest.fixture
def authenticate(local: TestIdentity, clock: ManualClock) -> Authenticator:
    return Authenticator(
        TokenVerifier(local.keys, local.settings.issuer, clock),
        ServiceVerifier("profile", local.settings, clock),
        Operators(local.settings),
    )


async def test_a_bearer_token_is_a_member(authenticate: Authenticator, local: TestIdentity) -> None:
    """A good access token gives the member and the session; the scheme's case does not matter."""
    member = local.sign_in()

    principal = await authenticate(member.metadata)

    assert Principal(user_id=member.user_id, session_id=member.session_id) == principal
    assert principal == await authenticate([("authorization", f"bearer {member.token}"), ("user-agent", "x")])


async def test_nothing_given_is_nobody(authenticate: Authenticator) -> None:
    """A call without proof is anonymous."""
    assert ANONYMOUS == await authenticate([("user-agent", "x"), ("x-bin", b"x")])


async def test_a_service_acts_for_a_member(authenticate: Authenticator, local: TestIdentity) -> None:
    """A service that forwards its caller's token is both: the member and the service."""
    member = local.sign_in()

    principal = await authenticate(member.metadata + local.service_metadata("feed"))

    assert (member.user_id, "feed") == (principal.user_id, principal.service)


async def test_only_the_edge_says_where_a_client_is(authenticate: Authenticator, local: TestIdentity) -> None:
    """A client's own word about its address is not taken, nor another service's."""
    claim = (("x-guild-client-address", "203.0.113.7"),)

    from_edge = await authenticate(claim + local.service_metadata("edge"))
    from_feed = await authenticate(claim + local.service_metadata("feed"))
    from_client = await authenticate(claim)

    assert ["203.0.113.7", None, None] == [from_edge.address, from_feed.address, from_client.address]


async def test_an_operator_is_admin(authenticate: Authenticator, local: TestIdentity) -> None:
    """The one token of a laptop makes an operator, who is no member."""
    caller = await authenticate(local.admin_metadata())

    assert (Principal(operator="admin"), True) == (caller, caller.admin)


async def test_operators_are_known_by_name(local: TestIdentity) -> None:
    """Each by a token of their own, of which the settings have the hash only."""
    ann, bob = new_token(), new_token()
    settings = AuthSettings(operators=(f"ann:{hashed(ann)}", f"bob:{hashed(bob).upper()}"))
    services = ServiceVerifier("profile", AuthSettings())
    authenticate = Authenticator(TokenVerifier(local.keys, local.settings.issuer), services, Operators(settings))

    names = [(await authenticate([("x-admin-token", token)])).operator for token in (ann, bob)]

    assert ["ann", "bob"] == names
    for wrong in (hashed(ann), "ann", local.admin_metadata()[0][1]):
        with pytest.raises(TokenInvalid):
            await authenticate([("x-admin-token", wrong)])


@pytest.mark.parametrize(
    "entries", [("ann",), ("ann:short",), ("Ann Lee:" + "0" * 64,), ("ann:" + "0" * 64, "ann:" + "1" * 64)]
)
def test_operators_who_cannot_be_told_apart_are_refused(entries: tuple[str, ...]) -> None:
    """A name that audit logs can carry, a whole hash, each name once; and no token that is everybody's."""
    with pytest.raises(ValueError, match="operators"):
        AuthSettings(operators=entries)
    with pytest.raises(ValueError, match="admin_token"):
        AuthSettings(operators=("ann:" + "0" * 64,), admin_token=Secret("x"))


async def test_a_limited_member_is_known_by_the_token(authenticate: Authenticator, local: TestIdentity) -> None:
    """So that every service charges them more without asking."""
    token = local.signer.access_token(uuid7(), uuid7(), limited=True)

    assert (await authenticate([("authorization", f"Bearer {token}")])).limited


@pytest.mark.parametrize("token", ["wrong", "", "é"])
async def test_a_wrong_admin_token_is_an_error(authenticate: Authenticator, token: str) -> None:
    """A guess is refused rather than served as nobody."""
    with pytest.raises(TokenInvalid):
        await authenticate([("x-admin-token", token)])


async def test_an_empty_admin_token_opens_nothing(local: TestIdentity) -> None:
    """A role without an admin token has no operators."""
    services = ServiceVerifier("profile", AuthSettings())
    authenticate = Authenticator(TokenVerifier(local.keys, local.settings.issuer), services, Operators(AuthSettings()))

    with pytest.raises(TokenInvalid):
        await authenticate([("x-admin-token", "")])


async def test_an_expired_token_is_told_apart(
    authenticate: Authenticator, local: TestIdentity, clock: ManualClock
) -> None:
    """A client learns that it should refresh, not that its token is wrong."""
    member = local.sign_in()

    clock.advance(3600)

    with pytest.raises(TokenExpired):
        await authenticate(member.metadata)


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "Bearer x", "token"])
async def test_a_bad_authorization_is_an_error(authenticate: Authenticator, value: str) -> None:
    """Whoever tries to prove something and fails is not served as a stranger."""
    with pytest.raises(TokenInvalid):
        await authenticate([("authorization", value)])


async def test_a_proof_given_twice_is_an_error(authenticate: Authenticator, local: TestIdentity) -> None:
    """Of two tokens nobody could say which one counts, so neither does."""
    one, two = local.sign_in(), local.sign_in(uuid7())

    with pytest.raises(TokenInvalid):
        await authenticate(one.metadata + two.metadata)


async def test_a_forged_service_token_is_an_error(authenticate: Authenticator, local: TestIdentity) -> None:
    """A member's own token is no service token."""
    with pytest.raises(TokenInvalid):
        await authenticate([("x-guild-service-token", local.sign_in().token)])
