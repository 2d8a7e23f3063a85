"""Tags of a resource's state, so that nobody overwrites what they have not seen."""

import hashlib
from typing import Any

from mesh.errors import Aborted


class EtagMismatch(Aborted):
    """The resource changed since the caller read it."""

    reason = "ETAG_MISMATCH"


def etag(*state: Any) -> str:
    """Return a tag of values that tell one state from another; the same in every process."""
    return hashlib.blake2b(repr(state).encode(), digest_size=12).hexdigest()


def check_etag(given: str, current: str) -> None:
    """Raise EtagMismatch when a caller names another state than the current one; naming none is any."""
    if given and given != current:
        raise EtagMismatch("the resource changed since you read it: read it again, then repeat the change")
