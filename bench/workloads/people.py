"""The members that several workloads of one run share: signing in costs a hash for each."""

import time

from bench.run import Bench
from bench.system.population import Population, made, seeded

MEMBERS = 300
_FRESH_SECONDS = 300.0
"""How long tokens are used, of the fifteen minutes they are good for: the next load may take long."""


async def people(bench: Bench) -> Population:
    """Return the run's members, signed in lately."""
    kept = bench.population
    if kept is None or time.monotonic() - kept.since > _FRESH_SECONDS:
        kept = bench.population = await seeded(bench.system, MEMBERS) or await made(bench.system)
    return kept
