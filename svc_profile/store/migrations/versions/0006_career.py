"""Parts of profiles: positions, education, languages, certifications."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.add_column(
        "users",
        sa.Column(
            "parts_revision",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="0: there never was a part",
        ),
    )
    op.create_table(
        "positions",
        *_key(),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        _date("start", nullable=False),
        _date("end"),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        _text("location"),
        _text("description"),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_table(
        "education",
        *_key(),
        sa.Column("school", sa.Text(), nullable=False),
        _text("degree"),
        _text("field_of_study"),
        _date("start"),
        _date("end"),
        _text("description"),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_table(
        "languages",
        *_key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("proficiency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )
    op.create_table(
        "certifications",
        *_key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        _text("credential_id"),
        _text("credential_url"),
        _date("start"),
        _date("end"),
        sa.PrimaryKeyConstraint("user_id", "id"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("certifications", "languages", "education", "positions"):
        op.drop_table(table)
    op.drop_column("users", "parts_revision")


def _key() -> tuple[sa.Column[object], sa.Column[object]]:
    return sa.Column("user_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _date(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable, comment="2026, 2026-03 or 2026-03-01, as far as it is known")
