"""The routes of the edge, each with what serves it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from edge.decode import Decoders
from edge.encode import Encoders
from edge.fragments import Fragments
from edge.routes import MethodMismatch, Router, routes_of
from edge.transcode import Transcoder
from edge.upstreams import Upstreams
from mesh.contract import Access, Idempotency, MethodSpec
from mesh.limits.door import Lane
from mesh.rpc.client import Peer, RawUnary

_LIST = "next_page_token"


@dataclass(frozen=True, slots=True)
class Binding:
    """One route, ready to be called."""

    method: MethodSpec
    lane: Lane
    transcoder: Transcoder
    peer: Peer
    call: RawUnary
    template: str
    cacheable: bool
    """Whether everybody gets the same answer, so that shared caches may keep it."""
    tagged: bool
    """Whether it reads one resource, which then has an ETag; pages of lists have none."""


@dataclass(frozen=True, slots=True)
class Found:
    """A binding with the texts of its path variables."""

    binding: Binding
    variables: dict[str, str] = field(default_factory=dict[str, str])


class Bindings:
    """Made once at the start, so that a mistake in the contract stops the edge there."""

    def __init__(self, methods: Iterable[MethodSpec], upstreams: Upstreams) -> None:
        """Raise ValueError for a binding that cannot be served, LookupError for a package that nobody serves."""
        self.encoders, self.decoders = Encoders(Fragments().remember), Decoders()
        self._router = Router(routes_of(methods))
        self._of_route = {
            route: Binding(
                method=route.method,
                lane=Lane(route.method),
                transcoder=Transcoder(route.method, route.rule, route.variables, self.encoders, self.decoders),
                peer=upstreams.peer(route.method),
                call=upstreams.unary(route.method),
                template=f"{route.rule.verb} {route.rule.path}",
                cacheable=_is_same_for_all(route.method),
                tagged=route.rule.verb == "GET" and not _is_list(route.method),
            )
            for route in self._router.routes
        }
        self._static = {
            (route.rule.verb, route.rule.path.encode()): Found(binding)
            for route, binding in self._of_route.items()
            if not route.variables
        }

    def find(self, verb: str, raw_path: bytes) -> Found | MethodMismatch | None:
        """Return what serves a request; raises ValueError for a path that is not UTF-8."""
        known = self._static.get((verb, raw_path))
        if known is not None:
            return known
        match = self._router.find(verb, raw_path)
        if match is None or isinstance(match, MethodMismatch):
            return match
        return Found(self._of_route[match.route], dict(match.variables))


def _is_same_for_all(method: MethodSpec) -> bool:
    """A public method without anything to ask for; another may show a member more than a stranger."""
    policy = method.required_policy
    reads = policy.idempotency == Idempotency.NO_SIDE_EFFECTS
    return policy.access == Access.PUBLIC and reads and not method.input.DESCRIPTOR.fields


def _is_list(method: MethodSpec) -> bool:
    return method.server_streaming or _LIST in method.output.DESCRIPTOR.fields_by_name
