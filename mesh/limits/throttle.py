"""A caller's own part in an overload: what its peer would refuse is refused here, where that costs least.

A refusal is cheap for a peer and not free: at four times its capacity it would spend a good part of it on saying no. So
a caller that is refused much asks a little more than is accepted, which is enough to notice when there is room again
(client-side throttling, as in Beyer et al., "Site Reliability Engineering", chapter 21).
"""

import time
from collections.abc import Callable

MORE = 1.25
"""Calls made for each that is accepted."""
INTERVAL_SECONDS = 0.1
ENOUGH = 20
"""Answers that say something together; a caller with fewer in a second burdens nobody, whatever it is answered."""
_LONGEST_SECONDS = 1.0
_LEAST = 0.05
_MOST_SHRINKING = 0.5


class Throttle:
    """One for each method of a peer, so that what the peer refuses first is held back first."""

    __slots__ = ("_accepted", "_answers", "_began", "_owed", "_timer", "share")

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self.share = 1.0
        """The part of the calls that is made."""
        self._timer = timer
        self._began = timer()
        self._answers = 0
        self._accepted = 0
        self._owed = 0.0

    def allows(self) -> bool:
        """Tell whether to make a call: evenly, so many of them are held back as the share says."""
        if self.holds_back():
            return False
        self._owed += 1.0 - self.share
        return True

    def holds_back(self) -> bool:
        """Tell whether the next call is held back, which it then is; asked ahead, where a refusal is cheaper."""
        if self.share >= 1.0:
            return False
        self._adapt()  # where nothing is asked any more nobody answers
        held = 1.0 - self.share
        if self._owed + held < 1.0:
            return False
        self._owed += held - 1.0
        return True

    def answered(self, *, accepted: bool) -> None:
        """Count an answer of the peer: a refusal because of overload, or any other."""
        self._answers += 1
        self._accepted += accepted
        if self._answers >= ENOUGH:
            self._adapt()

    def _adapt(self) -> None:
        now = self._timer()
        passed = now - self._began
        if passed < INTERVAL_SECONDS or (self._answers < ENOUGH and passed < _LONGEST_SECONDS):
            return
        few = self._answers < ENOUGH or passed > _LONGEST_SECONDS
        change = MORE if few else max(_MOST_SHRINKING, MORE * self._accepted / self._answers)
        self.share = min(1.0, max(_LEAST, self.share * change))
        self._began, self._answers, self._accepted = now, 0, 0
