"""What a run did and found, as lines."""

from collections.abc import Iterator, Sequence

from guildctl.seed.audit.check import Check
from guildctl.seed.plan import PASSWORD, Plan
from guildctl.seed.progress import Phase, Show

_SHOWN = 10
"""Differences of one check that are named."""


def summary(show: Show) -> Iterator[str]:
    """A table of the phases."""
    yield f"{'':<16}{'made':>9}{'there':>9}{'seconds':>10}{'calls':>9}{'calls/s':>9}"
    for phase in show.phases:
        yield _row(phase)
    total = sum(phase.seconds for phase in show.phases)
    yield f"{'total':<34}{total:>10.1f}{show.calls.made:>9,}{show.calls.made / max(total, 0.001):>9,.0f}"
    if show.calls.waited >= 1:
        yield f"{show.calls.waited:,.0f} s were spent in waiting for rate limits"
    if not any(phase.made for phase in show.phases):
        yield "everything was there already: nothing has changed"


def verdict(checks: Sequence[Check]) -> Iterator[str]:
    """What the audit found, the first differences by name."""
    for check in checks:
        if not check.differences:
            yield f"audit  ok    {check.name:<13} {check.examined}"
            continue
        yield f"audit  FAIL  {check.name:<13} {check.examined}: {len(check.differences):,} differences"
        yield from (f"         {line}" for line in check.differences[:_SHOWN])
        if len(check.differences) > _SHOWN:
            yield f"         … and {len(check.differences) - _SHOWN:,} more"


def invitation(plan: Plan) -> str:
    """How to sign in as one of these people: as the one with the most friends."""
    popular = max(plan.world.people, key=lambda person: len(plan.world.graph.friends(person.number)))
    return f"sign in as any of them, for example {popular.email}: everybody's password is {PASSWORD}"


def _row(phase: Phase) -> str:
    rate = phase.calls / max(phase.seconds, 0.001)
    audited = phase.name.startswith("audit")
    made, there = ("", f"{phase.done:,}") if audited else (f"{phase.made:,}", f"{phase.found:,}")
    return f"{phase.name:<16}{made:>9}{there:>9}{phase.seconds:>10.1f}{phase.calls:>9,}{rate:>9,.0f}"
