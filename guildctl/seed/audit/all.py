"""The whole audit."""

from guildctl.seed.audit.answers import check_answers
from guildctl.seed.audit.applications import check_applications
from guildctl.seed.audit.check import SETTLE_SECONDS, Check
from guildctl.seed.audit.feeds import check_feeds
from guildctl.seed.audit.graph import check_graph
from guildctl.seed.audit.messages import check_messages
from guildctl.seed.run import Run


async def audit(run: Run, settle: float = SETTLE_SECONDS) -> list[Check]:
    """Examine everything; `settle` is how many seconds events that are under way are waited for.

    Warm feeds come first among the feeds, before they can grow cold.
    """
    warm, cold = run.members.keys() & run.plan.warm, run.members.keys() - run.plan.warm
    return [
        await check_graph(run),
        *[
            await check_feeds(run, kind, who, settle)
            for kind, who in (("warm feeds", warm), ("cold feeds", cold))
            if who
        ],
        await check_answers(run, settle),
        await check_messages(run),
        await check_applications(run),
    ]
