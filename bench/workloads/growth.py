"""growth: what a hot read costs among a thousand members, and among a hundred thousand."""

import asyncio
import subprocess
import time

from bench.methods import GET_FEED
from bench.run import Bench, Line, Side
from bench.system.population import READERS
from bench.system.running import NotRunning
from bench.targets.grpc_read import GrpcRead
from bench.workloads.feed_read import REQUEST, SERVE, crowd_of

FEW, MANY = 1_000, 100_000
_SEED_SECONDS = 1_800.0
_SETTLE_SECONDS = 20.0
"""Verdicts are kept again ten seconds after a busy moment; and what was written is analysed."""


def run(bench: Bench) -> None:
    """Write members into a system of the bench's own, which is thrown away, and measure before and after."""
    if not all(side.system.own for side in bench.sides):
        raise NotRunning("a hundred thousand members are written into a system of the bench's own only")
    _grow(bench, FEW)
    few = _cost(bench, f"{FEW:,}")
    _grow(bench, MANY - FEW)
    for side, before, after in zip(bench.sides, few, _cost(bench, f"{MANY:,}"), strict=True):
        side.found("growth.feed.cpu", after, before, unit="cpu")


def _cost(bench: Bench, members: str) -> list[float]:
    crowds = [asyncio.run(crowd_of(side, READERS)) for side in bench.sides]
    time.sleep(_SETTLE_SECONDS)
    lines = [
        Line.of(
            crowd.side.named(f"feed-read gRPC among {members}"),
            GrpcRead(crowd.system.address("feed"), GET_FEED, (REQUEST,), crowd.tokens),
            crowd.system.watch(*SERVE),
        )
        for crowd in crowds
    ]
    return [turns.cost.total for turns in bench.turns(lines)]


def _grow(bench: Bench, people: int) -> None:
    for side in bench.sides:
        bench.view.say(f"  {side.named(f'guild seed --bulk {people:,} --add')}")
        _seed(side, people)


def _seed(side: Side, people: int) -> None:
    command = [side.system.python, "-m", "guildctl", "seed", "--bulk", str(people), "--add"]
    ended = subprocess.run(
        [*command, "--home", str(side.system.home.path)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_SEED_SECONDS,
    )
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines() or ["no word"]
        raise NotRunning(f"{people:,} members could not be written: {said[-1]}")
