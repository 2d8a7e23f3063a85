"""The fence of what others keep of access."""

from mesh.generations.schema import create_fence_v1, drop_fence_v1

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create generation_fence."""
    create_fence_v1()


def downgrade() -> None:
    """Drop it."""
    drop_fence_v1()
