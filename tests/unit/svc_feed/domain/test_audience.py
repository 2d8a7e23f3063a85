"""How many saw something, told by registers."""

import pytest

from mesh.ids import uuid7
from svc_feed.domain.audience import REGISTERS, audience_of, size_of_audience, together
from svc_feed.domain.ids import UserId

AUTHOR = UserId(uuid7())
MEMBERS = [UserId(uuid7()) for _ in range(20_000)]


@pytest.mark.parametrize("number", [0, 1, 5, 100, 2_000, 20_000])
def test_an_audience_is_about_as_large(number: int) -> None:
    """Within four standard errors; a few are told exactly, but for chance."""
    found = size_of_audience(audience_of(MEMBERS[:number], AUTHOR))
    assert abs(found - number) <= max(1, number * 4 * 1.04 / REGISTERS**0.5)


def test_audiences_are_put_together() -> None:
    """Whoever is in both counts once; nobody is the same as no registers."""
    one, other = audience_of(MEMBERS[:60], AUTHOR), audience_of(MEMBERS[40:100], AUTHOR)
    assert together(one, other) == audience_of(MEMBERS[:100], AUTHOR)
    assert one == together(one, b"") == together(b"", one) == together(one, one)
    assert 0 == size_of_audience(b"")


def test_authors_have_hashes_of_their_own() -> None:
    """The same members are others for somebody else."""
    assert audience_of(MEMBERS[:9], AUTHOR) != audience_of(MEMBERS[:9], UserId(uuid7()))
