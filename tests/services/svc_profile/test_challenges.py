"""Challenges over the wire: asked for, passed once, used once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv6Address
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
import pytest_asyncio

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.trust.v1 import trust_service_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.auth.authenticator import CLIENT_ADDRESS
from mesh.cache import Cache
from mesh.errors import Failure
from mesh.ids import uuid7
from mesh.settings import MailSettings, RedisSettings, Secret
from mesh.testing import TestIdentity
from mesh.testing.databases import Databases
from mesh.testing.serving import serving
from svc_profile.app import build
from svc_profile.config import ChallengeSettings, Config
from svc_profile.domain.challenge import is_proof
from svc_profile.domain.login_throttling import ASKED_OF_NETWORK
from svc_profile.store.spent_challenges import SpentChallenges
from tests.services.svc_profile.accounts import PASSWORD
from tests.services.svc_profile.conftest import World


def solved(challenge: pb.Challenge) -> str:
    """The first number that proves the work."""
    return next(str(n) for n in range(1 << 30) if is_proof(challenge.prompt, str(n), challenge.difficulty))


async def started(world: Any, metadata: Any = (), **wanted: Any) -> pb.Challenge:
    stub = TrustServiceStub(world.channel)
    return (await stub.StartChallenge(pb.StartChallengeRequest(**wanted), metadata=metadata)).challenge


async def answered(world: Any, challenge: pb.Challenge, answer: str, metadata: Any = ()) -> pb.AnswerChallengeResponse:
    request = pb.AnswerChallengeRequest(challenge_id=challenge.id, prompt=challenge.prompt, answer=answer)
    return await TrustServiceStub(world.channel).AnswerChallenge(request, metadata=metadata)


async def passed(world: Any, metadata: Any = ()) -> str:
    """The token of a challenge that was passed."""
    challenge = await started(world, metadata)
    return (await answered(world, challenge, solved(challenge), metadata)).token


async def refused(world: Any, challenge: pb.Challenge, answer: str, metadata: Any = ()) -> str:
    with pytest.raises(Failure) as caught:
        await answered(world, challenge, answer, metadata)
    return caught.value.reason


async def test_what_was_spent_is_spent_for_one_use(redis_settings: RedisSettings) -> None:
    """A call that is run or sent again finds its own token spent for itself, at any process."""
    cache = Cache(redis_settings)
    await cache.start()
    here, there, token = SpentChallenges(cache), SpentChallenges(cache), uuid7()

    spent = [await at.spend("used", token, use) for use in ("one", "other", "") for at in (here, there)]
    first, second = [await at.spend("passed", token) for at in (here, there)]
    late = SpentChallenges(cache)
    at_once = await asyncio.gather(*(late.spend("used", token, "other") for _ in range(3)))

    await cache.stop()
    assert [True, True, False, False, False, False] == spent
    assert (True, False) == (first, second)
    assert [False, False, False] == at_once


async def test_a_challenge_is_passed_once_by_who_was_asked(world: World) -> None:
    """A wrong answer leaves it open; another member's, or a changed one, is none."""
    ann, bob = await world.member(), await world.member()
    challenge = await started(world, ann.metadata)
    answer = solved(challenge)
    wrong = await answered(world, challenge, "-1", ann.metadata)
    assert (False, 1, "") == (wrong.passed, wrong.attempts_left, wrong.token)
    assert "CHALLENGE_NOT_FOUND" == await refused(world, challenge, answer, bob.metadata)
    assert "CHALLENGE_NOT_FOUND" == await refused(world, challenge, answer)
    right = await answered(world, challenge, answer, ann.metadata)
    assert (True, True) == (right.passed, bool(right.token))
    assert "CHALLENGE_CLOSED" == await refused(world, challenge, answer, ann.metadata)
    changed = pb.Challenge(id=str(uuid7()), prompt=challenge.prompt)
    assert "CHALLENGE_NOT_FOUND" == await refused(world, changed, answer, ann.metadata)


async def test_who_passes_many_works_harder(world: World) -> None:
    """Within the hour, and nobody else does."""
    ann, bob = await world.member(), await world.member()
    bits = list[int]()
    for _ in range(5):
        bits.append((await started(world, ann.metadata)).difficulty)
        assert await passed(world, ann.metadata)
    assert [8, 9, 10, 10, 11] == bits
    assert 8 == (await started(world, bob.metadata)).difficulty


class Provider(BaseHTTPRequestHandler):
    """Takes `human` for a person's answer, and is broken by `broken`."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        told = b'{"success": true}' if form == {"secret": ["hush"], "response": ["human"]} else b'{"success": false}'
        self.send_response(500 if form["response"] == ["broken"] else 200)
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the class above names it
        """Say nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/siteverify"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(
    common: dict[str, Any],
    database_of: Databases,
    identity: TestIdentity,
    provider: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Any]:
    """The service with a provider, which asks everybody who registers, and who signs in after failures."""
    config = Config(
        **common,
        database=await database_of("svc_profile"),
        mail=MailSettings(folder=tmp_path_factory.mktemp("mail")),
        signing_keys_dir=identity.ring_folder,
        hashing_cost="test",
        challenges=ChallengeSettings(
            registrations=True,
            sign_ins=True,
            captcha_url=provider,
            captcha_site_key="site",
            captcha_secret=Secret("hush"),
        ),
    )
    async with serving(build(config)) as running:
        yield running


