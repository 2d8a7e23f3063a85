"""The manifests are valid, of one shape, and agree with the code's own roles, ports and settings."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from guildctl.migrations import DATABASES
from guildctl.roles import ROLES, Role
from guildctl.stores import StoreSettings
from mesh.auth.operators import hashed
from mesh.lifecycle import RunSettings
from mesh.settings import load, names

ROOT = Path(__file__).parents[2]
BASE = ROOT / "k8s" / "base"
KUBERNETES = "1.34"
KINDS = ["ServiceAccount", "Service", "Deployment", "PodDisruptionBudget", "HorizontalPodAutoscaler"]


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(BASE.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            for document in yaml.safe_load_all(path.read_text()):
                yield f"{path.stem}/{document['kind']}", document


ALL = dict(documents())
CONFIG = ALL["config/ConfigMap"]["data"]


def container(role: Role) -> dict[str, Any]:
    return ALL[f"{role.name}/Deployment"]["spec"]["template"]["spec"]["containers"][0]


def settings_of(role: Role) -> frozenset[str]:
    return names(importlib.import_module(f"{role.module}.config").Config) | names(RunSettings)


@pytest.mark.parametrize("name", ALL)
def test_documents_are_valid(name: str) -> None:
    """Strictly against the schemas of Kubernetes: an unknown field is an error."""
    kubernetes_validate.validate(ALL[name], KUBERNETES, strict=True)


def test_the_kustomization_names_every_file() -> None:
    """A file left out would silently not be deployed."""
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text())["resources"]
    assert sorted(path.name for path in BASE.glob("*.yaml") if path.name != "kustomization.yaml") == sorted(listed)


def test_every_role_is_deployed_and_nothing_else() -> None:
    """What `guild up` runs on a laptop is what runs on the cluster."""
    assert {role.name for role in ROLES} == {name.split("/")[0] for name in ALL if name.endswith("/Deployment")}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_roles_have_one_shape(role: Role) -> None:
    """The same five documents in the same order, for each role."""
    assert KINDS == [name.split("/")[1] for name in ALL if name.startswith(f"{role.name}/")]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_roles_run_the_command_the_supervisor_runs(role: Role) -> None:
    """Module and arguments come from the same table."""
    assert ["python", "-m", role.module, *role.args] == container(role)["command"]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_roles_get_settings_they_know(role: Role) -> None:
    """Every GUILD_ variable is one the role's Config reads, and peers are those it needs."""
    known = settings_of(role)
    given = {entry["name"] for entry in container(role)["env"]}
    assert set() == given - known
    assert {f"GUILD_{peer.upper()}_ADDRESS" for peer in (*role.needs, *role.calls_back)} == {
        n for n in given if n.endswith("_ADDRESS")
    }


def test_neither_mails_nor_text_messages_go_into_a_folder_of_a_pod() -> None:
    """There nobody reads them, and the file system is read-only: each goes to a server, with what that asks for."""
    [profile] = [role for role in ROLES if role.name == "profile"]
    given = ("GUILD_MAIL_", "GUILD_FACTORS_", "GUILD_CONTACTS_")
    env = (entry for entry in container(profile)["env"] if entry["name"].startswith(given))
    secrets = {entry["name"]: "a secret" for entry in env if "valueFrom" in entry}
    mail = load(importlib.import_module(f"{profile.module}.config").Config, CONFIG | secrets).mail
    assert all((mail.smtp_host, mail.smtp_password, mail.sms_url, mail.sms_token, mail.secret))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_a_role_can_read_its_own_key_alone(role: Role) -> None:
    """The Secret with the role's key and everybody's public keys are mounted where the shared settings say."""
    pod = ALL[f"{role.name}/Deployment"]["spec"]["template"]["spec"]
    mounted = {mount["name"]: mount["mountPath"] for mount in container(role)["volumeMounts"]}
    paths = {volume.get("secret", {}).get("secretName"): mounted[volume["name"]] for volume in pod["volumes"]}
    public = {volume.get("configMap", {}).get("name"): mounted[volume["name"]] for volume in pod["volumes"]}

    assert CONFIG["GUILD_AUTH_ROLE_KEY_DIR"] == paths[f"guild-{role.name}-key"]
    assert CONFIG["GUILD_AUTH_ROLE_PUBLIC_KEYS_DIR"] == public["guild-role-public-keys"]
    assert [f"guild-{role.name}-key"] == [name for name in paths if name and name.endswith("-key")]
    assert [] == [entry["name"] for entry in container(role)["env"] if "ROLE_KEY" in entry["name"]]


