"""What the contract says about each method, event, message."""

from mesh.contract.events import EventRoute, event_route, ordering_key
from mesh.contract.http_rules import HttpRule
from mesh.contract.methods import MethodSpec, spec, specs_of
from mesh.contract.policy import (
    Access,
    ConditionalLimit,
    Consistency,
    Idempotency,
    Policy,
    Priority,
    RateLimit,
    Scope,
    bucket_named,
)
from mesh.contract.reasons import Reason, reasons
from mesh.contract.times import moment, timestamp
from mesh.contract.validation import batch_size, max_items, validate

__all__ = [
    "Access",
    "ConditionalLimit",
    "Consistency",
    "EventRoute",
    "HttpRule",
    "Idempotency",
    "MethodSpec",
    "Policy",
    "Priority",
    "RateLimit",
    "Reason",
    "Scope",
    "batch_size",
    "bucket_named",
    "event_route",
    "max_items",
    "moment",
    "ordering_key",
    "reasons",
    "spec",
    "specs_of",
    "timestamp",
    "validate",
]
