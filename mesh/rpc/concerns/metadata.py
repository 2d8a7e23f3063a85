"""Metadata: what no header may hold is refused before anybody reads it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, ClassVar

from mesh.auth import TokenInvalid
from mesh.contract import MethodSpec
from mesh.errors import FieldViolation, InvalidArgument
from mesh.rpc.call import Call
from mesh.rpc.concern import Proceed

_PROOFS = frozenset({"authorization", "x-guild-service-token", "x-admin-token"})
_VISIBLE = bytes(range(0x20, 0x7F))


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

    def around(self, _method: MethodSpec, proceed: Proceed) -> Proceed:
        """Go on, or raise TokenInvalid for a proof and InvalidArgument for anything else."""

        def run(call: Call) -> Awaitable[Any]:
            texts = "".join([value for _, value in call.pairs if isinstance(value, str)])
            if not _is_visible(texts):
                texts_by_key = ((key, value) for key, value in call.pairs if isinstance(value, str))
                raise _refusal(next(key for key, value in texts_by_key if not _is_visible(value)))
            return proceed(call)

        return run


def _is_visible(text: str) -> bool:
    return text.isascii() and not text.encode().translate(None, _VISIBLE)  # a quarter of what isprintable costs


def _refusal(key: str) -> Exception:
    if key in _PROOFS:
        return TokenInvalid(f"{key} must be visible ASCII characters")
    violation = FieldViolation(key, "must be visible ASCII characters")
    return InvalidArgument(f"the metadata {key} must be visible ASCII characters", violations=(violation,))
