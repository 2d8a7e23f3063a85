"""Whom a member may know, by the connections they share: friends of friends, tallied in one go."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from svc_profile.domain.graph.arrays import strongest
from svc_profile.domain.graph.nodes import listed
from svc_profile.domain.graph.sight import Sight

LOOKED_AT = 200
"""Candidates that are weighed; the rest shares too little to come up."""


class Likeness(NamedTuple):
    """What the graph says about two who are not connected; all but `degree` over connections that both ends show.

    `through` is one of the shared connections. `adamic_adar` is Σ 1/log d(z) over shared connections z (Adamic and
    Adar, "Friends and Neighbors on the Web", 2003), `allocation` is Σ 1/d(z) (Zhou, Lü and Zhang, "Predicting missing
    links via local information", 2009), `cosine` is shared / √(d(x)·d(y)) (Salton).
    """

    number: int
    shared: int = 0
    adamic_adar: float = 0.0
    allocation: float = 0.0
    cosine: float = 0.0
    degree: int = 0
    through: int | None = None


def likeliest(sight: Sight, fellows: Iterable[int] = ()) -> list[Likeness]:
    """Those who share connections with the viewer, as many as are looked at, and `fellows`, whoever shares none.

    Left out is who is not there, whom the viewer is connected with, and who does not want to be found.
    """
    shown = [(number, node) for number, node in sight.connections() if sight.shows(number, node)]
    tallied = strongest([node.friends for _, node in shown], _known(sight), LOOKED_AT)
    degrees = {number: max(2, node.degree) for number, node in shown}
    through = {number: [shown[place][0] for place in places] for number, places in tallied.items()}
    numbers = dict.fromkeys((*tallied, *fellows))
    found: list[Likeness] = []
    for number, node in zip(numbers, sight.look.nodes(numbers), strict=True):
        if number == sight.me or number in sight.friends or not sight.there(number, node):
            continue
        if node.privacy.discoverable:
            shared = through.get(number) or [one for one in sight.common(node) if one in degrees]
            shared = shared if sight.shows(number, node) else []
            found.append(_likeness(number, node.degree, shared, degrees, len(sight.friends)))
    return found


def _known(sight: Sight) -> Sequence[int]:
    return [sight.me, *sight.friends, *listed(sight.own.blocked)]


def _likeness(number: int, degree: int, shared: Sequence[int], degrees: Mapping[int, int], mine: int) -> Likeness:
    if not shared:
        return Likeness(number, degree=degree)
    theirs = [degrees[one] for one in shared]
    return Likeness(
        number,
        len(shared),
        sum(1 / math.log(one) for one in theirs),
        sum(1 / one for one in theirs),
        len(shared) / math.sqrt(mine * degree),
        degree,
        min(shared),
    )
