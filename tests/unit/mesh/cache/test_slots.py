"""Slots of a cluster."""

from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from mesh.cache.slots import MOST_KEYS, runs, slot_of


@given(st.text("{}ab\u00e9", max_size=12))
def test_a_key_has_the_slot_that_the_servers_give_it(name: str) -> None:
    """Hash tags included, of which only the first counts, and not an empty one."""
    assert key_slot(name.encode()) == slot_of(name)


@given(st.lists(st.text("{}ab", max_size=4), max_size=2 * MOST_KEYS + 1), st.booleans())
def test_every_key_is_in_one_run(names: list[str], cluster: bool) -> None:
    """No run is too long; on a cluster each is of one slot."""
    parts = runs(names, cluster=cluster)

    assert list(range(len(names))) == sorted(at for run in parts for at in run)
    assert all(0 < len(run) <= MOST_KEYS for run in parts)
    assert not cluster or all(1 == len({slot_of(names[at]) for at in run}) for run in parts)


def test_one_server_takes_keys_of_all_slots_together() -> None:
    """Only a cluster needs them apart."""
    assert [[0, 1, 2]] == runs(["a", "b", "c"], cluster=False)
    assert [[0], [1], [2]] == runs(["a", "b", "c"], cluster=True)
