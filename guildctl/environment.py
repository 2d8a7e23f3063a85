"""The environment a role runs in."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from guildctl.bytecode import compiled
from guildctl.home import Home
from guildctl.roles import ROLES, Role
from guildctl.stores import Stores
from mesh.embedded import free_port


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of one role; 0 where it serves no gRPC inside the mesh."""

    grpc: int
    admin: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Who listens where."""

    http_port: int
    grpc_port: int
    roles: Mapping[str, Ports]

    def address(self, role: str) -> str:
        """Return where the others call a role."""
        return f"127.0.0.1:{self.roles[role].grpc}"


def lay_out(home: Home, http_port: int, grpc_port: int) -> Layout:
    """Give every role its ports, those of the last run where they are free."""
    taken: set[int] = {http_port, grpc_port}

    def take(name: str) -> int:
        port = free_port(home.ports.recall(name))
        while port in taken:
            port = free_port()
        taken.add(port)
        return port

    roles = {role.name: Ports(take(role.name) if role.serves else 0, take(f"{role.name}-admin")) for role in ROLES}
    remembered = {name: ports.grpc for name, ports in roles.items() if ports.grpc}
    home.ports.remember(**remembered, **{f"{name}-admin": ports.admin for name, ports in roles.items()})
    return Layout(http_port, grpc_port, roles)


def environment(role: Role, layout: Layout, stores: Stores, home: Home) -> dict[str, str]:
    """Return the variables of one role: those of this process, and over them where everything is."""
    ports = layout.roles[role.name]
    home.make_role_key(role.name)
    addresses = {
        f"GUILD_{peer.name.upper().replace('-', '_')}_ADDRESS": layout.address(peer.name)
        for peer in ROLES
        if peer.serves
    }
    return {
        "GUILD_MAIL_PUBLIC_URL": f"http://127.0.0.1:{layout.http_port}",
        "GUILD_MAIL_FOLDER": str(home.mail),
        "GUILD_OBJECTS_PUBLIC_URL": f"http://127.0.0.1:{layout.http_port}",
        "GUILD_OBJECTS_FOLDER": str(home.objects),
        "GUILD_OBJECTS_SECRET": home.objects_secret(),
        **compiled(os.environ, home),
        **addresses,
        "PYTHONUNBUFFERED": "1",
        "GUILD_HOME": str(home.path),
        "GUILD_SERVER_PORT": str(ports.grpc),
        "GUILD_SERVER_ADMIN_PORT": str(ports.admin),
        **({"GUILD_DATABASE_DSN": stores.local_dsn(role.database)} if role.database else {}),
        "GUILD_REDIS_URL": stores.local_redis_url,
        "GUILD_NATS_URL": stores.nats_url,
        "GUILD_AUTH_JWKS_URL": f"http://127.0.0.1:{layout.roles['profile'].admin}/.well-known/jwks.json",
        "GUILD_AUTH_ROLE_KEY_DIR": str(home.role_keys),
        "GUILD_AUTH_ROLE_PUBLIC_KEYS_DIR": str(home.role_public_keys),
        **({} if os.environ.get("GUILD_AUTH_OPERATORS") else {"GUILD_AUTH_ADMIN_TOKEN": home.admin_token()}),
        "GUILD_PAGE_TOKEN_SECRET": home.page_token_secret(),
        "GUILD_MAIL_SECRET": home.mail_secret(),
        "GUILD_FACTORS_KEYS": home.factor_keys(),
        "GUILD_CONTACTS_KEYS": home.contact_keys(),
        "GUILD_SIGNING_KEYS_DIR": str(home.keys / "signing"),
        "GUILD_EDGE_HTTP_PORT": str(layout.http_port),
        "GUILD_EDGE_GRPC_PORT": str(layout.grpc_port),
    }
