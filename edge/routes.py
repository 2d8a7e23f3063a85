"""Which method of the contract an HTTP request means: the google.api.http bindings as a tree of path segments."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from mesh.contract import HttpRule, MethodSpec

_SEGMENT = re.compile(r"(?P<literal>[A-Za-z0-9._~-]+)|\{(?P<variable>[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*)(=\*)?\}")
MAX_SEGMENTS = 32
"""Segments of a path; the longest template has eight."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One binding of one method."""

    method: MethodSpec
    rule: HttpRule
    segments: tuple[str, ...]
    """Literals as they are, an empty one where a variable stands."""
    variables: tuple[str, ...]
    """The request fields that the variables name, in their order in the path."""


class Match(NamedTuple):
    """A route with the texts of its variables."""

    route: Route
    variables: Mapping[str, str]


class MethodMismatch(NamedTuple):
    """The path is served, by other HTTP methods."""

    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    literals: "dict[str, _Node]" = field(default_factory=dict)
    variable: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """Literal segments win over variables, for every HTTP method: /users/me is nobody's id."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Raise ValueError for two routes that mean the same requests."""
        self._root = _Node()
        self.routes = tuple(routes)
        for route in self.routes:
            self._add(route)

    def find(self, verb: str, raw_path: bytes) -> Match | MethodMismatch | None:
        """Return the route of a request; raises ValueError for a path that is not UTF-8."""
        segments = raw_path.decode("ascii")[1:].split("/", MAX_SEGMENTS)
        node, texts = _walk(self._root, [_decoded(one) for one in segments], 0, ()) or (None, ())
        if node is None:
            return None
        route = node.routes.get(verb)
        if route is None:
            return MethodMismatch(tuple(sorted(node.routes)))
        return Match(route, dict(zip(route.variables, texts, strict=True)))

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.segments:
            if segment:
                node = node.literals.setdefault(segment, _Node())
            else:
                node.variable = node = node.variable or _Node()
        taken = node.routes.setdefault(route.rule.verb, route)
        if taken is not route:
            raise ValueError(f"{route.rule.verb} {route.rule.path} means {taken.method.name}, {route.method.name} too")


def routes_of(methods: Iterable[MethodSpec]) -> Iterator[Route]:
    """Yield the routes of methods; raises ValueError for a template that this edge cannot serve."""
    for method in methods:
        for rule in method.http:
            yield _route(method, rule)


def _route(method: MethodSpec, rule: HttpRule) -> Route:
    if not rule.path.startswith("/"):
        raise ValueError(f"{method.full_name}: {rule.path!r} is no path")
    segments: list[str] = []
    variables: list[str] = []
    for written in rule.path[1:].split("/"):
        found = _SEGMENT.fullmatch(written)
        if found is None:
            raise ValueError(f"{method.full_name}: this edge serves no template such as {rule.path!r}")
        segments.append(found["literal"] or "")
        if found["variable"]:
            variables.append(found["variable"])
    return Route(method, rule, tuple(segments), tuple(variables))


def _walk(node: _Node, segments: list[str], at: int, texts: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    """Return the most literal node with routes that a path leads to, whichever HTTP methods it takes."""
    if at == len(segments):
        return (node, texts) if node.routes else None
    segment = segments[at]
    literal = node.literals.get(segment)
    found = _walk(literal, segments, at + 1, texts) if literal is not None else None
    if found is None and node.variable is not None and segment:
        found = _walk(node.variable, segments, at + 1, (*texts, segment))
    return found


def _decoded(segment: str) -> str:
    return unquote_to_bytes(segment).decode() if "%" in segment else segment
