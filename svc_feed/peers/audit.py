"""The audit log of operators, which the profile service keeps."""

from typing import Any

from guild.trust.v1 import moderation_pb2 as pb
from guild.trust.v1.trust_service_pb2_grpc import TrustServiceStub
from mesh.ids import uuid7
from mesh.principal import current_operator
from svc_feed.domain.ids import UserId


class OperatorLog:
    """What is not on record is not done: whoever acts notes it first."""

    def __init__(self, channel: Any) -> None:
        self._stub = TrustServiceStub(channel)

    async def note_rebuild(self, user_id: UserId) -> None:
        """The acting operator builds a member's feed anew; raises PermissionDenied where none acts, Unavailable."""
        await self._note(pb.ACTION_KIND_FEED_REBUILT, user_id)

    async def note_review(self, advertiser: UserId) -> None:
        """The acting operator decides about a campaign of a member; raises as `note_rebuild`."""
        await self._note(pb.ACTION_KIND_CAMPAIGN_REVIEWED, advertiser)

    async def note_held(self, author: UserId) -> None:
        """The acting operator decides about content of a member that is held; raises as `note_rebuild`."""
        await self._note(pb.ACTION_KIND_HELD_CONTENT_DECIDED, author)

    async def _note(self, kind: pb.ActionKind.ValueType, user_id: UserId) -> None:
        request = pb.RecordActionRequest(id=str(uuid7()), operator=current_operator(), kind=kind, user_id=str(user_id))
        await self._stub.RecordAction(request)
