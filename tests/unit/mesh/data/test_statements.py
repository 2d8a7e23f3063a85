"""Statements are compiled once; their parameters are checked."""

import pytest
from sqlalchemy import ARRAY, Column, Integer, MetaData, Table, Text, Uuid, bindparam, insert, select, text, update
from sqlalchemy.schema import CreateTable

from mesh.data import Statement, batch, batch_insert, by_column, constant, statement

POSTS = Table(
    "posts",
    MetaData(),
    Column("author_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("body", Text),
    Column("tags", ARRAY(Text)),
)


def flat(compiled: Statement) -> str:
    return " ".join(compiled.sql.split())


def test_parameters_are_numbered_in_the_order_of_the_text() -> None:
    """A statement is text with $n parameters and knows their order; one used twice is sent once."""
    query = statement(
        select(POSTS.c.body).where(
            (POSTS.c.id == bindparam("id"))
            & ((POSTS.c.author_id == bindparam("author")) | (POSTS.c.author_id == bindparam("id")))
        )
    )

    assert ("id", "author") == query.parameters
    assert ["A", "B"] == query.arguments({"author": "B", "id": "A"})
    assert flat(query).count("$1::UUID") == 2


def test_every_parameter_has_to_be_given() -> None:
    """A missing or unknown parameter is an error that names it."""
    query = statement(select(POSTS.c.body).where(POSTS.c.id == bindparam("id")))

    with pytest.raises(TypeError, match=r"missing parameters \['id'\], unknown parameters \['ident'\]"):
        query.arguments({"ident": 1})
    with pytest.raises(TypeError, match=r"missing parameters \['id'\], unknown parameters \[\]"):
        query.arguments({})
    with pytest.raises(TypeError, match=r"missing parameters \[\], unknown parameters \['more'\]"):
        query.arguments({"id": 1, "more": 2})


def test_values_in_a_statement_are_refused() -> None:
    """A value caught at import would be sent for ever; it has to be a parameter or a constant."""
    with pytest.raises(ValueError, match=r'"body_1" holds the value \'draft\''):
        statement(select(POSTS.c.id).where(POSTS.c.body == "draft"))
    with pytest.raises(ValueError, match="holds the value None"):
        statement(select(POSTS.c.id).where(POSTS.c.body == bindparam("body", None)))
    with pytest.raises(ValueError, match="holds the value 5"):
        statement(select(POSTS.c.id).limit(5))


def test_expanding_parameters_are_refused() -> None:
    """IN lists have a text for every length; `= ANY(array)` has one."""
    with pytest.raises(ValueError, match="any_"):
        statement(select(POSTS.c.id).where(POSTS.c.id.in_(bindparam("ids", expanding=True))))
    with pytest.raises(ValueError, match="any_"):
        statement(select(POSTS.c.id).where(POSTS.c.id.in_(bindparam("ids"))))


def test_ddl_is_no_statement() -> None:
    """Only queries are statements; tables are made by migrations."""
    with pytest.raises(TypeError, match="is no query"):
        statement(CreateTable(POSTS))


def test_constants_are_text() -> None:
    """A constant is quoted into the text, so a partial index can match it."""
    query = statement(select(POSTS.c.id).where(POSTS.c.body == constant("it's")).limit(constant(20)))

    assert () == query.parameters
    assert "posts.body = 'it''s'" in flat(query)
    assert flat(query).endswith("LIMIT 20")


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("SELECT posts", select(POSTS.c.id)),
        ("INSERT posts", insert(POSTS).values(id=bindparam("id"), author_id=bindparam("author"))),
        ("UPDATE posts", update(POSTS).values(body=bindparam("body"))),
        ("SELECT", select(constant(1))),
        ("WITH posts", text("WITH recent AS (SELECT id FROM posts) SELECT id FROM recent")),
    ],
)
def test_operators_know_a_statement_by_verb_and_table(name: str, clause: object) -> None:
    """Spans and metrics get a name of few words and no values."""
    assert name == statement(clause).name  # type: ignore[arg-type]


def test_batch_insert_unnests_arrays() -> None:
    """A batch insert has one array for each column, whatever the number of rows."""
    query = statement(batch_insert(POSTS, "id", "body").on_conflict_do_nothing().returning(POSTS.c.id))

    assert ("id", "body") == query.parameters
    assert (
        "INSERT INTO posts (id, body) SELECT batch.id, batch.body"
        " FROM unnest($1::UUID[], $2::TEXT[]) AS batch(id, body)"
        " ON CONFLICT DO NOTHING RETURNING posts.id"
    ) == flat(query)


def test_arrays_do_not_fit_a_batch() -> None:
    """An array column is refused: unnest would flatten it."""
    with pytest.raises(TypeError, match="tags: unnest flattens"):
        batch_insert(POSTS, "id", "tags")
    with pytest.raises(TypeError, match="numbers"):
        batch(numbers=ARRAY(Integer))


def test_rows_turn_into_columns() -> None:
    """`by_column` gives a list for each name, empty without rows; a row of another length is an error."""
    assert {"a": [1, 3], "b": [2, 4]} == by_column(("a", "b"), [(1, 2), (3, 4)])
    assert {"a": [], "b": []} == by_column(("a", "b"), [])
    with pytest.raises(ValueError, match="argument 2"):
        by_column(("a", "b"), [(1,)])
