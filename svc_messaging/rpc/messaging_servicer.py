"""The MessagingService of the contract."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from guild.messaging.v1 import chat_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceServicer
from mesh.contract import moment
from mesh.principal import current_user
from svc_messaging.domain.ids import MessageId
from svc_messaging.domain.message import Outgoing
from svc_messaging.rpc import messages as write
from svc_messaging.rpc.messages import conversation_id, user_id
from svc_messaging.usecases.conversations import Conversations
from svc_messaging.usecases.messages import Messages
from svc_messaging.usecases.receipts import Receipts

Chat = Callable[[AsyncIterator[chat_pb2.ChatRequest], Callable[[bytes], Awaitable[None]]], Awaitable[None]]
"""Holds one stream until it ends."""


@dataclass(frozen=True)
class MessagingServicer(MessagingServiceServicer):
    """Unpack, ask, pack."""

    chat: Chat
    conversations: Conversations
    messages: Messages
    receipts: Receipts

    async def Chat(self, request_iterator: AsyncIterator[chat_pb2.ChatRequest], context: Any) -> None:
        """Chat over one stream."""
        await self.chat(request_iterator, context.write)

    async def SendMessage(self, request: pb.SendMessageRequest, context: Any) -> pb.SendMessageResponse:
        """Send a message."""
        me = current_user()
        sent = await self.messages.send(me, outgoing(request))
        return pb.SendMessageResponse(message=write.message(sent.message, me), duplicate=sent.duplicate)

    async def CreateConversation(
        self, request: pb.CreateConversationRequest, context: Any
    ) -> pb.CreateConversationResponse:
        """Open a conversation."""
        me = current_user()
        listed, created = await self.conversations.create(me, [*map(user_id, request.participant_ids)], request.title)
        return pb.CreateConversationResponse(conversation=write.conversation(listed, me), created=created)

    async def ListConversations(
        self, request: pb.ListConversationsRequest, context: Any
    ) -> pb.ListConversationsResponse:
        """List the caller's conversations."""
        me = current_user()
        page = await self.conversations.page(
            me, unread=request.unread_only, size=request.page_size, token=request.page_token
        )
        return pb.ListConversationsResponse(
            conversations=[write.conversation(listed, me) for listed in page.items],
            next_page_token=page.next_page_token,
        )

    async def GetConversation(self, request: pb.GetConversationRequest, context: Any) -> pb.GetConversationResponse:
        """Read one conversation."""
        me = current_user()
        listed = await self.conversations.get(me, conversation_id(request.conversation_id))
        return pb.GetConversationResponse(conversation=write.conversation(listed, me))

    async def MuteConversation(self, request: pb.MuteConversationRequest, context: Any) -> pb.MuteConversationResponse:
        """Stop the caller's notifications of a conversation."""
        me = current_user()
        until = moment(request.muted_until) if request.HasField("muted_until") else None
        listed = await self.conversations.mute(me, conversation_id(request.conversation_id), until)
        return pb.MuteConversationResponse(conversation=write.conversation(listed, me))

    async def UnmuteConversation(
        self, request: pb.UnmuteConversationRequest, context: Any
    ) -> pb.UnmuteConversationResponse:
        """End the caller's mute of a conversation."""
        me = current_user()
        listed = await self.conversations.unmute(me, conversation_id(request.conversation_id))
        return pb.UnmuteConversationResponse(conversation=write.conversation(listed, me))

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Any) -> pb.ListMessagesResponse:
        """Read the messages of a conversation."""
        me = current_user()
        page = await self.messages.page(
            me,
            conversation_id(request.conversation_id),
            since=request.after_sequence if request.HasField("after_sequence") else None,
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListMessagesResponse(
            messages=[write.message(message, me) for message in page.items], next_page_token=page.next_page_token
        )

    async def MarkConversationRead(
        self, request: pb.MarkConversationReadRequest, context: Any
    ) -> pb.MarkConversationReadResponse:
        """Mark a conversation as read."""
        now = await self.receipts.read(current_user(), conversation_id(request.conversation_id), request.up_to_sequence)
        return pb.MarkConversationReadResponse(last_read_sequence=now.sequence, unread_count=now.unread)

    async def DeleteMessage(self, request: pb.DeleteMessageRequest, context: Any) -> pb.DeleteMessageResponse:
        """Delete a message for everybody."""
        me = current_user()
        message = await self.messages.delete(
            me, conversation_id(request.conversation_id), MessageId(user_id(request.message_id))
        )
        return pb.DeleteMessageResponse(message=write.message(message, me))


def outgoing(request: pb.SendMessageRequest) -> Outgoing:
    """What the request asks to send."""
    to_member = request.WhichOneof("target") == "to"
    target = user_id(request.to) if to_member else conversation_id(request.conversation_id)
    return Outgoing(target, to_member, request.client_message_id, request.content)
