"""How many pages a PDF has."""

from pathlib import Path

from svc_feed.domain.medium import Failed
from svc_feed.rendering.refused import Refused


def pages(source: Path) -> int:
    """Count the pages; raises Refused for what is broken, empty, or locked by a password."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(source)
        count = 0 if reader.is_encrypted and not reader.decrypt("") else len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(Failed.UNREADABLE) from error
    if not count:
        raise Refused(Failed.UNREADABLE)
    return count
