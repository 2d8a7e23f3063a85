"""Which methods of the contract the running system serves."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from guildctl import probe
from guildctl.home import Home

_GAUGE = "guild_rpc_methods"


class Coverage(NamedTuple):
    """Methods as `guild.x.v1.Service/Method`, in order; what roles that gave no answer serve is not known."""

    missing: list[str]
    silent: list[str]


async def coverage(home: Home) -> Coverage:
    """Ask the metrics of every role, and compare with the whole contract."""
    from edge.contract import load_contract

    roles = home.state().get("roles") or {}
    path = f"/metrics?name[]={_GAUGE}"
    answers = await asyncio.gather(*(probe.get(role["admin_port"], path) for role in roles.values()))
    silent = [name for name, (status, _) in zip(roles, answers, strict=True) if status != 200]
    told = {method: served for _, body in answers for method, served in _methods(body.decode())}
    contract = {method.full_name[1:] for method in load_contract().methods}
    missing = {method for method, served in told.items() if not served} & contract
    if not silent:  # else somebody may serve what nobody told of
        missing |= contract - told.keys()
    return Coverage(sorted(missing), silent)


def _methods(metrics: str) -> Iterator[tuple[str, bool]]:
    for family in text_string_to_metric_families(metrics):
        if family.name == _GAUGE:
            for sample in family.samples:
                yield f"{sample.labels['service']}/{sample.labels['method']}", sample.value > 0
