"""The OperationsService of the contract."""

from dataclasses import dataclass
from typing import Any

from guild.operations.v1 import operations_service_pb2 as pb
from guild.operations.v1.operations_service_pb2_grpc import OperationsServiceServicer
from mesh.contract import timestamp
from mesh.events import ConsumerState, DeadLetter
from svc_profile.usecases.dead_letters import DeadLetters


@dataclass(frozen=True)
class OperationsServicer(OperationsServiceServicer):
    """Unpack, ask, pack."""

    letters: DeadLetters

    async def ListDeadLetters(self, request: pb.ListDeadLettersRequest, context: Any) -> pb.ListDeadLettersResponse:
        """List what consumers gave up."""
        found, following = await self.letters.page(request.consumer, request.page_token, request.page_size)
        return pb.ListDeadLettersResponse(dead_letters=map(_letter, found), next_page_token=following)

    async def ReplayDeadLetter(self, request: pb.ReplayDeadLetterRequest, context: Any) -> pb.ReplayDeadLetterResponse:
        """Give one back to its consumer."""
        return pb.ReplayDeadLetterResponse(dead_letter=_letter(await self.letters.replay(request.sequence)))

    async def DiscardDeadLetter(
        self, request: pb.DiscardDeadLetterRequest, context: Any
    ) -> pb.DiscardDeadLetterResponse:
        """Forget one."""
        await self.letters.discard(request.sequence)
        return pb.DiscardDeadLetterResponse()

    async def GetConsumers(self, request: pb.GetConsumersRequest, context: Any) -> pb.GetConsumersResponse:
        """List consumers with what they have before them."""
        return pb.GetConsumersResponse(consumers=map(_consumer, await self.letters.consumers()))


def _letter(value: DeadLetter) -> pb.DeadLetter:
    event = value.envelope
    return pb.DeadLetter(
        sequence=value.sequence,
        stream=value.stream,
        consumer=value.durable,
        type=event.type,
        event_id=event.event_id,
        key=event.key,
        error=value.error,
        attempts=value.attempts,
        given_up_at=timestamp(value.at),
    )


def _consumer(value: ConsumerState) -> pb.EventConsumer:
    return pb.EventConsumer(
        stream=value.stream,
        name=value.name,
        waiting=value.waiting,
        unacknowledged=value.unacknowledged,
        redelivered=value.redelivered,
    )
