"""Look at one thing and say what it is as JSON: `python -m svc_feed.rendering.child picture|pages|article …`."""

import logging
import sys
from pathlib import Path
from typing import Any

import orjson

from svc_feed.rendering.limits import confine
from svc_feed.rendering.refused import Refused


def main(arguments: list[str]) -> dict[str, Any]:
    """Look, and return what was found, or why it is refused."""
    confine()
    logging.disable()
    task, *more = arguments
    if task == "article":
        from svc_feed.rendering.articles import lay_out

        return {"html": lay_out(sys.stdin.buffer.read().decode())}
    source, *more = more
    try:
        if task == "pages":
            from svc_feed.rendering.documents import pages

            return {"pages": pages(Path(source))}
        from svc_feed.rendering.pictures import render

        return {"variants": [variant._asdict() for variant in render(Path(source), more[0], Path(more[1]))]}
    except Refused as refused:
        return {"refused": refused.why.value}


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(main(sys.argv[1:])))
