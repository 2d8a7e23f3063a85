"""The tables of the messaging service, a module for each room of the domain.

Rows of a conversation are spread by `conversation_id`, those of a member by `user_id`; the first column of every
primary key is the distribution column. A pair of members finds its conversation through `direct_conversations`.
"""

from svc_messaging.store.tables.columns import metadata
from svc_messaging.store.tables.conversations import conversations, direct_conversations, user_conversations
from svc_messaging.store.tables.log import change_logs, changes
from svc_messaging.store.tables.messages import hidden_messages, messages
from svc_messaging.store.tables.notifications import notification_causes, notifications

__all__ = [
    "change_logs",
    "changes",
    "conversations",
    "direct_conversations",
    "hidden_messages",
    "messages",
    "metadata",
    "notification_causes",
    "notifications",
    "user_conversations",
]
