"""The MessagingService of the contract."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from guild.messaging.v1 import chat_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceServicer
from mesh.principal import current_user
from svc_messaging.domain.ids import MessageId
from svc_messaging.rpc import messages
from svc_messaging.rpc.chat.session import Chat
from svc_messaging.usecases.create_conversation import CreateConversation
from svc_messaging.usecases.delete_message import DeleteMessage
from svc_messaging.usecases.find_target import FindTarget
from svc_messaging.usecases.list_conversations import ListConversations
from svc_messaging.usecases.list_messages import ListMessages
from svc_messaging.usecases.mark_read import MarkRead
from svc_messaging.usecases.send_message import SendMessage


@dataclass(frozen=True)
class MessagingServicer(MessagingServiceServicer):
    """Unpack, ask, pack."""

    chat: Chat
    find: FindTarget
    send: SendMessage
    create_conversation: CreateConversation
    list_conversations: ListConversations
    list_messages: ListMessages
    mark_read: MarkRead
    delete_message: DeleteMessage

    async def Chat(self, request_iterator: AsyncIterator[chat_pb2.ChatRequest], context: Any) -> None:
        """Chat over one stream."""
        await self.chat(request_iterator, context.write)

    async def SendMessage(self, request: pb.SendMessageRequest, context: Any) -> pb.SendMessageResponse:
        """Send a message."""
        me = current_user()
        if request.WhichOneof("target") == "to":
            conversation = await self.find.by_member(me, messages.user_id(request.to))
        else:
            conversation = await self.find.by_id(me, messages.conversation_id(request.conversation_id))
        sent = await self.send(me, conversation, request.client_message_id, request.content)
        return pb.SendMessageResponse(message=messages.message(sent.message, mine=True), duplicate=sent.duplicate)

    async def CreateConversation(
        self, request: pb.CreateConversationRequest, context: Any
    ) -> pb.CreateConversationResponse:
        """Open a conversation."""
        me = current_user()
        members = [messages.user_id(member) for member in request.participant_ids]
        conversation, created = await self.create_conversation(me, members, request.title)
        if not created:
            found = await self.list_conversations.one(me, conversation.id)
            return pb.CreateConversationResponse(conversation=messages.conversation(found, me), created=False)
        return pb.CreateConversationResponse(conversation=messages.new_conversation(conversation), created=True)

    async def ListConversations(
        self, request: pb.ListConversationsRequest, context: Any
    ) -> pb.ListConversationsResponse:
        """List the caller's conversations."""
        me = current_user()
        page = await self.list_conversations(
            me, unread=request.unread_only, size=request.page_size, token=request.page_token
        )
        return pb.ListConversationsResponse(
            conversations=[messages.conversation(listed, me) for listed in page.conversations],
            next_page_token=page.next_page_token,
        )

    async def GetConversation(self, request: pb.GetConversationRequest, context: Any) -> pb.GetConversationResponse:
        """Read one conversation."""
        me = current_user()
        found = await self.list_conversations.one(me, messages.conversation_id(request.conversation_id))
        return pb.GetConversationResponse(conversation=messages.conversation(found, me))

    async def ListMessages(self, request: pb.ListMessagesRequest, context: Any) -> pb.ListMessagesResponse:
        """Read the messages of a conversation."""
        me = current_user()
        page = await self.list_messages(
            me,
            messages.conversation_id(request.conversation_id),
            after=request.after_sequence if request.HasField("after_sequence") else None,
            size=request.page_size,
            token=request.page_token,
        )
        return pb.ListMessagesResponse(
            messages=[messages.message(message, mine=message.sender_id == me) for message in page.messages],
            next_page_token=page.next_page_token,
        )

    async def MarkConversationRead(
        self, request: pb.MarkConversationReadRequest, context: Any
    ) -> pb.MarkConversationReadResponse:
        """Mark a conversation as read."""
        me = current_user()
        now = await self.mark_read(me, messages.conversation_id(request.conversation_id), request.up_to_sequence)
        return pb.MarkConversationReadResponse(last_read_sequence=now.sequence, unread_count=now.unread)

    async def DeleteMessage(self, request: pb.DeleteMessageRequest, context: Any) -> pb.DeleteMessageResponse:
        """Delete a message for everybody."""
        me = current_user()
        message = await self.delete_message(
            me, messages.conversation_id(request.conversation_id), MessageId(messages.user_id(request.message_id))
        )
        return pb.DeleteMessageResponse(message=messages.message(message, mine=True))
