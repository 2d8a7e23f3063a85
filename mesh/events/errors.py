"""What goes wrong between the mesh's services, on the bus."""

from mesh.errors import Unavailable


class BusUnavailable(Unavailable):
    """The bus does not answer now; what is in an outbox is published later."""

    reason = "BUS_UNAVAILABLE"


class MalformedEvent(Exception):  # noqa: N818 - it describes the event, it is nobody's failure to catch
    """A message that is no event of the contract: no retry can help it."""
