"""A chat in a terminal: what is typed goes out, what happens is shown."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from rich.console import Console

from guild.messaging.v1 import chat_pb2, message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guild.messaging.v1.messaging_service_pb2_grpc import MessagingServiceStub
from guildctl.chat.account import Account
from guildctl.chat.line import Line
from guildctl.chat.screen import HELP, Screen
from mesh.errors import Failure

_HISTORY = 20
_SETTLE_SECONDS = 10.0


class Room:
    """One conversation is open at a time; messages of others are shown with a mark."""

    def __init__(self, channel: Any, account: Account, console: Console) -> None:
        self._messaging = MessagingServiceStub(channel)
        self._account = account
        self._screen = Screen(console, account)
        renew = account.renew if account.renewable else None
        self.line = Line(channel, account.token, self._hear, self._screen.note, renew)
        self._listed: list[message_pb2.Conversation] = []
        self._conversation = ""
        self._member = ""

    async def run(self, typed: AsyncIterator[str], to: str | None = None) -> None:
        """Chat until the input ends; raises a Failure that ends the line."""
        await self._list()
        if to:
            await self._write_to(to)
        listening = asyncio.create_task(self.line.run())
        typing = asyncio.create_task(self._type(typed))
        try:
            await asyncio.wait((listening, typing), return_when=asyncio.FIRST_COMPLETED)
            for done in (listening, typing):
                if done.done():
                    done.result()
            async with asyncio.timeout(_SETTLE_SECONDS):
                await self.line.settled()
        finally:
            listening.cancel()
            typing.cancel()
            await asyncio.wait((listening, typing))

    async def _type(self, typed: AsyncIterator[str]) -> None:
        async for text in typed:
            try:
                if not await self._obey(text.strip()):
                    return
            except Failure as failure:
                self._screen.note(f"{failure.message} ({failure.reason})")

    async def _obey(self, text: str) -> bool:
        command, _, rest = text.partition(" ")
        match command:
            case "":
                pass
            case "/quit":
                return False
            case "/list":
                await self._list()
            case "/open" if rest.isdigit() and 0 < int(rest) <= len(self._listed):
                await self._open(self._listed[int(rest) - 1])
            case "/to" if rest:
                await self._write_to(rest)
            case "/history":
                await self._history()
            case _ if command.startswith("/"):
                self._screen.note(HELP)
            case _:
                await self._say(text)
        return True

    async def _say(self, text: str) -> None:
        if self._conversation:
            await self.line.send(text, conversation_id=self._conversation)
        elif self._member:
            await self.line.send(text, to=self._member)
        else:
            self._screen.note(f"nobody is there to read it: {HELP}")

    async def _list(self) -> None:
        reply = await self._messaging.ListConversations(
            pb.ListConversationsRequest(page_size=_HISTORY), metadata=self._account.metadata
        )
        self._listed = list(reply.conversations)
        for conversation in self._listed:
            self.line.places.setdefault(conversation.id, conversation.last_sequence)
        await self._account.learn(id_ for conversation in self._listed for id_ in conversation.participant_ids)
        self._screen.conversations(self._listed)

    async def _write_to(self, member: str) -> None:
        await self._account.learn([member])
        for conversation in self._listed:
            direct = conversation.kind == message_pb2.CONVERSATION_KIND_DIRECT
            if direct and member in conversation.participant_ids:
                await self._open(conversation)
                return
        self._conversation, self._member = "", member
        self._screen.note(f"to {self._account.name(member)}")

    async def _open(self, conversation: message_pb2.Conversation) -> None:
        self._conversation, self._member = conversation.id, ""
        self._screen.note(f"— {self._screen.title(conversation)} —")
        await self._history()

    async def _history(self) -> None:
        if not self._conversation:
            return
        reply = await self._messaging.ListMessages(
            pb.ListMessagesRequest(conversation_id=self._conversation, page_size=_HISTORY),
            metadata=self._account.metadata,
        )
        for message in reversed(reply.messages):
            self._screen.message(message)
        if reply.messages:
            await self.line.read(self._conversation, reply.messages[0].sequence)

    async def _hear(self, frame: chat_pb2.ChatResponse) -> None:
        match frame.WhichOneof("frame"):
            case "ack":
                if self._member and not self._conversation:
                    self._conversation = frame.ack.conversation_id
                self._screen.ack(frame.ack)
            case "message":
                message = frame.message
                await self._account.learn([message.sender_id])
                if not self._conversation and not self._member:
                    self._conversation = message.conversation_id  # the first to write is who is answered
                here = message.conversation_id == self._conversation
                self._screen.message(message, elsewhere=not here)
                if here:
                    await self.line.read(message.conversation_id, message.sequence)
            case _:
                self._screen.frame(frame)
