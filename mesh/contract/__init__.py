"""What the contract says about each method, event, message."""

from mesh.contract.events import EventRoute, event_route
from mesh.contract.http_rules import HttpRule
from mesh.contract.methods import MethodSpec, spec, specs_of
from mesh.contract.policy import Access, Idempotency, Policy, RateLimit, Scope
from mesh.contract.times import timestamp
from mesh.contract.validation import validate

__all__ = [
    "Access",
    "EventRoute",
    "HttpRule",
    "Idempotency",
    "MethodSpec",
    "Policy",
    "RateLimit",
    "Scope",
    "event_route",
    "spec",
    "specs_of",
    "timestamp",
    "validate",
]
