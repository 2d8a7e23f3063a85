"""A graph from a file: one `a b` a line, as public data sets have them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guildctl.seed.graph import Graph

MOST_PEOPLE = 200_000
MOST_FRIENDSHIPS = 5_000_000
_LONGEST_NAME = 100
_COMMENTS = ("#", "%", "//")


class NoEdgeList(Exception):  # noqa: N818 - what a user reads and mends
    """The text is no list of edges; the message says where and why."""


@dataclass(frozen=True)
class EdgeList:
    """A graph with what the file calls its people, and what was left out."""

    graph: Graph
    labels: tuple[str, ...]
    loops: int
    """Lines that befriend somebody with themself."""
    repeated: int
    """Lines that say again, in either direction, what an earlier one said."""


def read(path: Path) -> EdgeList:
    """Read a file.

    Raises:
        NoEdgeList: it cannot be read, or a line, which is named, is no pair.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return parse(lines, str(path))
    except OSError as error:
        raise NoEdgeList(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise NoEdgeList(f"{path} is no UTF-8 text: {error.reason} at byte {error.start:,}") from None


def parse(lines: Iterable[str], name: str) -> EdgeList:
    """Read lines; people are numbered as they come, blank lines and comments (#, %, //) are skipped."""
    numbers: dict[str, int] = {}
    pairs = [(numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers))) for a, b in _pairs(lines, name)]
    graph = Graph(len(numbers))
    loops = sum(one == other for one, other in pairs)
    repeated = sum(not graph.add(one, other) for one, other in pairs) - loops
    if not len(graph):
        raise NoEdgeList(f"{name} has no friendship: expected `a b` pairs, one a line")
    return EdgeList(graph, tuple(numbers), loops, repeated)


def _pairs(lines: Iterable[str], name: str) -> Iterator[tuple[str, str]]:
    people: set[str] = set()
    count = 0
    for place, line in enumerate(lines, start=1):
        words = line.split()
        if not words or line.lstrip().startswith(_COMMENTS):
            continue
        if len(words) != 2:
            raise NoEdgeList(
                f"{name}, line {place}: expected two names `a b`, found {len(words)}: {line.strip()[:60]!r}"
            )
        if max(map(len, words)) > _LONGEST_NAME:
            raise NoEdgeList(f"{name}, line {place}: a name is longer than {_LONGEST_NAME} letters")
        people.update(words)
        count += 1
        if len(people) > MOST_PEOPLE or count > MOST_FRIENDSHIPS:
            raise NoEdgeList(f"{name}, line {place}: more than {MOST_PEOPLE:,} people or {MOST_FRIENDSHIPS:,} pairs")
        yield words[0], words[1]
