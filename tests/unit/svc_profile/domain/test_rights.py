"""What other services are told of a verdict, held to the policy."""

from itertools import product

from guild.profile.v1 import profile_service_pb2 as profile
from svc_profile.domain.access import Member, Tie, verdict
from svc_profile.domain.audience import Audience
from svc_profile.domain.privacy import Privacy
from svc_profile.domain.rights import Rights, Who, rights
from tests.unit.svc_profile.domain.test_access import ANN, BOB, NOW, STANDINGS, TIES

CONTRACT = {"EVERYONE": Audience.MEMBERS, "CONNECTIONS": Audience.CONNECTIONS, "ONLY_ME": Audience.ONLY_ME}
"""Whom a member may let write to them, and who may see more than what is public."""


def test_rights_are_those_of_the_policy() -> None:
    """For every standing, audience and tie, whoever looks, though rights are decided for fewer cases."""
    viewers = [(None, Who(signed_in=False, there=False, is_owner=False))]
    viewers += [((BOB, Member(BOB)), Who(signed_in=True, there=True, is_owner=True))]
    viewers += [((ANN, None), Who(signed_in=True, there=False, is_owner=False))]
    viewers += [((ANN, Member(ANN, one)), Who(signed_in=True, there=True, is_owner=False)) for one in STANDINGS]
    for (viewer, who), standing, audience, tie in product(viewers, STANDINGS, Audience, TIES):
        owner = Member(BOB, standing, Privacy(message_audience=audience, profile_audience=audience))
        expected = Rights.of(verdict(viewer, BOB, owner, tie, NOW))
        restricted = standing.is_shadow_banned(NOW), standing.is_suspended(NOW)
        assert expected == rights(who, tie.value, audience, *restricted)


def test_no_right_depends_on_a_connection_of_others() -> None:
    """A service keeps rights until one of the two changes: an audience that a third may end would show here."""
    audiences = {name.removeprefix("AUDIENCE_") for name in profile.Audience.keys()} - {"UNSPECIFIED"}  # noqa: SIM118
    assert CONTRACT.keys() == audiences
    for one, other, tie in product(CONTRACT.values(), CONTRACT.values(), TIES):
        owner = Member(BOB, privacy=Privacy(message_audience=one, profile_audience=other))
        alone, sharing = (verdict((ANN, Member(ANN)), BOB, owner, tie | more, NOW) for more in (Tie.NONE, Tie.SHARING))
        assert Rights.of(alone) == Rights.of(sharing)
