"""Errors: what a call raises becomes a status with details, in the one place that knows how."""

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

import grpc
from cachetools import LRUCache
from google.protobuf.message import DecodeError

from mesh.contract import MethodSpec, reasons
from mesh.contract.reasons import LAST_GENERAL
from mesh.errors import Code, DeadlineExceeded, Failure, Internal, InvalidArgument
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed
from mesh.rpc.status import DETAILS_KEY, encode
from mesh.telemetry import get_logger

_log = get_logger(__name__)
_notes: LRUCache[tuple[str, str], bool] = LRUCache(2_000)
"""What was noted already: once for each is enough."""
_OF_THE_PIPELINE = ("mesh.rpc.", "mesh.auth.", "mesh.limits.")
"""Where the failures are from that follow from the rest of a policy: who may call, how often."""
_CODES = {Code(status.value[0]): status for status in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Errors:
    """Failures keep their code, their reason, their metadata; anything else tells the caller only its request id."""

    name: ClassVar[str] = "errors"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
        """Run calls; end one with a status when it raises. A cancelled call stays cancelled."""

        async def run(call: Call) -> Any:
            try:
                return await proceed(call)
            except asyncio.CancelledError:
                call.code = Code.DEADLINE_EXCEEDED if call.remaining() == 0.0 else Code.CANCELLED
                raise
            except grpc.aio.AbortError:
                # A servicer that ends its stream by itself; the code it chose is on the context.
                call.code = Code(_number(call.context.code()))
                raise
            except Exception as error:  # noqa: BLE001 - the outermost handler of a call
                await _abort(call, _failure(call, _single(error)))

        return run


async def _abort(call: Call, failure: Failure) -> None:
    call.failure, call.code = failure, failure.code
    _compare_with_contract(call.method, failure)
    status = encode(failure, call.request_id)
    trailing = (*call.trailers, (DETAILS_KEY, status.SerializeToString()))
    await call.context.abort(_CODES[failure.code], status.message, trailing)


def _compare_with_contract(method: MethodSpec, failure: Failure) -> None:
    """Note a reason that the contract does not promise for this method: clients cannot be prepared for it."""
    reason = failure.reason
    if type(failure).__module__.startswith(_OF_THE_PIPELINE):
        return
    known = reasons().get(reason)
    promised = known is not None and (known.number <= LAST_GENERAL or reason in method.required_policy.errors)
    if not promised and not _notes.get((method.full_name, reason)):
        _notes[method.full_name, reason] = True
        _log.warning("a reason that the contract does not name here", method=method.full_name, reason=reason)


def _single(error: Exception) -> Exception:
    """Take the failure out of the group a TaskGroup raises: its other tasks were cancelled because of it."""
    if not isinstance(error, ExceptionGroup):
        return error
    failures = error.subgroup(Failure)
    first = (failures or error).exceptions[0]
    return _single(first) if failures is not None else error


def _failure(call: Call, error: Exception) -> Failure:
    if isinstance(error, Failure):
        return error if error.code != Code.OK else Internal("a failure must not be OK")
    if isinstance(error, DecodeError):
        return InvalidArgument(f"a message of the stream is not a {call.method.input.DESCRIPTOR.full_name}")
    if isinstance(error, TimeoutError) and call.remaining() == 0.0:
        return DeadlineExceeded(f"{call.method.name} did not finish in time")
    _log.error("call failed unexpectedly", method=call.method.full_name, exc_info=error)
    return Internal(f"something went wrong on our side; tell support the request id {call.request_id}")


def _number(code: Any) -> int:
    return code.value[0] if isinstance(code, grpc.StatusCode) else int(code or Code.UNKNOWN)
