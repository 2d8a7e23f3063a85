"""What a caller gets while the cache does not answer."""

from mesh.errors import Unavailable


class CacheUnavailable(Unavailable):
    """The cache does not answer now; reads degrade to the store, nothing durable is lost."""

    reason = "CACHE_UNAVAILABLE"
