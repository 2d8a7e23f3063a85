"""One run: the plan, the network it is made real in, what is known of it so far."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from guildctl.seed.caller import Calls
from guildctl.seed.member import Member
from guildctl.seed.network import Network
from guildctl.seed.plan import Plan
from guildctl.seed.progress import Show

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 32
"""Calls under way: enough to keep two processors busy, few enough that none waits long for its turn."""


@dataclass
class Run:
    """The numbers of the plan with the ids the system gave."""

    plan: Plan
    network: Network
    show: Show
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    """Those who are signed in: everybody, or a sample that looks at what was written past the calls."""
    ids: dict[int, str] = field(default_factory=dict[int, str])
    posts: dict[int, str] = field(default_factory=dict[int, str])
    conversations: dict[int, str] = field(default_factory=dict[int, str])
    companies: dict[int, str] = field(default_factory=dict[int, str])
    jobs: dict[int, str] = field(default_factory=dict[int, str])
    applications: dict[tuple[int, int], str] = field(default_factory=dict[tuple[int, int], str])

    @property
    def calls(self) -> Calls:
        """What makes calls and counts them."""
        return self.show.calls

    async def ask(self, who: int, method: Callable[..., Awaitable[R]], request: Any, key: str = "") -> R:
        """Make a call as a member."""
        return await self.calls(method, request, self.members[who], key)

    def key(self, *parts: object) -> str:
        """An idempotency key of this item: the same in every run that means the same."""
        return str(uuid5(NAMESPACE_URL, "/".join(("guild-seed", self.plan.world.name, *map(str, parts)))))

    async def each(self, items: Collection[T], work: Callable[[T], Awaitable[object]], at_once: int = AT_ONCE) -> None:
        """Do the work for every item, some at once; the first error ends it and is raised."""
        left = iter(items)

        async def worker() -> None:
            for item in left:
                await work(item)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(at_once, len(items))):
                    group.create_task(worker())
        except BaseExceptionGroup as errors:
            raise first_of(errors) from None


def first_of(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group of groups."""
    first = errors.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
