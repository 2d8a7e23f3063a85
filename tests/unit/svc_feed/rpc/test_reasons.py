"""The reasons that the contract lists for what this service serves."""

import pytest

import svc_feed.app
from guild.feed.v1 import (
    analytics_service_pb2,
    feed_preference_service_pb2,
    feed_service_pb2,
    post_service_pb2,
    promotion_service_pb2,
    topic_service_pb2,
)
from mesh.contract import spec
from mesh.errors import Failure
from mesh.rpc.unimplemented import is_unimplemented
from svc_feed.rpc.analytics_servicer import AnalyticsServicer
from svc_feed.rpc.feed_servicer import FeedServicer
from svc_feed.rpc.post_servicer import PostServicer
from svc_feed.rpc.preference_servicer import PreferenceServicer
from svc_feed.rpc.promotion_servicer import PromotionServicer
from svc_feed.rpc.topic_servicer import TopicServicer

SERVED = [
    f"/{service.full_name}/{method.name}"
    for servicer, service in (
        (PostServicer, post_service_pb2.DESCRIPTOR.services_by_name["PostService"]),
        (TopicServicer, topic_service_pb2.DESCRIPTOR.services_by_name["TopicService"]),
        (FeedServicer, feed_service_pb2.DESCRIPTOR.services_by_name["FeedService"]),
        (AnalyticsServicer, analytics_service_pb2.DESCRIPTOR.services_by_name["AnalyticsService"]),
        (PreferenceServicer, feed_preference_service_pb2.DESCRIPTOR.services_by_name["FeedPreferenceService"]),
        (PromotionServicer, promotion_service_pb2.DESCRIPTOR.services_by_name["PromotionService"]),
    )
    for method in service.methods
    if not is_unimplemented(getattr(servicer, method.name))
]


def known() -> set[str]:
    """The reasons of the errors that this service and the mesh under it can raise."""
    assert svc_feed.app.ROLES
    found, left = set[str](), [Failure]
    while left:
        cls = left.pop()
        left += cls.__subclasses__()
        if cls.__module__.partition(".")[0] in {"mesh", "svc_feed"}:
            found.add(cls.reason)
    return found


@pytest.mark.parametrize("method", SERVED)
def test_what_a_method_lists_can_happen(method: str) -> None:
    """Nobody handles a refusal that no code makes."""
    assert set(spec(method).required_policy.errors) <= known()
