"""People with second factors, as tests need them."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyotp

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import second_factor_pb2 as pb
from mesh.testing.identity import Metadata
from tests.services.svc_profile.accounts import PASSWORD, Person, join
from tests.services.svc_profile.conftest import World


@dataclass
class App:
    """An authenticator app with the account it is for."""

    owner: Person
    secret: str
    recovery_codes: list[str]

    def at(self, steps: int = 0) -> str:
        """What it shows so many steps from now."""
        return pyotp.TOTP(self.secret).generate_otp(int(time.time()) // 30 + steps)

    async def fresh(self) -> str:
        """A code that counts, as if none had been used yet."""
        await self.owner.world.database.execute(
            "UPDATE totp_secrets SET last_step = 0 WHERE user_id = $1", UUID(self.owner.id)
        )
        return self.at()


async def with_app(world: World, metadata: Metadata = ()) -> App:
    """Somebody whose account has an authenticator app."""
    owner = await join(world, metadata=metadata)
    proven = await owner.proven()
    secret = (await owner.auth.StartTotp(pb.StartTotpRequest(), metadata=proven)).secret
    app = App(owner, secret, [])
    request = pb.ConfirmTotpRequest(totp_code=app.at())
    app.recovery_codes.extend((await owner.auth.ConfirmTotp(request, metadata=proven)).recovery_codes)
    return app


async def first_step(person: Person, metadata: Metadata = ()) -> pb.SecondFactorStep:
    """What Login answers to the right password of an account with a second factor."""
    reply = await person.auth.Login(auth.LoginRequest(email=person.email, password=PASSWORD), metadata=metadata)
    assert ("", "") == (reply.access_token, reply.refresh_token)
    assert not reply.HasField("user")
    return reply.second_factor


async def second_step(person: Person, token: str, metadata: Metadata = (), **proof: str) -> Person:
    """The member, signed in."""
    request = pb.CompleteSecondFactorRequest(token=token, **proof)
    reply: Any = await person.auth.CompleteSecondFactor(request, metadata=metadata)
    return Person(person.world, person.email, reply.user.id, reply.access_token, reply.refresh_token)
