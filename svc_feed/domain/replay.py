"""What another configuration changes in recorded requests, in the measures that rankings are compared by."""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from svc_feed.domain.feed import Entry
from svc_feed.domain.ids import PostId, UserId
from svc_feed.domain.item import is_popular
from svc_feed.domain.recorded import RecordedRanking
from svc_feed.domain.scoring import OFTEN, Scoring, Signals

PLACES = 20
"""Items of a first page, where nothing else is asked for."""

REASONS = ("own", "often_answered", "popular", "other")
"""What of a post's reasons its signals tell, the first that holds; whether it is a share they do not."""


@dataclass(frozen=True, slots=True)
class Change:
    """One request under two orders; `overlap` is of the first places, `tau` of all of them.

    `moved` are items of the first places of either order that are elsewhere in the other one.
    """

    moved: int
    overlap: float
    tau: float
    before: Counter[str]
    after: Counter[str]


@dataclass(slots=True)
class Comparison:
    """Many requests together."""

    places: int = PLACES
    requests: int = 0
    moved: int = 0
    unchanged: int = 0
    overlap: float = 0.0
    tau: float = 0.0
    before: Counter[str] = field(default_factory=Counter[str])
    after: Counter[str] = field(default_factory=Counter[str])

    def add(self, change: Change) -> None:
        """Count one more; overlap and tau are means."""
        self.requests += 1
        self.moved += change.moved
        self.unchanged += not change.moved
        self.overlap += (change.overlap - self.overlap) / self.requests
        self.tau += (change.tau - self.tau) / self.requests
        self.before += change.before
        self.after += change.after

    def shares(self) -> Mapping[str, tuple[float, float]]:
        """For each reason its share of the first places, before and after."""
        before, after = max(self.before.total(), 1), max(self.after.total(), 1)
        return {reason: (self.before[reason] / before, self.after[reason] / after) for reason in REASONS}


def compared(recorded: RecordedRanking, scoring: Scoring, places: int = PLACES) -> Change:
    """What a configuration changes in a request; `places` are at least one."""
    given, now = recorded.order, recorded.again(scoring)
    first, second = given[:places], now[:places]
    seats = ({entry.post_id: at for at, entry in enumerate(order)} for order in (first, second))
    old, new = seats
    signals = {found.post_id: found.signals for found in recorded.candidates}
    return Change(
        sum(old.get(post) != new.get(post) for post in old.keys() | new.keys()),
        len(old.keys() & new.keys()) / len(old) if old else 1.0,
        tau([entry.post_id for entry in given], [entry.post_id for entry in now]),
        _reasons(first, recorded.viewer_id, signals),
        _reasons(second, recorded.viewer_id, signals),
    )


def tau(one: Sequence[PostId], other: Sequence[PostId]) -> float:
    """Kendall's tau of two orders of the same posts: 1 where they are alike, -1 where one is the other reversed.

    M. G. Kendall, "A New Measure of Rank Correlation", Biometrika 30, 1938: of all pairs those in the same order less
    those in the other one. Fewer than two posts are alike.
    """
    pairs = len(one) * (len(one) - 1) // 2
    if not pairs:
        return 1.0
    places = {post: at for at, post in enumerate(other)}
    return 1.0 - 2.0 * _inversions(places[post] for post in one) / pairs


def _inversions(places: Iterable[int]) -> int:
    """Pairs of which the greater comes first."""
    before, found = list[int](), 0
    for place in places:
        found += len(before) - bisect_right(before, place)
        insort(before, place)
    return found


def _reasons(entries: Sequence[Entry], viewer: UserId, signals: Mapping[PostId, Signals]) -> Counter[str]:
    return Counter(_reason(entry.author_id == viewer, signals[entry.post_id]) for entry in entries)


def _reason(own: bool, signals: Signals) -> str:
    if own:
        return "own"
    if signals.affinity >= OFTEN:
        return "often_answered"
    return "popular" if is_popular(signals.likes, signals.comments, signals.shares) else "other"
