"""Where a client is, as far as one can hold it to that."""

import hashlib
import ipaddress
from uuid import UUID

_ONE_HOUSE = 64  # bits of an IPv6 address that a subscriber cannot choose


def network(address: str | None) -> str:
    """The network of a client: an IPv4 address, the /64 of an IPv6 address; what is neither stands for itself."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    return str(parsed if parsed.version == 4 else ipaddress.ip_network((parsed, _ONE_HOUSE), strict=False))  # noqa: PLR2004


def fingerprint(session_id: UUID, address: str | None) -> bytes:
    """What tells the network of one session's client from others and nobody the address."""
    return hashlib.blake2b(network(address).encode(), key=session_id.bytes, digest_size=16).digest()


def coarse(address: str | None) -> str:
    """The neighbourhood of a client, which tells a provider and perhaps a town: the /24, of IPv6 the /48."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))  # noqa: PLR2004
