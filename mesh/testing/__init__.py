"""What tests stand on: servers, databases, identities, a clock to set."""

from mesh.testing.authority import Authority
from mesh.testing.clock import ManualClock
from mesh.testing.identity import SignedIn, TestIdentity
from mesh.testing.servers import RunningServers
from mesh.testing.waiting import wait_for

__all__ = ["Authority", "ManualClock", "RunningServers", "SignedIn", "TestIdentity", "wait_for"]
