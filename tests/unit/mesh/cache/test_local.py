"""The cache inside the process."""

from mesh.cache import LocalCache


class Timer:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_value_expires() -> None:
    """A value is there for its time, then gone."""
    timer = Timer()
    cache: LocalCache[str, int] = LocalCache(10, 5.0, timer=timer)
    cache.put("a", 1)

    before = cache.get("a")
    timer.now = 5.0
    after = cache.get("a")

    assert (1, None) == (before, after)


def test_least_recently_used_goes_first() -> None:
    """A full cache forgets the value nobody asked for longest."""
    cache: LocalCache[str, int] = LocalCache(2, 5.0)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")

    cache.put("c", 3)

    assert [1, None, 3] == [cache.get(key) for key in "abc"]
    assert 2 == len(cache)


def test_drop() -> None:
    """A dropped key is gone, the others stay."""
    cache: LocalCache[str, int] = LocalCache(5, 5.0)
    for number, key in enumerate("abc"):
        cache.put(key, number)

    cache.drop("a")
    cache.drop("never there")

    assert [None, 1, 2] == [cache.get(key) for key in "abc"]
