"""The DraftService of the contract."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from guild.feed.v1 import draft_service_pb2 as pb
from guild.feed.v1.draft_service_pb2_grpc import DraftServiceServicer
from mesh.contract import moment
from mesh.principal import current_user
from svc_feed.domain.ids import DraftId
from svc_feed.rpc import messages
from svc_feed.rpc.draft_messages import changes, content_of, draft, sharing
from svc_feed.usecases.drafts import Drafts


@dataclass(frozen=True)
class DraftServicer(DraftServiceServicer):
    """Unpack, ask, pack."""

    drafts: Drafts

    async def CreateDraft(self, request: pb.CreateDraftRequest, context: Any) -> pb.CreateDraftResponse:
        """Keep a draft."""
        saved = await self.drafts.create(current_user(), content_of(request.draft), sharing(request.draft))
        return pb.CreateDraftResponse(draft=draft(saved))

    async def GetDraft(self, request: pb.GetDraftRequest, context: Any) -> pb.GetDraftResponse:
        """Read the own draft."""
        return pb.GetDraftResponse(draft=draft(await self.drafts.get(current_user(), _id(request.draft_id))))

    async def ListDrafts(self, request: pb.ListDraftsRequest, context: Any) -> pb.ListDraftsResponse:
        """List the own drafts."""
        scheduled = request.scheduled if request.HasField("scheduled") else None
        page = await self.drafts.list(
            current_user(), scheduled=scheduled, size=request.page_size, token=request.page_token
        )
        return pb.ListDraftsResponse(drafts=map(draft, page.items), next_page_token=page.next_page_token)

    async def UpdateDraft(self, request: pb.UpdateDraftRequest, context: Any) -> pb.UpdateDraftResponse:
        """Change the own draft."""
        saved = await self.drafts.update(current_user(), _id(request.draft.id), changes(request), request.etag)
        return pb.UpdateDraftResponse(draft=draft(saved))

    async def DeleteDraft(self, request: pb.DeleteDraftRequest, context: Any) -> pb.DeleteDraftResponse:
        """Forget the own draft."""
        await self.drafts.delete(current_user(), _id(request.draft_id), request.etag)
        return pb.DeleteDraftResponse()

    async def PublishDraft(self, request: pb.PublishDraftRequest, context: Any) -> pb.PublishDraftResponse:
        """Publish the own draft."""
        post = await self.drafts.publish(current_user(), _id(request.draft_id), request.etag)
        return pb.PublishDraftResponse(post=messages.own_post(post))

    async def ScheduleDraft(self, request: pb.ScheduleDraftRequest, context: Any) -> pb.ScheduleDraftResponse:
        """Set when the own draft is published."""
        saved = await self.drafts.schedule(
            current_user(), _id(request.draft_id), moment(request.publish_at), request.etag
        )
        return pb.ScheduleDraftResponse(draft=draft(saved))

    async def UnscheduleDraft(self, request: pb.UnscheduleDraftRequest, context: Any) -> pb.UnscheduleDraftResponse:
        """Make a draft of it again."""
        saved = await self.drafts.unschedule(current_user(), _id(request.draft_id))
        return pb.UnscheduleDraftResponse(draft=draft(saved))


def _id(text: str) -> DraftId:
    return DraftId(UUID(text))
