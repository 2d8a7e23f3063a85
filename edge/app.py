"""The composition root of the edge: the only module that knows everyone."""

from dataclasses import dataclass, replace

from edge.access_log import AccessLog
from edge.addresses import ClientAddresses
from edge.bindings import Bindings
from edge.chat_frames import ChatFrames
from edge.config import Config
from edge.contract import Contract, ContractMissing, load_contract
from edge.cors import Cors
from edge.event_stream import EventStreams
from edge.http import Rest
from edge.listener import HttpListener
from edge.object_door import ObjectDoor
from edge.pages import Pages
from edge.passthrough import Passthrough
from edge.stream_quota import StreamQuota
from edge.trace_ids import Tracing
from edge.upstreams import Upstreams
from edge.websocket import ChatGate
from mesh.auth import ServiceCredentials
from mesh.contract import spec
from mesh.lifecycle import AdminServer, App, Health
from mesh.limits.door import Door
from mesh.objects import open_objects
from mesh.rpc.raw_server import RawServer
from mesh.settings import SettingsError

_CHAT = "/guild.messaging.v1.MessagingService/Chat"


@dataclass(frozen=True, slots=True)
class Front:
    """What is served at the public port."""

    rest: Rest
    chat: ChatGate
    pages: Pages
    access_log: AccessLog

    def drain(self) -> None:
        """Send those who chat to another instance."""
        self.chat.drain()
        self.access_log.flush()

    def use_health(self, health: Health) -> None:
        """Answer /readyz from `health`."""
        self.pages.use_health(health)


def build(config: Config) -> App:
    """The edge, ready to start; raises SettingsError."""
    try:
        contract, addresses = load_contract(config.edge.contract_dir), ClientAddresses(config.edge.trusted_proxies)
    except (ContractMissing, ValueError) as error:
        raise SettingsError(str(error)) from error
    doors = _Doors(
        upstreams=Upstreams(config, ServiceCredentials("edge", config.auth)),
        quota=StreamQuota(config.streams_per_address),
        addresses=addresses,
        tracing=Tracing(config.telemetry.recorded_share),
        access_log=AccessLog(),
        door=Door(config.server.max_calls),
    )
    grpc_settings = replace(config.server, port=config.edge.grpc_port)
    front = doors.front(config, contract)
    return App(
        "edge",
        [
            AdminServer(config.server),
            *doors.upstreams.peers,
            RawServer(grpc_settings, contract.public, doors.passthrough(), door=doors.door, engine=config.rpc.engine),
            HttpListener(front, config.server, config.edge.http_port, config.edge.max_connections),
        ],
    )


@dataclass(frozen=True, slots=True)
class _Doors:
    """What the doors have in common."""

    upstreams: Upstreams
    quota: StreamQuota
    addresses: ClientAddresses
    tracing: Tracing
    access_log: AccessLog
    door: Door

    def passthrough(self) -> Passthrough:
        return Passthrough(
            self.upstreams,
            quota=self.quota,
            door=self.door,
            addresses=self.addresses,
            tracing=self.tracing,
            access_log=self.access_log,
        )

    def front(self, config: Config, contract: Contract) -> Front:
        bindings, pages, method = Bindings(contract.public, self.upstreams), Pages(contract), spec(_CHAT)
        objects = open_objects(config.objects, production=config.limits.profile == "production")
        cors = Cors(config.edge.cors_origins)
        rest = Rest(
            bindings=bindings,
            pages=pages.by_path,
            objects=ObjectDoor(objects, self.quota, cors),
            streams=EventStreams(self.quota),
            addresses=self.addresses,
            tracing=self.tracing,
            cors=cors,
            door=self.door,
            access_log=self.access_log,
        )
        chat = ChatGate(
            method,
            self.upstreams.peer(method),
            ChatFrames(method, bindings.encoders, bindings.decoders),
            quota=self.quota,
            addresses=self.addresses,
            tracing=self.tracing,
            access_log=self.access_log,
        )
        return Front(rest, chat, pages, self.access_log)
