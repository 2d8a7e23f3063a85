"""The settings of the feed service, on top of those every service has."""

from dataclasses import dataclass, field

from mesh.service import ServiceConfig
from mesh.settings import ObjectSettings
from svc_feed.domain.auction import rates_of
from svc_feed.domain.scoring import DEFAULT, SCORINGS


@dataclass(frozen=True)
class Config(ServiceConfig):
    """Defaults run on a laptop."""

    profile_address: str = "127.0.0.1:0"
    jobs_address: str = "127.0.0.1:0"
    fan_out_threshold: int = 10_000  # followers; posts of who has more may be merged into feeds when they are read
    feed_ttl_seconds: float = 600.0
    build_ahead: bool = True  # feeds of active members every so many seconds, and those of members who sign in
    scoring: str = DEFAULT.version  # the version of the ranking; api and worker have the same one
    recorded_rankings_share: float = 0.0  # of first pages, for `guild feed replay`; each of them builds its feed
    recorded_rankings_per_hour: int = 60  # of one process at most: some 100 KB each, for three days
    rendering_processes: int = 2  # of one worker, that look at uploads; a picture takes up to half a gigabyte of one
    objects: ObjectSettings = field(default_factory=ObjectSettings)
    campaign_review: bool = True  # somebody looks at campaigns before they are shown; off where that is in the way
    exchange_rates: tuple[str, ...] = ()  # "USD:0.92,JPY:0.61": what bids are worth beside those in other currencies

    unwanted_domains: str = ""  # a file: a domain a line, with limit, review or remove behind it, or nothing for review

    def __post_init__(self) -> None:
        """Raise ValueError for a ranking that is not there, a share that is none, and rates that nobody can read."""
        if self.scoring not in SCORINGS:
            raise ValueError(f"there is no ranking of version {self.scoring!r}: it is one of {', '.join(SCORINGS)}")
        if not 0.0 <= self.recorded_rankings_share <= 1.0:
            raise ValueError(f"recorded_rankings_share is a share of 0 to 1: not {self.recorded_rankings_share}")
        rates_of(self.exchange_rates)
