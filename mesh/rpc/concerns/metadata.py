"""Metadata: what no header may hold is refused before anybody reads it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.auth import TokenInvalid
from mesh.contract import MethodSpec
from mesh.errors import FieldViolation, InvalidArgument
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

_PROOFS = frozenset({"authorization", "x-guild-service-token", "x-admin-token"})


@dataclass(frozen=True, slots=True)
class Metadata:
    """gRPC allows visible ASCII and blanks in values that are not binary, yet transports let other bytes through.

    They break whoever passes them on: the next transport refuses to send them, and a mistake of the caller's would be
    answered as a fault of ours.
    """

    name: ClassVar[str] = "metadata"

    def applies(self, _method: MethodSpec) -> bool:
        """All methods."""
        return True

    async def __call__(self, call: Call, proceed: Proceed) -> Any:
        """Go on, or raise TokenInvalid for a proof and InvalidArgument for anything else."""
        for key, value in call.pairs:
            if isinstance(value, str) and not (value.isascii() and value.isprintable()):
                raise _refusal(key)
        return await proceed(call)


def _refusal(key: str) -> Exception:
    if key in _PROOFS:
        return TokenInvalid(f"{key} must be visible ASCII characters")
    violation = FieldViolation(key, "must be visible ASCII characters")
    return InvalidArgument(f"the metadata {key} must be visible ASCII characters", violations=(violation,))
