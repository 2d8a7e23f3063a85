"""Why a campaign is not made, changed or found."""

from mesh.errors import FailedPrecondition, InvalidArgument, NotFound
from svc_feed.domain.ids import CampaignId


class CampaignNotFound(NotFound):
    """The caller has no such campaign."""

    reason = "CAMPAIGN_NOT_FOUND"

    def __init__(self, campaign_id: CampaignId) -> None:
        super().__init__(f"campaign {campaign_id} does not exist", metadata={"campaignId": str(campaign_id)})


class CampaignEnded(FailedPrecondition):
    """The campaign is over for good."""

    reason = "CAMPAIGN_ENDED"

    def __init__(self, campaign_id: CampaignId) -> None:
        super().__init__(f"campaign {campaign_id} is over", metadata={"campaignId": str(campaign_id)})


class PostNotPublic(FailedPrecondition):
    """Only what is for everybody is promoted."""

    reason = "POST_NOT_PUBLIC"


class BudgetBelowSpent(FailedPrecondition):
    """More than that was spent already."""

    reason = "BUDGET_BELOW_SPENT"


class CurrencyMismatch(InvalidArgument):
    """Amounts of one campaign have one currency."""

    reason = "CURRENCY_MISMATCH"
