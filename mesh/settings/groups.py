"""The groups of settings services share; every default runs on a laptop."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mesh.settings.secret import Secret

MAX_CALLS = 4_000
"""Open calls of one server, idle streams included."""
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""Of one message, in both directions and at both ends: what is larger is a page too long, or an upload."""


Engine = Literal["wire", "grpcio"]
_OPERATOR = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}:[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class RpcSettings:
    """What carries the calls of a role, those it serves and those it makes: our own transport, or the reference."""

    engine: Engine = "wire"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where a role listens, and how much it accepts.

    A port of 0 is any free one; a host of `unix:/path` is a socket in the file system, which has no port.
    """

    host: str = "127.0.0.1"
    port: int = 0
    admin_port: int = 0
    reflection: bool = True
    tls_cert: Path | None = None
    tls_key: Path | None = None
    tls_client_ca: Path | None = None
    max_message_bytes: int = MAX_MESSAGE_BYTES
    max_streams: int = 1_000  # open calls of one connection
    max_calls: int = MAX_CALLS  # above it the server sheds
    max_connection_age_seconds: float | None = None  # lets a load balancer move clients

    @property
    def tls(self) -> bool:
        """Whether the server speaks TLS."""
        return self.tls_cert is not None and self.tls_key is not None


@dataclass(frozen=True, slots=True)
class PeerSettings:
    """How this role calls other services: over TLS when it is given the CA of their certificates.

    With a certificate of its own the connection is mutual TLS, as services with a `server.tls_client_ca` demand.
    """

    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for half a pair, and for a pair without the CA."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key are set together or not at all")
        if self.tls_cert is not None and self.tls_ca is None:
            raise ValueError("tls_cert needs tls_ca: without it calls are plaintext")

    @property
    def tls(self) -> bool:
        """Whether calls are made over TLS."""
        return self.tls_ca is not None


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """One PostgreSQL database; reads that tolerate lag go to the replica where there is one."""

    dsn: str = "postgresql://postgres@127.0.0.1:5432/guild"
    replica_dsn: str | None = None
    pool_min: int = 2
    pool_max: int = 10


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """The cache and the rate limiter; with `cluster` the URL names any node of a Redis Cluster."""

    url: str = "redis://127.0.0.1:6379/0"
    cluster: bool = False


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """The bus; `stream_prefix` keeps several meshes apart on one server. A cluster keeps `replicas` of every stream."""

    url: str = "nats://127.0.0.1:4222"
    stream_prefix: str = ""
    replicas: int = 1
    stream_max_bytes: int = 256 * 1024 * 1024  # of each stream; the oldest events go first, the outbox has the last day


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """How a role recognises members, services and operators.

    `role_key_dir` holds `<role>.key`, what this role signs its calls to others with; `role_public_keys_dir` holds the
    `<role>.pub` of all roles. Each of `operators` is a name and the hash of a token, `ann:9f86d0…`, as `guild operator`
    prints them; the one `admin_token` of a laptop stands in where nobody is named. Without them what would need them is
    refused.
    """

    jwks_url: str = ""
    issuer: str = "https://guild.dev"
    role_key_dir: Path | None = None
    role_public_keys_dir: Path | None = None
    admin_token: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable
    operators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for operators who cannot be told apart, and for a shared token beside them."""
        if wrong := [entry.partition(":")[0] for entry in self.operators if not _OPERATOR.fullmatch(entry)]:
            raise ValueError(f"operators are NAME:HASH as `guild operator NAME` prints them: {', '.join(wrong)}")
        if len({entry.partition(":")[0] for entry in self.operators}) < len(self.operators):
            raise ValueError("operators: each name is given once")
        if len({entry.partition(":")[2].lower() for entry in self.operators}) < len(self.operators):
            raise ValueError("operators: a token is one operator's alone")
        if self.operators and self.admin_token:
            raise ValueError("admin_token is nobody's own: it cannot stand beside operators")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How a role sends mails and text messages: into `folder`, until a relay and a gateway are set.

    `secret` encrypts mails that wait in the database; all processes of a service share it. Links in mails begin with
    `public_url`, the address of the site that members see.
    """

    sender: str = "Guild <no-reply@guild.localhost>"
    public_url: str = "http://127.0.0.1:8080"
    secret: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable
    folder: Path = Path(".guild/mail")
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable
    sms_url: str = ""
    sms_token: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable

    def __post_init__(self) -> None:
        """Raise ValueError for what would lose mails or show them: no shared secret, a password without TLS."""
        if (self.smtp_host or self.sms_url) and not self.secret:
            raise ValueError("secret is needed where smtp_host or sms_url is set: mails are encrypted with it")
        if self.smtp_user and self.smtp_tls == "none":
            raise ValueError("smtp_user needs smtp_tls: without it the password travels in clear")


@dataclass(frozen=True, slots=True)
class ObjectSettings:
    """Where files are: in `folder`, until `url` names a store such as `s3://bucket/prefix`.

    What is not set of `region`, `endpoint` and the keys of that store is taken from the variables that its clients
    read: AWS_REGION, AWS_ENDPOINT, AWS_ACCESS_KEY_ID, or a web identity. `public_url` is where the edge serves the
    folder, and what has an address for good; `secret`, which all processes share, signs addresses into it.
    """

    url: str = ""
    region: str = ""
    endpoint: str = ""
    access_key: str = ""
    secret_key: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable
    folder: Path = Path(".guild/objects")
    public_url: str = "http://127.0.0.1:8080"
    secret: Secret = Secret("")  # noqa: RUF009 - a Secret is immutable

    def __post_init__(self) -> None:
        """Raise ValueError for an address that no store has."""
        if self.url and not self.url.startswith("s3://"):
            raise ValueError("url is s3://bucket or s3://bucket/prefix; leave it empty for the folder")


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """What a role tells about itself."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    otlp_endpoint: str | None = None
    sample_ratio: float = 0.01

    @property
    def recorded_share(self) -> float:
        """The share of new traces that is recorded: none where nobody collects them."""
        return self.sample_ratio if self.otlp_endpoint else 0.0


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How strict the rate limits are: `laptop` leaves room for seeding and benches on one address."""

    profile: Literal["laptop", "production"] = "laptop"
