"""A network at once: written into the databases, then counted, then looked at by some of its members."""

import gc
from collections.abc import Callable
from datetime import UTC, datetime

from guildctl.seed.audit.all import audit
from guildctl.seed.audit.check import Check
from guildctl.seed.bulk.records import Records
from guildctl.seed.bulk.write import Bulk
from guildctl.seed.network import Network
from guildctl.seed.people import sign_in
from guildctl.seed.plan import PASSWORD, Plan
from guildctl.seed.planning import plan
from guildctl.seed.population import chance
from guildctl.seed.progress import Show
from guildctl.seed.run import Run
from guildctl.seed.worlds import invent, name_of
from mesh.auth import Passwords

LOOKING = 40
"""Members who sign in, and look at everything they have."""
_KNOWN = 5  # of them: those with the most friends, where bounds show first


async def tell_at_once(
    people: int, seed: int, show: Show, address: str, dsn: Callable[[str], str], *, add: bool = False
) -> tuple[Run, list[Check]]:
    """Invent people and write them, then examine them: every row by counting, a sample through the public calls.

    Raises:
        Refused: nothing was written, because of what is there already.
    """
    async with Network(address) as network, Bulk(dsn, show) as bulk:
        await bulk.refuse(name_of(people, seed), add=add)
        planned = _plan(people, seed, show)
        records = Records(planned, await _password_hash(), datetime.now(UTC).replace(microsecond=0))
        await bulk.write(records)
        run = written(records, network, show)
        checks = await bulk.check(planned)
        await sign_in(run, looking(planned))
        return run, checks + await audit(run)


def looking(planned: Plan) -> list[int]:
    """Some of the people: those with the most friends, others by chance."""
    everybody = sorted(range(len(planned.world.people)), key=lambda number: -len(planned.world.graph.friends(number)))
    known, others = everybody[:_KNOWN], everybody[_KNOWN:]
    return known + chance(planned.world.seed, "looking").sample(others, min(LOOKING - _KNOWN, len(others)))


def written(records: Records, network: Network, show: Show) -> Run:
    """The run that made these rows: it knows everybody's ids, and nobody is signed in."""
    planned = records.plan
    people, posts, conversations, companies, jobs = (
        {number: str(id_) for number, id_ in enumerate(ids)}
        for ids in (records.people, records.posts, records.conversations, records.companies, records.jobs)
    )
    applications = {
        (hopeful.job, hopeful.applicant): str(id_)
        for hopeful, id_ in zip(planned.applications, records.applications, strict=True)
    }
    return Run(planned, network, show, {}, people, posts, conversations, companies, jobs, applications)


def _plan(people: int, seed: int, show: Show) -> Plan:
    with show.phase("invention", people) as phase:
        gc.disable()  # millions of objects that stay: looking for garbage among them takes longer than making them
        try:
            planned = plan(invent(people, seed), within_limits=False)
        finally:
            gc.enable()
        phase.count(made=True, times=people)
    return planned


async def _password_hash() -> str:
    """Everybody has the same password, hashed once."""
    passwords = Passwords()
    try:
        return await passwords.hash(PASSWORD)
    finally:
        await passwords.stop()
