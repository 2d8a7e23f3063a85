"""Which service answers for which package of the contract."""

from collections.abc import Mapping

from edge.config import Config
from mesh.auth import ServiceCredentials
from mesh.contract import MethodSpec
from mesh.rpc.client import Peer, RawUnary

SERVICES: Mapping[str, tuple[str, ...]] = {
    "profile": ("auth", "profile", "graph", "trust", "privacy", "operations"),
    "feed": ("feed", "media"),
    "messaging": ("messaging", "notification"),
    "jobs": ("jobs",),
}
"""The packages below `guild` that each service serves."""


class Upstreams:
    """One peer for each service, found by a method's package."""

    def __init__(self, config: Config, credentials: ServiceCredentials) -> None:
        addresses = {
            "profile": config.profile_address,
            "feed": config.feed_address,
            "messaging": config.messaging_address,
            "jobs": config.jobs_address,
        }
        self._by_package: dict[str, Peer] = {}
        for name, packages in SERVICES.items():
            peer = Peer(addresses[name], name=name, engine=config.rpc.engine, credentials=credentials, tls=config.peers)
            self._by_package.update(dict.fromkeys(packages, peer))
        self._unary: dict[str, RawUnary] = {}

    @property
    def peers(self) -> tuple[Peer, ...]:
        """All peers, each once."""
        return tuple(dict.fromkeys(self._by_package.values()))

    def peer(self, method: MethodSpec) -> Peer:
        """Return the peer that serves a method; raises LookupError for a package nobody serves."""
        package = method.full_name.split(".")[1]
        try:
            return self._by_package[package]
        except KeyError:
            raise LookupError(f"no service answers for guild.{package}: add it to edge.upstreams") from None

    def unary(self, method: MethodSpec) -> RawUnary:
        """Return the callable of a method with one request, one reply."""
        known = self._unary.get(method.full_name)
        if known is None:
            known = self._unary[method.full_name] = self.peer(method).unary(method.full_name)
        return known
