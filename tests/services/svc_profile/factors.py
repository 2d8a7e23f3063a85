"""People with second factors, as tests need them."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyotp

from guild.auth.v1 import auth_service_pb2 as auth
from guild.auth.v1 import passkey_pb2 as passkeys
from guild.auth.v1 import second_factor_pb2 as pb
from guild.auth.v1.auth_service_pb2_grpc import AuthServiceStub
from mesh.testing.identity import Metadata
from tests.services.svc_profile.accounts import PASSWORD, Person, join
from tests.services.svc_profile.authenticator import Device
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


async def with_passkey(owner: Person, device: Device, metadata: Metadata = (), name: str = "") -> passkeys.Passkey:
    """A passkey of the member on that device, made after a proof in `metadata` or by the password."""
    proven = metadata or await owner.proven()
    return (await registered(owner, device, proven, name)).passkey


async def registered(
    owner: Person, device: Device, proven: Metadata, name: str = ""
) -> passkeys.FinishPasskeyRegistrationResponse:
    """The reply about a passkey of the member on that device."""
    asked = await owner.auth.StartPasskeyRegistration(passkeys.StartPasskeyRegistrationRequest(), metadata=proven)
    return await finished(owner, device.makes(asked.options_json), proven, name)


async def finished(
    owner: Person, answer: str, proven: Metadata, name: str = ""
) -> passkeys.FinishPasskeyRegistrationResponse:
    """The reply to what a device answered."""
    request = passkeys.FinishPasskeyRegistrationRequest(credential_json=answer, name=name)
    return await owner.auth.FinishPasskeyRegistration(request, metadata=proven)


async def asked(world: World, metadata: Metadata = ()) -> str:
    """What a browser asks for a sign-in with a passkey with."""
    stub, request = AuthServiceStub(world.channel), passkeys.StartPasskeyLoginRequest()
    return (await stub.StartPasskeyLogin(request, metadata=metadata)).options_json


async def signed_in(world: World, answer: str, metadata: Metadata = ()) -> passkeys.FinishPasskeyLoginResponse:
    """The reply to what a device answered to that."""
    request = passkeys.FinishPasskeyLoginRequest(credential_json=answer)
    return await AuthServiceStub(world.channel).FinishPasskeyLogin(request, metadata=metadata)
