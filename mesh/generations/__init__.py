"""Answers kept by others than who decides them, as long as nothing changed: docs/decisions/0021 says why it is safe."""

from mesh.generations.changes import Changes
from mesh.generations.fence import fence_table
from mesh.generations.heartbeat import EVERY_SECONDS, Heartbeat
from mesh.generations.kept import Kept
from mesh.generations.names import Names
from mesh.generations.registry import Generations, Standing

__all__ = [
    "EVERY_SECONDS",
    "Changes",
    "Generations",
    "Heartbeat",
    "Kept",
    "Names",
    "Standing",
    "fence_table",
]
