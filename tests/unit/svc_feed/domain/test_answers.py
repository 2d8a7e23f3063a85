"""Who may answer a post, as a table."""

import pytest

from svc_feed.domain.answers import AnswerAudience
from svc_feed.domain.visibility import OWN, Verdict

EVERYBODY, CONNECTIONS, MENTIONED, NOBODY = AnswerAudience
STRANGER = Verdict(may_see_profile=True, may_see_public=True)
FRIEND = STRANGER._replace(may_see_connections_posts=True, connected=True)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (EVERYBODY, (True, True, True)),
        (CONNECTIONS, (True, True, False)),
        (MENTIONED, (True, False, False)),
        (NOBODY, (True, False, False)),
    ],
)
def test_an_audience_admits(audience: AnswerAudience, expected: tuple[bool, ...]) -> None:
    """The author always; the others as it says."""
    assert expected == tuple(audience.admits(verdict) for verdict in (OWN, FRIEND, STRANGER))