def test_shared_settings_are_known() -> None:
    """Each of the shared variables is read by some role."""
    known = frozenset[str]().union(*(settings_of(role) for role in ROLES))
    assert set() == CONFIG.keys() - known


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_ports_are_those_the_process_listens_on(role: Role) -> None:
    """Container ports, Service ports and probes agree with the settings given."""
    env = {entry["name"]: entry.get("value") for entry in container(role)["env"]}
    wanted = {"admin": int(CONFIG["GUILD_SERVER_ADMIN_PORT"])}
    if role.name == "edge":
        wanted |= {"http": int(env["GUILD_EDGE_HTTP_PORT"] or 0), "grpc": int(env["GUILD_EDGE_GRPC_PORT"] or 0)}
    elif role.serves:
        wanted |= {"grpc": int(env["GUILD_SERVER_PORT"] or 0)}
    assert wanted == {port["name"]: port["containerPort"] for port in container(role)["ports"]}
    service = ALL[f"{role.name}/Service"]["spec"]["ports"]
    assert wanted == {port["name"]: port["port"] for port in service}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):  # the port that stays plaintext under TLS
        assert container(role)[probe]["httpGet"]["port"] == "admin"
    for peer in (*role.needs, *role.calls_back):
        assert env[f"GUILD_{peer.upper()}_ADDRESS"] == f"dns:///{peer}:9000"


@pytest.mark.parametrize(
    "name", [name for name in ALL if name.endswith(("/Deployment", "/Job"))], ids=lambda name: name.split("/")[0]
)
def test_pods_are_restricted(name: str) -> None:
    """The restricted Pod Security Standard: no root, no privileges, a read-only file system."""
    pod = ALL[name]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for each in pod["containers"]:
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} == each["resources"].keys()


TLS = [
    yaml.safe_load(entry["patch"])
    for entry in yaml.safe_load((ROOT / "k8s/components/tls/kustomization.yaml").read_text())["patches"]
]


def test_tls_covers_every_role() -> None:
    """Every Deployment of the base is patched, each with the Secret of its own name and no other role's."""
    pods = {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in TLS if one["kind"] == "Deployment"}
    secrets = {name: [volume["secret"]["secretName"] for volume in pod["volumes"]] for name, pod in pods.items()}

    assert {role.name for role in ROLES} == pods.keys()
    assert {role.name: [f"{role.name}-tls"] for role in ROLES} | {"edge": ["edge-tls", "edge-public-tls"]} == secrets
    for name, pod in pods.items():
        assert [name] == [each["name"] for each in pod["containers"]]


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_tls_settings_are_known_and_their_files_mounted(role: Role) -> None:
    """With what the component adds a role loads, speaks TLS, and finds every file under a folder that is mounted."""
    config = next(one for one in TLS if one["kind"] == "ConfigMap")["data"]
    patched = next(one for one in TLS if one["metadata"]["name"] == role.name)["spec"]["template"]["spec"][
        "containers"
    ][0]
    given = config | {entry["name"]: entry["value"] for entry in patched.get("env", ())}
    mounts = {Path(mount["mountPath"]) for mount in patched["volumeMounts"]}
    secrets = {entry["name"]: "a secret" for entry in container(role)["env"] if "valueFrom" in entry}
    secrets |= {"GUILD_AUTH_OPERATORS": f"olga:{hashed('a token')}"} if "GUILD_AUTH_OPERATORS" in secrets else {}
    settings = load(importlib.import_module(f"{role.module}.config").Config, CONFIG | secrets | given)

    assert set() == given.keys() - settings_of(role)
    assert settings.server.tls
    assert settings.peers.tls
    assert mounts == {Path(value).parent for name, value in given.items() if "_TLS_" in name and value}
    assert (settings.server.tls_client_ca is None) == (role.name == "edge")


def test_the_migrations_job_migrates_where_the_roles_connect() -> None:
    """It is given the setting that `guild migrate` reads, and every database has a role."""
    job = ALL["migrations/Job"]["spec"]["template"]["spec"]["containers"][0]
    assert {entry["name"] for entry in job["env"]} <= names(StoreSettings)
    assert set(DATABASES) == {role.database for role in ROLES if role.database}


def test_the_image_copies_what_exists() -> None:
    """Every path the Dockerfile copies is in the repository, and every package of the code is copied."""
    text = (ROOT / "Dockerfile").read_text()
    copied = {
        source for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for source in line.split()
    }
    assert set() == {source for source in copied if not (ROOT / source).exists()}
    assert {role.module for role in ROLES} <= copied
