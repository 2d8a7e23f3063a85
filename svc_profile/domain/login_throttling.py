"""How long a sign-in must wait after failures: a delay that doubles, and nobody is locked out for good.

Who guesses at an account pays with the network they guess from. Failures elsewhere cost an owner whose network did not
fail nothing but their spare attempts, so that nobody can keep them out.
"""

from dataclasses import dataclass
from datetime import timedelta

from mesh.errors import ResourceExhausted

WINDOW = timedelta(minutes=15)  # failures older than this are forgotten
_FREE = 5  # typos of one person
_FREE_UNDER_ATTACK = 1
_ATTACK = 25  # failures from everywhere: more than one owner makes
MOST_CODES = 25
"""Wrong codes within the window, from wherever: who has many networks would find six digits with a try from each.

Only who knows the password gets so far, so nobody else keeps an owner out; a new password shuts them out.
"""
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(minutes=15)
_DOUBLINGS = 10
ASKED_FROM_HERE = 3
"""Failures at an account from one network, after which a challenge is asked for: typos seldom get that far."""
ASKED_OF_NETWORK = 10
"""Failures of a network, whosever accounts they are: a list of stolen passwords has one or two for each."""


class TooManyLogins(ResourceExhausted):
    """Too many failed sign-ins lately."""

    reason = "LOGIN_THROTTLED"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(
            "too many failed sign-ins: wait before the next attempt", retry_after=max(1.0, wait.total_seconds())
        )


@dataclass(frozen=True, slots=True)
class Attempts:
    """The attempts at one account within the window that failed, or are still being checked."""

    from_here: int
    since_last: timedelta
    from_everywhere: int
    of_network: int = 0
    """At whatever accounts; counted where it is asked for alone."""


def asks_proof(attempts: Attempts) -> bool:
    """Whether the next attempt needs a passed challenge, besides waiting; as much where there is no such account."""
    return (
        attempts.from_here >= ASKED_FROM_HERE
        or attempts.of_network >= ASKED_OF_NETWORK
        or attempts.from_everywhere >= _ATTACK
    )


def wait(attempts: Attempts, most: int | None = None) -> timedelta:
    """How long the next attempt from here must wait: nothing for the free ones, then 30 s, doubling up to 15 min.

    After `most` attempts from everywhere all wait for the window to pass.
    """
    if most is not None and attempts.from_everywhere >= most:
        return WINDOW
    free = _FREE if attempts.from_everywhere < _ATTACK else _FREE_UNDER_ATTACK
    if attempts.from_here < free:
        return timedelta()
    doublings = min(attempts.from_here - free, _DOUBLINGS)
    return max(timedelta(), min(_FIRST_DELAY * 2**doublings, _LONGEST_DELAY) - attempts.since_last)
