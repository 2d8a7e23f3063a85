"""A load client of one transport: run as a process of its own, obeys orders that come as lines."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

import typer
import uvloop

from bench.load.arrivals import arrivals
from bench.transports.caller import Caller
from bench.transports.contract import Engine
from bench.transports.orders import Answer, Order
from mesh.lifecycle import settle_garbage

Fire = Callable[[], Awaitable[int]]


@dataclass(slots=True)
class _Tally:
    done: int = 0
    failed: int = 0
    error: str = ""
    latencies: list[float] = field(default_factory=list[float])

    async def count(self, fire: Fire) -> None:
        try:
            done = await fire()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
            self.failed += 1
            self.error = f"{type(error).__name__}: {error}"
        else:
            self.done += done

    async def timed(self, fire: Fire, due: float) -> None:
        await self.count(fire)
        self.latencies.append(time.perf_counter() - due)

    def answer(self, seconds: float) -> Answer:
        last, ordered = len(self.latencies) - 1, sorted(self.latencies)
        p50, p99 = (ordered[last // 2], ordered[last * 99 // 100]) if ordered else (0.0, 0.0)
        return Answer(self.done, self.failed, seconds, p50, p99, self.error)


async def obey(caller: Caller, order: Order) -> Answer:
    """Do one load."""
    fire: Fire = getattr(caller, order.kind)
    tally = _Tally()
    begun = time.perf_counter()
    if order.kind == "hold":
        for _ in range(order.in_flight):
            await tally.count(fire)
    elif order.rate:
        await _open_loop(fire, tally, order, begun)
    else:
        await _closed_loop(caller, fire, tally, order)
    return tally.answer(time.perf_counter() - begun)


async def _closed_loop(caller: Caller, fire: Fire, tally: _Tally, order: Order) -> None:
    end = caller.until = time.perf_counter() + order.seconds

    async def fire_on() -> None:
        while time.perf_counter() < end:
            await tally.count(fire)

    await asyncio.gather(*(fire_on() for _ in range(order.in_flight)))


async def _open_loop(fire: Fire, tally: _Tally, order: Order, begun: float) -> None:
    open_calls: set[asyncio.Task[None]] = set()
    for after in arrivals("poisson", order.rate, order.seconds):
        due = begun + after
        await asyncio.sleep(max(0.0, due - time.perf_counter()))  # late, it still lets answers in
        task = asyncio.create_task(tally.timed(fire, due))
        open_calls.add(task)
        task.add_done_callback(open_calls.discard)
    await asyncio.gather(*open_calls)


async def _serve(engine: Engine) -> None:
    loop = asyncio.get_running_loop()
    callers: dict[str, Caller] = {}
    settle_garbage()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        order = Order.of(line)
        if order.address not in callers:
            callers[order.address] = Caller(engine, order)
        answer = await obey(callers[order.address], order)
        sys.stdout.buffer.write(answer.line())
        sys.stdout.buffer.flush()
    for caller in callers.values():
        await caller.close()


def main(engine: Annotated[str, typer.Argument(help="The transport to call with.")]) -> None:
    """Obey until standard input is closed."""
    uvloop.run(_serve(cast("Engine", engine)))


if __name__ == "__main__":
    typer.run(main)
