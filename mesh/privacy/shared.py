"""The rules of the tables that every service has."""

from collections.abc import Iterator

from sqlalchemy import MetaData, Text, cast

from mesh.data.janitor import KEEP_PUBLISHED, KEEP_REPLIES
from mesh.mail.queue import KEEP as KEEP_MAILS
from mesh.privacy.rules import ME, Delete, Impersonal, Keep, Personal

_MESH = {
    "outbox_lease": "who publishes what",
    "inbox": "ids of events that were heard",
    "erased_rows": "numbers under the id of an erasure, which names nobody",
    "generation_fence": "one number",
}


def mesh_rules(metadata: MetaData) -> Iterator[Personal | Impersonal]:
    """The rules of what of the mesh's tables a service has; a service puts them behind its own."""
    tables = metadata.tables
    for name, why in _MESH.items():
        if name in tables:
            yield Impersonal(tables[name], why)
    keys = tables["idempotency_keys"]
    yield Personal(keys, keys.c.caller == cast(ME, Text), Delete(), unseen="answers that the member was given before")
    yield Personal(keys, None, Keep("answers that others were given before, whoever they were about", KEEP_REPLIES))
    outbox = tables["outbox"]
    yield Personal(
        outbox,
        None,
        Keep("events name members by their ids and carry no text: they leave for the streams", KEEP_PUBLISHED),
        unseen="ids of what other sections show",
    )
    if "mails" in tables:
        mails = tables["mails"]
        yield Personal(
            mails,
            (mails.c.user_id == ME) & mails.c.finished_at.is_not(None),
            Delete(),
            section="mails",
            shows="kind channel state created_at finished_at",
            hides={
                "bucket mail_id user_id": "where it lies",
                "sealed": "gone with the sending",
                "attempts problem due_at expires_at": "how the sending went",
            },
        )
        yield Personal(
            mails,
            (mails.c.user_id == ME) & mails.c.finished_at.is_(None),
            Keep("a mail on its way is sent first; its text goes with that", KEEP_MAILS),
        )
