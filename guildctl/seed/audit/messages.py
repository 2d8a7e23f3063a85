"""Every message is there once, in order, for both."""

from collections.abc import Iterator, Sequence

from guildctl.seed.audit.check import Check
from guildctl.seed.plan import Conversation
from guildctl.seed.run import Run
from guildctl.seed.talking import messages_of

Line = tuple[int, str, str]
"""Sequence, id of the sender, text."""


async def check_messages(run: Run) -> Check:
    """Read every conversation as each of the two."""
    found: list[str] = []

    async def look(conversation: Conversation) -> None:
        sent = [(run.ids[sender], text) for sender, text, _ in conversation.messages]
        for who in run.members.keys() & set(conversation.pair):
            read = await messages_of(run, who, conversation.number)
            lines = [(message.sequence, message.sender_id, message.content) for message in read]
            found.extend(f"{line}, as {who} reads it" for line in differences(conversation.number, sent, lines))
        phase.count(made=False)

    conversations = [talk for talk in run.plan.conversations if not run.members.keys().isdisjoint(talk.pair)]
    with run.show.phase("audit: messages", len(conversations)) as phase:
        await run.each(conversations, look)
    total = sum(len(conversation.messages) for conversation in conversations)
    return Check("messages", f"{total:,} messages in {len(conversations):,} conversations", tuple(found))


def differences(conversation: int, sent: Sequence[tuple[str, str]], read: Sequence[Line]) -> Iterator[str]:
    """Gaps in the sequence, and messages that are missing, doubled or out of order; more at the end is fine."""
    sequences = [sequence for sequence, _, _ in read]
    if sequences != list(range(1, len(read) + 1)):
        yield f"the sequence of conversation {conversation} is {sequences}"
    beginning = [(sender, text) for _, sender, text in read[: len(sent)]]
    for place, (wanted, got) in enumerate(zip(sent, beginning, strict=False), start=1):
        if wanted != got:
            yield f"message {place} of conversation {conversation} is {got[1]!r}, and {wanted[1]!r} was sent"
            return
    if len(read) < len(sent):
        yield f"conversation {conversation} has {len(read)} of {len(sent)} messages"
