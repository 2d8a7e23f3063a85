"""The whole audit."""

from guildctl.seed.audit.answers import check_answers
from guildctl.seed.audit.applications import check_applications
from guildctl.seed.audit.check import Check
from guildctl.seed.audit.feeds import check_feeds
from guildctl.seed.audit.graph import check_graph
from guildctl.seed.audit.messages import check_messages
from guildctl.seed.run import Run


async def audit(run: Run) -> list[Check]:
    """Examine everything; warm feeds come first among the feeds, before they can grow cold."""
    return [
        await check_graph(run),
        await check_feeds(run, "warm feeds", run.plan.warm),
        await check_feeds(run, "cold feeds", run.plan.people.keys() - run.plan.warm),
        await check_answers(run),
        await check_messages(run),
        await check_applications(run),
    ]
