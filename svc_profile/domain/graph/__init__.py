"""The graph as it is held in memory, and what is computed over it."""

from svc_profile.domain.graph.look import Look
from svc_profile.domain.graph.nodes import GONE, Node, Numbers, listed
from svc_profile.domain.graph.sight import Sight
from svc_profile.domain.graph.ways import FARTHER, Way, ways

__all__ = ["FARTHER", "GONE", "Look", "Node", "Numbers", "Sight", "Way", "listed", "ways"]
