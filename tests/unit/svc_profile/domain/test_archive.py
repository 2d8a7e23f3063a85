"""Archives that are handed on while they are made."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from svc_profile.domain.archive import PIECE, Archive

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_files = st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.text(max_size=50), max_size=5)), max_size=8)


def unpacked(pieces: list[bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


@given(_files)
def test_every_record_is_in_it(added: list[tuple[str, list[str]]]) -> None:
    """Whatever the order of files: one that is taken up again goes on under another name."""
    archive = Archive(NOW)
    records = [(name, [json.dumps(text) for text in texts]) for name, texts in added]

    pieces = [piece for name, lines in records for piece in archive.add(name, lines)]
    found = unpacked([*pieces, *archive.close()])

    assert found.testzip() is None
    read = [line for name in found.namelist() if name.endswith(".jsonl") for line in found.read(name).splitlines()]
    assert sorted(line for _, lines in records for line in lines) == sorted(line.decode() for line in read)
    assert sum(json.loads(found.read("index.json")).values()) == len(read)


def test_never_more_than_a_piece_is_held() -> None:
    """However much there is: what is written is handed on."""
    archive = Archive(NOW)

    def noise() -> list[str]:
        return [random.randbytes(40).hex() for _ in range(100)]

    pieces = [piece for _ in range(200) for piece in archive.add("noise", noise())]

    assert len(pieces) > 2
    assert max(map(len, pieces)) < 2 * PIECE
    assert 200 * 100 == len(unpacked([*pieces, *archive.close()]).read("noise.jsonl").splitlines())
