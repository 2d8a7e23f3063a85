"""The slots of a Redis Cluster."""

from binascii import crc_hqx
from collections import defaultdict
from collections.abc import Sequence

SLOTS = 16_384

MOST_KEYS = 200
"""Keys of one command: keeps a script below a millisecond, since the server does nothing else meanwhile."""


def slot_of(name: str) -> int:
    """Return the slot of a key: CRC16 of its hash tag, where it has one, else of all of it (Redis Cluster spec)."""
    key = name.encode()
    begin = key.find(b"{")
    if begin >= 0:
        end = key.find(b"}", begin + 1)
        if end > begin + 1:
            key = key[begin + 1 : end]
    return crc_hqx(key, 0) % SLOTS


def runs(names: Sequence[str], *, cluster: bool) -> list[list[int]]:
    """Return positions in `names` that can go into one command: up to 200, and on a cluster those of one slot."""
    if not cluster:
        return [list(range(at, min(at + MOST_KEYS, len(names)))) for at in range(0, len(names), MOST_KEYS)]
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        groups[slot_of(name)].append(at)
    return [group[at : at + MOST_KEYS] for group in groups.values() for at in range(0, len(group), MOST_KEYS)]
