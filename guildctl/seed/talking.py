"""Friends write to each other."""

from guild.messaging.v1 import message_pb2
from guild.messaging.v1 import messaging_service_pb2 as pb
from guildctl.seed.plan import Conversation
from guildctl.seed.run import Run

_PAGE = 100


async def talk(run: Run) -> None:
    """Send every message after the one before it; one that was sent before is stored once."""

    async def converse(conversation: Conversation) -> None:
        for place, (sender, text, _) in enumerate(conversation.messages):
            one, other = conversation.pair
            request = pb.SendMessageRequest(
                to=run.ids[other if sender == one else one],
                client_message_id=run.key("message", conversation.number, place),
                content=text,
            )
            reply = await run.ask(sender, run.network.messaging.SendMessage, request)
            run.conversations[conversation.number] = reply.message.conversation_id
            phase.count(made=not reply.duplicate)

    total = sum(len(conversation.messages) for conversation in run.plan.conversations)
    with run.show.phase("messages", total) as phase:
        await run.each(run.plan.conversations, converse)


async def messages_of(run: Run, who: int, conversation: int) -> list[message_pb2.Message]:
    """All messages of a conversation as a participant sees them, oldest first."""
    found: list[message_pb2.Message] = []
    while True:
        request = pb.ListMessagesRequest(
            conversation_id=run.conversations[conversation],
            page_size=_PAGE,
            after_sequence=found[-1].sequence if found else 0,
        )
        page = (await run.ask(who, run.network.messaging.ListMessages, request)).messages
        found += page
        if len(page) < _PAGE:
            return found
