"""The members that several workloads of one run share: signing in costs a hash for each."""

import time

from bench.run import Side
from bench.system.population import Population, made, seeded

MEMBERS = 300
_FRESH_SECONDS = 300.0
"""How long tokens are used, of the fifteen minutes they are good for: the next load may take long."""


async def people(side: Side) -> Population:
    """Return the members of one side, signed in lately."""
    kept = side.population
    if kept is None or time.monotonic() - kept.since > _FRESH_SECONDS:
        kept = side.population = await seeded(side.system, MEMBERS) or await made(side.system)
    return kept
