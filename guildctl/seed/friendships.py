"""Everybody asks their friends, who accept."""

from guild.graph.v1 import connection_service_pb2 as pb
from guildctl.seed.graph import Edge
from guildctl.seed.run import Run
from mesh.errors import AlreadyExists

_PAGE = 100


async def connect(run: Run) -> None:
    """Make the friendships that are not there yet."""
    there: dict[int, set[str]] = {}
    pending: dict[int, set[str]] = {}
    stub = run.network.connections

    async def look(number: int) -> None:
        if run.members[number].new:
            there[number] = pending[number] = set()
        else:
            there[number] = set(await connections_of(run, number))
            complete = len(run.plan.world.graph.friends(number)) <= len(there[number])
            pending[number] = set() if complete else await _asked_by(run, number)
        phase.count(made=False)

    async def befriend(edge: Edge) -> None:
        asker, asked = edge
        if run.ids[asked] in there[asker]:
            phase.count(made=False)
            return
        if run.ids[asked] not in pending[asker]:
            request = pb.RequestConnectionRequest(user_id=run.ids[asked])
            try:
                await run.ask(asker, stub.RequestConnection, request, run.key("request", *edge))
            except AlreadyExists:  # a run that was interrupted came as far as this
                phase.count(made=False)
                return
        acceptance = pb.AcceptConnectionRequest(user_id=run.ids[asker])
        await run.ask(asked, stub.AcceptConnection, acceptance, run.key("accept", *edge))
        phase.count(made=True)

    if not all(member.new for member in run.members.values()):
        with run.show.phase("look around", len(run.members)) as phase:
            await run.each(run.members.keys(), look)
    else:
        there = pending = {number: set() for number in run.members}
    with run.show.phase("friendships", len(run.plan.requests)) as phase:
        await run.each(run.plan.requests, befriend)


async def connections_of(run: Run, number: int) -> list[str]:
    """The ids of a member's connections, over all pages, as the member sees them."""
    found: list[str] = []
    token = ""
    while True:
        request = pb.ListConnectionsRequest(user_id=run.ids[number], page_size=_PAGE, page_token=token)
        page = await run.ask(number, run.network.connections.ListConnections, request)
        found += [connection.user.id for connection in page.connections]
        token = page.next_page_token
        if not token:
            return found


async def _asked_by(run: Run, number: int) -> set[str]:
    found: set[str] = set()
    token = ""
    while True:
        request = pb.ListPendingRequestsRequest(
            direction=pb.REQUEST_DIRECTION_OUTGOING, page_size=_PAGE, page_token=token
        )
        page = await run.ask(number, run.network.connections.ListPendingRequests, request)
        found |= {asked.connection.user_id for asked in page.requests}
        token = page.next_page_token
        if not token:
            return found
