"""The composition root of the messaging service: the only module that knows everyone."""

from collections.abc import Callable, Mapping

from guild.common.v1.content_ref_pb2 import CONTENT_KIND_MESSAGE
from guild.events.v1.trust_pb2 import ContentModerated, ContentRestored
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1.messaging_service_pb2_grpc import add_MessagingServiceServicer_to_server
from guild.notification.v1.notification_service_pb2_grpc import add_NotificationServiceServicer_to_server
from mesh.authorship import content_authors
from mesh.events import Consumer
from mesh.ids import uuid7
from mesh.lifecycle import App
from mesh.privacy import ERASED_ROWS_SWEPT, PersonalData, PlaceKind, Wipe, personal_data
from mesh.service import ACCESS, Base
from svc_messaging.config import Config
from svc_messaging.inbox.content_moderated import OnContentModerated, OnContentRestored
from svc_messaging.inbox.in_turn import in_turn
from svc_messaging.inbox.notifications import handlers
from svc_messaging.live.frames import Frames
from svc_messaging.live.hub import Hub
from svc_messaging.live.session import Chat
from svc_messaging.live.signals import Signals
from svc_messaging.live.switchboard import Switchboard
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.rpc import messages as packing
from svc_messaging.rpc.messaging_servicer import MessagingServicer
from svc_messaging.rpc.notification_servicer import NotificationServicer
from svc_messaging.store.changes import ChangeRepository
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.store.notifications import NotificationRepository
from svc_messaging.store.personal import NOTIFICATIONS_SWEPT, RULES
from svc_messaging.store.presence import Presence
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.commit_messages import CommitMessages
from svc_messaging.usecases.content_authors import ContentAuthors
from svc_messaging.usecases.conversations import Conversations
from svc_messaging.usecases.messages import Messages
from svc_messaging.usecases.moderation import Moderation
from svc_messaging.usecases.notifications import CONSUMER, Notifications, Notify
from svc_messaging.usecases.people import People
from svc_messaging.usecases.presence import ShowPresence
from svc_messaging.usecases.receipts import Receipts


def build(config: Config) -> App:
    """The messaging service, ready to start."""
    base = Base("messaging", config)
    db, clock, pager = base.db, base.clock, base.pager
    stored, texts, changes = ConversationRepository(), MessageRepository(), ChangeRepository()
    known = KnownConversations(db, stored)
    profile = ConnectionServiceStub(base.peer("profile", config.profile_address).channel)
    people = People(AccessChecks(profile, base.generations, ACCESS), base.charges)
    signals, frames = Signals(base.bus), Frames(packing.message)
    switchboard = Switchboard(signals, frames)
    tell = switchboard.tell
    conversations = Conversations(db, stored, known, texts, people, pager, clock)
    commit = CommitMessages(db, stored, texts, tell, clock)
    messages = Messages(db, known, stored, texts, changes, conversations, people, commit, tell, pager, clock)
    receipts = Receipts(db, known, stored, texts, people, tell, clock)
    catch_up = CatchUp(db, stored, texts, changes)
    seen = Presence(base.cache, clock, uuid7())
    presence = ShowPresence(db, stored, people, seen, tell)
    hub = Hub(base.bus, switchboard, signals, base.revocations, catch_up, presence, max_streams=config.chat_streams)
    chat = Chat(hub, frames, catch_up, messages, receipts, base.charges, clock)
    authors = ContentAuthors(db, known, texts)
    notifications = Notifications(db, NotificationRepository(), pager, clock)
    return base.app(
        servicers=[
            (
                add_MessagingServiceServicer_to_server,
                MessagingServicer(chat, conversations, messages, receipts),
            ),
            (add_NotificationServiceServicer_to_server, NotificationServicer(notifications)),
            content_authors({CONTENT_KIND_MESSAGE: authors.of_message}),
            personal_data(PersonalData(db, RULES, clock, [Wipe(PlaceKind.CACHE, "presence", seen.forget)])),
        ],
        before=[signals, hub],
        swept=[*NOTIFICATIONS_SWEPT, ERASED_ROWS_SWEPT],
    )


def build_notification_worker(config: Config) -> App:
    """The worker that notes for members what happened while they were away, and does what moderation decides."""
    # the cache is shared with the api role: presence is kept there
    base = Base("messaging", config, role="notification-worker")
    presence = Presence(base.cache, base.clock, uuid7())
    notify = Notify(base.db, NotificationRepository(), ConversationRepository(), presence)
    signals = Signals(base.bus)
    tell = Switchboard(signals, Frames(packing.message)).tell
    moderation = Moderation(base.db, ConversationRepository(), MessageRepository(), ChangeRepository(), tell)
    told = handlers(notify)
    heard = {
        **told,
        ContentModerated: in_turn(OnContentModerated(moderation), told[ContentModerated]),
        ContentRestored: in_turn(OnContentRestored(moderation), told[ContentRestored]),
    }
    return base.app(before=[signals], after=[Consumer(base.bus, CONSUMER, heard)], relay=False)


ROLES: Mapping[str, Callable[[Config], App]] = {"api": build, "notification-worker": build_notification_worker}
"""What `--role` may name."""
