"""The composition root of the messaging service: the only module that knows everyone."""

from collections.abc import Callable, Mapping

from guild.events.v1 import graph_pb2, messages_pb2
from guild.graph.v1.connection_service_pb2_grpc import ConnectionServiceStub
from guild.messaging.v1.messaging_service_pb2_grpc import add_MessagingServiceServicer_to_server
from guild.notification.v1.notification_service_pb2_grpc import add_NotificationServiceServicer_to_server
from mesh.events import Consumer
from mesh.ids import uuid7
from mesh.lifecycle import App
from mesh.limits.token_bucket import TokenBucket
from mesh.service import Base
from svc_messaging.config import Config
from svc_messaging.inbox.connection_accepted import OnConnectionAccepted
from svc_messaging.inbox.connection_requested import OnConnectionRequested
from svc_messaging.inbox.message_sent import OnMessageSent
from svc_messaging.peers.access_checks import AccessChecks
from svc_messaging.rpc.charges import Charges
from svc_messaging.rpc.chat.hub import Hub
from svc_messaging.rpc.chat.session import Chat
from svc_messaging.rpc.chat.signals import Signals
from svc_messaging.rpc.chat.switchboard import Switchboard
from svc_messaging.rpc.messaging_servicer import MessagingServicer
from svc_messaging.rpc.notification_servicer import NotificationServicer
from svc_messaging.store.conversations import ConversationRepository
from svc_messaging.store.known_conversations import KnownConversations
from svc_messaging.store.messages import MessageRepository
from svc_messaging.store.notifications import NotificationRepository
from svc_messaging.store.presence import Presence
from svc_messaging.store.reading import ReadingRepository
from svc_messaging.usecases.catch_up import CatchUp
from svc_messaging.usecases.commit_messages import CommitMessages
from svc_messaging.usecases.create_conversation import CreateConversation
from svc_messaging.usecases.delete_message import DeleteMessage
from svc_messaging.usecases.find_target import FindTarget
from svc_messaging.usecases.list_conversations import ListConversations
from svc_messaging.usecases.list_messages import ListMessages
from svc_messaging.usecases.list_notifications import ListNotifications
from svc_messaging.usecases.mark_read import MarkRead
from svc_messaging.usecases.notify import CONSUMER, Notify
from svc_messaging.usecases.open_direct import OpenDirect
from svc_messaging.usecases.send_message import SendMessage
from svc_messaging.usecases.show_presence import ShowPresence
from svc_messaging.usecases.tell_others import TellOthers


def build(config: Config) -> App:
    """The messaging service, ready to start."""
    base = Base("messaging", config)
    db, clock, tokens = base.db, base.clock, base.page_tokens
    conversations, messages = ConversationRepository(), MessageRepository()
    known = KnownConversations(db, conversations)
    access = AccessChecks(ConnectionServiceStub(base.peer("profile", config.profile_address).channel))
    charges = Charges(TokenBucket(base.shared_cache, config.limits.profile))
    catch_up = CatchUp(db, conversations, messages)
    signals = Signals(base.bus)
    switchboard = Switchboard(signals)
    tell = switchboard.tell
    presence = ShowPresence(db, conversations, access, Presence(base.cache, clock, uuid7()), tell)
    hub = Hub(base.bus, switchboard, signals, base.revocations, catch_up, presence, max_streams=config.chat_streams)
    open_direct = OpenDirect(db, conversations, clock)
    find = FindTarget(known, open_direct, access)
    commit = CommitMessages(db, conversations, messages, tell, clock)
    send = SendMessage(db, messages, access, charges.stranger, commit)
    mark_read = MarkRead(db, known, messages, ReadingRepository(), tell, clock)
    tell_others = TellOthers(known, access, tell, clock)
    servicer = MessagingServicer(
        chat=Chat(hub, catch_up, find, send, mark_read, tell_others, charges, clock),
        find=find,
        send=send,
        create_conversation=CreateConversation(db, conversations, open_direct, access, clock),
        list_conversations=ListConversations(db, conversations, messages, tokens),
        list_messages=ListMessages(db, known, messages, tokens),
        mark_read=mark_read,
        delete_message=DeleteMessage(db, known, messages, clock),
    )
    return base.app(
        servicers=[
            (add_MessagingServiceServicer_to_server, servicer),
            (
                add_NotificationServiceServicer_to_server,
                NotificationServicer(ListNotifications(db, NotificationRepository(), tokens)),
            ),
        ],
        before=[signals, hub],
    )


def build_notification_worker(config: Config) -> App:
    """The worker that notes for members what happened while they were away."""
    # the cache is shared with the api role: presence is kept there
    base = Base("messaging", config, role="notification-worker")
    notify = Notify(base.db, NotificationRepository())
    presence = Presence(base.cache, base.clock, uuid7())
    consumer = Consumer(
        base.bus,
        CONSUMER,
        {
            messages_pb2.MessageSent: OnMessageSent(notify, presence),
            graph_pb2.ConnectionRequested: OnConnectionRequested(notify),
            graph_pb2.ConnectionAccepted: OnConnectionAccepted(notify),
        },
    )
    return base.app(after=[consumer], relay=False)


ROLES: Mapping[str, Callable[[Config], App]] = {"api": build, "notification-worker": build_notification_worker}
"""What `--role` may name."""
