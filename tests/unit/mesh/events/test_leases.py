"""How relays divide the buckets."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.data import OUTBOX_BUCKETS
from mesh.events.leases import fair_share

ALL = set(range(OUTBOX_BUCKETS))


def test_alone_takes_everything() -> None:
    """A relay without company claims every bucket."""
    share = fair_share("me", (), {})

    assert (set(), ALL, set()) == (share.keep, share.claim, share.release)


def test_newcomer_is_left_its_half() -> None:
    """When a second relay takes a seat, the first lets half of its buckets go and claims no other."""
    live = dict.fromkeys(ALL, "me") | {-1: "me", -2: "you"}

    share = fair_share("me", ALL, live)

    assert (8, 8, set()) == (len(share.keep), len(share.release), share.claim)


def test_takes_what_is_free_up_to_its_share() -> None:
    """Of free buckets a relay claims no more than its share, and never another's."""
    live = {-1: "me", -2: "you", **dict.fromkeys(range(4), "you")}

    share = fair_share("me", {4}, live)

    assert {4} == share.keep
    assert 7 == len(share.claim)
    assert not share.claim & {0, 1, 2, 3, 4}


@given(relays=st.integers(1, 20), order=st.randoms())
def test_rounds_end_with_every_bucket_held_once(relays: int, order: object) -> None:
    """However many relays there are, in whatever order they act: soon each bucket has one, and shares differ little."""
    names = [f"relay{n}" for n in range(relays)]
    held: dict[str, set[int]] = {name: set() for name in names}
    held[names[0]] = set(ALL)
    for _ in range(3):
        order.shuffle(names)  # type: ignore[attr-defined]
        for name in names:
            live = {bucket: owner for owner in names for bucket in held[owner]}
            live |= {-n: owner for n, owner in enumerate(sorted(names), 1)}
            share = fair_share(name, held[name], live)
            held[name] = set(share.keep | share.claim)

    assert sorted(ALL) == sorted(bucket for buckets in held.values() for bucket in buckets)
    assert max(map(len, held.values())) <= -(-OUTBOX_BUCKETS // relays)
