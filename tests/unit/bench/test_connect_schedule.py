"""Which pairs are connected, in which order."""

from collections import Counter

from bench.system.members import Member
from bench.workloads.connect import schedule


def test_no_pair_comes_twice_and_nobody_asks_too_often() -> None:
    """A hundred members make 4,900 pairs with at most fifty requests each, what the limit allows at once."""
    members = [Member(str(number), "") for number in range(100)]

    pairs = schedule(members)

    assert 4_900 == len(pairs) == len({frozenset((asker.id, asked.id)) for asker, asked in pairs})
    assert 50 >= max(Counter(asker.id for asker, _ in pairs).values())