async def register(world: Any, token: str = "") -> str:
    request = auth.RegisterRequest(
        email=f"{uuid7()}@example.com", password="correct horse", name="Some One", challenge_token=token
    )
    return (await AuthServiceStub(world.channel).Register(request)).user.name


async def test_who_registers_shows_the_provider_that_they_are_a_person(guarded: Any) -> None:
    """Each time anew; a provider that is away lets nobody in."""
    with pytest.raises(Failure) as caught:
        await register(guarded)
    assert ("CHALLENGE_REQUIRED", {"kind": "CAPTCHA"}) == (caught.value.reason, dict(caught.value.metadata))
    challenge = await started(guarded)
    assert (pb.CHALLENGE_KIND_CAPTCHA, "site", 0) == (challenge.kind, challenge.site_key, challenge.difficulty)
    for answer in ("robot", "broken"):
        assert not (await answered(guarded, challenge, answer)).passed
    token = (await answered(guarded, challenge, "human")).token
    assert "Some One" == await register(guarded, token)
    with pytest.raises(Failure):
        await register(guarded, token)


async def test_no_other_kind_gets_around_the_provider(guarded: Any) -> None:
    """Whatever kind a robot asks for, it is given the one that it cannot solve."""
    for wanted in pb.ChallengeKind.values():
        assert pb.CHALLENGE_KIND_CAPTCHA == (await started(guarded, kind=wanted)).kind


def from_somewhere(identity: TestIdentity) -> Any:
    """What the edge says of a client in a network of its own."""
    address = str(IPv6Address(uuid7().int << 64 & (1 << 128) - 1))
    return (*identity.service_metadata("edge"), (CLIENT_ADDRESS, address))


async def proven(world: Any, metadata: Any) -> str:
    """The token of a challenge that a person passed."""
    return (await answered(world, await started(world, metadata), "human", metadata)).token


async def sign_in(world: Any, email: str, password: str, metadata: Any, token: str = "") -> str:
    """Why there was no session; empty where one was opened."""
    request = auth.LoginRequest(email=email, password=password, challenge_token=token)
    try:
        await AuthServiceStub(world.channel).Login(request, metadata=metadata)
    except Failure as failure:
        return failure.reason
    return ""


async def test_after_some_failures_a_sign_in_needs_a_challenge_each(guarded: Any, identity: TestIdentity) -> None:
    """Whether there is such an account or not; a refusal counts for no failure, and another network is not asked."""
    known, unknown = f"{uuid7()}@example.com", f"{uuid7()}@example.com"
    here, there = from_somewhere(identity), from_somewhere(identity)
    entry = auth.RegisterRequest(
        email=known, password=PASSWORD, name="Some One", challenge_token=await proven(guarded, here)
    )
    await AuthServiceStub(guarded.channel).Register(entry, metadata=here)
    for email in (known, unknown):
        wrong = [await sign_in(guarded, email, "wrong one", here) for _ in range(5)]
        assert ["INVALID_CREDENTIALS"] * 3 + ["CHALLENGE_REQUIRED"] * 2 == wrong
        elsewhere = await proven(guarded, there)
        assert "CHALLENGE_REQUIRED" == await sign_in(guarded, email, "wrong one", here, elsewhere)
        token = await proven(guarded, here)
        assert ["INVALID_CREDENTIALS", "CHALLENGE_REQUIRED"] == [
            await sign_in(guarded, email, "wrong one", here, token) for _ in range(2)
        ]
    assert "" == await sign_in(guarded, known, PASSWORD, there)
    assert "" == await sign_in(guarded, known, PASSWORD, here, await proven(guarded, here))
    assert "" == await sign_in(guarded, known, PASSWORD, here)


async def test_a_network_that_tries_many_accounts_needs_one_too(guarded: Any, identity: TestIdentity) -> None:
    """One failure at each of ten; who signs in to an account of their own gets no more of them."""
    place, own = from_somewhere(identity), f"{uuid7()}@example.com"
    entry = auth.RegisterRequest(
        email=own, password=PASSWORD, name="Some One", challenge_token=await proven(guarded, place)
    )
    await AuthServiceStub(guarded.channel).Register(entry, metadata=place)
    spread = [await sign_in(guarded, f"{uuid7()}@example.com", "wrong one", place) for _ in range(ASKED_OF_NETWORK)]
    assert {"INVALID_CREDENTIALS"} == set(spread)
    assert "CHALLENGE_REQUIRED" == await sign_in(guarded, own, PASSWORD, place)
    assert "" == await sign_in(guarded, own, PASSWORD, place, await proven(guarded, place))
    assert "CHALLENGE_REQUIRED" == await sign_in(guarded, f"{uuid7()}@example.com", "wrong one", place)
