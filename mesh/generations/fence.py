"""The fence: a number in the writer's database, raised by each change that could not be told to Redis."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from mesh.data import constant, statement

_ONLY = 1
_metadata = sa.MetaData()
_table = sa.Table(
    "generation_fence",
    _metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, nullable=False),
)
_first = insert(_table).values(id=constant(_ONLY), value=constant(1))
RAISE = statement(
    _first.on_conflict_do_update(index_elements=[_table.c.id], set_={"value": _table.c.value + constant(1)}),
    name="raise fence",
)
"""The row stays locked until the commit, so that its values are seen in their order."""

READ = statement(sa.select(_table.c.value).where(_table.c.id == constant(_ONLY)), name="SELECT fence")


def fence_table(metadata: sa.MetaData) -> None:
    """Add generation_fence to a service's metadata."""
    _table.to_metadata(metadata)
