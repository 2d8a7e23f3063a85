"""Who may call what: every method of the contract by every kind of caller, at the services and at the edge."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import grpc
import jwt
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from edge.contract import load_contract
from edge.upstreams import SERVICES
from guildctl.coverage import Coverage, coverage
from guildctl.home import Home
from guildctl.roles import ROLES
from mesh.auth import ServiceCredentials, role_keys
from mesh.contract import Access, Idempotency, MethodSpec
from mesh.rpc import engine as engines
from mesh.settings import Engine, RedisSettings
from mesh.testing import TestIdentity, wait_for

METHODS = load_contract().methods
SERVICE_OF = {package: name for name, packages in SERVICES.items() for package in packages}
NAMES = tuple(role.name for role in ROLES)
AT_ONCE = 16
PATIENCE = 2.0  # seconds for a stream that was let in and has nothing to say
SPOILT = ("DEADLINE_EXCEEDED", "UNAVAILABLE")  # what calls get from a machine that has no time for them
MOST_DOUBTFUL = 200

Metadata = tuple[tuple[str, str], ...]


def service_of(method: MethodSpec) -> str:
    """Return who serves a method."""
    return SERVICE_OF[method.service.split(".")[1]]


class Caller(NamedTuple):
    """A kind of caller: what it is, and how it proves that to a service."""

    name: str
    may: frozenset[Access]
    proof: Callable[[str], Metadata]
    refused_everywhere: bool = False
    """A wrong proof is refused on public methods too."""
    outside: "frozenset[Access] | None" = None
    """What it may call at the edge, where that differs: proofs of services are not passed on."""
    suspended: bool = False


EVERYBODY = frozenset({Access.PUBLIC})
NOTHING = frozenset[Access]()


def callers(identity: TestIdentity, strange: TestIdentity, signed_out: Metadata) -> Iterator[Caller]:
    """Yield good callers, then those whose proof is wrong."""

    def member(made_by: TestIdentity = identity, **options: Any) -> Metadata:
        return made_by.sign_in(**options).metadata

    def suspended() -> Metadata:
        return (("authorization", f"Bearer {identity.signer.access_token(uuid4(), uuid4(), suspended=True)}"),)

    def admin(token: str) -> Metadata:
        return (("x-admin-token", token),)

    def spoilt() -> Metadata:
        token = identity.sign_in().token
        return (("authorization", f"Bearer {token[:-8]}{token[-8:][::-1]}"),)

    def service(signer: str, made_by: TestIdentity = identity, **claims: object) -> Metadata:
        now = int(time.time())
        said = {"sub": f"service:{signer}", "iat": now, "exp": now + 60, **claims}
        folder = made_by.settings.role_key_dir
        assert folder is not None
        token = jwt.encode(said, role_keys.read_private(folder / f"{signer}.key"), "EdDSA")
        return (("x-guild-service-token", token),)

    yield Caller("nobody", EVERYBODY, lambda _: ())
    yield Caller("a member", EVERYBODY | {Access.USER}, lambda _: member())
    yield Caller("an operator", EVERYBODY | {Access.ADMIN}, lambda _: identity.admin_metadata())
    for role in NAMES:
        may = EVERYBODY if role == "edge" else EVERYBODY | {Access.SERVICE}
        yield Caller(role, may, lambda to, role=role: identity.service_metadata(role, to), outside=EVERYBODY)
    for role in ("edge", "feed"):
        may = EVERYBODY if role == "edge" else EVERYBODY | {Access.SERVICE}
        yield Caller(
            f"a member through {role}",
            may | {Access.USER},
            lambda to, role=role: (*identity.service_metadata(role, to), *member()),
            outside=EVERYBODY | {Access.USER},
        )
    yield Caller("a member whose token is over", EVERYBODY, lambda _: member(ttl=timedelta(minutes=-5)))
    yield Caller("a member who signed out", EVERYBODY, lambda _: signed_out)
    yield Caller("a suspended member", EVERYBODY | {Access.USER}, lambda _: suspended(), suspended=True)
    yield Caller("a spoilt token", NOTHING, lambda _: spoilt(), True)
    yield Caller("a token of another mesh", NOTHING, lambda _: member(strange), True)
    yield Caller("a token that is none", NOTHING, lambda _: (("authorization", "Bearer x.y.z"),), True)
    yield Caller("a wrong operator", NOTHING, lambda _: admin("wrong"), True)
    yield Caller("a member with a wrong operator's token", NOTHING, lambda _: (*member(), *admin("wrong")), True)
    wrong: dict[str, Callable[[str], Metadata]] = {
        "the edge that says it is feed": lambda to: service("edge", aud=to, sub="service:feed"),
        "jobs that says it is feed": lambda to: service("jobs", aud=to, sub="service:feed"),
        "feed that meant another service": lambda to: service("feed", aud="jobs" if to != "jobs" else "profile"),
        "feed whose token is over": lambda to: service("feed", aud=to, iat=1, exp=61),
        "feed for ever": lambda to: service("feed", aud=to, exp=4_000_000_000),
        "feed of another mesh": lambda to: service("feed", strange, aud=to),
        "a role that is none": lambda to: service("feed", aud=to, sub="service:nobody"),
        "a member's token as a service's": lambda _: (("x-guild-service-token", identity.sign_in().token),),
    }
    for name, proof in wrong.items():
        yield Caller(name, NOTHING, proof, True, outside=EVERYBODY)


def expected(method: MethodSpec, caller: Caller, *, outside: bool) -> str:
    """Return the verdict the contract asks for: "served", or the status a refusal has."""
    policy, access = method.required_policy, method.required_policy.access
    if outside and access == Access.SERVICE:
        return "UNIMPLEMENTED"  # such methods do not exist there
    stripped = outside and caller.outside is not None
    may = caller.outside if outside and caller.outside is not None else caller.may
    stale = caller.name in {"a member whose token is over", "a member who signed out"}
    if access not in may or (stale and policy.idempotency == Idempotency.NO_SIDE_EFFECTS):
        unknown = stale or access == Access.USER or (caller.refused_everywhere and not stripped)
        return "UNAUTHENTICATED" if unknown else "PERMISSION_DENIED"
    if access == Access.USER and caller.suspended and not policy.allow_suspended:
        return "PERMISSION_DENIED"
    nobody_proves_anew = access == Access.USER and policy.step_up
    return "UNAUTHENTICATED" if nobody_proves_anew else "served"


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One engine: who may call is decided by the concerns, which both engines share."""
    return "wire"


