"""Who may see a post, as a table."""

import pytest

from mesh.ids import uuid7
from svc_feed.domain.ids import UserId
from svc_feed.domain.visibility import Access, Visibility, visible_to

ME, OTHER = UserId(uuid7()), UserId(uuid7())
PUBLIC, CONNECTIONS, PRIVATE = Visibility
TABLE = [
    # viewer and author are the same; connected, blocked, hidden (None: no answer); what may be seen
    (True, None, {PUBLIC, CONNECTIONS, PRIVATE}),
    (True, (False, True, True), {PUBLIC, CONNECTIONS, PRIVATE}),
    (False, None, set()),
    (False, (False, False, False), {PUBLIC}),
    (False, (True, False, False), {PUBLIC, CONNECTIONS}),
    (False, (False, True, False), set()),
    (False, (True, True, False), set()),
    (False, (False, False, True), set()),
    (False, (True, False, True), set()),
    (False, (False, True, True), set()),
    (False, (True, True, True), set()),
]


@pytest.mark.parametrize(("own", "access", "expected"), TABLE)
def test_the_policy(own: bool, access: tuple[bool, bool, bool] | None, expected: set[Visibility]) -> None:
    """Denied unless the table allows it."""
    standing = Access(*access) if access else None
    assert expected == visible_to(ME, ME if own else OTHER, standing)
