"""An archive is in its file when it is whole, and nobody else reads it."""

import io
import stat
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from guild.privacy.v1 import personal_data_service_pb2 as personal
from guild.privacy.v1 import privacy_service_pb2 as pb
from guildctl.console import Problem
from guildctl.desk import Desk
from guildctl.personal_data import Records, _stored, report
from mesh.errors import Unavailable

ANN = UUID(int=1)


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("README", "all there is")
    return made.getvalue()


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def pieces(*data: bytes, end: Exception | None = None) -> AsyncIterator[pb.DownloadMemberExportResponse]:
    for one in data:
        yield pb.DownloadMemberExportResponse(data=one)
    if end:
        raise end


async def test_a_whole_archive_is_stored(tmp_path: Path) -> None:
    """Piece by piece, also after one that broke off."""
    to, whole = tmp_path / "ann.zip", archive()
    (tmp_path / "ann.zip.part").write_bytes(b"left over")
    assert len(whole) == await _stored(pieces(whole[:9], whole[9:]), to, print)
    assert (whole, 0o600) == (to.read_bytes(), stat.S_IMODE(to.stat().st_mode))
    assert [to] == files(tmp_path)


async def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    """Neither a stream that ends with an error, nor one that ends too soon."""
    to, whole = tmp_path / "ann.zip", archive()
    with pytest.raises(Unavailable):
        await _stored(pieces(whole, end=Unavailable("gone")), to, print)
    with pytest.raises(Problem, match="fetch it again"):
        await _stored(pieces(whole[:-4]), to, print)
    assert [] == files(tmp_path)


async def test_no_file_is_written_over(tmp_path: Path) -> None:
    """Nobody is even asked."""
    there = tmp_path / "ann.zip"
    there.write_text("mine")
    with pytest.raises(Problem, match="is there already"):
        await Records(Desk("127.0.0.1:1", "x")).download(ANN, ANN, there, print)
    assert "mine" == there.read_text()


def test_a_report_says_what_is_kept_and_why() -> None:
    """For each place of each service."""
    erasure = pb.Erasure(id="e", state=pb.ERASURE_STATE_ERASED)
    kept = personal.ErasedPlace(kind=personal.PLACE_KIND_TABLE, name="decisions", kept=2, reason="claims")
    kept.kept_for.FromSeconds(730 * 86_400)
    gone = personal.ErasedPlace(kind=personal.PLACE_KIND_TABLE, name="posts", erased=1_200)
    erasure.services.add(service="feed", places=[kept, gone]).finished_at.FromSeconds(0)
    assert ["erasure e: erased", "feed: 1970-01-01T00:00:00Z"] == [*report(erasure)][0:3:2]
    assert [
        "  table decisions: 0 erased, 2 kept (claims, at most 730 days)",
        "  table posts: 1,200 erased, 0 kept",
    ] == [*report(erasure)][3:]
