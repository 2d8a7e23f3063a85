"""Validation: a request that breaks the rules of the contract never reaches its servicer."""

from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.contract import MethodSpec, validate
from mesh.contract.validation import validator
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed


@dataclass(frozen=True, slots=True)
class Validation:
    """Checks one request, or each message of a client stream.

    Bidirectional streams are left to their servicers: there a bad frame is answered on the open stream, so the servicer
    calls `mesh.contract.validate` on each frame.
    """

    name: ClassVar[str] = "validation"

    def applies(self, method: MethodSpec) -> bool:
        """Methods whose request can hold something wrong, bidirectional streams excepted."""
        return method.validated and not (method.client_streaming and method.server_streaming)

    def around(self, method: MethodSpec, proceed: Proceed) -> Proceed:
        """Go on, or raise InvalidArgument with the fields at fault."""
        if method.client_streaming:

            def run(call: Call) -> Awaitable[Any]:
                call.request = _checked(call.request)
                return proceed(call)
        else:
            check = validator(method.input)

            def run(call: Call) -> Awaitable[Any]:
                check(call.request, call.raw)
                return proceed(call)

        return run


async def _checked(messages: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for message in messages:
        validate(message)
        yield message
