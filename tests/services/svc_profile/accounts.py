"""People with an account and a mailbox, as tests of accounts need them."""

import re
from dataclasses import dataclass
from typing import Any

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as second_factor
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from guild.profile.v1 import profile_service_pb2 as profiles
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceStub
from guild.profile.v1.user_pb2 import User
from guildctl.mailbox import Written
from mesh.auth.authenticator import CLIENT_ADDRESS, CLIENT_AGENT
from mesh.ids import uuid7
from mesh.testing.identity import Metadata
from tests.services.svc_profile.conftest import World

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """A member with their tokens."""

    world: World
    email: str
    id: str
    access_token: str
    refresh_token: str
    proof: Metadata = ()

    @property
    def me(self) -> Metadata:
        return (("authorization", f"Bearer {self.access_token}"),)

    @property
    def auth(self) -> Any:
        return AuthServiceStub(self.world.channel)

    async def profile(self) -> User:
        stub = ProfileServiceStub(self.world.channel)
        return (await stub.GetMe(profiles.GetMeRequest(), metadata=self.me)).user

    async def login(self, password: str = PASSWORD, metadata: Metadata = (), email: str = "") -> "Person":
        request = auth.LoginRequest(email=email or self.email, password=password)
        reply = await self.auth.Login(request, metadata=metadata)
        return Person(self.world, email or self.email, reply.user.id, reply.access_token, reply.refresh_token)

    async def refresh(self) -> None:
        await self.auth.RefreshToken(auth.RefreshTokenRequest(refresh_token=self.refresh_token))

    async def proven(self, **proof: str) -> Metadata:
        """The metadata of calls that ask for a step-up, proven with the password unless told otherwise."""
        request = second_factor.StepUpRequest(**(proof or {"password": PASSWORD}))
        reply = await self.auth.StepUp(request, metadata=self.me)
        return (("authorization", f"Bearer {reply.access_token}"),)

    async def sure(self) -> Metadata:
        """The same, proven once for all calls of a test."""
        self.proof = self.proof or await self.proven()
        return self.proof

    async def mailed(self, number: int, to: str = "") -> Written:
        """The mail with this number, counted from 1; the first asks for the address to be verified."""
        return (await self.world.mailed(to or self.email, number))[number - 1]


async def join(world: World, name: str = "Ann Example", metadata: Metadata = ()) -> Person:
    """Somebody new, whose first mail was sent."""
    email = f"{uuid7()}@example.com"
    request = auth.RegisterRequest(email=email, password=PASSWORD, name=name)
    reply = await AuthServiceStub(world.channel).Register(request, metadata=metadata)
    person = Person(world, email, reply.user.id, reply.access_token, reply.refresh_token)
    await person.mailed(1)
    return person


def token_in(mail: Written) -> str:
    """The token of the link in a mail."""
    [token] = re.findall(r"#token=([\w=-]+)", mail.whole())
    return token


def through_edge(world: World, address: str, agent: str = "") -> Metadata:
    """The metadata of a call that came through the edge."""
    return (*world.identity.service_metadata("edge"), (CLIENT_ADDRESS, address), (CLIENT_AGENT, agent))
