"""A request to remove all second factors ends: by the member, by a proof, or because it was done."""

from datetime import datetime

from mesh.data import Transaction
from svc_profile.domain.facts import SecondFactorRecoveryEnded
from svc_profile.domain.ids import UserId
from svc_profile.store.events import publish
from svc_profile.store.factor_recoveries import FactorRecoveries


async def end_recovery(tx: Transaction, recoveries: FactorRecoveries, user_id: UserId, at: datetime) -> None:
    """End the request about an account, and tell of it if there was one."""
    if await recoveries.drop(tx, user_id):
        publish(tx, SecondFactorRecoveryEnded(user_id, at), by=user_id)
