"""How many statements of SQL a role has run, by their names, as its metrics say."""

from collections import Counter
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from bench.system.running import System

_METRIC = "guild_sql_seconds_count"


def statements(system: System, role: str) -> Counter[str]:
    """Since the role started."""
    with urlopen(f"http://127.0.0.1:{system.roles[role].admin_port}/metrics", timeout=10) as reply:
        text: str = reply.read().decode()
    return Counter(
        {
            sample.labels["statement"]: int(sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == _METRIC
        }
    )
