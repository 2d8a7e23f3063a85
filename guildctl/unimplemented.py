"""Which methods of the running system answer UNIMPLEMENTED."""

import asyncio
from collections.abc import Iterator

from prometheus_client.parser import text_string_to_metric_families

from guildctl import probe
from guildctl.home import Home

_GAUGE = "guild_rpc_unimplemented_methods"


async def unimplemented(home: Home) -> list[str]:
    """Ask the metrics of every role; return `guild.x.v1.Service/Method`, in order."""
    roles = (home.state().get("roles") or {}).values()
    answers = await asyncio.gather(*(probe.get(role["admin_port"], "/metrics") for role in roles))
    return sorted({method for _, body in answers for method in _methods(body.decode())})


def _methods(metrics: str) -> Iterator[str]:
    for family in text_string_to_metric_families(metrics):
        if family.name == _GAUGE:
            yield from (f"{sample.labels['service']}/{sample.labels['method']}" for sample in family.samples)
