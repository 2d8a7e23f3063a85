"""What the tables have in common."""

from sqlalchemy import Column, DateTime, MetaData

from mesh.data import mesh_tables
from mesh.privacy import erased_rows_table

metadata = MetaData()
mesh_tables(metadata)
erased_rows_table(metadata)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """A column with a time."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
