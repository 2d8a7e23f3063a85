"""Graphs from files."""

from pathlib import Path

import pytest

from guildctl.seed import edge_list
from guildctl.seed.edge_list import NoEdgeList, parse, read
from guildctl.seed.worlds import around

TEXT = """% a comment
# another

ann bob
bob\tcarl
  bob ann
// a third
dora dora
"""


def test_a_list_of_pairs_is_a_graph(tmp_path: Path) -> None:
    """Comments and blank lines are skipped; loops and repeats are left out and counted; names may be anything."""
    path = tmp_path / "edges.txt"
    path.write_text(f"\ufeff{TEXT}", encoding="utf-8")

    edges = read(path)

    assert ("ann", "bob", "carl", "dora") == edges.labels
    assert [(0, 1), (1, 2)] == list(edges.graph.edges)
    assert (1, 1) == (edges.loops, edges.repeated)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 2\n\n3\n", r"list, line 3: expected two names `a b`, found 1: '3'"),
        ("1 2 0.5\n", r"list, line 1: expected two names `a b`, found 3: '1 2 0.5'"),
        (f"1 2\n1 {'x' * 101}\n", r"list, line 2: a name is longer than 100 letters"),
        ("# nothing\n1 1\n", r"list has no friendship"),
        ("", r"list has no friendship"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused_by_its_line(text: str, told: str) -> None:
    """The message names the line, and shows it."""
    with pytest.raises(NoEdgeList, match=told):
        parse(text.splitlines(keepends=True), "list")


def test_a_list_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In people and in pairs: what does not fit is refused where it begins."""
    monkeypatch.setattr(edge_list, "MOST_PEOPLE", 3)
    monkeypatch.setattr(edge_list, "MOST_FRIENDSHIPS", 4)

    assert 2 == len(parse(["a b", "b c"], "list").graph)
    with pytest.raises(NoEdgeList, match="line 3: more than 3 people"):
        parse(["a b", "b c", "c d"], "list")
    with pytest.raises(NoEdgeList, match="line 5: more than 3 people or 4 pairs"):
        parse(["a b"] * 5, "list")


def test_a_file_that_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    """What is missing, or is no text, is said with its path."""
    (tmp_path / "binary").write_bytes(b"1 2\n\xff\xfe")

    with pytest.raises(NoEdgeList, match="missing cannot be read: No such file"):
        read(tmp_path / "missing")
    with pytest.raises(NoEdgeList, match="binary is no UTF-8 text: invalid start byte at byte 4"):
        read(tmp_path / "binary")


def test_people_are_given_to_a_graph() -> None:
    """Exactly the friendships of the file, begun after both had joined; those who are closely knit live in one city."""
    cliques = [f"{c}{a} {c}{b}" for c in "xyz" for a in range(9) for b in range(a)]
    edges = parse([*cliques, "x0 y0", "y0 z0"], "list")

    world = around(edges, 7)

    joined = [person.joined for person in world.people]
    assert set(edges.graph.edges) == set(world.graph.edges)
    assert all(at >= max(joined[a], joined[b]) for (a, b), at in zip(world.graph.edges, world.graph.at, strict=True))
    assert list(edges.labels) == [person.label for person in world.people]
    assert [1, 1, 1] == [len({p.location for p in world.people if p.label.startswith(c)}) for c in "xyz"]
    assert 3 == len({person.location for person in world.people})
    assert world.people == around(edges, 7).people
