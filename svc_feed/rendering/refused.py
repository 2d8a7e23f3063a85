"""What a look at bytes may end with."""

from svc_feed.domain.medium import Failed


class Refused(Exception):  # noqa: N818 - it is an answer
    """The bytes cannot be shown, however often one looks."""

    def __init__(self, why: Failed) -> None:
        super().__init__(why.value)
        self.why = why


class RenderingFailed(Exception):  # noqa: N818 - says what happened
    """The process that looked died, or took too long; another may not."""
