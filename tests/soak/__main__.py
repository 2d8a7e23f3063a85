"""The command: `python -m tests.soak` loads the transport for an hour with everything that may happen to calls."""

import asyncio
import random
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from mesh.embedded import free_port
from mesh.testing.authority import Authority
from tests.soak import memory, report
from tests.soak.engines import LOOPS, Engine, Loop, Place, Secrets
from tests.soak.peer import peer
from tests.soak.relay import Relay
from tests.soak.soak import Soak

PHASES = 30
"""Moments of rest of a long run; a short one has one every PHASE_SECONDS."""
PHASE_SECONDS = 2.5
CUT_SECONDS = 0.5
"""Between two connections cut, on average."""


def main(
    minutes: Annotated[float, typer.Option(min=0.05, help="How long.")] = 60.0,
    seed: Annotated[int | None, typer.Option(help="Of what the callers do; by chance, and printed.")] = None,
    engine: Annotated[
        Engine, typer.Option(help="Which to soak; grpcio is there to compare with: it does not pass.")
    ] = "wire",
    loop: Annotated[Loop, typer.Option(help="Roles run on uvloop; asyncio tells its timers.")] = "uvloop",
) -> None:
    """Soak the transport, print what it was asked and what it held; ends with 1 for any fault."""
    seed = random.randrange(1_000_000) if seed is None else seed
    print(f"soaking {engine} on {loop} for {minutes:g} minutes with --seed {seed}", flush=True)
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        faults = runner.run(_run(engine, loop, minutes * 60, seed))
    raise typer.Exit(1 if faults else 0)


async def _run(engine: Engine, loop: Loop, seconds: float, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        authority = Authority(Path(folder) / "authority")
        pair = authority.issue("server")
        secrets = Secrets(authority.ca, pair.cert, pair.key)
        places = _places(Path(folder))
        async with AsyncExitStack() as stack:
            serving = await stack.enter_async_context(peer(engine, loop, places, secrets, seed))
            relay = await stack.enter_async_context(Relay(places[0].address, seed, cut_seconds=CUT_SECONDS))
            soak = Soak(engine, places, secrets, serving, relay, seed)
            await soak.run(seconds, max(PHASE_SECONDS, seconds / PHASES))
            done = serving.done | {"cuts": relay.cuts}
    ledger = soak.ledger
    print(*report.lines(ledger, soak.samples, seconds, done), sep="\n")
    grown = memory.grown(soak.samples, seconds)
    for fault in grown or ():
        ledger.fault(fault)
    print("\nmemory:", "too short a run to tell" if grown is None else "grows" if grown else "flat")
    print(*(f"FAULT: {fault}" for fault in ledger.faults), sep="\n")
    print(f"{ledger.fault_count} faults (--seed {seed})" if ledger.fault_count else "no fault")
    return ledger.fault_count


def _places(folder: Path) -> list[Place]:
    steady = Place("steady", f"127.0.0.1:{free_port()}")
    return [
        steady,
        Place("aging", f"127.0.0.1:{free_port()}", age=1.0),
        Place("tls", f"127.0.0.1:{free_port()}", tls=True, age=1.0),
        Place("unix", f"unix:{folder}/socket", age=2.0, window=64 * 1024, max_streams=20),
        Place("restarted", f"127.0.0.1:{free_port()}", rough=True),
        Place("cut", f"127.0.0.1:{free_port()}", rough=True),
    ]


if __name__ == "__main__":
    typer.run(main)
