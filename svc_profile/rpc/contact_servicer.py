"""The ProfileService of the contract: members in somebody's address book."""

from dataclasses import dataclass
from typing import Any

from guild.profile.v1 import contacts_pb2 as pb
from guild.profile.v1.profile_service_pb2_grpc import ProfileServiceServicer
from mesh.principal import current_user
from svc_profile.rpc import messages
from svc_profile.usecases.import_contacts import ImportContacts
from svc_profile.usecases.remember_contacts import RememberContacts


@dataclass(frozen=True)
class ContactServicer(ProfileServiceServicer):
    """Unpack, ask, pack."""

    find: ImportContacts
    remember: RememberContacts

    async def GetContactSalt(self, request: pb.GetContactSaltRequest, context: Any) -> pb.GetContactSaltResponse:
        """What contacts are hashed with."""
        return pb.GetContactSaltResponse(salt_id=self.find.keys.salt_id, salt=self.find.keys.salt.hex())

    async def ImportContacts(self, request: pb.ImportContactsRequest, context: Any) -> pb.ImportContactsResponse:
        """Who of an address book is here."""
        hashes = [bytes.fromhex(one) for one in request.contact_hashes]
        found = await self.find(current_user(), request.salt_id, hashes)
        return pb.ImportContactsResponse(users=[messages.summary(user, degree or None) for user, degree in found])

    async def RememberContacts(self, request: pb.RememberContactsRequest, context: Any) -> pb.RememberContactsResponse:
        """The same, to be suggested."""
        hashes = [bytes.fromhex(one) for one in request.contact_hashes]
        found = await self.remember(current_user(), request.salt_id, hashes)
        return pb.RememberContactsResponse(users=[messages.summary(user, degree or None) for user, degree in found])

    async def ForgetContacts(self, request: pb.ForgetContactsRequest, context: Any) -> pb.ForgetContactsResponse:
        """Suggest them no more."""
        await self.remember.forget(current_user())
        return pb.ForgetContactsResponse()
