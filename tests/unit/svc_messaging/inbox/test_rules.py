"""Each kind of notification has what causes it and what ends it."""

import pytest

from guild.notification.v1 import notification_service_pb2 as pb
from mesh.contract import event_route
from svc_messaging.domain.notification import NotificationKind
from svc_messaging.inbox.notifications import RULES, handlers
from svc_messaging.rpc.notification_servicer import _PATHS

NOT_BUILT = {
    "COMMENT_REPLIED",
    "POST_SHARED",
    "SKILL_ENDORSED",
    "PROFILE_VIEWED",
    "APPLICATION_RECEIVED",
    "APPLICATION_MOVED",
    "JOB_MATCHED",
}
"""Kinds of the contract that nothing gives out yet."""


def test_every_kind_of_the_contract_is_built_or_known_not_to_be() -> None:
    """A kind that is added to the contract has to be decided about here."""
    named = {name.removeprefix("NOTIFICATION_KIND_") for name in pb.NotificationKind.DESCRIPTOR.values_by_name} - {
        "UNSPECIFIED"
    }
    built = {kind.name for kind in NotificationKind}
    assert (named, set()) == (built | NOT_BUILT, built & NOT_BUILT)


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_causes_and_ends(kind: NotificationKind) -> None:
    """And a place to lead to; every event of them is one of the contract, and is heard."""
    rule = RULES[kind]
    assert rule.causes
    assert rule.ends
    assert kind in _PATHS
    heard = handlers(None)  # type: ignore[arg-type] - nothing is handled
    assert {*rule.causes, *rule.ends} <= heard.keys()
    assert all(event_route(cls).stream for cls in {*rule.causes, *rule.ends})
