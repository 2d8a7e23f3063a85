"""An App of parts that start in order, drain on SIGTERM, stop in reverse."""

from mesh.lifecycle.admin import AdminServer, Answer, Route
from mesh.lifecycle.app import App, Drains, Part
from mesh.lifecycle.health import Check, Health, State, WatchesHealth
from mesh.lifecycle.http_server import HttpServer
from mesh.lifecycle.rounds import Rounds, one_by_one
from mesh.lifecycle.run import RunSettings, run, settle_garbage

__all__ = [
    "AdminServer",
    "Answer",
    "App",
    "Check",
    "Drains",
    "Health",
    "HttpServer",
    "Part",
    "Rounds",
    "Route",
    "RunSettings",
    "State",
    "WatchesHealth",
    "one_by_one",
    "run",
    "settle_garbage",
]
