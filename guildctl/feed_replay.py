"""Recorded requests of the ranked feed: ranked again, compared with another ranking, and taken along in a file.

A file has a request a line, as JSON; who they are of does not stand in it.
"""

import os
import secrets
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson

from guildctl.console import Problem
from guildctl.desk import asked
from mesh.data import Database
from mesh.settings import DatabaseSettings
from svc_feed.domain.recorded import RecordedRanking, UnreadableRecord, pseudonymised
from svc_feed.domain.replay import Comparison, compared
from svc_feed.domain.scoring import SCORINGS, Scoring
from svc_feed.store.recorded_rankings import RecordedRankings

_MOST_OCTETS = 1_000_000  # of a line


def scoring_of(named: str) -> Scoring:
    """The ranking of a version, or of a TOML file with the fields of one; raises Problem."""
    if named in SCORINGS:
        return SCORINGS[named]
    path = Path(named)
    if not path.is_file():
        raise Problem(f"{named!r} is no version of the ranking ({', '.join(SCORINGS)}) and no file")
    try:
        return Scoring.read(tomllib.loads(path.read_text()))
    except ValueError as error:
        raise Problem(f"{path}: {error}") from error


def in_database(dsn: str, at_most: int) -> list[RecordedRanking]:
    """The latest requests that are recorded; raises Problem."""
    try:
        return asked(_read(dsn, at_most))
    except UnreadableRecord as error:
        raise Problem(f"a recorded request cannot be read: {error}") from error


def in_file(path: Path, at_most: int) -> list[RecordedRanking]:
    """The first requests of a file; raises Problem."""
    return [*_lines(path, at_most)]


def write(found: list[RecordedRanking], path: Path) -> None:
    """Write requests of nobody into a file that only its owner reads; raises Problem where it is there."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for one in pseudonymised(found, secrets.token_bytes):
                file.write(orjson.dumps(one.document()) + b"\n")
    except FileExistsError:
        raise Problem(f"{path} is there already: name another file") from None


def unlike(found: list[RecordedRanking]) -> Iterator[str]:
    """A line about each request that its own ranking does not rank as it did."""
    for one in found:
        scoring = SCORINGS.get(one.scoring)
        if scoring is None:
            yield f"{one.id}: its ranking, version {one.scoring!r}, is not here"
        elif not one.repeats(scoring):
            yield f"{one.id}: version {scoring.version} ranks it otherwise than it did"


def compare(found: list[RecordedRanking], scoring: Scoring, places: int, say: Callable[[str], None]) -> Comparison:
    """What a ranking changes, in all and, told to `say`, in each request where it does."""
    together = Comparison(places)
    for one in found:
        change = compared(one, scoring, places)
        together.add(change)
        if change.moved:
            say(f"{one.id}: {change.moved} moved, overlap {change.overlap:.2f}, tau {change.tau:.3f}")
    return together


def report(found: Comparison) -> Iterator[str]:
    """A comparison in lines."""
    yield (
        f"{found.requests:,} requests, {found.unchanged:,} of them with the same first {found.places};"
        f" {found.moved:,} items moved"
    )
    yield f"overlap@{found.places} {found.overlap:.3f}, Kendall's tau {found.tau:.3f} (means)"
    for reason, (before, after) in found.shares().items():
        yield f"{reason}: {before:.1%} of the first {found.places}, then {after:.1%}"


async def _read(dsn: str, at_most: int) -> list[RecordedRanking]:
    db = Database(DatabaseSettings(dsn=dsn))
    await db.start()
    try:
        return [one async for one in RecordedRankings().newest(db, at_most)]
    finally:
        await db.stop()


def _lines(path: Path, at_most: int) -> Iterator[RecordedRanking]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(_MOST_OCTETS + 1), b""), 1):
                if number > at_most:
                    return
                yield _request(line, f"{path}, line {number}")
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}") from error


def _request(line: bytes, where: str) -> RecordedRanking:
    if len(line) > _MOST_OCTETS:
        raise Problem(f"{where}: it is longer than {_MOST_OCTETS:,} octets")
    try:
        return RecordedRanking.read(orjson.loads(line))
    except ValueError as error:
        raise Problem(f"{where}: {error}") from error
