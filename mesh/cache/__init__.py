"""The cache of a service, on Redis."""

from mesh.cache.client import Cache
from mesh.cache.errors import CacheUnavailable
from mesh.cache.generations import Generations
from mesh.cache.local import LocalCache
from mesh.cache.read_through import ReadThrough
from mesh.cache.script import Script

__all__ = ["Cache", "CacheUnavailable", "Generations", "LocalCache", "ReadThrough", "Script"]
