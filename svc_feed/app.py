"""The composition root of the feed service: the only module that knows everyone."""

from collections.abc import Callable, Mapping

from mesh.lifecycle import App
from mesh.privacy import ERASED_ROWS_SWEPT
from mesh.service import Base
from svc_feed.compose.ground import ground
from svc_feed.compose.promotion import promotion
from svc_feed.compose.publishing import publishing
from svc_feed.compose.reading import reading
from svc_feed.compose.showing import showing
from svc_feed.compose.working import working
from svc_feed.config import Config
from svc_feed.peers.audit import OperatorLog


def build_api(config: Config) -> App:
    """The role that serves calls, ready to start."""
    base = Base("feed", config)
    below = ground(base, config)
    shown, audit = showing(below), OperatorLog(below.profile)
    published, promoted = publishing(below, shown, audit), promotion(below, audit)
    rooms = [published.room, promoted.room, reading(below, shown, published, promoted.promote, audit)]
    return base.app(
        servicers=[servicer for room in rooms for servicer in room.servicers],
        before=[part for room in rooms for part in room.before],
        after=[part for room in rooms for part in room.after],
        swept=[ERASED_ROWS_SWEPT, *(rows for room in rooms for rows in room.swept)],
    )


def build_worker(config: Config) -> App:
    """The role that hears events, ready to start; the outbox is published by the other one."""
    base = Base("feed", config, role="feed-worker")
    return base.app(after=working(ground(base, config)).after, relay=False)


ROLES: Mapping[str, Callable[[Config], App]] = {"api": build_api, "worker": build_worker}
