"""How many calls a process works on at once: as many as it answers well before their deadlines.

Calls that share a process, its database and its peers all become slower with each one more, so a limit on them is a
limit on how late they are, whatever it is that is scarce. It shrinks by a factor when calls take longer than they
should and grows slowly while they do not, as in TCP and in Netflix's concurrency-limits. Those compare with the fastest
answer ever seen; here the contract says how long a call may take, so what is slow by nature is not taken for a queue.
"""

INTERVAL_SECONDS = 0.1
"""How often the limit is thought over: after a step of load it is right within a second."""
ENOUGH = 8
"""Calls that say something together; where they are rare an interval is longer."""
LEAST = 8.0
"""Calls that are always worked on at once: one that waits for its database leaves the processor to the others."""
START = 64.0
"""Where the limit begins, and where it comes back to by itself; it goes beyond when so many are needed and are fast."""
USED = 0.75
"""The part of the limit that is used when more is needed: some ranks have no more than four fifths of the places."""
_GROWTH = 1.1
_MOST_SHRINKING = 0.7


class AdaptiveLimit:
    """Told of each call that was answered, or was late; `value` is the limit."""

    def __init__(self, most: float) -> None:
        self.value = min(START, most)
        self._most = most
        self._began = 0.0
        self._taken = 0.0
        self._meant = 0.0
        self._ended = 0
        self._peak = 0

    def ended(self, now: float, taken: float, meant: float, working: int) -> None:
        """Take that a call ended at `now` which took so many seconds and was meant to take no more than others.

        `working` is how many calls were being worked on, this one among them.
        """
        self._taken += taken
        self._meant += meant
        self._ended += 1
        self._peak = max(self._peak, working)
        if now - self._began >= INTERVAL_SECONDS and self._ended >= ENOUGH:
            self._adapt()
            self._began, self._taken, self._meant, self._ended, self._peak = now, 0.0, 0.0, 0, 0

    def _adapt(self) -> None:
        if self._taken > self._meant:
            shrinking = max(_MOST_SHRINKING, self._meant / self._taken)
            self.value = max(min(LEAST, self._most), min(self.value, self._peak) * shrinking)
        elif self._peak >= self.value * USED or self.value < START:
            self.value = min(self._most, self.value * _GROWTH)