@dataclass(frozen=True)
class Doors:
    """Channels to the services and to the edge, and where their buckets are."""

    services: dict[str, grpc.aio.Channel]
    edge: grpc.aio.Channel
    redis: Redis

    def of(self, method: MethodSpec) -> grpc.aio.Channel:
        return self.services[service_of(method)]


@pytest_asyncio.fixture(loop_scope="module")
async def doors(mesh: Any, engine: Engine, redis_settings: RedisSettings) -> AsyncIterator[Doors]:
    channels = {name: engines.channel(engine, address) for name, address in mesh.services.items()}
    edge = engines.channel(engine, mesh.grpc)
    async with Redis.from_url(redis_settings.url) as redis:
        yield Doors(channels, edge, redis)
    await asyncio.gather(*(channel.close() for channel in (*channels.values(), edge)))


async def status(
    doors: Doors, channel: grpc.aio.Channel, method: MethodSpec, metadata: Metadata, patience: float = PATIENCE
) -> grpc.StatusCode:
    """Call with an empty request; a stream that has nothing to say in time ends with DEADLINE_EXCEEDED.

    All these callers are behind one address: its bucket is asked before who may call, and filled when it is empty.
    """
    while True:
        if method.client_streaming or method.server_streaming:
            stream = channel.stream_stream(method.full_name)(metadata=metadata, timeout=patience)
            try:
                await stream.write(b"")
                await stream.done_writing()
                while await stream.read() is not grpc.aio.EOF:
                    pass
            except (grpc.aio.AioRpcError, asyncio.InvalidStateError):
                pass
            code = await stream.code()
        else:
            try:
                await channel.unary_unary(method.full_name)(b"", metadata=metadata, timeout=20)
                code = grpc.StatusCode.OK
            except grpc.aio.AioRpcError as error:
                code = error.code()
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            await doors.redis.flushdb()
        elif code is not grpc.StatusCode.UNAVAILABLE:
            return code


def verdict(code: grpc.StatusCode, method: MethodSpec, missing: frozenset[str]) -> str:
    """Tell what a status says about who asked: an empty request that is refused for itself was let in."""
    name = f"{method.service}/{method.name}"
    if code in {grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED}:
        return code.name
    if code is grpc.StatusCode.UNIMPLEMENTED and name not in missing:
        return code.name
    if code in {grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL}:
        return f"a fault of ours, {code.name}"
    return "served"


