"""Typed stubs of the generated gRPC classes. Generated, do not edit."""

import collections.abc as _abc
import typing as _typing

import grpc.aio as _aio

from guild.messaging.v1 import chat_pb2 as _guild_messaging_v1_chat_pb2
from guild.messaging.v1 import messaging_service_pb2 as _guild_messaging_v1_messaging_service_pb2

class MessagingServiceStub:
    """Conversations of two people and of groups. A conversation that the caller is not in does not exist for them: every method
    answers NOT_FOUND CONVERSATION_NOT_FOUND. Messages of a conversation are numbered without gaps, and every participant sees
    them in that order.
    """
    def __init__(self, channel: _aio.Channel) -> None: ...
    Chat: _aio.StreamStreamMultiCallable[_guild_messaging_v1_chat_pb2.ChatRequest, _guild_messaging_v1_chat_pb2.ChatResponse]
    SendMessage: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.SendMessageRequest, _guild_messaging_v1_messaging_service_pb2.SendMessageResponse]
    CreateConversation: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.CreateConversationRequest, _guild_messaging_v1_messaging_service_pb2.CreateConversationResponse]
    ListConversations: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.ListConversationsRequest, _guild_messaging_v1_messaging_service_pb2.ListConversationsResponse]
    GetConversation: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.GetConversationRequest, _guild_messaging_v1_messaging_service_pb2.GetConversationResponse]
    ListMessages: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.ListMessagesRequest, _guild_messaging_v1_messaging_service_pb2.ListMessagesResponse]
    MarkConversationRead: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.MarkConversationReadRequest, _guild_messaging_v1_messaging_service_pb2.MarkConversationReadResponse]
    DeleteMessage: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.DeleteMessageRequest, _guild_messaging_v1_messaging_service_pb2.DeleteMessageResponse]
    SearchMessages: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.SearchMessagesRequest, _guild_messaging_v1_messaging_service_pb2.SearchMessagesResponse]
    MuteConversation: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.MuteConversationRequest, _guild_messaging_v1_messaging_service_pb2.MuteConversationResponse]
    UnmuteConversation: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.UnmuteConversationRequest, _guild_messaging_v1_messaging_service_pb2.UnmuteConversationResponse]
    DeliverInMail: _aio.UnaryUnaryMultiCallable[_guild_messaging_v1_messaging_service_pb2.DeliverInMailRequest, _guild_messaging_v1_messaging_service_pb2.DeliverInMailResponse]

