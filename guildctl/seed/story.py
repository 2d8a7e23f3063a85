"""The order in which a network comes into being."""

from guildctl.seed import answers, careers, friendships, hiring, people, publishing, talking
from guildctl.seed.audit.all import audit
from guildctl.seed.audit.check import Check
from guildctl.seed.network import Network
from guildctl.seed.plan import Plan
from guildctl.seed.progress import Show
from guildctl.seed.run import Run

_CHAPTERS = (
    people.gather,
    people.introduce,
    careers.tell_careers,
    friendships.connect,
    publishing.warm,
    publishing.publish,
    answers.like,
    answers.comment,
    talking.talk,
    hiring.hire,
)


async def make(run: Run) -> None:
    """Make what is missing."""
    for chapter in _CHAPTERS:
        await chapter(run)


async def tell(plan: Plan, show: Show, address: str) -> tuple[Run, list[Check]]:
    """Make what is missing by the public gRPC port at `address`, then examine everything."""
    async with Network(address) as network:
        run = Run(plan, network, show)
        await make(run)
        return run, await audit(run)