class Trial(NamedTuple):
    """One caller at one method, at the edge or at the service."""

    method: MethodSpec
    caller: Caller
    outside: bool

    async def fault(self, doors: Doors, missing: frozenset[str], patience: float = PATIENCE) -> str:
        """Return what is wrong with the verdict, empty when nothing is."""
        method, service = self.method, service_of(self.method)
        channel = doors.edge if self.outside else doors.of(method)
        code = await status(doors, channel, method, self.caller.proof(service), patience)
        known = frozenset[str]() if self.outside and method.required_policy.access == Access.SERVICE else missing
        found, wanted = verdict(code, method, known), expected(method, self.caller, outside=self.outside)
        door = "at the edge" if self.outside else f"at {service}"
        told = f"{method.full_name} by {self.caller.name} {door}: {code.name}, not {wanted}"
        return "" if found == wanted else told


async def wrong_verdicts(doors: Doors, everybody: list[Caller], missing: frozenset[str]) -> list[str]:
    """Try everybody at every method, at both doors; what a machine that stood still may have spoilt is tried again."""
    waiting = iter([Trial(*each) for each in itertools.product(METHODS, everybody, (False, True))])
    wrong: list[str] = []
    doubtful: list[Trial] = []

    async def trier() -> None:
        for trial in waiting:
            fault = await trial.fault(doors, missing)
            if any(f": {code}," in fault for code in SPOILT) and len(doubtful) < MOST_DOUBTFUL:
                doubtful.append(trial)
            elif fault:
                wrong.append(fault)

    await asyncio.gather(*(trier() for _ in range(AT_ONCE)))
    again = [await trial.fault(doors, missing, 5 * PATIENCE) for trial in doubtful]
    return wrong + [fault for fault in again if fault]


async def signed_out(mesh: Any) -> Metadata:
    """Return the proof of a member whose session is over."""
    body = {"email": f"{uuid4()}@example.com", "password": "a long enough password", "name": "Otto"}
    async with mesh.client() as client:
        token = (await client.post("/api/v1/auth/register", json=body)).json()["accessToken"]
        bearer = {"authorization": f"Bearer {token}"}
        assert 200 == (await client.post("/api/v1/auth/logout", json={}, headers=bearer)).status_code
    return tuple(bearer.items())


async def missing_methods(mesh: Any, folder: Path) -> frozenset[str]:
    """Ask as `guild doctor` does."""
    home = Home(folder)
    home.note(roles={"all": {"admin_port": mesh.admin_port}})  # which are one process here

    async def answered() -> Coverage | None:
        found = await coverage(home)
        return None if found.silent else found

    return frozenset((await wait_for(answered, timeout=120)).missing)


async def test_every_method_by_every_caller(mesh: Any, doors: Doors, identity: TestIdentity, tmp_path: Path) -> None:
    """The access rule of the contract holds for everybody, and a wrong proof opens nothing anywhere."""
    strange = TestIdentity(tmp_path / "ring", issuer=identity.settings.issuer, roles=NAMES)
    everybody = list(callers(identity, strange, await signed_out(mesh)))
    missing = await missing_methods(mesh, tmp_path)
    try:
        wrong = await wrong_verdicts(doors, everybody, missing)
    finally:
        strange.close()

    assert not wrong, "\n".join(wrong)
    assert {Access.PUBLIC, Access.USER, Access.SERVICE, Access.ADMIN} == {m.required_policy.access for m in METHODS}


async def test_the_doctor_tells_the_truth(mesh: Any, doors: Doors, identity: TestIdentity, tmp_path: Path) -> None:
    """What `guild doctor` lists is not served to those who may call it, and what it does not list is."""
    told = await missing_methods(mesh, tmp_path)
    answered: dict[str, grpc.StatusCode] = {}
    for method in METHODS:
        service = identity.service_metadata("feed", service_of(method))
        proofs = (*identity.sign_in().metadata, *service, *identity.admin_metadata())
        answered[f"{method.service}/{method.name}"] = await status(doors, doors.of(method), method, proofs)
    missing = {name for name, code in answered.items() if code is grpc.StatusCode.UNIMPLEMENTED}

    assert missing <= told
    # an empty request can be refused for itself before anybody looks for the method
    assert {answered[name] for name in told} <= {grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INVALID_ARGUMENT}


def test_every_package_has_a_service() -> None:
    """A package of the contract that no role serves would be missed by both tests above."""
    assert {method.service.split(".")[1] for method in METHODS} <= SERVICE_OF.keys()


@pytest.mark.parametrize("role", NAMES)
def test_a_token_of_a_test_is_one_of_a_role(identity: TestIdentity, role: str) -> None:
    """What the matrix signs is what roles send: the same claims, and the key each is given."""
    sent = jwt.decode(ServiceCredentials(role, identity.settings).token("profile"), options={"verify_signature": False})
    assert {"aud", "sub", "iat", "exp"} == sent.keys()
