"""The cache of what every call asks for."""

from hypothesis import given
from hypothesis import strategies as st

from mesh.cache import HotCache

MOST = 20
steps = st.lists(st.tuples(st.sampled_from(["put", "get", "drop"]), st.integers(0, 6), st.integers(1, 12)), max_size=60)


@given(steps)
def test_what_is_there_was_put_last_and_is_never_too_much(done: list[tuple[str, int, int]]) -> None:
    """Whatever is put, asked for and dropped: a value is its key's last one, or gone, and all together are bounded."""
    cache: HotCache[int, tuple[int, int]] = HotCache(MOST, lambda value: value[0])
    last: dict[int, tuple[int, int]] = {}
    for at, (verb, key, weight) in enumerate(done):
        match verb:
            case "put":
                last[key] = (weight, at)
                cache.put(key, last[key])
                assert (last[key] if weight <= MOST // 2 else None) == cache.get(key)
            case "drop":
                last.pop(key, None)
                cache.drop(key)
                assert cache.get(key) is None
            case _:
                assert cache.get(key) in {None, last.get(key)}
    found = {key: value for key in range(7) if (value := cache.get(key)) is not None}
    assert found.items() <= last.items()
    assert sum(weight for weight, _ in found.values()) <= MOST


def test_what_is_asked_for_stays() -> None:
    """However much else comes and goes; what nobody asks for goes."""
    cache: HotCache[int, str] = HotCache(8)
    cache.put(0, "asked for")
    cache.put(1, "not asked for")
    for key in range(2, 40):
        cache.put(key, "another")
        assert "asked for" == cache.get(0)

    assert (None, True) == (cache.get(1), len(cache) <= 8)
