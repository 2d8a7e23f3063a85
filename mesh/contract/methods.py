"""Every method of the contract, read once from its descriptor."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message

from mesh.contract.http_rules import HttpRule, http_rules_of
from mesh.contract.policy import Policy, policy_of
from mesh.contract.validation import needs_checking


@dataclass(frozen=True, slots=True, eq=False)
class MethodSpec:
    """One method: its path on the wire, its messages, what the contract demands of a call."""

    full_name: str
    """The path, "/guild.graph.v1.ConnectionService/AcceptConnection"."""
    input: type[Message]
    output: type[Message]
    client_streaming: bool
    server_streaming: bool
    policy: Policy | None
    """None only for methods that do not start, such as a new one whose author forgot the option."""
    http: tuple[HttpRule, ...]
    validated: bool
    """Whether a request can be refused for what it holds."""

    @property
    def service(self) -> str:
        """The full name of the service, "guild.graph.v1.ConnectionService"."""
        return self.full_name.split("/")[1]

    @property
    def name(self) -> str:
        """The bare name, "AcceptConnection"."""
        return self.full_name.rsplit("/", 1)[1]

    @property
    def required_policy(self) -> Policy:
        """The policy; raises LookupError where the contract forgot it."""
        if self.policy is None:
            raise LookupError(f"{self.full_name} has no (guild.options.v1.policy) option")
        return self.policy


def spec(method_path: str) -> MethodSpec:
    """Return the method at "/package.Service/Method"; raises KeyError when no imported contract has it."""
    service, _, name = method_path.removeprefix("/").partition("/")
    return specs_of(service)[name]


@cache
def specs_of(service_full_name: str) -> Mapping[str, MethodSpec]:
    """Return the methods of a service by bare name; raises KeyError when no imported contract has the service."""
    service: ServiceDescriptor = descriptor_pool.Default().FindServiceByName(service_full_name)
    return {method.name: _read(method) for method in service.methods}


def _read(method: MethodDescriptor) -> MethodSpec:
    return MethodSpec(
        full_name=f"/{method.containing_service.full_name}/{method.name}",
        input=message_factory.GetMessageClass(method.input_type),
        output=message_factory.GetMessageClass(method.output_type),
        client_streaming=method.client_streaming,
        server_streaming=method.server_streaming,
        policy=policy_of(method),
        http=http_rules_of(method),
        validated=needs_checking(method.input_type),
    )
