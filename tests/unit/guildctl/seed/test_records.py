"""A plan as rows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guildctl.seed.bulk.records import Record, Records
from guildctl.seed.bulk.tables import DATABASES, SEEDED, Copy
from guildctl.seed.planning import plan
from guildctl.seed.worlds import invent
from mesh.ids import timestamp_of

PRESENT = datetime(2026, 11, 28, 12, tzinfo=UTC)
COPIES = [copy for database in DATABASES for copy in database.copies]


@pytest.fixture(scope="module")
def records() -> Records:
    return Records(plan(invent(120, 42), within_limits=False), "hash", PRESENT)


@pytest.mark.parametrize("copy", [SEEDED, *COPIES], ids=lambda copy: copy.table)
def test_a_row_has_a_value_for_every_column(records: Records, copy: Copy) -> None:
    """And the same network, written at the same moment, is the same rows."""
    again = Records(plan(invent(120, 42), within_limits=False), "hash", PRESENT)
    rows = list(copy.rows(records))

    assert {len(copy.columns.split())} == {len(row) for row in rows}
    assert rows == list(copy.rows(again))


@pytest.mark.parametrize(
    ("rows", "id_at", "moment_at"),
    [
        (Records.users, 0, 5),
        (Records.posts_written, 1, 9),
        (Records.comments, 2, 7),
        (Records.talks, 0, 4),
        (Records.messages, 2, 6),
        (Records.company_pages, 0, 5),
        (Records.openings, 1, 15),
        (Records.hopefuls, 3, 6),
    ],
)
def test_ids_carry_the_moment_of_what_they_name(
    records: Records, rows: Callable[[Records], Any], id_at: int, moment_at: int
) -> None:
    """As those the services make: lists that are sorted by id are sorted by time. None is there twice, or to come."""
    found: list[Record] = list(rows(records))

    assert all(timestamp_of(row[id_at]) == row[moment_at] <= PRESENT for row in found)
    assert len(found) == len({row[id_at] for row in found}) > 0


def test_counts_are_those_of_the_rows_they_count(records: Records) -> None:
    """Likes and comments of a post; messages of a conversation, those that each of the two has not read."""
    reactions, comments = list(records.reactions()), list(records.comments())
    for _, post, *_, likes, by_kind, said, last, _, _ in records.posts_written():
        sequences = [row[4] for row in comments if row[1] == post]
        assert likes == sum(by_kind) == sum(row[1] == post for row in reactions)
        assert (said, last, list(range(1, said + 1))) == (len(sequences), len(sequences), sequences)
    messages = list(records.messages())
    for member, talk, at, last, read, unread in records.inboxes():
        sent = [row for row in messages if row[0] == talk]
        assert (sent[-1][1], sent[-1][6]) == (last, at)
        assert unread == sum(row[1] > read and row[3] != member for row in sent)


def test_friendships_are_accepted_within_two_days_of_the_request(records: Records) -> None:
    """And nobody is asked before both have joined."""
    joined = [row[5] for row in records.users()]
    for asker, asked, requested, accepted in records.friendships():
        assert max(joined[asker], joined[asked]) <= requested <= accepted <= min(requested + timedelta(days=2), PRESENT)
