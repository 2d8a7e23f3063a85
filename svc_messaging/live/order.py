"""Keeps the messages of each conversation in order on one stream: without gaps, without repeats; pure."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from svc_messaging.domain.ids import ConversationId

T = TypeVar("T")


class Order(Generic[T]):
    """Where a stream is in each conversation.

    Live items are offered as they come; what comes too early is held until what is missing before it was read from the
    store. Before `open` everything is held.
    """

    def __init__(self) -> None:
        self._cursors: dict[ConversationId, int] = {}
        self._complete = False
        self._opened = False
        self._held: dict[ConversationId, dict[int, T]] = {}
        self._targets: dict[ConversationId, int] = {}
        self.holding = 0
        """How many items are held."""

    def open(self, cursors: Mapping[ConversationId, int], *, complete: bool) -> None:
        """Begin after `cursors`; when they are `complete`, any other conversation begins with its first message."""
        self._cursors.update(cursors)
        self._complete = complete
        self._opened = True

    def behind(self) -> list[ConversationId]:
        """The conversations with something to read or to write."""
        return [*self._held, *(id_ for id_ in self._targets if id_ not in self._held)]

    def offer(self, conversation_id: ConversationId, sequence: int, item: T) -> bool:
        """Take a live item; False when the stream is past its place already."""
        if self._opened and sequence <= self._cursor(conversation_id, sequence):
            return False
        held = self._held.setdefault(conversation_id, {})
        self.holding += sequence not in held
        held[sequence] = item
        return True

    def expect(self, conversation_id: ConversationId, sequence: int) -> None:
        """Learn that the conversation has messages up to `sequence`."""
        if sequence > self._cursors.get(conversation_id, 0):
            self._targets[conversation_id] = max(sequence, self._targets.get(conversation_id, 0))

    def ready(self, conversation_id: ConversationId) -> list[T]:
        """Take out what is next in order."""
        items: list[T] = []
        held = self._held.get(conversation_id)
        while self._opened and held:
            lowest = min(held) if len(held) > 1 else next(iter(held))
            if lowest > self._cursor(conversation_id, lowest) + 1:
                break
            item = held.pop(lowest)
            self.holding -= 1
            if self.take(conversation_id, lowest):
                items.append(item)
        if not held:
            self._held.pop(conversation_id, None)
        return items

    def missing(self, conversation_id: ConversationId) -> tuple[int, int] | None:
        """What has to be read: (after, up to and with); None when nothing is."""
        if not self._opened:
            return None
        held = self._held.get(conversation_id)
        up_to = min(held) - 1 if held else self._targets.get(conversation_id, 0)
        after = self._cursor(conversation_id, up_to + 1)
        if after < up_to:
            return after, up_to
        if not held:
            self._targets.pop(conversation_id, None)
        return None

    def take(self, conversation_id: ConversationId, sequence: int) -> bool:
        """Move on to `sequence`; False for what was written before."""
        if sequence <= self._cursor(conversation_id, sequence):
            return False
        self._cursors[conversation_id] = sequence
        return True

    def holds(self, conversation_id: ConversationId, sequence: int) -> bool:
        """Whether a live item waits for this place: it is written then, and not what the store has there."""
        return sequence in self._held.get(conversation_id, ())

    def _cursor(self, conversation_id: ConversationId, sequence: int) -> int:
        known = self._cursors.get(conversation_id)
        if known is None:
            known = 0 if self._complete else sequence - 1
            self._cursors[conversation_id] = known
        return known
