"""What of each table is a member's: exported to them, and erased with them."""

from datetime import timedelta

from sqlalchemy import Text, cast, func, select

from mesh.data import constant, kept
from mesh.privacy import ME, NOBODY, Blank, Delete, Keep, Personal, Rules, mesh_rules
from svc_messaging.store.tables import (
    change_logs,
    changes,
    conversations,
    direct_conversations,
    hidden_messages,
    messages,
    metadata,
    notification_causes,
    notifications,
    user_conversations,
)

KEEP_NOTIFICATIONS = timedelta(days=180)
"""Long enough for who comes back after half a year."""
NOTIFICATIONS_SWEPT = (
    kept(notification_causes.c.happened_at, KEEP_NOTIFICATIONS),
    kept(notifications.c.updated_at, KEEP_NOTIFICATIONS),
)

_m, _u, _n = messages.c, user_conversations.c, notifications.c
_mine = select(_u.conversation_id).where(_u.user_id == ME)
_OTHERS = "what the others in it talk in"

RULES = Rules(
    metadata,
    [
        Personal(
            messages,
            _m.conversation_id.in_(_mine) & (_m.sender_id == ME),
            Blank(
                {
                    "sender_id": NOBODY,
                    "client_message_id": cast(_m.message_id, Text),
                    "content": constant(""),
                    "deleted_at": func.coalesce(_m.deleted_at, func.now()),
                },
                {
                    "conversation_id sequence message_id created_at": "the order of the conversation has no gaps",
                    "removed moderated_at": "what moderation decided about the place",
                },
                _m.sender_id == NOBODY,
                "empty places of nobody, so that the conversations of others keep their order",
            ),
            section="messages",
            shows="conversation_id sequence message_id content created_at deleted_at removed moderated_at",
            hides={"sender_id": "the member", "client_message_id": "what the client calls it"},
        ),
        Personal(
            hidden_messages,
            hidden_messages.c.conversation_id.in_(_mine) & (hidden_messages.c.user_id == ME),
            Delete(),
            unseen="messages of others that the member is not shown",
        ),
        Personal(
            user_conversations,
            _u.user_id == ME,
            Delete(),
            section="conversations",
            shows="conversation_id last_activity unread_count last_read_sequence muted_until",
            hides={"user_id": "the member", "last_sequence": "how long the conversation is"},
        ),
        Personal(
            conversations,
            None,
            Keep(f"{_OTHERS}; of who left it names the id alone"),
            unseen="conversations are listed as the member's",
        ),
        Personal(
            direct_conversations,
            None,
            Keep(f"{_OTHERS}; of who left it names the id alone"),
            unseen="conversations are listed as the member's",
        ),
        Personal(changes, changes.c.user_id == ME, Delete(), unseen="which messages changed, which are shown changed"),
        Personal(change_logs, change_logs.c.user_id == ME, Delete(), unseen="how many changes there were"),
        Personal(
            notification_causes,
            notification_causes.c.user_id == ME,
            Delete(),
            unseen="what notifications stand and fall with",
        ),
        Personal(
            notification_causes,
            None,
            Keep("ids in the notifications of others: whom they tell of, nobody is found by it", KEEP_NOTIFICATIONS),
        ),
        Personal(
            notifications,
            _n.user_id == ME,
            Delete(),
            section="notifications",
            shows="kind subject_id actor_ids actor_count created_at updated_at seen_at",
            hides={"user_id": "the member", "notification_id": "where it lies"},
        ),
        Personal(
            notifications,
            None,
            Keep("ids in the notifications of others: whom they tell of, nobody is found by it", KEEP_NOTIFICATIONS),
        ),
        *mesh_rules(metadata),
    ],
)
STATEMENTS = [compiled.statements for compiled in RULES.personal]
