"""social-mix: 60 % home feed, 30 % a friend's posts, 10 % compose, on the seeded network."""

import asyncio

from bench.run import Bench
from bench.targets.probe import FAN_OUT
from bench.targets.social import COMPOSE, Social
from bench.workloads.people import people

RATE = 600.0
P99 = 0.1


def run(bench: Bench) -> None:
    """Measure latencies at a rate, with how long a post takes into a friend's warm feed."""
    system = bench.system
    population = asyncio.run(people(bench))
    bench.view.say(f"  {population.origin}")
    target = Social(system.address("feed"), population.members, population.friends)
    pids = [system.pid(role) for role in ("feed", "feed-worker", "profile") if system.has(role)]
    result = bench.at_rate("social-mix", target, RATE, pids=pids)
    bench.found("social.p99", result.p(99))
    bench.found("social.rate", result.rate)
    if COMPOSE in result.kinds:
        bench.found("social.compose.p99", result.kinds[COMPOSE].percentile(99))
    if FAN_OUT in result.observed:
        bench.found("social.fan-out.p99", result.observed[FAN_OUT].percentile(99))
    if bench.options.find_max:
        bench.found("social.max", bench.find_max("social-mix", target, RATE, P99))
