"""Keep secrets out of log lines: by the name of a key, by the shape of a text."""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from typing import cast
from uuid import UUID

from google.protobuf.message import Message
from structlog.typing import EventDict, WrappedLogger

REDACTED = "***"

_PERSONAL = frozenset({"body", "content", "email", "phone"})
_PASSES = frozenset(
    {
        "answer",
        "authorization",
        "cookie",
        "credential",
        "credentials",
        "dsn",
        "jwt",
        "otpauth",
        "passphrase",
        "passwd",
        "receipt",
    }
)
_KEYS = frozenset({"password", "secret", "secrets", "seed", "token", "tokens"})
_PRIVATE = _PERSONAL | _PASSES | _KEYS
_PRIVATE_PAIRS = (
    "api_key",
    "download_url",
    "private_key",
    "recovery_code",
    "service_key",
    "totp_code",
    "upload_headers",
    "upload_url",
)
_HARMLESS_ENDS = ("_bytes", "_count", "_id", "_kind", "_length", "_type")
"""`token_kind` or `content_length` say something about a secret without telling it."""

_JWT = re.compile(r"eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?")
_USERINFO = re.compile(r"://[^/\s@]*@")
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_MAX_DEPTH = 4
_PLAIN = (int, float, UUID, date, timedelta, Enum)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace private values of one log event in place (a structlog processor)."""
    for key, value in event.items():
        if value is not None:
            event[key] = REDACTED if is_private(key) else _clean(value, _MAX_DEPTH)
    return event


@lru_cache(maxsize=4096)
def is_private(key: str) -> bool:
    """Tell whether a value under this key must not be written."""
    name = key.lower().replace("-", "_")
    if name.endswith(_HARMLESS_ENDS):
        return False
    return any(pair in name for pair in _PRIVATE_PAIRS) or not _PRIVATE.isdisjoint(name.split("_"))


def scrub(text: str) -> str:
    """Mask tokens, passwords inside URLs, e-mail addresses."""
    if "eyJ" in text:
        text = _JWT.sub(REDACTED, text)
    if "@" in text:
        text = _EMAIL.sub(REDACTED, _USERINFO.sub(f"://{REDACTED}@", text))
    return text


def _clean(value: object, depth: int) -> object:
    if isinstance(value, str):
        return scrub(value)
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, Message):
        return value.DESCRIPTOR.full_name  # its text would show every field
    return _clean_inside(value, depth - 1) if depth else "…"


def _clean_inside(value: object, depth: int) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {str(k): REDACTED if is_private(str(k)) else _clean(v, depth) for k, v in items}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, depth) for item in cast("list[object]", value)]
    return scrub(str(value))
