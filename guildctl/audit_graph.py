"""An audit of the graph, page by page."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from guild.graph.v1 import audit_pb2 as pb
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guildctl.desk import Desk
from guildctl.dial import dialled

_TOLD_EVERY = 50  # pages


@dataclass(frozen=True, slots=True)
class Range:
    """Which members, by the text of their ids, and how many at a time; empty is all."""

    first: str
    last: str
    page_size: int


@dataclass
class Findings:
    """What was looked at, and how many discrepancies of which kind there were."""

    members: int = 0
    rows: int = 0
    compared: int = 0
    counts: Counter[str] = field(default_factory=Counter[str])

    @property
    def total(self) -> int:
        """All discrepancies."""
        return self.counts.total()


async def audit(desk: Desk, which: Range, most: int, say: Callable[[str], None]) -> Findings:
    """Compare all there is in a range, and say the first `most` discrepancies as they are found; raises Failure."""
    found, page_token, pages = Findings(), "", 0
    async with dialled(desk.address, "audit") as peer:
        stub = ConnectionServiceStub(peer.channel)
        while pages == 0 or page_token:
            request = pb.AuditConnectionsRequest(
                from_user_id=which.first, to_user_id=which.last, page_size=which.page_size, page_token=page_token
            )
            page = await stub.AuditConnections(request, metadata=desk.proof)
            for one in page.discrepancies:
                if found.total < most:
                    say(line(one))
                found.counts[_what(one)] += 1
            found.members, found.rows = found.members + page.members, found.rows + page.rows
            found.compared += page.compared_in_memory
            page_token, pages = page.next_page_token, pages + 1
            if pages % _TOLD_EVERY == 0:
                say(f"… {found.members:,} members, {found.rows:,} rows")
    return found


def line(one: pb.Discrepancy) -> str:
    """A discrepancy in words."""
    who = f"of {one.user_id}" + (f" with {one.other_id}" if one.other_id else "")
    return f"{_what(one)}: {who}" + (f" ({', '.join(one.differing)})" if one.differing else "")


def _what(one: pb.Discrepancy) -> str:
    kind = pb.DiscrepancyKind.Name(one.kind).removeprefix("DISCREPANCY_KIND_").lower()
    relation = pb.MirroredRelation.Name(one.relation).removeprefix("MIRRORED_RELATION_").lower()
    return kind.replace("_", " ") + (f", {relation.replace('_', ' ')}" if one.relation else "")
