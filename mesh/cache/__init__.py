"""The cache of a service, on Redis."""

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable, CommandRefused
from mesh.cache.hot import HotCache
from mesh.cache.local import LocalCache
from mesh.cache.script import Script

__all__ = ["Cache", "CacheUnavailable", "CommandRefused", "HotCache", "LocalCache", "Script"]
