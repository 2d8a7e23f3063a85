"""The keys of objects, and what their endings say of them."""

import re

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*(?:/[A-Za-z0-9_-]+)*(?:\.[a-z0-9]{1,5})?")
_MOST_CHARACTERS = 200
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
ENDINGS = {kind: ending for ending, kind in _TYPES.items()}
"""The ending of each content type that objects have."""


def is_key(text: str) -> bool:
    """Tell whether a text can be the key of an object: segments without dots, so that none leads out of the store."""
    return len(text) <= _MOST_CHARACTERS and _KEY.fullmatch(text) is not None


def content_type_of(key: str) -> str:
    """Return the content type that the ending of a key says; bytes, for what has no ending."""
    return _TYPES.get(key.rpartition(".")[2], "application/octet-stream")
