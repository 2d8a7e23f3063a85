"""A member began to talk with others."""

from dataclasses import dataclass
from uuid import UUID

from guild.events.v1.messages_pb2 import ConversationCreated
from mesh.contract import moment
from mesh.events import Event
from svc_profile.domain.ids import UserId
from svc_profile.usecases.approaches import Approaches


@dataclass(frozen=True)
class OnConversationCreated:
    """Counts to how many strangers a member writes."""

    approaches: Approaches

    async def __call__(self, event: Event[ConversationCreated]) -> None:
        """Note who was approached; a repeat counts twice, as it is a hint."""
        message = event.message
        creator = UserId(UUID(message.creator_id))
        others = {UserId(UUID(text)) for text in message.participant_ids} - {creator}
        await self.approaches.note(creator, others, moment(message.created_at))
