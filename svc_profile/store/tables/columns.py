"""What the tables have in common."""

from sqlalchemy import Column, DateTime, MetaData

from mesh.data import mesh_tables
from mesh.generations import fence_table
from mesh.mail import mail_table
from mesh.privacy import erased_rows_table

metadata = MetaData()
mesh_tables(metadata)
fence_table(metadata)
mail_table(metadata)
erased_rows_table(metadata)


def moment(name: str, *, nullable: bool = False, comment: str | None = None) -> Column[object]:
    """A column with a point in time."""
    return Column(name, DateTime(timezone=True), nullable=nullable, comment=comment)
