"""A batch of sends: numbered without gaps, repeats answered, order kept."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from svc_messaging.domain.batch import plan
from svc_messaging.domain.conversation import Conversation, ConversationNotFound, Kind
from svc_messaging.domain.ids import ConversationId, MessageId, UserId
from svc_messaging.domain.message import Draft, Message

AT = datetime(2026, 1, 1, tzinfo=UTC)
USERS = [UserId(UUID(int=number)) for number in range(1, 5)]
OUTSIDER = UserId(UUID(int=99))
CONVERSATIONS = [
    Conversation(ConversationId(UUID(int=100 + number)), Kind.GROUP, tuple(USERS[: number + 2]), AT)
    for number in range(3)
]
LAST = {CONVERSATIONS[0].id: 0, CONVERSATIONS[1].id: 41}  # the third one is gone

drafts = st.lists(
    st.builds(
        lambda number, conversation, sender, client_id: Draft(
            MessageId(UUID(int=number)), conversation, sender, client_id, f"text {number}"
        ),
        st.integers(1, 2**64),
        st.sampled_from(CONVERSATIONS),
        st.sampled_from([*USERS, OUTSIDER]),
        st.sampled_from(["a", "b", "c", "d"]),
    ),
    max_size=40,
)


@given(drafts)
def test_sequences_are_contiguous_and_in_the_order_of_the_drafts(batch: list[Draft]) -> None:
    """Each conversation goes on from its last number, one by one."""
    result = plan(batch, LAST, {}, AT)
    for conversation in CONVERSATIONS[:2]:
        numbers = [message.sequence for _, message in result.fresh if message.conversation_id == conversation.id]
        last = LAST[conversation.id]
        assert list(range(last + 1, last + 1 + len(numbers))) == numbers
        assert (last + len(numbers) if numbers else None) == result.sequences.get(conversation.id)


@given(drafts)
def test_every_draft_has_one_outcome(batch: list[Draft]) -> None:
    """A message for who is in the conversation, the first one again for a repeat, a refusal for the others."""
    result = plan(batch, LAST, {}, AT)
    assert len(batch) == len(result.outcomes)
    first: dict[object, Message] = {}
    for draft, outcome in zip(batch, result.outcomes, strict=True):
        if draft.conversation.id not in LAST or draft.sender_id not in draft.conversation.participants:
            assert isinstance(outcome, ConversationNotFound)
            continue
        assert not isinstance(outcome, Exception)
        assert (draft.key in first) == outcome.duplicate
        assert first.setdefault(draft.key, outcome.message) == outcome.message
    assert list(first.values()) == [message for _, message in result.fresh]


@given(drafts)
def test_sending_the_batch_again_stores_nothing(batch: list[Draft]) -> None:
    """What is stored answers every repeat."""
    once = plan(batch, LAST, {}, AT)
    stored = {draft.key: message for draft, message in once.fresh}
    again = plan(batch, LAST | once.sequences, stored, AT)
    assert ([], {}) == (again.fresh, again.sequences)


@given(drafts)
def test_unread_counts_are_the_messages_of_others(batch: list[Draft]) -> None:
    """Nobody's own message is unread to them."""
    result = plan(batch, LAST, {}, AT)
    for (user_id, conversation_id), count in result.unread().items():
        theirs = [
            message
            for _, message in result.fresh
            if message.conversation_id == conversation_id and message.sender_id != user_id
        ]
        assert len(theirs) == count
