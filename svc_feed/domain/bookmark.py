"""A post that a member keeps for later; nobody else hears of it."""

from mesh.errors import FailedPrecondition

MOST_BOOKMARKS = 1_000
"""Posts one member keeps."""


class TooManyBookmarks(FailedPrecondition):
    """As many posts are kept as may be."""

    reason = "TOO_MANY_BOOKMARKS"

    def __init__(self) -> None:
        super().__init__(f"{MOST_BOOKMARKS} posts are kept at most: remove one of them first")
