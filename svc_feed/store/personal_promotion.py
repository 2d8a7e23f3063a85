"""What of campaigns and impressions is a member's: as who pays for them, and as who sees them."""

from sqlalchemy import ARRAY, Text, cast, func

from mesh.data import constant
from mesh.privacy import ME, Blank, Delete, Keep, Personal
from svc_feed.domain.impression import GOOD_FOR
from svc_feed.store.tables import campaign_index, campaign_reviews, campaign_viewers, campaigns, charges, impressions

KEEP_IMPRESSIONS = 2 * GOOD_FOR
"""How long what was shown to whom is kept: as long as it may be told of, and some time to spare."""

_c = campaigns.c
_NONE = cast(constant("{}"), ARRAY(Text))
_LEDGER = "the ledger of what was paid: amounts, times and ids alone"

PROMOTION = (
    Personal(
        campaigns,
        _c.advertiser_id == ME,
        Blank(
            {
                "name": constant(""),
                "locations": _NONE,
                "skills": _NONE,
                "headline_words": _NONE,
                "rejection": constant(""),
                "ended_at": func.coalesce(_c.ended_at, func.now()),
                "erased_at": func.now(),
            },
            {
                "advertiser_id id post_id": "the ledger hangs on its place",
                "currency budget daily_budget cost_per_mille max_bid pacing frequency_cap": "what was agreed on",
                "start_at end_at created_at updated_at review approved_revision paused revision": "its life",
                "spent day spent_on_day impressions clicks reach": "what was paid, and what for",
            },
            _c.erased_at.is_not(None),
            "accounts without words: what was paid has to be shown for years",
        ),
        section="campaigns",
        shows="id post_id name currency budget daily_budget cost_per_mille max_bid locations skills headline_words"
        " pacing frequency_cap start_at end_at created_at updated_at review rejection paused ended_at"
        " spent impressions clicks reach",
        hides={
            "advertiser_id": "the member",
            "approved_revision revision day spent_on_day erased_at": "what the service counts by",
        },
    ),
    Personal(campaign_index, None, Keep("where an account is: ids alone"), unseen="ids of the campaigns"),
    Personal(
        charges,
        charges.c.advertiser_id == ME,
        Keep(_LEDGER),
        section="charges",
        shows="campaign_id number impression_id amount spent charged_at",
        hides={"advertiser_id": "the member"},
    ),
    Personal(
        campaign_reviews,
        campaign_reviews.c.advertiser_id == ME,
        Keep("what operators decided, and why"),
        section="campaign_reviews",
        shows="campaign_id approved reason post_revision reviewed_at",
        hides={"advertiser_id": "the member", "id": "its place in the order", "operator": "who works for us"},
    ),
    Personal(
        campaign_viewers,
        campaign_viewers.c.viewer_id == ME,
        Delete(),
        section="campaigns_seen",
        shows="campaign_id",
        hides={"advertiser_id": "somebody else", "viewer_id": "the member"},
    ),
    Personal(
        impressions,
        impressions.c.viewer_id == ME,
        Delete(),
        section="impressions",
        shows="id campaign_id served_at seen_at clicked_at",
        hides={
            "viewer_id": "the member",
            "advertiser_id price charged": "between the advertiser and us",
            "day nth": "what the service counts by",
        },
    ),
)
