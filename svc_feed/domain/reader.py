"""Members who read their feeds: how long they count as active, and how often they read."""

import math
from datetime import timedelta

ACTIVE = timedelta(days=3)
"""Since their last read members are active: their feeds are built ahead of the next one."""

HALF_LIFE = timedelta(days=1)
"""After which a read counts half."""


def reads_per_day(counted: float) -> float:
    """How often somebody reads in a day whose reads, each less by its age, add up to `counted`."""
    return counted * math.log(2) / (HALF_LIFE / timedelta(days=1))
