"""Conversations, access, texts."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from svc_messaging.domain.access import MessagingNotAllowed, UserNotFound, Verdict
from svc_messaging.domain.conversation import CannotMessageSelf, Conversation, ConversationNotFound, Pair
from svc_messaging.domain.ids import ConversationId, NotificationId, UserId
from svc_messaging.domain.notification import Notification, NotificationKind

AT = datetime(2026, 1, 1, tzinfo=UTC)
ANN, BOB, CAT = (UserId(UUID(int=number)) for number in (1, 2, 3))
ID = ConversationId(UUID(int=9))


def test_a_pair_is_the_same_from_both_sides() -> None:
    """And nobody is a pair alone."""
    assert Pair(ANN, BOB) == Pair.of(BOB, ANN) == Pair.of(ANN, BOB)
    with pytest.raises(CannotMessageSelf):
        Pair.of(ANN, ANN)


def test_a_group_holds_everybody_once_in_order() -> None:
    """The creator included, whether named or not."""
    group = Conversation.group(ID, BOB, [CAT, ANN, BOB], "us", AT)
    assert (ANN, BOB, CAT) == group.participants
    assert ((ANN, CAT), None) == (group.others(BOB), group.partner(BOB))


def test_a_direct_conversation_has_a_partner() -> None:
    """To who is not in it, it does not exist."""
    direct = Conversation.direct(ID, Pair.of(BOB, ANN), AT)
    assert (BOB, ANN) == (direct.partner(ANN), direct.partner(BOB))
    direct.must_include(ANN)
    with pytest.raises(ConversationNotFound):
        direct.must_include(CAT)


@pytest.mark.parametrize(
    ("verdict", "error"),
    [
        (Verdict(BOB), UserNotFound),
        (Verdict(BOB, connected=True, may_message=True), UserNotFound),
        (Verdict(BOB, known=True, connected=True), MessagingNotAllowed),
        (Verdict(BOB, known=True, may_message=True), None),
    ],
)
def test_a_message_is_refused_unless_it_was_allowed(verdict: Verdict, error: type[Exception] | None) -> None:
    """Who may not be known does not exist, whatever else is said of them."""
    if error is None:
        verdict.must_allow()
        return
    with pytest.raises(error):
        verdict.must_allow()


@pytest.mark.parametrize(
    ("count", "text"), [(1, "Somebody wants to connect with you"), (3, "3 people want to connect with you")]
)
def test_notifications_can_be_read(count: int, text: str) -> None:
    """One person or several."""
    note = Notification(
        NotificationId(UUID(int=1)), NotificationKind.CONNECTION_REQUESTED, ANN, (ANN,), count, AT, AT, seen=False
    )
    assert text == note.text
