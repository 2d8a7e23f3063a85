"""What the library of objects is told, and what its errors mean; it is imported when the first object is asked for."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mesh import deadlines
from mesh.objects.errors import ObjectMissing, ObjectsUnavailable
from mesh.objects.reading import Head
from mesh.settings import ObjectSettings
from mesh.telemetry import LATENCY_BUCKETS, Histogram, tracer

if TYPE_CHECKING:
    from obstore.store import ObjectStore

REQUEST_SECONDS = 10.0
"""How long one request to an S3 API may take, and a repeat of it all together: it says little, or sends a part."""
PART_SECONDS = 30.0
"""How long the next part of an object may take to come."""

_RETRY_AFTER = 1.0
_tracer = tracer(__name__)
_seconds = Histogram(
    "guild_objects_seconds", "Seconds of an operation on objects.", ("operation", "outcome"), buckets=LATENCY_BUCKETS
)


def opened(settings: ObjectSettings) -> "ObjectStore":
    """Open the store of the settings; importing the library takes a tenth of a second and 10 MB."""
    from obstore.store import LocalStore, from_url

    if not settings.url:
        return LocalStore(settings.folder, mkdir=True)
    given = {
        "region": settings.region,
        "endpoint": settings.endpoint,
        "access_key_id": settings.access_key,
        "secret_access_key": settings.secret_key.reveal(),
    }
    client: Any = {
        "timeout": timedelta(seconds=REQUEST_SECONDS),
        "connect_timeout": timedelta(seconds=3),
        "allow_http": settings.endpoint.startswith("http://"),
    }
    set_here: Any = {name: value for name, value in given.items() if value}
    return from_url(
        settings.url,
        **set_here,
        client_options=client,
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=REQUEST_SECONDS)},
    )


@asynccontextmanager
async def operation(name: str, key: str, seconds: float) -> AsyncGenerator[None]:
    """Do something with an object, within `seconds` and what is left of the call's deadline.

    Raises ObjectMissing where there is none, ObjectsUnavailable when the store fails or is late.
    """
    from obstore.exceptions import BaseError

    until = deadlines.deadline()
    limit = seconds if until is None else min(seconds, until - time.monotonic())
    began, outcome = time.perf_counter(), "failed"
    try:
        with _tracer.start_as_current_span(f"objects {name}"):
            async with asyncio.timeout(limit):
                yield
        outcome = "done"
    except FileNotFoundError:
        outcome = "missing"
        raise ObjectMissing(key) from None
    except TimeoutError:
        outcome = "late"
        raise ObjectsUnavailable("the object store is late: try again", retry_after=_RETRY_AFTER) from None
    except (BaseError, OSError) as error:
        raise ObjectsUnavailable("the object store does not answer", retry_after=_RETRY_AFTER) from error
    finally:
        _seconds.labels(name, outcome).observe(time.perf_counter() - began)


async def parts_of(key: str, stream: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    """Give the parts of an object as they come; raises ObjectsUnavailable when it breaks off."""
    from obstore.exceptions import BaseError

    try:
        while True:
            async with asyncio.timeout(PART_SECONDS):
                part = await anext(stream, None)
            if part is None:
                return
            yield bytes(part)
    except FileNotFoundError:
        raise ObjectMissing(key) from None
    except (BaseError, OSError, TimeoutError) as error:
        raise ObjectsUnavailable("an object broke off", retry_after=_RETRY_AFTER) from error


def head_of(meta: Any) -> Head:
    """What the library says of an object, in our words."""
    return Head(meta["path"], meta["size"], meta["last_modified"], (meta["e_tag"] or "").strip('"'))
