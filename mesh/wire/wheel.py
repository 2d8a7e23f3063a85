"""The deadlines of many calls on one timer: entering and leaving costs a dictionary, no timer of the loop."""

import asyncio
import heapq
from math import ceil
from typing import Protocol

RESOLUTION = 0.005
"""Seconds; nothing expires early, and nothing later than this, or a fiftieth of its time, and a turn of the loop."""
_COARSER = ((1.0, 1), (10.0, 4))
_COARSEST = 32
"""Slots that far deadlines share, so that one is seldom emptied and made anew."""
_STALE = 64
"""Emptied slots that are kept in order before they are swept."""


class Expiring(Protocol):
    """What may be entered."""

    def expired(self) -> None:
        """The time is over; it is no longer in the wheel."""
        ...


class Wheel:
    """One for each server or channel."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slots: dict[int, dict[Expiring, None]] = {}
        self._order: list[int] = []
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0

    def enter(self, item: Expiring, when: float) -> int:
        """Let `item` expire at `when` on the loop's clock; returns the slot, which `leave` takes."""
        ahead = when - self._loop.time()
        step = _COARSEST
        for until, candidate in _COARSER:
            if ahead < until:
                step = candidate
                break
        slot = ceil(when / (RESOLUTION * step)) * step
        items = self._slots.get(slot)
        if items is None:
            items = self._slots[slot] = {}
            heapq.heappush(self._order, slot)
            if len(self._order) > _STALE + 2 * len(self._slots):  # far slots that were emptied would stay for years
                self._order[:] = sorted(self._slots)
            if self._timer is None or slot < self._next:
                self._arm(slot)
        items[item] = None
        return slot

    def leave(self, item: Expiring, slot: int) -> None:
        """Take `item` out; nothing where it has expired."""
        items = self._slots.get(slot)
        if items is not None:
            items.pop(item, None)
            if not items:
                del self._slots[slot]

    def close(self) -> None:
        """Forget everything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._slots.clear()
        self._order.clear()

    def _arm(self, slot: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._next = slot
        self._timer = self._loop.call_at(slot * RESOLUTION, self._turn)

    def _turn(self) -> None:
        self._timer = None
        now = int(self._loop.time() / RESOLUTION + 1e-6)
        order = self._order
        due: list[Expiring] = []
        while order and (order[0] <= now or order[0] not in self._slots):
            due.extend(self._slots.pop(heapq.heappop(order), ()))
        if order:
            self._arm(order[0])
        for item in due:  # which may enter others
            item.expired()
