"""Who is at the other end: the address of a client, seen through the proxies that are trusted."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

MAX_HOPS = 16
"""Entries of X-Forwarded-For that are read, from the near end."""


class ClientAddresses:
    """Believes X-Forwarded-For only from proxies in the trusted networks; anybody can send the header."""

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        """Raise ValueError for what is no network, such as "10.0.0.0/8"."""
        self._trusted = tuple(ipaddress.ip_network(network, strict=False) for network in trusted_proxies)

    def of(self, peer: str | None, forwarded_for: str) -> str:
        """Return the address to charge and to log; empty for a connection that has none."""
        address = normal(peer or "")
        if not forwarded_for or not self._is_trusted(address):
            return address
        for hop in reversed(forwarded_for.split(",")[-MAX_HOPS:]):
            claimed = normal(hop.strip())
            if not claimed:
                return address  # the header is not what our proxies write
            address = claimed
            if not self._is_trusted(address):
                return address
        return address

    def _is_trusted(self, address: str) -> bool:
        if not self._trusted or not address:
            return False
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in self._trusted if network.version == parsed.version)


@lru_cache(maxsize=4096)
def normal(address: str) -> str:
    """Return an IP address in its one spelling, IPv4 in IPv6 as IPv4; empty for anything else."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
