"""social-mix: 60 % home feed, 30 % a friend's posts, 10 % compose, on the seeded network."""

import asyncio

from bench.run import Bench, Side
from bench.targets.probe import FAN_OUT
from bench.targets.social import COMPOSE, Social
from bench.workloads.people import people

RATE = 600.0
P99 = 0.1


def run(bench: Bench) -> None:
    """Measure latencies at a rate, with how long a post takes into a friend's warm feed."""
    for side in bench.sides:
        _measure(bench, side)


def _measure(bench: Bench, side: Side) -> None:
    population = asyncio.run(people(side))
    bench.view.say(f"  {side.named(population.origin)}")
    target = Social(side.system.address("feed"), population.members, population.friends)
    watched = side.system.watch("feed", "feed-worker", "profile")
    result = bench.at_rate(side.named("social-mix"), target, RATE, watched=watched)
    side.found("social.p99", result.p_of_all(99), unit="s")
    side.found("social.rate", result.rate)
    if COMPOSE in result.kinds:
        side.found("social.compose.p99", result.kinds[COMPOSE].percentile(99), unit="s")
    if FAN_OUT in result.observed:
        side.found("social.fan-out.p99", result.observed[FAN_OUT].percentile(99), unit="s")
    if bench.options.find_max:
        side.found("social.max", bench.find_max(side.named("social-mix"), target, RATE, P99))