class MessagingServiceServicer:
    """Conversations of two people and of groups. A conversation that the caller is not in does not exist for them: every method
    answers NOT_FOUND CONVERSATION_NOT_FOUND. Messages of a conversation are numbered without gaps, and every participant sees
    them in that order.
    """
    def Chat(
        self, request_iterator: _abc.AsyncIterator[_guild_messaging_v1_chat_pb2.ChatRequest], context: _aio.ServicerContext[_guild_messaging_v1_chat_pb2.ChatRequest, _guild_messaging_v1_chat_pb2.ChatResponse]
    ) -> _abc.AsyncIterator[_guild_messaging_v1_chat_pb2.ChatResponse] | _abc.Awaitable[None]:
        """The chat stream: sends, receipts and typing go in, acks and everything new come out. A refused frame is answered by an
        error frame; the stream ends only for authentication, protocol errors or shutdown, with goaway first. Sends inside it are
        charged as SendMessage is.

        A member has ten streams at most: one more takes the place of the one that said nothing for the longest time.

        Callers: members. Errors: TOO_MANY_INVALID_FRAMES, TOO_MANY_STREAMS (all ten say something), STREAMS_FULL, READER_GONE,
        UNAUTHENTICATED. Sends are repeatable by client_message_id.
        """
        ...
    async def SendMessage(
        self, request: _guild_messaging_v1_messaging_service_pb2.SendMessageRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.SendMessageRequest, _guild_messaging_v1_messaging_service_pb2.SendMessageResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.SendMessageResponse:
        """Sends a message to a conversation, or to a member. Messages to members who are not connected to the caller are charged to
        the buckets message_send (100 at once, 10 per minute) and message_stranger (100 a day) as well.

        Callers: members. Errors: CONVERSATION_NOT_FOUND, USER_NOT_FOUND (unknown, or a block lies between), MESSAGING_NOT_ALLOWED
        (the recipient's privacy settings), CANNOT_MESSAGE_SELF. A repeat changes nothing.
        """
        ...
    async def CreateConversation(
        self, request: _guild_messaging_v1_messaging_service_pb2.CreateConversationRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.CreateConversationRequest, _guild_messaging_v1_messaging_service_pb2.CreateConversationResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.CreateConversationResponse:
        """Opens a conversation. With one other member it returns the pair's conversation when there is one already.

        Callers: members. Errors: USER_NOT_FOUND, MESSAGING_NOT_ALLOWED, CANNOT_MESSAGE_SELF. Repeatable with an idempotency key.
        """
        ...
    async def ListConversations(
        self, request: _guild_messaging_v1_messaging_service_pb2.ListConversationsRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.ListConversationsRequest, _guild_messaging_v1_messaging_service_pb2.ListConversationsResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.ListConversationsResponse:
        """Lists the caller's conversations, the one with the newest message first.

        Callers: members. Errors: PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def GetConversation(
        self, request: _guild_messaging_v1_messaging_service_pb2.GetConversationRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.GetConversationRequest, _guild_messaging_v1_messaging_service_pb2.GetConversationResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.GetConversationResponse:
        """Reads one conversation.

        Callers: its participants. Errors: CONVERSATION_NOT_FOUND. Reads only.
        """
        ...
    async def ListMessages(
        self, request: _guild_messaging_v1_messaging_service_pb2.ListMessagesRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.ListMessagesRequest, _guild_messaging_v1_messaging_service_pb2.ListMessagesResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.ListMessagesResponse:
        """Lists messages: newest first, or oldest first from after_sequence on when that is set.

        Callers: participants. Errors: CONVERSATION_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def MarkConversationRead(
        self, request: _guild_messaging_v1_messaging_service_pb2.MarkConversationReadRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.MarkConversationReadRequest, _guild_messaging_v1_messaging_service_pb2.MarkConversationReadResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.MarkConversationReadResponse:
        """Marks a conversation as read up to a message. It never goes back.

        Callers: participants. Errors: CONVERSATION_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def DeleteMessage(
        self, request: _guild_messaging_v1_messaging_service_pb2.DeleteMessageRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.DeleteMessageRequest, _guild_messaging_v1_messaging_service_pb2.DeleteMessageResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.DeleteMessageResponse:
        """Deletes a message for everybody: its text goes, its place in the order stays.

        Callers: its sender. Errors: CONVERSATION_NOT_FOUND, MESSAGE_NOT_FOUND, NOT_THE_SENDER. A repeat changes nothing.
        """
        ...
    async def SearchMessages(
        self, request: _guild_messaging_v1_messaging_service_pb2.SearchMessagesRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.SearchMessagesRequest, _guild_messaging_v1_messaging_service_pb2.SearchMessagesResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.SearchMessagesResponse:
        """Finds messages in the caller's conversations by their words, newest first.

        Callers: members. Errors: CONVERSATION_NOT_FOUND, PAGE_TOKEN_INVALID. Reads only.
        """
        ...
    async def MuteConversation(
        self, request: _guild_messaging_v1_messaging_service_pb2.MuteConversationRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.MuteConversationRequest, _guild_messaging_v1_messaging_service_pb2.MuteConversationResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.MuteConversationResponse:
        """Stops, or restores, the caller's notifications of a conversation.

        Callers: participants. Errors: CONVERSATION_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def UnmuteConversation(
        self, request: _guild_messaging_v1_messaging_service_pb2.UnmuteConversationRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.UnmuteConversationRequest, _guild_messaging_v1_messaging_service_pb2.UnmuteConversationResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.UnmuteConversationResponse:
        """Ends the caller's mute of a conversation; without one nothing happens.

        Callers: its participants. Errors: CONVERSATION_NOT_FOUND. A repeat changes nothing.
        """
        ...
    async def DeliverInMail(
        self, request: _guild_messaging_v1_messaging_service_pb2.DeliverInMailRequest, context: _aio.ServicerContext[_guild_messaging_v1_messaging_service_pb2.DeliverInMailRequest, _guild_messaging_v1_messaging_service_pb2.DeliverInMailResponse]
    ) -> _guild_messaging_v1_messaging_service_pb2.DeliverInMailResponse:
        """Delivers a message that a recruiter paid for to a member who need not be connected. Blocks still hold.

        Callers: services. Errors: USER_NOT_FOUND, MESSAGING_NOT_ALLOWED. A repeat changes nothing.
        """
        ...

def add_MessagingServiceServicer_to_server(
    servicer: MessagingServiceServicer, server: _typing.Any
) -> None: ...
