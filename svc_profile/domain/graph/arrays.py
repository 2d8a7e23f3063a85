"""Packed sets by the thousand: joined, sorted and counted at once, in C.

numpy is imported with the first question, since it weighs a quarter of all else that a process loads.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Packed = NDArray[np.uint32]


def _numpy() -> Any:
    import numpy as np

    return np


def union(sets: Iterable[bytes]) -> "Packed":
    """All numbers of these sets, in order, each once."""
    np = _numpy()
    found = np.sort(np.frombuffer(b"".join(sets), np.uint32))
    if not found.size:
        return found
    first = np.empty(found.size, bool)
    first[0] = True
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


def size_of(sets: Iterable[bytes], but: Iterable[bytes] = ()) -> int:
    """How many numbers these sets hold together, beside those that are in `but`."""
    np = _numpy()
    found, left_out = union(sets), union(but)
    if not found.size or not left_out.size:
        return int(found.size)
    at = np.searchsorted(found, left_out)
    at[at == found.size] = 0
    return int(found.size) - int(np.count_nonzero(found[at] == left_out))


def held(sets: Iterable[bytes], asked: Sequence[bytes]) -> list[list[int]]:
    """Of each set that is asked for those numbers that one of `sets` holds, in order."""
    np = _numpy()
    known = union(sets)
    if not known.size:
        return [[] for _ in asked]
    wanted = np.frombuffer(b"".join(asked), np.uint32)
    at = np.searchsorted(known, wanted)
    at[at == known.size] = 0
    there = known[at] == wanted
    found, start = list[list[int]](), 0
    for one in asked:
        end = start + len(one) // 4
        found.append(wanted[start:end][there[start:end]].tolist())
        start = end
    return found


def strongest(sets: Sequence[bytes], but: Sequence[int], most: int) -> dict[int, list[int]]:
    """Of the numbers in these sets those with the greatest Σ 1/size of the sets they are in, without those in `but`.

    They come in that order, each with the places of the sets it is in.
    """
    np = _numpy()
    if not sets:
        return {}
    sizes = np.array([len(one) // 4 for one in sets])
    pairs = np.frombuffer(b"".join(sets), np.uint32).astype(np.uint64) << np.uint64(32)
    pairs |= np.repeat(np.arange(len(sets), dtype=np.uint64), sizes)
    pairs.sort()
    numbers = (pairs >> np.uint64(32)).astype(np.uint32)
    if not numbers.size:
        return {}
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    places = (pairs & np.uint64(0xFFFFFFFF)).astype(np.intp)
    weights = np.add.reduceat((1.0 / sizes)[places], starts)
    found = numbers[starts]
    weights[np.isin(found, np.array(but, np.uint32))] = 0.0
    best = np.argsort(-weights, kind="stable")[:most]
    best = best[weights[best] > 0]
    ends = np.append(starts[1:], numbers.size)[best]
    return {
        number: places[start:end].tolist()
        for number, start, end in zip(found[best].tolist(), starts[best].tolist(), ends.tolist(), strict=True)
    }
