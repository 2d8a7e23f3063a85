"""idle: what each role holds of memory, and uses of a core, while nobody calls."""

import time

from bench.run import Bench, Side
from bench.show.table import Sheet
from bench.show.words import mebibytes
from bench.system.accounts import family, memory_bytes

SECONDS = 5.0
SETTLE_SECONDS = 2.0
"""What the work before leaves to be done: relays, acknowledgements."""
HEADINGS = ("process", "memory", "of a core", "")


def run(bench: Bench) -> None:
    """Watch every process of every side at once."""
    time.sleep(SETTLE_SECONDS)
    accounts = [side.system.watch().account() for side in bench.sides]
    begun = time.monotonic()
    time.sleep(SECONDS)
    passed = time.monotonic() - begun
    rows: list[tuple[str, ...]] = []
    for side, account in zip(bench.sides, accounts, strict=True):
        used = account.close().over(passed)
        memory = {name: _memory(pid) for name, pid in account.watched.roles.items()}
        side.found("idle.memory", sum(memory.values()), unit="bytes")
        side.found("idle.memory.role", max(memory.values()), unit="bytes")
        side.found("idle.cpu", max(used.roles.values()), unit="share")
        rows += [(side.named(name), mebibytes(memory[name]), f"{share:.2%}", "") for name, share in used.roles.items()]
        stores = account.watched.stores
        rows += [
            (side.named(name), mebibytes(_memory(stores[name])), f"{share:.2%}", "a store")
            for name, share in used.stores.items()
        ]
        bench.view.say(f"  {_said(side, sum(memory.values()), max(used.roles.values()))}")
    bench.sheets.append(Sheet("idle", HEADINGS, rows))


def _said(side: Side, memory: float, share: float) -> str:
    return side.named(f"roles hold {mebibytes(memory)} together, the busiest uses {share:.2%} of a core")


def _memory(pid: int) -> int:
    return sum(memory_bytes(each) for each in family(pid))
