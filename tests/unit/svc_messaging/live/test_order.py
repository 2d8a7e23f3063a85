"""The order of messages on one stream, however signals come."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from svc_messaging.domain.ids import ConversationId
from svc_messaging.live.order import Order

HERE = ConversationId(UUID(int=1))


def read_what_is_missing(order: Order[int], written: list[int]) -> None:
    """What the stream does: write what is ready, read what is missing from a store that has everything."""
    while True:
        written += order.ready(HERE)
        gap = order.missing(HERE)
        if gap is None:
            return
        for sequence in range(gap[0] + 1, gap[1] + 1):
            if order.take(HERE, sequence):
                written.append(sequence)


@given(st.integers(0, 5), st.lists(st.integers(1, 30), max_size=60), st.integers(0, 60), st.integers(0, 30))
def test_whatever_comes_is_written_once_and_in_order(
    start: int, signals: list[int], opened_after: int, known: int
) -> None:
    """Signals lost, repeated, swapped or before the stream is open: 1, 2, 3 … up to the highest that is known."""
    order: Order[int] = Order()
    written: list[int] = []
    for number, sequence in enumerate(signals):
        if number == opened_after:
            order.open({HERE: start}, complete=True)
            order.expect(HERE, known)
        order.offer(HERE, sequence, sequence)
        read_what_is_missing(order, written)
    if opened_after >= len(signals):
        order.open({HERE: start}, complete=True)
        order.expect(HERE, known)
    read_what_is_missing(order, written)
    last = max([start, known, *signals])
    assert list(range(start + 1, last + 1)) == written
    assert (0, []) == (order.holding, order.behind())


def test_a_new_conversation_begins_with_its_first_message() -> None:
    """When every conversation is known, another one is new: its third message has two before it."""
    order: Order[int] = Order()
    order.open({}, complete=True)
    assert order.offer(HERE, 3, 3)
    assert ([], (0, 2)) == (order.ready(HERE), order.missing(HERE))


def test_an_old_conversation_is_learnt_with_its_next_message() -> None:
    """When not every conversation is known, the first signal says where it is."""
    order: Order[int] = Order()
    order.open({}, complete=False)
    assert order.offer(HERE, 3, 3)
    assert ([3], None) == (order.ready(HERE), order.missing(HERE))
    assert not order.offer(HERE, 2, 2)


def test_a_held_item_is_written_in_its_place_and_not_read() -> None:
    """An ack that waits for its turn is not replaced by the message from the store."""
    order: Order[str] = Order()
    order.open({HERE: 1}, complete=True)
    order.offer(HERE, 3, "ack")
    assert ((1, 2), True, False) == (order.missing(HERE), order.holds(HERE, 3), order.holds(HERE, 2))
    assert order.take(HERE, 2)
    assert ["ack"] == order.ready(HERE)
