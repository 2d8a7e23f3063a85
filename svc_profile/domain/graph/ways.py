"""How far members are apart, and by whom: explicit hops, three at most."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from svc_profile.domain.graph.arrays import held
from svc_profile.domain.graph.look import Look
from svc_profile.domain.graph.nodes import Node, listed
from svc_profile.domain.graph.sight import Sight

_AT_ONCE = 16
"""Of those who may lie between two, so many are fetched in one go: mostly the first one does."""


class Way(NamedTuple):
    """How far a member is, at most three hops, 0 beyond; and the numbers along one of the shortest ways.

    `withheld`: there is a way, and none whose members and connections are all shown.
    """

    degree: int
    path: tuple[int, ...] = ()
    withheld: bool = False


FARTHER = Way(0)
"""Of members beyond three hops, and of oneself."""


def ways(look: Look, me: int, targets: Sequence[int], at: datetime) -> dict[int, Way]:
    """The way from a viewer to each of `targets` that is there for them, themselves included.

    It leads through members who are there for the viewer, over connections that are no secret to them.
    """
    sight = Sight(look, me, at)
    found: dict[int, Way] = {}
    far: dict[int, Node] = {}
    for target, node in zip(targets, look.nodes(targets), strict=True):
        if not sight.there(target, node):
            continue
        if target == me:
            found[target] = FARTHER
        elif target in sight.friends:
            found[target] = Way(1, (me, target))
        elif (way := _through_one(sight, target, node)) is not None:
            found[target] = way
        else:
            found[target] = FARTHER
            far[target] = node
    if far and sight.friends:
        for target, between in _bridges(sight, far):
            found[target] = _through_two(sight, target, far[target], between)
    return found


def _through_one(sight: Sight, target: int, node: Node) -> Way | None:
    """The way through a connection of both."""
    shown, degree = sight.shows(target, node), 0
    for number in sight.common(node):
        between = sight.look.node(number)
        if not sight.there(number, between) or not (shown or sight.shows(number, between)):
            continue
        if shown and sight.named(number, between):
            return Way(2, (sight.me, number, target))
        degree = 2
    return Way(degree, withheld=True) if degree else None


def _bridges(sight: Sight, far: dict[int, Node]) -> Iterator[tuple[int, Iterable[int]]]:
    """For each of `far` those of their connections who may be connected with one of the viewer's.

    Found over the connections of the viewer's, or of theirs, whichever are fewer.
    """
    theirs = sum(len(node.friends) for node in far.values()) // 4
    if theirs < len(sight.friends):
        for target, node in far.items():
            sight.look.nodes(listed(node.friends))
            yield target, listed(node.friends)
        return
    second = [node.friends for _, node in sight.connections()]
    yield from zip(far, held(second, [node.friends for node in far.values()]), strict=True)


def _through_two(sight: Sight, target: int, node: Node, bridges: Iterable[int]) -> Way:
    """The way through a connection of the viewer's and one of the target's."""
    shown, withheld, missed = sight.shows(target, node), False, 0
    for number in bridges:
        if number in sight.friends or number == sight.me:
            continue  # it would have been a way through one
        before = len(sight.look.missing)
        bridge = sight.look.node(number)
        missed += len(sight.look.missing) - before
        if missed == _AT_ONCE:
            break
        shows = sight.shows(number, bridge)
        if not sight.there(number, bridge) or not (shown or shows):
            continue
        for first in sight.common(bridge):
            friend = sight.look.node(first)
            shows_too = sight.shows(first, friend)
            if not sight.there(first, friend) or not (shows or shows_too):
                continue
            if shown and sight.named(number, bridge) and sight.named(first, friend):
                return Way(3, (sight.me, first, number, target))
            withheld = True
    return Way(3, withheld=True) if withheld else FARTHER
