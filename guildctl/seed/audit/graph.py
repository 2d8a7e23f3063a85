"""Every friendship is there from both sides, and no other."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from guildctl.seed.audit.check import Check
from guildctl.seed.friendships import connections_of
from guildctl.seed.run import Run

Seen = Mapping[int, Sequence[int]]


async def check_graph(run: Run) -> Check:
    """Read every member's connections as that member."""
    numbers = {id_: number for number, id_ in run.ids.items()}
    seen: dict[int, list[int]] = {}

    async def look(number: int) -> None:
        ids = await connections_of(run, number)
        seen[number] = [numbers[other] for other in ids if other in numbers]  # others may have come by themselves
        phase.count(made=False)

    with run.show.phase("audit: graph", len(run.members)) as phase:
        await run.each(run.members.keys(), look)
    friends = {number: run.plan.friends(number) for number in run.members}
    examined = f"{sum(map(len, seen.values())):,} connections of {len(seen):,} members"
    return Check("graph", examined, tuple(differences(friends, seen)))


def differences(friends: Mapping[int, frozenset[int]], seen: Seen) -> Iterator[str]:
    """What members see that is not so, and what is so that they do not see."""
    for person in sorted(friends):
        counted = Counter(seen.get(person, ()))
        for other in sorted(friends[person] - counted.keys()):
            mirrored = person in seen.get(other, ())
            yield f"{person} is not connected to {other}" + (f", but {other} is to {person}" if mirrored else "")
        for other in sorted(counted.keys() - friends[person]):
            yield f"{person} is connected to {other}, which nobody asked for"
        for other, times in sorted(counted.items()):
            if times > 1:
                yield f"{person} has {other} {times} times in the list of connections"
