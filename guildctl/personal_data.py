"""Exports of members and reports of erasures, as operators ask for them at the public port."""

import os
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from guild.privacy.v1 import personal_data_service_pb2 as personal
from guild.privacy.v1 import privacy_service_pb2 as pb
from guild.privacy.v1.privacy_service_pb2_grpc import PrivacyServiceStub
from guild.profile.v1.profile_service_pb2 import DataExport
from guildctl.console import Problem
from guildctl.desk import Desk
from guildctl.dial import dialled

_TOLD_EVERY = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Records:
    """What an operator asks for at a desk; all of it raises Failure."""

    desk: Desk

    async def start(self, user_id: UUID, reason: str) -> DataExport:
        """Open an export of a member."""
        async with self._stub() as (stub, metadata):
            request = pb.StartMemberExportRequest(user_id=str(user_id), reason=reason)
            return (await stub.StartMemberExport(request, metadata=metadata)).export

    async def show(self, user_id: UUID, export_id: UUID) -> DataExport:
        """Read one."""
        async with self._stub() as (stub, metadata):
            request = pb.GetMemberExportRequest(user_id=str(user_id), export_id=str(export_id))
            return (await stub.GetMemberExport(request, metadata=metadata)).export

    async def download(self, user_id: UUID, export_id: UUID, to: Path, say: Callable[[str], None]) -> int:
        """Write the archive into a file that nobody else reads, there once it is whole; how many octets it has.

        Raises:
            Problem: there is such a file already, or what came is no whole archive.
        """
        _must_be_new(to)
        async with self._stub() as (stub, metadata):
            request = pb.DownloadMemberExportRequest(user_id=str(user_id), export_id=str(export_id))
            return await _stored(stub.DownloadMemberExport(request, metadata=metadata), to, say)

    async def erasure(self, receipt: str) -> pb.Erasure:
        """How far the erasure is that a receipt is of."""
        async with self._stub() as (stub, _):
            return (await stub.GetErasure(pb.GetErasureRequest(receipt=receipt))).erasure

    async def cancel(self, receipt: str) -> pb.Erasure:
        """Call it off."""
        async with self._stub() as (stub, _):
            return (await stub.CancelErasure(pb.CancelErasureRequest(receipt=receipt))).erasure

    @asynccontextmanager
    async def _stub(self) -> AsyncGenerator[tuple[Any, Any]]:
        async with dialled(self.desk.address, "privacy") as peer:
            yield PrivacyServiceStub(peer.channel), self.desk.proof


async def _stored(pieces: AsyncIterator[pb.DownloadMemberExportResponse], to: Path, say: Callable[[str], None]) -> int:
    part, size, told = to.with_name(f"{to.name}.part"), 0, 0
    part.unlink(missing_ok=True)  # of a download that broke off
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async for piece in pieces:
                size += file.write(piece.data)
                if size - told >= _TOLD_EVERY:
                    told = size
                    say(f"… {size:,} octets")
            file.flush()
            os.fsync(file.fileno())
        _must_be_whole(part)
        part.rename(to)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return size


def _must_be_new(path: Path) -> None:
    if path.exists():
        raise Problem(f"{path} is there already: name another file")


def _must_be_whole(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
    except zipfile.BadZipFile:
        broken = "its end"
    if broken is not None:
        raise Problem(f"the archive came broken ({broken}): fetch it again")


def report(erasure: pb.Erasure) -> Iterator[str]:
    """What became of an account's data, in lines; at the top how far it is."""
    state = pb.ErasureState.Name(erasure.state).removeprefix("ERASURE_STATE_").lower()
    yield f"erasure {erasure.id}: {state}"
    yield f"asked for {_when(erasure.requested_at)}, begins {_when(erasure.erase_after)}"
    if erasure.HasField("erased_at"):
        yield f"erased {_when(erasure.erased_at)}"
    for service in erasure.services:
        done = _when(service.finished_at) if service.HasField("finished_at") else "-"
        yield f"{service.service}: {done}"
        for place in service.places:
            yield f"  {_place(place)}"


def _place(place: personal.ErasedPlace) -> str:
    kind = personal.PlaceKind.Name(place.kind).removeprefix("PLACE_KIND_").lower()
    kept = f", at most {place.kept_for.seconds // 86_400} days" if place.HasField("kept_for") else ""
    why = f" ({place.reason}{kept})" if place.reason else ""
    return f"{kind} {place.name}: {place.erased:,} erased, {place.kept:,} kept{why}"


def _when(moment: Any) -> str:
    return moment.ToJsonString()
